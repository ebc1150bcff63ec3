"""What each office sees in the console: which tickets, which rooms, and whether they may act."""

from __future__ import annotations

from dataclasses import replace

import pytest

from handlers.community import directory_of, read_community
from handlers.sight import Chamber, Sight, sight
from storage.records import Directory, Person, Role, Ticket
from tests.handlers.test_access import JINGHE, TICKET

AUDITOR = {"id": "wu", "name": "吴", "roles": ["auditor"]}
"""Two compounds: the east with its property zhang and grid east-1; a village without one."""


def everybody() -> Directory:
    directory = directory_of(JINGHE)
    wu = Person("wu", "jinghe", "吴", frozenset({Role.AUDITOR}), listed=True)
    return replace(directory, people={**directory.people, "wu": wu})


def of(person: str) -> Sight:
    directory = everybody()
    return sight(directory.people[person], directory)


HERE = replace(TICKET, handler=None, first_responder=None)
THERE = replace(HERE, grid="village-1")
ELSEWHERE = replace(HERE, community="other", grid="other-1")
GONE = replace(HERE, grid="no-more")
SECRET = replace(HERE, private=True)

SEES = {
    "liu": (True, True, True, True),
    "admin": (True, True, True, True),
    "zhao": (True, True, True, True),
    "wu": (True, True, True, True),
    "wangfang": (True, False, False, True),
    "lilei": (True, False, False, True),
    "hanmei": (False, True, False, False),
    "zhang": (True, False, False, False),
    "chen": (False, False, False, False),
    "qian": (False, False, False, False),
    "sun": (False, False, False, False),
}
"""Who sees a ticket here, one of the other grid, one whose grid is gone, and a complaint about people here."""


@pytest.mark.parametrize("person", SEES)
def test_everybody_sees_what_is_theirs(person: str) -> None:
    seen = of(person)
    assert tuple(map(seen.sees, (HERE, THERE, GONE, SECRET))) == SEES[person]
    assert not seen.sees(ELSEWHERE)
    assert (seen.scope.grids is None) == seen.everything


@pytest.mark.parametrize("person", SEES)
def test_who_sees_nothing_has_no_room_and_who_has_none_may_do_nothing(person: str) -> None:
    seen = of(person)
    assert bool(seen.chambers) == any(SEES[person])
    assert seen.chambers or not (seen.changes or seen.manages or seen.personal)


@pytest.mark.parametrize(("field", "held"), [("handler", "chen"), ("first_responder", "hanmei")])
def test_who_handles_a_ticket_or_took_it_first_sees_it_wherever_it_is(field: str, held: str) -> None:
    ticket: Ticket = replace(SECRET, **{field: held})  # type: ignore[arg-type]  # a field's name
    assert of(held).sees(ticket)


def test_an_auditor_reads_everything_and_changes_nothing() -> None:
    seen = of("wu")
    assert (seen.changes, seen.manages, seen.personal) == (False, False, False)
    assert Chamber.LEDGER in seen.chambers


@pytest.mark.parametrize("person", ["wangfang", "lilei", "zhang", "zhao"])
def test_only_staff_manage_the_community(person: str) -> None:
    assert of(person).changes
    assert not of(person).manages
    assert not of(person).chambers & {Chamber.DIRECTORY, Chamber.POLICY, Chamber.PRIVACY}


def test_who_left_the_community_file_sees_nothing_any_more() -> None:
    directory = everybody()
    was = replace(directory.people["liu"])
    gone = replace(directory, people={k: v for k, v in directory.people.items() if k != "liu"})
    assert sight(was, gone).chambers == frozenset()


def test_the_roles_are_written_in_a_community_file() -> None:
    file = {
        "community": {"id": "a", "name": "甲"},
        "person": [AUDITOR],
    }
    loaded = read_community(file)
    assert directory_of(loaded).people["wu"].roles == {Role.AUDITOR}
