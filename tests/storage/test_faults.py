"""The disk is full, the file locked or read-only, the program killed: nothing half-stored, nothing acknowledged lost."""

from __future__ import annotations

import os
import signal
import sys
from asyncio.subprocess import PIPE, create_subprocess_exec
from contextlib import closing
from pathlib import Path

import pytest

from storage.database import StorageFailed, Store, open_store
from storage.proof import verify
from tests.storage.hand import dialect, raw
from tests.storage.things import GROUP, NOON, a_deadline, a_letter, report, url

OTHERS_GONE = """
DO $$
BEGIN
    WHILE EXISTS (
        SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()
    ) LOOP
        PERFORM pg_sleep(0.01);
        PERFORM pg_stat_clear_snapshot();
    END LOOP;
END
$$
"""
TABLES = ("tickets", "ledger", "deadlines", "outbox", "inbox")


async def one_message(store: Store, number: int, words: str = "电梯停了") -> None:
    async with store.turn() as turn:
        ticket = report(turn, number, words=words)
        turn.deadlines.set(a_deadline(ticket))
        turn.outbox.owe(a_letter(GROUP, ticket=ticket.id))
        turn.inbox.keep(f"telegram:{number}", NOON, {"toast": ""})


def counted(store: Store) -> set[int]:
    """The rows of every table a message writes to; one number when each message is there whole."""
    with closing(raw(store)) as file:
        return set(
            file.execute(f"SELECT {', '.join(f'(SELECT COUNT(*) FROM {t})' for t in TABLES)}").fetchone()
        )


async def gone(store: Store) -> None:
    """Return when the server has noticed that a killed program is gone, and what it had not committed with it."""
    if dialect(store) == "postgres":
        with closing(raw(store)) as file:
            file.execute(OTHERS_GONE)


async def test_a_full_disk_stores_nothing_by_halves_and_recovers(file_store: Store) -> None:
    await one_message(file_store, 1001)
    pages = (await file_store._writer.fetch("PRAGMA page_count", {}))[0]["page_count"]
    await file_store._writer.fetch(f"PRAGMA max_page_count = {pages + 4}", {})
    with pytest.raises(StorageFailed, match="full"):
        await one_message(file_store, 1002, words="水" * 100_000)
    assert counted(file_store) == {1}
    with pytest.raises(StorageFailed, match="full"):
        async with file_store.turn() as turn:
            for number in range(2001, 3001):
                report(turn, number)
    await file_store._writer.fetch("PRAGMA max_page_count = 1073741823", {})
    await one_message(file_store, 1002, words="水" * 100_000)
    assert counted(file_store) == {2}
    assert (await verify(file_store)).ok


async def test_a_locked_database_is_told_and_later_works(file_store: Store) -> None:
    await one_message(file_store, 1001)
    with closing(raw(file_store)) as file:
        file.execute("BEGIN IMMEDIATE")
        with pytest.raises(StorageFailed, match="locked"):
            await one_message(file_store, 1002)
        async with file_store.view() as view:
            assert await view.tickets.get("jinghe-1001")
        file.execute("ROLLBACK")
    await one_message(file_store, 1002)
    assert counted(file_store) == {2}


async def test_a_database_that_became_read_only_is_told_and_later_works(file_store: Store) -> None:
    await one_message(file_store, 1001)
    await file_store._writer.fetch("PRAGMA query_only = ON", {})
    with pytest.raises(StorageFailed, match="readonly"):
        await one_message(file_store, 1002)
    await file_store._writer.fetch("PRAGMA query_only = OFF", {})
    await one_message(file_store, 1002)
    assert counted(file_store) == {2}


@pytest.mark.skipif(os.geteuid() == 0, reason="nothing is read-only for root")
async def test_a_read_only_file_cannot_be_opened(file_store: Store, tmp_path: Path) -> None:
    await file_store.close()
    file_store.path.chmod(0o400)
    with pytest.raises(Exception, match="readonly"):
        await open_store(url(file_store.path))


async def test_a_damaged_file_is_told(file_store: Store) -> None:
    for number in range(1001, 1101):
        await one_message(file_store, number, words="水" * 1_000)
    await file_store.close()
    pages = file_store.path.read_bytes()
    with file_store.path.open("r+b") as file:
        for start in range(0, len(pages), 4096):
            if "水水水".encode() in pages[start : start + 4096]:
                file.seek(start)
                file.write(b"\xff" * 64)
    broken = await open_store(url(file_store.path))
    with pytest.raises(StorageFailed):
        async with broken.view() as view:
            await view.tickets.open_in_grid("xinhai-east-1", limit=1_000)
    await broken.close()


LOAD = """
import asyncio, sys
from storage.database import open_store
from tests.storage.test_faults import one_message
async def main():
    store = await open_store(sys.argv[1])
    first = int(sys.argv[2])
    for number in range(first, first + 100_000):
        await one_message(store, number)
        print(number, flush=True)
asyncio.run(main())
"""


async def test_a_kill_in_the_middle_of_the_work_loses_nothing_that_was_acknowledged(store: Store) -> None:
    await store.close()
    first, acknowledged = 1001, 0
    for moment in (3, 17, 40):
        process = await create_subprocess_exec(
            sys.executable, "-c", LOAD, store.url, str(first), stdout=PIPE, cwd=Path(__file__).parents[2]
        )
        assert process.stdout is not None
        for _ in range(moment):
            last = int(await process.stdout.readline())
        os.kill(process.pid, signal.SIGKILL)
        # What it still wrote into the pipe before it died counts as acknowledged too.
        last = max([last, *(int(line) for line in (await process.stdout.read()).split(b"\n")[:-1])])
        await process.wait()
        await gone(store)
        acknowledged += last - first + 1
        again = await open_store(store.url)
        async with again.view() as view:
            assert await view.tickets.by_number("jinghe", last)
        assert (await verify(again)).ok
        await again.close()
        (whole,) = counted(store)
        assert whole in (acknowledged, acknowledged + 1)
        acknowledged = whole
        first = 1001 + whole
    if dialect(store) == "sqlite":
        with closing(raw(store)) as file:
            assert file.execute("PRAGMA integrity_check").fetchone() == ("ok",)
