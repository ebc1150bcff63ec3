"""What watchers are told: every turn that ended, what waits, what is alive; and what the asking costs."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import closing
from dataclasses import replace
from itertools import pairwise

import pytest

from storage.database import Store
from storage.records import Act, Address, Attachment, Clock, LetterKind, Remark, State
from storage.turn import Turn, Turned
from tests.storage.hand import raw
from tests.storage.letters import claim, owe, sent
from tests.storage.things import GROUP, NOON, a_deadline, a_letter, a_line, a_ticket, report


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


PHOTO = Attachment(0, "jinghe-1024", NOON, "telegram", "photo", "ref")
CHANGES: dict[str, Callable[[Turn], Awaitable[object]]] = {
    "a line": lambda turn: later(turn.ledger.append, a_line(a_ticket(1024), Act.TOLD)),
    "the ticket": lambda turn: followed(turn, 1024),
    "a clock": lambda turn: later(turn.deadlines.set, a_deadline(a_ticket(1024), Clock.RESOLVE, NOON + 5)),
    "words": lambda turn: turn.tickets.remark(Remark("jinghe-1024", NOON, "meiyi", "还在漏")),
    "a photo": lambda turn: turn.media.add(PHOTO),
    "the photo's bytes": lambda turn: turn.media.kept(1, "0" * 64, 7),
    "a letter": lambda turn: later(
        turn.outbox.owe, a_letter(GROUP, ticket="jinghe-1024", kind=LetterKind.NEWS)
    ),
}
"""What can be written about the ticket, one after the other."""


async def later(does: Callable[..., object], *with_what: object) -> None:
    does(*with_what)


async def followed(turn: Turn, number: int) -> None:
    ticket = await turn.tickets.by_number("jinghe", number)
    assert ticket is not None
    turn.tickets.save(replace(ticket, words="3号楼电梯又停了"))


async def mark(store: Store) -> object:
    async with store.view() as view:
        return (await view.marks.of(["jinghe-1024", "jinghe-1"]))["jinghe-1024"]


async def test_whatever_is_written_of_a_ticket_is_told_and_changes_its_mark(
    store: Store, turns: list[Turned]
) -> None:
    async with store.turn() as turn:
        report(turn, 1024)
        report(turn, 1025)
    marks = [await mark(store)]
    for what, change in CHANGES.items():
        turns.clear()
        async with store.turn() as turn:
            await change(turn)
        assert set(turns[0].about) == {"jinghe-1024"}, what
        marks.append(await mark(store))
    for becomes in (
        lambda turn: turn.outbox.claim(NOON, lease=9, limit=9, platforms=["telegram"]),
        lambda turn: turn.outbox.later([1], NOON, "slow", unsure=True),
        lambda turn: turn.outbox.claim(NOON, lease=9, limit=9, platforms=["telegram"]),
        lambda turn: turn.outbox.sent([1], GROUP, "7", NOON),
    ):
        turns.clear()
        async with store.turn() as turn:
            await becomes(turn)
        assert (set(turns[0].about), set(turns[0].letters)) == (set(), {1})
        marks.append(await mark(store))
    assert all(one != next for one, next in pairwise(marks))
    turns.clear()
    async with store.turn() as turn:
        await followed(turn, 1025)
    assert set(turns[0].about) == {"jinghe-1025"}
    assert await mark(store) == marks[-1]


async def test_what_was_rolled_back_is_told_of_nothing(store: Store, turns: list[Turned]) -> None:
    with pytest.raises(KeyError):
        async with store.turn() as turn:
            report(turn, 1024)
            await turn.flush()
            await turn.outbox.sent([1], GROUP, "7", NOON)
            raise KeyError
    assert (turns[0].about, turns[0].letters) == ((), ())


async def test_no_tickets_cost_no_statement(store: Store) -> None:
    async with store.view() as view:
        assert await view.marks.of([]) == {}
