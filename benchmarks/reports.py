"""Durable reports per second through the Telegram webhook, and ordinary chatter, against two things in the same run:
a stock echo bot that stores nothing, and an endpoint that does nothing but parse.

The same requests go to all of them over the same forty connections from a process of its own; the programs take turns,
round by round, and those whose turn it is not are stopped. Of each the best round counts. Ours answers 200 when the
ticket, its ledger line, its clocks and its letters are committed (SQLite, synchronous=FULL), which is counted
afterwards; meanwhile it also sends letters, as many as Telegram lets through. The echo bot's figure is its answers at
the test server. The endpoint is Starlette on uvicorn with the parts ours runs on (httptools, asyncio).

City: 300 grids in four communities, 6,000 residents of whom half report twice; every report is a matter of its own.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import sqlite3
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager, closing, suppress
from dataclasses import dataclass
from pathlib import Path

from benchmarks.cities import GROUPS, LEADERS, city
from benchmarks.figures import Figure, report
from benchmarks.talk import COMMUNITIES, GRIDS, Numbers, Words, chatter, report_words
from storage.database import open_store
from tests.platforms.telegram import TOKEN, TelegramServer

ROUNDS = 3
WARM = 600
"""Messages before the measured ones: starting up does not count."""
PATIENCE = 300
SECRET = "only-for-benchmarks-0123456789"


@dataclass(frozen=True, slots=True)
class Rate:
    """Per second; and the processor seconds per message, of the program measured and of the load generator."""

    per_second: float
    own: float
    posting: float = 0.0


Round = Callable[[Words, int], Awaitable[Rate]]
"""Say so many messages to a program, and return how fast it took them."""


async def post(port: int, bodies: list[bytes]) -> tuple[float, float]:
    """Post all of them from another process; return its seconds and processor seconds.

    Raises RuntimeError when one was not answered 200.
    """
    with tempfile.NamedTemporaryFile() as file:
        file.write(b"\n".join(bodies))
        file.flush()
        posting = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "benchmarks.posting", str(port), SECRET, file.name),
            stdout=asyncio.subprocess.PIPE,
        )
        said, _ = await posting.communicate()
    if posting.returncode:
        raise RuntimeError("not every update was answered 200")
    told = json.loads(said)
    return told["seconds"], told["busy"]


def cpu_seconds(process: int) -> float:
    """Processor time a process has used, user and system (Linux); 0 where it cannot be known."""
    with suppress(OSError):
        fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    return 0.0


@asynccontextmanager
async def running(command: list[str], env: dict[str, str], log: Path, port: int) -> AsyncIterator[int]:
    """Run a program until the block ends; give its process id when it listens on `port` (0: at once)."""
    with log.open("ab") as said:
        program = await asyncio.create_subprocess_exec(
            sys.executable, "-m", *command, env={**os.environ, **env}, stdout=said, stderr=said
        )
    try:
        async with asyncio.timeout(PATIENCE):
            while port and not await listens(port):
                if program.returncode is not None:
                    raise RuntimeError(await asyncio.to_thread(log.read_text))
                await asyncio.sleep(0.05)
        yield program.pid
    finally:
        with suppress(ProcessLookupError):
            program.send_signal(signal.SIGCONT)
            program.terminate()
        await program.wait()


@asynccontextmanager
async def its_turn(process: int) -> AsyncIterator[None]:
    """Let a stopped program run for the length of a round."""
    os.kill(process, signal.SIGCONT)
    try:
        yield
    finally:
        os.kill(process, signal.SIGSTOP)


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


def posted(port: int, process: int) -> Round:
    """Return the round of a program whose answers tell that it is done."""
    numbers = Numbers()

    async def measure(words: Words, many: int) -> Rate:
        bodies, before = numbers.updates(many, words), cpu_seconds(process)
        async with its_turn(process):
            seconds, busy = await post(port, bodies)
            return Rate(many / seconds, (cpu_seconds(process) - before) / many, busy / many)

    return measure


@asynccontextmanager
async def telegram_of_the_city() -> AsyncIterator[TelegramServer]:
    """A test server with the city's groups and leaders: the echo bot answers there, our cards go there."""
    async with TelegramServer(limits=False) as telegram:
        for grid in range(COMMUNITIES * GRIDS):
            leader = telegram.user(LEADERS + grid, f"网格长{grid}", started=True)
            telegram.supergroup(GROUPS - grid, f"第{grid + 1}网格", admins=[leader])
        yield telegram


# --- the programs ---------------------------------------------------------------------------------------------------


