"""Tables written row by row in bounded memory, as CSV or as an Excel workbook; no cell can become a formula."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol, TextIO

# Excel, LibreOffice and WPS take a cell that begins with one of these for a formula; in Chinese also full width.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


Cell = str | int | float


def defused(cell: str) -> str:
    """Return the cell so that no spreadsheet runs it: an apostrophe before what begins like a formula."""
    return f"'{cell}" if cell.startswith(FORMULA) else cell


EXPLAINED = "说明"
Explained = Sequence[tuple[str, str]]
"""What an export is, line by line: a word and what it says."""


class Sheet(Protocol):
    """Something rows are written to, one by one."""

    def write(self, cells: Sequence[Cell]) -> None: ...

    def explain(self, lines: Explained) -> None:
        """Say on a sheet of its own what this is; where there is but one table, nowhere."""

    def close(self) -> None: ...


class Csv:
    """Comma-separated values; spreadsheets open them, so cells are defused."""

    def __init__(self, to: TextIO, line_end: str, columns: Sequence[str]) -> None:
        self._writer = csv.writer(to, lineterminator=line_end)
        self._writer.writerow(columns)

    def write(self, cells: Sequence[Cell]) -> None:
        self._writer.writerow([defused(cell) if isinstance(cell, str) else cell for cell in cells])

    def explain(self, lines: Explained) -> None:
        pass

    def close(self) -> None:
        pass


class Xlsx:
    """A workbook written row by row. Excel ends at 1,048,576 rows: a new sheet goes on."""

    MOST = 1_048_576

    def __init__(
        self,
        path: Path,
        title: str,
        columns: Sequence[str],
        widths: Mapping[int, int] | None = None,
        aside: Path | None = None,
    ) -> None:
        """`widths`: of columns by number, in characters. `aside`: the folder for what it sets aside while it writes; the
        machine's own when none is given."""
        import xlsxwriter

        folder = {"tmpdir": str(aside)} if aside else {}
        self._book = xlsxwriter.Workbook(str(path), {"constant_memory": True} | folder)
        self._bold = self._book.add_format({"bold": True})
        self._title, self._columns, self._widths = title, columns, widths or {}
        self._sheet: Any = None
        self._next = 0
        self._turn_over()

    def _turn_over(self) -> None:
        number = len(self._book.worksheets())
        self._sheet = self._book.add_worksheet(self._title if not number else f"{self._title}{number + 1}")
        self._sheet.freeze_panes(1, 0)
        for column, width in self._widths.items():
            self._sheet.set_column(column, column, width)
        for column, title in enumerate(self._columns):
            self._sheet.write_string(0, column, title, self._bold)
        self._next = 1

    def write(self, cells: Sequence[Cell]) -> None:
        if self._next == self.MOST:
            self._turn_over()
        for column, cell in enumerate(cells):
            if isinstance(cell, str):
                # Written as a string, so never a formula nor a number without its zeros; defused all the same, because
                # people copy cells and save them as CSV.
                self._sheet.write_string(self._next, column, defused(cell))
            else:
                self._sheet.write_number(self._next, column, cell)
        self._next += 1

    def explain(self, lines: Explained) -> None:
        number = sum(sheet.name.startswith(EXPLAINED) for sheet in self._book.worksheets())
        sheet = self._book.add_worksheet(f"{EXPLAINED}{number + 1}" if number else EXPLAINED)
        sheet.set_column(0, 0, 16)
        sheet.set_column(1, 1, 80)
        for number, (word, said) in enumerate(lines):
            sheet.write_string(number, 0, word, self._bold)
            sheet.write_string(number, 1, defused(said))

    def close(self) -> None:
        self._book.close()
