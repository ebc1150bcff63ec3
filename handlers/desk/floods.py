"""Flooding: somebody says more than anybody could mean. They are told once, the staff once, and then it is silence.

Counted is what would cost a transaction; ordinary talk in a group costs none and may flow. Danger is read all the
same, for it may be the one true message among many: held back is only who cries danger faster than anybody could see
it, and the staff are asked to ring them up. Each process counts by itself: with several, a flood gets through as many
times as wide. The counts are lost with the process; a flood that goes on is soon one again.
"""

from __future__ import annotations

import logging
from dataclasses import replace

from handlers import wording
from handlers.desk import load, save
from handlers.desk.row import Waiting, said_by
from handlers.dialogue import reply
from handlers.haste import Haste, Measure
from handlers.known import Known
from handlers.messages import Answer, Decision, Inbound, Letter, Say
from handlers.reading import Urgency
from storage.records import DAY, HOUR, SECOND, Address, Directory, LetterKind, platform_of, resident_id
from storage.turn import Turn

log = logging.getLogger(__name__)

ORDINARY = Measure(burst=40, every=1_500, longer=30 * SECOND)
"""Forty at once (somebody sorts out a whole evening's tickets), then forty a minute: faster is no person."""

DANGER = Measure(burst=10, every=6 * SECOND, longer=30 * SECOND)

ALBUM_SHARE = 0.1
"""A photo of an album: up to ten of them are one message."""

LONGEST_QUOTED = 120

TOLD_AGAIN = Measure(burst=1, every=HOUR)
"""How soon somebody who floods once more is told once more."""


class Floods:
    """What each account has said lately. look() before a message is dealt with, keep() after the commit."""

    def __init__(
        self, ordinary: Haste | None = None, danger: Haste | None = None, told: Haste | None = None
    ) -> None:
        self._ordinary = ordinary or Haste(ORDINARY)
        self._danger = danger or Haste(DANGER)
        self._told = told or Haste(TOLD_AGAIN)

    def trial(self) -> Floods:
        """Return one to count in until the commit: what is rolled back comes again and must not count twice."""
        return Floods(self._ordinary.trial(), self._danger.trial(), self._told.trial())

    def keep(self, now: int) -> None:
        for counted in (self._ordinary, self._danger, self._told):
            counted.keep(now)

    async def look(self, turn: Turn, directory: Directory, waiting: Waiting) -> Answer | None:
        """Return None for what is to be dealt with; else what whoever pressed a button is told."""
        inbound, who = waiting.inbound, said_by(waiting.inbound)
        if inbound.event is not None or inbound.opinion is not None:
            return None
        urgent = _is_danger(waiting)
        counted = self._danger if urgent else self._ordinary
        # By the platform's time: what was said during an outage comes all at once, and nobody flooded.
        too_many = counted.wait(who, inbound.at) > 0
        counted.count(who, inbound.at, ALBUM_SHARE if inbound.album else 1.0)
        if not too_many:
            return None
        mark = f"{who} danger" if urgent else who
        if not self._told.wait(mark, waiting.now):
            self._told.count(mark, waiting.now)
            log.warning("somebody floods and is not listened to for a while", extra=_named(who, urgent))
            await _tell(turn, directory, waiting, urgent=urgent)
        return await _toast(turn, inbound) if inbound.press is not None else Answer()


def _named(who: Address, urgent: bool) -> dict[str, object]:
    # A person's record is found by this, and where they write from is not told.
    return {"person": resident_id(who), "platform": platform_of(who), "danger": urgent}


def _is_danger(waiting: Waiting) -> bool:
    reading = waiting.heard.reading
    return reading is not None and reading.urgency is Urgency.EMERGENCY


async def _toast(turn: Turn, inbound: Inbound) -> Answer:
    person = await turn.people.by_account(inbound.sender.account) if inbound.sender else None
    return Answer(wording.text("flood.pressed", person.language if person else "zh"), alert=True)


async def _tell(turn: Turn, directory: Directory, waiting: Waiting, *, urgent: bool) -> None:
    known = await load.load(turn, directory, waiting.inbound, waiting.heard, waiting.now)
    await save.save(turn, known, told(known, waiting.inbound, urgent=urgent), waiting.inbound)


def told(known: Known, inbound: Inbound, *, urgent: bool) -> Decision:
    """Return the one line to whoever floods, and the one to the staff. Marks keep several processes from repeating it."""
    who, hour = said_by(inbound), known.now // HOUR
    kind = "danger" if urgent else "ordinary"
    own = replace(reply(inbound, Say(f"flood.{kind}")), once=f"flood:{kind}:{who}:{hour}")
    if known.community is None:
        return Decision(letters=(own,))
    community = known.community
    pieces = {
        "person": known.speaker.name if known.speaker else {"text": "flood.somebody"},
        "where": known.grid.name if known.grid and not inbound.private else {"text": "flood.private"},
        "words": wording.legible(inbound.text)[:LONGEST_QUOTED],
        "phone": (known.speaker.phone if known.speaker else "") or {"text": "flood.no_phone"},
    }
    readers: tuple[str, ...] = community.staff_chats or tuple(
        p for p in known.staff(community.id) if known.has_account(p)
    )
    staff = tuple(
        Letter(
            reader,
            LetterKind.ALERT if urgent else LetterKind.NEWS,
            Say(f"flood.staff_{kind}", pieces),
            once=f"flood:{kind}:{who}:{known.now // DAY}:{reader}",
        )
        for reader in readers
    )
    return Decision(letters=(own, *staff))
