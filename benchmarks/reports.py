"""Durable reports per second, against a bare echo bot on the same test server in the same run.

Both poll the same number of waiting messages. Ours has committed every one of them, with its ticket, ledger line,
deadlines and letters (SQLite, synchronous=FULL), when Telegram is told to forget it; the echo bot has only answered.
"""

from __future__ import annotations

import asyncio
import os
import sys
import tempfile
import time
import tomllib
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from handlers.community import directory_of, read_community
from storage.database import open_store
from tests.platforms.telegram import TOKEN, TelegramServer
from tests.stories.town import TOWN

BUILDINGS, UNITS = 12, 4
PATIENCE = 180
GROUP = -1001000001


def words(at: int) -> str:
    """Return the `at`th message: a leak in a flat of its own, four doors to a floor (so nothing is a twin)."""
    building, unit, flat = at % BUILDINGS + 1, at // BUILDINGS % UNITS + 1, at // (BUILDINGS * UNITS)
    return f"{building}号楼{unit}单元{flat // 4 + 1}0{flat % 4 + 1}厨房漏水"


@dataclass
class Rate:
    """Counts how fast something gets done, from the first that is done to the last: starting up does not count."""

    first: int = 0
    at_first: float = 0.0
    per_second: float = 0.0

    def look(self, done: int, whole: int) -> bool:
        """Take note of how many are done; True when all are."""
        if done and not self.first:
            self.first, self.at_first = done, time.perf_counter()
        if done >= whole and not self.per_second and whole > self.first:
            self.per_second = (whole - self.first) / (time.perf_counter() - self.at_first)
        return done >= whole


async def measure(command: list[str], count: int, folder: Path, *, echoes: bool) -> Rate:
    """Return how fast the program answers (an echo bot), or takes what is waiting (ours: it is committed then; its
    cards follow at the pace Telegram allows a group, which is no figure of ours)."""
    async with TelegramServer(limits=False) as telegram:
        wang = telegram.user(1001, "王芳", started=True)
        residents = [telegram.user(100_000 + at, f"居民{at}") for at in range(count)]
        group = telegram.supergroup(GROUP, "第一网格", residents, admins=[wang])
        for at, resident in enumerate(residents):
            await resident.says(words(at), group)
        env = {
            **os.environ,
            "HUYING_TELEGRAM_API": telegram.api,
            "HUYING_TELEGRAM_TOKEN": TOKEN,
            "HUYING_DATABASE": f"sqlite:///{folder / 'huying.db'}",
            "HUYING_MEDIA": str(folder / "media"),
            "HUYING_HTTP": "127.0.0.1:0",
        }
        rate = Rate()
        with (folder / "log").open("wb") as log:
            program = await asyncio.create_subprocess_exec(*command, env=env, stdout=log, stderr=log)
        try:
            await telegram.wait_for(
                lambda: rate.look(
                    len(telegram.calls_of("sendMessage", group)) if echoes else count - telegram.pending,
                    count,
                ),
                timeout=PATIENCE,
            )
        finally:
            with suppress(ProcessLookupError):
                program.terminate()
            await program.wait()
    return rate


async def prepare(folder: Path) -> None:
    store = await open_store(f"sqlite:///{folder / 'huying.db'}")
    await store.migrate()
    async with store.turn() as turn:
        await turn.directory.replace(directory_of(read_community(tomllib.loads(TOWN))))
    await store.close()


async def run(count: int) -> None:
    with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as other:
        echoed = await measure([sys.executable, "-m", "benchmarks.echo_bot"], count, Path(one), echoes=True)
        await prepare(Path(other))
        taken = await measure([sys.executable, "-m", "bot", "serve"], count, Path(other), echoes=False)
    print(f"reports: {count} messages waiting, polled, one test server, one run")
    print(f"  echo bot, answered, nothing stored   {echoed.per_second:8.0f} /s")
    ratio = taken.per_second / echoed.per_second
    print(f"  Huying, committed                    {taken.per_second:8.0f} /s   {ratio:.2f} x the echo bot")


if __name__ == "__main__":
    asyncio.run(run(int(sys.argv[1]) if len(sys.argv) > 1 else 1000))
