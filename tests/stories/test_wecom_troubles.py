"""WeCom in its real weather: away, hanging, taking its token back, losing answers; and nobody else notices."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from handlers.messages import Answer, Inbound
from storage.records import Act, Instant, State
from tests.platforms.wecom.push import Push, Taken
from tests.stories.wecom_town import WITH_ROBOT, WeComTown, wecom_town
from tests.stories.wecom_town import wecom_town as build


@pytest.fixture
async def town(kind_of_database: str, tmp_path: Path) -> AsyncIterator[WeComTown]:
    async with wecom_town(tmp_path) as built:
        yield built
        assert built.wecom.dropped == []
        assert built.wecom.clipped == []


async def test_while_wecom_is_away_letters_wait_and_then_come_once(town: WeComTown) -> None:
    await town.wecom.stop()
    await town.town.says(town.town.mei, "3号楼2单元电梯停了")
    await town.town.forward(minutes=1)
    assert len(town.town.cards()) == 1
    await town.wecom.start()
    await town.forward(minutes=2)
    assert sum("#1001 电梯" in sight.text and sight.card is not None for sight in town.wang.messages) == 1


async def test_a_wecom_that_hangs_holds_up_nobody_on_telegram(town: WeComTown) -> None:
    hang = town.wecom.faults.hang(times=None)
    await town.town.telegram.wait_for(lambda: not town.town.telegram.pending)
    await town.town.mei.says("3号楼2单元电梯停了", town.town.group)
    await town.town.telegram.wait_for(lambda: town.town.cards())
    assert town.wang.messages == []
    hang.release()
    await town.wecom.wait_for(lambda: town.wang.messages)
    await town.settle()


async def test_a_token_wecom_took_back_is_replaced_and_the_letter_arrives(town: WeComTown) -> None:
    await town.town.says(town.town.mei, "3号楼2单元电梯停了")
    await town.settle()
    town.wecom.tokens.rotate()
    await town.town.says(town.town.chen, "5号楼1单元水管漏水")
    await town.settle()
    assert "#1002" in town.wang.last.text


async def test_a_card_whose_answer_was_lost_stands_at_most_twice_and_can_be_pressed(town: WeComTown) -> None:
    town.wecom.faults.drop_after(path="message/send", times=1)
    await town.town.says(town.town.mei, "3号楼2单元电梯停了")
    await town.forward(minutes=1)
    assert 1 <= len(town.wang.messages) <= 2
    await town.after(town.wang.presses("接单"))
    assert (await town.town.ticket()).state is State.ACCEPTED


async def test_who_left_the_apps_reach_is_passed_over_and_the_next_is_called(town: WeComTown) -> None:
    await town.after(town.wang.leaves())
    await town.town.says(town.town.mei, "3号楼2单元电梯停了")
    await town.settle()
    assert town.wang.messages == []
    await town.after(town.wang.joins())
    await town.town.says(town.town.chen, "5号楼1单元水管漏水")
    await town.settle()
    assert "#1002" in town.wang.last.text


async def test_a_press_that_is_pushed_three_times_is_one_press(town: WeComTown) -> None:
    await town.town.says(town.town.mei, "3号楼2单元电梯停了")
    await town.settle()
    town.wecom.app.line.to_repeat = 3
    await town.after(town.wang.presses("接单"))
    assert (await town.town.acts()).count(Act.ACCEPT) == 1
    assert len(town.wang.messages) == 1
    assert "王芳已受理" in town.wang.last.text


async def test_an_answer_nobody_waited_for_goes_by_the_other_way(tmp_path: Path) -> None:
    async with build(tmp_path, text=WITH_ROBOT) as town:
        line = town.wecom.robot.line
        desk = town.town.house.desk
        receive, stored = desk.receive, asyncio.Event()
        asked: set[asyncio.Task[object]] = set()

        async def slowly(inbound: Inbound, now: Instant) -> Answer:
            if task := asyncio.current_task():
                asked.add(task)
            answer = await receive(inbound, now)
            stored.set()
            await line.pushes[-1].ended.wait()
            for _ in range(20):  # steps in which the program hears that the line is closed
                await asyncio.sleep(0.01)
            return answer

        async def hangs_up(push: Push, query: dict[str, str], body: bytes, taken: Taken | None) -> bool:
            # It was heard, and whoever asks hangs up before the answer is there, each time.
            asking = asyncio.create_task(line.ask("POST", query, body))
            await stored.wait()
            await asyncio.wait([asking], timeout=line.limit)
            asking.cancel()
            await asyncio.gather(asking, return_exceptions=True)
            push.statuses.append(0)
            return False

        line.limit, line.attempt = 0.05, hangs_up  # type: ignore[method-assign]
        desk.receive = slowly  # type: ignore[method-assign]
        await town.aunt.says("@呼应 3号楼2单元电梯停了", town.neighbours)
        await town.wecom.wait_for(lambda: line.pushes[-1].over)
        await asyncio.wait(asked)
        assert "#1001" not in town.neighbours.text, (line.pushes, town.neighbours.messages)
        desk.receive = receive  # type: ignore[method-assign]
        await town.forward(seconds=30)
        assert [sight.way for sight in town.neighbours.messages if "#1001 电梯" in sight.text] == ["reply"]
