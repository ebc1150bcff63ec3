"""Handing on: 转办 by whoever works on it, 改派 by staff. The first one asked stays answerable to the end."""

from __future__ import annotations

from handlers import clocks, rungs
from handlers.commands import Order, Verb, choose
from handlers.dialogue import Step, ask
from handlers.handling import taken_first
from handlers.known import Known
from handlers.messages import Button, Inbound, Refused
from handlers.work import Work
from storage.records import OPEN, Act, Clock, LetterKind, Role, State, Ticket, chat_of

PROPERTY = frozenset({"物业", "物业公司", "property"})
"""Words that mean the property of the ticket's own compound."""

DEPARTMENTS = frozenset(
    {"城管", "消防", "公安", "住建", "水务", "电力", "燃气", "供电", "供水", "供暖", "环卫", "园林", "街道"}
)
OFFICES = ("局", "办", "队", "所", "站", "公司", "中心", "部门", "委", "物业")
"""How the names of departments end."""

MOST_CANDIDATES = 8


def hand_over(work: Work, order: Order, inbound: Inbound) -> str:
    """Give the work to a person, another grid (its leader), the property, or a department by its name.

    转办 takes a ticket nobody took on the way, so that whoever hands it on answers for it. 改派 of such a ticket asks
    the new one to accept it, with a fresh clock.
    """
    if not order.rest:
        return _ask_whom(work, order, inbound)
    wanted, _, note = order.rest.strip().partition(" ")
    person, name = find(work.known, work.ticket, wanted)
    if person is not None and person == work.ticket.handler:
        raise Refused("hand_over.theirs_already", number=work.ticket.number, person=name)
    act = Act.REASSIGN if order.verb is Verb.REASSIGN else Act.TRANSFER
    if act is Act.TRANSFER:
        taken_first(work, quietly=True)
    reason = f"{name}：{note.strip()}" if note.strip() else name
    work.step(act, reason, handler=person, handler_name="" if person else name)
    waiting = work.ticket.state is State.REPORTED
    if waiting:
        fresh = clocks.start(work.ticket, Clock.ACCEPT, work.known.community_of(work.ticket), work.now)
        if fresh is not None:
            work.set(fresh)
    first = work.known.name(work.ticket.first_responder)
    key = "told.reassigned" if waiting or not first or first == name else "told.handed_over"
    say = work.say(key, to=name, first=first)
    if person is not None:
        _tell_the_new_one(work, person, note.strip())
    work.tell_crew(say, f"handed:{work.now}", but=person)
    work.tell_reporter(say, mark=f"handed:{work.now}", in_group=False, holds=OPEN)
    if person is not None and not work.known.has_account(person):
        return "toast.handed_over_phone"
    return "toast.handed_over"


def _tell_the_new_one(work: Work, person: str, note: str) -> None:
    """Say who sent it and why. The card, with its buttons, comes by itself; where one stands already it is not heard."""
    own = {chat_of(a.address) for a in work.known.directory.accounts.get(person, ())}
    stands = any(card.chat in own for card in work.file.cards)
    if note or stands:
        key = "told.handed_to_you.noted" if note else "told.handed_to_you"
        say = work.say(key, by=work.speaker_name(), note=note)
        work.tell(person, LetterKind.NEWS, say, mark=f"handed:{work.now}")


def _ask_whom(work: Work, order: Order, inbound: Inbound) -> str:
    buttons = tuple(
        (Button(work.known.name(p), choose(Step.WHOM, p)),) for p in candidates(work.known, work.ticket)
    )
    data = {"ticket": work.ticket.id, "verb": order.verb.value}
    say = work.say("ask.whom")
    work.open(ask(work.known, inbound, Step.WHOM, data, say, buttons, ticket=work.ticket.id))
    return ""


def candidates(known: Known, ticket: Ticket, most: int = MOST_CANDIDATES) -> list[str]:
    """Return who can be given the work with one tap: property, deputies and the leader, other leaders."""
    grid = known.grid_of(ticket)
    if grid is None:
        return []
    compound, people = known.compound(grid), known.directory.people
    others = [g.leader for g in known.directory.grids.values() if g.compound == compound.id]
    workers = [
        p.id
        for p in people.values()
        if p.community == grid.community and p.roles & {Role.PROPERTY, Role.STAFF}
    ]
    everybody = dict.fromkeys([compound.property, *grid.deputies, grid.leader, *workers, *others])
    working = rungs.asked(known, ticket)
    return [p for p in everybody if p is not None and p in people and p not in working][:most]


def find(known: Known, ticket: Ticket, wanted: str) -> tuple[str | None, str]:
    """Return (person's id, name) for somebody's name or id, a grid, or "物业"; (None, the words) for a department."""
    for person in known.directory.people.values():
        if person.community == ticket.community and wanted in (person.id, person.name):
            return person.id, person.name
    for grid in known.directory.grids.values():
        if grid.community == ticket.community and wanted in (grid.id, grid.name):
            return grid.leader, known.name(grid.leader)
    here = known.grid_of(ticket)
    if wanted in PROPERTY and here is not None:
        office = known.compound(here).property
        return (office, known.name(office)) if known.name(office) else (None, office or wanted)
    return None, wanted[:40]


def names_somebody(known: Known, words: str) -> bool:
    """True for words that name a person, a grid or an office, and are not what people say to their group meanwhile."""
    wanted = words.strip().partition(" ")[0]
    if known.file is None or not wanted:
        return False
    person, _ = find(known, known.file.ticket, wanted)
    return person is not None or wanted in PROPERTY or wanted in DEPARTMENTS or wanted.endswith(OFFICES)
