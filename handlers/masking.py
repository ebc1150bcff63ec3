"""Residents' names, phones and rooms as those see them who need not know: enough to tell one from another, no more.

Those who need to know look at them by an act that stands in the ledger (handlers/privacy.py). What people who hold an
office are called is for everybody to see and goes through none of this.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable
from dataclasses import replace
from functools import partial

from storage.records import Place

HIDDEN = "****"
_D = "0-9０-９"
_SEPARATOR = r"[ \-－—–·.]"
_NUMBERS = re.compile(
    # A mobile number, however it is grouped: 138 0000 0001, 138-0000-0001.
    rf"(?<![{_D}])[1１][3-9３-９](?:{_SEPARATOR}{{0,2}}[{_D}]){{9}}(?![{_D}])"
    # A landline with its area code: 027-83000000, 010 8300 0000.
    rf"|(?<![{_D}])[0０][{_D}]{{2,3}}{_SEPARATOR}{{0,2}}[{_D}]{{3,4}}{_SEPARATOR}?[{_D}]{{4}}(?![{_D}])"
    # An identity card in its groups.
    rf"|(?<![{_D}])[{_D}]{{6}}{_SEPARATOR}[{_D}]{{8}}{_SEPARATOR}[{_D}]{{3}}[{_D}xX](?![{_D}])"
    # Whatever else has as many digits as a telephone, a card or an account; #1024 is a ticket's number.
    rf"|(?<![{_D}#＃])[{_D}]{{7,}}+[xX]?"
    # And what is spelt out to hide it: 幺三八零零零零零零零一.
    r"|[零〇一二三四五六七八九幺]{7,}+"
)
_A_DAY = re.compile(r"(?:19|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])")


def name(name: str) -> str:
    """梅姨 → 梅**; "" stays so."""
    return f"{name[0]}**" if name else ""


def phone(number: str) -> str:
    """13800000001 → 138****0001, 027-83000000 → 027****0000; of a shorter one the last two digits."""
    digits = "".join(char for char in number if char.isdigit())
    if not digits:
        return ""
    return f"{digits[:3]}{HIDDEN}{digits[-4:]}" if len(digits) >= 11 else f"{HIDDEN}{digits[-2:]}"


def room(room: str) -> str:
    """502 → 5**: the floor shows, and not the door."""
    return f"{room[0]}**" if room else ""


def place(place: Place) -> Place:
    """Return the place without its door."""
    return replace(place, room=room(place.room))


def words(words: str, at: Place | None = None) -> str:
    """Return what somebody wrote with the numbers masked that look like a telephone's, a card's or an account's.

    `at`: where it is about; its room, of three signs or more, is masked in the words as well. Linear in their length.
    """
    words = _NUMBERS.sub(_masked, words)
    if at is not None and len(at.room) >= 3:
        words = re.sub(rf"(?<![{_D}]){re.escape(at.room)}(?![{_D}])", room(at.room), words)
    return words


def _masked(found: re.Match[str]) -> str:
    if _A_DAY.fullmatch(found[0]):
        return found[0]
    # Spelt out it has no digits to show.
    return phone(found[0]) if any(char.isdigit() for char in found[0]) else HIDDEN


def numbers(words: str) -> set[str]:
    """Return the numbers in somebody's words that look like a telephone's, a card's or an account's, as plain digits."""
    found = [one for one in _NUMBERS.findall(words) if not _A_DAY.fullmatch(one)]
    return {_digits(one) for one in found} - {""}


def _digits(number: str) -> str:
    return "".join(str(unicodedata.digit(char)) for char in number if char.isdecimal())


def taken_out(
    words: str,
    names: Iterable[str],
    rooms: Iterable[str],
    numbers: Collection[str] | None = None,
    spared: Collection[str] = (),
) -> str:
    """Return words about somebody erased as they may stay: without what they are called (`names`), without numbers that
    lead to them (None: any that could), without their doors. #1503 is a ticket's number and no door.

    `spared`: what stays as it is though a name is part of it; 张伟 goes, 张伟明 does not."""

    def number(found: re.Match[str]) -> str:
        theirs = numbers is None or _digits(found[0]) in numbers
        return found[0] if not theirs or _A_DAY.fullmatch(found[0]) else HIDDEN

    for called in names:
        kept = [word for word in spared if called in word and called != word]
        both = "|".join(map(re.escape, (*sorted(kept, key=len, reverse=True), called)))
        words = re.sub(both, partial(_hidden, called), words)
    words = _NUMBERS.sub(number, words)
    for room in rooms:
        words = re.sub(
            rf"(?<![{_D}#＃]){re.escape(room)}(?![{_D}])(?!号楼|栋|幢|座|单元|层|楼)", HIDDEN, words
        )
    return words


def _hidden(called: str, found: re.Match[str]) -> str:
    return HIDDEN if found[0] == called else found[0]
