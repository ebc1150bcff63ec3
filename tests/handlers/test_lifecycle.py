"""The whole table of states and acts, and what each step writes down."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.lifecycle import NEXT, STAYS, TAKEN, possible, step
from handlers.messages import Refused
from storage.records import (
    OF_COMMUNITY,
    OF_PERSONS,
    OPEN,
    Act,
    Category,
    Kind,
    Level,
    Place,
    Reason,
    Severity,
    State,
    Ticket,
)

NOW = 1_770_000_000_000

STEPS = """
reported  accept   accepted
accepted  arrive   on_site
planned   arrive   planned
accepted  plan     planned
on_site   plan     planned
planned   plan     planned
accepted  resolve  resolved
on_site   resolve  resolved
planned   resolve  resolved
resolved  close    closed
resolved  reopen   accepted
closed    reopen   accepted
reported  decline  declined
accepted  decline  declined
on_site   decline  declined
planned   decline  declined
reported  dismiss  declined
accepted  dismiss  declined
on_site   dismiss  declined
planned   dismiss  declined
declined  object   reported
reported  withdraw withdrawn
accepted  withdraw withdrawn
on_site   withdraw withdrawn
planned   withdraw withdrawn
reported  merge    merged
accepted  merge    merged
on_site   merge    merged
planned   merge    merged
"""
"""The life of a ticket as the field has it, written a second time, so that no step changes by accident."""


def ticket(state: State = State.REPORTED, **more: object) -> Ticket:
    plain = Ticket(
        "jinghe-1024",
        "jinghe",
        1024,
        "east-1",
        state,
        Kind.REPAIR,
        Category.ELEVATOR,
        Severity.MAJOR,
        Place("3", "2"),
        "电梯停在5楼",
        "meiyi",
        NOW - 60_000,
    )
    return replace(plain, **more)  # type: ignore[arg-type]


def test_the_steps_are_those_of_the_field():
    read = {(State(a), Act(b)): State(c) for a, b, c in (line.split() for line in STEPS.strip().splitlines())}
    assert read == NEXT


@pytest.mark.parametrize("act", Act)
@pytest.mark.parametrize("state", State)
def test_every_pair_is_in_the_table_or_refused(state: State, act: Act):
    before = ticket(state, paused_at=NOW - 1 if act is Act.RESUME else None)
    if (state, act) in NEXT:
        assert step(before, act, NOW, "wangfang").state is NEXT[state, act]
    elif state in STAYS.get(act, ()):
        assert step(before, act, NOW, "wangfang").state is state
    else:
        with pytest.raises(Refused) as refused:
            step(before, act, NOW, "wangfang")
        assert refused.value.say.key == "lifecycle.not_now"
        assert refused.value.say.args == {"number": 1024, "state": state}


@pytest.mark.parametrize("state", State)
def test_what_is_possible_is_what_step_does_not_refuse(state: State):
    def works(act: Act) -> bool:
        try:
            step(ticket(state), act, NOW)
        except Refused:
            return False
        return True

    assert possible(ticket(state)) == {act for act in Act if works(act)}


def test_no_act_is_forgotten():
    elsewhere = OF_PERSONS | OF_COMMUNITY
    assert {act for _, act in NEXT} | STAYS.keys() | {Act.REPORT} == set(Act) - elsewhere
    assert not {act for state in State for act in possible(ticket(state))} & elsewhere
    assert not {act for _, act in NEXT} & STAYS.keys()


@pytest.mark.parametrize("state", sorted(OPEN))
def test_every_open_ticket_can_be_withdrawn_merged_urged_and_taken_to_the_meeting(state: State):
    assert {Act.WITHDRAW, Act.MERGE, Act.URGE, Act.REFER, Act.FOLLOW, Act.ADD} <= possible(ticket(state))


@pytest.mark.parametrize("state", [State.WITHDRAWN, State.MERGED])
def test_a_withdrawn_or_merged_ticket_stays_so(state: State):
    assert possible(ticket(state)) == {Act.UNREACHABLE, Act.UNTOLD, Act.TOLD}


def test_accepting_names_the_first_responder_and_the_handler():
    accepted = step(ticket(handler_name="城管"), Act.ACCEPT, NOW, "wangfang")
    assert (accepted.first_responder, accepted.handler, accepted.handler_name) == ("wangfang", "wangfang", "")
    assert accepted.accepted_at == NOW


def test_the_first_one_asked_stays_answerable_whoever_accepts_later():
    accepted = step(ticket(first_responder="wangfang"), Act.ACCEPT, NOW, "zhang")
    assert (accepted.first_responder, accepted.handler) == ("wangfang", "zhang")


def test_arriving_again_on_a_planned_matter_keeps_the_first_arrival():
    assert step(ticket(State.PLANNED, arrived_at=5), Act.ARRIVE, NOW).arrived_at == 5
    assert step(ticket(State.PLANNED), Act.ARRIVE, NOW).arrived_at == NOW


def test_resolving_ends_the_pause_and_the_place_in_the_queue():
    waiting = ticket(
        State.ON_SITE, paused_at=1, pause_reason="等配件", queued=Reason.RESOLVE_MISSED, queued_at=2
    )
    done = step(waiting, Act.RESOLVE, NOW)
    assert done.resolved_at == NOW
    assert (done.paused_at, done.pause_reason, done.queued, done.queued_at) == (None, "", None, None)


@pytest.mark.parametrize("act", [Act.DECLINE, Act.WITHDRAW, Act.MERGE])
def test_whatever_ends_a_ticket_dates_its_end(act: Act):
    ended = step(ticket(State.ACCEPTED, paused_at=1, queued=Reason.REFERRED, queued_at=2), act, NOW)
    assert ended.closed_at == NOW
    assert (ended.paused_at, ended.queued) == (None, None)


def test_being_told_of_a_ticket_in_the_queue_takes_it_not_out():
    queued = ticket(State.RESOLVED, queued=Reason.BY_STAFF, queued_at=2)
    assert step(queued, Act.ADD, NOW).queued is Reason.BY_STAFF


def test_reopening_counts_and_starts_afresh_without_losing_the_first_responder():
    closed = ticket(
        State.CLOSED,
        first_responder="wangfang",
        handler="zhang",
        level=Level.ALERT,
        accepted_at=1,
        arrived_at=2,
        resolved_at=3,
        closed_at=4,
        rating="fair",
        note="换了灯泡",
    )
    again = step(closed, Act.REOPEN, NOW, "meiyi")
    assert (again.state, again.reopened, again.level) == (State.ACCEPTED, 1, Level.NONE)
    assert (again.arrived_at, again.resolved_at, again.closed_at) == (None, None, None)
    assert (again.rating, again.note) == ("", "")
    assert (again.first_responder, again.handler, again.accepted_at) == ("wangfang", "zhang", 1)


def test_a_resident_may_object_once():
    declined = step(ticket(State.ACCEPTED, accepted_at=1, arrived_at=2), Act.DECLINE, NOW, "wangfang")
    objected = step(declined, Act.OBJECT, NOW + 1, "meiyi")
    assert (objected.state, objected.objected) == (State.REPORTED, True)
    assert (objected.accepted_at, objected.arrived_at, objected.closed_at) == (None, None, None)
    again = step(objected, Act.DECLINE, NOW + 2, "staff")
    assert Act.OBJECT not in possible(again)
    with pytest.raises(Refused):
        step(again, Act.OBJECT, NOW + 3, "meiyi")


def test_a_pause_begins_once_and_ends_once():
    paused = step(ticket(State.ACCEPTED), Act.PAUSE, NOW)
    assert paused.paused_at == NOW
    assert Act.PAUSE not in possible(paused)
    resumed = step(replace(paused, pause_reason="等配件"), Act.RESUME, NOW)
    assert (resumed.paused_at, resumed.pause_reason) == (None, "")
    assert Act.RESUME not in possible(resumed)


def test_urging_is_remembered():
    assert step(ticket(), Act.URGE, NOW, "meiyi").last_urged_at == NOW


def test_step_leaves_the_ticket_it_was_given_alone():
    before = ticket()
    copy = replace(before)
    step(before, Act.ACCEPT, NOW, "wangfang")
    assert before == copy


@given(st.lists(st.sampled_from(Act), max_size=40))
def test_whatever_is_done_in_whatever_order_the_times_fit_the_state(acts: list[Act]):
    now = ticket()
    for number, act in enumerate(acts):
        if act not in possible(now):
            continue
        now = step(now, act, NOW + number, "wangfang")
        assert (now.state in TAKEN) <= (now.accepted_at is not None)
        assert (now.state in (State.RESOLVED, State.CLOSED)) == (now.resolved_at is not None)
        assert (now.closed_at is not None) == (now.state not in OPEN | {State.RESOLVED})
        assert (now.state is State.ON_SITE) <= (now.arrived_at is not None)
        assert (now.paused_at is not None) <= (now.state in TAKEN)
        assert now.version == 0
