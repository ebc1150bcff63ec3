"""Where an export goes: standard output, or a file that appears under its name only when it is whole."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TextIO

from bot.spreadsheets import Csv, Sheet, Xlsx
from bot.terminal import Failed
from bot.whole import whole


def form_of(args: argparse.Namespace, forms: Sequence[str]) -> str:
    """Return the format that was asked for, else the one the file's name says, else the first of `forms`.

    Raises Failed for what cannot be shown on a screen.
    """
    named = args.output.suffix.lower().lstrip(".") if args.output else ""
    form: str = args.format or (named if named in forms else forms[0])
    if args.output is None and form not in ("csv", "txt"):
        raise Failed(f"{form} 要写 -o FILE · {form} needs -o FILE", code=2)
    return form


@contextmanager
def sheet(
    form: str,
    output: Path | None,
    title: str,
    columns: Sequence[str],
    widths: Mapping[int, int] | None = None,
) -> Iterator[Sheet]:
    """Give a sheet to write on."""
    if output is None:
        yield Csv(sys.stdout, "\n", columns)
        return
    with whole(output) as part, ExitStack() as open_files:
        written: Sheet
        if form == "xlsx":
            written = Xlsx(part, title, columns, widths)
        else:
            # Excel takes UTF-8 for Chinese only behind a byte-order mark.
            to: TextIO = open_files.enter_context(part.open("w", encoding="utf-8-sig", newline=""))
            written = Csv(to, "\r\n", columns)
        yield written
        written.close()
