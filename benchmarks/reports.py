"""Durable reports per second through the Telegram webhook, and ordinary chatter, against two things in the same run:
a stock echo bot that stores nothing, and an endpoint that does nothing but parse.

The same requests go to all of them over the same forty connections from a process of its own. Ours answers 200 when
the ticket, its ledger line, its clocks and its letters are committed (SQLite, synchronous=FULL); they are counted
afterwards. The echo bot's figure counts its answers at the test server. City: 300 grids in four communities, 6,000
residents of whom half report twice; every report is a matter of its own.
"""

from __future__ import annotations

import asyncio
import json
import os
import socket
import sqlite3
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing, suppress
from dataclasses import dataclass
from pathlib import Path

from benchmarks.cities import GROUPS, LEADERS, city
from benchmarks.figures import Figure, report
from benchmarks.talk import COMMUNITIES, GRIDS, Numbers, chatter, report_words
from storage.database import open_store
from tests.platforms.telegram import TOKEN, TelegramServer

WARM = 600
"""Messages before the measured ones: starting up does not count."""
PATIENCE = 300
SECRET = "only-for-benchmarks-0123456789"


@dataclass(frozen=True, slots=True)
class Rate:
    """Per second; and the processor seconds per message, of the program measured and of the load generator."""

    per_second: float
    own: float
    posting: float


async def post(port: int, bodies: list[bytes], folder: Path, process: int) -> Rate:
    """Post all of them from another process; Raises RuntimeError when one was not answered 200."""
    file = folder / "bodies"
    file.write_bytes(b"\n".join(bodies))
    before = cpu_seconds(process)
    posting = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "benchmarks.posting", str(port), SECRET, str(file)),
        stdout=asyncio.subprocess.PIPE,
    )
    said, _ = await posting.communicate()
    if posting.returncode:
        raise RuntimeError("not every update was answered 200")
    told = json.loads(said)
    number = len(bodies)
    return Rate(number / told["seconds"], (cpu_seconds(process) - before) / number, told["busy"] / number)


def cpu_seconds(process: int) -> float:
    """Processor time a process has used, user and system (Linux); 0 where it cannot be known."""
    with suppress(OSError):
        fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    return 0.0


@asynccontextmanager
async def running(command: list[str], env: dict[str, str], folder: Path, port: int) -> AsyncIterator[int]:
    """Run a program until the block ends; give its process id when it listens on `port` (0: at once)."""
    with (folder / "log").open("ab") as log:
        program = await asyncio.create_subprocess_exec(
            *command, env={**os.environ, **env}, stdout=log, stderr=log
        )
    try:
        async with asyncio.timeout(PATIENCE):
            while port and not await listens(port):
                if program.returncode is not None:
                    raise RuntimeError((folder / "log").read_text())
                await asyncio.sleep(0.05)
        yield program.pid
    finally:
        with suppress(ProcessLookupError):
            program.terminate()
        await program.wait()


async def listens(port: int) -> bool:
    try:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
    except OSError:
        return False
    writer.close()
    return True


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])


def env_for(telegram: TelegramServer) -> dict[str, str]:
    return {"HUYING_TELEGRAM_API": telegram.api, "HUYING_TELEGRAM_TOKEN": TOKEN}


def populated(telegram: TelegramServer) -> TelegramServer:
    """Put the city's groups and leaders into the test server: the echo bot answers there, our cards go there."""
    for grid in range(COMMUNITIES * GRIDS):
        leader = telegram.user(LEADERS + grid, f"网格长{grid}", started=True)
        telegram.supergroup(GROUPS - grid, f"第{grid + 1}网格", admins=[leader])
    return telegram


# --- the three programs ---------------------------------------------------------------------------------------------


