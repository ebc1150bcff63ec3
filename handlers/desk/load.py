"""Reading from the store what a decision needs to know, and no more than that."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from handlers import answering_typed, orders, places, rungs
from handlers.commands import Order, Verb
from handlers.conversation import Heard
from handlers.desk import asides, drafting, listing, uniting
from handlers.dialogue import Step
from handlers.intake import Draft
from handlers.known import File, Known, chat_index, newcomer
from handlers.messages import Inbound
from storage.records import (
    Community,
    Dialogue,
    Directory,
    Grid,
    Instant,
    Person,
    Ticket,
    platform_of,
)
from storage.turn import Turn

READS_THE_STORY = frozenset({Verb.STORY, Verb.GRANT, Verb.REFUSE})
"""Orders for which the ticket's own ledger is read: to tell it, or to see whether the request was answered already."""


async def look_up(turn: Turn, directory: Directory, batch: Iterable[tuple[Inbound, Heard, Instant]]) -> None:
    """Ask once for what load() would ask for each of these messages. What an earlier one of them changes, or nobody
    could foresee, load() asks for itself."""
    around = [
        (await _around(turn, directory, inbound, heard, now), inbound, heard) for inbound, heard, now in batch
    ]
    await drafting.look_up(turn, around)


async def load(turn: Turn, directory: Directory, inbound: Inbound, heard: Heard, now: Instant) -> Known:
    """Return what is known around a message: its writer, their dialogue, its ticket, and the lists it calls for."""
    known = await _around(turn, directory, inbound, heard, now)
    if heard.idle(inbound) and known.dialogue is None:
        return known
    if known.account is not None and inbound.private:
        turn.people.touched(known.account, now, private=True)
    known = await listing.with_lists(turn, known, inbound, heard)
    known = await _with_ticket(turn, known, inbound, heard)
    return await drafting.with_numbers(turn, known, inbound, heard)


async def _around(turn: Turn, directory: Directory, inbound: Inbound, heard: Heard, now: Instant) -> Known:
    """Return who spoke, where that is, and what they were being asked."""
    account = inbound.sender.account if inbound.sender else None
    person = await _speaker(turn, inbound)
    grid, community = _where(directory, inbound, person)
    fresh = person is None and inbound.sender is not None
    if person is None:
        person = newcomer(inbound, community.id if community else "", grid.id if grid else None, directory)
    reading = heard.reading
    if reading is not None and reading.is_report and heard.order is None and community is not None:
        grid = places.grid_said(directory, grid, community.id, inbound.text, reading.building)
    dialogue = await turn.dialogues.get(inbound.chat, account) if account else None
    if dialogue is not None and dialogue.expires_at <= now:
        dialogue = None
    if community is None and dialogue is not None and dialogue.step == Step.COMPOUND:
        community = drafting.compound_meant(directory, inbound, heard)
    return Known(
        directory=directory,
        now=now,
        platform=platform_of(inbound.chat),
        speaker=person,
        newcomer=fresh,
        account=account,
        grid=grid,
        community=community,
        dialogue=dialogue,
        aside=await asides.asked(turn, inbound, now) if heard.own else None,
        words=heard.words,
    )


async def _speaker(turn: Turn, inbound: Inbound) -> Person | None:
    if inbound.signed_in:
        return await turn.people.get(inbound.signed_in)
    return await turn.people.by_account(inbound.sender.account) if inbound.sender else None


def _where(
    directory: Directory, inbound: Inbound, person: Person | None
) -> tuple[Grid | None, Community | None]:
    """A group's own grid; in private the person's; the only community there is, when they have none."""
    index = chat_index(directory)
    grid = index.grid(directory, inbound.chat)
    if grid is None and inbound.private and person is not None:
        grid = directory.grids.get(person.home_grid or "") or _led_by(directory, person)
    if grid is None and inbound.private and len(directory.grids) == 1:
        grid = next(iter(directory.grids.values()))
    if grid is not None:
        return grid, directory.communities[grid.community]
    community = index.staff_community(directory, inbound.chat)
    if community is None and person is not None:
        community = directory.communities.get(person.community)
    if community is None and len(directory.communities) == 1 and inbound.private:
        community = next(iter(directory.communities.values()))
    return None, community


def _led_by(directory: Directory, person: Person) -> Grid | None:
    """The grid a leader or a deputy answers for, the first one where there are several."""
    return next((g for g in directory.grids.values() if person.id in (g.leader, *g.deputies)), None)


# --- tickets ----------------------------------------------------------------------------------------------------------


