"""The duty roster in a spreadsheet: written and read back, also where Excel made dates and clock times of what was typed."""

from __future__ import annotations

import datetime
from pathlib import Path

import xlsxwriter

from bot.community_files import read, write_toml, write_xlsx
from handlers.community import read_community, write_community
from tests.handlers.test_community_duty import file


def test_it_comes_back_the_same_from_both_kinds_of_file(tmp_path: Path) -> None:
    loaded = read_community(file())
    for path, write in ((tmp_path / "a.xlsx", write_xlsx), (tmp_path / "a.toml", write_toml)):
        write(write_community(loaded), path)
        tables = read(path)
        assert tables.mistakes == []
        assert read_community(tables.content) == loaded


def test_an_empty_sheet_says_nothing_about_the_roster(tmp_path: Path) -> None:
    without = {key: value for key, value in file().items() if key != "duty"}
    write_xlsx(write_community(read_community(without)), tmp_path / "a.xlsx")
    assert read_community(read(tmp_path / "a.xlsx").content).duties is None


def test_what_excel_made_a_date_or_a_time_of_is_meant_as_one(tmp_path: Path) -> None:
    with xlsxwriter.Workbook(str(tmp_path / "a.xlsx")) as book:
        sheet = book.add_worksheet("duty")
        day, clock = (book.add_format({"num_format": shown}) for shown in ("yyyy-mm-dd", "hh:mm"))
        for column, head in enumerate(("person", "day", "from", "to")):
            sheet.write_string(0, column, head)
        sheet.write_string(1, 0, "wang")
        sheet.write_datetime(1, 1, datetime.datetime(2026, 11, 28), day)
        sheet.write_datetime(1, 2, datetime.time(8), clock)
        sheet.write_datetime(1, 3, datetime.time(20, 30), clock)
    tables = read(tmp_path / "a.xlsx")
    assert tables.mistakes == []
    assert tables.content["duty"] == [{"person": "wang", "day": "2026-11-28", "from": "08:00", "to": "20:30"}]


def test_a_day_off_that_excel_made_a_date_of_is_that_day(tmp_path: Path) -> None:
    with xlsxwriter.Workbook(str(tmp_path / "a.xlsx")) as book:
        sheet = book.add_worksheet("holidays")
        shown = book.add_format({"num_format": "yyyy-mm-dd"})
        for column, head in enumerate(("year", "off", "work")):
            sheet.write_string(0, column, head)
        sheet.write_number(1, 0, 2027)
        sheet.write_string(1, 1, "2027-01-01..2027-01-03、2027-02-05")
        sheet.write_datetime(1, 2, datetime.datetime(2027, 1, 31), shown)
    tables = read(tmp_path / "a.xlsx")
    assert tables.mistakes == []
    assert tables.content["holidays"] == {
        "2027": {"off": ["2027-01-01..2027-01-03", "2027-02-05"], "work": ["2027-01-31"]}
    }
