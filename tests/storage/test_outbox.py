from __future__ import annotations

from collections.abc import Collection
from contextlib import closing

import pytest

from storage.database import Store
from storage.records import Address, Fate, LetterKind, Owed
from tests.storage.things import GROUP, NOON, a_letter, raw, report

LEASE = 60_000
OTHER = Address("telegram:-1002")
MEIYI = Address("telegram:1001")


async def owe(store: Store, *letters: Owed) -> None:
    async with store.turn() as turn:
        for letter in letters:
            turn.outbox.owe(letter)


async def claim(
    store: Store,
    now: int = NOON,
    *,
    limit: int = 10,
    platforms: Collection[str] = ("telegram", "web"),
    resting: Collection[Address] = (),
) -> list[list[Owed]]:
    async with store.turn() as turn:
        return await turn.outbox.claim(now, lease=LEASE, limit=limit, platforms=platforms, resting=resting)


async def claimed_ids(store: Store, now: int = NOON, **options: object) -> list[list[int]]:
    bundles = await claim(store, now, **options)  # type: ignore[arg-type]
    return [[letter.id for letter in bundle] for bundle in bundles]


async def sent(store: Store, *ids: int, message: str = "9") -> None:
    async with store.turn() as turn:
        await turn.outbox.sent(ids, GROUP, message, NOON)


async def fate(store: Store, id: int) -> tuple[str, str]:
    with closing(raw(store)) as file:
        found: tuple[str, str] = file.execute("SELECT fate, note FROM outbox WHERE id = ?", (id,)).fetchone()
        return found


async def test_a_letter_comes_out_as_it_was_owed(store: Store) -> None:
    letter = a_letter(MEIYI, GROUP, kind=LetterKind.ASK, rank=2, once="m", not_before=NOON - 1, note="n")
    await owe(store, letter)
    ((out,),) = await claim(store)
    assert (out.id, out.fate) == (1, Fate.CLAIMED)
    assert (out.routes, out.body, out.kind, out.rank) == (letter.routes, letter.body, letter.kind, 2)
    assert (out.once, out.note, out.reader, out.attempts) == ("m", "n", "meiyi", 0)


async def test_a_chat_gets_its_letters_one_after_the_other(store: Store) -> None:
    await owe(store, a_letter(GROUP), a_letter(GROUP), a_letter(OTHER))
    assert await claimed_ids(store) == [[1], [3]]
    assert await claimed_ids(store) == []
    await sent(store, 1)
    assert await claimed_ids(store) == [[2]]


async def test_topics_of_a_group_are_one_chat(store: Store) -> None:
    await owe(store, a_letter(f"{GROUP}/17"), a_letter(GROUP))
    assert await claimed_ids(store) == [[1]]


async def test_an_emergency_overtakes_what_waits_and_what_is_on_its_way(store: Store) -> None:
    await owe(store, a_letter(GROUP), a_letter(GROUP))
    assert await claimed_ids(store) == [[1]]
    await owe(store, a_letter(GROUP, rank=0))
    assert await claimed_ids(store) == [[3]]
    await sent(store, 1)
    assert await claimed_ids(store) == []
    await sent(store, 3)
    assert await claimed_ids(store) == [[2]]


async def test_emergencies_come_first_of_all_chats_then_the_oldest(store: Store) -> None:
    await owe(store, a_letter(GROUP, rank=2), a_letter(OTHER), a_letter(MEIYI, rank=0))
    assert await claimed_ids(store, limit=2) == [[3], [2]]
    assert await claimed_ids(store) == [[1]]


async def test_a_lower_rank_that_is_earlier_in_its_chat_still_goes_first_there(store: Store) -> None:
    await owe(store, a_letter(GROUP, rank=3), a_letter(GROUP, rank=1))
    assert await claimed_ids(store) == [[1]]


async def test_emergencies_for_one_chat_keep_their_order(store: Store) -> None:
    await owe(store, a_letter(GROUP, rank=0), a_letter(GROUP, rank=0))
    assert await claimed_ids(store) == [[1]]
    assert await claimed_ids(store) == []


async def test_a_letter_that_must_wait_holds_back_those_behind_it(store: Store) -> None:
    await owe(store, a_letter(GROUP, not_before=NOON + 5), a_letter(GROUP), a_letter(OTHER))
    assert await claimed_ids(store) == [[3]]
    assert await claimed_ids(store, NOON + 5) == [[1]]


async def test_only_platforms_that_are_on_are_served(store: Store) -> None:
    await owe(store, a_letter("wecom:wangfang"), a_letter("web:mei"), a_letter(GROUP))
    assert await claimed_ids(store, platforms=["web"]) == [[2]]
    assert await claimed_ids(store, platforms=[]) == []
    assert await claimed_ids(store, platforms=["wecom", "telegram"]) == [[1], [3]]


