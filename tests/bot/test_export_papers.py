"""`huying export summary` and `huying export minutes`: the figures as a table, the minutes in every form."""

from __future__ import annotations

import csv
import io
from dataclasses import replace

import pytest
from docx import Document
from python_calamine import CalamineWorkbook

from storage.records import Meeting, MeetingItem, MeetingState, Outcome, Party, Person, Seat
from tests.bot.test_export import AT, COMMUNITY, LIFT, NOISE

HOUR = 3_600_000
THIRD = Meeting(
    "jinghe-m3", COMMUNITY, "lilei", AT, AT + HOUR, "会议室", MeetingState.CLOSED, 2026, 3,
    (Seat(Party.COMMUNITY, "李雷", "lilei", True),), "李雷", "王芳", None, AT + HOUR, AT + 2 * HOUR,
)  # fmt: skip


@pytest.fixture
def held(folder):
    """A folder where a meeting was held about a lift, and another one is under way."""
    folder.settle()
    lift = replace(LIFT, accepted_at=AT, resolved_at=AT + 60_000, rating="good")

    async def story(store):
        async with store.turn() as turn:
            await turn.people.save(Person("mei", COMMUNITY, "梅姨"))
            turn.tickets.save(lift)
            turn.tickets.save(NOISE)
            turn.meetings.save(THIRD)
            under_way = replace(
                THIRD, id="jinghe-m4", number=4, state=MeetingState.UNDER_WAY, begun_at=AT + 9 * HOUR
            )
            turn.meetings.save(replace(under_way, starts_at=AT + 9 * HOUR, closed_at=None))
            item = MeetingItem(
                THIRD.id,
                lift.id,
                Outcome.RESOLVED,
                "=更换门机",
                AT + HOUR,
                "lilei",
                "红色物业",
                "hongse",
                (),
                AT + 30 * HOUR,
            )
            turn.meetings.decide(item)

    folder.in_store(story)
    return folder


def test_the_minutes_of_the_last_meeting_that_was_closed_are_shown(held):
    shown = held.huying("export", "minutes").out
    assert shown.startswith("径河社区联席会议纪要\n〔2026〕第3期\n")
    assert "责任单位：红色物业" in shown
    assert held.huying("export", "minutes", "--meeting", "3").out == shown
    assert held.huying("export", "minutes", "--meeting", "2026-3").out == shown
    assert "还在进行" in held.huying("export", "minutes", "--meeting", "jinghe-m4").out


def test_the_files_name_says_in_which_form_they_are_written(held):
    for name in ("m.docx", "m.pdf", "m.txt", "m.xlsx", "m.csv"):
        assert held.huying("export", "minutes", "-o", name).code == 0
    assert "径河社区联席会议纪要" in Document("m.docx").paragraphs[0].text
    assert (held.path / "m.pdf").read_bytes().startswith(b"%PDF-")
    assert (held.path / "m.txt").read_text("utf-8") == held.huying("export", "minutes").out
    with (held.path / "m.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    assert rows[1][:3] == ["1", "#1001 =更换门机", "红色物业"]
    assert CalamineWorkbook.from_path("m.xlsx").get_sheet_by_index(0).to_python() == rows


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["--meeting", "9"], 1),
        (["--meeting", "2025-3"], 1),
        (["--format", "pdf"], 2),
        (["-o", "no/such.pdf"], 1),
    ],
)
def test_what_is_not_there_or_cannot_be_shown_is_said_in_a_line(held, words, code):
    done = held.huying("export", "minutes", *words)
    assert (done.code, done.out, len(done.err.splitlines())) == (code, "", 1)


def test_where_no_meeting_was_held_there_are_no_minutes(folder):
    folder.settle()
    assert "还没有开过会议" in folder.huying("export", "minutes").err


def test_the_figures_of_a_month_come_as_a_table(held):
    rows = list(csv.DictReader(io.StringIO(held.huying("export", "summary", "--month", "2026-11").out)))
    assert [row[name] for row in rows[:1] for name in list(row)[:3]] == ["社区", "全社区", "2"]
    assert len(rows) == 1 + 1 + 1 + 2
    held.huying("export", "summary", "--year", "2026", "-o", "figures.xlsx")
    book = CalamineWorkbook.from_path("figures.xlsx")
    assert book.sheet_names == ["三率 2026"]
    assert book.get_sheet_by_index(0).to_python()[1][2] == 2
    earlier = csv.DictReader(io.StringIO(held.huying("export", "summary", "--month", "2026-10").out))
    assert next(earlier)["登记（件）"] == "0"


def test_a_month_that_is_none_is_refused(held):
    assert held.huying("export", "summary", "--month", "2026-11-01").code == 2