async def read_file(turn: Turn, ticket: Ticket, *, story: bool = False) -> File:
    """Read everything that hangs on a ticket; its ledger only when it is to be told."""
    return File(
        ticket=ticket,
        deadlines=tuple(await turn.deadlines.of(ticket.id)),
        followers=tuple(await turn.tickets.followers(ticket.id)),
        told=tuple(await turn.outbox.told(ticket.id)) if rungs.may_have_alarmed(ticket) else (),
        cards=tuple(await turn.cards.of(ticket.id)),
        attachments=tuple(await turn.media.of(ticket.id)),
        story=await uniting.story_of(turn, ticket.id) if story else (),
    )


async def with_file(turn: Turn, known: Known, ticket_id: str, *, story: bool = False) -> Known:
    """Return what is known with this ticket as the one meant."""
    ticket = await turn.tickets.get(ticket_id)
    if ticket is None:
        return known
    file = await read_file(turn, ticket, story=story)
    people = [ticket.reporter, ticket.handler, ticket.first_responder, *(line.person for line in file.story)]
    named = {**known.names, **await _names(turn, known.directory, people)}
    community = known.community or known.directory.communities.get(ticket.community)
    return replace(known, file=file, names=named, community=community)


async def _names(turn: Turn, directory: Directory, people: Iterable[str | None]) -> dict[str, str]:
    """Names of residents who are in no community file."""
    unlisted = {person for person in people if person and person not in directory.people}
    if not unlisted:
        return {}
    return {id: person.name for id, person in (await turn.people.get_many(sorted(unlisted))).items()}


async def for_ticket(
    turn: Turn, directory: Directory, ticket_id: str, now: Instant
) -> tuple[Known, File | None]:
    """Return what is known around a ticket when nobody spoke: a deadline, a letter that failed."""
    ticket = await turn.tickets.get(ticket_id)
    if ticket is None or ticket.community not in directory.communities:
        return Known(directory, now, "clock"), None
    file = await read_file(turn, ticket)
    people = (ticket.reporter, ticket.handler, ticket.first_responder)
    grid, community = directory.grids.get(ticket.grid), directory.communities[ticket.community]
    named = await _names(turn, directory, people)
    return Known(directory, now, "clock", grid=grid, community=community, file=file, names=named), file


async def for_dialogue(turn: Turn, directory: Directory, dialogue: Dialogue, now: Instant) -> Known:
    """Return what is known around a dialogue that ends without an answer."""
    person = await turn.people.by_account(dialogue.account)
    known = Known(
        directory=directory,
        now=now,
        platform=platform_of(dialogue.chat),
        speaker=person,
        account=dialogue.account,
        dialogue=dialogue,
    )
    if "draft" in dialogue.data:
        grid = directory.grids.get(Draft.from_data(dialogue.data["draft"]).grid or "")
        if grid is not None:
            known = replace(known, grid=grid, community=directory.communities[grid.community])
        known = await drafting.with_draft(turn, known, dialogue.chat, None)
        if known.community is not None:
            coming = await turn.tickets.coming_number(known.community.id)
            known = replace(known, numbers={known.community.id: coming})
    if "ticket" in dialogue.data:
        known = await with_file(turn, known, str(dialogue.data["ticket"]))
    return known


async def _with_ticket(turn: Turn, known: Known, inbound: Inbound, heard: Heard) -> Known:
    """Find the ticket a message names by button, number, dialogue or what it replies to, or the only one it can mean."""
    order = None if answering_typed.answers(known.dialogue, inbound) else heard.order
    story = heard.order is not None and heard.order.verb in READS_THE_STORY
    ticket_id: str | None = None
    if order is not None and order.ticket is not None:
        ticket_id = order.ticket
    elif order is not None and order.number is not None:
        found = await turn.tickets.by_number(known.community.id, order.number) if known.community else None
        if found is None:
            return known
        ticket_id = found.id
        if order.verb is Verb.MERGE:
            known = await _with_target(turn, known, order)
    else:
        replied = inbound.message if inbound.edited else inbound.reply_to
        if order is None and known.dialogue is not None and "ticket" in known.dialogue.data:
            ticket_id = str(known.dialogue.data["ticket"])
        elif replied is not None:
            card = await turn.tickets.by_card(inbound.chat, replied)
            ticket_id = card.id if card else None
        if ticket_id is None and known.table is not None and known.table.under_way is not None:
            ticket_id = known.table.under_way.item  # 决议 without a number: of what is being talked about
        if ticket_id is None and order is not None and order.verb in orders.RULES:
            fitting = orders.meant(known, order)
            ticket_id = fitting[0].id if len(fitting) == 1 else None
    return await with_file(turn, known, ticket_id, story=story) if ticket_id else known


async def _with_target(turn: Turn, known: Known, order: Order) -> Known:
    digits = order.rest.strip().lstrip("#").split()[:1]
    if not digits or not digits[0].isdecimal() or known.community is None:
        return known
    target = await turn.tickets.by_number(known.community.id, int(digits[0][:9]))
    return known if target is None else replace(known, target=await read_file(turn, target))
