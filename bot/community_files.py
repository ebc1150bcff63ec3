"""Community files on disk: TOML and spreadsheets to plain tables and back. What the tables mean is handlers/community's.

The tables are what tomllib gives for the file of the contract: `community`, `policy`, `category`, `holidays`, `meeting`,
`escalation`, `reading` are mappings, `compound`, `grid`, `person`, `duty` lists of mappings. In a spreadsheet each is a sheet with its keys
in the first row; every cell is text, several values in one cell stand apart by 、 or a comma.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bot import toml_text, words_sheet, xlsx_apart

LARGEST = 4 * 1024 * 1024
"""Bytes. A city's community is some hundred kilobytes; a file far beyond that is a mistake or an attack."""

MOST_DOTS = 200
"""In one line of TOML. Python's reader takes the square of a dotted key's length: 64 KB of them are eleven seconds."""

# How a table of the file lies in its sheet: one row, one row per key (named by this column), or any number of rows.
ONE_ROW = ("community", "meeting", "escalation", "reading")
KEYED = {"policy": "severity", "category": "category", "holidays": "year"}
ROWS = ("compound", "grid", "person", "duty")
SHEETS = (
    "community",
    "compound",
    "grid",
    "person",
    "duty",
    "policy",
    "category",
    "holidays",
    "meeting",
    "escalation",
    "reading",
)

WORDS = "words"
"""The community's own words for the reader: tables of any depth, so their sheet has one row per path."""

LISTS = {
    "community": {"staff_chats", "street_chats"},
    "grid": {"buildings", "deputies", "chats", "heads"},
    "person": {"roles", "accounts"},
    "meeting": {"representatives"},
    "holidays": {"off", "work"},
}
NUMBERS = {"escalation": {"followers"}, "meeting": {"quorum"}}
TIMES = {"duty": {"day", "from", "to"}, "holidays": {"off", "work"}}
"""Where a date or a clock time is what is meant."""
APART = re.compile(r"[、，,;；\n]")


@dataclass
class Tables:
    """A file's content, and what could not even be read, one line each.

    `rows`: for each sheet of a workbook the number of every entry's row, by its id or key; `heads`: its columns.
    """

    content: dict[str, Any]
    mistakes: list[str] = field(default_factory=list)
    rows: dict[str, dict[str, int]] = field(default_factory=dict, compare=False)
    heads: dict[str, list[str]] = field(default_factory=dict, compare=False)

    def cell(self, table: str, id: str, key: str) -> str:
        """Return where in the workbook a value stands: grid!C5, or its row, grid!5; "" where nobody knows.

        An entry without an id is known by its place: 第3个/no. 3. Of two with one id it is the second.
        """
        rows = self.rows.get(table, {})
        number = rows.get(id) or rows.get(f"#{id.rpartition(' ')[2]}")
        if number is None:
            return ""
        heads = self.heads[table]
        return f"{table}!{_column(heads.index(key)) if key in heads else ''}{number}"


class NotAFile(Exception):
    """The file cannot be read at all, or is of no kind we know: its message is one clear line."""


def read(path: Path) -> Tables:
    """Read a `.toml` or `.xlsx` file. Raises NotAFile; single cells that make no sense are in `mistakes`."""
    readers = {".toml": read_toml, ".xlsx": read_xlsx}
    reader = readers.get(path.suffix.lower())
    if reader is None:
        raise NotAFile(f"{path}：须是 .toml 或 .xlsx · must be a .toml or .xlsx file")
    try:
        size = path.stat().st_size
    except OSError as trouble:
        raise NotAFile(f"{path}：读不了（{trouble.strerror}）· cannot read: {trouble.strerror}") from trouble
    if size > LARGEST:
        raise NotAFile(f"{path}：超过 {LARGEST >> 20} MB · larger than {LARGEST >> 20} MB")
    return reader(path)


