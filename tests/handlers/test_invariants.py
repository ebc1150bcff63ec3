"""What must always hold, whatever people do in whatever order and however time passes."""

from __future__ import annotations

from random import Random

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from handlers import access, lifecycle, orders
from handlers.commands import Verb
from handlers.escalation import WAITS_IN
from handlers.messages import Refused
from storage.records import (
    DAY,
    HOUR,
    MINUTE,
    OPEN,
    Act,
    Clock,
    LetterKind,
    Level,
    Line,
    Person,
    Severity,
    State,
    Ticket,
)
from tests.handlers.ladder import CHEN, DIRECTORY, MEI, STRANGER, Desk, community, ticket

COMMUNITIES = {n: community(escalation={"followers": n}) for n in (1, 2, 5)}
PEOPLE = [*DIRECTORY.people.values(), MEI, CHEN, STRANGER]
SAID = ["", "换了灯泡", "张师傅", "李雷 请帮忙", "城管", "2h", "1天", "物业11月28日前更换门机", "7天内修好"]
VERBS = sorted(set(orders.RULES) - {Verb.MORE, Verb.STORY})


def replayed(first: Ticket, lines: list[Line]) -> Ticket:
    """Walk the ledger's acts through the life cycle again."""
    again = first
    for line in lines:
        again = lifecycle.step(again, line.act, line.at, line.person or None)
        assert again.state is line.state
    return again


class AnyLife(RuleBasedStateMachine):
    """One ticket, everybody who can touch it, and the clock."""

    @initialize(
        severity=st.sampled_from(Severity),
        private=st.booleans(),
        followers=st.sampled_from(sorted(COMMUNITIES)),
    )
    def reported(self, severity: Severity, private: bool, followers: int) -> None:
        its_ticket = ticket(severity=severity, private=private)
        self.desk = Desk(its_ticket, COMMUNITIES[followers])
        self.first = its_ticket

    @rule(who=st.sampled_from(PEOPLE), verb=st.sampled_from(VERBS), said=st.sampled_from(SAID))
    def somebody_acts(self, who: Person, verb: Verb, said: str) -> None:
        before, lines = self.desk.ticket, len(self.desk.lines)
        act, _ = orders.RULES[verb]
        may = access.may(who, act, before, self.desk.directory, self.desk.followers)
        try:
            self.desk.does(who, verb, said, word="等配件" if verb is Verb.PAUSE else said)
        except Refused:
            assert (self.desk.ticket, len(self.desk.lines)) == (before, lines)
            return
        if not may:
            assert (self.desk.ticket, len(self.desk.lines)) == (before, lines), (
                f"{who.name} moved it by {verb}"
            )

    @rule(pick=st.randoms(use_true_random=False), said=st.sampled_from(SAID[1:]))
    def somebody_who_may_acts(self, pick: Random, said: str) -> None:
        now, possible = self.desk.ticket, lifecycle.possible(self.desk.ticket)
        fitting = [
            (who, verb)
            for verb in VERBS
            for who in PEOPLE
            if orders.RULES[verb][0] in possible
            and access.may(who, orders.RULES[verb][0], now, self.desk.directory, self.desk.followers)
        ]
        if fitting:
            self.somebody_acts(*pick.choice(fitting), said)

    @rule(span=st.sampled_from([MINUTE, 4 * MINUTE, 10 * MINUTE, 30 * MINUTE, 4 * HOUR, DAY, 4 * DAY]))
    def time_passes(self, span: int) -> None:
        self.desk.forward(span)

    @rule(span=st.sampled_from([MINUTE, HOUR]))
    def the_clock_is_set_back(self, span: int) -> None:
        self.desk.now -= span

    @invariant()
    def the_ledger_replays_to_the_ticket(self) -> None:
        again, now = replayed(self.first, self.desk.lines), self.desk.ticket
        for name in (
            "state",
            "accepted_at",
            "arrived_at",
            "resolved_at",
            "closed_at",
            "paused_at",
            "reopened",
        ):
            assert getattr(again, name) == getattr(now, name), name
        assert again.objected == now.objected

    @invariant()
    def no_clock_runs_on_what_has_ended(self) -> None:
        state, running = self.desk.ticket.state, set(self.desk.running)
        if state is State.RESOLVED:
            assert running == {Clock.REVIEW}
        elif state not in OPEN:
            assert not running
        else:
            assert Clock.REVIEW not in running

    @invariant()
    def what_ran_out_is_remembered_as_long_as_it_is_waited_for(self) -> None:
        # Who was late to come and has made a plan instead has still not come.
        came_late = {Clock.ARRIVE} if self.desk.ticket.state is State.PLANNED else set()
        assert all(self.desk.ticket.state in WAITS_IN[clock] for clock in self.desk.over.keys() - came_late)
        assert not self.desk.over.keys() & self.desk.running.keys()

    @invariant()
    def what_is_open_never_stands_still_in_silence(self) -> None:
        now = self.desk.ticket
        if now.state in OPEN and now.queued is None and now.level < Level.QUEUE:
            assert any(d.due_at is not None for d in self.desk.running.values())

    @invariant()
    def a_pause_has_an_end(self) -> None:
        if self.desk.ticket.paused_at is not None:
            assert Clock.PAUSE in self.desk.running
        else:
            assert Clock.PAUSE not in self.desk.running
            assert all(d.due_at is not None for d in self.desk.running.values())

    @invariant()
    def the_clocks_put_it_on_the_table_once_per_opening(self) -> None:
        entered = 0
        for line in self.desk.lines:
            if line.act in (Act.REOPEN, Act.OBJECT):
                entered = 0
            entered += line.act is Act.QUEUE and not line.person
            assert entered <= 1

    @invariant()
    def the_first_one_asked_answers_for_it_to_the_end(self) -> None:
        named = [line.person for line in self.desk.lines if line.act is Act.ACCEPT]
        if named:
            assert self.desk.ticket.first_responder == named[0]

    @invariant()
    def a_private_matter_is_told_to_no_group_of_residents(self) -> None:
        if self.first.private:
            assert not [one for one in self.desk.letters if one.to == "telegram:-1001"]
            assert not [one for one in self.desk.letters if one.fallback and one.to == "mei"]

    @invariant()
    def everyone_alerted_while_it_was_open_hears_that_it_ended(self) -> None:
        if self.desk.ticket.state in OPEN or not self.desk.told:
            return
        told = {one.to for one in self.desk.letters if one.kind in (LetterKind.NEWS, LetterKind.ASK)}
        silent = {owed.reader for owed in self.desk.told} - told - self._actors()
        assert not silent, [(line.act, line.person, line.reason) for line in self.desk.lines]

    def _actors(self) -> set[str]:
        return {line.person for line in self.desk.lines if line.person}


AnyLife.TestCase.settings = settings(max_examples=150, stateful_step_count=30, deadline=None)
TestAnyLife = AnyLife.TestCase
