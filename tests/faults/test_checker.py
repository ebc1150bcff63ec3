"""The checker finds each kind of damage, and nothing in what is whole. Each damage's docstring is what is to be said."""

from __future__ import annotations

import asyncio
import copy
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from storage.records import DAY, SECOND
from tests.faults.checker import Evidence, findings
from tests.faults.checker.ledger import hashed
from tests.faults.evidence_of import evidence_of
from tests.stories.town import town as build

Damage = Callable[[Evidence], None]


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Evidence:
    return asyncio.run(a_few_days(tmp_path_factory.mktemp("whole")))


async def a_few_days(folder: Path) -> Evidence:
    """One report closed in silence, one in the queue, one accepted and then left lying."""
    async with build(folder) as town:
        first = await town.says(town.mei, "3号楼2单元电梯停了")
        second = await town.says(town.chen, "5号楼1单元楼道灯坏了")
        third = await town.says(town.lin, "7号楼3单元电梯停了")
        await town.presses(town.leader, "接单", containing="#1001")
        await town.presses(town.leader, "接单", containing="#1003")
        await town.says(town.leader, "办结 1001 换了门机")
        await town.forward(hours=6)
        await town.forward(hours=72)
        return await evidence_of(town, first, second, third)


def of(rows: list[dict[str, object]], **wanted: object) -> dict[str, object]:
    return next(row for row in rows if all(row[name] == value for name, value in wanted.items()))


def a_ticket_goes(e: Evidence) -> None:
    """is a ticket 0 times"""
    e.left.tickets.remove(of(e.left.tickets, number=1002))


def the_last_ticket_goes_with_its_lines(e: Evidence) -> None:
    """is a ticket 0 times"""
    e.left.tickets = [t for t in e.left.tickets if t["number"] != 1003]
    e.left.ledger = [line for line in e.left.ledger if line["number"] != 1003]


def a_ticket_is_there_twice(e: Evidence) -> None:
    """is a ticket 2 times"""
    e.left.tickets.append({**of(e.left.tickets, number=1003), "number": 1004, "id": "jinghe-1004"})


def a_number_is_left_out(e: Evidence) -> None:
    """1004 stands where 1003 belongs"""
    of(e.left.tickets, number=1003)["number"] = 1004


def a_ticket_nobody_reported(e: Evidence) -> None:
    """nobody reported the ticket"""
    e.said.pop()


def a_message_was_set_aside(e: Evidence) -> None:
    """was set aside"""
    e.left.set_aside.append({"key": "telegram:1", "at": 0, "raw": "{}", "why": "KeyError"})


def a_line_is_changed(e: Evidence) -> None:
    """line 4 is not what was hashed"""
    e.left.ledger[3]["person"] = "somebody"


def a_line_is_changed_and_hashed_anew(e: Evidence) -> None:
    """line 5 does not follow the line before it"""
    line = e.left.ledger[3]
    line["reason"] = "nothing happened"
    line["hash"] = hashed(line)


def the_chain_forks(e: Evidence) -> None:
    """line 5 does not follow the line before it"""
    line = e.left.ledger[4]
    line["previous"] = e.left.ledger[2]["hash"]
    line["hash"] = hashed(line)


def a_line_is_taken_out(e: Evidence) -> None:
    """line 6 stands where 5 belongs"""
    del e.left.ledger[4]


def the_last_line_is_taken_off(e: Evidence) -> None:
    """does not end where its head says"""
    e.left.ledger.pop()


def the_state_is_not_the_ledgers(e: Evidence) -> None:
    """is resolved, its last line says closed"""
    of(e.left.tickets, number=1001)["state"] = "resolved"


def _cut(e: Evidence, **wanted: object) -> None:
    """Take a line out and chain the rest anew, as a program that never wrote it would have."""
    e.left.ledger.remove(of(e.left.ledger, **wanted))
    _rechain(e)


def _rechain(e: Evidence) -> None:
    previous = "0" * 64
    for seq, line in enumerate(e.left.ledger, 1):
        line |= {"seq": seq, "previous": previous}
        previous = line["hash"] = hashed(line)
    e.left.ledger_heads[0] |= {"seq": len(e.left.ledger), "hash": previous}


def an_alert_never_came(e: Evidence) -> None:
    """accept clock (out) was due and nobody acted on it"""
    _cut(e, act="alert", number=1002)


def a_reminder_never_came(e: Evidence) -> None:
    """resolve clock (warn) was due and nobody acted on it"""
    _cut(e, act="remind", reason="resolve", number=1003)


def it_never_entered_the_queue(e: Evidence) -> None:
    """should have entered the queue and did not"""
    _cut(e, act="queue", number=1003)


def it_was_never_closed(e: Evidence) -> None:
    """review clock (out) was due and nobody acted on it"""
    _cut(e, act="close")
    of(e.left.tickets, number=1001)["state"] = "resolved"


def an_alert_came_twice(e: Evidence) -> None:
    """was acted on 2 times by alert:accept"""
    at = e.left.ledger.index(of(e.left.ledger, act="alert", number=1002))
    e.left.ledger.insert(at, dict(e.left.ledger[at]))
    _rechain(e)


def it_entered_the_queue_twice(e: Evidence) -> None:
    """entered the queue 2 times"""
    at = e.left.ledger.index(of(e.left.ledger, act="queue", number=1002))
    e.left.ledger.insert(at, dict(e.left.ledger[at]))
    _rechain(e)


