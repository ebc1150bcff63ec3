"""Setting Chinese text in lines: no line begins with a closing mark or ends with an opening one, and words and numbers stay whole."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

NOT_FIRST = frozenset("、，。；：！？）》」』】〕”’%％…—·℃,.;:!?)]}")
NOT_LAST = frozenset("（《「『【〔“‘([{#＃")
# A run of letters and digits, or one character of any other kind.
PIECES = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9.,:/_@+-]*[A-Za-z0-9])?|.", re.DOTALL)


def lines(text: str, width: Callable[[str], float], most: float, first: float = 0.0) -> list[str]:
    """Return the text in lines no wider than `most`; `first`: by how much the first is indented.

    A piece wider than a line is broken where the line ends. Line ends in the text begin a new line.
    """
    return [line for part in text.split("\n") for line in _paragraph(part, width, most, first)]


def _paragraph(text: str, width: Callable[[str], float], most: float, first: float) -> Iterator[str]:
    line: list[str] = []
    room, used = most - first, 0.0
    for piece in _pieces(text, width, most):
        if line and used + width(piece) > room and not piece.isspace():
            carried = _carried(line, piece)
            yield "".join(line[: len(line) - carried]).rstrip()
            line = line[len(line) - carried :]
            room, used = most, sum(map(width, line))
        if line or not piece.isspace():
            line.append(piece)
            used += width(piece)
    yield "".join(line).rstrip()


def _pieces(text: str, width: Callable[[str], float], most: float) -> Iterator[str]:
    for piece in PIECES.findall(text):
        if width(piece) <= most:
            yield piece
        else:
            yield from piece


def _carried(line: list[str], piece: str) -> int:
    """Return how many pieces at the end of the line go to the next one, so that neither begins or ends as it must not."""
    carried, first = 0, piece
    while carried < len(line) - 1 and (first in NOT_FIRST or line[-1 - carried] in NOT_LAST):
        first = line[-1 - carried]
        carried += 1
    # A line of nothing but such marks stays as it is.
    return carried if carried < len(line) else 0
