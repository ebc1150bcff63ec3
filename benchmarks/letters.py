"""Letters delivered: per second while the platform sets no limit, and 1,000 to 50 groups under Telegram's limits.

The letters are the cards of real reports, written by the desk at the last moment, claimed and recorded on SQLite
(synchronous=FULL). The other side is stock python-telegram-bot: `Bot.send_message` with its default HTTPXRequest, as many
coroutines at once as we use, the same texts with the same keyboards to the same groups of the same test server, and
nothing stored. Each runs as a process of its own; the test server is this one.

What Telegram's limits require for 1,000 letters to 50 groups: at most 30 in any second, so the last ten go out 33 s after the first
(1,000 = 33 × 30 + 10). The 20 of one group fit into its first minute, and at one a second into its first 19 s: neither
binds. So the bound is 33 s, from the first letter taken to the last.
"""

from __future__ import annotations

import asyncio
import json
import os
import sqlite3
import sys
import tempfile
import time
from bisect import bisect_left
from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup, LinkPreviewOptions, MessageEntity

from benchmarks.cities import BUILDINGS, GROUPS, LEADERS, city
from benchmarks.figures import Figure, report
from bot import logs
from bot.channels.telegram import TelegramChannel
from bot.clock import SystemClock
from bot.delivery import Delivery
from bot.line import AT_ONCE
from bot.pacing import TELEGRAM, Pace
from handlers.desk import Desk
from handlers.messages import Inbound, Sender
from storage.database import open_store
from storage.records import Address, Instant
from tests.platforms.telegram import TOKEN, TelegramServer
from tests.platforms.telegram.protocol import Call

GROUPS_TOLD = 50
LIMITED = 1_000
FREE = 3_000
REQUIRED = 33.0
"""Seconds; see above."""
PATIENCE = 300
STOCK = "stock python-telegram-bot"
LIMITS = "the limits' own time"


@dataclass(frozen=True)
class Run:
    """What one process did. `cpu`: its CPU seconds for all of the calls; times are the server's."""

    calls: list[Call]
    refused: int
    cpu: float

    @property
    def seconds(self) -> float:
        return self.calls[-1].at - self.calls[0].at

    @property
    def per_second(self) -> float:
        return (len(self.calls) - 1) / self.seconds

    @property
    def cpu_ms(self) -> float:
        return 1000 * self.cpu / len(self.calls)

    def most_within(self, seconds: float, chat: int | None = None) -> int:
        """Return how many calls any window of this length has seen."""
        times = [call.at for call in self.calls if chat in (None, call.chat_id)]
        return max(bisect_left(times, start + seconds) - at for at, start in enumerate(times))


# --- what is owed --------------------------------------------------------------------------------------------------


async def owe(folder: Path, count: int) -> None:
    """Take in `count` reports, each of a flat of its own, and leave nothing owed but the group's card of each."""
    store = await open_store(f"sqlite:///{folder / 'huying.db'}")
    await store.migrate()
    async with store.turn() as turn:
        await turn.directory.replace(city(communities=1, grids=GROUPS_TOLD))
    desk, now = Desk(store), SystemClock().now()
    await asyncio.gather(*(desk.receive(reported(at, now), now) for at in range(count)))
    await store.close()
    with closing(sqlite3.connect(folder / "huying.db", isolation_level=None)) as database:
        database.execute("DELETE FROM outbox WHERE kind <> 'card' OR chat NOT LIKE 'telegram:-%'")


def reported(at: int, now: Instant) -> Inbound:
    """The `at`th report: grids take turns, each gets a leak in another flat."""
    grid, flat = at % GROUPS_TOLD, at // GROUPS_TOLD
    building = grid * BUILDINGS + flat % BUILDINGS + 1
    floor, door = flat // BUILDINGS // 4 + 1, flat // BUILDINGS % 4 + 1
    who = Sender(Address(f"telegram:{1_000_000 + at}"), f"居民{at}")
    chat = Address(f"telegram:{GROUPS - grid}")
    words = f"{building}号楼{floor}0{door}厨房漏水"
    return Inbound(f"letters:{at}", now, chat, False, who, words, message=str(at + 1))


# --- the two sides, each in its own process ------------------------------------------------------------------------


