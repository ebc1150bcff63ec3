"""The ladder as tables: every clock against every state, every rung with somebody missing."""

from __future__ import annotations

from dataclasses import replace

import pytest

from handlers import escalation, rungs, unreached
from handlers.commands import Verb
from handlers.work import Work
from storage.records import (
    DAY,
    HOUR,
    MINUTE,
    OPEN,
    Account,
    Act,
    Card,
    Clock,
    Deadline,
    Directory,
    LetterKind,
    Level,
    Reason,
    Severity,
    Stage,
    State,
)
from tests.handlers.ladder import CHEN, DIRECTORY, GROUP, NOON, STAFF_CHAT, Desk, community, ticket


def unlisted(directory: Directory, *accounts: str, reachable: bool | None = None) -> Directory:
    """The same community without these people's accounts, or with accounts that cannot be written to."""
    kept = {
        who: () if reachable is None else tuple(replace(a, reachable=reachable) for a in own)
        for who, own in directory.accounts.items()
        if who in accounts
    }
    return replace(directory, accounts={**directory.accounts, **kept})


def without_staff_chat(directory: Directory) -> Directory:
    jinghe = replace(directory.communities["jinghe"], staff_chats=())
    return replace(directory, communities={"jinghe": jinghe})


@pytest.mark.parametrize("clock", Clock)
@pytest.mark.parametrize("state", State)
def test_a_clock_speaks_only_in_the_states_it_waits_in(clock: Clock, state: State) -> None:
    desk = Desk(ticket(state=state, first_responder="wangfang", handler="wangfang", decision="换门机"))
    due = Deadline("jinghe-1001", clock, Stage.OUT, NOON, NOON, NOON - HOUR)
    desk.running = {clock: due}
    if clock is Clock.PAUSE and state in OPEN - {State.REPORTED}:
        desk.ticket = replace(desk.ticket, paused_at=NOON - HOUR, pause_reason="等配件")
    elif clock is Clock.PAUSE:
        return
    letters = desk.keep(escalation.act_on(desk.known(), desk.file, due))
    if state in escalation.WAITS_IN[clock]:
        assert desk.lines
        assert desk.ticket != ticket(state=state)
    else:
        assert (desk.lines, letters, desk.running) == ([], [], {})


def test_the_rungs_are_climbed_in_order_and_each_speaks_once() -> None:
    desk = Desk()
    desk.forward(10 * MINUTE)
    assert desk.acts() == [Act.REMIND, Act.ALERT, Act.QUEUE]
    assert desk.ticket.level is Level.QUEUE
    assert len(desk.marks) == len([one for one in desk.letters if one.once])
    desk.forward(DAY)
    assert desk.acts().count(Act.QUEUE) == desk.acts().count(Act.ALERT) == 1


def test_the_alert_goes_to_the_rung_and_to_the_staff_chat() -> None:
    desk = Desk()
    alerted = [one.to for one in desk.forward(5 * MINUTE) if one.kind is LetterKind.ALERT]
    assert alerted == ["lilei", "zhang", "chenjie", STAFF_CHAT]


@pytest.mark.parametrize(
    ("missing", "told"),
    [
        (("lilei",), ["zhang", "chenjie", STAFF_CHAT]),
        (("zhang",), ["lilei", "chenjie", STAFF_CHAT]),
        (("chenjie",), ["lilei", "zhang", STAFF_CHAT]),
        (("lilei", "zhang", "chenjie"), [STAFF_CHAT]),
    ],
)
@pytest.mark.parametrize("reachable", [None, False])
def test_who_cannot_be_written_to_is_passed_over(
    missing: tuple[str, ...], told: list[str], reachable: bool | None
) -> None:
    desk = Desk(directory=unlisted(DIRECTORY, *missing, reachable=reachable))
    assert [one.to for one in desk.forward(5 * MINUTE) if one.kind is LetterKind.ALERT] == told


def test_an_empty_rung_is_skipped_at_once() -> None:
    nobody = without_staff_chat(unlisted(DIRECTORY, "lilei", "zhang", "chenjie"))
    desk = Desk(directory=nobody)
    told = desk.forward(5 * MINUTE)
    assert desk.ticket.queued is Reason.NOBODY_TO_ALERT
    assert desk.acts() == [Act.REMIND, Act.QUEUE]
    assert [one.to for one in told if one.kind is LetterKind.ALERT] == []
    assert "mei" in [one.to for one in told]


def without_group(directory: Directory) -> Directory:
    grid = replace(directory.grids["east-1"], chats=())
    return replace(directory, grids={**directory.grids, "east-1": grid})


def test_who_sees_the_card_in_the_group_has_until_the_clock_runs_out() -> None:
    desk = Desk(directory=unlisted(DIRECTORY, "wangfang", reachable=False))
    assert unreached.nobody_asked(desk.known(), desk.ticket) is False, "she sees it in the group"
    desk.forward(4 * MINUTE)
    assert desk.acts() == []
    desk.forward(MINUTE)
    assert desk.acts() == [Act.ALERT]


