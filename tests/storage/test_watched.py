"""What watchers are told: every turn that ended, what waits, what is alive; and what the asking costs."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace

import pytest

from storage.database import Store
from storage.records import Act, Address, Attachment, State
from storage.turn import Turned
from tests.storage.hand import raw
from tests.storage.letters import claim, owe, sent
from tests.storage.things import GROUP, NOON, a_letter, a_line, report


@pytest.fixture
def turns(store: Store) -> list[Turned]:
    told: list[Turned] = []
    store.on_turn = told.append
    return told


async def test_a_turn_tells_the_lines_it_wrote_after_its_commit(store: Store, turns: list[Turned]) -> None:
    async with store.turn() as turn:
        ticket = report(turn)
        await turn.flush()
        turn.ledger.append(a_line(ticket, act=Act.ACCEPT))
        assert turns == []
    (told,) = turns
    assert told.whole
    assert [line.act for line in told.lines] == [Act.REPORT, Act.ACCEPT]
    assert told.took > 0
    assert told.waited >= 0


async def test_a_turn_that_was_rolled_back_tells_no_line(store: Store, turns: list[Turned]) -> None:
    with pytest.raises(KeyError):
        async with store.turn() as turn:
            report(turn)
            await turn.flush()
            raise KeyError
    (told,) = turns
    assert (told.whole, told.lines) == (False, ())


async def test_the_backlog_holds_what_could_have_gone_by_platform(store: Store) -> None:
    await owe(
        store,
        a_letter(GROUP, at=NOON),
        a_letter(GROUP, at=NOON - 500, not_before=NOON + 7),
        a_letter("web:mei", at=NOON + 3),
    )
    async with store.view() as view:
        assert await view.outbox.backlog(NOON + 6) == {"telegram": (1, NOON), "web": (1, NOON + 3)}
        assert await view.outbox.backlog(NOON + 7) == {"telegram": (2, NOON), "web": (1, NOON + 3)}
    await claim(store)
    async with store.view() as view:
        assert (await view.outbox.backlog(NOON + 6))["telegram"] == (1, NOON)
    await sent(store, 1)
    async with store.view() as view:
        assert await view.outbox.backlog(NOON + 6) == {"web": (1, NOON + 3)}
        # It waits since its own time, not since it was written.
        assert (await view.outbox.backlog(NOON + 9))["telegram"] == (1, NOON + 7)


async def test_only_what_is_alive_is_counted(store: Store) -> None:
    async with store.turn() as turn:
        for number, state in enumerate((State.REPORTED, State.REPORTED, State.CLOSED, State.RESOLVED), 1001):
            report(turn, number, state=state)
    async with store.view() as view:
        assert await view.tickets.alive() == {"reported": 2, "resolved": 1}


@pytest.mark.parametrize(
    ("query", "index"), [("outbox_backlog", "outbox_owed"), ("tickets_alive", "tickets_living")]
)
async def test_watching_reads_the_index_of_what_is_open_and_never_the_whole_table(
    file_store: Store, query: str, index: str
) -> None:
    async with file_store.turn() as turn:
        for number in range(1001, 1301):
            report(turn, number, state=State.CLOSED if number % 9 else State.REPORTED)
            turn.outbox.owe(a_letter(GROUP if number % 9 else "web:mei"))
    with closing(raw(file_store)) as file:
        file.execute("UPDATE outbox SET fate = 'sent' WHERE platform = 'telegram'")
        file.execute("ANALYZE")
        plan = [row[3] for row in file.execute(f"EXPLAIN QUERY PLAN {file_store._sql[query]}", {"now": NOON})]
    assert f"USING INDEX {index}" in plan[0], plan


async def test_a_turn_tells_of_photos_only_when_their_bytes_are_still_elsewhere(
    store: Store, turns: list[Turned]
) -> None:
    photo = Attachment(0, "jinghe-1024", NOON, "telegram", "photo", "ref")
    async with store.turn() as turn:
        report(turn, 1024)
    async with store.turn() as turn:
        await turn.media.add(replace(photo, sha256="0" * 64, size=7))
    async with store.turn() as turn:
        await turn.media.put_loose(GROUP, Address("telegram:1"), None, replace(photo, ticket=None))
    with pytest.raises(KeyError):
        async with store.turn() as turn:
            await turn.media.add(photo)
            raise KeyError
    assert [told.to_fetch for told in turns] == [False, False, True, False]
