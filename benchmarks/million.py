"""A million tickets on file: how long the program takes to start, what it weighs, and what a list costs a person.

990,000 tickets are closed, with a ledger line each; 10,000 are open in 200 grids, each with a running clock. The program is
`huying serve` itself, as a process, on SQLite. `/todo` and `/mine` are asked through the desk as a leader and a resident
ask them in private: from the words to the letter committed and written out.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sqlite3
import statistics
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.cities import city
from benchmarks.figures import Figure, report
from handlers.desk import Desk
from handlers.messages import Inbound, Outgoing, Sender
from storage.database import Store, open_store
from storage.records import DAY, SECOND, Address, Instant

TICKETS, OPEN, GRIDS = 1_000_000, 10_000, 200
NOW: Instant = 1_795_323_600_000
GENERATE = f"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {TICKETS}) "
ASKED = 60


def fill(path: Path) -> None:
    """Write the tickets, deadlines and ledger lines straight into the tables; the last OPEN are open."""
    closed = f"i <= {TICKETS - OPEN}"
    at = f"{NOW} - 3 * {DAY} + i * 86"
    known: dict[str, str] = {
        "id": "'c0-' || i",
        "community": "'c0'",
        "number": "1000 + i",
        "grid": f"'c0-g' || (i % {GRIDS})",
        "state": f"CASE WHEN {closed} THEN 'closed' ELSE 'accepted' END",
        "kind": "'repair'",
        "category": "'lighting'",
        "severity": "'ordinary'",
        "building": "'' || (i % 12 + 1)",
        "words": "'楼道灯坏了'",
        "reporter": f"'r-' || (i % {GRIDS * 300})",
        "handler": f"'leader-c0-' || (i % {GRIDS})",
        "first_responder": f"'leader-c0-' || (i % {GRIDS})",
        "reported_at": at,
        "accepted_at": at,
        "version": "1",
    }
    database = sqlite3.connect(path)
    database.execute("PRAGMA synchronous = OFF")
    columns = database.execute("PRAGMA table_info(tickets)").fetchall()
    needed = {name: kind for _, name, kind, must, _, _ in columns if must}
    values = {name: "''" if kind == "TEXT" else "0" for name, kind in needed.items()} | known
    database.execute(
        f"INSERT INTO tickets ({', '.join(values)}) {GENERATE} SELECT {', '.join(values.values())} FROM n"
    )
    database.execute(
        "INSERT INTO deadlines (ticket, clock, stage, due_at, ends_at, started_at) "
        f"SELECT id, 'resolve', 'out', {NOW + DAY} + number, {NOW + DAY} + number, reported_at "
        "FROM tickets WHERE state = 'accepted'"
    )
    database.execute(
        "INSERT INTO ledger (community, seq, ticket, number, at, act, state, person, platform, reason, previous, hash) "
        "SELECT community, number, id, number, reported_at, 'resolve', state, handler, 'telegram', '', '', '' FROM tickets"
    )
    database.execute(
        "INSERT INTO people (id, community, name, roles, phone, language, home_grid, home_building, home_unit, "
        "home_floor, home_room, home_landmark, listed) "
        "SELECT DISTINCT reporter, 'c0', '居民', '[\"resident\"]', '', 'zh', NULL, '', '', '', '', '', 0 FROM tickets"
    )
    database.execute(
        "INSERT INTO accounts (address, person, last_used_at, reachable, listed) "
        "SELECT 'telegram:' || (1000000000 + CAST(SUBSTR(id, 3) AS INTEGER)), id, 0, 1, 0 FROM people "
        "WHERE id LIKE 'r-%'"
    )
    database.commit()
    database.execute("ANALYZE")
    database.close()


async def start(url: str, folder: Path) -> tuple[float, float]:
    """Start `huying serve` and return the seconds until it says that it serves, and MB resident a little later."""
    env = os.environ | {
        "HUYING_DATABASE": url,
        "HUYING_MEDIA": str(folder / "media"),
        "HUYING_HTTP": "127.0.0.1:0",
    }
    began = time.perf_counter()
    program = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "bot",
        "serve",
        env=env,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    assert program.stdout is not None
    try:
        async with asyncio.timeout(60):
            async for line in program.stdout:
                if "serving" in line.decode():
                    break
            else:
                raise RuntimeError("huying serve ended before it served")
        seconds = time.perf_counter() - began
        await asyncio.sleep(3)  # the first sweep has gone by, and what starting needed is let go
        status = await asyncio.to_thread(Path(f"/proc/{program.pid}/status").read_text, "ascii")
    finally:
        program.send_signal(signal.SIGTERM)
        await program.communicate()
    kilobytes = int(status.split("VmRSS:")[1].split()[0])
    return seconds, kilobytes / 1024


async def asked(desk: Desk, store: Store, account: str, command: str) -> float:
    """Return the median ms from the words to the list written out."""
    times = []
    address = Address(account)
    for turn_no in range(ASKED):
        now = NOW + turn_no * 5 * SECOND  # nobody asks oftener: who does is held back
        inbound = Inbound(
            key=f"{account}/{command}/{turn_no}",
            at=now,
            chat=address,
            private=True,
            sender=Sender(account=address, name="某某"),
            text=command,
        )
        began = time.perf_counter()
        await desk.receive(inbound, now)
        async with store.turn() as turn:
            bundles = await turn.outbox.claim(now, lease=30_000, limit=10, platforms=["telegram"])
            letters = await desk.prepare(turn, bundles, now)
        times.append(1000 * (time.perf_counter() - began))
        if not any(isinstance(letter, Outgoing) and "#" in letter.text for letter in letters):
            raise RuntimeError(f"no list came for {command}")
        async with store.turn() as turn:
            for number, bundle in enumerate(bundles):
                await turn.outbox.sent([letter.id for letter in bundle], address, f"{turn_no}{number}", now)
    return statistics.median(times)


async def run() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        url = f"sqlite:///{folder / 'huying.db'}"
        store = await open_store(url)
        await store.migrate()
        async with store.turn() as turn:
            await turn.directory.replace(city(communities=1, grids=GRIDS))
        await store.close()
        await asyncio.to_thread(fill, folder / "huying.db")
        seconds, megabytes = await start(url, folder)
        store = await open_store(url)
        desk = Desk(store)
        todo = await asked(desk, store, "telegram:10000000", "/todo")
        mine = await asked(desk, store, "telegram:1000000007", "/mine")
        await store.close()
    report(
        [
            Figure(
                "million",
                "start of huying serve",
                seconds,
                "s",
                at_most=3,
                note="1,000,000 tickets, 10,000 open",
            ),
            Figure("million", "resident memory", megabytes, "MB", at_most=200),
            Figure("million", "/todo", todo, "ms", at_most=20, note="median, asked to written out"),
            Figure("million", "/mine", mine, "ms", at_most=20, note="median, asked to written out"),
        ]
    )


if __name__ == "__main__":
    asyncio.run(run())