def test_with_nobody_to_remind_the_next_rung_hears_when_the_reminder_was_due() -> None:
    desk = Desk(directory=without_group(unlisted(DIRECTORY, "wangfang", reachable=False)))
    desk.forward(4 * MINUTE)
    assert desk.acts() == [Act.ALERT]
    desk.forward(MINUTE)
    assert desk.acts() == [Act.ALERT], "the same clock is not alerted about twice"


@pytest.mark.parametrize("shown", [True, False])
def test_a_leader_without_any_account_can_take_nothing_wherever_it_is_shown(shown: bool) -> None:
    directory = unlisted(DIRECTORY, "wangfang")
    desk = Desk(directory=directory if shown else without_group(directory))
    assert unreached.nobody_asked(desk.known(), desk.ticket)


@pytest.mark.parametrize(
    ("stands", "coming", "alerted"),
    [
        ((), (), True),
        ((GROUP,), (), False),
        ((), (GROUP,), False),
        (("telegram:1",), (), True),
    ],
)
def test_a_leader_who_cannot_be_reached_matters_when_no_group_shows_it(
    stands: tuple[str, ...], coming: tuple[str, ...], alerted: bool
) -> None:
    desk = Desk()
    desk.cards = tuple(Card("jinghe-1001", chat, "1", "") for chat in stands)  # type: ignore[arg-type]
    decision = unreached.letter_failed(
        desk.known(),
        desk.file,
        "wangfang",
        LetterKind.CARD,
        coming,  # type: ignore[arg-type]
    )
    letters = desk.keep(decision)
    assert (desk.acts() == [Act.UNREACHABLE, Act.ALERT]) is alerted
    assert bool(letters) is alerted


def test_what_has_been_taken_or_has_ended_needs_nobody_else_when_a_letter_fails() -> None:
    for state in set(State) - {State.REPORTED}:
        desk = Desk(ticket(state=state, handler="wangfang", first_responder="wangfang"))
        known, file = desk.known(), desk.file
        assert not unreached.letter_failed(known, file, "wangfang", LetterKind.CARD).letters


def test_when_the_last_one_of_the_rung_fails_it_goes_to_the_queue() -> None:
    desk = Desk(directory=without_staff_chat(unlisted(DIRECTORY, "lilei", "zhang")))
    desk.forward(5 * MINUTE)
    assert desk.ticket.queued is None
    desk.keep(unreached.letter_failed(desk.known(), desk.file, "chenjie", LetterKind.ALERT))
    assert desk.ticket.queued is Reason.NOBODY_TO_ALERT


def test_the_one_who_is_waited_for_is_not_alerted_about_themselves() -> None:
    desk = Desk()
    desk.does("lilei", Verb.ACCEPT)
    alerted = [one.to for one in desk.forward(5 * MINUTE) if one.kind is LetterKind.ALERT]
    assert alerted == ["wangfang", "zhang", "chenjie", STAFF_CHAT]


def test_a_private_matter_is_not_alerted_to_the_property() -> None:
    desk = Desk(ticket(private=True))
    assert "zhang" not in [one.to for one in desk.forward(5 * MINUTE)]
    assert "zhang" not in rungs.paged(desk.known(), ticket(private=True, severity=Severity.EMERGENCY))


def test_who_left_the_community_file_is_waited_for_no_more() -> None:
    gone = ticket(state=State.ACCEPTED, handler="xiaoyu", first_responder="xiaoyu")
    assert rungs.asked(Desk().known(), gone) == ("wangfang",)
    assert rungs.asked(Desk().known(), replace(gone, grid="gone")) == ()


def test_a_department_is_stood_for_by_the_first_one_asked() -> None:
    theirs = ticket(state=State.ACCEPTED, handler=None, handler_name="城管", first_responder="lilei")
    assert rungs.asked(Desk().known(), theirs) == ("lilei",)


def test_followers_count_as_the_community_says() -> None:
    desk = Desk(directory=community(escalation={"followers": 1}))
    desk.does(CHEN, Verb.FOLLOW)
    assert desk.ticket.queued is Reason.FOLLOWERS


@pytest.mark.parametrize("reason", Reason)
def test_every_reason_has_its_words_for_staff_and_for_the_reporter(reason: Reason) -> None:
    desk = Desk(ticket(state=State.ACCEPTED, handler="wangfang", first_responder="wangfang"))
    work = Work(desk.known(DIRECTORY.people["chenjie"]), desk.file)
    escalation.queue(work, reason, NOON)
    said = {one.to: desk.words(one) for one in work.letters}
    assert said[STAFF_CHAT].startswith("#1001 已列入联席会议（")
    assert "{" not in "".join(said.values())
    assert said["mei"].endswith("已提交联席会议（11月27日周五 15:00）。会上定下的办法和日期会告诉您。")


def test_an_account_that_turned_reachable_is_told_again() -> None:
    directory = unlisted(DIRECTORY, "lilei", reachable=False)
    assert "lilei" not in rungs.alarmed(Desk(directory=directory).known(), ticket())
    account = Account(directory.accounts["lilei"][0].address, "lilei", reachable=True)
    back = replace(directory, accounts={**directory.accounts, "lilei": (account,)})
    assert "lilei" in rungs.alarmed(Desk(directory=back).known(), ticket())
