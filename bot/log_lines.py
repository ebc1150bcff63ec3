"""Log lines that nobody can forge: what people wrote begins no line of its own and moves no cursor.

Control characters (a line's end, the escape that colours a terminal or wipes it), and those that turn the direction of
writing around, are shown as what they are called: \\n, \\x1b, \\u202e.
"""

from __future__ import annotations

import re
import traceback
from collections.abc import Mapping, MutableMapping
from typing import Any, TextIO

UNSEEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]")
WRITTEN_BY_US = frozenset({"timestamp", "level", "exc_info", "exception", "stack"})


def shown(text: str) -> str:
    """Return the text on one line, with what cannot be seen spelled out."""
    return UNSEEN.sub(lambda found: ascii(found[0])[1:-1], text)


def shown_values(logger: Any, method: str, line: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """A step for lines that a person reads: the words and values of a line cannot end it."""
    for key, value in line.items():
        if key not in WRITTEN_BY_US:
            line[key] = _shown(value)
    return line


def _shown(value: Any) -> Any:
    if isinstance(value, str):
        return shown(value)
    if isinstance(value, Mapping):
        return {_shown(key): _shown(inner) for key, inner in value.items()}
    return [_shown(inner) for inner in value] if isinstance(value, list | tuple) else value


def indented_traceback(to: TextIO, failure: Any) -> None:
    """Write a traceback whose lines all stand in from the margin: none can be taken for a line of the log."""
    for line in "".join(traceback.format_exception(*failure)).split("\n"):
        to.write(f"\n    {shown(line)}")


def in_json(line: str) -> str:
    """Return a finished JSON line with what JSON leaves as it is, and a terminal does not, spelled out."""
    return UNSEEN.sub(lambda found: f"\\u{ord(found[0]):04x}", line)
