"""A sweep beside another process that has some communities in hand: it does the others, and what is left when it is let go."""

from __future__ import annotations

import asyncio
import tomllib
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import pytest

from handlers.community import directory_of, read_community
from handlers.desk import Desk
from handlers.messages import Inbound, Sender
from storage.database import Store, open_store
from storage.records import HOUR, Address, Deadline, Instant
from tests.databases import fresh_database
from tests.handlers.test_desk_of_two import NOON
from tests.patience import PATIENCE
from tests.stories.test_talking_two_communities import OTHER
from tests.stories.town import TOWN

HERE, THERE = Address("telegram:-1001000001"), Address("telegram:-1001000077")
REPORTS = 40
LATER: Instant = NOON + 2 * HOUR


@pytest.fixture
async def stores(tmp_path: Path) -> AsyncIterator[tuple[Store, Store]]:
    """Two processes; in each of two communities REPORTS matters whose clocks have all run out by LATER."""
    async with fresh_database(tmp_path, "postgres") as url:
        one, other = await open_store(url), await open_store(url)
        async with one.turn() as turn:
            towns = [read_community(tomllib.loads(text)) for text in (TOWN, OTHER)]
            await turn.directory.replace(directory_of(*towns))
        desk = Desk(one)
        await asyncio.gather(
            *(desk.receive(report(number, chat), NOON) for chat in (HERE, THERE) for number in range(REPORTS))
        )
        yield one, other
        await one.close()
        await other.close()


def report(number: int, chat: Address) -> Inbound:
    account = Address(f"telegram:{2000 + number + (1000 if chat == THERE else 0)}")
    flat = f"{number % 3 + 1}号楼{number // 12 + 1}单元{number % 12 + 1}01"
    return Inbound(
        key=f"{chat}/{number}",
        at=NOON,
        chat=chat,
        private=False,
        sender=Sender(account, f"居民{number}"),
        text=f"{flat}厨房漏水",
        message=str(number),
    )


async def lines(store: Store) -> Counter[tuple[str, str, str]]:
    """How often the clock did what to which ticket."""
    async with store.view() as view:
        found = [await view.ledger.entries(community, 0, 10_000) for community in ("jinghe", "luwan")]
    return Counter(
        (one.line.ticket, one.line.act, one.line.reason)
        for each in found
        for one in each
        if not one.line.person
    )


async def test_what_another_process_has_in_hand_waits_and_nothing_else_does(
    stores: tuple[Store, Store],
) -> None:
    desk = Desk(stores[1])
    first_there = asyncio.Event()
    acted: set[str] = set()

    def on_acted(deadlines: Sequence[Deadline]) -> None:
        acted.update(one.ticket.partition("-")[0] for one in deadlines)
        if acted:
            first_there.set()

    desk.on_acted = on_acted
    async with stores[0].turn() as turn:
        await turn.hold(["jinghe"])
        sweep = asyncio.create_task(desk.sweep(LATER))
        async with asyncio.timeout(PATIENCE):
            await first_there.wait()
        assert acted == {"luwan"}
    await sweep
    assert acted == {"luwan", "jinghe"}


async def test_a_deadline_that_was_moved_while_the_sweep_waited_is_left_alone(
    stores: tuple[Store, Store],
) -> None:
    async with stores[0].turn() as turn:
        await turn.hold(["jinghe", "luwan"])
        sweep = asyncio.create_task(Desk(stores[1]).sweep(LATER))
        for deadline in await turn.deadlines.due(LATER, 1_000):
            turn.deadlines.stop(deadline.ticket, deadline.clock)
        await turn.flush()
        async with asyncio.timeout(PATIENCE):
            await somebody_waits(stores[0])
    await sweep
    assert not await lines(stores[0])


async def somebody_waits(store: Store) -> None:
    """Return when some process waits for what another holds."""
    while True:
        async with store.view() as view:
            found = await view.tickets.sql.connection.fetch(
                "SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND NOT granted", {}
            )
        if found:
            return
