"""A clock set back or forward, and rows nobody can act on: every deadline is acted on once, the others' in time."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from handlers import escalation
from handlers.desk import sweeping
from storage.records import HOUR, MINUTE, Act, Clock
from tests.stories.town import NOON, Town


async def test_a_clock_set_back_during_a_running_deadline_acts_once(town: Town) -> None:
    await town.says(town.mei, "3号楼2单元电梯停了")
    await town.forward(minutes=4)
    await town.clock.turn_to(NOON - 2 * HOUR)
    await town.sweep()
    await town.says(town.chen, "5号楼1单元水管漏水")
    assert "接单 · 11:05 前" in town.cards(1002)[0].words
    await town.clock.turn_to(NOON + 6 * MINUTE)
    await town.sweep()
    await town.forward(seconds=5)
    for number in (1001, 1002):
        acts = Counter(entry.line.act for entry in await town.ledger(number))
        assert acts[Act.ALERT] == 1


async def test_a_clock_that_leaps_forward_and_back_neither_repeats_nor_forgets(town: Town) -> None:
    await town.says(town.mei, "3号楼2单元电梯停了")
    await town.clock.turn_to(NOON + 24 * HOUR)
    await town.sweep()
    await town.clock.turn_to(NOON + MINUTE)
    await town.sweep()
    await town.forward(hours=25)
    acts = Counter(entry.line.act for entry in await town.ledger())
    assert acts[Act.ALERT] <= 1
    assert acts[Act.QUEUE] == 1
    assert sum("已列入联席会议" in words for words in town.seen(town.staff_room)) == 1


async def test_one_deadline_nobody_can_act_on_does_not_hold_up_the_others(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    for n, who in enumerate((town.mei, town.chen, town.lin), 3):
        await town.says(who, f"{n}号楼2单元电梯停了")
    whole = escalation.act_on

    def sometimes(known: Any, file: Any, deadline: Any) -> Any:
        if file.ticket.number == 1002:
            raise KeyError("a row nobody understands")
        return whole(known, file, deadline)

    monkeypatch.setattr(escalation, "act_on", sometimes)
    await town.forward(minutes=5)
    told = "\n".join(town.seen(town.staff_room))
    assert "#1001" in told
    assert "#1003" in told
    assert "#1002" not in told
    async with town.store.view() as view:
        put_off = [d for d in await view.deadlines.of("jinghe-1002") if d.clock is Clock.ACCEPT]
    assert put_off[0].due_at is not None
    assert put_off[0].due_at > town.clock.now()
    monkeypatch.setattr(escalation, "act_on", whole)
    await town.forward(minutes=2)
    assert "#1002" in "\n".join(town.seen(town.staff_room))


async def test_more_deadlines_than_a_batch_are_all_acted_on_in_order(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sweeping, "BATCH", 2)
    for n in range(1, 8):
        await town.clock.turn_to(NOON + n * 1000)
        await town.says(town.mei, f"{n}号楼2单元电梯停了")
    await town.clock.turn_to(NOON + 6 * MINUTE)
    await town.sweep()
    async with town.store.view() as view:
        lines = [entry.line for entry in await view.ledger.entries("jinghe", 0, 1000)]
    alerted = [line.number for line in lines if line.act is Act.ALERT]
    assert alerted == list(range(1001, 1008))


@pytest.mark.parametrize("back", [10 * MINUTE, 25 * HOUR])
async def test_a_letter_told_to_wait_a_moment_does_not_wait_for_a_clock_that_was_set_back(
    town: Town, back: int
) -> None:
    town.telegram.faults.too_many(5, method="sendMessage", chat=town.group)
    await town.says(town.mei, "3号楼2单元电梯停了")
    assert not town.cards()
    await town.clock.turn_to(NOON - back)
    await town.forward(seconds=6)
    assert len(town.cards()) == 1
