"""Typed or pressed, by number or by name: every choice of every question, and every order below a letter, does the same."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

from handlers.commands import Verb, read_choice, read_press
from handlers.dialogue import Step
from handlers.messages import Button
from handlers.plainly import typed
from storage.records import Address
from tests.handlers.plain_ground import PEOPLE, TOWN, WEST, Talk, talk

FILED = ("梅姨 3号楼2单元电梯停了",)
TAKEN = (*FILED, "王芳 接单 1001")
QUESTIONS: dict[str, tuple[str, ...]] = {
    "what": ("梅姨 报修",),
    "confirm": ("梅姨 有个事",),
    "several": ("梅姨 3号楼2单元电梯停了，还有6号楼门口地砖碎了",),
    "compound": ("梅姨 电梯坏了",),
    "building": ("梅姨 楼道灯坏了",),
    "unit": ("梅姨 楼道灯坏了", "梅姨 3号楼"),
    "openly": ("梅姨 5栋那家天天半夜拉琴",),
    "apart": (*FILED, "陈叔 3号楼2单元电梯停了"),
    "note": (*TAKEN, "王芳 办结 1001"),
    "decline": (*TAKEN, "王芳 不予受理 1001"),
    "whom": (*TAKEN, "王芳 转办 1001"),
    "reassign": (*TAKEN, "陈洁 改派 1001"),
    "time": (*TAKEN, "王芳 延期 1001"),
    "category": (*FILED, "王芳 改类 1001"),
    "erase": (*FILED, "梅姨 删除我的信息"),
}
"""What leads to each question; whoever spoke last is asked."""

ORDERS: dict[str, tuple[str, ...]] = {
    "reporter's card": FILED,
    "leader's list": (*FILED, "王芳 待办"),
    "one's own": (*FILED, "梅姨 我的工单"),
    "more": (*TAKEN, "王芳 更多 1001"),
    "rating": (*TAKEN, "王芳 办结 1001 换了门机", "梅姨 我的工单"),
    "refusal": (*TAKEN, "王芳 不予受理 1001 不归我们", "梅姨 帮助"),
    "which": (*FILED, "梅姨 5号楼路灯坏了", "梅姨 催办"),
    "which pause": (*FILED, "梅姨 5号楼路灯坏了", "王芳 等天气"),
    "it is over": (*FILED, "梅姨 没事了"),
    "more time": (*TAKEN, "王芳 延期 1001 等厂家", "陈洁 帮助"),
}
"""What leads to letters with orders below them, in the chat of whoever spoke last."""


@pytest.fixture(scope="module")
def kept() -> Iterator[Path]:
    with TemporaryDirectory() as folder:
        yield Path(folder)


async def told(folder: Path, lines: tuple[str, ...], *last: str | Button) -> tuple[list[Button], Any]:
    """Return the buttons that stand in the last speaker's chat, and all that is remembered once `last` was said."""
    with TemporaryDirectory(dir=folder) as own:
        async with talk(Path(own), TOWN + WEST if lines == QUESTIONS["compound"] else TOWN) as people:
            for line in lines:
                who, _, words = line.partition(" ")
                await people.says(who, words)
            who = lines[-1].partition(" ")[0]
            buttons = list(standing(people, who))
            for one in last:
                await (
                    people.says(who, press=one.press) if isinstance(one, Button) else people.says(who, one)
                )
        return buttons, remembered(Path(own) / "huying.db")


def by_number(at: int, label: str, *, every: bool) -> list[str]:
    """Return how people write the number of a choice; `every` way, or the usual one."""
    chinese = "一二三四五六七八"[at - 1]
    strange = [
        f"{at}。",
        f"选{at}",
        chinese,
        f"第{chinese}个",
        chr(0xFF10 + at),
        f"{at} {label}",
        f"“{label}”。",
    ]
    return [str(at), *(strange if every else ())]


def standing(people: Talk, who: str) -> Iterator[Button]:
    """The orders of every letter, and the choices of the last question."""
    letters = [[button for row in out.buttons for button in row] for out in people.outs[Address(PEOPLE[who])]]
    questions = [own for own in letters if own and read_choice(own[0].press)]
    yield from {one.press: one for own in letters for one in own if read_press(one.press)}.values()
    yield from questions[-1] if questions else ()


def remembered(path: Path) -> Any:
    tables = {
        "tickets": "SELECT * FROM tickets ORDER BY id",
        "ledger": "SELECT ticket, at, act, state, person, reason FROM ledger ORDER BY seq",
        "dialogues": "SELECT chat, account, step, data, expires_at FROM dialogues ORDER BY chat, account",
        "deadlines": "SELECT * FROM deadlines ORDER BY ticket, clock",
        "remarks": "SELECT ticket, person, words FROM remarks ORDER BY at",
    }
    with closing(sqlite3.connect(path)) as file:
        return {name: file.execute(sql).fetchall() for name, sql in tables.items()}


@pytest.mark.parametrize("question", QUESTIONS)
async def test_a_choice_typed_is_the_choice_pressed(kept: Path, question: str) -> None:
    lines = QUESTIONS[question]
    buttons, before = await told(kept, lines)
    choices = [button for button in buttons if read_choice(button.press)]
    assert len(choices) > 1 or question in ("note", "apart")
    # The first category is the ticket's own already.
    shown = choices if len(choices) <= 8 else [*choices[1:3], *choices[-2:]]
    for button in shown:
        _, pressed = await told(kept, lines, button)
        assert pressed != before or button.label == "其他", button.label
        ways = [button.label]
        if question not in ("building", "unit", "category"):
            ways += by_number(choices.index(button) + 1, button.label, every=button is choices[-1])
        for way in ways:
            _, typed_so = await told(kept, lines, way)
            assert typed_so == pressed, f"{button.label} typed as {way}"


@pytest.mark.parametrize("letter", ORDERS)
async def test_an_order_typed_is_the_order_pressed(kept: Path, letter: str) -> None:
    lines = ORDERS[letter]
    buttons, _ = await told(kept, lines)
    orders = [button for button in buttons if read_press(button.press)]
    assert orders, letter
    for button in orders:
        _, pressed = await told(kept, lines, button)
        for language in ("zh", "en"):
            _, typed_so = await told(kept, lines, typed(button, language))
            assert typed_so == pressed, f"{button.label} typed as {typed(button, language)}"


@pytest.mark.parametrize("letter", ["which", "which pause"])
async def test_which_ticket_is_meant_is_said_with_its_number_alone(kept: Path, letter: str) -> None:
    lines = ORDERS[letter]
    buttons, _ = await told(kept, lines)
    orders = [
        button
        for button in buttons
        if (read := read_press(button.press)) and read.verb in (Verb.URGE, Verb.PAUSE)
    ]
    assert len(orders) >= 2
    for button in orders:
        _, pressed = await told(kept, lines, button)
        number = typed(button).rpartition(" ")[2]
        for way in (number, f"#{number}", f"“{number}”"):
            _, typed_so = await told(kept, lines, way)
            assert typed_so["tickets"] == pressed["tickets"], way
            assert typed_so["ledger"] == pressed["ledger"], way
            assert typed_so["dialogues"] == []


def test_every_question_with_choices_is_here() -> None:
    free_words = {
        Step.JOIN,
        Step.PART,
        Step.WHICH,
        Step.AFTER,
        Step.PLAN,
        Step.WHY_BAD,
        Step.MORE,
        Step.OBJECT,
        Step.PHOTO,
    }
    assert {*QUESTIONS} - {"several", "reassign"} == {*Step} - free_words