def an_alert_came_too_early(e: Evidence) -> None:
    """1000 ms too early"""
    line = of(e.left.ledger, act="alert", number=1002)
    line["at"] = int(str(line["at"])) - SECOND
    _rechain(e)


def a_clock_runs_on_a_closed_ticket(e: Evidence) -> None:
    """review clock runs though the ticket is closed"""
    late = {"ticket": "jinghe-1001", "clock": "review", "due_at": e.now + DAY}
    e.left.deadlines.append(late)


def a_deadline_is_overdue(e: Evidence) -> None:
    """is overdue by 1000 ms"""
    e.left.deadlines.append({"ticket": "jinghe-1003", "clock": "resolve", "due_at": e.now - SECOND})


def an_accepted_press_left_no_line(e: Evidence) -> None:
    """was accepted 1 times by people, 0 times in the ledger"""
    e.accepted.append(("jinghe-1002", 1))


def a_letter_was_never_owed(e: Evidence) -> None:
    """remind accept was told to nobody"""
    e.left.outbox = [
        letter for letter in e.left.outbox if (letter["ticket"], letter["kind"]) != ("jinghe-1002", "remind")
    ]


def staff_were_never_told(e: Evidence) -> None:
    """was not told to telegram:-1009000001"""
    room = "telegram:-1009000001"
    e.left.outbox.remove(of(e.left.outbox, kind="alert", ticket="jinghe-1002", reader=room))


def a_card_was_never_owed(e: Evidence) -> None:
    """has no card in telegram:-1001000001"""
    e.left.outbox = [
        letter for letter in e.left.outbox if (letter["ticket"], letter["kind"]) != ("jinghe-1002", "card")
    ]


def a_letter_never_left(e: Evidence) -> None:
    """is said to stand as"""
    gone = e.sent[1]
    e.sent.remove(gone)


def a_letter_still_waits(e: Evidence) -> None:
    """is still waiting"""
    e.left.outbox[-1]["fate"] = "waiting"


def a_letter_stays_claimed(e: Evidence) -> None:
    """is still claimed"""
    e.left.outbox[-1]["fate"] = "claimed"


def a_letter_was_given_up(e: Evidence) -> None:
    """was given up"""
    e.left.outbox[-1]["fate"] = "undeliverable"


def a_letter_is_kept_and_nobody_knows(e: Evidence) -> None:
    """is kept untold, and nobody was told of that"""
    e.left.outbox[-1]["fate"] = "untold"


def a_letter_that_waited_for_its_reader_is_in_no_ledger(e: Evidence) -> None:
    """were kept untold, 0 of them by its ledger"""
    letter = of(e.left.outbox, kind="alert", ticket="jinghe-1002", fate="sent")
    letter["body"] = json.dumps({**json.loads(letter["body"]), "untold_since": 1})


def a_letter_told_at_last_is_in_no_ledger(e: Evidence) -> None:
    """were told at last, 0 of them by its ledger"""
    a_letter_that_waited_for_its_reader_is_in_no_ledger(e)


def a_true_letter_was_dropped(e: Evidence) -> None:
    """was dropped though it was true"""
    of(e.left.outbox, kind="alert", ticket="jinghe-1002", fate="sent")["fate"] = "dropped"


def a_letter_was_taken_as_sent_and_is_nowhere(e: Evidence) -> None:
    """was taken as sent and stands nowhere"""
    letter = of(e.left.outbox, kind="alert", ticket="jinghe-1002", fate="sent")
    e.sent = [
        sent for sent in e.sent if (sent.chat, sent.message) != (letter["sent_chat"], letter["sent_message"])
    ]
    letter["sent_message"] = ""


def a_letter_was_repeated_for_no_reason(e: Evidence) -> None:
    """in no letter, with nothing to blame"""
    e.sent.append(replace(e.sent[1], message="9001"))


def a_letter_stands_there_three_times(e: Evidence) -> None:
    """stands 3 times"""
    alert = next(sent for sent in e.sent if "没人接单" in sent.words)
    e.breaks.append(alert.at)
    e.sent += [replace(alert, message=number) for number in ("9001", "9002")]


def a_break_repeats_what_was_sent_before_the_last_one(e: Evidence) -> None:
    """was repeated in"""
    e.repeats = 2
    e.breaks.append(e.sent[1].at)
    e.sent += [replace(e.sent[1], message=f"900{n}", at=e.sent[1].at + 3 * n * SECOND) for n in (1, 2)]


DAMAGES = [
    thing
    for name, thing in list(globals().items())
    if getattr(thing, "__annotations__", {}).get("e") == "Evidence" and not name.startswith("_")
]


def test_what_is_whole_has_no_findings(whole: Evidence) -> None:
    assert findings(whole) == []


def test_one_repeat_after_a_break_is_allowed(whole: Evidence) -> None:
    e = copy.deepcopy(whole)
    e.breaks.append(e.sent[1].at - SECOND)
    e.sent.append(replace(e.sent[1], message="9001", at=e.sent[1].at - 2 * SECOND))
    assert findings(e) == []


@pytest.mark.parametrize("damage", DAMAGES, ids=lambda damage: damage.__name__)
def test_planted_damage_is_found_and_named(whole: Evidence, damage: Damage) -> None:
    e = copy.deepcopy(whole)
    damage(e)
    assert damage.__doc__ is not None
    assert damage.__doc__ in "\n".join(findings(e))
