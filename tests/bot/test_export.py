"""The ledger comes out as a spreadsheet that says what happened and runs nothing."""

from __future__ import annotations

import csv
import io
import sqlite3
import tracemalloc
from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from python_calamine import CalamineWorkbook

from bot import ledger_export, ledger_lines, spreadsheets
from storage.records import Act, Category, Kind, Line, Person, Place, Severity, Sought, State, Ticket

COMMUNITY = "jinghe"
ZONE = ZoneInfo("Asia/Shanghai")
AT = int(datetime(2026, 11, 20, 6, 5, tzinfo=UTC).timestamp() * 1000)

LIFT = Ticket(
    id="jinghe-1001",
    community=COMMUNITY,
    number=1001,
    grid="xinhai-east-1",
    state=State.RESOLVED,
    kind=Kind.REPAIR,
    category=Category.ELEVATOR,
    severity=Severity.MAJOR,
    place=Place(building="3", unit="2", landmark="门厅"),
    words="3号楼2单元电梯停了",
    reporter="mei",
    reported_at=AT,
)
NOISE = replace(
    LIFT,
    id="jinghe-1002",
    number=1002,
    category=Category.NOISE,
    anonymous=True,
    state=State.REPORTED,
    words="吵",
)


def line(ticket, minutes, act, state, person, reason="", platform="telegram"):
    return Line(
        COMMUNITY, ticket.id, ticket.number, AT + minutes * 60_000, act, state, person, platform, reason
    )


@pytest.fixture
def told(folder):
    """A folder where one ticket was resolved, one reported without a name, and a clock ran out."""
    folder.settle()

    async def story(store):
        async with store.turn() as turn:
            await turn.people.save(Person("mei", COMMUNITY, "梅姨"))
            turn.tickets.save(LIFT)
            turn.tickets.save(NOISE)
            turn.ledger.append(line(LIFT, 0, Act.REPORT, State.REPORTED, "mei"))
            turn.ledger.append(line(LIFT, 3, Act.ACCEPT, State.ACCEPTED, "wangfang"))
            turn.ledger.append(line(NOISE, 4, Act.REPORT, State.REPORTED, "mei", platform="web"))
            turn.ledger.append(line(NOISE, 9, Act.ALERT, State.REPORTED, "", "accept", platform=""))
            turn.ledger.append(line(LIFT, 60 * 24, Act.RESOLVE, State.RESOLVED, "wangfang", "=换了灯泡"))

    folder.in_store(story)
    return folder


def table(text):
    return list(csv.DictReader(io.StringIO(text)))


def test_the_first_columns_are_the_contracts(told):
    done = told.huying("export", "ledger")
    assert done.code == 0
    assert done.out.splitlines()[0].startswith("ticket,at,act,state,person,platform,reason,")
    assert done.out.splitlines()[2].startswith(
        "1001,2026-11-20T14:08:00+08:00,accept,accepted,王芳,telegram,,受理,已受理,,wangfang,jinghe,"
        "鑫海花城东区,第一网格,elevator,major,repair,3号楼2单元 门厅,2,"
    )


def test_an_anonymous_reporter_is_named_nowhere(told):
    rows = table(told.huying("export", "ledger").out)
    assert [row["person"] for row in rows] == ["梅姨", "王芳", "匿名", "系统", "王芳"]
    assert [row["person_id"] for row in rows] == ["mei", "wangfang", "", "", "wangfang"]


def test_a_reporter_who_was_joined_to_another_since_is_the_one_they_are_and_anonymous_all_the_same(told):
    async def joined(store):
        async with store.turn() as turn:
            await turn.people.save(Person("r-mei", COMMUNITY, "梅阿姨"))
            await turn.joining.join("mei", Person("r-mei", COMMUNITY, "梅阿姨"))

    told.in_store(joined)
    rows = table(told.huying("export", "ledger").out)
    assert [row["person"] for row in rows] == ["梅阿姨", "王芳", "匿名", "系统", "王芳"]
    assert [row["person_id"] for row in rows] == ["mei", "wangfang", "", "", "wangfang"]
    assert "匿名" in told.huying("ledger", "1002").out
    assert "梅" not in told.huying("ledger", "1002").out


