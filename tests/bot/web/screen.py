"""Open boards for tests: what each shows, and what is told to each."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

from bot.web.console.office import Office
from bot.web.console.stirring import Boards
from bot.web.login import SESSION_COOKIE
from handlers.sight import Chamber
from storage.records import Act, Clock, Deadline, Stage, State, Ticket
from tests.bot.web.follower import request_of
from tests.bot.web.house import NOON, House, a_queued_ticket
from tests.bot.web.test_console import signed_in
from tests.patience import PATIENCE
from tests.storage.things import a_deadline, a_line


def office(house: House) -> Office:
    found: Office = house.app.state.office
    return found


def boards(house: House) -> Boards:
    return next(one for one in office(house).watching if isinstance(one, Boards))


class Screen:
    """One open board."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.page = self.session = ""
        self.told: asyncio.Queue[tuple[str, str]] = asyncio.Queue()
        self.watching: asyncio.Task[None] | None = None

    async def open(self, person: str, query: str = "", *, since: str | None = None) -> None:
        async with signed_in(self.house, person) as browser:
            self.page = (await browser.get(f"/console?{query}")).text
            self.session = browser.cookies[SESSION_COOKIE]
        found = re.search(r'data-since="([^"]*)"', self.page)
        assert found is not None
        asking = await office(self.house).asked(request_of(self.session, query), Chamber.BOARD)
        events = boards(self.house).events(asking, found[1] if since is None else since)

        async def watch() -> None:
            async for event in events:
                self.told.put_nowait((event.id or "", str(event.data)))

        self.watching = asyncio.create_task(watch())

    async def next(self) -> str:
        async with asyncio.timeout(PATIENCE):
            return (await self.told.get())[1]

    async def close(self) -> None:
        if self.watching is not None:
            self.watching.cancel()
            await asyncio.gather(self.watching, return_exceptions=True)


@asynccontextmanager
async def watched(house: House, *people: str, query: str = "") -> AsyncIterator[list[Screen]]:
    """Open a board for each."""
    screens = [Screen(house) for _ in people]
    try:
        for screen, person in zip(screens, people, strict=True):
            before = count(house)
            await screen.open(person, query)
            while count(house) == before:  # noqa: ASYNC110 - no event for it: who listens does so within some steps
                await asyncio.sleep(0)
        yield screens
    finally:
        for screen in screens:
            await screen.close()


def count(house: House) -> int:
    """How many boards listen."""
    return sum(len(group.pages) for group in boards(house)._groups.values())


async def done(house: House, ticket: Ticket, act: Act = Act.ACCEPT, *clocks: Deadline) -> Ticket:
    """Save the ticket with its line and clocks."""
    async with house.store.turn() as turn:
        saved = turn.tickets.save(ticket)
        turn.ledger.append(a_line(saved, act))
        for clock in clocks:
            turn.deadlines.set(clock)
    return saved


def a_ticket(number: int = 1024, **changes: Any) -> Ticket:
    """One that nobody has accepted yet."""
    community = str(changes.get("community", "jinghe"))
    new = {
        "id": f"{community}-{number}",
        "state": State.REPORTED,
        "queued": None,
        "queued_at": None,
        "handler": None,
    }
    return replace(a_queued_ticket(number), **(new | changes))


def ends(ticket: Ticket, clock: Clock, at: int) -> Deadline:
    """The clock of a ticket, run out if `at` has passed."""
    running = a_deadline(ticket, clock, at)
    return running if at > NOON else replace(running, stage=Stage.OVER, due_at=None)


@asynccontextmanager
async def costs(house: House) -> AsyncIterator[dict[str, list[str]]]:
    """Note every question asked of the database's readers, and everything that is drawn."""
    noted: dict[str, list[str]] = {"asked": [], "drawn": []}
    pages, readers = office(house).pages, [house.store._for_directory, *house.store._readers]
    fragment = pages.fragment

    def drawn(template: str, *args: Any, **known: Any) -> str:
        noted["drawn"].append(template)
        return fragment(template, *args, **known)

    # Of the two databases only SQLite tells what it is asked, and it is the one these pages are tested with.
    for reader in readers:
        await reader._connection.set_trace_callback(noted["asked"].append)  # type: ignore[attr-defined]
    pages.fragment = drawn  # type: ignore[method-assign]
    try:
        yield noted
    finally:
        pages.fragment = fragment  # type: ignore[method-assign]
        for reader in readers:
            await reader._connection.set_trace_callback(None)  # type: ignore[attr-defined]


def cards(html: str) -> list[str]:
    """The cards an event brings, `-1024` for one that leaves."""
    found = re.findall(r'<li id="card-(\d+)"( data-gone)?', html)
    return [f"-{number}" if gone else number for number, gone in found]
