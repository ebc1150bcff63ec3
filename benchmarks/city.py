"""A day of the busiest hotline in the country, on one machine, with the clock sped up: nothing lost, nothing late.

66,000 calls (Beijing's 12345, whose busiest minute we take as ten times the average one) come into the groups of 1,500 grids
in 100 communities. The whole program runs behind its webhook, on SQLite; Telegram is the test server, with Telegram's
limits on the same sped-up clock. Leaders accept most and resolve most of that, the rest climbs by its deadlines.

Lost: a call that is no ticket afterwards. Late: how long, in the machine's own seconds, the oldest deadline that was due
stood in the table, looked at every half second from outside. The clock runs `--speed` times as fast: the machine does that
many times a day's work a second, so a second of it is what a second would be in earnest.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import signal
import socket
import sqlite3
import sys
import tempfile
import time
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from benchmarks.cities import city
from benchmarks.city_clock import MIDNIGHT, CityClock
from benchmarks.city_people import People
from benchmarks.city_plot import day
from benchmarks.figures import INTO, Figure, report
from storage.database import open_store
from storage.records import HOUR, Instant
from tests.platforms.telegram import TelegramServer

COMMUNITIES, GRIDS_EACH = 100, 15
PATIENCE = 600
"""Seconds after the end for what is still under way."""


@dataclass(frozen=True, slots=True)
class Look:
    """What is seen from outside at one moment. `asked`: questions not answered yet, with a call behind some of them.
    `late`: seconds of the machine."""

    hour: float
    calls: int
    open: int
    queued: int
    asked: int
    letters: int
    late: float


def look(file: Path, clock: CityClock, calls: int) -> Look:
    now = clock.now()
    with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as database:

        def one(query: str) -> int:
            return database.execute(query).fetchone()[0] or 0

        due = one("SELECT MIN(due_at) FROM deadlines WHERE due_at IS NOT NULL")
        return Look(
            hour=(now - MIDNIGHT) / HOUR,
            calls=calls,
            open=one(
                "SELECT COUNT(*) FROM tickets WHERE state IN ('reported', 'accepted', 'on_site', 'planned', 'resolved')"
            ),
            queued=one("SELECT COUNT(*) FROM tickets WHERE queued IS NOT NULL"),
            asked=one("SELECT COUNT(*) FROM dialogues"),
            letters=one("SELECT COUNT(*) FROM outbox WHERE fate IN ('waiting', 'claimed')"),
            late=max(0, now - due) / 1000 / clock.factor if due else 0.0,
        )


async def prepare(folder: Path) -> None:
    store = await open_store(f"sqlite:///{folder / 'huying.db'}")
    await store.migrate()
    async with store.turn() as turn:
        await turn.directory.replace(city(communities=COMMUNITIES, grids=GRIDS_EACH))
    await store.close()


async def live(
    people: People, end: Instant, file: Path, looks: list[Look], program: asyncio.subprocess.Process
) -> None:
    """Live through the hours, and a little longer, until nothing said is unheard and no question open."""
    telegram, clock = people.telegram, people.clock
    next_look = given_up = 0.0
    while True:
        if program.returncode is not None:
            raise RuntimeError("the program ended in the middle of the day")
        busy = await people.act() + people.look()
        if time.monotonic() >= next_look:
            looks.append(await asyncio.to_thread(look, file, clock, people.called))
            next_look = time.monotonic() + 0.5
        over = clock.now() >= end and people.called == people.calls
        if over and not telegram.pending and not looks[-1].asked:
            return
        if clock.now() >= end and not given_up:
            given_up = time.monotonic() + PATIENCE
        if given_up and time.monotonic() > given_up:
            raise RuntimeError(f"{telegram.pending} updates not taken {PATIENCE} s after the end")
        await asyncio.sleep(0 if busy else 0.01)


async def simulate(speed: float, hours: range, folder: Path) -> tuple[list[Look], int, int, int]:
    """Return what was seen, how many called, how many tickets there are, and how many letters Telegram refused as too
    many."""
    await prepare(folder)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    looks: list[Look] = []
    clock = CityClock(time.time() + 8, speed, MIDNIGHT + hours.start * HOUR)
    async with TelegramServer(limits=True, clock=lambda: clock.now() / 1000) as telegram:
        people = People(telegram, clock, GRIDS_EACH, random.Random(12345))
        people.settle(COMMUNITIES * GRIDS_EACH, MIDNIGHT, hours)
        with (folder / "log").open("wb") as log:
            program = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "benchmarks.city_house", str(folder), telegram.api),
                *(str(port), str(clock.began), str(speed), str(clock.start)),
                stdout=log,
                stderr=log,
            )
        try:
            await telegram.wait_for(lambda: telegram.updates.webhook is not None, timeout=30)
            await live(people, MIDNIGHT + hours.stop * HOUR, folder / "huying.db", looks, program)
        finally:
            if program.returncode is None:
                program.send_signal(signal.SIGTERM)
                await program.wait()
        refused = sum(1 for call in telegram.refusals if call.refusal and call.refusal.code == 429)
    with closing(sqlite3.connect(folder / "huying.db")) as database:
        (tickets,) = database.execute("SELECT COUNT(*) FROM tickets").fetchone()
    return looks, people.called, tickets, refused


async def run(speed: float, hours: range) -> None:
    with tempfile.TemporaryDirectory() as folder:
        looks, called, tickets, refused = await simulate(speed, hours, Path(folder))
    late = sorted(one.late for one in looks)
    if into := os.environ.get(INTO):
        Path(into, "city.svg").write_text(day(looks, speed, hours), encoding="utf-8")  # noqa: ASYNC240 - the day is over
    report(
        [
            Figure("city", "calls that are tickets", tickets, "", "calls", called, at_least=1, at_most=1),
            Figure(
                "city",
                "lateness, 99 %",
                late[int(len(late) * 0.99)],
                "s",
                at_most=1,
                note=f"clock x {speed:g}",
            ),
            Figure("city", "lateness, worst look", late[-1], "s"),
            Figure("city", "refused as too many", refused, "", at_most=0),
            Figure("city", "most letters waiting", max(one.letters for one in looks), ""),
        ]
    )


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.city", description=__doc__)
    parser.add_argument("--speed", type=float, default=40.0, help="how many times as fast the clock runs")
    parser.add_argument(
        "--hours", type=int, nargs=2, default=(0, 24), metavar="HOUR", help="only from … to …"
    )
    args = parser.parse_args()
    asyncio.run(run(args.speed, range(*args.hours)))


if __name__ == "__main__":
    main()