def test_somebody_erased_since_is_anonymous_too():
    assert ledger_lines.name("gone", {}, "zh") == "匿名"
    assert ledger_lines.name("mei", {"mei": Person("mei", COMMUNITY, "")}, "zh") == "匿名"
    assert [ledger_lines.name(one, {}, "en") for one in ("gone", "")] == ["anonymous", "system"]


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_no_cell_can_become_a_formula(start):
    assert spreadsheets.defused(f"{start}1") == f"'{start}1"


def test_a_note_that_looks_like_a_formula_is_defused_in_both_kinds_of_file(told):
    assert table(told.huying("export", "ledger").out)[-1]["reason"] == "'=换了灯泡"
    told.huying("export", "ledger", "-o", "out.xlsx")
    rows = CalamineWorkbook.from_path("out.xlsx").get_sheet_by_index(0).to_python()
    assert rows[-1][6] == "'=换了灯泡"


@pytest.mark.parametrize(
    ("words", "numbers"),
    [
        (["--category", "noise"], ["1002", "1002"]),
        (["--grid", "xinhai-east-1", "--until", "2026-11-20"], ["1001", "1001", "1002", "1002"]),
        (["--since", "2026-11-21"], ["1001"]),
        (["--month", "2026-11", "--category", "noise"], ["1002", "1002"]),
        (["--month", "2026-12"], []),
        (["--year", "2026", "--category", "noise"], ["1002", "1002"]),
        (["--since", "2026-11-20T14:09:00", "--until", "2026-11-20T14:14:00"], ["1002"]),
        (["--since", "2026-11-20T06:09:00+00:00", "--until", "2026-11-20T14:10"], ["1002"]),
        (["--compound", "xinhai-east", "--community", "jinghe", "--since", "2027-01-01"], []),
    ],
)
def test_lines_are_chosen_by_place_kind_and_time(told, words, numbers):
    assert [row["ticket"] for row in table(told.huying("export", "ledger", *words).out)] == numbers


@pytest.mark.parametrize(
    "words", [["--grid", "none"], ["--compound", "none"], ["--category", "none"], ["--community", "none"]]
)
def test_an_unknown_place_or_kind_is_named_with_those_there_are(told, words):
    done = told.huying("export", "ledger", *words)
    assert (done.code, done.out, len(done.err.splitlines())) == (1, "", 1)


@pytest.mark.parametrize(
    "words",
    [
        ["--since", "yesterday"],
        ["--format", "xlsx"],
        ["--month", "2026"],
        ["--month", "2026-13"],
        ["--year", "26"],
        ["--year", "2026", "--month", "2026-11"],
        ["--month", "2026-11", "--since", "2026-11-01"],
    ],
)
def test_what_makes_no_sense_writes_nothing(told, words):
    assert told.huying("export", "ledger", *words).code == 2


def test_a_csv_file_opens_in_excel_as_chinese(told):
    assert told.huying("export", "ledger", "-o", "out.csv").code == 0
    written = (told.path / "out.csv").read_bytes()
    assert written.startswith("\ufeffticket,".encode())
    assert table(written.decode("utf-8-sig")) == table(told.huying("export", "ledger").out)


def test_a_spreadsheet_holds_the_same_cells_all_as_text(told):
    assert told.huying("export", "ledger", "--format", "xlsx", "-o", "out.dat").code == 0
    rows = CalamineWorkbook.from_path("out.dat").get_sheet_by_index(0).to_python()
    assert rows == list(csv.reader(io.StringIO(told.huying("export", "ledger").out)))


def test_the_last_sheet_says_what_it_is_and_where_the_ledger_stood(told):
    told.huying("export", "ledger", "--month", "2026-11", "--category", "noise", "-o", "out.xlsx")
    book = CalamineWorkbook.from_path("out.xlsx")
    said = dict(book.get_sheet_by_name("说明").to_python())
    whole = table(told.huying("export", "ledger").out)
    assert (said["社区"], said["行数"], said["台账末行"]) == ("径河社区", "2", f"第 {len(whole)} 行")
    assert said["范围"] == "2026-11-01 00:00 – 2026-11-30 23:59 · 噪音"
    assert said["末行校验值"] == whole[-1]["hash"]


