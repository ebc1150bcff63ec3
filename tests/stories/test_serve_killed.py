"""kill -9 at random moments under load: what was acknowledged is there, once, and every letter owed is sent."""

from __future__ import annotations

import asyncio
import random
import re
import sqlite3
from collections import Counter
from contextlib import closing
from pathlib import Path

import pytest

from bot.line import AT_ONCE
from tests.platforms.telegram import Chat, TelegramServer
from tests.stories.serving import Serving, serving

ROUNDS = 3
GRIDS = 45
"""A report in each group and round: many chats, because Telegram's limits are kept here as everywhere."""

CITY = """
[community]
id = "jinghe"
name = "径河社区"
[[compound]]
id = "xinhai-east"
name = "鑫海花城东区"
regime = "none"
[policy.ordinary]
accept = "1d"
resolve = "2d"
[policy.major]
accept = "1d"
resolve = "2d"
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
async def test_whenever_it_is_killed_every_report_is_a_ticket_once_and_every_letter_is_sent(
    tmp_path: Path, mode: str
) -> None:
    dice = random.Random(mode)
    numbers = range(1, GRIDS + 1)
    city = CITY + "".join(GRID.format(n=n) for n in numbers)
    async with TelegramServer(limits=True) as telegram:
        telegram.pusher.pause = 0.05
        people = [telegram.user(3000 + n, f"居民{n}", started=True) for n in numbers]
        groups = [telegram.supergroup(int(f"-1001000{n:03}"), f"第{n}网格", [people[n - 1]]) for n in numbers]
        async with serving(tmp_path, telegram, mode, text=city) as program:
            said: Counter[tuple[str, str]] = Counter()
            for unit in range(1, ROUNDS + 1):
                before = len(telegram.calls)
                for n in numbers:
                    await people[n - 1].says(f"{n}号楼{unit}单元电梯停了", groups[n - 1])
                    said[str(n), str(unit)] += 1
                moment = before + dice.randrange(1, GRIDS)
                await telegram.wait_for(lambda moment=moment: len(telegram.calls) >= moment, timeout=30)
                await program.kill()
                the_lease_runs_out(program)
                await program.start()
                # A letter is killed once at most: what was on its way twice is not tried a third time.
                await telegram.wait_for(lambda: not telegram.pending, timeout=30)
                await all_sent(program)
            assert await program.stop() == 0
        assert Counter(program.rows("SELECT building, unit FROM tickets")) == said
        assert program.rows("SELECT fate, note FROM outbox WHERE fate NOT IN ('sent', 'dropped')") == []
        shown = sum((cards(group) for group in groups), Counter[int]())
        assert sorted(shown) == sorted(number for (number,) in program.rows("SELECT number FROM tickets"))
        # Only what was on its way when the process died can stand there twice.
        assert max(shown.values()) <= 2
        assert sum(times - 1 for times in shown.values()) <= ROUNDS * AT_ONCE
        assert not [call for call in telegram.refusals if call.method != "getUpdates"]
        code, told = await program.huying("verify")
        assert code == 0, told


def the_lease_runs_out(program: Serving) -> None:
    """As if the thirty seconds were over for which a killed process still holds its letters."""
    with closing(sqlite3.connect(program.folder / "huying.db", isolation_level=None)) as file:
        file.execute("UPDATE outbox SET claimed_until = 0 WHERE fate = 'claimed'")


async def all_sent(program: Serving) -> None:
    """Return when nothing is owed any more."""
    async with asyncio.timeout(60):
        while program.rows("SELECT 1 FROM outbox WHERE fate IN ('waiting', 'claimed') LIMIT 1"):  # noqa: ASYNC110 - another process
            await asyncio.sleep(0.1)


def cards(chat: Chat) -> Counter[int]:
    found = (re.match(r"#(\d+) 电梯", m.words) for m in chat.messages if m.sender.is_bot)
    return Counter(int(match[1]) for match in found if match)
