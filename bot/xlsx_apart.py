"""Run by itself, in a process of its own: reads a spreadsheet and writes its sheets as JSON to standard output.

A workbook of a few kilobytes can unfold to more than any machine has (one cell in the last row and column is enough),
and what reads it is then ended by the system. So this process may use so much memory and time and no more, and ends
alone. A cell is a string, a number, a truth value, or [] for what the spreadsheet made a date of.
Ends with UNREADABLE and one line on standard error for what is no spreadsheet. Nothing in it is ever run; one that holds
macros is refused all the same, because whoever made it thinks that they do something.
"""

from __future__ import annotations

import datetime
import json
import resource
import sys
import zipfile
from typing import Any

MEMORY = 1024 * 1024 * 1024
"""Bytes of address space. The largest sheet we write takes a tenth."""
SECONDS = 30
MOST_UNFOLDED = 64 * 1024 * 1024
MOST_CELLS = 2_000_000
MOST_LETTERS = 50_000_000
UNREADABLE = 3
TOO_LARGE = 4
HAS_MACROS = 5


def main(path: str) -> int:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    # The crash that is expected here leaves no image of the process on the disk.
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    parts = _parts(path)
    if sum(part.file_size for part in parts) > MOST_UNFOLDED:
        return TOO_LARGE
    if any(part.filename.lower().endswith("vbaproject.bin") for part in parts):
        return HAS_MACROS
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        book = CalamineWorkbook.from_path(path)
        sheets = {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}
    except (CalamineError, OSError, ValueError) as wrong:
        print(" ".join(str(wrong).split()), file=sys.stderr)
        return UNREADABLE
    cells = [cell for rows in sheets.values() for row in rows for cell in row]
    if len(cells) > MOST_CELLS or sum(len(cell) for cell in cells if isinstance(cell, str)) > MOST_LETTERS:
        return TOO_LARGE
    json.dump(
        {name: [[_plain(cell) for cell in row] for row in rows] for name, rows in sheets.items()}, sys.stdout
    )
    return 0


def _parts(path: str) -> list[zipfile.ZipInfo]:
    """Return what the workbook says it holds. It may lie about how large that is; then the limits above end us."""
    try:
        with zipfile.ZipFile(path) as book:
            return book.infolist()
    except (zipfile.BadZipFile, OSError, ValueError):
        return []  # what opens it next says better what is wrong


def _plain(cell: Any) -> Any:
    """A date or a clock time is a list of one: how it is written."""
    match cell:
        case datetime.datetime():
            return [
                cell.date().isoformat() if cell.time() == datetime.time() else cell.isoformat(" ", "minutes")
            ]
        case datetime.date():
            return [cell.isoformat()]
        case datetime.time():
            return [cell.isoformat("minutes")]
        case datetime.timedelta():
            minutes = int(cell.total_seconds()) // 60
            return [f"{minutes // 60:02}:{minutes % 60:02}"]
    return cell


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
