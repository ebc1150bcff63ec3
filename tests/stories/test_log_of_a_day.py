"""What the log of a real run holds: every line a line of JSON, each ticket's outline by its number, and nobody's words."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.platforms.telegram import TelegramServer
from tests.stories.serving import serving
from tests.stories.town import TOWN

CLOCKS = '[policy.emergency]\naccept = "2s"\narrive = "1d"\nresolve = "1d"\n'
SAID = "3号楼2单元1203 水管爆了，家里进水，电话 13912345678"


@pytest.mark.parametrize("mode", ["polling", "webhook"])
async def test_a_ticket_can_be_followed_by_its_number_and_nobody_is_told_of(
    tmp_path: Path, mode: str
) -> None:
    async with TelegramServer(limits=False) as telegram:
        telegram.pusher.pause = 0.05
        mei = telegram.user(2001, "梅姨", started=True)
        leader = telegram.user(1001, "王芳", started=True)
        for number, name in ((1003, "张师傅"), (1004, "陈洁")):
            telegram.user(number, name, started=True)
        # The deputy, 李雷, cannot be written to: he never was here.
        group = telegram.supergroup(-1001000001, "第一网格", [mei, leader], admins=[leader])
        staff_room = telegram.supergroup(-1009000001, "社区值班")
        async with serving(tmp_path, telegram, mode, text=TOWN + CLOCKS) as program:
            await mei.says("早上好，我是 3号楼的", group)
            await mei.says(SAID, group, photo=True)
            await telegram.wait_for(lambda: "#1001" in group.text)
            await telegram.wait_for(lambda: "没人接单" in staff_room.text)
            press = await leader.presses("接单", group)
            await telegram.wait_for(lambda: press.answered)
            await leader.says("办结 1001 换了三通，1203 的阀门也换了", group)
            await telegram.wait_for(lambda: "说是办好了" in mei.chat.text)
            assert await program.stop() == 0
    lines = program.log()  # each is JSON, or this fails
    about = [line for line in lines if line.get("ticket") == "#1001"]
    assert all(line["community"] == "jinghe" for line in about)
    acts = [line["event"] for line in about if line["logger"] == "ledger"]
    assert acts[0] == "report"
    assert acts[-2:] == ["accept", "resolve"]
    assert "alert" in acts
    (alert,) = [line for line in about if line["event"] == "alert" and line.get("reason") == "accept"]
    assert alert["state"] == "reported"
    letters = [line for line in about if line["event"] == "sent"]
    assert letters
    assert all(line["platform"] == "telegram" and line["letter"] > 0 for line in letters)
    (refused,) = {line["why"] for line in about if line["event"] == "a letter was not taken"}
    assert "chat not found" in refused.lower() or "can't initiate" in refused.lower()
    # Without the clock's digits and the port's: any short number turns up in those some day.
    told = [
        {name: value for name, value in line.items() if name not in ("timestamp", "port", "event")}
        for line in lines
    ]
    said = repr([*told, *(re.sub(r"127\.0\.0\.1:[0-9]+", "", line["event"]) for line in lines)])
    for word in (
        "早上好",
        "1203",
        "13912345678",
        "水管",
        "三通",
        "梅姨",
        "王芳",
        "2001",
        "1001000001",
        "9000001",
        ":1002",
    ):
        assert word not in said, word
