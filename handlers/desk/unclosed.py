"""A joint meeting that was opened and never closed: whoever chairs it and the staff are reminded that day, and once more
the next morning. Until 散会 nothing it has not heard goes on to the next one, and there are no minutes."""

from __future__ import annotations

import logging
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from handlers import access, agenda
from handlers.desk import save
from handlers.known import Known, Table
from handlers.messages import Decision, Letter, Say
from handlers.wording import when
from storage.database import StorageFailed, Store
from storage.records import (
    HOUR,
    Community,
    Directory,
    Instant,
    LetterKind,
    Meeting,
    MeetingState,
    Span,
)
from storage.turn import Turn

log = logging.getLogger(__name__)

LONG: Span = 4 * HOUR
"""No joint meeting takes longer."""

MORNING, EVENING = 9, 21
"""Hours of the day between which somebody may be reminded."""


def due(its: Meeting, zone: str, now: Instant) -> str | None:
    """Return which reminder it is time for: "today", "morning" (the day after it began), None for none yet."""
    if its.begun_at is None or now - its.begun_at < LONG:
        return None
    began, here = (
        datetime.fromtimestamp(at / 1000, UTC).astimezone(ZoneInfo(zone)) for at in (its.begun_at, now)
    )
    if here.date() == began.date():
        return "today" if here.hour < EVENING else None
    next_day = here.date() == began.date() + timedelta(days=1)
    return "morning" if here.hour >= MORNING or not next_day else None


class Unclosed:
    """A watch of the calendar: each reminder is given once, whichever process looks."""

    def __init__(self) -> None:
        self._done: set[tuple[str, str]] = set()

    async def look(self, store: Store, directory: Directory, now: Instant) -> bool:
        """Do what is due; return whether anything was. Raises StorageFailed."""
        async with store.view() as view:
            sitting = await view.meetings.sitting(now - LONG)
        did = False
        for its in sitting:
            community = directory.communities.get(its.community)
            which = due(its, community.timezone, now) if community is not None else None
            if community is None or which is None or (its.id, which) in self._done:
                continue
            try:
                did |= await _remind(store, directory, community, its.id, which, now)
            except StorageFailed:
                raise
            except Exception:
                # One meeting's trouble is not the others': it is tried again at the next look.
                log.exception("nobody could be reminded of a meeting", extra={"meeting": its.id})
            else:
                self._done.add((its.id, which))
        return did


async def _remind(
    store: Store, directory: Directory, community: Community, id: str, which: str, now: Instant
) -> bool:
    async with store.turn() as turn:
        await turn.hold([community.id])
        its = await turn.meetings.get(id)
        if its is None or its.state is not MeetingState.UNDER_WAY:
            return False  # closed a moment ago
        if not await turn.jobs.claim(f"unclosed/{community.id}", f"{id} {which}", now):
            return False  # another process was faster
        await _tell(turn, directory, community, its, which, now)
        return True


async def _tell(
    turn: Turn, directory: Directory, community: Community, its: Meeting, which: str, now: Instant
) -> None:
    known = Known(directory, now, "clock", community=community)
    table = Table(under_way=its, items=tuple(await turn.meetings.items(its.id)))
    left = agenda.left(table, await turn.tickets.queue(community.id), directory)
    say = Say(
        "meeting.unclosed",
        {
            "number": its.number,
            "at": when(its.begun_at or its.starts_at),
            "left": Say("meeting.unclosed_left", {"count": len(left)}) if left else Say("meeting.all_heard"),
        },
    )
    letters = tuple(
        Letter(reader, LetterKind.REMIND, say, once=f"unclosed:{its.id}:{which}:{reader}", sits=its.id)
        for reader in dict.fromkeys(
            [*_chair(known, its), *(community.staff_chats or known.staff(community.id))]
        )
    )
    await save.save(turn, known, Decision(letters=letters), None)


def _chair(known: Known, its: Meeting) -> tuple[str, ...]:
    """Return who chairs it, where they can be written to and close it; the chair may be anybody's name."""
    return tuple(
        seat.person
        for seat in its.seats
        if seat.person
        and seat.name == its.chair
        and known.has_account(seat.person)
        and access.may_run_the_meeting(
            known.directory.people.get(seat.person), its.community, known.directory
        )
    )
