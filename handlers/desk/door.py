"""What comes in that is not about a ticket: chats joined and left, links from a QR code; codes go on to binding, shifts of
the duty roster to swapping."""

from __future__ import annotations

from collections.abc import Mapping

from handlers import answering_where, questions
from handlers.accounts import asks, meant
from handlers.commands import Verb
from handlers.conversation import Heard
from handlers.desk import binding, erasing, load, save, swapping, uniting
from handlers.desk.row import Waiting
from handlers.dialogue import reply
from handlers.invites import may_be_code
from handlers.known import Known, chat_index
from handlers.messages import Answer, Decision, Event, Inbound, Letter, Say
from handlers.places import called
from handlers.reporting import together
from storage.records import Address, Community, Dialogue, Directory, Grid, Instant, Kind, LetterKind, chat_of
from storage.turn import Turn

PLACE_PREFIX = "p_"

ABOUT_THEMSELVES = {
    Verb.UNBIND: uniting.unbind,
    Verb.MY_DATA: erasing.tell,
    Verb.ERASE_ME: erasing.ask,
}
"""What people say of themselves and of no ticket."""


def concerns(inbound: Inbound, heard: Heard, asked: Dialogue | None = None) -> bool:
    """True for what this room deals with. `asked`: the question its writer was asked last here."""
    if inbound.event is not None or inbound.start is not None:
        return True
    if meant(inbound, heard.choice, asked) is not None:
        return True
    order = heard.order
    if order is not None and order.verb in swapping.VERBS:
        return True
    if order is None or inbound.press is not None:
        return False
    if order.verb is Verb.BIND:
        # 绑定的手机号换了怎么办: talk, where nobody spoke to us.
        return inbound.private or not order.rest or may_be_code(order.rest)
    return order.verb in ABOUT_THEMSELVES


def moves_people(waiting: Waiting, open_ones: Mapping[tuple[Address, Address], Dialogue]) -> bool:
    """True for a message after which others of its batch may find people and chats changed."""
    asked = open_ones.get(waiting.asked) if waiting.asked is not None else None
    return concerns(waiting.inbound, waiting.heard) or asks(asked)


async def enter(
    turn: Turn,
    directory: Directory,
    inbound: Inbound,
    heard: Heard,
    now: Instant,
    asked: Dialogue | None = None,
) -> Answer:
    """Deal with it, and save what it leads to. `asked` as in concerns()."""
    if inbound.event is not None:
        await _event(turn, directory, inbound, now)
        return Answer()
    known = await load.load(turn, directory, inbound, Heard(), now)
    if inbound.start == "":
        decision = Decision(letters=(reply(inbound, Say("hello.private")),))
    elif inbound.start is not None and inbound.start.startswith(PLACE_PREFIX):
        decision = _arrived_at(known, inbound, inbound.start.removeprefix(PLACE_PREFIX))
    elif asked is not None and (answer := meant(inbound, heard.choice, asked)) is not None:
        known, decision = await binding.answer(turn, known, inbound, asked, answer)
    elif heard.order is not None and heard.order.verb in swapping.VERBS:
        decision = await swapping.enter(turn, known, inbound, heard.order)
    elif heard.order is not None and heard.order.verb in ABOUT_THEMSELVES:
        decision = await ABOUT_THEMSELVES[heard.order.verb](turn, known, inbound)
    else:
        code = inbound.start if inbound.start is not None else heard.order.rest if heard.order else ""
        known, decision = await binding.bind(turn, known, inbound, code.strip())
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
    elif chat_of(inbound.chat) in index.streets:
        say = Say("hello.street")
    else:
        say = Say("hello.unbound", {"chat": chat_of(inbound.chat)})
    letter = Letter(inbound.chat, LetterKind.ANSWER, say, once=f"hello:{inbound.key}")
    known = _around(directory, grid, community, now)
    await save.save(turn, known, Decision(letters=(letter,)), inbound)


async def _miss(turn: Turn, directory: Directory, inbound: Inbound, now: Instant) -> None:
    """Thrown out of a group we serve: those who can bring us back are told where they can still be reached."""
    index, chat = chat_index(directory), chat_of(inbound.chat)
    for id in index.streets.get(chat, ()):
        await _miss_the_street(turn, _around(directory, None, directory.communities[id], now), inbound)
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


async def _miss_the_street(turn: Turn, known: Known, inbound: Inbound) -> None:
    """Thrown out of the street's chat: the staff of each of its communities have to report by hand."""
    assert known.community is not None, "a street's chat is some communities'"
    readers = known.community.staff_chats or known.staff(known.community.id)
    letters = tuple(
        Letter(reader, LetterKind.NEWS, Say("gone.street"), once=f"gone:{inbound.key}:{reader}")
        for reader in readers
    )
    await save.save(turn, known, Decision(letters=letters), inbound)


def _around(directory: Directory, grid: Grid | None, community: Community | None, now: Instant) -> Known:
    return Known(
        directory=directory, now=now, community=directory.communities[grid.community] if grid else community
    )


def _arrived_at(known: Known, inbound: Inbound, place: str) -> Decision:
    """A QR code on a building, or on a compound's notice board: the place is known, only what happened is asked."""
    spot, compound = known.directory.spots.get(place), known.directory.compounds.get(place)
    if spot is not None:
        grid = known.directory.grids.get(spot.grid)
    else:
        grid = next(
            (g for g in known.directory.grids.values() if compound and g.compound == compound.id), None
        )
    if grid is None or known.speaker is None:
        return Decision(letters=(reply(inbound, Say("place.unknown")),))
    building = spot.building if spot is not None else ""
    known, remembered = answering_where.at_home(known, grid, building)
    pieces = {
        "compound": known.compound(grid).name,
        "building": called(building, grid) if building else "",
        "person": known.name(grid.leader),
    }
    welcome = Say("place.welcome" if building else "place.welcome_compound", pieces)
    question = questions.what(known, inbound, Kind.REPAIR, building=building)
    return together(remembered, Decision(letters=(reply(inbound, welcome),)), question)
