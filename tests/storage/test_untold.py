"""Letters that wait for their reader to speak, and those that go back with the answer when they do."""

from __future__ import annotations

from storage.database import Store, Turned
from storage.records import DAY, SECOND, Address, LetterKind
from tests.storage.letters import claimed_ids, owe
from tests.storage.things import NOON, a_letter

MEI, LEI = Address("wechat:mei"), Address("wechat:lei")


async def untold(store: Store, *routes: Address) -> None:
    """A letter that may be said on none of its routes now."""
    await owe(store, a_letter(*routes))
    for _ in routes:
        await claimed_ids(store, platforms=["wechat"])
        async with store.turn() as turn:
            await turn.outbox.reroute(1, "window_over", untold=True)


async def test_what_is_untold_is_claimed_by_nobody_until_somebody_speaks_there(store: Store) -> None:
    await untold(store, MEI)
    assert await claimed_ids(store, NOON + 10**9, platforms=["wechat"]) == []
    async with store.turn() as turn:
        await turn.untold.wake([LEI])
    assert await claimed_ids(store, platforms=["wechat"]) == []
    async with store.turn() as turn:
        await turn.untold.wake([MEI])
    assert await claimed_ids(store, platforms=["wechat"]) == [[1]]


async def test_it_keeps_every_route_that_was_only_shut(store: Store) -> None:
    await untold(store, MEI, LEI)
    async with store.view() as view:
        (kept,) = await view.outbox.get_many([1])
    assert kept.routes == (MEI, LEI)
    assert kept.fate == "untold"


async def test_who_takes_over_the_line_leaves_alone_what_goes_back_with_an_answer(store: Store) -> None:
    await owe(store, a_letter(MEI), a_letter(LEI))
    async with store.turn() as turn:
        found = await turn.untold.waiting_for([MEI], NOON)
        await turn.untold.carry([(found[MEI][0][0], {"text": "一"})], NOON, 20 * SECOND)
    assert await claimed_ids(store, platforms=["wechat"]) == [[2]]
    async with store.turn() as turn:
        assert await turn.outbox.release("wechat") == [LEI]
    assert await claimed_ids(store, NOON + SECOND, platforms=["wechat"]) == [[2]]
    assert await claimed_ids(store, NOON + 21 * SECOND, platforms=["wechat"]) == [[1]]


async def test_it_goes_to_whichever_of_its_chats_is_spoken_in_first(store: Store) -> None:
    await untold(store, MEI, LEI)
    async with store.turn() as turn:
        await turn.untold.wake([LEI])
    assert await claimed_ids(store, platforms=["wechat"]) == [[1]]
    async with store.view() as view:
        (woken,) = await view.outbox.get_many([1])
    assert woken.routes == (LEI, MEI)


async def test_what_was_woken_is_found_no_more_by_the_ways_it_had(store: Store) -> None:
    await untold(store, MEI, LEI)
    async with store.turn() as turn:
        await turn.untold.wake([LEI])
    await claimed_ids(store, platforms=["wechat"])
    async with store.turn() as turn:
        await turn.outbox.sent([1], LEI, "kefu:1", NOON)
        await turn.untold.wake([MEI])
    assert await claimed_ids(store, NOON + 10**9, platforms=["wechat"]) == []


async def test_ways_go_with_the_letters_they_are_of(store: Store) -> None:
    await untold(store, MEI, LEI)
    async with store.turn() as turn:
        await turn.tidy(NOON + 10_000 * DAY)
    async with store.turn() as turn:
        assert await turn.outbox.get_many([1]) == []
        await turn.untold.wake([LEI])


async def test_what_an_answer_carries_is_not_shut_by_who_refused_it_just_before(store: Store) -> None:
    await owe(store, a_letter(MEI))
    async with store.turn() as turn:
        found = await turn.untold.waiting_for([MEI], NOON)
        await turn.untold.carry([(found[MEI][0][0], {"text": "一"})], NOON, 20 * SECOND)
        assert not await turn.outbox.reroute(1, "window_over", untold=True)
    assert await claimed_ids(store, NOON + 21 * SECOND, platforms=["wechat"]) == [[1]]
    async with store.turn() as turn:
        await turn.outbox.reroute(1, "window_over", untold=True)
        (kept,) = await turn.outbox.get_many([1])
    assert kept.fate == "untold"


async def test_calls_are_taken_wherever_they_stand_where_nothing_may_be_said(store: Store) -> None:
    await owe(store, a_letter(MEI, kind=LetterKind.NEWS), a_letter(MEI, kind=LetterKind.ALERT), a_letter(LEI))
    async with store.turn() as turn:
        bundles = await turn.untold.claim_calls("wechat", NOON, 20 * SECOND, 9)
        assert [[owed.id for owed in bundle] for bundle in bundles] == [[2]]
        assert await turn.untold.claim_calls("wechat", NOON, 20 * SECOND, 9) == []
        await turn.outbox.reroute(2, "paused", untold=True)
    async with store.turn() as turn:
        await turn.untold.wake_paused("telegram", 9)
        assert await turn.untold.claim_calls("wechat", NOON, 20 * SECOND, 9) == []
        assert await turn.untold.counts() == {"wechat": 1}
        await turn.untold.wake_paused("wechat", 9)
        assert len(await turn.untold.claim_calls("wechat", NOON, 20 * SECOND, 9)) == 1


async def test_what_goes_back_with_an_answer_calls_no_line(store: Store) -> None:
    told: list[Turned] = []
    store.on_turn = told.append
    async with store.turn() as turn:
        turn.outbox.owe(a_letter(MEI))
        turn.outbox.owe(a_letter("wecom:li", rank=0))
        found = await turn.untold.waiting_for([MEI], NOON)
        await turn.untold.carry([(found[MEI][0][0], {"text": "一"})], NOON, 20 * SECOND)
    assert told[-1].owed == {("wecom", True)}


async def test_who_speaks_calls_the_line_only_for_what_does_not_go_back_with_the_answer(store: Store) -> None:
    await untold(store, MEI)
    told: list[Turned] = []
    store.on_turn = told.append
    async with store.turn() as turn:
        await turn.untold.wake([MEI])
    assert told[-1].owed == {("wechat", False)}
    await claimed_ids(store, platforms=["wechat"])
    async with store.turn() as turn:
        await turn.outbox.reroute(1, "window_over", untold=True)
    async with store.turn() as turn:
        await turn.untold.wake([MEI])
        ((waiting,),) = (await turn.untold.waiting_for([MEI], NOON))[MEI]
        await turn.untold.carry([(waiting, {"text": "一"})], NOON, 20 * SECOND)
    assert not told[-1].owed


async def test_on_which_lines_letters_wait_for_a_chat_is_known(store: Store) -> None:
    await owe(store, a_letter(MEI), a_letter(LEI, rank=0), a_letter(LEI))
    async with store.view() as view:
        assert await view.outbox.waiting_on([MEI]) == {("wechat", False)}
        assert await view.outbox.waiting_on([LEI]) == {("wechat", True), ("wechat", False)}
        assert await view.outbox.waiting_on([]) == set()
    await claimed_ids(store, platforms=["wechat"])
    async with store.turn() as turn:
        await turn.outbox.sent([1], MEI, "9", NOON)
        assert await turn.outbox.waiting_on([MEI]) == set()
