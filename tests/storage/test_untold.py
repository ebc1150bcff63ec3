"""Letters that wait for their reader to speak, and those that go back with the answer when they do."""

from __future__ import annotations

from storage.database import Store
from storage.records import SECOND, Address
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
