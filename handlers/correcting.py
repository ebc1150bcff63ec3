"""What was said is put right: a message edited after it became a ticket, or another message right after it."""

from __future__ import annotations

import re

from handlers import emergency, intake, places
from handlers.known import File, Known
from handlers.messages import Decision, Inbound
from handlers.reading import Reading, Urgency, read
from handlers.rungs import asked
from handlers.wording import legible
from handlers.work import Work
from storage.records import OPEN, Act, Category, LetterKind, Place, Severity, Ticket


def reworded(known: Known, file: File, inbound: Inbound, reading: Reading) -> Decision:
    """Return what becomes of a ticket whose first message its reporter has corrected; nothing when it is over.

    Unlike what is added, a correction replaces: a building named now was meant from the start.
    """
    ticket, words = file.ticket, legible(inbound.text)
    own = known.speaker is not None and known.speaker.id == ticket.reporter
    first = ticket.origin_message == inbound.message
    if not (own and first and words) or ticket.state not in OPEN or words == ticket.words:
        return Decision()
    work = Work(known, file)
    work.remark(words)
    category = reading.category if reading.is_report and reading.category else ticket.category
    heading = "" if category is not ticket.category else ticket.heading
    place = _corrected(ticket.place, intake.spot(reading))
    work.step(Act.ADD, "edit", words=words, category=category, heading=heading, place=place)
    if reading.urgency is Urgency.EMERGENCY and ticket.severity is not Severity.EMERGENCY:
        emergency.raise_to(work, reading.emergency)
        return work.decision()
    for person in asked(known, ticket):
        work.tell(person, LetterKind.NEWS, work.say("told.corrected", words=words))
    return work.decision()


PUT_RIGHT = "put_right"
"""As Onto.verb."""

_BARE_ROOM = re.compile(r"(?<![0-9])[0-9]{3,4}(?![0-9])")


def put_right(known: Known, file: File, inbound: Inbound, meant: str) -> Decision:
    """不对 是4号楼, 902打错了 是602, 不是人 是条狗: what their reporter means now takes the place of what was said.

    `meant`: the words without what they take back. Only what they name is replaced: who mistook the building has not
    mistaken the floor.
    """
    ticket = file.ticket
    own = known.speaker is not None and known.speaker.id == ticket.reporter
    if not own or ticket.state not in OPEN:
        return Decision()
    work, said = Work(known, file), read(meant)
    work.remark(inbound.text)
    work.attach(inbound)
    place, category = corrected(ticket.place, ticket.category, said, meant)
    heading = "" if category is not ticket.category else ticket.heading
    work.step(Act.ADD, "edit", category=category, heading=heading, place=place)
    if said.urgency is Urgency.EMERGENCY and ticket.severity is not Severity.EMERGENCY:
        emergency.raise_to(work, said.emergency)
        return work.decision()
    for person in asked(known, work.ticket):
        work.tell(person, LetterKind.NEWS, work.say("told.corrected", words=legible(inbound.text)))
    return work.decision()


def changes(ticket: Ticket, meant: str) -> bool:
    """True when words meant as a correction name something else than the ticket has."""
    said = read(meant)
    worse = said.urgency is Urgency.EMERGENCY and ticket.severity is not Severity.EMERGENCY
    return worse or corrected(ticket.place, ticket.category, said, meant) != (ticket.place, ticket.category)


def corrected(place: Place, category: Category, said: Reading, meant: str) -> tuple[Place, Category]:
    """Return the place and the category after a correction."""
    now = intake.spot(said)
    room = _BARE_ROOM.search(meant) if place.room and now == Place() else None
    if room is not None:
        now = Place(room=room[0])
    other = said.category if said.named and said.category else category
    return places.fill(now, place), other


def _corrected(before: Place, now: Place) -> Place:
    """What is named now counts. Another building has other units: what the first words said of those is forgotten."""
    moved = bool(now.building) and places.bare(now.building) != places.bare(before.building)
    return now if moved and before.building else places.fill(now, before)
