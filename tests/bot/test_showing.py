"""The demo's play: within two minutes a visitor sees one report done and another climb, whatever the hour."""

from __future__ import annotations

import asyncio
import tomllib
from importlib.resources import files

import pytest

from bot.app import house
from bot.commands.demo import SPEED
from bot.showing import GROUP, LEADER, PLAY, STAFF_ROOM, UNOPENED, seats, speak
from bot.web.demo import Demo
from bot.web.say import Speaker
from handlers.community import directory_of, read_community
from storage.database import open_store
from storage.media import MediaFolder
from storage.records import HOUR, SECOND, State
from tests.databases import fresh_file
from tests.patience import PATIENCE
from tests.stories.turned_clock import NOON, TurnedClock

TWO_MINUTES = 120


class Theatre:
    """The demo with a clock that the test turns."""

    def __init__(self, store, media, clock, running):
        self.store, self.clock, self.running = store, clock, running
        self.demo = Demo(seats(), SPEED, "chenjie")
        self.speaker = Speaker(running.desk, store, media, running.web, clock)

    async def at(self, seconds: float) -> None:
        """Let it be so many seconds since the visitor came."""
        goal = self.begin + int(seconds * SPEED * SECOND)
        while True:
            async with self.store.view() as view:
                due = await view.deadlines.next_due()
            await self.clock.turn_to(min(goal, max(due or goal, self.clock.now())))
            async with asyncio.timeout(PATIENCE):
                await self.running.alarm.swept()
                await self.running.delivery.settled()
            if self.clock.now() == goal:
                return

    async def play(self, lines=PLAY) -> None:
        self.begin = self.clock.now()
        for line in lines:
            await self.at(line.after)
            await speak(line, self.demo, self.speaker, self.running)
            await self.running.delivery.settled()
        await self.at(TWO_MINUTES)

    async def seen(self, chat) -> str:
        async with self.store.view() as view:
            return "\n".join(f"{m.heading}\n{m.text}" for m in await view.web.latest(chat))

    async def ticket(self, number: int):
        async with self.store.view() as view:
            return await view.tickets.by_number("jinghe", number)


@pytest.fixture(params=[0, 9, 18], ids=["at one in the afternoon", "at ten in the evening", "at seven"])
async def theatre(tmp_path, request):
    store = await open_store(fresh_file(tmp_path))
    sample = files("bot").joinpath("sample.toml").read_text("utf-8")
    async with store.turn() as turn:
        await turn.directory.replace(directory_of(read_community(tomllib.loads(sample))))
    clock, media = TurnedClock(NOON + request.param * HOUR), MediaFolder(tmp_path / "media")
    async with house(store, media, clock, unopened=UNOPENED) as running:
        yield Theatre(store, media, clock, running)
    await store.close()


async def test_within_two_minutes_one_report_is_done_and_another_climbs_to_the_meeting(theatre):
    await theatre.play()
    lift, leak = await theatre.ticket(1001), await theatre.ticket(1002)
    assert lift.state is State.CLOSED
    assert lift.followers == 1
    assert leak.state is State.REPORTED
    assert leak.queued is not None
    staff = await theatre.seen(STAFF_ROOM)
    assert "#1002 没人接单" in staff
    assert "#1002 已列入联席会议" in staff
    assert "#1001" not in staff
    assert "已列入联席会议" in await theatre.seen(GROUP)
    assert "#1001" in await theatre.seen(LEADER)
    assert await theatre.ticket(1003) is None, "the chatter made a ticket"


async def test_a_visitor_who_is_faster_spoils_nothing(theatre):
    accepts = [line for line in PLAY if line.presses == "接单"]
    await theatre.play(sorted([*PLAY, *accepts], key=lambda line: line.after))
    assert (await theatre.ticket(1001)).state is State.CLOSED
