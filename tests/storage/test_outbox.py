"""What becomes of letters: owed once, claimed, tried again, sent, dropped, sent elsewhere."""

from __future__ import annotations

from contextlib import closing

import pytest

from storage.database import Store
from storage.records import Fate, LetterKind
from tests.storage.hand import raw
from tests.storage.letters import LEASE, MEIYI, OTHER, claim, claimed_ids, fate, owe, sent
from tests.storage.things import GROUP, NOON, a_letter, report


async def test_a_letter_comes_out_as_it_was_owed(store: Store) -> None:
    letter = a_letter(MEIYI, GROUP, kind=LetterKind.ASK, rank=2, once="m", not_before=NOON - 1, note="n")
    await owe(store, letter)
    ((out,),) = await claim(store)
    assert (out.id, out.fate) == (1, Fate.CLAIMED)
    assert (out.routes, out.body, out.kind, out.rank) == (letter.routes, letter.body, letter.kind, 2)
    assert (out.once, out.note, out.reader, out.attempts) == ("m", "n", "meiyi", 0)


async def test_a_claim_that_ran_out_goes_to_the_next_one_and_counts(store: Store) -> None:
    await owe(store, a_letter(GROUP))
    assert await claimed_ids(store) == [[1]]
    assert await claimed_ids(store, NOON + LEASE - 1) == []
    ((again,),) = await claim(store, NOON + LEASE)
    assert again.attempts == 1
    ((once_more,),) = await claim(store, NOON + 2 * LEASE)
    assert once_more.attempts == 2


async def test_a_platform_that_says_later_is_obeyed_and_the_try_does_not_count(store: Store) -> None:
    await owe(store, a_letter(GROUP))
    await claim(store)
    async with store.turn() as turn:
        await turn.outbox.later([1], NOON + 7_000, "429")
    assert await claimed_ids(store, NOON + 6_999) == []
    ((again,),) = await claim(store, NOON + 7_000)
    assert (again.attempts, again.note) == (0, "429")


async def test_a_try_whose_answer_was_lost_counts(store: Store) -> None:
    await owe(store, a_letter(GROUP))
    await claim(store)
    async with store.turn() as turn:
        await turn.outbox.later([1], NOON + 1, "timeout", unsure=True)
    ((again,),) = await claim(store, NOON + 1)
    assert again.attempts == 1


async def test_what_was_sent_or_dropped_never_waits_again(store: Store) -> None:
    await owe(store, a_letter(GROUP), a_letter(OTHER))
    await claim(store)
    await sent(store, 1)
    async with store.turn() as turn:
        await turn.outbox.drop([2], "the ticket was accepted")
        await turn.outbox.later([1, 2], NOON, "a late answer of a lost worker")
    assert await claimed_ids(store, NOON * 2) == []
    assert await fate(store, 1) == ("sent", "")
    assert await fate(store, 2) == ("dropped", "the ticket was accepted")


async def test_once_means_once_for_ever(store: Store) -> None:
    await owe(store, a_letter(GROUP, once="queue/jinghe-1001"), a_letter(GROUP, once="queue/jinghe-1001"))
    await claim(store)
    await sent(store, 1)
    await owe(store, a_letter(OTHER, once="queue/jinghe-1001"), a_letter(OTHER))
    with closing(raw(store)) as file:
        assert file.execute("SELECT COUNT(*) FROM outbox").fetchone() == (2,)


async def test_a_waiting_card_is_not_doubled_but_one_on_its_way_is_followed(store: Store) -> None:
    async with store.turn() as turn:
        first, second = report(turn, 1001), report(turn, 1002)
    card = a_letter(GROUP, kind=LetterKind.CARD, ticket=first.id)
    await owe(store, card, card)
    await owe(store, card, a_letter(OTHER, kind=LetterKind.CARD, ticket=first.id))
    await owe(store, a_letter("web:jh", kind=LetterKind.CARD, ticket=second.id))
    bundles = await claim(store)
    assert [(b[0].routes[0], b[0].ticket) for b in bundles] == [
        (GROUP, first.id),
        (OTHER, first.id),
        ("web:jh", second.id),
    ]
    # The one on its way may show yesterday's state already: the next change needs its own card.
    await owe(store, card, card)
    await sent(store, bundles[0][0].id)
    ((again,),) = await claim(store)
    assert again.ticket == first.id
    await sent(store, again.id)
    assert await claimed_ids(store) == []


