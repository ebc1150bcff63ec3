"""Who may do what: every office against every act."""

from __future__ import annotations

from dataclasses import replace

import pytest

from handlers.access import CLOCK_ONLY, NO_ORDER, Crew, crew, may
from handlers.community import directory_of, read_community
from storage.records import (
    OF_COMMUNITY,
    OF_PERSONS,
    Act,
    Category,
    Directory,
    Duty,
    Kind,
    Level,
    Person,
    Place,
    Role,
    Severity,
    State,
    Ticket,
)


def person(its_id: str, *roles: str) -> dict[str, object]:
    return {"id": its_id, "name": its_id, "roles": list(roles)}


JINGHE = read_community(
    {
        "community": {"id": "jinghe", "name": "径河社区"},
        "compound": [
            {"id": "east", "name": "东区", "regime": "commercial", "property": "zhang"},
            {"id": "village", "name": "径河村", "regime": "none"},
        ],
        "grid": [
            {
                "id": "east-1",
                "compound": "east",
                "name": "第一网格",
                "buildings": ["1-12"],
                "leader": "wangfang",
                "deputies": ["lilei"],
            },
            {"id": "village-1", "compound": "village", "name": "村湾", "leader": "hanmei"},
        ],
        "person": [
            person("wangfang", "grid_leader"),
            person("lilei", "grid_leader"),
            person("hanmei", "grid_leader"),
            person("zhang", "property"),
            person("chen", "property"),
            person("liu", "staff"),
            person("zhao", "liaison"),
            person("admin", "admin"),
            person("qian", "building_head"),
            person("sun", "volunteer"),
        ],
    }
)
NANHU = read_community(
    {"community": {"id": "nanhu", "name": "南湖社区"}, "person": [person("nanhu-staff", "staff", "admin")]}
)
DIRECTORY = directory_of(JINGHE, NANHU)

TICKET = Ticket(
    "jinghe-1024",
    "jinghe",
    1024,
    "east-1",
    State.ACCEPTED,
    Kind.REPAIR,
    Category.ELEVATOR,
    Severity.MAJOR,
    Place("3"),
    "电梯停了",
    "meiyi",
    0,
    first_responder="wangfang",
    handler="chen",
)

FOLLOWERS = ("laowu",)


def actor(name: str) -> Person:
    listed = DIRECTORY.people.get(name)
    return listed or Person(name, "jinghe", name)


# One column per kind of person. `left` was a leader and is in the file no more.
WHO = {
    "reporter": actor("meiyi"),
    "follower": actor("laowu"),
    "resident": actor("xiaoli"),
    "head": actor("qian"),
    "volunteer": actor("sun"),
    "leader": actor("wangfang"),
    "deputy": actor("lilei"),
    "neighbour": actor("hanmei"),
    "property": actor("zhang"),
    "handler": actor("chen"),
    "staff": actor("liu"),
    "liaison": actor("zhao"),
    "admin": actor("admin"),
    "left": replace(actor("xiaoyu"), roles=frozenset(Role), listed=True),
    "foreign": actor("nanhu-staff"),
}

EVERYBODY = "reporter follower resident head volunteer leader deputy neighbour property handler staff liaison admin left"
OFFICE = "staff liaison admin"

