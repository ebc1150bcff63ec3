"""How fast the console's pages answer with a hundred thousand tickets in one community, on either database.

Each page is asked for again and again through the whole web application, one after the other; what counts is the 95th of
a hundred. Twice: once as a community is, with three in a hundred tickets open, and once with every one of them open.

`python -m benchmarks.console [TICKETS] [--only sqlite|postgres] [--times N]`
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import tempfile
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
from starlette.applications import Starlette

from benchmarks.console_pages import PAGES, Page, carried, prepared, signed_in
from benchmarks.figures import Figure, report
from benchmarks.registry import NOW, STAFF, fill
from benchmarks.registry_life import live
from bot.channels.webchat import WebChannel
from bot.web.application import create_app
from bot.web.login import make_link
from bot.web.pages import Site
from handlers.desk import Desk
from storage.database import Store, open_store
from storage.media import MediaFolder
from storage.records import MINUTE
from storage.tickets import FIRST_NUMBER
from tests.databases import KINDS, ask, postgres_database

ASKED = 200.0
"""Milliseconds within which 95 of 100 pages must be there."""
WARM = 3
HOST = "http://huying.test"


@dataclass
class StoppedClock:
    """It stands at the moment at which everything was written, until it is set on."""

    at: int = NOW

    def now(self) -> int:
        return self.at

    def seconds_until(self, instant: int) -> float:
        return max(0.0, (instant - self.at) / 1000)

    async def until(self, instant: int) -> None:
        """Nobody waits here."""


@asynccontextmanager
async def filled(kind: str, tickets: int, living: float) -> AsyncIterator[Store]:
    """Give a store with so many tickets, of which this share lives."""
    with tempfile.TemporaryDirectory() as name:
        if kind == "sqlite":
            async with _opened(f"sqlite:///{Path(name) / 'huying.db'}") as store:
                await fill(store, tickets, living)
                await live(store, tickets)
                yield store
            return
        async with postgres_database(migrated=True) as url, _opened(url) as store:
            await fill(store, tickets, living)
            await live(store, tickets)
            # What a server does by itself now and then.
            await asyncio.to_thread(ask, "VACUUM ANALYZE", url)
            yield store


@asynccontextmanager
async def _opened(url: str) -> AsyncIterator[Store]:
    store = await open_store(url)
    await store.migrate()
    try:
        yield store
    finally:
        await store.close()


def application(store: Store, clock: StoppedClock, folder: Path) -> Starlette:
    """Return the whole web application, as a process of its own would serve it."""
    return create_app(
        Desk(store),
        store,
        MediaFolder(folder),
        WebChannel(store, clock),
        clock,
        site=Site(),
        handed_over=lambda *letters: None,
        wall=clock,
    )


async def measure(
    store: Store, times: int, warm: int = WARM
) -> AsyncIterator[tuple[str, float, float, float]]:
    """Give of each page its name, the median and the 95th of a hundred in ms, and the processor's ms in the median."""
    clock = StoppedClock()
    with tempfile.TemporaryDirectory() as media:
        app = application(store, clock, Path(media))
        async with visitors(app, store) as browsers:
            given = await prepared(app, browsers[STAFF], FIRST_NUMBER)
            for page in PAGES:
                yield page.name, *await visits(browsers[page.person], page, given, clock, times, warm)


@asynccontextmanager
async def visitors(app: Starlette, store: Store) -> AsyncIterator[dict[str, httpx.AsyncClient]]:
    """Give everybody who asks for PAGES, signed in at a browser of their own."""
    async with AsyncExitStack() as stack:
        browsers = {}
        for person in {page.person for page in PAGES}:
            browser = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=HOST)
            browsers[person] = await stack.enter_async_context(browser)
            await signed_in(browser, await make_link(store, person, "", NOW))
        yield browsers


async def visits(
    browser: httpx.AsyncClient,
    page: Page,
    given: Mapping[str, str],
    clock: StoppedClock,
    times: int,
    warm: int,
) -> tuple[float, float, float]:
    """Ask for one page again and again."""
    path = page.path.format(**given)
    form = None if page.form is None else {**carried((await browser.get("/console")).text), **page.form}
    walls, busy = [], []
    for number in range(warm + times):
        # What a page keeps for a minute is made anew: the first who looks must not wait, either.
        clock.at = NOW + number * MINUTE
        gc.collect()
        wall, own = time.perf_counter(), time.process_time()
        answer = await (browser.get(path) if form is None else browser.post(path, data=form))
        walls.append((time.perf_counter() - wall) * 1000)
        busy.append((time.process_time() - own) * 1000)
        if answer.status_code != 200:
            raise RuntimeError(f"{path}: {answer.status_code}")
    clock.at = NOW
    walls, busy = sorted(walls[warm:]), sorted(busy[warm:])
    return walls[times // 2], walls[times * 95 // 100], busy[times // 2]


async def run(tickets: int, kinds: tuple[str, ...], times: int) -> None:
    for kind in kinds:
        for living in (0.03, 1.0):
            async with filled(kind, tickets, living) as store:
                measured = [one async for one in measure(store, times)]
            report(
                Figure(
                    "console",
                    f"{name}, {kind}, {living:.0%} open",
                    slow,
                    "ms",
                    at_most=ASKED,
                    note=f"median {median:.0f} ms, our processor {own:.0f} ms",
                )
                for name, median, slow, own in measured
            )


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.console", description=__doc__)
    parser.add_argument("tickets", nargs="?", type=int, default=100_000)
    parser.add_argument("--only", choices=KINDS)
    parser.add_argument("--times", type=int, default=40)
    args = parser.parse_args()
    asyncio.run(run(args.tickets, (args.only,) if args.only else KINDS, args.times))


if __name__ == "__main__":
    main()