async def test_a_letter_takes_its_next_route_and_is_undeliverable_after_the_last(store: Store) -> None:
    await owe(store, a_letter(MEIYI, f"{GROUP}/17"))
    await claim(store)
    async with store.turn() as turn:
        assert await turn.outbox.reroute(1, "blocked")
    assert await claimed_ids(store, resting=[GROUP]) == []
    ((letter,),) = await claim(store)
    assert letter.routes == (f"{GROUP}/17",)
    async with store.turn() as turn:
        assert not await turn.outbox.reroute(1, "left the group")
        assert not await turn.outbox.reroute(4711, "no such letter")
    assert await fate(store, 1) == ("undeliverable", "left the group")
    assert await claimed_ids(store) == []


async def test_old_news_of_a_worker_that_lost_its_claim_send_nothing_a_second_time(store: Store) -> None:
    await owe(store, a_letter(MEIYI, GROUP))
    await claim(store)
    await claim(store, NOON + LEASE)
    await sent(store, 1)
    async with store.turn() as turn:
        assert not await turn.outbox.reroute(1, "blocked")
    assert await fate(store, 1) == ("sent", "")


async def test_what_became_of_a_letter_may_be_said_twice(store: Store) -> None:
    await owe(store, a_letter(MEIYI, GROUP, OTHER), a_letter("telegram:1002"))
    await claim(store)
    for _ in range(2):
        async with store.turn() as turn:
            await turn.outbox.reroute(1, "blocked")
            await turn.outbox.later([2], NOON, "timeout", unsure=True)
    (first,), (second,) = await claim(store)
    assert (first.routes, second.attempts) == ((GROUP, OTHER), 1)


async def test_what_was_sent_lately_in_one_way_is_found_again(store: Store) -> None:
    await owe(store, *(a_letter(GROUP) for _ in range(4)), a_letter(OTHER))
    async with store.turn() as turn:
        for id, (message, at) in enumerate([("w:1", -1), ("w:2", 0), ("wx:3", 5), ("w:4", 5)], 1):
            await turn.outbox.sent([id], GROUP, message, NOON + at)
        await turn.outbox.sent([5], OTHER, "w:5", NOON)
        assert [letter.id for letter in await turn.outbox.said_lately(GROUP, "w", NOON)] == [2, 4]


async def test_a_letter_without_any_route_is_kept_as_undeliverable(store: Store) -> None:
    await owe(store, a_letter(note="nobody to alert"))
    assert await fate(store, 1) == ("undeliverable", "nobody to alert")
    assert await claimed_ids(store) == []


async def test_those_told_are_the_paged_and_alerted_whose_letters_still_count(store: Store) -> None:
    async with store.turn() as turn:
        ticket = report(turn)
    kinds = (
        LetterKind.PAGE,
        LetterKind.ALERT,
        LetterKind.REMIND,
        LetterKind.ALERT,
        LetterKind.PAGE,
        LetterKind.PAGE,
    )
    await owe(
        store, *(a_letter(f"telegram:{n}", kind=kind, ticket=ticket.id) for n, kind in enumerate(kinds))
    )
    await owe(store, a_letter(GROUP, kind=LetterKind.PAGE, ticket="jinghe-1002"))
    async with store.turn() as turn:
        await turn.outbox.sent([1], GROUP, "1", NOON)
        await turn.outbox.drop([4], "accepted")
        await turn.outbox.claim(NOON, lease=LEASE, limit=10, platforms=["telegram"])
        await turn.outbox.reroute(5, "blocked")
        assert [letter.id for letter in await turn.outbox.told(ticket.id)] == [1, 2, 6]


async def test_the_oldest_letter_is_known(store: Store) -> None:
    await owe(store, a_letter(f"{GROUP}/17", at=NOON + 2), a_letter(OTHER, at=NOON + 1))
    async with store.turn() as turn:
        assert await turn.outbox.oldest() == NOON + 1
        await turn.outbox.drop([1, 2], "")
        assert await turn.outbox.oldest() is None


async def test_letters_of_a_turn_that_failed_are_not_owed(store: Store) -> None:
    with pytest.raises(ZeroDivisionError):
        async with store.turn() as turn:
            turn.outbox.owe(a_letter(GROUP))
            await turn.flush()
            raise ZeroDivisionError
    assert await claimed_ids(store) == []
    await owe(store, a_letter(GROUP))
    assert len(await claimed_ids(store)) == 1