TABLE = {
    Act.REPORT: EVERYBODY,
    Act.FOLLOW: EVERYBODY.removeprefix("reporter "),
    Act.ADD: EVERYBODY,
    Act.URGE: f"reporter follower leader deputy {OFFICE}",
    Act.RATE: "reporter",
    Act.OBJECT: "reporter",
    Act.WITHDRAW: "reporter",
    Act.REOPEN: f"reporter {OFFICE}",
    Act.CLOSE: f"reporter {OFFICE}",
    Act.ACCEPT: f"leader deputy property handler {OFFICE}",
    Act.ARRIVE: f"leader deputy property handler {OFFICE}",
    Act.PLAN: f"leader deputy property handler {OFFICE}",
    Act.RESOLVE: f"leader deputy property handler {OFFICE}",
    Act.TRANSFER: f"leader deputy handler {OFFICE}",
    Act.ASK_TIME: f"leader deputy handler {OFFICE}",
    Act.PAUSE: f"leader deputy handler {OFFICE}",
    Act.RESUME: f"leader deputy handler {OFFICE}",
    Act.REFER: f"leader deputy handler {OFFICE}",
    Act.MERGE: f"leader deputy {OFFICE}",
    Act.REGRADE: f"leader deputy {OFFICE}",
    Act.DECLINE: f"leader {OFFICE}",
    Act.RECLASS: f"leader deputy {OFFICE}",
    Act.DISMISS: f"leader deputy {OFFICE}",
    Act.GRANT_TIME: OFFICE,
    Act.REFUSE_TIME: OFFICE,
    Act.REASSIGN: OFFICE,
    Act.SUPERVISE: OFFICE,
    Act.QUEUE: OFFICE,
    Act.DECIDE: "staff admin",
    Act.DEFER: "staff admin",
    Act.REFER_OUT: "staff admin",
    Act.LIST: "staff admin",
    Act.REMIND: "",
    Act.ALERT: "",
    Act.STREET: "",
    Act.UNREACHABLE: "",
    Act.UNTOLD: "",
    Act.TOLD: "",
    **dict.fromkeys(OF_PERSONS | OF_COMMUNITY | {Act.RETIME}, ""),
}


def allowed(act: Act, ticket: Ticket = TICKET, directory: Directory = DIRECTORY) -> set[str]:
    return {name for name, who in WHO.items() if may(who, act, ticket, directory, FOLLOWERS)}


@pytest.mark.parametrize("act", Act)
def test_every_office_has_its_acts_and_no_others(act: Act):
    assert allowed(act) == set(TABLE[act].split())


@pytest.mark.parametrize("act", Act)
def test_somebody_hidden_by_the_platform_may_do_nothing(act: Act):
    assert not may(None, act, TICKET, DIRECTORY)


@pytest.mark.parametrize("act", Act)
def test_another_communitys_staff_may_do_nothing_even_where_they_are_named(act: Act):
    theirs = replace(TICKET, reporter="nanhu-staff", handler="nanhu-staff", first_responder="nanhu-staff")
    assert not may(WHO["foreign"], act, theirs, DIRECTORY, ["nanhu-staff"])


@pytest.mark.parametrize("act", Act)
def test_claiming_another_community_opens_no_door(act: Act):
    pretending = replace(WHO["foreign"], community="jinghe")
    assert may(pretending, act, TICKET, DIRECTORY) == may(WHO["resident"], act, TICKET, DIRECTORY)


@pytest.mark.parametrize("act", Act)
def test_whoever_has_left_the_file_is_a_resident_even_as_the_handler(act: Act):
    theirs = replace(TICKET, handler="xiaoyu", first_responder="xiaoyu")
    assert may(WHO["left"], act, theirs, DIRECTORY) == may(WHO["resident"], act, theirs, DIRECTORY)


def test_property_takes_an_unaccepted_ticket_only_when_it_was_called():
    reported = replace(TICKET, state=State.REPORTED, handler=None, first_responder=None)
    for act in (Act.ACCEPT, Act.ARRIVE, Act.RESOLVE):
        assert "property" not in allowed(act, reported)
        assert "property" in allowed(act, replace(reported, severity=Severity.EMERGENCY))
        assert "property" in allowed(act, replace(reported, level=Level.ALERT))
        assert "property" in allowed(act, replace(reported, handler="zhang"))


def test_property_of_another_compound_has_no_part_in_it():
    assert "handler" not in allowed(Act.RESOLVE, replace(TICKET, handler="wangfang"))


@pytest.mark.parametrize("act", [Act.ACCEPT, Act.ARRIVE, Act.PLAN, Act.RESOLVE])
def test_a_private_matter_is_kept_from_property_that_was_not_handed_it(act: Act):
    private = replace(TICKET, private=True, severity=Severity.EMERGENCY)
    assert "property" not in allowed(act, private)
    assert "property" in allowed(act, replace(private, handler="zhang"))


