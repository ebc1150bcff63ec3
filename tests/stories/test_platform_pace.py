"""Emergencies first, with Telegram's limits kept for real: the machine's clock, the limits' pace, no refusal."""

from __future__ import annotations

from pathlib import Path

from bot.app import house
from bot.channels.telegram_door import telegram as telegram_platform
from bot.clock import SystemClock
from bot.config import Telegram
from bot.secret import Secret
from storage.database import open_store
from storage.media import MediaFolder
from tests.databases import fresh_file
from tests.platforms.telegram import TOKEN, TelegramServer
from tests.stories.town import TOWN, settle_down


async def test_an_emergency_overtakes_what_waits_and_no_limit_is_ever_touched(tmp_path: Path) -> None:
    async with TelegramServer(limits=True) as telegram:
        people = [telegram.user(2000 + n, f"居民{n}", started=True) for n in range(6)]
        crew = [telegram.user(1000 + n, name, started=True) for n, name in enumerate("王李张陈", 1)]
        group = telegram.supergroup(-1001000001, "第一网格", [*people, *crew])
        telegram.supergroup(-1009000001, "社区值班", crew[3:])
        settings = Telegram(Secret(TOKEN), telegram.api, "polling", None)
        store = await open_store(fresh_file(tmp_path))
        try:
            await settle_down(store, TOWN)
            media = MediaFolder(tmp_path / "media")
            async with house(store, media, SystemClock(), platforms=[telegram_platform(settings)]):
                # Nothing arrives before everything is told: how quickly it is taken in is not this story's matter.
                hang = telegram.faults.hang(times=1000, method="sendMessage")
                for n, person in enumerate(people[:5], 1):
                    await person.says(f"{n}号楼2单元电梯停了", group)
                await telegram.wait_for(lambda: hang.met > 0)
                await people[5].says("8号楼电梯里困了个老人", group)
                await telegram.wait_for(lambda: not telegram.pending)
                hang.left = 0
                hang.release()
                await telegram.wait_for(
                    lambda: all("#1006" in person.chat.text for person in crew), timeout=20
                )
                # In the leader's own chat several letters were waiting already.
                numbers = [m.words[:5] for m in crew[0].chat.messages if m.sender.is_bot]
                assert numbers.index("#1006") < 4
                assert "#1005" not in numbers[: numbers.index("#1006")]
                await telegram.wait_for(lambda: "#1006" in group.text)
            assert not telegram.refusals
        finally:
            await store.close()
