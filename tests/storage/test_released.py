"""Whoever has a database of an earlier release starts the new program on it, and everything goes on."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from bot.config import Telegram
from bot.secret import Secret
from storage import migrate
from storage.database import open_store
from storage.media import MediaFolder
from storage.proof import verify
from storage.records import HOUR, MINUTE, SECOND, Act, State
from tests.patience import PATIENCE
from tests.platforms.telegram import TOKEN, TelegramServer
from tests.stories.town import at_home
from tests.stories.turned_clock import NOON, TurnedClock

RELEASED = sorted((Path(__file__).parent / "released").glob("*.sql"))
"""One for each schema that went out. See released/__main__.py."""

CHECKSUMS = {
    "0001_first": "dc7e35aa6ff712284369f8209f884f16ab30664f31a6be0654fbfdeedf260290",
    "0002_ledger_is_append_only": "6bd8814e86fa91fdf222164c7de43feb67a062ff38c1158a5e206489779e1d83",
    "0003_letters_wait_in_two_ways": "7c0b03d5f63e17b9f66231c6c4290629c2e3ff34bd1b67191db4abbbaf56a544",
    "0004_what_is_old_goes": "20084201c82a9725c5be6422e7077526d2bb03e98a6c585cef280f70cb3b001d",
    "0005_cards_owed_are_found": "a9f80fc5627a44c0a71c20c7beb584545e605bc52805ba28ad20c03db9a3caf8",
}
"""Migrations that people's databases were made with. A line is added with each release and never changed."""

LEFT_AT = NOON + 5 * HOUR + 6 * MINUTE
"""When the story in the files ends."""


@pytest.fixture(params=RELEASED, ids=lambda file: file.stem)
def old(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A database as that release left it."""
    file = tmp_path / "huying.db"
    with closing(sqlite3.connect(file)) as made:
        made.executescript(request.param.read_text(encoding="utf-8"))
    return file


def rows(file: Path) -> dict[str, int]:
    """How many rows there are of what nobody may lose."""
    with closing(sqlite3.connect(file)) as asked:
        return {
            table: asked.execute(f"SELECT COUNT(*) FROM {table}").fetchone()[0]
            for table in (
                "tickets",
                "ledger",
                "outbox",
                "people",
                "accounts",
                "deadlines",
                "dialogues",
                "cards",
            )
        }


def shape(file: Path) -> list[tuple[str, ...]]:
    """Every table's columns, and every index and trigger, however they came to be."""
    with closing(sqlite3.connect(file)) as asked:
        tables = [name for (name,) in asked.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        columns = [
            (table, *(str(part) for part in column[1:]))
            for table in tables
            for column in asked.execute(f"PRAGMA table_info({table})")
        ]
        others = asked.execute(
            "SELECT name, sql FROM sqlite_master WHERE type != 'table' AND sql IS NOT NULL"
        )
        return sorted(columns) + sorted((name, " ".join(sql.split())) for name, sql in others)


def test_a_migration_that_went_out_is_never_changed() -> None:
    ours = {name: migrate.checksum(sql) for name, sql in migrate.known("sqlite").items()}
    assert {name: ours.get(name) for name in CHECKSUMS} == CHECKSUMS


def test_the_files_are_of_the_releases_they_stand_for(old: Path) -> None:
    with closing(sqlite3.connect(old)) as asked:
        applied = dict(asked.execute("SELECT name, checksum FROM migrations"))
    assert applied == {name: sum for name, sum in CHECKSUMS.items() if name in applied}
    assert applied


async def test_it_is_carried_to_today_whole(old: Path, tmp_path: Path) -> None:
    before = rows(old)
    store = await open_store(f"sqlite:///{old}")
    await store.migrate()
    assert await store.pending() == []
    verdict = await verify(store)
    await store.close()
    assert verdict.ok, verdict
    assert rows(old) == before
    new = await open_store(f"sqlite:///{tmp_path / 'new.db'}")
    await new.migrate()
    await new.close()
    assert shape(old) == shape(tmp_path / "new.db")


async def test_the_program_goes_on_where_the_old_one_stopped(old: Path, tmp_path: Path) -> None:
    async with TelegramServer(limits=False) as telegram:
        mei, leader = telegram.user(2001, "梅姨", started=True), telegram.user(1001, "王芳", started=True)
        others = [telegram.user(number, "邻居", started=True) for number in (1002, 1003, 1004, 2002, 2003)]
        group = telegram.supergroup(-1001000001, "第一网格", [mei, leader, *others], admins=[leader])
        staff_room = telegram.supergroup(-1009000001, "社区值班")
        # Numbers of updates go on where they were: what came before is known by its own.
        telegram.updates.next_id += 10_000
        store = await open_store(f"sqlite:///{old}")
        await store.migrate()
        clock, settings = TurnedClock(LEFT_AT), Telegram(Secret(TOKEN), telegram.api)
        try:
            async with at_home(store, MediaFolder(tmp_path / "media"), clock, settings) as house:
                # Letters that were tried in vain wait for their pause to be over.
                await clock.turn_to(LEFT_AT + 2 * MINUTE)
                await house.delivery.settled()
                assert "#1003" in leader.chat.text
                await leader.says("接单 1003", group)
                await telegram.wait_for(lambda: not telegram.pending)
                await mei.says("2号楼1单元水管漏水", group)
                await telegram.wait_for(lambda: not telegram.pending)
                await clock.turn_to(clock.now() + 5 * HOUR)
                async with asyncio.timeout(PATIENCE):
                    await house.alarm.swept()
                await clock.turn_to(clock.now() + 3 * SECOND)
                await house.delivery.settled()
            async with store.view() as view:
                taken = await view.tickets.by_number("jinghe", 1003)
                new = await view.tickets.by_number("jinghe", 1004)
                acts = [entry.line.act for entry in await view.ledger.of("jinghe-1003")]
            assert taken is not None
            assert new is not None
            assert (taken.state, taken.first_responder) == (State.ACCEPTED, "wangfang")
            assert acts.count(Act.QUEUE) == 1
            assert "#1003" in staff_room.text
            assert (await verify(store)).ok
        finally:
            await store.close()
    with closing(sqlite3.connect(old)) as asked:
        assert asked.execute(
            "SELECT COUNT(*) FROM outbox WHERE fate IN ('waiting', 'claimed')"
        ).fetchone() == (0,)
