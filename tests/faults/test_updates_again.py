"""Updates that come twice, in another order, or a day late: each report is a ticket once, each press is done once."""

from __future__ import annotations

import random
from collections import deque
from pathlib import Path

import pytest

from storage.records import HOUR, MINUTE, Act, State
from tests.faults.checker import nothing_is_wrong
from tests.faults.evidence_of import evidence_of
from tests.platforms.telegram import Message, TelegramServer
from tests.stories.town import NOON, Town
from tests.stories.town import town as build


def in_another_order(telegram: TelegramServer, dice: random.Random) -> None:
    """Let what waits be handed out in any order: Telegram promises none between its machines."""
    waiting = list(telegram.updates.waiting.items())
    dice.shuffle(waiting)
    telegram.updates.waiting = dict(waiting)
    telegram.updates.queues = {number: deque([update]) for number, update in waiting}
    for number, update in waiting:
        update.queue = number


async def everybody_reports(town: Town, floor: int = 1) -> list[Message]:
    return [
        await who.says(f"{building}号楼2单元{floor}楼{what}", town.group)
        for building in range(1, 7)
        for who, what in ((town.mei, "电梯停了"), (town.chen, "楼道灯坏了"))
    ]


@pytest.mark.parametrize("mode", ["polling", "webhook"])
async def test_everything_twice_and_in_any_order_is_taken_once(tmp_path: Path, mode: str) -> None:
    async with build(tmp_path, mode=mode) as town:
        await town.telegram.wait_for(lambda: mode == "polling" or town.telegram.updates.webhook is not None)
        await town.says(town.mei, "早上好")
        await town.telegram.stop()
        town.telegram.repeats_updates(100)
        said = await everybody_reports(town)
        in_another_order(town.telegram, random.Random(mode))
        await town.telegram.start()
        await town.settle()
        await town.forward(hours=6)
        evidence = await evidence_of(town, *said)
        assert len(evidence.left.tickets) == 12
        nothing_is_wrong(evidence)


async def test_what_was_said_during_an_outage_is_taken_up_late_with_its_whole_time_before_it(
    town: Town,
) -> None:
    """A day is how long Telegram keeps what nobody took. The clocks begin when the ticket does."""
    await town.says(town.chen, "8号楼1单元电梯停了")
    await town.telegram.stop()
    said = await everybody_reports(town)
    press = next(b for row in town.cards()[0].buttons for b in row if b.reads("接单"))
    await town.leader.press(town.cards()[0], press)
    for hour in range(1, 24):
        await town.clock.turn_to(NOON + hour * HOUR)
        await town.house.alarm.swept()
    await town.telegram.start()
    await town.settle()
    assert len(await town.tickets()) == 1 + len(said)
    assert (await town.ticket()).state is State.ACCEPTED
    assert Act.ALERT not in await town.acts(1002)
    await town.forward(minutes=5)
    assert Act.ALERT in await town.acts(1002)
    late = await town.ledger(1002)
    assert next(e.line.at for e in late if e.line.act is Act.ALERT) == late[0].line.at + 5 * MINUTE


async def test_an_update_that_comes_again_a_day_later_is_still_known(tmp_path: Path) -> None:
    async with build(tmp_path, mode="webhook") as town:
        await town.telegram.wait_for(lambda: town.telegram.updates.webhook is not None)
        said = await town.says(town.mei, "3号楼2单元电梯停了")
        first = town.telegram.pusher.answers[-1]
        await town.forward(hours=23)
        following, town.telegram.updates.next_id = town.telegram.updates.next_id, first[0]
        town.telegram.injects({"message": said.json()})
        town.telegram.updates.next_id = following
        await town.settle()
        assert town.telegram.pusher.answers == [first, first]
        nothing_is_wrong(await evidence_of(town, said))