def test_a_sheet_that_is_full_goes_on_on_the_next(told, monkeypatch):
    monkeypatch.setattr(spreadsheets.Xlsx, "MOST", 3)
    told.huying("export", "ledger", "-o", "out.xlsx")
    book = CalamineWorkbook.from_path("out.xlsx")
    assert book.sheet_names == ["台账", "台账2", "台账3", "说明"]
    sheets = [book.get_sheet_by_name(name).to_python() for name in book.sheet_names[:-1]]
    assert [len(sheet) for sheet in sheets] == [3, 3, 2]
    assert all(sheet[0] == list(ledger_export.COLUMNS) for sheet in sheets)


def test_pages_follow_each_other_without_gap_or_overlap(told, monkeypatch):
    whole = told.huying("export", "ledger").out
    monkeypatch.setattr(ledger_export, "PAGE", 2)
    assert told.huying("export", "ledger").out == whole


def test_an_export_that_fails_leaves_the_former_file_and_no_pieces(told, monkeypatch):
    told.write("out.csv", "former")

    def full(self, cells):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(spreadsheets.Csv, "write", full)
    before = set(told.path.iterdir())
    done = told.huying("export", "ledger", "-o", "out.csv")
    assert (done.code, len(done.err.splitlines())) == (1, 1)
    assert set(told.path.iterdir()) == before
    assert (told.path / "out.csv").read_text() == "former"


def test_one_tickets_story_is_printed_line_by_line(told):
    done = told.huying("ledger", "#1001")
    assert done.code == 0
    assert "3号楼2单元电梯停了" in done.out
    assert [row.split("\t")[1] for row in done.out.splitlines()[2:]] == ["登记", "受理", "办结"]
    assert (told.huying("ledger", "9999").code, told.huying("ledger", "x").code) == (1, 2)


def test_an_untouched_ledger_verifies(told):
    done = told.huying("verify")
    assert (done.code, "5" in done.out) == (0, True)
    assert told.huying("verify", "--community", "jinghe").code == 0


def test_an_altered_line_is_named(told):
    with sqlite3.connect("huying.db") as database:
        for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            database.execute(f"DROP TRIGGER {name}")
        database.execute("UPDATE ledger SET reason = 'nothing happened' WHERE seq = 4")
    done = told.huying("verify")
    assert (done.code, done.out, len(done.err.splitlines())) == (1, "", 1)
    assert "line 4" in done.err


def test_every_act_and_state_has_its_chinese_word():
    assert set(ledger_export.ACTS) == set(Act)
    assert set(ledger_export.STATES) == set(State)


def test_a_long_ledger_takes_no_more_memory_than_a_short_one(folder, monkeypatch):
    monkeypatch.setattr(ledger_export, "PAGE", 50)
    folder.settle()
    peaks = []

    async def story(store):
        async with store.turn() as turn:
            for number in range(1000):
                ticket = replace(LIFT, id=f"jinghe-{number}", number=number, reporter=None)
                turn.tickets.save(ticket)
                turn.ledger.append(line(ticket, number, Act.REPORT, State.REPORTED, ""))
        directory = await store.directory()
        for minutes in (100, 100, 1000):
            sought = Sought(ledger_export.everything(COMMUNITY), until=AT + minutes * 60_000)
            tracemalloc.start()
            sheet = spreadsheets.Xlsx(folder.path / "out.xlsx", "台账", ledger_export.COLUMNS)
            async with store.view() as view:
                async for page in ledger_export.pages(view, directory, [sought]):
                    for one in page:
                        sheet.write(ledger_export.row(one, ZONE))
            sheet.close()
            peaks.append(tracemalloc.get_traced_memory()[1])
            tracemalloc.stop()

    folder.in_store(story)
    _, short, long = peaks
    # What a zip file is packed through has its size; a thousand lines held at once would be twice as much.
    assert long - short < 1_000_000


def test_an_act_on_the_community_itself_has_no_ticket_and_no_state(told):
    async def called(store):
        async with store.turn() as turn:
            turn.ledger.note(
                Act.CALL_MEETING, COMMUNITY, "wangfang", AT, platform="console", reason="周五 15:00"
            )

    told.in_store(called)
    row = table(told.huying("export", "ledger").out)[-1]
    assert (row["ticket"], row["state"], row["state_zh"], row["place"]) == ("", "", "", "")
    assert (row["act_zh"], row["person"], row["reason"]) == ("召开会议", "王芳", "周五 15:00")
    assert "call_meeting" not in told.huying("export", "ledger", "--category", "noise").out
