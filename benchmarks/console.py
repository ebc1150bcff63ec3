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
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from benchmarks.figures import Figure, report
from benchmarks.registry import LEADER, NOW, PROPERTY, STAFF, fill
from bot.channels.webchat import WebChannel
from bot.web.application import create_app
from bot.web.login import make_link
from bot.web.pages import Site
from handlers.desk import Desk
from storage.database import Store, open_store
from storage.media import MediaFolder
from tests.databases import KINDS, ask, postgres_database

ASKED = 200.0
"""Milliseconds within which 95 of 100 pages must be there."""
WARM = 3
HOST = "http://huying.test"

PAGES = (
    ("board, staff", STAFF, "/console"),
    ("board, a grid's leader", LEADER, "/console"),
    ("board of one compound", STAFF, "/console?compound=c3"),
    ("newest", STAFF, "/console/tickets"),
    ("most urgent", STAFF, "/console/tickets?show=open"),
    ("overdue", STAFF, "/console/tickets?show=open&late=1"),
    ("one grid's noise", STAFF, "/console/tickets?grid=g7&category=noise"),
    ("a leader's oldest page", LEADER, "/console/tickets?after=1500"),
    ("a word that is there", STAFF, "/console/tickets?q=电梯"),
    ("a word that is nowhere", STAFF, "/console/tickets?q=鹦鹉"),
    ("four words that are nowhere", STAFF, "/console/tickets?q=鹦鹉 电梯 老人 没有"),
    ("a property worker's word that is nowhere", PROPERTY, "/console/tickets?q=鹦鹉"),
)
"""What it is, who asks, and for what. Whoever builds a page adds it here."""


@dataclass
class StoppedClock:
    """It is always the moment at which everything was written."""

    def now(self) -> int:
        return NOW

    def seconds_until(self, instant: int) -> float:
        return max(0.0, (instant - NOW) / 1000)

    async def until(self, instant: int) -> None:
        """Nobody waits here."""


@asynccontextmanager
async def filled(kind: str, tickets: int, living: float) -> AsyncIterator[Store]:
    """Give a store with so many tickets, of which this share lives."""
    with tempfile.TemporaryDirectory() as name:
        if kind == "sqlite":
            async with _opened(f"sqlite:///{Path(name) / 'huying.db'}") as store:
                await fill(store, tickets, living)
                yield store
            return
        async with postgres_database(migrated=True) as url, _opened(url) as store:
            await fill(store, tickets, living)
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


async def measure(store: Store, times: int) -> list[tuple[str, float, float, float]]:
    """Return of each page its name, the median and the 95th of a hundred in ms, and the processor's ms in the median."""
    clock = StoppedClock()
    with tempfile.TemporaryDirectory() as media:
        app = create_app(
            Desk(store),
            store,
            MediaFolder(Path(media)),
            WebChannel(store, clock),
            clock,
            site=Site(),
            handed_over=lambda *letters: None,
            wall=clock,
        )
        measured = []
        for name, person, path in PAGES:
            async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=HOST) as browser:
                link = await make_link(store, person, "", NOW)
                await browser.post("/console/login", data={"token": link.partition("token=")[2]})
                walls, busy = [], []
                for _ in range(WARM + times):
                    gc.collect()
                    wall, own = time.perf_counter(), time.process_time()
                    answer = await browser.get(path)
                    walls.append((time.perf_counter() - wall) * 1000)
                    busy.append((time.process_time() - own) * 1000)
                    if answer.status_code != 200:
                        raise RuntimeError(f"{path}: {answer.status_code}")
            walls, busy = sorted(walls[WARM:]), sorted(busy[WARM:])
            measured.append((name, walls[times // 2], walls[times * 95 // 100], busy[times // 2]))
    return measured


async def run(tickets: int, kinds: tuple[str, ...], times: int) -> None:
    for kind in kinds:
        for living in (0.03, 1.0):
            async with filled(kind, tickets, living) as store:
                measured = await measure(store, times)
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
