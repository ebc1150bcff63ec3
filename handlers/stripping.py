"""What may leave the house of somebody's words: no number of any kind, no name that was called, no address.

Numbers go as a whole rather than kind by kind: telephones, rooms, identity cards, licence plates and ids all are numbers,
written in more ways than any list knows, and whether it is a call does not hang on any of them.
"""

from __future__ import annotations

import re
from unicodedata import category, normalize

LONGEST = 300
"""Characters that leave."""

LOOKED_AT = 1000
"""Characters that are looked at: nothing behind them leaves."""

FEWEST = 2
"""Letters without which there is nothing to ask about."""

NUMBER, SOMEBODY = "#", "某人"

_CALLED = re.compile(r"[!-?A-~]{0,64}@[^\s@,!?;:()\"'，。！？；：、…（）“”‘’《》【】]{0,40}")
"""@王芳, @wangfang, and lilei@example.org with what stands before it (64: the longest that mail allows)."""

_ASCII = re.compile(r"[!-~]+")
_AN_ID = re.compile(r"[0-9_]|://|[A-Za-z]\.[A-Za-z]")
"""In a run of plain characters: 138-0000, B2C3D of a plate, wxid_abc, https://…, t.me: the whole run goes."""

_NUMERALS = "一二三四五六七八九十百千零两幺廿卅壹贰叁肆伍陆柒捌玖拾佰仟"
_COUNTED = re.compile(
    rf"[{_NUMERALS}#](?:[\s\-—–~·.,、，]?[{_NUMERALS}#])+|[{_NUMERALS}](?=[号栋幢座楼层单室房户门])"
)
"""Two numerals together are a number (五零一, 十二), and so is one before 楼 or 室; 一直 and 万一 are words."""


def stripped(words: str) -> str:
    """Return at most LONGEST characters that name nobody and hold no number; "" when nothing worth asking about is left.

    Deterministic, in time proportional to the first LOOKED_AT characters.
    """
    plain = "".join(map(_seen, words[:LOOKED_AT]))
    plain = "".join(map(_unnumbered, normalize("NFKC", plain)))
    plain = _CALLED.sub(SOMEBODY, plain)
    plain = _ASCII.sub(lambda run: NUMBER if _AN_ID.search(run[0]) else run[0], plain)
    plain = _COUNTED.sub(NUMBER, plain)
    plain = " ".join(plain.split())[:LONGEST]
    letters = sum(char.isalpha() for char in plain.replace(SOMEBODY, ""))
    return plain if letters >= FEWEST else ""


def _seen(char: str) -> str:
    """Leave out what could stand unseen between two digits: format and combining characters, halves of pairs."""
    if char.isspace():
        return " "
    return "" if category(char)[0] in "CM" else char


def _unnumbered(char: str) -> str:
    """Return a digit for whatever is a number in any writing, as what follows looks for it."""
    if category(char)[0] in "CM":
        return ""  # compatibility forms unfold into these as well
    return "0" if category(char)[0] == "N" else char
