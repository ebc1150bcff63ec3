"""Moving house: everything from one database into another, in every direction."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path

import pytest

from storage import moving
from storage.database import BadDatabase, Store, open_store
from storage.moving import HoldsOtherData
from storage.proof import verify
from storage.records import (
    Account,
    Act,
    Address,
    Attachment,
    Card,
    Dialogue,
    LetterKind,
    Meeting,
    MeetingItem,
    Outcome,
)
from storage.statements import IDS
from tests.databases import KINDS, fresh_database
from tests.storage.hand import raw, tables
from tests.storage.letters import claim
from tests.storage.test_examples import a_lesson, an_example
from tests.storage.things import GROUP, NOON, a_deadline, a_letter, a_line, a_person, report


@pytest.fixture(params=KINDS)
async def target(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Store]:
    folder = tmp_path / "new house"
    folder.mkdir()
    async with fresh_database(folder, request.param) as url:
        store = await open_store(url)
        yield store
        await store.close()


async def furnish(store: Store, first: int = 1001, count: int = 3) -> None:
    """Something in most tables."""
    async with store.turn() as turn:
        await turn.people.save(a_person("meiyi"))
        await turn.people.bind(Account(Address("telegram:1"), "meiyi", NOON, True))
        for _ in range(first, first + count):
            ticket = report(turn, await turn.tickets.next_number("jinghe"))
            turn.ledger.append(a_line(ticket, Act.REPORT, reason="水管爆了"))
            turn.deadlines.set(a_deadline(ticket))
            turn.outbox.owe(a_letter(GROUP, kind=LetterKind.PAGE, ticket=ticket.id))
            turn.examples.add(an_example(ticket=ticket.id))
            await turn.flush()
            await turn.tickets.add_follower(ticket.id, "zhangshu", NOON)
            await turn.cards.put(Card(ticket.id, GROUP, "7", "print"))
            await turn.media.add(Attachment(0, ticket.id, NOON, "telegram", "photo", "ref", "meiyi"))
            await turn.web.add(GROUP, "梅姨", None, "电梯停了", at=NOON)
        turn.meetings.save(Meeting("jinghe-m1", "jinghe", "", NOON, NOON))
        turn.meetings.decide(
            MeetingItem("jinghe-m1", f"jinghe-{first}", Outcome.DEFERRED, "等报价", NOON, "chenjie")
        )
        await turn.dialogues.put(Dialogue(GROUP, Address("telegram:1"), "ask", {"a": 1}, NOON))
        turn.inbox.keep(f"telegram:{first}", NOON, {"toast": "好"})
        await turn.tokens.set("offset", "7")
        await turn.examples.learn(a_lesson())


def content(store: Store) -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table that is moved, without what says that it was."""
    with closing(raw(store)) as hand:
        return {
            table: sorted(
                hand.execute(f"SELECT * {moving.ROWS[table]}").fetchall(),
                key=lambda row: [str(x) for x in row],
            )
            for table in moving.TABLES
            if table != "tokens"
        }


def test_no_table_is_forgotten(store: Store) -> None:
    assert sorted(moving.TABLES) == sorted(set(tables(store)) - {"migrations"})


async def test_everything_arrives(store: Store, target: Store) -> None:
    await furnish(store)
    told: list[tuple[int, int]] = []
    counts = await moving.copy(store, target, lambda done, total: told.append((done, total)))
    assert content(target) == content(store)
    assert counts["tickets"] == 3
    assert told[-1][0] == told[-1][1] == sum(counts.values())
    assert (await verify(target)).lines == 6
    assert (await verify(target)).ok


async def test_work_goes_on_in_the_new_house_where_it_stopped_in_the_old_one(
    store: Store, target: Store
) -> None:
    await furnish(store)
    await claim(store)
    await moving.copy(store, target)
    await furnish(target, first=1004)
    with closing(raw(target)) as hand:
        for table in IDS:
            ids = [id for (id,) in hand.execute(f"SELECT id FROM {table} ORDER BY id").fetchall()]
            used = ("attachments", "examples", "outbox", "web_messages")
            assert ids == (list(range(1, 7)) if table in used else [])
    async with target.view() as view:
        assert [line.line.number for line in await view.ledger.entries("jinghe", 6, 9)][::2] == [
            1004,
            1005,
            1006,
        ]
        assert await view.tokens.get("offset") == "7"
    assert (await verify(target)).ok


