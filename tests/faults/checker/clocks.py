"""Every deadline that fell due was acted on exactly once: the clocks of each ticket, wound again from its ledger.

Knows the field's own rules and nothing of the program: accept and resolve run from the report, accept stops the one and
winds arrive and resolve anew, a warning comes at four fifths unless less than two seconds are left then, twice the
accept clock or the end of the resolve clock puts the ticket into the queue, once.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from tests.faults.checker.evidence import Clocks, Evidence
from tests.faults.checker.remains import Row

ENDED = frozenset({"closed", "declined", "withdrawn", "merged"})
WOUND = {
    "report": ("accept", "resolve"),
    "accept": ("arrive", "resolve"),
    "resolve": ("review",),
    "reopen": ("arrive", "resolve"),
}
STOPPED = {
    "accept": ("accept",),
    "arrive": ("arrive",),
    "resolve": ("accept", "arrive", "resolve"),
    "reopen": ("review",),
    **dict.fromkeys(("close", "decline", "withdraw", "merge"), ("accept", "arrive", "resolve", "review")),
}
BY_CLOCK = {"remind", "alert", "queue", "close"}
QUIET = frozenset(
    {"follow", "add", "urge", "rate", "unreachable", "untold", "told", "see", "disclose", "erase"}
)
"""Acts that leave the clocks alone. A ticket with any other act is only held to the rules that need no winding."""

QUEUED_BY = {("accept", "twice"): "accept_missed", ("resolve", "out"): "resolve_missed"}
LEAST_WARNING = 2000


@dataclass
class Run:
    """One clock from its start; `ended` when somebody stopped it, None while it runs. Instants in ms."""

    clock: str
    started: int
    span: int
    ended: int | None = None

    def stages(self) -> Iterator[tuple[str, int]]:
        """Name each stage and when it is due."""
        if self.clock != "review" and self.span - self.span * 4 // 5 >= LEAST_WARNING:
            yield "warn", self.started + self.span * 4 // 5
        yield "out", self.started + self.span
        if self.clock == "accept":
            yield "twice", self.started + 2 * self.span


def clocks(evidence: Evidence) -> Iterator[str]:
    lines: dict[str, list[Row]] = defaultdict(list)
    for line in evidence.left.ledger:
        lines[line["ticket"]].append(line)
    for ticket in evidence.left.tickets:
        story = lines[ticket["id"]]
        yield from never_twice(ticket, story)
        policy = evidence.policies.get((ticket["community"], ticket["severity"]))
        if policy is not None and all(line["act"] in {*WOUND, *STOPPED, *BY_CLOCK, *QUIET} for line in story):
            yield from once_each(ticket, story, policy, evidence)
    yield from left_over(evidence)


def never_twice(ticket: Row, story: list[Row]) -> Iterator[str]:
    """No rung twice in one run of its clock, whatever else happened."""
    wound: Counter[str] = Counter()
    acted: Counter[str] = Counter()
    for line in story:
        wound.update(WOUND.get(line["act"], ()))
        # Time granted, a pause over, somebody else asked: the clock may say it all once more.
        wound.update(
            {"accept", "arrive", "resolve", "plan"}
            if line["act"] not in {*WOUND, *STOPPED, *BY_CLOCK, *QUIET}
            else ()
        )
        if line["act"] in ("remind", "alert") and not line["person"]:
            acted[f"{line['act']}:{line['reason']}"] += 1
    for what, count in acted.items():
        if count > wound[what.partition(":")[2]]:
            yield f"{ticket['id']} was acted on {count} times by {what}"


def once_each(ticket: Row, story: list[Row], policy: Clocks, evidence: Evidence) -> Iterator[str]:
    left = [line for line in story if line["act"] in BY_CLOCK and not line["person"]]
    queued: list[tuple[int, int | None]] = []
    for run in runs(story, policy):
        for stage, due in run.stages():
            if (run.clock, stage) in QUEUED_BY:
                queued.append((due, run.ended))
                continue
            wanted = {"warn": "remind", "out": "close" if run.clock == "review" else "alert"}[stage]
            reason = "review_over" if run.clock == "review" else run.clock
            done = [
                line
                for line in left
                if (line["act"], line["reason"]) == (wanted, reason) and within(line, run)
            ]
            yield from judged(
                f"{ticket['id']}'s {run.clock} clock ({stage})", due, run.ended, done[:1], evidence
            )
            left = [line for line in left if line not in done[:1]]
    yield from queue(ticket, queued, left, story, evidence)
    left = [line for line in left if line["act"] != "queue"]
    yield from (f"{ticket['id']}: {line['act']} {line['reason']} though nothing was due" for line in left)


def runs(story: list[Row], policy: Clocks) -> list[Run]:
    """Wind every clock as the acts of the story do."""
    done: list[Run] = []
    running: dict[str, Run] = {}
    for line in story:
        for clock in (*STOPPED.get(line["act"], ()), *WOUND.get(line["act"], ())):
            if clock in running:
                running.pop(clock).ended = line["at"]
        for clock in WOUND.get(line["act"], ()):
            if clock in policy:
                done.append(Run(clock, line["at"], policy[clock]))
                running[clock] = done[-1]
    return done


def within(line: Row, run: Run) -> bool:
    return line["at"] >= run.started and (run.ended is None or line["at"] <= run.ended)


def judged(what: str, due: int, ended: int | None, done: list[Row], evidence: Evidence) -> Iterator[str]:
    """Say what is wrong with one stage: acted on before its time, or not at all."""
    if done and done[0]["at"] < due:
        yield f"{what} was acted on {due - done[0]['at']} ms too early"
    elif not done and due <= evidence.now and (ended is None or ended > due + evidence.slack):
        yield f"{what} was due and nobody acted on it"


def queue(
    ticket: Row, queued: list[tuple[int, int | None]], left: list[Row], story: list[Row], evidence: Evidence
) -> Iterator[str]:
    """Whichever clock is first puts the ticket on the table, and only once until it is reopened."""
    entered = [line for line in left if line["act"] == "queue"]
    openings = 1 + sum(line["act"] == "reopen" for line in story)
    if len(entered) > openings:
        yield f"{ticket['id']} entered the queue {len(entered)} times"
    ripe = [
        due
        for due, ended in queued
        if due <= evidence.now and (ended is None or ended > due + evidence.slack)
    ]
    if ripe and not entered:
        yield f"{ticket['id']} should have entered the queue and did not"
    if entered and entered[0]["at"] < min((due for due, _ in queued), default=entered[0]["at"] + 1):
        yield f"{ticket['id']} entered the queue too early"


def left_over(evidence: Evidence) -> Iterator[str]:
    states = {ticket["id"]: ticket["state"] for ticket in evidence.left.tickets}
    for deadline in evidence.left.deadlines:
        what = f"{deadline['ticket']}'s {deadline['clock']} clock"
        if states.get(deadline["ticket"]) in ENDED:
            yield f"{what} runs though the ticket is {states[deadline['ticket']]}"
        if deadline["due_at"] is not None and deadline["due_at"] <= evidence.now:
            yield f"{what} is overdue by {evidence.now - deadline['due_at']} ms"
