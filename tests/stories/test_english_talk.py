"""Neighbours who talk English among themselves give no order by it."""

from __future__ import annotations

import pytest

from tests.stories.town import Town


@pytest.mark.on_one_database
async def test_what_neighbours_say_in_english_is_no_order(town: Town) -> None:
    for words in (
        "Report card came today, so happy",
        "complaint box is full of love letters",
        "service order is a term",
        "bind these two sticks together",
    ):
        await town.says(town.mei, words)
    assert not town.seen(town.group)
    assert not await town.tickets()


@pytest.mark.on_one_database
@pytest.mark.parametrize(
    "words",
    [
        "Report the lift in building 3 is broken",
        "report: 3号楼2单元电梯停了",
        "Report the lift in 3号楼2单元 is stuck",
    ],
)
async def test_a_report_that_begins_so_is_one(town: Town, words: str) -> None:
    await town.says(town.mei, words)
    (ticket,) = await town.tickets()
    assert (ticket.category, ticket.place.building) == ("elevator", "3")


@pytest.mark.on_one_database
async def test_said_to_us_alone_it_is_an_order(town: Town) -> None:
    await town.says(town.mei, "Report card reader of building 3 lost", town.mei.chat)
    assert town.last(town.mei)
    await town.says(town.mei, "bind abcd efgh", town.mei.chat)
    assert "code" in town.last(town.mei)
