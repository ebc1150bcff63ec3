"""What hangs on many tickets is read at once, remembered in the turn, and follows what the turn itself changes."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest

from storage.database import Store
from storage.records import Account, Address, Card, Clock, LetterKind
from storage.turn import Turn
from tests.storage.test_attachments import a_photo
from tests.storage.things import GROUP, NOON, a_deadline, a_letter, a_person, report

ONE, OTHER = "jinghe-1001", "jinghe-1002"
MEIYI, WECOM = Address("telegram:1001"), Address("wecom:meiyi")


async def reads(turn: Turn, keys: tuple[str, ...]) -> dict[str, object]:
    """Everything that hangs on tickets, asked for together."""
    return {
        "deadlines": await turn.deadlines.of_many(keys),
        "followers": await turn.tickets.followers_of_many(keys),
        "cards": await turn.cards.of_many(keys),
        "photos": await turn.media.of_many(keys),
        "told": {
            ticket: [letter.once for letter in told]
            for ticket, told in (await turn.outbox.told_of_many(keys)).items()
        },
        "accounts": await turn.people.accounts_of_many(["meiyi", "nobody"]),
    }


@asynccontextmanager
async def two_tickets(store: Store) -> AsyncIterator[Turn]:
    """A turn that has read everything of two tickets, one of which has something of each kind."""
    async with store.turn() as turn:
        first = report(turn, 1001)
        report(turn, 1002)
        await turn.people.save(a_person())
        await turn.people.bind(Account(MEIYI, "meiyi", NOON))
        turn.deadlines.set(a_deadline(first))
        await turn.tickets.add_follower(ONE, "zhangshu", NOON)
        await turn.cards.put(Card(ONE, GROUP, "7", "print"))
        await turn.media.add(a_photo(ticket=ONE))
        turn.outbox.owe(a_letter(GROUP, kind=LetterKind.ALERT, ticket=ONE, once="first"))
    async with store.turn() as turn:
        found = await reads(turn, (ONE, OTHER))
        assert {kind: [len(rows) for rows in each.values()] for kind, each in found.items()} == {  # type: ignore[attr-defined]
            kind: [1, 0] for kind in found
        }
        yield turn


async def test_what_was_read_together_is_found_alone_without_asking_again(store: Store) -> None:
    async with two_tickets(store) as turn:
        # Whatever is asked now has no connection to ask.
        turn._statements.connection = None  # type: ignore[assignment]
        assert len(await turn.deadlines.of(ONE)) == 1
        assert await turn.tickets.followers(ONE) == ["zhangshu"]
        assert len(await turn.cards.of(ONE)) == len(await turn.media.of(ONE)) == 1
        assert len(await turn.outbox.told(ONE)) == len(await turn.people.accounts("meiyi")) == 1
        assert await turn.cards.of(OTHER) == []
        turn._statements.connection = store._writer


async def _follow(turn: Turn) -> None:
    await turn.tickets.add_follower(ONE, "laowang", NOON + 1)


async def _attach(turn: Turn) -> None:
    loose = await turn.media.put_loose(GROUP, MEIYI, None, a_photo())
    await turn.media.attach(loose.id, OTHER)
    await turn.media.kept(1, "ab" * 32, 9)
    await turn.media.add(a_photo(ticket=ONE))


async def _give_up_photo(turn: Turn) -> None:
    await turn.media.failed(1, "gone")


async def _show(turn: Turn) -> None:
    await turn.cards.put(Card(ONE, GROUP, "8", "newer"))
    await turn.cards.put(Card(OTHER, GROUP, "9", "print"))


async def _stop(turn: Turn) -> None:
    ticket = await turn.tickets.get(OTHER)
    assert ticket is not None
    turn.deadlines.stop(ONE, Clock.ACCEPT)
    turn.deadlines.set(a_deadline(ticket, Clock.RESOLVE, NOON + 9))
    turn.deadlines.set(a_deadline(ticket, Clock.ACCEPT, NOON + 5))


async def _alert(turn: Turn) -> None:
    turn.outbox.owe(a_letter(GROUP, kind=LetterKind.ALERT, ticket=ONE, once="second"))
    turn.outbox.owe(a_letter(kind=LetterKind.ALERT, ticket=ONE, once="to nobody"))
    turn.outbox.owe(a_letter(GROUP, kind=LetterKind.REMIND, ticket=ONE, once="no alarm"))
    turn.outbox.owe(a_letter(GROUP, kind=LetterKind.PAGE, ticket=OTHER, once="third"))


async def _drop(turn: Turn) -> None:
    await turn.outbox.drop([1], "accepted")


async def _shut(turn: Turn) -> None:
    await turn.people.reachable(MEIYI, False)


async def _bind(turn: Turn) -> None:
    await turn.people.bind(Account(WECOM, "meiyi", NOON + 5))


async def _speak(turn: Turn) -> None:
    turn.people.touched(MEIYI, NOON + 5, private=True)


async def _move(turn: Turn) -> None:
    await turn.chats.moved(GROUP, Address("telegram:-1009"))


@pytest.mark.parametrize(
    "change",
    [_follow, _attach, _give_up_photo, _show, _stop, _alert, _drop, _shut, _bind, _speak, _move],
    ids=lambda change: change.__name__,
)
async def test_what_was_read_follows_what_the_turn_changes(
    store: Store, change: Callable[[Turn], Awaitable[None]]
) -> None:
    async with two_tickets(store) as turn:
        before = await reads(turn, (ONE, OTHER))
        await change(turn)
        now = await reads(turn, (ONE, OTHER))
    async with store.view() as view:
        written = await reads(view, (ONE, OTHER))
    assert now == written != before
