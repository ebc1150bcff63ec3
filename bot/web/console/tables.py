"""Open pages of meetings under way: each is told of what others do at its table.

A turn concerns them by a ledger line of their community (an outcome, something new on the list), or by the meeting itself (who
has come, who chairs: no ledger has that).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import partial

from starlette.requests import Request

from bot.web.console import meeting_page
from bot.web.console.following import Drawn, Element, Following, Page
from bot.web.console.meeting_page import Item, Sitting
from bot.web.console.office import Asking, Office
from bot.web.say import new_nonce
from handlers.sight import Chamber
from storage.records import QUIET, Meeting, MeetingState
from storage.turn import Turn, Turned


class Table(Page):
    """One open page, as of the meeting it was drawn from last."""

    def __init__(self, request: Request, meeting: Meeting) -> None:
        super().__init__(request)
        self.meeting = meeting


class Tables(Following[Table]):
    """All pages of meetings under way that are open in this process."""

    kind = "meetings"
    chamber = Chamber.MEETING

    def concerns(self, page: Table, turned: Turned) -> bool:
        community = page.meeting.community
        return community in turned.met or any(
            line.community == community and line.act not in QUIET for line in turned.lines
        )

    async def draw(self, turn: Turn, asking: Asking, page: Table) -> Drawn | None:
        meeting = await turn.meetings.get(page.meeting.id)
        if meeting is None or meeting.community != asking.community.id:
            return None
        page.meeting = meeting
        return drawn(self._office, await meeting_page.sitting(turn, asking, meeting))

    async def marks(self, turn: Turn, pages: Collection[Table]) -> Mapping[Table, object]:
        heads = await turn.ledger.heads({page.meeting.community for page in pages})
        meetings = {id: await turn.meetings.get(id) for id in {page.meeting.id for page in pages}}
        return {page: (heads[page.meeting.community], meetings[page.meeting.id]) for page in pages}


def drawn(office: Office, sitting: Sitting) -> Drawn:
    """Return the elements that show how it stands, none of which holds a form; an item that is not on a page comes whole."""
    asking = sitting.asking

    def whole(item: Item) -> str:
        return office.fragment(
            asking, "console/meeting_item.html", item=item, sitting=sitting, once=new_nonce(), written={}
        )

    elements = {
        "progress": Element(office.fragment(asking, "console/meeting_progress.html", sitting=sitting)),
        "attending": Element(office.fragment(asking, "console/meeting_attending.html", sitting=sitting)),
    }
    for item in sitting.items:
        outcome = office.fragment(asking, "console/meeting_outcome.html", item=item)
        elements[f"item-{item.number}"] = Element(outcome, some=True, whole=partial(whole, item))
    return Drawn(elements, last=sitting.meeting.state is not MeetingState.UNDER_WAY)
