"""Open boards: each is told of what changed on it, and nobody asks for anything while nothing changes.

A community's change number is its ledger's last line. What a turn of this process wrote wakes the boards of that community;
what other processes wrote is found by one look at the last lines of all communities that are watched, however many boards
are open. Boards that show the same are told together: what changed is read and drawn once.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace

from sse_starlette import ServerSentEvent

from bot.web.console.drawing import MOST_CARDS, Drawing, Looking
from bot.web.console.office import Asking, Office
from bot.web.console.watchers import Group, Page
from bot.web.console.watching import OVER, Watch, same_to_see
from bot.web.login import SESSION_COOKIE, print_of
from storage.database import StorageFailed
from storage.records import QUIET, Instant, Lane, Listed, Ticket
from storage.turn import Turn, Turned

MOST_DRAWN = 5
"""Times a board is drawn for a page that comes while others are told of ever more; then it goes, and comes again."""
MOST_CHANGED = 60
"""Tickets told of one by one; of more at once the whole board is drawn anew."""


class Boards(Watch):
    """All boards that are open in this process."""

    kind = "boards"

    def __init__(self, office: Office, drawing: Drawing) -> None:
        super().__init__(office)
        self._drawing = drawing
        self._groups: dict[tuple[object, ...], Group] = {}
        self._changed: set[str] = set()
        self._look_at_all = False
        self._heard = 0

    # --- who tells us -----------------------------------------------------------------------------------------------

    def turned(self, turned: Turned) -> None:
        """A turn of this process has ended."""
        self._heard += 1
        watched = {group.looking.community.id for group in self._groups.values()}
        changed = {line.community for line in turned.lines if line.ticket and line.act not in QUIET} & watched
        if changed:
            self._changed |= changed
            self._woken.set()

    def stirred(self) -> None:
        """Another process wrote something."""
        self._heard += 1
        if self._groups:
            self._look_at_all = True
            self._woken.set()

    # --- one page ---------------------------------------------------------------------------------------------------

    async def events(self, asking: Asking, since: str) -> AsyncIterator[ServerSentEvent]:
        """Give what changes on the board of the one who asks, who has it as `since` says, until they go."""
        looking, office = Looking.of(asking), self._office
        with office.webchat.listen([]) as stirred:
            page = Page(print_of(asking.request.cookies[SESSION_COOKIE]), stirred)
            group = await self._joined(page, looking, since)
            with self._in(group, page):
                while not (office.webchat.closed or page.gone):
                    stirred.clear()
                    while page.waiting and not page.gone:
                        yield page.waiting.pop(0)
                    await stirred.wait()
            if page.over:
                yield OVER

    async def _joined(self, page: Page, looking: Looking, since: str) -> Group:
        """Return the group with which the page is told from now on; what it has not seen by then is sent to it."""
        for _ in range(MOST_DRAWN):
            known, heard = self._groups.get(looking.alike), self._heard
            if known is not None and known.has_been_told(since):
                return known
            async with self._office.store.view() as turn:
                fresh, html = await self._drawn(turn, looking)
            group = self._groups.get(looking.alike, fresh)
            if group.seq <= fresh.seq:
                break
            # While this was drawn the others were told of something newer.
        else:
            page.end(over=False)
            return group
        if since != fresh.id:
            page.send(html, group.id)
        if group is fresh and heard != self._heard:
            # Nobody watched yet when it was written.
            self._changed.add(looking.community.id)
            self._woken.set()
        return group

    @contextmanager
    def _in(self, group: Group, page: Page) -> Iterator[None]:
        self._groups.setdefault(group.looking.alike, group).pages.add(page)
        try:
            with self.looked_after():
                yield
        finally:
            group.pages.discard(page)
            if not group.pages and self._groups.get(group.looking.alike) is group:
                del self._groups[group.looking.alike]

    async def _drawn(self, turn: Turn, looking: Looking) -> tuple[Group, str]:
        now = self._office.clock.now()
        troubles = await self._drawing.troubles(turn, looking, now)
        html, tally, shown = await self._drawing.board(turn, looking, now, troubles)
        seq = (await turn.ledger.heads([looking.community.id])).get(looking.community.id, 0)
        return Group(looking, seq, tally, shown, troubles), html

    # --- all of them ------------------------------------------------------------------------------------------------

    async def look(self, *, thorough: bool) -> None:
        changed, self._changed = self._changed, set()
        every, self._look_at_all = self._look_at_all or thorough, False
        try:
            await self._look(None if every else changed, thorough=thorough)
        except StorageFailed:
            self._look_at_all = True
            raise

    def begin_anew(self) -> None:
        for group in self._groups.values():
            for page in group.pages:
                page.end(over=False)

    async def _look(self, changed: Collection[str] | None, *, thorough: bool) -> None:
        """Tell the boards of these communities what changed; None: of all. `thorough`: see as well whose session has ended,
        and what is wrong with the machine."""
        groups = [
            one for one in self._groups.values() if changed is None or one.looking.community.id in changed
        ]
        if not groups:
            return
        directory = await self._office.store.directory()
        if not all(same_to_see(one.looking.directory, directory) for one in groups):
            # Who may see what, and what everything is called, may be otherwise now.
            self.begin_anew()
            return
        for group in groups:
            group.looking = replace(group.looking, directory=directory)
        async with self._office.store.view() as turn:
            if thorough:
                await self._part_with_the_ended(turn, groups)
            heads = await turn.ledger.heads({one.looking.community.id for one in groups})
            for community in sorted(heads):
                theirs = [one for one in groups if one.looking.community.id == community]
                behind = [one for one in theirs if one.seq != heads[community]]
                if behind:
                    await self._tell(turn, behind, heads[community])
            if thorough:
                await self._tell_of_troubles(turn, groups)

    async def _part_with_the_ended(self, turn: Turn, groups: Collection[Group]) -> None:
        """Let those go whose sessions have ended, before they are told anything more."""
        pages = [page for group in groups for page in group.pages]
        alive = await turn.sessions.alive({page.session for page in pages}, self._office.wall.now())
        for group in groups:
            for page in [one for one in group.pages if one.session not in alive]:
                group.pages.discard(page)
                page.end(over=True)

    async def _tell(self, turn: Turn, groups: Sequence[Group], head: int) -> None:
        """Tell the boards of one community what its ledger has since they were told last."""
        community, since = groups[0].looking.community.id, min(one.seq for one in groups)
        stirred = await turn.ledger.stirred(community, since, MOST_CHANGED + 1) if since <= head else None
        if stirred is None or len(stirred) > MOST_CHANGED:
            for group in groups:
                await self._begin_anew(turn, group)
            return
        rows = {row.number: row for row in await turn.searching.of(community, stirred)}
        tickets = await turn.tickets.get_many([row.ticket for row in rows.values()])
        for group in groups:
            news = [
                (rows[number], tickets[rows[number].ticket])
                for number, seq in stirred.items()
                if seq > group.seq and number in rows
            ]
            group.seq = head
            await self._tell_one(turn, group, news)

    async def _begin_anew(self, turn: Turn, group: Group) -> None:
        await self._part_with_the_ended(turn, [group])
        fresh, html = await self._drawn(turn, group.looking)
        group.seq, group.tally, group.shown = fresh.seq, fresh.tally, fresh.shown
        group.send(html)

    async def _tell_one(self, turn: Turn, group: Group, news: Sequence[tuple[Listed, Ticket]]) -> None:
        """Tell boards that show the same of tickets that changed, as far as they show them, or did."""
        looking, shown = group.looking, group.shown
        there = [row for row, ticket in news if row.lane is not Lane.OVER and looking.shows(ticket)]
        still = {row.number for row in there}
        gone = [row.number for row, _ in news if row.number in shown and row.number not in still]
        if not there and not gone:
            return
        await self._part_with_the_ended(turn, [group])
        lanes = {row.lane for row in there} | {shown[row.number] for row, _ in news if row.number in shown}
        for number in gone:
            del shown[number]
        shown |= {row.number: row.lane for row in there}
        before, now = group.tally, self._office.clock.now()
        group.tally = await self._drawing.tally(turn, looking, now)
        # Where more stand than are shown, another one moves up, or the last goes below.
        long = {
            one for one in lanes if max(before.lanes[one].count, group.tally.lanes[one].count) > MOST_CARDS
        }
        cards = await self._drawing.cards(turn, looking, [row for row in there if row.lane not in long], now)
        html = [f'<li id="card-{number}" data-gone></li>' for number in gone]
        # A card that went into a long lane without being shown there must leave the one it stood in.
        html += [f'<li id="card-{row.number}" data-gone></li>' for row in there if row.lane in long]
        html += cards.values()
        for lane in sorted(long):
            html.append(await self._column(turn, group, lane, now))
        group.send("\n".join([*html, self._drawing.heads(looking, group.tally, lanes, now)]))

    async def _column(self, turn: Turn, group: Group, lane: Lane, now: Instant) -> str:
        rows = await self._drawing.lane(turn, group.looking, lane)
        cards = await self._drawing.cards(turn, group.looking, rows, now)
        group.shown |= {row.number: lane for row in rows}
        return self._drawing.column(group.looking, lane, list(cards.values()), now)

    async def _tell_of_troubles(self, turn: Turn, groups: Collection[Group]) -> None:
        now = self._office.clock.now()
        for group in groups:
            troubles = await self._drawing.troubles(turn, group.looking, now)
            if troubles != group.troubles:
                group.troubles = troubles
                group.send(self._drawing.troubles_html(group.looking, troubles, now))