@asynccontextmanager
async def huying(folder: Path) -> AsyncIterator[Round]:
    """`huying serve` in webhook mode, on a database of its own."""
    store = await open_store(f"sqlite:///{folder / 'huying.db'}")
    await store.migrate()
    async with store.turn() as turn:
        await turn.directory.replace(city(communities=COMMUNITIES, grids=GRIDS))
    await store.close()
    async with telegram_of_the_city() as telegram:
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
        async with running(["bot", "serve"], env, folder / "huying.log", port) as process:
            await telegram.wait_for(lambda: bool(telegram.updates.webhook), timeout=PATIENCE)
            yield posted(port, process)


@asynccontextmanager
async def parsing(folder: Path) -> AsyncIterator[Round]:
    port = free_port()
    async with running(["benchmarks.bare", str(port)], {}, folder / "bare.log", port) as process:
        yield posted(port, process)


@asynccontextmanager
async def echo(folder: Path, *, polling: bool) -> AsyncIterator[Round]:
    """The stock bot; it is done when the test server has its answers."""
    async with telegram_of_the_city() as telegram:
        port = 0 if polling else free_port()
        command = ["benchmarks.echo_bot", *([] if polling else [str(port), SECRET])]
        env = {"HUYING_TELEGRAM_API": telegram.api, "HUYING_TELEGRAM_TOKEN": TOKEN}
        numbers = Numbers()

        def answered() -> int:
            return sum(call.method == "sendMessage" for call in telegram.calls)

        async with running(command, env, folder / f"echo{port}.log", port) as process:
            await telegram.wait_for(
                lambda: any(call.method in ("deleteWebhook", "setWebhook") for call in telegram.calls),
                timeout=PATIENCE,
            )

            async def measure(words: Words, many: int) -> Rate:
                bodies, before = numbers.updates(many, words), cpu_seconds(process)
                telegram.calls.clear()
                async with its_turn(process):
                    began = time.perf_counter()
                    if polling:
                        for said in (json.loads(body)["message"] for body in bodies):
                            telegram.updates.put({"message": said}, said["chat"]["id"])
                    else:
                        await post(port, bodies)
                    await telegram.wait_for(lambda: answered() >= many, timeout=PATIENCE)
                    took = time.perf_counter() - began
                    return Rate(many / took, (cpu_seconds(process) - before) / many)

            yield measure


# --- the run --------------------------------------------------------------------------------------------------------


async def run(many: int) -> None:
    best: dict[str, Rate] = {}

    async def go(name: str, measure: Round, words: Words, number: int) -> None:
        rate = await measure(words, number)
        if name not in best or rate.per_second > best[name].per_second:
            best[name] = rate

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        async with AsyncExitStack() as programs:
            ours, bare = [await programs.enter_async_context(one(folder)) for one in (huying, parsing)]
            pushed, polled = [
                await programs.enter_async_context(echo(folder, polling=by)) for by in (False, True)
            ]
            for measure in (ours, bare, pushed, polled):
                await measure(report_words, WARM)
            for _ in range(ROUNDS):
                await go("pushed", pushed, report_words, many // 3)
                await go("polled", polled, report_words, many // 3)
                await go("bare", bare, report_words, many)
                await go("ours", ours, report_words, many)
                await go("bare chatter", bare, chatter, many)
                await go("our chatter", ours, chatter, many)
        counted(folder / "huying.db", WARM + ROUNDS * many)
    tell(best)


def counted(database: Path, filed: int) -> None:
    """Raises RuntimeError unless every report is a ticket with its ledger line, its letters and its inbox key.

    Other lines of the ledger (that somebody was told), and chatter that went onto a ticket, are not counted.
    """
    with closing(sqlite3.connect(database)) as file:
        for table in ("tickets", "ledger WHERE act = 'report'", "inbox", "outbox"):
            (rows,) = file.execute(f"SELECT COUNT(*) FROM {table}").fetchone()
            if rows < filed or (rows > filed and table not in ("inbox", "outbox")):
                raise RuntimeError(f"{rows} rows in {table} after {filed} reports")


def tell(best: dict[str, Rate]) -> None:
    def figure(
        what: str, name: str, than: str, other: str, at_least: float | None = None, generator: str = ""
    ) -> Figure:
        ours, theirs = best[name], best[other]
        note = f"processor {ours.own * 1e6:.0f} µs each, theirs {theirs.own * 1e6:.0f}{generator}"
        return Figure("reports", what, ours.per_second, "/s", than, theirs.per_second, at_least, note=note)

    by_generator = f", the load generator's {best['ours'].posting * 1e6:.0f}"
    report(
        [
            figure("committed, by webhook", "ours", "echo bot, webhook", "pushed", 3.0, by_generator),
            figure("committed, by webhook", "ours", "echo bot, polling", "polled"),
            figure("committed, by webhook", "ours", "parsing alone", "bare", 0.5),
            figure("chatter, by webhook", "our chatter", "parsing alone", "bare chatter", 0.8),
        ]
    )


if __name__ == "__main__":
    asyncio.run(run(int(sys.argv[1]) if len(sys.argv) > 1 else 3000))
