"""Several matters in one message: one question, then a ticket for each; danger is not asked about."""

from __future__ import annotations

from pathlib import Path

import pytest

from handlers.commands import choose
from handlers.dialogue import Step
from handlers.matters import apart
from handlers.messages import Inbound, Sender
from handlers.reading import read
from storage.records import HOUR, SECOND
from tests.handlers.dialogues.conftest import Talk
from tests.handlers.dialogues.ground import ACCOUNTS, GROUP, NAMES, START, ground, lay
from tests.handlers.dialogues.play import _scene

BOTH = "5号楼电梯停了，还有6号楼门口垃圾三天没收"


@pytest.mark.parametrize(
    ("value", "buildings"),
    [
        ("yes", ["5", "6"]),
        ("only0", ["5"]),
        ("only1", ["6"]),
        ("no", []),
        ("登记", ["5", "6"]),
        ("", ["5", "6"]),
    ],
)
async def test_one_question_about_both(kept: Path, value: str, buildings: list[str]) -> None:
    """登记 files both, the others one or none; who does not answer gets both, for each was surely a call."""
    template = kept / "ground.db"
    if not template.exists():
        await lay(kept)
    sender = Sender(ACCOUNTS["A"], NAMES["A"])
    async with ground(template, []) as (path, desk):
        await desk.receive(Inbound("t:1", START, GROUP, False, sender, BOTH, message="1"), START)
        scene = _scene(path)
        assert not scene.tickets
        assert [letter["body"]["say"]["key"] for letter in scene.letters] == ["ask.confirm_several"]
        if value == "登记":
            await desk.receive(
                Inbound("t:2", START, GROUP, False, sender, value, message="2"), START + SECOND
            )
        elif value:
            press = choose(Step.CONFIRM, value)
            await desk.receive(Inbound("t:2", START, GROUP, False, sender, press=press), START + SECOND)
        await desk.sweep(START + HOUR)
        after = _scene(path)
        assert [one.place.building for one in after.tickets.values()] == buildings
        assert not after.asked


async def test_danger_is_filed_at_once_and_the_other_matter_with_it(talk: Talk) -> None:
    played = await talk("A 0 3号楼电梯困人了！还有5号楼楼道灯不亮")
    assert played.actions == ["new_ticket"]
    assert played.scene is not None
    assert [(t.category, t.severity) for t in played.scene.tickets.values()] == [
        ("elevator", "emergency"),
        ("lighting", "ordinary"),
    ]


@pytest.mark.parametrize(
    ("words", "matters"),
    [
        (BOTH, ["elevator 5", "sanitation 6"]),
        ("3号楼电梯停了，另外楼道灯也不亮", ["elevator 3", "lighting "]),
        (
            "1、3号楼单元门锁不上 2、5号楼垃圾没人清 3、西门道闸坏了",
            ["door_access 3", "sanitation 5", "door_access "],
        ),
        ("3号楼电梯停了，老人上不去，已经两个小时了", []),
        ("3号楼2单元电梯停了，还有人等着下楼", []),
        ("电梯停了，另外祝大家周末愉快", []),
        ("第一次见到这么脏的楼道 3号楼", []),
    ],
)
def test_two_are_two_only_when_each_is_a_call(words: str, matters: list[str]) -> None:
    assert [f"{r.category} {r.building}" for _, r in apart(words, read(words), read)] == matters
