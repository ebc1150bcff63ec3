"""What only a server can do to us: it restarts, refuses, is full, too slow, or somebody else's."""

from __future__ import annotations

import asyncio
from contextlib import closing
from typing import Any

import pytest

from storage.database import BadDatabase, Contradiction, StorageFailed, Store, open_store, shown
from storage.postgres import in_our_words
from storage.proof import verify
from storage.written import Written
from tests.databases import ask, guarded, postgres_database, server
from tests.storage.hand import raw
from tests.storage.test_processes import kill_others
from tests.storage.things import GROUP, NOON, a_letter, report


async def test_a_server_that_restarted_is_found_again_at_the_next_turn(postgres_store: Store) -> None:
    async with postgres_store.turn() as turn:
        report(turn, 1001)
    async with postgres_store.view() as view:
        assert await view.tickets.get("jinghe-1001")
    kill_others(postgres_store)
    async with postgres_store.turn() as turn:
        report(turn, 1002)
    async with postgres_store.view() as view:
        assert await view.tickets.get("jinghe-1002")
    assert await postgres_store.directory()


async def test_while_the_server_is_away_nothing_is_stored_and_it_is_said(postgres_store: Store) -> None:
    """As in the minute in which it restarts: whoever asks is told at once, and may ask again."""
    kill_others(postgres_store)
    writer: Any = postgres_store._writer
    there, writer._url = writer._url, "postgresql://postgres:@/huying?host=/nowhere"
    for _ in range(2):
        with pytest.raises(StorageFailed, match="cannot be reached"):
            async with postgres_store.turn() as turn:
                report(turn, 1001)
    writer._url = there
    async with postgres_store.turn() as turn:
        report(turn, 1001)


async def test_a_connection_lost_in_a_turn_stores_nothing_of_it(postgres_store: Store) -> None:
    with pytest.raises(StorageFailed):
        async with postgres_store.turn() as turn:
            report(turn, 1001)
            await turn.flush()
            kill_others(postgres_store)
            report(turn, 1002)
    async with postgres_store.turn() as turn:
        assert await turn.tickets.get_many(["jinghe-1001", "jinghe-1002"]) == {}


async def test_a_turn_whose_failure_was_overlooked_is_not_taken_for_stored(postgres_store: Store) -> None:
    """PostgreSQL answers the COMMIT of a failed transaction with a silent ROLLBACK."""
    with pytest.raises(StorageFailed, match="had failed before"):
        async with postgres_store.turn() as turn:
            report(turn, 1001)
            await turn.flush()
            with pytest.raises(Contradiction):
                turn.inbox.keep("k", NOON, {})
                await turn.flush()
                turn.inbox.keep("k", NOON, {})
                await turn.flush()
    async with postgres_store.view() as view:
        assert await view.tickets.get("jinghe-1001") is None


async def test_a_cancelled_turn_leaves_a_connection_that_can_be_used(postgres_store: Store) -> None:
    async def slow() -> None:
        async with postgres_store.turn() as turn:
            report(turn, 1001)
            await turn.flush()
            started.set()
            await turn._statements.connection.fetch("SELECT pg_sleep(60)", {})

    started = asyncio.Event()
    task = asyncio.create_task(slow())
    await started.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    async with postgres_store.turn() as turn:
        assert await turn.tickets.get("jinghe-1001") is None
        report(turn, 1002)


async def test_a_server_that_became_read_only_is_told_and_later_works(postgres_store: Store) -> None:
    name = postgres_store.url.rpartition("/huying_")[2].partition("?")[0]
    await asyncio.to_thread(ask, f"ALTER DATABASE huying_{name} SET default_transaction_read_only = on")
    kill_others(postgres_store)
    with pytest.raises(StorageFailed, match="read-only"):
        async with postgres_store.turn() as turn:
            report(turn, 1001)
    await asyncio.to_thread(ask, f"ALTER DATABASE huying_{name} RESET default_transaction_read_only")
    # As after a change of servers: the connection to the one that only reads is not kept.
    async with postgres_store.turn() as turn:
        report(turn, 1001)


async def test_two_turns_that_wait_for_each_other_cost_one_of_them_a_retry(postgres_store: Store) -> None:
    other = await open_store(postgres_store.url)
    async with postgres_store.turn() as turn:
        report(turn, 1001)
        report(turn, 1002)

    async def both(store: Store, first: str, second: str, mine: asyncio.Event, yours: asyncio.Event) -> bool:
        try:
            async with store.turn() as turn:
                await turn.hold([first])
                mine.set()
                await yours.wait()
                await turn.hold([second])
        except StorageFailed:
            return False
        return True

    a, b = asyncio.Event(), asyncio.Event()
    third = await open_store(postgres_store.url)
    done = await asyncio.gather(both(other, "x", "y", a, b), both(third, "y", "x", b, a))
    assert sorted(done) == [False, True]
    await other.close()
    await third.close()


@pytest.mark.parametrize("setting", ["synchronous_commit", "idle_in_transaction_session_timeout", "jit"])
async def test_a_connection_is_set_as_we_need_it(postgres_store: Store, setting: str) -> None:
    async with postgres_store.turn() as turn:
        rows = await turn._statements.connection.fetch(f"SELECT current_setting('{setting}') AS value", {})
    assert rows[0]["value"] == {"synchronous_commit": "on", "jit": "off"}.get(setting, "1min")


