"""A message is edited after it became a ticket: the ticket learns what it says now."""

from __future__ import annotations

from handlers import emergency, intake, places
from handlers.known import File, Known
from handlers.messages import Decision, Inbound
from handlers.reading import Reading, Urgency
from handlers.rungs import asked
from handlers.wording import legible
from handlers.work import Work
from storage.records import OPEN, Act, LetterKind, Place, Severity


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


def _corrected(before: Place, now: Place) -> Place:
    """What is named now counts. Another building has other units: what the first words said of those is forgotten."""
    moved = bool(now.building) and places.bare(now.building) != places.bare(before.building)
    return now if moved and before.building else places.fill(now, before)
