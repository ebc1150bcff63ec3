"""What a report is compared with before it becomes a ticket: open tickets of its grid, and photos that wait for words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from handlers import intake, places
from handlers.commands import Verb
from handlers.conversation import Heard
from handlers.dialogue import PATIENCE, PHOTO_PATIENCE, Step
from handlers.intake import Draft
from handlers.known import Known
from handlers.messages import Inbound
from handlers.reading import Reading, Urgency
from handlers.sureness import surely_report
from storage.attachments import Sought
from storage.records import Address, Category, Community, Directory, Grid, Ticket
from storage.tickets import Alike
from storage.turn import Turn

MOST = 50
"""Tickets of a grid that are compared, the newest."""


def may_draft(inbound: Inbound, heard: Heard) -> bool:
    """True when it may lead to a report."""
    order = heard.order
    opening = order is not None and order.verb in (Verb.REPORT, Verb.COMPLAIN, Verb.SERVICES)
    return opening or heard.choice is not None or (inbound.press is None and order is None)


def freely_said(heard: Heard) -> Reading | None:
    """Return what is read in free words; None for a button or an order."""
    return heard.reading if heard.order is None else None


async def look_up(turn: Turn, messages: Iterable[tuple[Known, Inbound, Heard]]) -> None:
    """Ask once for what with_draft() would ask for each of these messages."""
    open_ones: list[tuple[str, Alike]] = []
    loose: list[Sought] = []
    communities: set[str] = set()
    for known, inbound, heard in messages:
        if may_draft(inbound, heard):
            grid, alike, sought = _comparable(known, inbound.chat, freely_said(heard))
            open_ones += [(grid.id, alike)] if grid else []
            loose += sought
            communities |= {known.community.id} if known.community else set()
    await turn.tickets.look_up_numbers(communities)
    await turn.tickets.look_up_open(open_ones, MOST)
    await turn.media.look_up_loose(loose)


async def with_draft(turn: Turn, known: Known, chat: Address, reading: Reading | None) -> Known:
    """Return what is known with what a report may be a twin of, and the photos that wait for its words.

    `reading`: the free words, None when it is not they that make the report.
    """
    grid, alike, sought = _comparable(known, chat, reading)
    here: list[Ticket] = await turn.tickets.open_in_grid(grid.id, MOST, alike) if grid else []
    loose = [photo for one in sought for photo in await turn.media.loose(*one)]
    return replace(known, here=tuple(here), loose=tuple(loose))


def _comparable(
    known: Known, chat: Address, reading: Reading | None
) -> tuple[Grid | None, Alike, list[Sought]]:
    """Return in which grid a twin may be open, of which categories, and whose photos may be waiting where."""
    grid, chats, dialogue = known.grid, {chat: None}, known.dialogue
    if dialogue is not None and "draft" in dialogue.data:
        waiting = Draft.from_data(dialogue.data["draft"])
        grid = known.directory.grids.get(waiting.grid or "") or grid
        chats[waiting.origin] = None  # what was said in the group may be asked about in private
    alike: Alike = None
    danger = reading is not None and reading.urgency is Urgency.EMERGENCY
    if dialogue is None and reading is not None and surely_report(reading) and reading.named and not danger:
        # Nothing but an open question, or danger that came of it, could make it a matter of another category, once
        # it has named one.
        alike = intake.alike(reading.category or Category.OTHER, emergency=False)
    patience = PATIENCE + PHOTO_PATIENCE if dialogue is not None else PHOTO_PATIENCE
    account = known.account
    return grid, alike, [(place, account, known.now - patience) for place in chats] if account else []


async def with_numbers(turn: Turn, known: Known, inbound: Inbound, heard: Heard) -> Known:
    """Read the next number of every community that what is said now may become a ticket of: where it is said, where
    the report that waits for its answer was made, and what is named as the answer."""
    directory, dialogue = known.directory, known.dialogue
    meant = [known.community]
    if dialogue is not None and "draft" in dialogue.data:
        grid = directory.grids.get(Draft.from_data(dialogue.data["draft"]).grid or "")
        named = compound_meant(directory, inbound, heard) if dialogue.step == Step.COMPOUND else None
        meant += [directory.communities[grid.community] if grid else None, named]
    wanted = {community.id for community in meant if community is not None}
    return replace(known, numbers={id: await turn.tickets.coming_number(id) for id in sorted(wanted)})


def compound_meant(directory: Directory, inbound: Inbound, heard: Heard) -> Community | None:
    """The community of the compound somebody names when they are asked where they live."""
    if heard.choice is not None:
        compound = directory.compounds.get(heard.choice[1])
    else:
        compound = places.compound_named(directory, "", inbound.text)
    return directory.communities[compound.community] if compound is not None else None
