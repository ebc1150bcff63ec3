"""In which order a meeting hears its matters, who is invited, and when enough have come."""

from __future__ import annotations

from dataclasses import replace

import pytest

from handlers import agenda
from storage.records import DAY, Category, Community, Party, Policy, Seat, Severity, Ticket
from tests.handlers.ladder import DIRECTORY, NOON, ticket


def matter(
    number: int, days: int, followers: int, category: Category = Category.LIGHTING, **more: object
) -> Ticket:
    told = {
        "reported_at": NOON - days * DAY,
        "followers": followers,
        "category": category,
        "number": number,
        **more,
    }
    return replace(ticket(), id=f"jinghe-{number}", **told)


LIFT, ROAD, NOISE = Category.ELEVATOR, Category.ROAD, Category.NOISE
"""Kinds that are not alike."""


@pytest.mark.parametrize(
    ("tickets", "order"),
    [
        ([], []),
        # The oldest, then the most followed, then the next oldest.
        ([matter(1, 3, 0, LIFT), matter(2, 9, 0, ROAD), matter(3, 1, 7, NOISE)], [2, 3, 1]),
        # Like with like: the other lift comes along with the oldest one.
        ([matter(1, 9, 0, LIFT), matter(2, 5, 3, ROAD), matter(3, 1, 0, LIFT)], [1, 3, 2]),
        # An emergency before everything.
        ([matter(1, 9, 9, LIFT), matter(2, 0, 0, ROAD, severity=Severity.EMERGENCY)], [2, 1]),
        # Nobody follows any: by age, equals by their number.
        ([matter(2, 4, 0, LIFT), matter(1, 4, 0, ROAD), matter(3, 6, 0, NOISE)], [3, 1, 2]),
    ],
)
def test_the_oldest_and_the_most_followed_come_first_each_with_its_like(
    tickets: list[Ticket], order: list[int]
) -> None:
    assert [t.number for t in agenda.agenda(tickets, DIRECTORY).tickets] == order


def test_alike_means_the_same_kind_in_the_same_compound() -> None:
    here, there = matter(1, 3, 0, LIFT), replace(matter(2, 2, 0, LIFT), grid="gone")
    groups = agenda.agenda([here, there], DIRECTORY).groups
    assert [(group.compound, len(group.tickets)) for group in groups] == [("east", 1), ("", 1)]


def test_the_three_parties_are_invited_and_only_the_property_concerned() -> None:
    known = DIRECTORY
    community = known.communities["jinghe"]
    seats = agenda.invited(community, [ticket()], known)
    assert {seat.party for seat in seats} >= {Party.COMMUNITY, Party.PROPERTY}
    without = agenda.invited(community, [], known)
    assert not [seat for seat in without if seat.party is Party.PROPERTY]


SEATS = (
    Seat(Party.COMMUNITY, "陈洁", "chenjie"),
    Seat(Party.PROPERTY, "张师傅", "zhang"),
    Seat(Party.RESIDENTS, "李代表", "li"),
    Seat(Party.DEPARTMENT, "城管"),
)


@pytest.mark.parametrize(
    ("needed", "seats", "here", "reached"),
    [
        (None, SEATS, ("陈洁", "张师傅", "李代表"), True),
        (None, SEATS, ("陈洁", "张师傅", "城管"), False),
        (2, SEATS, ("陈洁", "张师傅"), True),
        (2, SEATS, ("陈洁", "城管"), False),
        (None, SEATS[:1] + SEATS[2:], ("陈洁", "李代表"), True),  # a compound without property
        (3, SEATS[:1] + SEATS[2:], ("陈洁",), False),
        (None, (), (), False),
    ],
)
def test_enough_have_come_when_each_party_has_somebody_there(
    needed: int | None, seats: tuple[Seat, ...], here: tuple[str, ...], reached: bool
) -> None:
    community = Community("jinghe", "径河社区", policy=Policy(quorum=needed))
    there = tuple(replace(seat, here=seat.name in here) for seat in seats)
    assert agenda.quorum(community, there).reached is reached
