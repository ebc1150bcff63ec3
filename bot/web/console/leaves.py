"""Open pages of tickets: each shows at once whatever is written about its ticket: a line, a clock, a photo, what became of a
letter.

A page of another ticket costs nothing: of a turn it is known about which tickets it wrote and of which letters' fate.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from starlette.requests import Request

from bot.channels.console import PLATFORM
from bot.web.console import ticket_page
from bot.web.console.acts import DOINGS, Doing
from bot.web.console.following import ONCE, Drawn, Element, Following, Page
from bot.web.console.office import Asking, Office
from bot.web.console.ticket_page import Leaf
from handlers.commands import Verb
from handlers.desk import load
from handlers.known import Known
from handlers.sight import Chamber
from storage.records import Ticket
from storage.turn import Turn, Turned

PARTS = ("head", "facts", "clocks", "people", "story", "told")
"""The elements that only show; `console/ticket_….html`."""
PLACE = {verb: place for place, verb in enumerate(DOINGS)}


class OpenLeaf(Page):
    """One open page of the ticket with this id. `letters`: those that stood on it when it was drawn last."""

    def __init__(self, request: Request, ticket: str) -> None:
        super().__init__(request)
        self.ticket = ticket
        self.letters: frozenset[int] = frozenset()


class Leaves(Following[OpenLeaf]):
    """All pages of tickets that are open in this process."""

    kind = "tickets"
    chamber = Chamber.BOARD

    def concerns(self, page: OpenLeaf, turned: Turned) -> bool:
        return page.ticket in turned.about or not page.letters.isdisjoint(turned.letters)

    async def draw(self, turn: Turn, asking: Asking, page: OpenLeaf) -> Drawn | None:
        ticket = await turn.tickets.get(page.ticket)
        if ticket is None or ticket.community != asking.community.id or not asking.sight.sees(ticket):
            return None
        leaf = await leaf_of(turn, asking, ticket)
        page.letters = leaf.letters
        return drawn(self._office, asking, leaf)

    async def marks(self, turn: Turn, pages: Collection[OpenLeaf]) -> Mapping[OpenLeaf, object]:
        marks = await turn.marks.of({page.ticket for page in pages})
        return {page: marks.get(page.ticket) for page in pages}


async def leaf_of(turn: Turn, asking: Asking, ticket: Ticket) -> Leaf:
    """Read what stands on the page of a ticket that its reader may see."""
    known = Known(asking.directory, asking.now, PLATFORM, speaker=asking.person, community=asking.community)
    known = await load.with_file(turn, known, ticket.id, story=True)
    assert known.file is not None, "it has just been read in this turn"
    return await ticket_page.read(turn, asking, known, known.file)


def drawn(office: Office, asking: Asking, leaf: Leaf) -> Drawn:
    """Return the page's elements: those that only show, and one form for each act that can be done."""
    elements = {
        part: Element(office.fragment(asking, f"console/ticket_{part}.html", leaf=leaf)) for part in PARTS
    }
    for doings in leaf.doings.values():
        for doing in doings:
            elements[act_id(doing)] = Element(act_html(office, asking, leaf, doing), some=True)
    return Drawn(elements)


def act_id(doing: Doing) -> str:
    return f"act-{doing.verb.value}"


def act_html(
    office: Office,
    asking: Asking,
    leaf: Leaf,
    doing: Doing,
    wrote: Verb | None = None,
    written: Mapping[str, str] | None = None,
) -> str:
    """Return an act's form; `written` stands in it already if it is the one in which somebody `wrote`."""
    return office.fragment(
        asking,
        "console/ticket_act.html",
        leaf=leaf,
        doing=doing,
        place=PLACE[doing.verb],
        once=ONCE,
        wrote=wrote,
        written=written or {},
    )
