"""A word without a number, when it may mean several tickets."""

from __future__ import annotations

from storage.records import State
from tests.stories.town import Town


async def test_a_reporter_of_two_matters_is_asked_which_one_they_take_back(town: Town) -> None:
    await town.says(town.mei, "3号楼2单元楼道灯坏了")
    await town.says(town.mei, "5号楼门口垃圾没人收")
    await town.says(town.mei, "撤销")
    assert "哪一件" in town.last(town.group)
    await town.presses(town.mei, "撤销 #1002")
    assert (await town.ticket(1002)).state is State.WITHDRAWN
    assert (await town.ticket(1001)).state is State.REPORTED


async def test_the_same_word_from_somebody_without_a_ticket_is_talk(town: Town) -> None:
    await town.says(town.mei, "3号楼2单元楼道灯坏了")
    before = town.seen(town.group)
    await town.says(town.chen, "撤销")
    assert town.seen(town.group) == before