async def test_the_server_parts_with_a_machine_that_vanished_while_news_is_on_its_way_to_it(
    postgres_store: Store,
) -> None:
    """Keepalives alone would let it wait a quarter of an hour, and with it whoever waits for the names held there."""
    async with postgres_store.view() as view:
        rows = await view.ledger.sql.connection.fetch(
            # Over a Unix socket the setting itself is shown as 0: no machine can vanish there.
            "SELECT CAST(reset_val AS INTEGER) AS value FROM pg_settings WHERE name = 'tcp_user_timeout'",
            {},
        )
    assert 0 < rows[0]["value"] <= 15_000


async def test_a_wrong_password_is_told_without_saying_it() -> None:
    async with postgres_database(migrated=False) as url:
        wrong = await asyncio.to_thread(guarded, url, "hunter2-is-wrong")
        with pytest.raises(BadDatabase, match="does not take this user and password") as told:
            await open_store(wrong)
        right = await open_store(await asyncio.to_thread(guarded, url, "right"))
        await right.close()
    assert "hunter2" not in str(told.value)
    assert "hunter2" not in shown(wrong)


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("postgresql://huying:geheim@127.0.0.1:1/huying", "refused|Connect call failed"),
        ("postgresql://huying:geheim@no-such-host.invalid/huying", "no such host"),
        ("postgresql://huying:ge/heim@127.0.0.1/huying", "%40 for @"),
        ("postgresql://huying:geheim@127.0.0.1:port/huying", "%40 for @"),
        # What ends a host or a name ends it within a password, too.
        ("postgresql://huying:ge@heim/heim@127.0.0.1/huying", "%40 for @"),
        ("postgresql://127.0.0.1:1/heim@127.0.0.1/huying", "refused|Connect call failed"),
    ],
)
async def test_an_address_that_leads_nowhere_is_told_in_one_line(url: str, why: str) -> None:
    with pytest.raises(BadDatabase, match=why) as told:
        await open_store(url)
    assert "heim" not in str(told.value)
    assert "heim" not in shown(url)
    assert "\n" not in str(told.value)


async def test_a_database_that_is_not_there_is_told() -> None:
    url = await asyncio.to_thread(lambda: server().get_uri("huying_never_made"))
    with pytest.raises(BadDatabase, match="huying_never_made: the server has no such database"):
        await open_store(url)


async def test_a_database_that_cannot_hold_chinese_is_refused() -> None:
    await asyncio.to_thread(
        ask, "CREATE DATABASE huying_latin TEMPLATE template0 ENCODING 'LATIN1' LC_COLLATE 'C' LC_CTYPE 'C'"
    )
    url = await asyncio.to_thread(lambda: server().get_uri("huying_latin"))
    with pytest.raises(BadDatabase, match="LATIN1"):
        await open_store(url)
    await asyncio.to_thread(ask, "DROP DATABASE huying_latin")


async def test_somebody_elses_database_on_the_server_is_left_alone() -> None:
    async with postgres_database(migrated=False) as url:
        store = await open_store(url)
        with closing(raw(store)) as hand:
            hand.execute("CREATE TABLE recipes (name TEXT)")
        with pytest.raises(BadDatabase, match="something else"):
            await store.migrate()
        await store.close()


async def test_two_processes_that_migrate_at_once_do_it_once() -> None:
    async with postgres_database(migrated=False) as url:
        stores = [await open_store(url, patience=1) for _ in range(3)]
        applied = await asyncio.gather(*(store.migrate() for store in stores))
        assert sorted(name for names in applied for name in names) == sorted(await _known(stores[0]))
        for store in stores:
            assert await store.pending() == []
            await store.close()


async def _known(store: Store) -> list[str]:
    async with store.view() as view:
        return [
            row["name"] for row in await view._statements.connection.fetch("SELECT name FROM migrations", {})
        ]


async def test_texts_are_compared_byte_by_byte_as_in_a_file(postgres_store: Store) -> None:
    with closing(raw(postgres_store)) as hand:
        found = hand.execute(
            "SELECT DISTINCT collation_name FROM information_schema.columns"
            " WHERE table_schema = 'public' AND data_type = 'text' AND table_name <> 'migrations'"
        ).fetchall()
    assert found == [("C",)]


async def test_the_ledger_cannot_be_emptied_in_one_go(postgres_store: Store) -> None:
    async with postgres_store.turn() as turn:
        report(turn)
    with closing(raw(postgres_store)) as hand, pytest.raises(Exception, match="append-only"):
        hand.execute("TRUNCATE ledger CASCADE")
    assert (await verify(postgres_store)).lines == 1


def test_names_in_quotes_and_casts_are_no_parameters() -> None:
    written = Written("SELECT ':no', :a, CAST(:b AS TEXT), x::text WHERE y = :a;")
    assert written.sql == "SELECT ':no', $1, CAST($2 AS TEXT), x::text WHERE y = $1"
    assert list(written.values({"b": 2, "a": 1})) == [1, 2]


def test_a_mistake_of_our_own_is_not_taken_for_trouble_of_the_server() -> None:
    with pytest.raises(ValueError, match="mine"), in_our_words():
        raise ValueError("mine")


async def test_a_closed_store_stays_closed(postgres_store: Store) -> None:
    other = await open_store(postgres_store.url)
    await other.close()
    with pytest.raises(StorageFailed, match="closed"):
        async with other.turn() as turn:
            turn.outbox.owe(a_letter(GROUP))
