"""What people write cannot forge a line of the log, nor move the cursor of whoever reads it."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator

import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st

from bot import logs
from bot.log_lines import UNSEEN, in_json, shown

FORGED = "王芳\n2026-11-20T06:05:00Z [info] verified\r\x1b[2K\x1b[32mall is well\u2028\u202e\x9b2J"


@pytest.fixture
def quiet_root() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.reset_defaults()


def lines_of(*, as_json: bool) -> list[str]:
    to = io.StringIO()
    logs.configure(to=to, as_json=as_json)
    logging.getLogger("x").warning("said: %s", FORGED)
    structlog.get_logger("x").warning(f"said {FORGED}", name=FORGED, parts=[FORGED], at={FORGED: FORGED})
    try:
        raise ValueError(FORGED)
    except ValueError:
        structlog.get_logger("x").exception("failed", why=FORGED)
    return to.getvalue().split("\n")[:-1]


def test_a_line_for_a_person_ends_only_where_we_end_it(quiet_root: None) -> None:
    lines = lines_of(as_json=False)
    ours = [line for line in lines if not line.startswith("    ")]
    assert len(ours) == 3
    assert all("T" in line[:20] and "[" in line for line in ours)
    assert [line for line in lines if UNSEEN.search(line)] == []
    assert "\\x1b[2K" in lines[0]


def test_a_line_for_a_machine_is_one_line_and_says_what_was_said(quiet_root: None) -> None:
    lines = lines_of(as_json=True)
    assert len(lines) == 3
    assert [line for line in lines if UNSEEN.search(line)] == []
    assert json.loads(lines[0])["event"] == f"said: {FORGED}"


@given(st.text())
def test_whatever_is_shown_is_one_line_that_can_be_seen(text: str) -> None:
    assert not UNSEEN.search(shown(text))
    assert len(shown(text).splitlines()) <= 1


@given(st.text())
def test_json_says_the_same_however_it_is_spelled(text: str) -> None:
    spelled = in_json(json.dumps(text, ensure_ascii=False))
    assert json.loads(spelled) == text
    assert not UNSEEN.search(spelled)
