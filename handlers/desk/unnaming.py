"""Taking somebody out of what others wrote about their matters: reasons in the ledger, remarks, captions, what meetings decided
and who sat there. That it was done is kept, and by whom of the staff; only words are changed."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace

from handlers import privacy
from storage.records import Act, Instant, Person, Ticket
from storage.turn import Turn


@dataclass(frozen=True, slots=True)
class Matter:
    """A ticket as it is saved, and how words about it are cleaned."""

    ticket: Ticket
    clean: Callable[[str], str]


async def reworded(
    turn: Turn, matters: Sequence[Matter], now: Instant, *, platform: str, by: str = ""
) -> tuple[str, ...]:
    """Clean what was written about these, and return signs by which copies of what was changed are known (privacy.sign).

    In a turn that holds their communities. Each reason that is written anew is a line of the ledger: so says the chain.
    """
    of = {matter.ticket.id: matter for matter in matters}
    signs: set[str] = set()

    def words(ticket: str, written: str) -> str:
        left = of[ticket].clean(written)
        if left != written:
            signs.add(privacy.sign(written, left))
        return left

    for ticket, anew in await turn.ledger.reword(of, words):
        turn.ledger.note(Act.ERASE, of[ticket].ticket, by, now, platform=platform, reason=str(anew))
    for item in await turn.meetings.items_about(of):
        left = replace(
            item,
            words=words(item.ticket, item.words),
            responsible=of[item.ticket].clean(item.responsible),
            helpers=tuple(map(of[item.ticket].clean, item.helpers)),
        )
        if left != item:
            turn.meetings.decide(left)
    for ticket in await turn.personal.reword(of, words):
        await turn.searching.forget(ticket)
    return tuple(sorted(signs))


async def leave_the_table(
    turn: Turn, person: Person, marks: privacy.Marks, communities: Collection[str]
) -> None:
    """That a representative of the residents was there stays, and who it was does not."""
    if person.name not in marks.names:
        return
    for meeting in await turn.meetings.naming(communities, person.name):
        if (left := privacy.without_seat(meeting, person.name)) != meeting:
            turn.meetings.save(left)
