"""A community file goes in whole or not at all, and comes out as it went in."""

from __future__ import annotations

import tomllib
from datetime import date
from pathlib import Path

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from bot import community_files, toml_text, words_sheet
from tests.bot.folder import COMMUNITY

TEN_MISTAKES = """
colour = "red"
[community]
id = "jing he"
timezone = "Mars/Olympus"
[[compound]]
id = "east"
name = "东区"
regime = "private"
[[grid]]
id = "east-1"
compound = "west"
name = "一格"
buildings = ["1-3", "3"]
leader = "nobody"
deputies = ["ghost"]
[policy.ordinary]
resolve = "soon"
[[person]]
id = "wang"
name = "王芳"
roles = ["queen"]
"""


def people_of(folder):
    names = []

    async def look(store):
        names.extend((await store.directory()).people)

    folder.in_store(look)
    return sorted(names)


def test_a_community_is_imported_into_a_database_that_was_not_there(folder):
    done = folder.huying("import", folder.write("jinghe.toml", COMMUNITY))
    assert done.code == 0
    assert "径河社区" in done.out
    assert people_of(folder) == ["hongse", "lilei", "wangfang"]


def test_importing_again_changes_nothing_and_says_so(folder):
    folder.settle()
    again = folder.huying("import", "jinghe.toml")
    assert (again.code, again.out) == (0, "没有变化 · nothing changes\n")


def test_a_dry_run_tells_the_changes_and_makes_none(folder):
    folder.write("jinghe.toml", COMMUNITY)
    first = folder.huying("import", "--dry-run", "jinghe.toml")
    assert first.code == 0
    assert "＋3" in first.out
    assert not (folder.path / "huying.db").exists()
    folder.settle()
    folder.write("jinghe.toml", COMMUNITY.replace('name = "李雷"', 'name = "李磊"'))
    second = folder.huying("import", "--dry-run", "jinghe.toml")
    assert "人员 person\t～1 lilei" in second.out
    assert folder.huying("import", "--dry-run", "jinghe.toml").out == second.out


def test_a_changed_file_says_what_came_what_changed_and_what_left(folder):
    folder.settle()
    changed = COMMUNITY.replace('name = "第一网格"', 'name = "一号网格"').replace(
        '"telegram:1002"', '"telegram:2002"'
    )
    changed = changed.replace('service_phone = "027-83000000"', 'service_phone = "027-83000001"')
    done = folder.huying("import", folder.write("jinghe.toml", changed))
    assert done.out.splitlines()[:3] == [
        "社区 community\t～ service_phone",
        "网格 grid\t～1 xinhai-east-1",
        "账号 account\t＋1 telegram:2002  －1 telegram:1002",
    ]


def test_all_mistakes_are_named_and_nothing_is_imported(folder):
    done = folder.huying("import", folder.write("bad.toml", TEN_MISTAKES))
    assert done.code == 1
    for word in (
        "colour",
        "jing he",
        "name",
        "Mars",
        "private",
        "west",
        "3",
        "nobody",
        "ghost",
        "soon",
        "queen",
    ):
        assert word in done.err, word
    assert len(done.err.splitlines()) >= 11
    assert "什么也没有导入" in done.err.splitlines()[-1]
    assert not (folder.path / "huying.db").exists()


def test_mistakes_in_a_later_import_leave_the_community_as_it_was(folder):
    folder.settle()
    assert folder.huying("import", folder.write("bad.toml", TEN_MISTAKES)).code == 1
    assert people_of(folder) == ["hongse", "lilei", "wangfang"]


def test_a_second_community_may_not_take_what_belongs_to_the_first(folder):
    folder.settle()
    other = COMMUNITY.replace('id = "jinghe"', 'id = "other"')
    done = folder.huying("import", folder.write("other.toml", other))
    assert done.code == 1
    assert "xinhai-east-1" in done.err
    assert "wangfang" in done.err


@pytest.mark.parametrize("kind", ["toml", "xlsx"])
def test_what_is_exported_can_be_imported_again_without_change(folder, kind):
    folder.settle()
    assert folder.huying("export", "community", "-o", f"out.{kind}").code == 0
    assert folder.huying("import", f"out.{kind}").out == "没有变化 · nothing changes\n"


def test_a_spreadsheet_alone_makes_a_community(folder):
    folder.settle()
    folder.huying("export", "community", "-o", "out.xlsx")
    (folder.path / "huying.db").unlink()
    assert folder.huying("import", "out.xlsx").code == 0
    again = folder.huying("import", folder.write("jinghe.toml", COMMUNITY))
    assert again.out == "没有变化 · nothing changes\n"