def read_toml(path: Path) -> Tables:
    try:
        # Editors on Windows put a byte-order mark in front, which TOML does not know.
        text = path.read_text(encoding="utf-8-sig")
        if any(line.count(".") > MOST_DOTS for line in text.split("\n")):
            raise NotAFile(f"{path}：有一行太长 · a line with more than {MOST_DOTS} dots")
        return Tables(tomllib.loads(text))
    except UnicodeDecodeError as wrong:
        raise NotAFile(f"{path}：不是 UTF-8 编码，请另存为 UTF-8 · not UTF-8, save it as UTF-8") from wrong
    except (ValueError, RecursionError) as wrong:
        # Not only its own TOMLDecodeError: a number of five thousand digits is a ValueError of int().
        raise NotAFile(f"{path}：TOML 写法有误 · not valid TOML: {wrong}") from wrong
    except OSError as trouble:
        raise NotAFile(f"{path}：读不了（{trouble.strerror}）· cannot read: {trouble.strerror}") from trouble


def write_toml(content: Mapping[str, Any], path: Path) -> None:
    """Write the tables in the file's usual order."""
    path.write_text(
        toml_text.write({name: content[name] for name in _order(content) if name in content}), "utf-8"
    )


def _order(content: Mapping[str, Any]) -> list[str]:
    return [*SHEETS, *(name for name in content if name not in SHEETS)]


def read_xlsx(path: Path) -> Tables:
    return tables_of(_sheets(path))


def tables_of(sheets: Mapping[str, list[list[Any]]]) -> Tables:
    """Return the tables that the sheets of a workbook hold; a cell is what xlsx_apart makes of it."""
    tables = Tables({})
    for name, cells in sheets.items():
        name = name.strip()
        numbered = list(_rows(name, cells, tables.mistakes))
        rows = [row for _, row in numbered]
        if not rows:
            continue
        tables.heads[name] = [str(cell).strip() for cell in cells[0]]
        tables.rows[name] = _places(name, numbered)
        if name in ONE_ROW:
            tables.content[name] = rows[0]
            if len(rows) > 1:
                tables.mistakes.append(f"工作表 {name}：只能有一行 · sheet {name}: one row only")
        elif name in KEYED:
            tables.content[name] = _keyed(name, rows, tables.mistakes)
        elif name == WORDS:
            tables.content[name] = words_sheet.read(rows)
        else:
            tables.content[name] = rows
    return tables


def _places(name: str, rows: list[tuple[int, dict[str, Any]]]) -> dict[str, int]:
    """Return the row of each entry by its id or key, and by its place in the list; "" is the only row of a sheet."""
    if name in ONE_ROW:
        return {"": rows[0][0]}
    own = KEYED.get(name, "id")
    by_place = {f"#{place}": number for place, (number, _) in enumerate(rows, 1)}
    return by_place | {str(row[own]): number for number, row in rows if own in row}


def _column(place: int) -> str:
    """Return the letters of a column, as spreadsheets name them: A … Z, AA …"""
    letters = ""
    place += 1
    while place:
        place, letter = divmod(place - 1, 26)
        letters = chr(65 + letter) + letters
    return letters


def _sheets(path: Path) -> dict[str, list[list[Any]]]:
    """Return the cells of every sheet, read by a process that may crash without us."""
    reader = [sys.executable, "-I", xlsx_apart.__file__, str(path.absolute())]
    done = subprocess.run(reader, capture_output=True, check=False)
    if done.returncode == xlsx_apart.HAS_MACROS:
        raise NotAFile(f"{path}：里面有宏，请另存为不带宏的 .xlsx · it holds macros, save it without")
    if done.returncode == xlsx_apart.UNREADABLE:
        why = done.stderr.decode("utf-8", "replace").strip()
        raise NotAFile(f"{path}：打不开这个表格 · cannot open this spreadsheet: {why}")
    if done.returncode:
        raise NotAFile(f"{path}：这个表格太大，或者坏了 · this spreadsheet is too large, or broken")
    sheets: dict[str, list[list[Any]]] = json.loads(done.stdout)
    return sheets


