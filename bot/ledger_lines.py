"""Lines of the ledger for people to read: who it was, and why, as their reader may know it.

The console's page and every export tell lines through here: whoever reported without their name is named nowhere, and
residents are masked for those who need not know them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from handlers import masking
from handlers.story import reason_words
from handlers.wording import text
from storage.records import Act, Compound, Directory, Entry, Grid, Person, Role, Ticket
from storage.turn import Turn

ABOUT_SOMEBODY = frozenset({Act.UNREACHABLE, Act.UNTOLD, Act.TOLD})
"""Acts whose reason names whom they concern, by id."""


@dataclass(frozen=True, slots=True)
class Told:
    """One line. `ticket`: None for an act on the community itself; its place is without the door for whom it is masked.

    `who` is a name, `who_id` "" where nobody may be named. `reason` is as the ledger has it, `why` in words.
    """

    entry: Entry
    ticket: Ticket | None
    who: str
    who_id: str
    reason: str
    why: str
    grid: Grid | None
    compound: Compound | None


async def told(
    view: Turn, directory: Directory, entries: Sequence[Entry], *, language: str = "zh", masked: bool = False
) -> list[Told]:
    """Return the lines as they may be read. `masked`: by somebody who need not know residents."""
    tickets = await view.tickets.get_many({entry.line.ticket for entry in entries if entry.line.ticket})
    people = await view.people.meant_by(
        {entry.line.person for entry in entries if entry.line.person}
        | {id for entry in entries for id in _named(entry)}
    )
    # A view remembers what it has read; over a whole ledger that would be every ticket there ever was.
    view.tickets.forget_known()
    view.people.forget_known()
    return [
        _told(entry, tickets.get(entry.line.ticket), people, directory, language, masked) for entry in entries
    ]


def _told(
    entry: Entry,
    ticket: Ticket | None,
    people: Mapping[str, Person],
    directory: Directory,
    language: str,
    masked: bool,
) -> Told:
    """`people`: whom the ids in the ledger mean now."""
    line = entry.line

    def hidden(id: str) -> bool:
        is_now = people[id].id if id in people else id
        return ticket is not None and ticket.anonymous and is_now == ticket.reporter

    def office(id: str) -> bool:
        # Whoever holds an office is known by name to everybody.
        listed = directory.people.get(people[id].id if id in people else id)
        return listed is not None and bool(listed.roles - {Role.RESIDENT})

    def called(id: str) -> str:
        if hidden(id):
            return text("story.anonymous", language)
        return name(id, people, language, masked=masked and not office(id))

    known = not hidden(line.person) and (not masked or office(line.person))
    why = reason_words(line, lambda id: called(id) if id in people else "", language)
    reason = line.reason
    if line.act in ABOUT_SOMEBODY:
        reason = " ".join(called(word) if word in people else word for word in line.reason.split(" "))
    if masked:
        at = ticket.place if ticket else None
        reason, why = masking.words(reason, at), masking.words(why, at)
    grid = directory.grids.get(ticket.grid) if ticket else None
    return Told(
        entry,
        replace(ticket, place=masking.place(ticket.place)) if ticket and masked else ticket,
        called(line.person),
        line.person if known else "",
        reason,
        why,
        grid,
        directory.compounds.get(grid.compound) if grid else None,
    )


def _named(entry: Entry) -> list[str]:
    """Return what may be a person's id in the reason."""
    return [word for word in entry.line.reason.split(" ") if word] if entry.line.act in ABOUT_SOMEBODY else []


def name(person: str, people: Mapping[str, Person], language: str, *, masked: bool = False) -> str:
    """Return who it was: the clock itself, a person, or somebody who has been erased since."""
    if not person:
        return text("story.clock", language)
    if person not in people or not people[person].name:
        return text("story.anonymous", language)
    return masking.name(people[person].name) if masked else people[person].name
