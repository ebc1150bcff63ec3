"""The lists a message calls for: what its writer has reported, what they have to do, what waits for the meeting."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from handlers import hints, notice_board, orders, recurring
from handlers.commands import Verb
from handlers.conversation import Heard
from handlers.desk import drafting, meetings
from handlers.known import Known
from handlers.messages import Inbound
from handlers.reading import Reading
from handlers.sureness import surely_report
from storage.records import OPEN, Instant, Person, Role, Ticket
from storage.turn import Turn

LONGEST_LIST = 50


async def with_lists(turn: Turn, known: Known, inbound: Inbound, heard: Heard) -> Known:
    person, order = known.speaker, heard.order
    numberless = order is not None and order.number is None and order.ticket is None
    talk = inbound.press is None and order is None
    if person is not None and not known.newcomer:
        own = order is not None and (order.verb is Verb.MINE or (numberless and order.verb in orders.OWN))
        if own or (talk and heard.reading is not None and _may_go_on(inbound, heard.reading)):
            reported = tuple(await turn.tickets.of_reporter(person.id))
            known = replace(known, mine=reported if inbound.private else _open_to_all(reported))
        if order is not None and (order.verb is Verb.TODO or (numberless and order.verb in orders.RULES)):
            known = await _with_todo(turn, known, person)
            if known.overheard(inbound):
                known = replace(known, todo=_open_to_all(known.todo))
    if drafting.may_draft(inbound, heard):
        known = await drafting.with_draft(turn, known, inbound.chat, drafting.freely_said(heard))
        if inbound.album is not None:
            album = await turn.media.album_ticket(inbound.chat, inbound.album)
            known = replace(known, album_ticket=album)
    again = talk and heard.reading is not None and recurring.said(inbound.text, heard.reading)
    if again and known.grid is not None:
        since = known.now - recurring.RECURRENCE
        known = replace(known, over=tuple(await turn.tickets.closed_since(known.grid.id, since)))
    if order is not None:
        known = await meetings.with_table(turn, known, order)
    if (
        order is not None
        and order.verb is Verb.BOARD
        and known.grid is not None
        and known.community is not None
    ):
        week, month = notice_board.periods(known.now, known.community.timezone)
        stands = await turn.notices.standing([known.grid.id], week, month, known.now)
        known = replace(known, standing=stands[known.grid.id])
    if order is not None and order.verb in (Verb.TODO, Verb.MINE):
        listed: Sequence[Ticket] = known.todo if order.verb is Verb.TODO else known.mine
        known = replace(known, next_due=await _next_due(turn, listed))
    return known


def _may_go_on(inbound: Inbound, reading: Reading) -> bool:
    """True when it may be about a ticket its writer has: not for a report that says what and where, and nothing of before."""
    whole = surely_report(reading) and reading.building and reading.named
    return not whole or hints.of_a_ticket(inbound.text)


def _open_to_all(tickets: Sequence[Ticket]) -> tuple[Ticket, ...]:
    """What may be listed, and meant by a word alone, where others read along."""
    return tuple(ticket for ticket in tickets if not ticket.private)


async def _with_todo(turn: Turn, known: Known, person: Person) -> Known:
    grids = [
        g.id
        for g in known.directory.grids.values()
        if person.id == g.leader
        or person.id in g.deputies
        or (Role.STAFF in person.roles and g.community == person.community)
    ]
    tickets = await turn.tickets.todo([person.id], grids, LONGEST_LIST)
    if known.community is None:
        return replace(known, todo=tuple(tickets))
    midnight = _midnight(known.community.timezone, known.now)
    done = await turn.tickets.resolved_by(person.id, midnight, known.now + 1)
    return replace(known, todo=tuple(tickets), done_today=done)


def _midnight(zone: str, now: Instant) -> Instant:
    local = datetime.fromtimestamp(now / 1000, UTC).astimezone(ZoneInfo(zone))
    return int(local.replace(hour=0, minute=0, second=0, microsecond=0).timestamp() * 1000)


async def _next_due(turn: Turn, tickets: Sequence[Ticket]) -> dict[str, Instant]:
    ends: dict[str, Instant] = {}
    for ticket in tickets[:LONGEST_LIST]:
        running = [d.ends_at for d in await turn.deadlines.of(ticket.id) if d.due_at is not None]
        if running and ticket.state in OPEN:
            ends[ticket.id] = min(running)
    return ends