async def ours(folder: Path, api: str, limited: bool) -> None:
    """Deliver everything that is owed, with the log a machine keeps."""
    logs.configure(to=(folder / "log").open("w", encoding="utf-8"))
    store = await open_store(f"sqlite:///{folder / 'huying.db'}")
    channel = TelegramChannel(TOKEN, api)
    pace = Pace(TELEGRAM if limited else None)
    delivery = Delivery(store, Desk(store), {"telegram": channel}, SystemClock(), {"telegram": pace})
    began = time.process_time()
    running = asyncio.create_task(delivery.run())
    since: Instant | None = 0
    while since is not None:
        await asyncio.sleep(0.2)
        async with store.view() as view:
            since = await view.outbox.oldest()
    print(time.process_time() - began)
    running.cancel()
    await asyncio.wait({running})
    await channel.close()
    await store.close()


async def stock(folder: Path, api: str) -> None:
    """Send what the other side has sent."""
    letters = json.loads((folder / "letters.json").read_text(encoding="utf-8"))
    letters.reverse()
    plain = LinkPreviewOptions(is_disabled=True)
    async with Bot(TOKEN, base_url=f"{api}/bot") as bot:
        began = time.process_time()

        async def send() -> None:
            while letters:
                letter = letters.pop()
                keyboard = letter.get("reply_markup")
                await bot.send_message(
                    letter["chat_id"],
                    letter["text"],
                    entities=[MessageEntity(**entity) for entity in letter.get("entities", ())],
                    reply_markup=keyboard and InlineKeyboardMarkup(rows(keyboard["inline_keyboard"])),
                    link_preview_options=plain,
                    disable_notification=letter.get("disable_notification"),
                )

        await asyncio.gather(*(send() for _ in range(AT_ONCE)))
        print(time.process_time() - began)


def rows(keyboard: Iterable[Iterable[dict[str, Any]]]) -> list[list[InlineKeyboardButton]]:
    return [[InlineKeyboardButton(**button) for button in row] for row in keyboard]


# --- measuring -----------------------------------------------------------------------------------------------------


async def measure(side: str, folder: Path, *, limited: bool = False) -> Run:
    async with TelegramServer(limits=limited) as telegram:
        leaders = [telegram.user(LEADERS + at, f"网格长{at + 1}", started=True) for at in range(GROUPS_TOLD)]
        for at in range(GROUPS_TOLD):
            telegram.supergroup(GROUPS - at, f"第{at + 1}网格", [leaders[at]])
        program = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "benchmarks.letters", side, str(folder), telegram.api, str(int(limited))),
            env=os.environ,
            stdout=asyncio.subprocess.PIPE,
        )
        async with asyncio.timeout(PATIENCE):
            out, _ = await program.communicate()
        if program.returncode:
            raise RuntimeError(f"{side} failed")
        calls = telegram.calls_of("sendMessage")
    return Run([call for call in calls if call.ok], len(telegram.refusals), float(out))


async def free() -> tuple[Run, Run]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        await owe(folder, FREE)
        sent = await measure("ours", folder)
        letters = json.dumps([call.values for call in sent.calls], ensure_ascii=False)
        (folder / "letters.json").write_text(letters, encoding="utf-8")
        return sent, await measure("stock", folder)


async def limited() -> Run:
    with tempfile.TemporaryDirectory() as name:
        await owe(Path(name), LIMITED)
        return await measure("ours", Path(name), limited=True)


async def run() -> None:
    sent, stocks = await free()
    cpu = "CPU of the process that sends"
    figures = [
        Figure("letters", "no limit", sent.per_second, "/s", STOCK, stocks.per_second, at_least=2),
        Figure("letters", "its CPU", sent.cpu_ms, "ms", STOCK, stocks.cpu_ms, at_most=0.5, note=cpu),
    ]
    paced = await limited()
    busiest = paced.most_within(60, GROUPS), paced.most_within(1, GROUPS), paced.most_within(1)
    note = "at most {} a minute and {} a second in a group, {} a second over all".format(*busiest)
    figures += [
        Figure("letters", "1,000, 50 groups", paced.seconds, "s", LIMITS, REQUIRED, at_most=1.05, note=note),
        Figure("letters", "refused", paced.refused, "letters", at_most=0),
    ]
    if not len(sent.calls) == len(stocks.calls) == FREE or len(paced.calls) != LIMITED:
        raise RuntimeError("not every letter arrived exactly once")
    report(figures)


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["ours", folder, api, limited]:
            asyncio.run(ours(Path(folder), api, limited == "1"))
        case ["stock", folder, api, _]:
            asyncio.run(stock(Path(folder), api))
        case _:
            asyncio.run(run())
