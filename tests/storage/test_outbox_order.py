"""Which letter goes next: in one chat in their order, emergencies first, what falls together as one."""

from __future__ import annotations

import asyncio

from storage.database import Store, open_store
from storage.records import LetterKind
from tests.storage.letters import LEASE, MEIYI, OTHER, claim, claimed_ids, owe, sent
from tests.storage.things import GROUP, NOON, a_letter


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


async def test_a_letter_whose_time_has_not_come_holds_back_nobody_and_then_takes_its_turn(
    store: Store,
) -> None:
    await owe(store, a_letter(GROUP, not_before=NOON + 5), a_letter(GROUP), a_letter(GROUP))
    assert await claimed_ids(store) == [[2]]
    await sent(store, 2)
    assert await claimed_ids(store, NOON + 5) == [[1]]
    assert await claimed_ids(store, NOON + 5) == []
    await sent(store, 1)
    assert await claimed_ids(store, NOON + 5) == [[3]]


async def test_an_urgent_letter_whose_time_has_not_come_holds_back_nobody_either(store: Store) -> None:
    await owe(store, a_letter(GROUP, rank=0, not_before=NOON + 5), a_letter(GROUP))
    assert await claimed_ids(store) == [[2]]


async def test_a_letter_that_must_be_tried_again_holds_back_those_behind_it(store: Store) -> None:
    await owe(store, a_letter(GROUP), a_letter(GROUP), a_letter(OTHER))
    assert await claimed_ids(store) == [[1], [3]]
    async with store.turn() as turn:
        await turn.outbox.later([1], NOON + 5, "429")
    assert await claimed_ids(store, NOON + 4) == []
    assert await claimed_ids(store, NOON + 5) == [[1]]


async def test_a_letter_under_way_keeps_its_place_when_the_clock_is_set_back(store: Store) -> None:
    await owe(store, a_letter(GROUP, not_before=NOON + 5), a_letter(GROUP))
    assert await claimed_ids(store, NOON + 5) == [[1]]
    assert await claimed_ids(store, NOON) == []


async def test_only_platforms_that_are_on_are_served(store: Store) -> None:
    await owe(store, a_letter("wecom:wangfang"), a_letter("web:mei"), a_letter(GROUP))
    assert await claimed_ids(store, platforms=["web"]) == [[2]]
    assert await claimed_ids(store, platforms=[]) == []
    assert await claimed_ids(store, platforms=["wecom", "telegram"]) == [[1], [3]]


async def test_a_resting_chat_is_left_in_peace_with_all_its_topics(store: Store) -> None:
    await owe(store, a_letter(f"{GROUP}/17"), a_letter(OTHER))
    assert await claimed_ids(store, resting=[GROUP]) == [[2]]
    assert await claimed_ids(store, resting=[OTHER]) == [[1]]


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


async def test_only_letters_tried_as_often_come_together(store: Store) -> None:
    remind = LetterKind.REMIND
    await owe(store, a_letter(GROUP, kind=remind))
    await claim(store)
    await owe(store, a_letter(GROUP, kind=remind), a_letter(GROUP, kind=remind))
    # What may have arrived already must not take along, at the last try, what never went.
    assert await claimed_ids(store, NOON + LEASE) == [[1]]
    await sent(store, 1)
    assert await claimed_ids(store, NOON + LEASE) == [[2, 3]]


async def test_a_bundle_that_was_lost_comes_back_whole(store: Store) -> None:
    await owe(store, a_letter(GROUP, kind=LetterKind.REMIND), a_letter(GROUP, kind=LetterKind.REMIND))
    assert await claimed_ids(store) == [[1, 2]]
    (again,) = await claim(store, NOON + LEASE)
    assert [(letter.id, letter.attempts) for letter in again] == [(1, 1), (2, 1)]


async def test_the_next_claim_is_known_beforehand(store: Store) -> None:
    async def wait_until(now: int = NOON, platforms: tuple[str, ...] = ("telegram",)) -> int | None:
        async with store.view() as view:
            return await view.outbox.wait_until(now, platforms)

    assert await wait_until() is None
    await owe(
        store, a_letter(GROUP, not_before=NOON + 50), a_letter(GROUP), a_letter(OTHER, not_before=NOON + 30)
    )
    assert await wait_until() == NOON
    await claim(store)
    assert await wait_until() == NOON + 30
    assert await wait_until(platforms=("web",)) is None
    assert await wait_until(NOON + 40) == NOON + 40
    await sent(store, 2)
    await claim(store, NOON + 30)
    assert await wait_until(NOON + 30) == NOON + 50
    await claim(store, NOON + 50)
    assert await wait_until(NOON + 50) == NOON + 30 + LEASE
    async with store.turn() as turn:
        await turn.outbox.later([1, 3], NOON + 70, "429")
    assert await wait_until(NOON + 50) == NOON + 70


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


async def test_two_processes_never_hold_the_same_letter(store: Store) -> None:
    await owe(store, *(a_letter(f"telegram:{n}") for n in range(60)))
    processes = [await open_store(store.url) for _ in range(2)]
    claims = await asyncio.gather(*(claimed_ids(process) for process in processes for _ in range(3)))
    ids = [id for bundles in claims for (id,) in bundles]
    assert sorted(ids) == list(range(1, 61))
    for process in processes:
        await process.close()