def _rows(sheet: str, cells: list[list[Any]], mistakes: list[str]) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield the number of each row that holds anything, and it as {key: value}; empty cells are absent keys."""
    heads = [str(cell).strip() for cell in cells[0]] if cells else []
    mistakes += [
        f"工作表 {sheet}：有两列 {head} · sheet {sheet}: two columns {head}"
        for head in sorted({head for head in heads if head and heads.count(head) > 1})
    ]
    for number, line in enumerate(cells[1:], 2):
        row: dict[str, Any] = {}
        for column, cell in enumerate(line):
            where = f"{sheet}!{_column(column)}{number}"
            key = heads[column] if column < len(heads) else ""
            words = _text(cell, where, mistakes, timed=key in TIMES.get(sheet, ()))
            if not words:
                continue
            if not key:
                mistakes.append(f"{where}：这一列没有列名 · this column has no name in the first row")
            elif key in LISTS.get(sheet, ()):
                row[key] = [part for part in map(str.strip, APART.split(words)) if part]
            elif key in NUMBERS.get(sheet, ()) and re.fullmatch(r"-?\d{1,9}", words):
                row[key] = int(words)
            else:
                row[key] = words
        if row:
            yield number, row


def _text(cell: Any, where: str, mistakes: list[str], *, timed: bool = False) -> str:
    """Return what a person typed into a cell, as far as the spreadsheet still knows it."""
    if isinstance(cell, list):
        if timed:
            return str(cell[0])
        # Excel turns "1-12" into the 12th of January unless the cell is marked as text.
        mistakes.append(
            f"{where}：表格把它变成了日期，请把单元格设为“文本”再填一次 · the spreadsheet made a date of it: format as text"
        )
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip()


def _keyed(sheet: str, rows: list[dict[str, Any]], mistakes: list[str]) -> dict[str, Any]:
    column = KEYED[sheet]
    table: dict[str, Any] = {}
    for number, row in enumerate(rows, 1):
        key = row.pop(column, None)
        if key is None:
            mistakes.append(
                f"工作表 {sheet}：第 {number} 条没有 {column} · sheet {sheet}: entry {number} lacks {column}"
            )
        elif key in table:
            mistakes.append(f"工作表 {sheet}：{key} 写了两次 · sheet {sheet}: {key} stands twice")
        else:
            table[key] = row
    return table


def write_xlsx(content: Mapping[str, Any], path: Path) -> None:
    """Write one sheet per table. Every cell is text, so that no phone loses a zero and nothing becomes a formula."""
    import xlsxwriter

    with xlsxwriter.Workbook(str(path), {"strings_to_numbers": False, "strings_to_formulas": False}) as book:
        head = book.add_format({"bold": True, "num_format": "@", "bottom": 1})
        text = book.add_format({"num_format": "@", "text_wrap": True, "valign": "top"})
        for name in _order(content):
            sheet = book.add_worksheet(name)
            rows = _flat(name, content.get(name, {}))
            keys = list(dict.fromkeys(key for row in rows for key in row))
            sheet.freeze_panes(1, 0)
            sheet.set_column(0, max(len(keys), 1) - 1, 22, text)
            for column, key in enumerate(keys):
                sheet.write_string(0, column, key, head)
                for line, row in enumerate(rows, 1):
                    if row.get(key) not in (None, "", [], ()):
                        sheet.write_string(line, column, _cell(row[key]), text)


def _flat(name: str, table: Any) -> list[Mapping[str, Any]]:
    if name in KEYED:
        return [{KEYED[name]: key, **row} for key, row in table.items()]
    if name == WORDS:
        return list(words_sheet.rows(table))
    return list(table) if isinstance(table, list | tuple) else [table]


def _cell(value: Any) -> str:
    return "、".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
