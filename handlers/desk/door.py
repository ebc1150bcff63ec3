"""What comes in that is not about a ticket: chats joined and left, invite codes, links from a QR code."""

from __future__ import annotations

import logging
from dataclasses import replace

from handlers import answering_where, invites, questions
from handlers.commands import Verb
from handlers.conversation import Heard
from handlers.desk import load, save
from handlers.dialogue import reply
from handlers.known import Known, chat_index, people_with
from handlers.messages import Answer, Decision, Event, Inbound, Letter, Say
from handlers.places import called
from handlers.reporting import together
from storage.invites import Invite
from storage.records import (
    HOUR,
    Account,
    Community,
    Directory,
    Grid,
    Instant,
    Kind,
    LetterKind,
    Person,
    Role,
    chat_of,
)
from storage.turn import Turn

log = logging.getLogger(__name__)

MOST_MISSES = 5
"""Wrong codes an account may try in an hour."""

MOST_MISSES_OF_ALL = 500
"""Wrong codes everybody together may try in an hour: accounts cost nothing, so whoever guesses has many."""

PLACE_PREFIX = "p_"


def concerns(inbound: Inbound, heard: Heard) -> bool:
    """True for what this room deals with."""
    order = heard.order
    return (
        inbound.event is not None
        or inbound.start is not None
        or (order is not None and order.verb is Verb.BIND and inbound.press is None)
    )


async def enter(turn: Turn, directory: Directory, inbound: Inbound, heard: Heard, now: Instant) -> Answer:
    """Deal with it, and save what it leads to."""
    if inbound.event is not None:
        await _event(turn, directory, inbound, now)
        return Answer()
    known = await load.load(turn, directory, inbound, Heard(), now)
    if inbound.start is not None and inbound.start.startswith(PLACE_PREFIX):
        decision = _arrived_at(known, inbound, inbound.start.removeprefix(PLACE_PREFIX))
    else:
        code = inbound.start if inbound.start is not None else heard.order.rest if heard.order else ""
        decision = await _bind(turn, known, inbound, code.strip())
    await save.save(turn, known, decision, inbound)
    return decision.answer


async def _event(turn: Turn, directory: Directory, inbound: Inbound, now: Instant) -> None:
    chat = chat_of(inbound.chat)
    if inbound.event is Event.MIGRATED:
        assert inbound.moved_to is not None, "a migration names the new chat"
        await turn.chats.moved(chat, inbound.moved_to)
    elif inbound.event in (Event.BLOCKED, Event.UNBLOCKED):
        await turn.people.reachable(chat, inbound.event is Event.UNBLOCKED)
    else:
        await turn.chats.present(chat, inbound.event is Event.ADDED, now)
        if inbound.event is Event.ADDED:
            await _greet(turn, directory, inbound, now)
        else:
            await _miss(turn, directory, inbound, now)


async def _greet(turn: Turn, directory: Directory, inbound: Inbound, now: Instant) -> None:
    """Say once who we are; or, in a chat nobody bound, what has to be written into the community file."""
    index = chat_index(directory)
    grid = index.grid(directory, inbound.chat)
    community = index.staff_community(directory, inbound.chat)
    if grid is not None:
        say = Say("hello.group", {"grid": grid.name, "person": directory.people[grid.leader].name})
    elif community is not None:
        say = Say("hello.staff", {"community": community.name})
    else:
        say = Say("hello.unbound", {"chat": chat_of(inbound.chat)})
    letter = Letter(inbound.chat, LetterKind.ANSWER, say, once=f"hello:{inbound.key}")
    known = _around(directory, grid, community, now)
    await save.save(turn, known, Decision(letters=(letter,)), inbound)


