"""The database in trouble: nothing is acknowledged that was not stored, and afterwards everything goes on by itself."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from storage.records import Act
from tests.databases import KINDS
from tests.faults.checker import nothing_is_wrong
from tests.faults.database_troubles import Trouble, full_disk, locked, read_only
from tests.faults.evidence_of import evidence_of
from tests.patience import PATIENCE
from tests.stories.town import Town
from tests.stories.town import town as build

TROUBLES = [full_disk, locked, read_only]


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Every town of this test is built on this kind of database."""
    monkeypatch.setenv("HUYING_TEST_DATABASE", request.param)
    return str(request.param)


@pytest.mark.parametrize("trouble", TROUBLES, ids=lambda trouble: trouble.__name__)
@pytest.mark.parametrize(
    ("kind", "mode"),
    [("sqlite", "polling"), ("sqlite", "webhook"), ("postgres", "webhook")],
    indirect=["kind"],
)
async def test_the_platform_keeps_what_could_not_be_stored_and_it_is_taken_afterwards(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, trouble: Trouble, kind: str, mode: str
) -> None:
    monkeypatch.setattr("bot.channels.telegram_poll.FIRST_PAUSE", 0.05)
    monkeypatch.setattr("bot.channels.telegram_poll.LONGEST_PAUSE", 0.1)
    async with build(tmp_path, mode=mode) as town:
        await town.telegram.wait_for(lambda: mode == "polling" or town.telegram.updates.webhook is not None)
        said = [await town.says(town.mei, "3号楼2单元电梯停了")]
        async with trouble(town):
            failures = Failures(town)
            said.append(await town.chen.says("5号楼1单元水管漏水" + "，水都流到一楼了" * 200, town.group))
            said.append(await town.lin.says("7号楼3单元电梯停了", town.group))
            async with asyncio.timeout(PATIENCE):
                await failures.seen(3)
            assert town.telegram.pending == 2
            assert not any("#1002" in words for words in town.seen(town.group))
        await town.settle()
        assert sorted(ticket.number for ticket in await town.tickets()) == [1001, 1002, 1003]
        places = {ticket.place.building for ticket in await town.tickets()}
        assert places == {"3", "5", "7"}
        assert len(town.cards(1002)) == len(town.cards(1003)) == 1
        nothing_is_wrong(await evidence_of(town, *said))


class Failures:
    """Counts how often a message could not be stored."""

    def __init__(self, town: Town) -> None:
        self._intake = town.rooms[1]
        self._take = self._intake._desk.receive
        self._count = 0
        self._more = asyncio.Event()
        self._intake._desk.receive = self._receive  # type: ignore[method-assign]

    async def _receive(self, *what: object) -> object:
        try:
            return await self._take(*what)  # type: ignore[arg-type]
        except Exception:
            self._count += 1
            self._more.set()
            raise

    async def seen(self, count: int) -> None:
        while self._count < count:
            self._more.clear()
            await self._more.wait()


@pytest.mark.parametrize("trouble", TROUBLES, ids=lambda trouble: trouble.__name__)
async def test_deadlines_and_letters_wait_for_the_database_and_then_come_once(
    kind: str, town: Town, trouble: Trouble
) -> None:
    await town.says(town.mei, "3号楼2单元电梯停了")
    async with trouble(town):
        await town.clock.turn_to(town.clock.now() + 6 * 60_000)
        before = town.house.alarm.age()
        await town.house.alarm.ring()
        assert before is not None
        assert not any("没人接单" in words for words in town.seen(town.staff_room))
    await town.forward(seconds=5)
    assert sum("没人接单" in words for words in town.seen(town.staff_room)) == 1
    acts = [entry.line.act for entry in await town.ledger()]
    assert acts.count(Act.ALERT) == 1


async def test_a_letter_that_was_sent_while_the_database_failed_is_not_sent_again(
    kind: str, town: Town
) -> None:
    hang = town.telegram.faults.hang(method="sendMessage", chat=town.group)
    await town.mei.says("3号楼2单元电梯停了", town.group)
    await town.telegram.wait_for(lambda: hang.met == 1)
    async with read_only(town):
        hang.release()
        await town.telegram.wait_for(lambda: len(town.cards()) == 1)
    await town.forward(minutes=2)
    assert len(town.cards()) == 1


async def test_a_slow_database_delays_and_loses_nothing(town: Town) -> None:
    commit = town.store._writer.commit

    async def slow() -> None:
        await asyncio.sleep(0.03)
        await commit()

    town.store._writer.commit = slow  # type: ignore[method-assign]
    for n in range(1, 9):
        await town.mei.says(f"{n}号楼2单元电梯停了", town.group)
    await town.settle()
    assert [ticket.place.building for ticket in await town.tickets()] == [str(n) for n in range(1, 9)]
