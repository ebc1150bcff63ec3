"""Two processes at one desk: what each decides rests on what the other has finished, on a database they share."""

from __future__ import annotations

import asyncio
import tomllib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from handlers.community import directory_of, read_community
from handlers.desk import Desk, troubles
from handlers.messages import Inbound, Sender
from handlers.troubles import Lasting, Trouble
from storage.database import Store, open_store
from storage.records import SECOND, Act, Address, Instant, State
from tests.databases import fresh_database
from tests.stories.town import TOWN

NOON: Instant = 1_795_323_600_000
GROUP = Address("telegram:-1001000001")
SEVERAL = 24


@asynccontextmanager
async def two(folder: Path) -> AsyncIterator[tuple[Store, Store]]:
    async with fresh_database(folder, "postgres") as url:
        one, other = await open_store(url), await open_store(url)
        async with one.turn() as turn:
            await turn.directory.replace(directory_of(read_community(tomllib.loads(TOWN))))
        # Connected and warm, or the first would be done before the other has begun.
        for store in (one, other):
            await Desk(store).receive(said(999, "你们好", by=3000, private=True), NOON)
        yield one, other
        await one.close()
        await other.close()


@pytest.fixture
async def stores(tmp_path: Path) -> AsyncIterator[tuple[Store, Store]]:
    async with two(tmp_path) as both:
        yield both


def said(number: int, text: str, *, by: int = 0, press: str | None = None, private: bool = False) -> Inbound:
    account = Address(f"telegram:{by or 2000 + number}")
    return Inbound(
        key=f"telegram:{number}",
        at=NOON,
        chat=account if private else GROUP,
        private=private,
        sender=Sender(account, f"居民{number}"),
        text=text,
        press=press,
        message=str(number),
    )


async def test_one_lift_reported_to_both_at_once_is_one_ticket_that_the_others_follow(
    stores: tuple[Store, Store],
) -> None:
    desks = [Desk(store) for store in stores]
    await asyncio.gather(
        *(desks[n % 2].receive(said(n, "3号楼2单元电梯停了"), NOON + n) for n in range(SEVERAL))
    )
    async with stores[0].view() as view:
        (ticket,) = await view.tickets.open_in_grid("xinhai-east-1")
        assert len(await view.tickets.followers(ticket.id)) == SEVERAL - 1
        assert ticket.followers == SEVERAL - 1


async def test_numbers_follow_each_other_whoever_takes_the_reports(stores: tuple[Store, Store]) -> None:
    desks = [Desk(store) for store in stores]
    words = [f"{n % 12 + 1}号楼{n // 12 + 1}单元201厨房漏水" for n in range(SEVERAL)]
    await asyncio.gather(*(desks[n % 2].receive(said(n, words[n]), NOON + n) for n in range(SEVERAL)))
    async with stores[0].view() as view:
        numbers = sorted(ticket.number for ticket in await view.tickets.open_in_grid("xinhai-east-1"))
        entries = await view.ledger.entries("jinghe", 0, 1000)
    assert numbers == list(range(1001, 1001 + SEVERAL))
    assert [entry.seq for entry in entries] == list(range(1, SEVERAL + 1))


async def test_the_same_message_brought_to_both_is_taken_once(stores: tuple[Store, Store]) -> None:
    desks = [Desk(store) for store in stores]
    await asyncio.gather(*(desks[n % 2].receive(said(7, "3号楼2单元电梯停了"), NOON + n) for n in range(6)))
    async with stores[1].view() as view:
        (ticket,) = await view.tickets.open_in_grid("xinhai-east-1")
        assert ticket.followers == 0
        assert [entry.line.act for entry in await view.ledger.of(ticket.id)] == [Act.REPORT]


async def test_of_two_who_accept_at_once_one_has_it_and_the_other_is_told(
    stores: tuple[Store, Store],
) -> None:
    desks = [Desk(store) for store in stores]
    await desks[0].receive(said(1, "3号楼2单元电梯停了"), NOON)
    await asyncio.gather(
        desks[0].receive(said(2, "接单 1001", by=1001), NOON + SECOND),
        desks[1].receive(said(3, "接单 1001", by=1002), NOON + SECOND),
    )
    async with stores[0].view() as view:
        (ticket,) = await view.tickets.open_in_grid("xinhai-east-1")
        acts = [entry.line.act for entry in await view.ledger.of(ticket.id)]
    assert ticket.state is State.ACCEPTED
    assert acts.count(Act.ACCEPT) == 1


async def test_a_place_and_its_matter_said_to_different_processes_become_one_report(
    stores: tuple[Store, Store],
) -> None:
    desks = [Desk(store) for store in stores]
    await desks[0].receive(said(1, "电梯停了", by=2001), NOON)
    await desks[1].receive(said(2, "3号楼2单元", by=2001), NOON + SECOND)
    async with stores[0].view() as view:
        (ticket,) = await view.tickets.open_in_grid("xinhai-east-1")
    assert (ticket.place.building, ticket.place.unit) == ("3", "2")


async def test_a_question_answered_to_both_at_once_is_answered_once(stores: tuple[Store, Store]) -> None:
    desks = [Desk(store) for store in stores]
    for n in range(SEVERAL):
        await desks[0].receive(said(100 + n, "电梯停了", by=2001 + n), NOON)
    await asyncio.gather(
        *(
            desks[answer].receive(
                said(200 + 2 * n + answer, f"{answer + 2}号楼{n // 8 + 1}单元", by=2001 + n), NOON + SECOND
            )
            for n in range(8)
            for answer in (0, 1)
        )
    )
    async with stores[0].view() as view:
        entries = await view.ledger.entries("jinghe", 0, 1000)
        people = [entry.line.person for entry in entries if entry.line.act is Act.REPORT]
    assert len(people) == len(set(people))


async def test_a_trouble_that_both_find_in_the_same_moment_is_told_once(stores: tuple[Store, Store]) -> None:
    both = [
        Lasting(Trouble.DEAF, "telegram", NOON + n, "why", f"process {n}", NOON + n)
        for n in range(len(stores))
    ]
    told = await asyncio.gather(*(troubles.found(*one) for one in zip(stores, both, strict=True)))
    assert sorted(told) == [False, True]
    async with stores[0].view() as view:
        (first,) = await troubles.lasting(view)
    ends = await asyncio.gather(
        *(troubles.ended(store, Trouble.DEAF, "telegram", first.by, NOON + SECOND) for store in stores)
    )
    assert sorted(ends) == [False, True]
