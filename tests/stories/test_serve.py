"""The program as people run it: `huying serve` in a process of its own, with the machine's clock."""

from __future__ import annotations

import asyncio
import json
import urllib.request
from pathlib import Path

import pytest

from bot.alarm import SAFETY_SECONDS
from bot.process import LAST_RESORT_SECONDS
from tests.platforms.telegram import TelegramServer
from tests.stories.serving import Serving, serving


@pytest.mark.parametrize("mode", ["polling", "webhook"])
async def test_a_report_goes_from_the_group_to_the_queue_and_back_to_the_resident(
    tmp_path: Path, mode: str
) -> None:
    async with TelegramServer(limits=False) as telegram:
        telegram.pusher.pause = 0.05
        mei = telegram.user(2001, "梅姨", started=True)
        leader = telegram.user(1001, "王芳", started=True)
        _, _, staff = (
            telegram.user(number, name, started=True)
            for number, name in ((1002, "李雷"), (1003, "张师傅"), (1004, "陈洁"))
        )
        group = telegram.supergroup(-1001000001, "第一网格", [mei, leader], admins=[leader])
        staff_room = telegram.supergroup(-1009000001, "社区值班", [staff])
        async with serving(tmp_path, telegram, mode) as program:
            await mei.says("3号楼2单元电梯停了", group)
            card = await telegram.wait_for(
                lambda: next((m for m in group.messages if "#1001" in m.words), None)
            )
            await telegram.wait_for(lambda: "没人接单" in staff_room.text)
            await telegram.wait_for(lambda: "已列入联席会议" in staff_room.text)
            await telegram.wait_for(lambda: "已提交联席会议" in mei.chat.text)
            await telegram.wait_for(lambda: "已列入联席会议" in card.words)
            press = await leader.presses("接单", group)
            await telegram.wait_for(lambda: press.answered)
            await leader.says("办结 1001 换了门机", group)
            await telegram.wait_for(lambda: "说是办好了" in mei.chat.text)
            await mei.presses("满意", mei.chat)
            await telegram.wait_for(lambda: "已结案（满意）" in card.words)
            assert len([m for m in group.messages if m.words.startswith("#1001 电梯")]) == 1
            assert not telegram.refusals
            assert not telegram.unknown_parameters
            health = await asyncio.to_thread(ask, f"http://127.0.0.1:{program.port}/healthz")
            assert health["ok"] is True
            code, said = await program.huying("check")
            assert code == 0, said
            assert await program.stop() == 0
            assert ended_by_itself(program)
            # Its alarm rang; the sweep that comes whatever was set would have come later.
            assert all(0 <= late < SAFETY_SECONDS * 1000 for late in lateness(program))
            code, said = await program.huying("verify")
            assert code == 0, said


def ended_by_itself(program: Serving) -> bool:
    """Whether it came to its own end before the last resort, which is there within ten seconds whatever hangs."""
    return LAST_RESORT_SECONDS < 10 and program.log()[-1]["event"] == "停下了 · stopped"


def lateness(program: Serving) -> list[int]:
    """How many ms after its time each clock of ticket 1001 was acted on, told by the ledger against the policy."""
    at = dict(program.rows("SELECT act || ':' || reason, at FROM ledger"))
    (reported,) = (then for what, then in at.items() if what.startswith("report"))
    return [at["alert:accept"] - reported - 2000, at["queue:resolve_missed"] - reported - 3000]


def ask(url: str) -> dict[str, object]:
    with urllib.request.urlopen(url) as answer:
        found: dict[str, object] = json.load(answer)
        return found


async def test_a_stop_while_telegram_hangs_is_over_in_time_and_nothing_is_lost(tmp_path: Path) -> None:
    async with TelegramServer(limits=False) as telegram:
        mei = telegram.user(2001, "梅姨", started=True)
        group = telegram.supergroup(-1001000001, "第一网格", [mei])
        async with serving(tmp_path, telegram) as program:
            await mei.says("早上好", group)
            await telegram.wait_for(lambda: not telegram.pending)
            hang = telegram.faults.hang(times=1000)
            await mei.says("3号楼2单元电梯停了", group)
            await telegram.wait_for(lambda: hang.met > 0)
            assert await program.stop() == 0
            assert ended_by_itself(program)
            hang.left = 0
            hang.release()
            await program.start()
            await telegram.wait_for(lambda: "#1001" in group.text)
            assert program.rows("SELECT COUNT(*) FROM tickets") == [(1,)]
