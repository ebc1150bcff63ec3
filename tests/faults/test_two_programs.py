"""Somebody starts a second program on the same database with the same token: it waits, says so, and takes over."""

from __future__ import annotations

from pathlib import Path

from tests.platforms.telegram import TelegramServer
from tests.stories.serving import Serving, serving
from tests.stories.town import TOWN


async def test_the_second_waits_and_says_so_and_takes_over_when_the_first_is_killed(tmp_path: Path) -> None:
    async with TelegramServer(limits=False) as telegram:
        mei = telegram.user(2001, "梅姨", started=True)
        group = telegram.supergroup(-1001000001, "第一网格", [mei])
        async with serving(tmp_path, telegram, text=TOWN) as first:
            await telegram.wait_for(lambda: telegram.updates.polled)
            second = Serving(tmp_path, telegram, "polling", database=first.database)
            await second.start()
            try:
                for building in range(1, 6):
                    await mei.says(f"{building}号楼2单元电梯停了", group)
                await telegram.wait_for(lambda: "#1005 电梯 · 5号楼" in group.text)
                # Nobody was sent away: only one asks.
                assert not [call for call in telegram.refusals if call.method == "getUpdates"]
                await first.kill()
                await mei.says("7号楼1单元电梯停了", group)
                await telegram.wait_for(lambda: not telegram.pending)
            finally:
                assert await second.stop() == 0
            assert "another program on this database does this" in second.output
            assert "our turn has come" in second.output
        assert first.rows("SELECT building FROM tickets ORDER BY number") == [(n,) for n in "123457"]
