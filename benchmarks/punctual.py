"""How late deadlines are acted on while people talk: 100,000 clocks running, 200 messages a second, for a minute.

`huying serve` runs as a process behind its webhook; every other message is a report, the rest is chatter. SPREAD deadlines
fall due one after the other through the minute and BURST more in one and the same millisecond. Late is the time from
that instant to the log line which the program writes right after the commit that acted on it; both by the machine's clock.
"""

from __future__ import annotations

import asyncio
import json
import tempfile
import time
from datetime import datetime
from pathlib import Path

import aiohttp

from benchmarks import due
from benchmarks.cities import GROUPS, LEADERS, city
from benchmarks.figures import Figure, report
from benchmarks.reports import SECRET, free_port, running
from benchmarks.talk import COMMUNITIES, GRIDS, chatter, report_words, update
from storage.database import open_store
from storage.records import DAY, SECOND, Instant
from tests.platforms.telegram import TOKEN, TelegramServer

RUNNING = 100_000
SPREAD, BURST = 3_000, 500
PER_SECOND = 200
SECONDS = 60
LEAD = 20
"""Seconds for filling the tables and starting the program, before the first deadline."""
GRACE = 15


def due_at(number: int, begin: Instant) -> Instant:
    """When the clock of this ticket runs out; the burst falls into the middle."""
    if number < SPREAD:
        return begin + number * SECONDS * SECOND // SPREAD
    if number < SPREAD + BURST:
        return begin + SECONDS * SECOND // 2
    return begin + DAY + number


async def prepare(path: Path, begin: Instant) -> None:
    store = await open_store(f"sqlite:///{path}")
    await store.migrate()
    async with store.turn() as turn:
        await turn.directory.replace(city(communities=COMMUNITIES, grids=GRIDS))
    await store.close()
    out_at = (
        f"{begin} + CASE WHEN number < {SPREAD} THEN number * {SECONDS * SECOND} / {SPREAD} "
        f"WHEN number < {SPREAD + BURST} THEN {SECONDS * SECOND // 2} ELSE {DAY} + number END"
    )
    await asyncio.to_thread(due.fill, path, among=RUNNING, out_at=out_at, now=begin)


async def talk(port: int, until: float) -> int:
    """Post PER_SECOND messages a second until then (time.time()); return how many. Raises when one is not answered 200."""
    headers = {"X-Telegram-Bot-Api-Secret-Token": SECRET, "Content-Type": "application/json"}
    url = f"http://127.0.0.1:{port}/telegram"
    async with aiohttp.ClientSession(headers=headers) as session, asyncio.TaskGroup() as posting:
        began, number = time.time(), 0
        while time.time() < until:
            # By the clock, not by the answers: who is slow to answer is not spared the next message.
            while number < (time.time() - began) * PER_SECOND:
                words = report_words(number) if number % 2 else chatter(number)
                posting.create_task(say(session, url, update(number, words)))
                number += 1
            await asyncio.sleep(0.005)
    return number


async def say(session: aiohttp.ClientSession, url: str, body: bytes) -> None:
    async with session.post(url, data=body) as answer:
        if answer.status != 200:
            raise RuntimeError(f"a message was answered {answer.status}")


def lateness(log: Path, begin: Instant) -> list[float]:
    """Return, for every deadline that had to be acted on, how many ms late that was; smallest first."""
    found: dict[int, float] = {}
    for line in log.read_text(encoding="utf-8").splitlines():
        told = json.loads(line) if line.startswith("{") else {}
        if told.get("event") == "queue":
            number = int(told["ticket"][1:])
            found.setdefault(number, datetime.fromisoformat(told["timestamp"]).timestamp() * 1000)
    if missing := [number for number in range(SPREAD + BURST) if number not in found]:
        raise RuntimeError(f"{len(missing)} deadlines were not acted on, {missing[:5]} …")
    return sorted(found[number] - due_at(number, begin) for number in range(SPREAD + BURST))


async def run() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        begin = (time.time_ns() // 1_000_000) + LEAD * SECOND
        await prepare(folder / "huying.db", begin)
        async with TelegramServer(limits=False) as telegram:
            for grid in range(COMMUNITIES * GRIDS):
                leader = telegram.user(LEADERS + grid, f"网格长{grid}", started=True)
                telegram.supergroup(GROUPS - grid, f"第{grid + 1}网格", admins=[leader])
            port = free_port()
            env = {
                "HUYING_TELEGRAM_API": telegram.api,
                "HUYING_TELEGRAM_TOKEN": TOKEN,
                "HUYING_TELEGRAM_MODE": "webhook",
                "HUYING_TELEGRAM_SECRET": SECRET,
                "HUYING_DATABASE": f"sqlite:///{folder / 'huying.db'}",
                "HUYING_MEDIA": str(folder / "media"),
                "HUYING_HTTP": f"127.0.0.1:{port}",
                "HUYING_PUBLIC_URL": f"http://127.0.0.1:{port}",
            }
            async with running(["bot", "serve"], env, folder / "log", port):
                await telegram.wait_for(lambda: bool(telegram.updates.webhook), timeout=60)
                telegram.pusher.stop()
                if time.time() * 1000 > begin:
                    raise RuntimeError(f"{LEAD} s were not enough to start")
                posted = await talk(port, begin / 1000 + SECONDS + 1)
                await asyncio.sleep(GRACE)
        late = lateness(folder / "log", begin)
    p50, p99 = (late[len(late) * part // 100] for part in (50, 99))
    note = (
        f"{len(late):,} due, {BURST} of them at once, {RUNNING:,} running, {posted:,} messages at {PER_SECOND} /s; "
        f"half of them within {p50:.0f} ms, the last after {late[-1]:.0f} ms"
    )
    report([Figure("punctual", "late, 99th percentile", p99 / 1000, "s", at_most=1, note=note)])


if __name__ == "__main__":
    asyncio.run(run())