@pytest.mark.parametrize("act", [Act.FOLLOW, Act.ADD, Act.URGE])
def test_neighbours_cannot_touch_a_private_matter(act: Act):
    assert allowed(act, replace(TICKET, private=True)).isdisjoint(
        {"resident", "head", "volunteer", "neighbour"}
    )


def test_the_reporter_of_a_private_matter_keeps_their_rights():
    private = replace(TICKET, private=True, anonymous=True)
    for act in (Act.ADD, Act.URGE, Act.WITHDRAW, Act.RATE, Act.REOPEN, Act.OBJECT):
        assert "reporter" in allowed(act, private)


def test_after_an_objection_only_staff_decline():
    objected = replace(TICKET, objected=True)
    for act in (Act.DECLINE, Act.DISMISS):
        assert allowed(act, objected) == {"staff", "liaison", "admin"}
    led_by_staff = replace(
        DIRECTORY,
        people={
            **DIRECTORY.people,
            "wangfang": replace(actor("wangfang"), roles=frozenset({Role.GRID_LEADER, Role.STAFF})),
        },
    )
    assert "leader" in allowed(Act.DECLINE, objected, led_by_staff)


def test_the_first_responder_can_act_to_the_end_whoever_does_the_work():
    theirs = replace(TICKET, first_responder="chen", handler="hanmei")
    for act in (Act.RESOLVE, Act.TRANSFER, Act.REFER):
        assert {"handler", "neighbour"} <= allowed(act, theirs)


def test_a_leader_who_reports_is_a_reporter_too():
    own = replace(TICKET, reporter="wangfang")
    assert "leader" in allowed(Act.RATE, own)
    assert "leader" in allowed(Act.RESOLVE, own)
    assert "leader" not in allowed(Act.FOLLOW, own)


def test_staff_keep_their_rights_when_the_grid_has_left_the_file():
    orphan = replace(TICKET, grid="gone")
    assert allowed(Act.REASSIGN, orphan) == {"staff", "liaison", "admin"}
    assert "leader" not in allowed(Act.MERGE, orphan)
    assert crew(DIRECTORY, "gone") == Crew(None, (), None, ())


def test_the_crew_of_a_grid_are_those_who_can_be_called():
    assert crew(DIRECTORY, "east-1") == Crew("wangfang", ("lilei",), "zhang", ("liu",))
    assert crew(DIRECTORY, "village-1") == Crew("hanmei", (), None, ("liu",))
    left = {name: who for name, who in DIRECTORY.people.items() if name not in ("wangfang", "lilei")}
    assert crew(replace(DIRECTORY, people=left), "east-1") == Crew(None, (), "zhang", ("liu",))


def test_nobody_orders_the_clocks_acts_nor_those_written_where_they_are_done():
    assert {act for act in Act if not TABLE[act]} == NO_ORDER
    assert CLOCK_ONLY | OF_PERSONS | OF_COMMUNITY | {Act.RETIME} == NO_ORDER


@pytest.mark.parametrize("grid", [None, "east-1", "village-1"])
@pytest.mark.parametrize("person", ["sun", "hanmei"])
def test_who_stands_on_the_duty_roster_takes_what_calls_there_and_nothing_private(
    person: str, grid: str | None
):
    """A volunteer and another grid's leader, on duty for the community, for this grid, for another."""
    rostered = replace(DIRECTORY, duties={"jinghe": (Duty("jinghe", person, "sat", "08:00", "20:00", grid),)})
    waits = replace(TICKET, state=State.REPORTED, handler=None, first_responder=None)
    called = [replace(waits, severity=Severity.EMERGENCY), replace(waits, level=Level.ALERT)]
    here = grid != "village-1"
    for act in (Act.ACCEPT, Act.ARRIVE, Act.PLAN, Act.RESOLVE):
        assert [may(actor(person), act, one, rostered) for one in called] == [here, here]
        assert not may(actor(person), act, waits, rostered)
        assert not any(may(actor(person), act, replace(one, private=True), rostered) for one in called)
    assert not any(may(actor(person), Act.REASSIGN, one, rostered) for one in called)
