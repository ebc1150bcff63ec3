"""Community files from strangers: read, or refused in a line; never a crash, never without bound."""

from __future__ import annotations

import io
import tomllib
import zipfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot import community_files
from bot.community_files import LARGEST, MOST_DOTS, NotAFile, read, tables_of, write_xlsx
from handlers.community import Mistakes, read_community
from tests.security.nonsense import LEAVES, WORDS, mangled, spoilt
from tests.stories.town import TOWN

CONTENT = tomllib.loads(TOWN)


def taken(tables: community_files.Tables) -> None:
    """Read a community out of the tables as `huying import` does."""
    mistakes: list[str] = ["none"]
    try:
        read_community(tables.content)
    except Mistakes as found:
        mistakes = found.mistakes
    assert mistakes
    assert all(isinstance(mistake, str) and mistake for mistake in mistakes)


def taken_or_refused(file: Path) -> None:
    says = str(file)
    try:
        taken(read(file))
    except NotAFile as refused:
        says = str(refused)
    assert says.startswith(str(file))


def in_file(folder: Path, name: str, data: bytes) -> Path:
    file = folder / name
    file.write_bytes(data)
    return file


# --- TOML -------------------------------------------------------------------------------------------------------------


@settings(max_examples=150, deadline=None)
@given(data=mangled(TOWN.encode()))
def test_a_mangled_toml_file_is_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, data: bytes
) -> None:
    file = in_file(tmp_path_factory.getbasetemp(), "mangled.toml", data)
    taken_or_refused(file)


@settings(max_examples=200, deadline=None)
@given(content=spoilt(CONTENT))
def test_a_spoilt_community_is_read_or_its_mistakes_are_named(content: dict[str, Any]) -> None:
    taken(community_files.Tables(content))


@pytest.mark.parametrize(
    "nasty",
    [
        "a=" + "[" * 100_000,
        "a=" + "{a=" * 100_000,
        "a=" + "9" * 10_000,
        "a." * 100_000 + "a=1",
        'a."\u2028".' * 50_000 + "a=1",
        "[" + "a." * 100_000 + "a]",
        "a='" + "x" * LARGEST + "'",
        "\ufeff" * 10,
    ],
    ids=["arrays", "tables", "digits", "keys", "keys with strange line ends", "header", "size", "marks"],
)
def test_a_toml_bomb_is_refused_in_a_line(tmp_path: Path, nasty: str) -> None:
    with pytest.raises(NotAFile):
        read(in_file(tmp_path, "bomb.toml", nasty.encode()))


def test_a_whole_file_of_the_longest_keys_that_are_let_through_is_read_in_steps_that_grow_with_its_size() -> (
    None
):
    # What is left of the square: a line of this many dots costs that many steps squared, and no more.
    assert MOST_DOTS**2 * (LARGEST // (2 * MOST_DOTS)) < 10**9


# --- spreadsheets -----------------------------------------------------------------------------------------------------


@settings(max_examples=150, deadline=None)
@given(
    st.dictionaries(
        st.sampled_from([*community_files.SHEETS, "words", " grid ", "Sheet1"]) | WORDS,
        st.lists(
            st.lists(LEAVES.filter(lambda cell: cell is not None) | st.just([]), max_size=5), max_size=5
        ),
        max_size=4,
    )
)
def test_sheets_with_anything_in_their_cells_are_read_or_their_mistakes_are_named(
    sheets: dict[str, list[list[Any]]],
) -> None:
    taken(tables_of(sheets))


@pytest.fixture(scope="module")
def workbook(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    file = tmp_path_factory.mktemp("right") / "town.xlsx"
    write_xlsx(CONTENT, file)
    return file.read_bytes()


@settings(max_examples=12, deadline=None)
@given(data=st.data())
def test_a_mangled_spreadsheet_is_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, workbook: bytes, data: st.DataObject
) -> None:
    inside = data.draw(
        st.sampled_from([None, "xl/worksheets/sheet4.xml", "xl/workbook.xml", "xl/sharedStrings.xml"])
    )
    if inside is None:
        spoiled = data.draw(mangled(workbook))
    else:
        with zipfile.ZipFile(io.BytesIO(workbook)) as book:
            parts = {name: book.read(name) for name in book.namelist()}
        spoiled = packed(
            (name, [data.draw(mangled(part)) if name == inside else part]) for name, part in parts.items()
        )
    file = in_file(tmp_path_factory.getbasetemp(), "mangled.xlsx", spoiled)
    taken_or_refused(file)


def packed(parts: Iterable[tuple[str, Iterable[bytes]]]) -> bytes:
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as book:
        for name, pieces in parts:
            with book.open(name, "w", force_zip64=True) as part:
                for piece in pieces:
                    part.write(piece)
    return whole.getvalue()


def bomb(workbook: bytes, rows: Iterable[bytes]) -> bytes:
    """A workbook whose first sheet holds these rows."""
    with zipfile.ZipFile(io.BytesIO(workbook)) as book:
        parts = {name: book.read(name) for name in book.namelist()}
    head, tail = b"<sheetData>", b"</sheetData></worksheet>"
    sheet = parts["xl/worksheets/sheet1.xml"].partition(head)[0] + head
    return packed(
        (name, [sheet, *rows, tail] if name == "xl/worksheets/sheet1.xml" else [part])
        for name, part in parts.items()
    )


def test_a_cell_in_the_last_corner_unfolds_to_nothing(tmp_path: Path, workbook: bytes) -> None:
    corner = b'<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    file = in_file(tmp_path, "corner.xlsx", bomb(workbook, [corner]))
    assert file.stat().st_size < 20_000
    with pytest.raises(NotAFile, match="too large, or broken"):
        read(file)


def test_a_spreadsheet_that_unfolds_to_a_thousand_times_its_size_is_refused(
    tmp_path: Path, workbook: bytes
) -> None:
    rows = (b"<row><c><v>1</v></c></row>" * 50_000 for _ in range(60))
    file = in_file(tmp_path, "rows.xlsx", bomb(workbook, rows))
    assert file.stat().st_size < 2_000_000
    with pytest.raises(NotAFile, match="too large, or broken"):
        read(file)


def test_a_file_too_large_is_not_even_opened(tmp_path: Path) -> None:
    file = tmp_path / "large.xlsx"
    with file.open("wb") as sparse:
        sparse.truncate(LARGEST + 1)
    with pytest.raises(NotAFile, match="larger than"):
        read(file)
