"""One report said in pieces: "11号楼3单元", then "单元门合不上了". None of them is a call; read together they are."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from handlers import hints, intake, places
from handlers.reading import Reading, Urgency
from storage.records import MINUTE, Instant, Place, Span

TOGETHER: Span = 2 * MINUTE
"""How long a piece waits for the rest of what its writer has to say."""

LONGEST = 40
"""Characters of a piece; what is longer was said whole, and led to nothing."""

MOST = 4

TALK = 0.05
"""What says more than where and is no more a call than this is talk: 二手电动车转让 300."""

CERTAIN = 0.9
"""A call as sure as this is another matter, however soon it comes after the first."""


@dataclass(frozen=True, slots=True)
class Piece:
    """Something short that is no call by itself, and when it was said. `key`: of its message."""

    key: str
    at: Instant
    words: str
    placed: bool
    matter: bool


def piece(key: str, words: str, reading: Reading, at: Instant) -> Piece | None:
    """Return what to remember of a message that is no call; None for what will be no part of one, nor anything before
    it."""
    said = words.strip()
    talk = reading.sure < TALK and (reading.named or intake.spot(reading) == Place())
    if not said or len(said) > LONGEST or reading.follow_up or talk:
        return None
    return Piece(key, at, said, intake.spot(reading) != Place(), reading.named)


def joined(
    earlier: Sequence[Piece],
    words: str,
    reading: Reading,
    read: Callable[[str], Reading],
    is_call: Callable[[Reading], bool],
) -> tuple[str, Reading] | None:
    """Return the words of `earlier` and these as one message that is a call; None when they are none together.

    A call that says where needs nothing before it. Of what was said before, as little is taken as makes a call.
    """
    said = words.strip()
    if not said or len(said) > LONGEST or reading.follow_up:
        return None
    call = is_call(reading)
    if reading.category is None and not any(one.matter for one in earlier):
        return None  # nothing is spoken of: most talk ends here, and costs no second reading
    if call:
        if intake.spot(reading).building:
            return None
        earlier = [one for one in earlier if one.placed]
    elif reading.named and intake.spot(reading) != Place():
        # Two that say what and where by themselves are no pieces of one another: half sure twice is not sure.
        earlier = [one for one in earlier if not (one.placed and one.matter)]
    found: tuple[str, Reading] | None = None
    for first in range(len(earlier) - 1, -1, -1):
        if found is not None and not earlier[first].placed:
            continue
        whole = " ".join([*(one.words for one in earlier[first:]), said])
        together = read(whole)
        before = found[1] if found is not None else reading if call else None
        if is_call(together) and not together.follow_up and (before is None or _says_where(together, before)):
            found = whole, together
    return found


def rest_of_it(reading: Reading, age: Span) -> bool:
    """True for a call that names nothing, a moment after its writer made one: 5号楼一单元 每层都这样, 三楼这儿最重. What it
    seems to be by itself is a guess, and only words of danger count for what they are."""
    danger = reading.alarming and reading.urgency is Urgency.EMERGENCY
    return age <= TOGETHER and not reading.named and not danger


def goes_on(reading: Reading, words: str, age: Span) -> bool:
    """True for what is not quite surely a call of its own, a moment after its writer made one, without a place: 后面堵了
    七八台车, after 道闸抬不起来了; not for 另外单元门也锁不上."""
    apart = reading.sure >= CERTAIN or reading.urgency is Urgency.EMERGENCY or hints.says_besides(words)
    return age <= TOGETHER and not apart and not (reading.building or reading.unit or reading.room)


def _says_where(together: Reading, alone: Reading) -> bool:
    """True when more of the place is known, and it is still the same matter."""
    more, known = intake.spot(together), intake.spot(alone)
    return together.category is alone.category and places.fill(known, more) != known
