"""A backup put back: what people may count on when the database is yesterday's and the groups are today's."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from pathlib import Path

from tests.faults.checker import Evidence, Said, nothing_is_wrong, remains, sent_by
from tests.faults.checker.remains import Remains
from tests.patience import PATIENCE
from tests.platforms.telegram import Message, TelegramServer
from tests.stories.serving import Serving, serving
from tests.stories.town import TOWN

CLOCKS = '[policy.ordinary]\naccept = "2s"\narrive = "1d"\nresolve = "1d"\n[policy.major]\naccept = "1d"\nresolve = "1d"\n'


async def idle(program: Serving, telegram: TelegramServer) -> Remains:
    """Return what is left when nothing is owed and nothing due."""
    await telegram.wait_for(lambda: not telegram.pending)
    async with asyncio.timeout(PATIENCE):
        while True:
            left = await remains(program.database)
            soon = int(time.time() * 1000) + 10_000
            owed = any(letter["fate"] in ("waiting", "claimed") for letter in left.outbox)
            if not owed and not any((d["due_at"] or soon) < soon for d in left.deadlines):
                return left
            await asyncio.sleep(0.1)


async def test_yesterdays_database_goes_on_without_a_storm_and_gives_no_number_out_twice(
    tmp_path: Path,
) -> None:
    async with TelegramServer(limits=False) as telegram:
        mei, chen = (telegram.user(n, name, started=True) for n, name in ((2001, "梅姨"), (2002, "陈叔")))
        leader = telegram.user(1001, "王芳", started=True)
        for number, name in ((1002, "李雷"), (1003, "张师傅"), (1004, "陈洁")):
            telegram.user(number, name, started=True)
        group = telegram.supergroup(-1001000001, "第一网格", [mei, chen], admins=[leader])
        room = telegram.supergroup(-1009000001, "社区值班")
        async with serving(tmp_path, telegram, text=TOWN + CLOCKS) as program:
            kept = [
                await mei.says("3号楼2单元电梯停了", group),
                await chen.says("5号楼1单元楼道灯坏了", group),
            ]
            await telegram.wait_for(lambda: "#1001" in group.text and "#1002" in group.text)
            # The backup is made while the lamp's clock runs and a letter to the staff waits as long as it was told to.
            busy = telegram.faults.too_many(3, method="sendMessage", chat=room)
            await telegram.wait_for(lambda: busy.met > 0)
            code, said = await program.huying("backup", "yesterday.tar")
            assert code == 0, said
            await leader.says("接单 1001", group)
            await mei.says("7号楼3单元电梯停了", group)
            lost = await telegram.wait_for(lambda: card(group.messages, "#1003 电梯 · 7号楼"))
            await idle(program, telegram)
            assert await program.stop() == 0
            before, told = len(sent_by(telegram.calls)), len(room.messages)

            code, said = await program.huying("restore", "yesterday.tar", "--force")
            assert code == 0, said
            assert "#1003–#1003" in said
            restored = int(time.time() * 1000)
            # What nobody took before comes now; what was taken after the backup Telegram does not bring again.
            kept.append(await chen.says("9号楼1单元电梯停了", group))
            await program.start()
            await telegram.wait_for(lambda: card(group.messages, "#1004 电梯 · 9号楼"))
            press = await leader.press(lost, next(b for row in lost.buttons for b in row if b.reads("接单")))
            await telegram.wait_for(lambda: press.answered)
            left = await idle(program, telegram)

        assert [(t["number"], t["building"]) for t in left.tickets] == [(1001, "3"), (1002, "5"), (1004, "9")]
        assert {t["state"] for t in left.tickets} == {"reported"}
        # What was told after the backup is told once more, and nothing else is.
        again = Counter((sent.chat, sent.words) for sent in sent_by(telegram.calls)[before:])
        assert max(again.values()) == 1, again
        assert all("#1002 " in words or "#1004 " in words for _, words in again), again
        assert len(room.messages) - told <= 2, room.text
        evidence = Evidence(
            left, int(time.time() * 1000),
            said=[Said(f"telegram:{message.chat.id}", str(message.id), message.words) for message in kept],
            sent=sent_by(telegram.calls),
            forgotten=restored,
            skipped={"jinghe": [1003]},
        )  # fmt: skip
        nothing_is_wrong(evidence)


def card(messages: list[Message], heading: str) -> Message | None:
    return next((m for m in messages if m.words.startswith(heading)), None)
