"""Open pages of meetings under way: each is told of what others do at its table, and nobody asks for anything while nothing
changes there.

What a turn of this process wrote wakes the pages of that community: a ledger line (an outcome, something new on the list), or
the meeting itself (who has come, who chairs: no ledger has that). What other processes wrote, and sessions that have ended,
are found by one look for all pages that are open.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
import time
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass

from sse_starlette import ServerSentEvent
from starlette.requests import Request

from bot.web.console import meeting_page
from bot.web.console.meeting_page import Sitting
from bot.web.console.office import Office
from bot.web.console.stirring import GATHER, LOOK_EVERY, REST
from bot.web.login import SESSION_COOKIE, print_of
from bot.web.say import new_nonce
from handlers.sight import Chamber
from storage.database import StorageFailed
from storage.records import QUIET, Meeting, MeetingState
from storage.turn import Turned

log = logging.getLogger(__name__)


@dataclass(eq=False)
class Page:
    """One open page, as of the meeting and the ledger's last line it was drawn from last. `stirred`: it is to be drawn."""

    session: str
    meeting: Meeting
    stirred: asyncio.Event
    seq: int = 0


class Tables:
    """All pages of meetings under way that are open in this process."""

    def __init__(self, office: Office) -> None:
        self._office = office
        self._pages: set[Page] = set()
        self._woken = asyncio.Event()
        self._looking: asyncio.Task[None] | None = None

    # --- who tells us -----------------------------------------------------------------------------------------------

    def turned(self, turned: Turned) -> None:
        """A turn of this process has ended."""
        changed = {line.community for line in turned.lines if line.act not in QUIET}.union(turned.met)
        for page in self._pages:
            if page.meeting.community in changed:
                page.stirred.set()

    def stirred(self) -> None:
        """Another process wrote something."""
        if self._pages:
            self._woken.set()

    # --- one page ---------------------------------------------------------------------------------------------------

    async def events(self, request: Request, meeting: Meeting, since: str) -> AsyncIterator[ServerSentEvent]:
        """Give what changes at the table to a page that has it as `since` says (state_id), until the meeting is over, or
        they may not see it any more. Only what shows the state is sent: what somebody is writing in a form stays."""
        office, shown = self._office, Shown(self._office, since)
        with office.webchat.listen([]) as stirred:
            page = Page(print_of(request.cookies[SESSION_COOKIE]), meeting, stirred)
            with self._among(page):
                while not office.webchat.closed:
                    stirred.clear()
                    began, again = time.monotonic(), None
                    try:
                        sitting = await self._drawn(request, page)
                    except StorageFailed as failed:
                        log.warning("a meeting's page cannot be told what changed: %s", failed)
                        again = LOOK_EVERY
                    else:
                        if sitting is None:
                            yield ServerSentEvent("over", event="over", sep="\n")
                            return
                        if news := shown.news(sitting):
                            yield ServerSentEvent("\n".join(news), id=shown.id, sep="\n")
                        if sitting.meeting.state is not MeetingState.UNDER_WAY:
                            return
                    await asyncio.sleep(REST * (time.monotonic() - began))
                    with suppress(TimeoutError):
                        async with asyncio.timeout(again):
                            await stirred.wait()
                    await asyncio.sleep(GATHER)

    async def _drawn(self, request: Request, page: Page) -> Sitting | None:
        """Return how it stands; None when they are signed in no more, or see no meetings of this community."""
        directory = await self._office.store.directory()
        async with self._office.store.view() as turn:
            asking = await self._office.known(request, turn, directory)
            if asking is None or Chamber.MEETING not in asking.sight.chambers:
                return None
            meeting, community = await turn.meetings.get(page.meeting.id), asking.community.id
            if meeting is None or meeting.community != community:
                return None
            page.meeting, page.seq = meeting, (await turn.ledger.heads([community]))[community]
            return await meeting_page.sitting(turn, asking, meeting)

    @contextmanager
    def _among(self, page: Page) -> Iterator[None]:
        self._pages.add(page)
        if self._looking is None:
            self._looking = asyncio.create_task(self._keep_looking(), name="tables")
        try:
            yield
        finally:
            self._pages.discard(page)
            if not self._pages and self._looking is not None:
                self._looking.cancel()
                self._looking = None

    # --- all of them ------------------------------------------------------------------------------------------------

    async def _keep_looking(self) -> None:
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(LOOK_EVERY):
                    await self._woken.wait()
            await asyncio.sleep(GATHER)
            self._woken.clear()
            began = time.monotonic()
            try:
                await self._look()
            except StorageFailed as failed:
                log.warning("open meetings cannot be looked after: %s", failed)
            except Exception:
                # Whatever one table stumbles over, the next look comes all the same.
                log.exception("open meetings could not be looked after")
            await asyncio.sleep(REST * (time.monotonic() - began))

    async def _look(self) -> None:
        """Wake the pages at whose table something changed, and those whose sessions have ended."""
        pages = list(self._pages)
        async with self._office.store.view() as turn:
            alive = await turn.sessions.alive({page.session for page in pages}, self._office.wall.now())
            heads = await turn.ledger.heads({page.meeting.community for page in pages})
            meetings = {id: await turn.meetings.get(id) for id in {page.meeting.id for page in pages}}
        for page in pages:
            known = (page.seq, page.meeting)
            now = (heads.get(page.meeting.community), meetings.get(page.meeting.id))
            if page.session not in alive or known != now:
                page.stirred.set()


# --- what a page shows --------------------------------------------------------------------------------------------------


class Shown:
    """What one page shows by now. `id` names it (state_id)."""

    def __init__(self, office: Office, since: str) -> None:
        self._office, self.id = office, since
        self._there = {f"outcome-{number}" for number in since[:10_000].split(".")[1:]}
        self._pieces: Mapping[str, str] = {}

    def news(self, sitting: Sitting) -> list[str]:
        """Return the elements it does not show yet, and take it that it does from now on. An item that is not on it comes
        whole."""
        now = pieces(self._office, sitting)
        before, self._pieces = self._pieces, now
        was, self.id = self.id, state_id(now)
        if self.id == was:
            return []
        whole = {f"outcome-{item.number}": item for item in sitting.items}
        changed = [name for name, html in now.items() if before.get(name) != html]
        new = {name for name in changed if name in whole and name not in self._there}
        self._there |= new
        return [
            self._office.fragment(
                sitting.asking,
                "console/meeting_item.html",
                item=whole[name],
                sitting=sitting,
                once=new_nonce(),
                written={},
            )
            if name in new
            else now[name]
            for name in changed
        ]


def pieces(office: Office, sitting: Sitting) -> dict[str, str]:
    """Return the elements that show how it stands, by id; none holds a form."""
    asking = sitting.asking
    return {
        "progress": office.fragment(asking, "console/meeting_progress.html", sitting=sitting),
        "attending": office.fragment(asking, "console/meeting_attending.html", sitting=sitting),
    } | {
        f"outcome-{item.number}": office.fragment(asking, "console/meeting_outcome.html", item=item)
        for item in sitting.items
    }


def state_id(pieces: Mapping[str, str]) -> str:
    """Return what names a state of the page, with the numbers of the items that are on it: `3f9a….1024.1025`."""
    digest = hashlib.sha256("\n".join(pieces.values()).encode()).hexdigest()[:16]
    return ".".join(
        [digest, *(name.removeprefix("outcome-") for name in pieces if name.startswith("outcome-"))]
    )
