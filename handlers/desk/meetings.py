"""The joint meeting at the desk: what an order about it needs to know, the next one by the calendar, and agendas in time."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from handlers import invitations
from handlers.commands import Order, Verb
from handlers.desk import load, save
from handlers.desk.calendar import Calendar
from handlers.desk.unclosed import Unclosed
from handlers.known import File, Known, Table
from handlers.messages import Decision
from handlers.verbs import AT_THE_TABLE
from handlers.weekly import next_meeting
from storage.database import StorageFailed, Store
from storage.records import (
    DAY,
    Community,
    Directory,
    Instant,
    Meeting,
    MeetingItem,
    MeetingState,
    Outcome,
    Remark,
    Ticket,
)
from storage.turn import Turn

log = logging.getLogger(__name__)

ITEMS = frozenset({Verb.DECIDE, Verb.DEFER, Verb.REFER_OUT, Verb.LIST})
"""Orders about one ticket that write an item of the meeting under way."""

ORDERS = frozenset(AT_THE_TABLE.values())


async def with_table(turn: Turn, known: Known, order: Order) -> Known:
    """Return what is known with the meeting and the queue, where the order is about them."""
    if known.community is None or order.verb not in {*ITEMS, *ORDERS, Verb.MEETING}:
        return known
    table = await _table(turn, known, order.verb)
    if order.verb in ITEMS and table.under_way is None:
        return replace(known, table=table)
    known = replace(known, table=table, queue=tuple(await turn.tickets.queue(known.community.id)))
    if order.verb is Verb.CLOSE_MEETING and table.under_way is not None:
        files = [await load.read_file(turn, ticket) for ticket in table.left(known.queue)]
        known = replace(known, table=replace(table, files=tuple(files)))
    return known


async def with_resolution(turn: Turn, file: File, until: Instant) -> File:
    """Return the file with what a meeting resolved should be done by then; without, where staff decided between meetings."""
    for item in await turn.meetings.items_about([file.ticket.id]):
        its = await turn.meetings.get(item.meeting)
        if item.outcome is Outcome.RESOLVED and item.until == until and its is not None:
            file = replace(file, resolution=(item, its))
    return file


async def _table(turn: Turn, known: Known, verb: Verb) -> Table:
    assert known.community is not None, "the caller has looked"
    community = known.community
    under_way = await turn.meetings.under_way(community.id)
    to_come = tuple(await turn.meetings.to_come(community.id))
    items = tuple(await turn.meetings.items(under_way.id)) if under_way is not None else ()
    tickets = await turn.tickets.get_many([item.ticket for item in items])
    table = Table(under_way, items, to_come, tickets)
    if verb in (Verb.MEET, Verb.CALL_OFF):
        year = datetime.fromtimestamp(known.now / 1000, UTC).astimezone(ZoneInfo(community.timezone)).year
        number = await turn.meetings.next_number(community.id, year)
        table = replace(
            table, coming_id=await turn.meetings.new_id(community.id), coming_number=number, coming_year=year
        )
    if verb is Verb.MINUTES:
        held = [one for one in await turn.meetings.of(community.id) if one.state is MeetingState.CLOSED]
        last = under_way or next(iter(held), None)
        if last is not None:
            items = tuple(await turn.meetings.items(last.id))
            tickets, remarks = await around(turn, items)
            table = replace(table, last=last, items=items, tickets=tickets, remarks=remarks)
    return table


async def around(
    turn: Turn, items: Sequence[MeetingItem]
) -> tuple[dict[str, Ticket], dict[str, tuple[Remark, ...]]]:
    """Return the tickets of these items and what was added to each, by ticket: what the minutes are written from."""
    tickets = await turn.tickets.get_many([item.ticket for item in items])
    remarks = await turn.tickets.remarks_of_each(list(tickets))
    return tickets, {id: tuple(own) for id, own in zip(tickets, remarks, strict=True)}


# --- the calendar -------------------------------------------------------------------------------------------------


def calendar(store: Store) -> Calendar:
    """Return the desk's calendar, with what every community needs; others may add to it."""
    return Calendar(store, [NextMeeting()], [Agendas(), Unclosed()])


class NextMeeting:
    """As soon as one meeting's time has come the next one is planned: then it can be moved, or called off."""

    name = "meeting"

    def period(self, community: Community, now: Instant) -> str | None:
        """Return when the next one begins, in ms UTC: with another calendar it is another one."""
        if community.policy.meeting is None:
            return None
        return str(next_meeting(community.policy.meeting, community.timezone, now))

    async def do(
        self, turn: Turn, directory: Directory, community: Community, period: str, now: Instant
    ) -> None:
        starts_at = int(period)
        to_come = await turn.meetings.to_come(community.id)
        if any(one.starts_at == starts_at for one in to_come):
            return
        # The calendar has another day now: what it had planned, and nobody has touched, goes with it.
        stale = [one for one in to_come if not one.called_by and one.starts_at > now]
        planned = Meeting(
            id=stale[0].id if stale else await turn.meetings.new_id(community.id),
            community=community.id,
            called_by="",
            called_at=now,
            starts_at=starts_at,
            place=community.policy.meeting_place,
        )
        turn.meetings.save(planned)


class Agendas:
    """A day before each meeting the parties get its agenda, once something is on it; one that nobody opened is over a day
    later."""

    async def look(self, store: Store, directory: Directory, now: Instant) -> bool:
        """Do what is due; return whether anything was. Raises StorageFailed."""
        async with store.view() as view:
            coming = await view.meetings.to_come(before=now + DAY + 1)
            # Most have nothing on their list most of the time: looked at here, where nobody has to wait for it.
            due = [one.id for one in coming if one.starts_at <= now - DAY or await _wanting(view, one, now)]
        did = False
        for id in due:
            try:
                did |= await self._remind(store, directory, id, now)
            except StorageFailed:
                raise
            except Exception:
                # One meeting's trouble is not the others': it is tried again at the next look.
                log.exception("a meeting's parties could not be told", extra={"meeting": id})
        return did

    async def _remind(self, store: Store, directory: Directory, id: str, now: Instant) -> bool:
        async with store.turn() as turn:
            meeting = await turn.meetings.get(id)
            community = directory.communities.get(meeting.community) if meeting is not None else None
            if meeting is None or community is None:
                return False
            await turn.hold([community.id])
            return await _tell(turn, directory, community, id, now)


async def _wanting(view: Turn, meeting: Meeting, now: Instant) -> bool:
    if meeting.agenda_at is not None or meeting.starts_at <= now:
        return False
    return bool(await view.tickets.queue(meeting.community, 1))


async def _tell(turn: Turn, directory: Directory, community: Community, id: str, now: Instant) -> bool:
    meeting = await turn.meetings.get(id)
    if meeting is None or meeting.state is not MeetingState.PLANNED:
        return False  # another process was faster
    queue = await turn.tickets.queue(community.id)
    known = Known(directory, now, "clock", community=community, queue=tuple(queue))
    decision: Decision | None = None
    if meeting.starts_at <= now - DAY:
        decision = invitations.lapsed(known, meeting)
    elif meeting.agenda_at is None and queue and meeting.starts_at > now:
        decision = invitations.sent(known, meeting)
    if decision is None:
        return False
    await save.save(turn, known, decision, None)
    return True