async def test_a_resting_chat_is_left_in_peace_with_all_its_topics(store: Store) -> None:
    await owe(store, a_letter(f"{GROUP}/17"), a_letter(OTHER))
    assert await claimed_ids(store, resting=[GROUP]) == [[2]]
    assert await claimed_ids(store, resting=[OTHER]) == [[1]]


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


async def test_reminders_and_alerts_to_one_chat_come_together(store: Store) -> None:
    remind, alert = LetterKind.REMIND, LetterKind.ALERT
    await owe(
        store,
        a_letter(GROUP, kind=remind),
        a_letter(GROUP, kind=alert),
        a_letter(GROUP, kind=remind),
        a_letter(OTHER, kind=remind),
        a_letter(GROUP, kind=remind, rank=2),
        a_letter(f"{GROUP}/17", kind=remind),
        a_letter(GROUP, kind=remind, not_before=NOON + 1),
        a_letter(GROUP, kind=alert),
    )
    assert await claimed_ids(store) == [[1, 3], [4]]
    await sent(store, 1, 3, 4)
    assert await claimed_ids(store) == [[2, 8]]
    await sent(store, 2, 8)
    assert await claimed_ids(store) == [[5]]


async def test_other_letters_never_come_together(store: Store) -> None:
    for kind in set(LetterKind) - {LetterKind.REMIND, LetterKind.ALERT}:
        route = f"telegram:{kind}"
        await owe(store, a_letter(route, kind=kind), a_letter(route, kind=kind))
    assert [len(bundle) for bundle in await claim(store)] == [1] * 5


async def test_a_bundle_that_was_lost_comes_back_whole(store: Store) -> None:
    await owe(store, a_letter(GROUP, kind=LetterKind.REMIND), a_letter(GROUP, kind=LetterKind.REMIND))
    assert await claimed_ids(store) == [[1, 2]]
    (again,) = await claim(store, NOON + LEASE)
    assert [(letter.id, letter.attempts) for letter in again] == [(1, 1), (2, 1)]


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
        await turn.outbox.reroute(5, "blocked")
        assert [letter.id for letter in await turn.outbox.told(ticket.id)] == [1, 2, 6]


async def test_the_next_claim_is_known_beforehand(store: Store) -> None:
    async def wait_until(now: int = NOON, platforms: tuple[str, ...] = ("telegram",)) -> int | None:
        async with store.view() as view:
            return await view.outbox.wait_until(now, platforms)

    assert await wait_until() is None
    await owe(
        store, a_letter(GROUP, not_before=NOON + 50), a_letter(GROUP), a_letter(OTHER, not_before=NOON + 30)
    )
    assert await wait_until() == NOON + 30
    assert await wait_until(platforms=("web",)) is None
    assert await wait_until(NOON + 40) == NOON + 40
    await claim(store, NOON + 30)
    assert await wait_until(NOON + 30) == NOON + 50
    await claim(store, NOON + 50)
    assert await wait_until(NOON + 50) == NOON + 30 + LEASE


async def test_the_oldest_letter_and_the_waiting_chats_are_known(store: Store) -> None:
    await owe(store, a_letter(f"{GROUP}/17", at=NOON + 2), a_letter(OTHER, at=NOON + 1))
    async with store.turn() as turn:
        assert await turn.outbox.oldest() == NOON + 1
        assert await turn.outbox.waiting_chats() == [GROUP, OTHER]
        await turn.outbox.drop([1, 2], "")
        assert await turn.outbox.oldest() is None
        assert await turn.outbox.waiting_chats() == []


async def test_letters_of_a_turn_that_failed_are_not_owed(store: Store) -> None:
    with pytest.raises(ZeroDivisionError):
        async with store.turn() as turn:
            turn.outbox.owe(a_letter(GROUP))
            await turn.flush()
            raise ZeroDivisionError
    assert await claimed_ids(store) == []
    await owe(store, a_letter(GROUP))
    assert await claimed_ids(store) == [[1]]


async def test_a_thousand_letters_leave_in_order_with_nothing_twice(store: Store) -> None:
    chats = [f"telegram:{n}" for n in range(50)]
    await owe(store, *(a_letter(chats[n % 50], body={"n": n}) for n in range(1_000)))
    got: dict[str, list[int]] = {}
    while bundles := await claim(store, limit=64):
        for (letter,) in bundles:
            got.setdefault(letter.routes[0], []).append(letter.body["n"])
        await sent(store, *(letter.id for (letter,) in bundles))
    assert sorted(n for numbers in got.values() for n in numbers) == list(range(1_000))
    assert all(numbers == sorted(numbers) for numbers in got.values())