async def huying(folder: Path, many: int) -> tuple[Rate, Rate]:
    """Return our rates for reports and for chatter, having counted what was stored."""
    store = await open_store(f"sqlite:///{folder / 'huying.db'}")
    await store.migrate()
    async with store.turn() as turn:
        await turn.directory.replace(city(communities=COMMUNITIES, grids=GRIDS))
    await store.close()
    async with TelegramServer(limits=False) as telegram:
        populated(telegram)
        port = free_port()
        env = env_for(telegram) | {
            "HUYING_TELEGRAM_MODE": "webhook",
            "HUYING_TELEGRAM_SECRET": SECRET,
            "HUYING_DATABASE": f"sqlite:///{folder / 'huying.db'}",
            "HUYING_MEDIA": str(folder / "media"),
            "HUYING_HTTP": f"127.0.0.1:{port}",
            "HUYING_PUBLIC_URL": f"http://127.0.0.1:{port}",
        }
        async with running([sys.executable, "-m", "bot", "serve"], env, folder, port) as process:
            await telegram.wait_for(lambda: bool(telegram.updates.webhook), timeout=PATIENCE)
            telegram.pusher.stop()
            numbers = Numbers()
            await post(port, numbers.updates(WARM, report_words), folder, process)
            reports = await post(port, numbers.updates(many, report_words), folder, process)
            talked = await post(port, numbers.updates(many, chatter), folder, process)
    counted(folder / "huying.db", WARM + many)
    return reports, talked


def counted(database: Path, filed: int) -> None:
    """Raises RuntimeError unless every report is a ticket with its ledger line, its letters and its inbox key."""
    with closing(sqlite3.connect(database)) as file:
        for table, least in (("tickets", filed), ("ledger", filed), ("inbox", filed), ("outbox", filed)):
            (rows,) = file.execute(f"SELECT COUNT(*) FROM {table}").fetchone()
            if rows < least or (rows > least and table != "outbox"):
                raise RuntimeError(f"{rows} rows in {table} after {filed} reports")


async def parsing(folder: Path, many: int) -> tuple[Rate, Rate]:
    port, numbers = free_port(), Numbers()
    async with running([sys.executable, "-m", "benchmarks.bare", str(port)], {}, folder, port) as process:
        await post(port, numbers.updates(WARM, report_words), folder, process)
        reports = await post(port, numbers.updates(many, report_words), folder, process)
        return reports, await post(port, numbers.updates(many, chatter), folder, process)


async def echo(folder: Path, many: int, *, polling: bool) -> float:
    """Return answers per second, from the first to the last."""
    async with TelegramServer(limits=False) as telegram:
        populated(telegram)
        bodies = Numbers().updates(many, report_words)
        port = 0 if polling else free_port()
        if polling:
            for body in map(json.loads, bodies):
                telegram.updates.put({"message": body["message"]}, body["message"]["chat"]["id"])
        words = [] if polling else [str(port), SECRET]
        command = [sys.executable, "-m", "benchmarks.echo_bot", *words]
        async with running(command, env_for(telegram), folder, port) as process:
            posting = None if polling else asyncio.create_task(post(port, bodies, folder, process))
            await telegram.wait_for(lambda: answered(telegram) >= 1, timeout=PATIENCE)
            first, began = answered(telegram), time.perf_counter()
            await telegram.wait_for(lambda: answered(telegram) >= many, timeout=PATIENCE)
            took = time.perf_counter() - began
            if posting is not None:
                await posting
    return (many - first) / took


def answered(telegram: TelegramServer) -> int:
    return sum(call.method == "sendMessage" for call in telegram.calls)


async def run(many: int) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        pushed = await echo(folder, min(many, 2000), polling=False)
        polled = await echo(folder, min(many, 2000), polling=True)
        bare, bare_chatter = await parsing(folder, many)
        ours, our_chatter = await huying(folder, many)
    each = f"{ours.own * 1e6:.0f} µs of processor each; the load generator {ours.posting * 1e6:.0f}"
    report(
        [
            Figure(
                "reports",
                "committed, by webhook",
                ours.per_second,
                "/s",
                "echo bot, webhook",
                pushed,
                3.0,
                note=each,
            ),
            Figure("reports", "committed, by webhook", ours.per_second, "/s", "echo bot, polling", polled),
            Figure(
                "reports",
                "committed, by webhook",
                ours.per_second,
                "/s",
                "parsing alone",
                bare.per_second,
                0.5,
                note=f"{bare.own * 1e6:.0f} µs each",
            ),
            Figure(
                "reports",
                "chatter, by webhook",
                our_chatter.per_second,
                "/s",
                "parsing alone",
                bare_chatter.per_second,
                0.8,
                note=f"{our_chatter.own * 1e6:.0f} and {bare_chatter.own * 1e6:.0f} µs each",
            ),
        ]
    )


if __name__ == "__main__":
    asyncio.run(run(int(sys.argv[1]) if len(sys.argv) > 1 else 6000))