async def _miss(turn: Turn, directory: Directory, inbound: Inbound, now: Instant) -> None:
    """Thrown out of a group we serve: those who can bring us back are told where they can still be reached."""
    index, chat = chat_index(directory), chat_of(inbound.chat)
    grid = index.grid(directory, chat)
    community = directory.communities[grid.community] if grid else index.staff_community(directory, chat)
    if community is None:
        return
    known = _around(directory, grid, community, now)
    if grid is not None:
        say = Say("gone.group", {"grid": grid.name})
        readers = [grid.leader, *community.staff_chats]
    else:
        say = Say("gone.staff", {"community": community.name})
        readers = [person for person in known.staff(community.id) if known.has_account(person)]
    letters = tuple(
        Letter(reader, LetterKind.NEWS, say, once=f"gone:{inbound.key}:{reader}") for reader in readers
    )
    await save.save(turn, known, Decision(letters=letters), inbound)


def _around(directory: Directory, grid: Grid | None, community: Community | None, now: Instant) -> Known:
    return Known(
        directory=directory, now=now, community=directory.communities[grid.community] if grid else community
    )


def _arrived_at(known: Known, inbound: Inbound, place: str) -> Decision:
    """A QR code on a building: the place is known already, only what happened is asked."""
    spot = known.directory.spots.get(place)
    if spot is None or known.speaker is None:
        return Decision(letters=(reply(inbound, Say("place.unknown")),))
    grid = known.directory.grids[spot.grid]
    known, remembered = answering_where.at_home(known, grid, spot.building)
    pieces = {
        "compound": known.compound(grid).name,
        "building": called(spot.building, grid),
        "person": known.name(grid.leader),
    }
    welcome = Decision(letters=(reply(inbound, Say("place.welcome", pieces)),))
    question = questions.what(known, inbound, Kind.REPAIR, building=spot.building)
    return together(remembered, welcome, question)


# --- invites ----------------------------------------------------------------------------------------------------------


async def _bind(turn: Turn, known: Known, inbound: Inbound, code: str) -> Decision:
    if known.account is None or known.speaker is None:
        return Decision(letters=(reply(inbound, Say("access.who_are_you")),))
    if not code:
        return Decision(letters=(reply(inbound, Say("bind.how")),))
    if await turn.invites.misses(known.account, known.now - HOUR) >= MOST_MISSES:
        return Decision(letters=(reply(inbound, Say("bind.too_many")),))
    if await turn.invites.misses_of_all(known.now - HOUR) >= MOST_MISSES_OF_ALL:
        log.warning("invite codes are being guessed: none is taken until an hour is over")
        return Decision(letters=(reply(inbound, Say("bind.guessed")),))
    invite = await turn.invites.take(invites.code_hash(code), known.now)
    if invite is None:
        await turn.invites.note_miss(known.account, known.now)
        return Decision(letters=(reply(inbound, Say("bind.wrong")),))
    person = invited(known, invite)
    await turn.people.save(person)
    await turn.people.bind(Account(known.account, person.id, known.now, True if inbound.private else None))
    grid = known.directory.grids.get(invite.grid or "")
    community = known.directory.communities[invite.community]
    pieces = {
        "person": person.name,
        "role": {"text": f"role.{invite.role}"},
        "where": grid.name if grid else community.name,
    }
    return Decision(letters=(reply(inbound, Say("bind.done", pieces)),))


def invited(known: Known, invite: Invite) -> Person:
    """Return whom the code makes its user: the listed person of that role who waits for an account, or a new one.

    A grid has one leader and a compound one property person: a further account is theirs, too. Otherwise somebody
    listed for the place without any account; if there is not exactly one, the user comes to the list themselves.
    """
    directory = known.directory
    grid = directory.grids.get(invite.grid or "")
    if grid is not None and invite.role is Role.GRID_LEADER:
        return directory.people[grid.leader]
    if grid is not None and invite.role is Role.PROPERTY:
        office = directory.people.get(directory.compounds[grid.compound].property or "")
        if office is not None:
            return office
    waiting = [
        directory.people[id]
        for id in people_with(directory, invite.community, invite.role)
        if not directory.accounts.get(id)
    ]
    if len(waiting) == 1:
        return waiting[0]
    assert known.speaker is not None
    listed = invite.role is not Role.RESIDENT
    return replace(
        known.speaker,
        community=invite.community,
        roles=known.speaker.roles | {invite.role},
        home_grid=invite.grid or known.speaker.home_grid,
        listed=listed or known.speaker.listed,
    )
