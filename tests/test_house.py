"""The house: imports go down, the rules touch nothing outside, and no room is too large to read."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
FLOOR = {"storage": 0, "handlers": 1, "bot": 2}
LONGEST = 300

DESK = Path("handlers/desk")
"""The one door of the rules' floor: it may wait for the database, and nothing else in handlers/ may."""

OUTSIDE = """
    aiosqlite asyncio asyncpg concurrent ctypes fcntl ftplib glob http httpx io locale multiprocessing os pickle queue
    random requests sched secrets select shelve shutil signal smtplib socket sqlite3 ssl starlette structlog subprocess
    sys telegram tempfile threading time urllib uuid uvicorn wechatpy
"""
"""Modules that reach the wall clock, the process, the disk, the network or chance; the rules get such things as
arguments. Word lists and texts that are packaged with the program may be read."""

NOW = frozenset({"now", "utcnow", "today"})
"""Methods of datetime and date that read the wall clock."""

AT_HAND = frozenset({"open", "print", "input", "exec", "eval", "__import__"})


def rooms(*floors: str) -> list[Path]:
    return sorted(path.relative_to(ROOT) for floor in floors for path in (ROOT / floor).rglob("*.py"))


@cache
def tree(room: Path) -> ast.Module:
    return ast.parse((ROOT / room).read_text(encoding="utf-8"), str(room))


def imports(room: Path) -> Iterator[str]:
    """Give the full name of every module the room imports, wherever in it."""
    for node in ast.walk(tree(room)):
        if isinstance(node, ast.Import):
            yield from (one.name for one in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{room}: imports name their floor"
            # `from storage import records` is the module storage.records
            yield from (f"{node.module}.{one.name}" for one in node.names)


RULES = [room for room in rooms("handlers") if DESK not in room.parents]


def test_there_is_a_house():
    assert {room.parts[0] for room in rooms(*FLOOR)} == set(FLOOR)


@pytest.mark.parametrize("room", rooms(*FLOOR), ids=str)
def test_imports_only_go_down(room: Path):
    upwards = [
        name
        for name in imports(room)
        if FLOOR.get(name.partition(".")[0], -1) > FLOOR[room.parts[0]] or name.partition(".")[0] == "tests"
    ]
    assert upwards == []


@pytest.mark.parametrize("room", RULES, ids=str)
def test_a_rule_imports_nothing_that_reaches_outside(room: Path):
    assert [name for name in imports(room) if name.partition(".")[0] in OUTSIDE.split()] == []


@pytest.mark.parametrize("room", RULES, ids=str)
def test_a_rule_knows_the_nouns_of_storage_and_not_its_workings(room: Path):
    below = [name for name in imports(room) if name.startswith("storage.")]
    assert [name for name in below if not name.startswith("storage.records")] == []


@pytest.mark.parametrize("room", RULES, ids=str)
def test_a_rule_waits_for_nothing_and_reads_no_clock(room: Path):
    outside = []
    for node in ast.walk(tree(room)):
        if isinstance(node, ast.AsyncFunctionDef | ast.Await | ast.AsyncFor | ast.AsyncWith):
            outside.append(f"{room}:{node.lineno} waits")
        if isinstance(node, ast.Call):
            called = node.func
            if isinstance(called, ast.Attribute) and called.attr in NOW:
                outside.append(f"{room}:{node.lineno} reads the wall clock with {called.attr}()")
            if isinstance(called, ast.Name) and called.id in AT_HAND:
                outside.append(f"{room}:{node.lineno} calls {called.id}()")
    assert outside == []


def test_storage_does_not_read_the_wall_clock_either():
    calls = [
        f"{room}:{node.lineno}"
        for room in rooms("storage")
        for node in ast.walk(tree(room))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and (node.func.attr in NOW or ast.unparse(node.func) in ("time.time", "time.time_ns"))
    ]
    assert calls == []


@pytest.mark.parametrize("room", rooms(*FLOOR, "tests", "benchmarks"), ids=str)
def test_no_room_is_longer_than_a_person_reads(room: Path):
    lines = (ROOT / room).read_text(encoding="utf-8").count("\n")
    assert lines <= LONGEST


@pytest.mark.parametrize("name", ["utils", "util", "helpers", "common", "misc"])
def test_there_are_no_drawers(name: str):
    assert [room for room in rooms(*FLOOR) if name in (room.stem, *room.parts)] == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("import os", ["os"]),
        ("import os.path as p", ["os.path"]),
        ("from storage import tickets", ["storage.tickets"]),
        ("def f():\n    from bot.app import main", ["bot.app.main"]),
    ],
)
def test_the_search_sees_every_way_to_import(text: str, found: list[str], monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(globals(), "tree", lambda _room: ast.parse(text))
    assert list(imports(Path("x"))) == found