def test_every_cell_of_an_exported_spreadsheet_is_text(folder):
    from python_calamine import CalamineWorkbook

    folder.settle()
    folder.huying("export", "community", "-o", "out.xlsx")
    book = CalamineWorkbook.from_path("out.xlsx")
    cells = [
        cell for name in book.sheet_names for row in book.get_sheet_by_name(name).to_python() for cell in row
    ]
    assert "013800000002" in cells
    assert {type(cell) for cell in cells} == {str}


def sheet(path: Path, name: str, rows: list[list[object]]) -> Path:
    with xlsxwriter.Workbook(str(path), {"default_date_format": "d-mmm"}) as book:
        for number, row in enumerate(rows):
            if number == 0:
                page = book.add_worksheet(name)
            page.write_row(number, 0, row)
    return path


def test_numbers_typed_into_a_spreadsheet_are_read_as_they_were_typed(tmp_path):
    path = sheet(
        tmp_path / "a.xlsx", "person", [["id", "phone", "roles"], ["wang", 13800000001, "staff、volunteer"]]
    )
    tables = community_files.read(path)
    assert tables.content == {
        "person": [{"id": "wang", "phone": "13800000001", "roles": ["staff", "volunteer"]}]
    }
    assert tables.mistakes == []


def test_buildings_that_the_spreadsheet_made_a_date_of_are_pointed_out_by_cell(tmp_path):
    path = sheet(tmp_path / "a.xlsx", "grid", [["id", "buildings"], ["g", date(2026, 1, 12)]])
    (mistake,) = community_files.read(path).mistakes
    assert mistake.startswith("grid!B2")


def test_a_cell_under_no_name_and_a_second_community_row_are_mistakes(tmp_path):
    path = sheet(tmp_path / "a.xlsx", "community", [["id"], ["a", "stray"], ["b"]])
    assert len(community_files.read(path).mistakes) == 2


def test_empty_sheets_and_rows_are_passed_over(tmp_path):
    path = sheet(tmp_path / "a.xlsx", "Sheet1", [["", ""], ["", ""]])
    assert community_files.read(path) == community_files.Tables({})


def test_a_number_that_is_none_stays_a_word_for_the_rules_to_refuse(tmp_path):
    path = sheet(tmp_path / "a.xlsx", "escalation", [["followers"], ["five"]])
    assert community_files.read(path).content == {"escalation": {"followers": "five"}}


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.toml", b"[community"),
        ("a.toml", "[community]\nname = '径河'".encode("gbk")),
        ("a.xlsx", b"PK\x03\x04 no spreadsheet"),
        ("a.xlsx", b""),
        ("a.csv", b"id,name"),
        ("a.toml", b"x = " + b"[" * 100_000),
    ],
)
def test_a_file_that_cannot_be_read_is_one_clear_line(folder, name, content):
    (folder.path / name).write_bytes(content)
    done = folder.huying("import", name)
    assert done.code == 1
    assert len(done.err.splitlines()) == 1
    assert name in done.err


def test_a_file_that_is_not_there_is_one_clear_line(folder):
    done = folder.huying("import", "gone.toml")
    assert (done.code, len(done.err.splitlines())) == (1, 1)


def test_a_byte_order_mark_from_a_windows_editor_does_no_harm(folder):
    (folder.path / "jinghe.toml").write_text(COMMUNITY, encoding="utf-8-sig")
    assert folder.huying("import", "jinghe.toml").code == 0


KEYS = st.text(min_size=1, max_size=6)
VALUES = st.recursive(
    st.text(max_size=12)
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.lists(st.text(max_size=6), max_size=3),
    lambda inner: st.dictionaries(KEYS, inner, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(KEYS, st.dictionaries(KEYS, VALUES, max_size=4), max_size=4))
def test_written_toml_reads_back(tables):
    assert tomllib.loads(toml_text.write(tables)) == tables


def without_empty_tables(table):
    inner = {
        key: without_empty_tables(value) if isinstance(value, dict) else value for key, value in table.items()
    }
    return {key: value for key, value in inner.items() if value != {}}


@given(st.dictionaries(KEYS, VALUES, max_size=4).map(without_empty_tables))
def test_the_words_of_a_community_survive_their_sheet(words):
    assert words_sheet.read(list(words_sheet.rows(words))) == words


def test_two_columns_of_one_name_are_a_mistake(tmp_path):
    file = sheet(tmp_path / "a.xlsx", "person", [["id", "name", "name"], ["wangfang", "王芳", "李雷"]])
    (mistake,) = community_files.read(file).mistakes
    assert "two columns name" in mistake


def test_whom_to_ask_for_a_second_opinion_goes_round_through_a_spreadsheet(tmp_path):
    content = {"reading": {"second_opinion": "https://model.example.org/v1", "model": "qwen2.5"}}
    community_files.write_xlsx(content, tmp_path / "town.xlsx")
    assert community_files.read(tmp_path / "town.xlsx").content["reading"] == content["reading"]