async def test_a_move_can_be_repeated_while_nobody_lives_there(store: Store, target: Store) -> None:
    await furnish(store)
    await moving.copy(store, target)
    await furnish(store, first=1004, count=1)
    await moving.copy(store, target)
    assert content(target) == content(store)
    assert (await verify(target)).lines == 8


async def test_where_somebody_has_worked_since_nothing_is_overwritten(store: Store, target: Store) -> None:
    await furnish(store)
    await moving.copy(store, target)
    async with target.turn() as turn:
        await turn.pulse.beat(NOON)
    before = content(target)
    with pytest.raises(HoldsOtherData, match="worked with since"):
        await moving.copy(store, target)
    assert content(target) == before
    await moving.copy(store, target, replace=True)
    assert content(target) == content(store)


async def test_somebody_elses_data_is_not_overwritten(store: Store, target: Store) -> None:
    await furnish(target)
    with pytest.raises(HoldsOtherData, match="other data"):
        await moving.copy(store, target)


async def test_a_copy_of_another_house_is_not_overwritten(store: Store, target: Store) -> None:
    await furnish(store)
    await moving.copy(store, target)
    async with target.turn() as turn:
        turn.ledger.append(a_line(report(turn, 2001, community="changqing")))
    with pytest.raises(HoldsOtherData, match="no copy of this one: changqing"):
        await moving.copy(store, target)


async def test_a_move_that_fails_leaves_the_target_as_it_was(
    store: Store, target: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    await furnish(store, count=1)
    await moving.copy(store, target)
    before = content(target)
    await furnish(store, first=1002)

    def stumble(done: int, total: int) -> None:
        if done > total / 2:
            raise RuntimeError("stumbled")

    with pytest.raises(RuntimeError, match="stumbled"):
        await moving.copy(store, target, stumble)
    assert content(target) == before
    assert (await verify(target)).ok


async def test_nobody_moves_in_while_somebody_is_at_work_there(
    file_store: Store, postgres_store: Store
) -> None:
    other = await open_store(postgres_store.url)
    with pytest.raises(BadDatabase, match="in use"):
        await moving.copy(file_store, postgres_store)
    await other.close()


async def test_what_only_a_file_kept_is_brought_over_readable(
    file_store: Store, postgres_store: Store
) -> None:
    """A file of an earlier program may hold a NUL, which PostgreSQL refuses."""
    async with file_store.turn() as turn:
        report(turn, words="水管爆了")
    with closing(raw(file_store)) as hand:
        hand.execute("UPDATE tickets SET words = ?", ("水\0管",))
    await moving.copy(file_store, postgres_store)
    async with postgres_store.view() as view:
        ticket = await view.tickets.get("jinghe-1001")
    assert ticket is not None
    assert ticket.words == "水�管"


async def test_the_ledger_of_the_new_house_is_guarded_again(store: Store, target: Store) -> None:
    await furnish(store)
    await moving.copy(store, target)
    with closing(raw(target)) as hand, pytest.raises(Exception, match="append-only"):
        hand.execute("DELETE FROM ledger")


async def test_a_backup_of_a_server_is_a_file_like_any_other(postgres_store: Store, tmp_path: Path) -> None:
    await furnish(postgres_store)
    await postgres_store.backup(tmp_path / "backup 100%.db")
    with closing(sqlite3.connect(tmp_path / "backup 100%.db")) as file:
        assert file.execute("SELECT COUNT(*) FROM tickets").fetchone() == (3,)
    assert os.listdir(tmp_path) == ["backup 100%.db"]
    with pytest.raises(FileExistsError):
        await postgres_store.backup(tmp_path / "backup 100%.db")
