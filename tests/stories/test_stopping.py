"""A stop in the middle of everything: what is under way is finished, nothing is lost or said twice, within ten seconds."""

from __future__ import annotations

import asyncio
import json
import random
import re
import sqlite3
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, asynccontextmanager, closing, contextmanager
from pathlib import Path

import pytest

from tests.patience import PATIENCE
from tests.platforms.telegram import Chat, TelegramServer
from tests.stories.serving import Serving, serving

GRIDS = 30
"""Many chats, because Telegram's limits are kept here as everywhere."""
NUMBERS = range(1, GRIDS + 1)

CITY = """
[community]
id = "jinghe"
name = "径河社区"
[[compound]]
id = "xinhai-east"
name = "鑫海花城东区"
regime = "none"
"""
GRID = """
[[grid]]
id = "g{n}"
compound = "xinhai-east"
name = "第{n}网格"
buildings = ["{n}"]
leader = "leader{n}"
chats = ["telegram:-1001000{n:03}"]
[[person]]
id = "leader{n}"
name = "网格长{n}"
roles = ["grid_leader"]
accounts = ["web:leader{n}"]
"""


@pytest.mark.parametrize("mode", ["polling", "webhook"])
async def test_a_stop_under_load_loses_nothing_and_says_nothing_twice(tmp_path: Path, mode: str) -> None:
    dice = random.Random(mode)
    city = CITY + "".join(GRID.format(n=n) for n in NUMBERS)
    async with TelegramServer(limits=False) as telegram:
        telegram.pusher.pause = 0.05
        people = [telegram.user(3000 + n, f"居民{n}", started=True) for n in NUMBERS]
        groups = [telegram.supergroup(int(f"-1001000{n:03}"), f"第{n}网格", [people[n - 1]]) for n in NUMBERS]
        async with serving(tmp_path, telegram, mode, text=city) as program:
            for unit in (1, 2):
                before = len(telegram.calls)
                for n in NUMBERS:
                    await people[n - 1].says(f"{n}号楼{unit}单元电梯停了", groups[n - 1])
                moment = before + dice.randrange(1, GRIDS)
                await telegram.wait_for(lambda moment=moment: len(telegram.calls) >= moment)
                await stopped_well(program)
                # Whatever was acknowledged is stored already, whoever starts next.
                taken = unit * GRIDS - telegram.pending
                assert program.rows("SELECT COUNT(*) FROM tickets")[0][0] >= taken
                assert program.rows("SELECT COUNT(*) FROM outbox WHERE fate = 'claimed'") == [(0,)]
                await program.start()
            await telegram.wait_for(lambda: not telegram.pending)
            await all_sent(program)
            await stopped_well(program)
        told = Counter(program.rows("SELECT building, unit FROM tickets"))
        assert told == Counter((str(n), str(unit)) for n in NUMBERS for unit in (1, 2))
        shown = sum((cards(group) for group in groups), Counter[int]())
        assert sorted(shown) == sorted(number for (number,) in program.rows("SELECT number FROM tickets"))
        assert set(shown.values()) == {1}


async def all_sent(program: Serving) -> None:
    """Return when nothing is owed any more."""
    async with asyncio.timeout(PATIENCE):
        while program.rows("SELECT 1 FROM outbox WHERE fate IN ('waiting', 'claimed') LIMIT 1"):  # noqa: ASYNC110 - another process
            await asyncio.sleep(0.1)


def cards(chat: Chat) -> Counter[int]:
    found = (re.match(r"#(\d+) 电梯", m.words) for m in chat.messages if m.sender.is_bot)
    return Counter(int(match[1]) for match in found if match)


async def stopped_well(program: Serving) -> None:
    """Stop it: it says so, nothing went wrong on the way, and it did not have to be cut off."""
    assert await program.stop() == 0
    assert program.log()[-1]["event"] == "停下了 · stopped"
    assert program.log()[-1]["seconds"] < 10  # it leaves at LAST_RESORT_SECONDS, and then says nothing
    assert [line for line in program.log() if line["level"] in ("error", "critical")] == []


