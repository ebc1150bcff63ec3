"""Labelled examples are kept, and what is learned of them reaches every process."""

from __future__ import annotations

from typing import Any

from storage.database import Store
from storage.records import DAY, Category, Example, Lesson
from storage.tidying import AGES
from tests.storage.things import NOON


def an_example(words: str = "灯坏了", **changes: Any) -> Example:
    told: dict[str, Any] = {
        "community": "jinghe",
        "at": NOON,
        "words": words,
        "read_call": True,
        "read_category": Category.LIGHTING,
        "call": False,
        "category": None,
        "person": "wangfang",
        "ticket": "jinghe-1001",
    }
    return Example(**told | changes)


def a_lesson(**changes: Any) -> Lesson:
    told: dict[str, Any] = {"community": "jinghe", "at": NOON, "by": "huying", "examples": 3}
    return Lesson(**told | {"weights": {"灯": {"call": -0.5}}} | changes)


async def test_examples_come_back_as_they_were_given_in_their_order(store: Store) -> None:
    given = [
        an_example("灯坏了"),
        an_example("灯下黑", read_call=False, read_category=None, call=True, ticket=None),
        an_example("水管", category=Category.WATER_SUPPLY, call=True),
    ]
    async with store.turn() as turn:
        for one in given:
            turn.examples.add(one)
        turn.examples.add(an_example(community="huajin"))
        assert await turn.examples.of("jinghe") == given
    async with store.view() as view:
        assert await view.examples.of("jinghe") == given
        assert await view.examples.of("jinghe", 2) == given[1:]
        assert await view.examples.of("nowhere") == []


async def test_an_example_of_a_turn_that_failed_is_none(store: Store) -> None:
    try:
        async with store.turn() as turn:
            turn.examples.add(an_example())
            await turn.flush()
            raise ValueError
    except ValueError:
        pass
    async with store.view() as view:
        assert await view.examples.of("jinghe") == []


async def test_a_lesson_is_in_the_directory_and_moves_it(store: Store) -> None:
    before = (await store.directory()).revision
    async with store.turn() as turn:
        await turn.examples.learn(a_lesson())
    directory = await store.directory()
    assert directory.lessons == {"jinghe": a_lesson()}
    assert directory.revision > before


async def test_a_later_lesson_takes_the_place_of_the_one_before(store: Store) -> None:
    later = a_lesson(
        at=NOON + 1, by="root", weights={"灯": {"call": 0.25}, "水": {"call": 1.0, "lighting": -0.5}}
    )
    async with store.turn() as turn:
        await turn.examples.learn(a_lesson())
        await turn.examples.learn(later)
    assert (await store.directory()).lessons == {"jinghe": later}


async def test_what_was_learned_can_be_forgotten(store: Store) -> None:
    async with store.turn() as turn:
        await turn.examples.learn(a_lesson())
    before = (await store.directory()).revision
    async with store.turn() as turn:
        assert await turn.examples.unlearn("jinghe")
        assert not await turn.examples.unlearn("jinghe")
    directory = await store.directory()
    assert directory.lessons == {}
    assert directory.revision > before


async def test_examples_go_after_two_years_and_lessons_stay(store: Store) -> None:
    assert AGES["tidy_examples"] == 730 * DAY
    async with store.turn() as turn:
        turn.examples.add(an_example())
        turn.examples.add(an_example("新的", at=NOON + 1))
        await turn.examples.learn(a_lesson())
    async with store.turn() as turn:
        assert (await turn.tidy(NOON + 730 * DAY))["examples"] == 0
        assert (await turn.tidy(NOON + 730 * DAY + 1))["examples"] == 1
        assert [one.words for one in await turn.examples.of("jinghe")] == ["新的"]
    assert list((await store.directory()).lessons) == ["jinghe"]
