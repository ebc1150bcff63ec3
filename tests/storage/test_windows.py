"""What a platform lets be said in a chat: so many letters, so long, the last places kept for what matters most."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from storage.database import Store, open_store
from storage.records import HOUR, MINUTE, Address, Weight, Window
from tests.databases import KINDS, fresh_database
from tests.storage.things import NOON

MEI, CHEN = Address("wechat:mei"), Address("wechat:chen")
LITTLE, SOME, MUCH = Weight.LITTLE, Weight.SOME, Weight.MUCH


def talk(letters: int = 5, until: int = NOON + 48 * HOUR) -> Window:
    return Window("talk", until, letters)


def touch(letters: int = 3, until: int = NOON + MINUTE) -> Window:
    return Window("touch", until, letters)


def answer_to(data: str, until: int = NOON + HOUR) -> Window:
    return Window("reply", until, 1, data)


async def opened(store: Store, *windows: Window, chat: Address = MEI) -> None:
    async with store.turn() as turn:
        for window in windows:
            turn.windows.open(chat, window)


async def taken(
    store: Store, *weights: Weight, now: int = NOON, chat: Address = MEI
) -> list[tuple[str, int] | None]:
    """Take one letter after the other; (kind, how many are left in that window) of each."""
    found: list[tuple[str, int] | None] = []
    for weight in weights:
        async with store.turn() as turn:
            window = await turn.windows.take(chat, weight, now)
        found.append((window.kind, window.letters) if window else None)
    return found


async def test_who_never_spoke_may_be_told_nothing(store: Store) -> None:
    assert await taken(store, MUCH) == [None]
    async with store.view() as view:
        assert await view.windows.left(MEI, NOON) == 0


async def test_the_last_places_are_kept_for_what_matters_most(store: Store) -> None:
    await opened(store, talk(5))
    assert await taken(store, LITTLE, LITTLE, LITTLE, LITTLE) == [("talk", 4), ("talk", 3), ("talk", 2), None]
    assert await taken(store, SOME, SOME) == [("talk", 1), None]
    assert await taken(store, MUCH, MUCH) == [("talk", 0), None]


async def test_a_touch_goes_first_and_keeps_nothing_back(store: Store) -> None:
    await opened(store, talk(5), touch(2))
    assert await taken(store, LITTLE, LITTLE, LITTLE) == [("touch", 1), ("touch", 0), ("talk", 4)]


async def test_a_window_that_is_over_gives_nothing(store: Store) -> None:
    await opened(store, talk(until=NOON + HOUR), touch(until=NOON + MINUTE))
    assert await taken(store, MUCH, now=NOON + MINUTE) == [("talk", 4)]
    assert await taken(store, MUCH, now=NOON + HOUR) == [None]


async def test_a_new_window_takes_the_place_of_the_last_of_its_kind(store: Store) -> None:
    await opened(store, talk(5))
    await taken(store, MUCH, MUCH)
    await opened(store, talk(5, NOON + 50 * HOUR))
    assert await taken(store, MUCH, now=NOON + 49 * HOUR) == [("talk", 4)]


async def test_each_address_takes_one_answer_the_newest_first(store: Store) -> None:
    await opened(store, answer_to("https://a/1"), answer_to("https://a/2", NOON + 2 * HOUR))
    async with store.turn() as turn:
        first = await turn.windows.take(MEI, LITTLE, NOON)
        second = await turn.windows.take(MEI, LITTLE, NOON)
        third = await turn.windows.take(MEI, MUCH, NOON)
    assert first is not None
    assert second is not None
    assert (first.data, second.data, third) == ("https://a/2", "https://a/1", None)


async def test_what_was_not_said_is_given_back_unless_a_newer_window_is_there(store: Store) -> None:
    await opened(store, talk(1))
    async with store.turn() as turn:
        window = await turn.windows.take(MEI, MUCH, NOON)
    assert window is not None
    async with store.turn() as turn:
        await turn.windows.give_back(MEI, window)
        assert await turn.windows.left(MEI, NOON) == 1
    await opened(store, talk(5, NOON + 50 * HOUR))
    async with store.turn() as turn:
        await turn.windows.give_back(MEI, window)
        assert await turn.windows.left(MEI, NOON) == 5


async def test_chats_have_nothing_of_each_other_and_topics_all_of_their_chat(store: Store) -> None:
    await opened(store, talk(2), chat=Address("wecom:group/7"))
    assert await taken(store, MUCH, chat=CHEN) == [None]
    assert await taken(store, MUCH, chat=Address("wecom:group")) == [("talk", 1)]


async def test_what_is_opened_in_a_turn_can_be_spent_in_it(store: Store) -> None:
    async with store.turn() as turn:
        turn.windows.open(MEI, talk(2))
        assert await turn.windows.left(MEI, NOON) == 2
        assert await turn.windows.take(MEI, SOME, NOON) is not None
        assert await turn.windows.take(MEI, SOME, NOON) is None


async def test_windows_that_are_over_are_tidied_away(store: Store) -> None:
    await opened(store, talk(until=NOON), touch(until=NOON + MINUTE))
    async with store.turn() as turn:
        assert (await turn.tidy(NOON + 1))["windows"] == 1
    assert await taken(store, MUCH) == [("touch", 2)]


@pytest.mark.parametrize("kind", KINDS)
async def test_two_processes_never_spend_the_same_letter(kind: str, tmp_path: Path) -> None:
    async with fresh_database(tmp_path, kind) as url:
        stores = [await open_store(url) for _ in range(2)]
        await opened(stores[0], talk(20))
        found = await asyncio.gather(*(taken(store, *([MUCH] * 15)) for store in stores))
        assert sorted(one[1] for some in found for one in some if one) == list(range(20))
        for store in stores:
            await store.close()
