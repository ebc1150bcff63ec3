"""The threat model names the tests that hold it, and they are there."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "threats.md").read_text("utf-8")
NAMED = re.findall(r"`(tests/[\w/]+\.py)::(test_\w+)`", PAGE)
ROWS = [line for line in PAGE.splitlines() if line.startswith("| ")][1:]


@cache
def named_in(file: str) -> set[str]:
    tree = ast.parse((ROOT / file).read_text("utf-8"))
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)}


@pytest.mark.parametrize(("file", "test"), NAMED, ids=[test for _, test in NAMED])
def test_every_test_the_threat_model_names_is_there(file: str, test: str) -> None:
    assert test in named_in(file)


def test_every_threat_names_a_test() -> None:
    assert len(ROWS) > 20
    assert [row.split("|")[1].strip() for row in ROWS if "::test_" not in row] == []


def test_every_room_of_these_tests_is_named_in_the_threat_model() -> None:
    rooms = {path.relative_to(ROOT).as_posix() for path in Path(__file__).parent.glob("test_*.py")}
    assert rooms - {file for file, _ in NAMED} == set()


MOVING_HOUSE = {"storage/sqlite.py", "storage/moving.py"}
"""Whole tables are carried over by their names, which are a list of our own."""


def test_no_query_is_put_together_from_text() -> None:
    """Queries are loaded from files by name; no floor above storage/ says any, and none is formatted."""
    said = re.compile(r"\b(SELECT\s.+|INSERT\s+INTO|UPDATE\s+\w+\s+SET|DELETE\s+FROM)\b", re.DOTALL)
    above, formatted = set(), set()
    for room in (path for floor in ("bot", "handlers", "storage") for path in (ROOT / floor).rglob("*.py")):
        name = room.relative_to(ROOT).as_posix()
        for node in ast.walk(ast.parse(room.read_text("utf-8"))):
            whole = node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""
            if said.search(whole) and not name.startswith("storage/"):
                above.add(name)
            if isinstance(node, ast.JoinedStr) and said.search(ast.unparse(node)):
                formatted.add(name)
    assert above == set()
    assert formatted <= MOVING_HOUSE
    rules = (ROOT / "pyproject.toml").read_text("utf-8").partition("[tool.ruff.lint]")[2]
    assert "S608" in rules.partition("ignore")[0]
