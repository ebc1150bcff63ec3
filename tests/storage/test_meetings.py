"""Meetings and their items, on both databases."""

from __future__ import annotations

from dataclasses import replace

import pytest

from storage.database import Store
from storage.records import DAY, Meeting, MeetingItem, MeetingState, Outcome, Party, Seat
from storage.turn import Turned
from tests.storage.things import NOON, report

FRIDAY = Meeting("jinghe-m1", "jinghe", "", NOON, NOON + 4 * DAY, place="社区会议室")


async def test_a_meeting_is_read_back_as_it_was_saved(store: Store) -> None:
    whole = replace(
        FRIDAY,
        state=MeetingState.CLOSED,
        year=2026,
        number=3,
        seats=(Seat(Party.PROPERTY, "张师傅", "zhang", True), Seat(Party.DEPARTMENT, "城管 李队")),
        chair="陈洁",
        recorder="刘芳",
        agenda_at=NOON + 3 * DAY,
        begun_at=NOON + 4 * DAY,
        closed_at=NOON + 4 * DAY + 1,
        why="",
        item="jinghe-1001",
    )
    async with store.turn() as turn:
        turn.meetings.save(FRIDAY)
        turn.meetings.save(whole)
    async with store.view() as view:
        assert await view.meetings.get("jinghe-m1") == whole
        assert await view.meetings.get("jinghe-m2") is None
        assert await view.meetings.of("jinghe") == [whole]
        assert await view.meetings.to_come() == []


async def test_a_turn_that_wrote_a_meeting_says_whose_and_tells_the_other_processes(store: Store) -> None:
    told: list[Turned] = []
    store.on_turn = told.append
    async with store.turn() as turn:
        turn.meetings.save(FRIDAY)
        await turn.flush()
        assert turn.stirs
    async with store.turn():
        pass
    assert [set(one.met) for one in told] == [{"jinghe"}, set()]


async def test_the_next_meeting_is_found_in_its_community_and_everywhere(store: Store) -> None:
    elsewhere = replace(FRIDAY, id="east-m1", community="east", starts_at=NOON + DAY)
    later = replace(FRIDAY, id="jinghe-m2", starts_at=NOON + 9 * DAY)
    cancelled = replace(FRIDAY, id="jinghe-m3", state=MeetingState.CANCELLED)
    async with store.turn() as turn:
        for meeting in (later, FRIDAY, elsewhere, cancelled):
            turn.meetings.save(meeting)
    async with store.view() as view:
        assert await view.meetings.to_come("jinghe") == [FRIDAY, later]
        assert await view.meetings.to_come() == [elsewhere, FRIDAY, later]
        assert await view.meetings.to_come(before=NOON + 5 * DAY) == [elsewhere, FRIDAY]


async def test_ids_count_up_and_numbers_begin_anew_each_year(store: Store) -> None:
    async with store.turn() as turn:
        ids = [await turn.meetings.new_id("jinghe") for _ in range(2)]
        held = replace(FRIDAY, id=ids[0], state=MeetingState.UNDER_WAY, year=2026, number=1)
        turn.meetings.save(held)
        assert ids == ["jinghe-m1", "jinghe-m2"]
        assert await turn.meetings.next_number("jinghe", 2026) == 2
        assert await turn.meetings.next_number("jinghe", 2027) == 1
        assert await turn.meetings.under_way("jinghe") == held
        assert await turn.meetings.under_way("east") is None


async def test_two_meetings_cannot_be_under_way_in_one_community(store: Store) -> None:
    with pytest.raises(Exception, match=r"(?i)unique|Contradiction|meetings"):
        async with store.turn() as turn:
            for n in (1, 2):
                turn.meetings.save(replace(FRIDAY, id=f"jinghe-m{n}", state=MeetingState.UNDER_WAY))


async def test_the_last_outcome_of_an_item_counts(store: Store) -> None:
    first = MeetingItem("jinghe-m1", "jinghe-1001", Outcome.DEFERRED, "等物业报价", NOON, "chenjie")
    second = MeetingItem(
        "jinghe-m1", "jinghe-1001", Outcome.RESOLVED, "换门机", NOON + 1, "chenjie", "张师傅", "zhang", ("社区",), NOON + DAY,
    )  # fmt: skip
    async with store.turn() as turn:
        report(turn, 1001)
        turn.meetings.save(FRIDAY)
        turn.meetings.decide(first)
        assert await turn.meetings.items("jinghe-m1") == [first]
        turn.meetings.decide(second)
    async with store.view() as view:
        assert await view.meetings.items("jinghe-m1") == [second]
        assert await view.meetings.items_of_each(["jinghe-m2", "jinghe-m1"]) == [[], [second]]
        assert await view.meetings.items_about(["jinghe-1001"]) == [second]