# --- one request under way ------------------------------------------------------------------------------------------


@contextmanager
def locked(program: Serving) -> Iterator[ExitStack]:
    """Somebody else holds the database, until what is given is closed: what comes in has to wait."""
    with ExitStack() as lock:
        file = lock.enter_context(
            closing(sqlite3.connect(program.folder / "huying.db", isolation_level=None, timeout=10))
        )
        file.execute("BEGIN IMMEDIATE")
        yield lock


@asynccontextmanager
async def posted(program: Serving) -> AsyncIterator[asyncio.StreamReader]:
    """A report that the program has begun to take in by the webhook, as Telegram posts it; gives what is answered."""
    resident = {"id": 2001, "is_bot": False, "first_name": "梅姨"}
    group = {"id": -1001000001, "type": "supergroup", "title": "第一网格"}
    message = {"message_id": 7, "date": 1, "chat": group, "from": resident, "text": "3号楼2单元电梯停了"}
    body = json.dumps({"update_id": 77, "message": message}).encode()
    reader, writer = await asyncio.open_connection("127.0.0.1", program.port)
    secret = program.settings["HUYING_TELEGRAM_SECRET"]
    head = (
        f"POST /telegram HTTP/1.1\r\nHost: x\r\nContent-Length: {len(body)}\r\n"
        f"X-Telegram-Bot-Api-Secret-Token: {secret}\r\nExpect: 100-continue\r\n\r\n"
    )
    writer.write(head.encode())
    # Who stops before it has read the head owes nothing; asked for the body, we know that it has.
    assert await reader.readuntil(b"\r\n\r\n") == b"HTTP/1.1 100 Continue\r\n\r\n"
    writer.write(body)
    await writer.drain()
    try:
        yield reader
    finally:
        writer.close()


async def refused(program: Serving) -> None:
    """Return when nobody is let in any more."""
    while True:
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", program.port)
        except ConnectionRefusedError:
            return
        writer.close()
        await asyncio.sleep(0.02)


@pytest.fixture
async def telegram() -> AsyncIterator[TelegramServer]:
    async with TelegramServer(limits=False) as server:
        mei = server.user(2001, "梅姨", started=True)
        server.supergroup(-1001000001, "第一网格", [mei])
        yield server


async def test_a_request_under_way_is_stored_and_answered_while_new_ones_are_refused(
    tmp_path: Path, telegram: TelegramServer
) -> None:
    async with serving(tmp_path, telegram, "webhook") as program:
        await telegram.wait_for(lambda: telegram.updates.webhook is not None)
        with locked(program) as lock:
            async with posted(program) as answer:
                stopping = asyncio.create_task(program.stop())
                await refused(program)
                assert program.rows("SELECT COUNT(*) FROM tickets") == [(0,)]
                lock.close()
                assert (await answer.readline()).startswith(b"HTTP/1.1 200")
                assert await stopping == 0
        assert program.rows("SELECT COUNT(*) FROM tickets") == [(1,)]
        assert [line for line in program.log() if line["level"] == "error"] == []


async def test_a_request_that_cannot_be_stored_in_time_is_never_acknowledged(
    tmp_path: Path, telegram: TelegramServer
) -> None:
    async with serving(tmp_path, telegram, "webhook") as program:
        await telegram.wait_for(lambda: telegram.updates.webhook is not None)
        with locked(program):
            async with posted(program) as answer:
                assert await program.stop() == 0
                said = await answer.read()
        assert not said.startswith(b"HTTP/1.1 2"), said
        assert program.rows("SELECT COUNT(*) FROM tickets") == [(0,)]
        await program.start()
        async with posted(program) as answer:
            assert (await answer.readline()).startswith(b"HTTP/1.1 200")
        assert program.rows("SELECT COUNT(*) FROM tickets") == [(1,)]
