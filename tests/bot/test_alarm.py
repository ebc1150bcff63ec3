"""The alarm rings when it should, and whatever happens to a sweep it goes on."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest

from bot import alarm as room
from bot.alarm import Alarm
from bot.clock import FastClock, SystemClock
from bot.supervising import supervise
from storage.errors import StorageFailed
from storage.records import Instant
from tests.patience import PATIENCE


class Sweeper:
    """Keeps deadlines as a list of instants and tells when it acted on them."""

    def __init__(self, *due: Instant) -> None:
        self.due = sorted(due)
        self.acted: list[tuple[Instant, Instant]] = []
        self.trouble: list[Exception] = []
        self.sweeps = 0
        self.changed = asyncio.Event()

    async def __call__(self, now: Instant) -> Instant | None:
        self.sweeps += 1
        self.changed.set()
        if self.trouble:
            raise self.trouble.pop()
        self.acted += [(due, now) for due in self.due if due <= now]
        self.due = [due for due in self.due if due > now]
        return self.due[0] if self.due else None

    async def until(self, happened: Callable[[], bool]) -> None:
        async with asyncio.timeout(PATIENCE):
            while not happened():
                self.changed.clear()
                await self.changed.wait()


@asynccontextmanager
async def running(run: Callable[[], Awaitable[None]]) -> AsyncIterator[None]:
    task = asyncio.create_task(supervise("alarm", run))
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


@pytest.fixture
def no_safety(monkeypatch: pytest.MonkeyPatch) -> None:
    """The alarm alone has to ring."""
    monkeypatch.setattr(room, "SAFETY_SECONDS", 3600.0)


@pytest.mark.usefixtures("no_safety")
async def test_every_deadline_is_acted_on_when_its_time_has_come_and_nobody_looks_in_between() -> None:
    clock = SystemClock()
    sweep = Sweeper(clock.now() + 300, clock.now() + 600, clock.now() + 600, clock.now() + 900)
    async with running(Alarm(sweep, clock).run):
        await sweep.until(lambda: len(sweep.acted) == 4)
    assert all(due <= at for due, at in sweep.acted)
    assert sweep.sweeps <= 5


@pytest.mark.usefixtures("no_safety")
async def test_the_alarm_is_set_for_the_very_millisecond() -> None:
    clock = SystemClock()
    began, due = clock.now(), clock.now() + 50_000
    alarm = Alarm(Sweeper(due), clock)
    async with running(alarm.run):
        await alarm.swept()
        (job,) = alarm._scheduler.get_jobs()
    # Earlier by as much at most as this took, should the machine have been busy elsewhere.
    assert due - (clock.now() - began) <= job.next_run_time.timestamp() * 1000 <= due + 1


@pytest.mark.usefixtures("no_safety")
async def test_a_deadline_set_later_for_earlier_rings_earlier() -> None:
    clock = SystemClock()
    sweep = Sweeper(clock.now() + 3_600_000)
    alarm = Alarm(sweep, clock)
    async with running(alarm.run):
        await alarm.swept()
        soon = clock.now() + 200
        sweep.due.insert(0, soon)
        alarm.rearm(soon)
        await sweep.until(lambda: bool(sweep.acted))
    assert sweep.acted[0][0] == soon


@pytest.mark.usefixtures("no_safety")
async def test_the_alarm_is_set_anew_only_for_what_comes_earlier() -> None:
    clock = SystemClock()
    alarm = Alarm(Sweeper(clock.now() + 50_000), clock)
    async with running(alarm.run):
        await alarm.swept()
        (job,) = alarm._scheduler.get_jobs()
        first = job.next_run_time
        for later in (50_000, 60_000, 500_000, None):
            alarm.rearm(None if later is None else clock.now() + later)
        (job,) = alarm._scheduler.get_jobs()
        assert job.next_run_time == first
        alarm.rearm(clock.now() + 20_000)
        (job,) = alarm._scheduler.get_jobs()
        assert job.next_run_time < first


@pytest.mark.usefixtures("no_safety")
async def test_what_is_set_while_a_sweep_runs_is_not_lost() -> None:
    clock = SystemClock()
    started, go_on = asyncio.Event(), asyncio.Event()
    swept: list[Instant] = []

    async def sweep(now: Instant) -> Instant | None:
        swept.append(now)
        started.set()
        await go_on.wait()
        return None

    alarm = Alarm(sweep, clock)
    async with running(alarm.run):
        await started.wait()
        alarm.rearm(clock.now() + 50)
        started.clear()
        go_on.set()
        async with asyncio.timeout(PATIENCE):
            await started.wait()
    assert len(swept) == 2


async def test_the_safety_sweep_comes_whatever_was_or_was_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "SAFETY_SECONDS", 0.02)
    clock = SystemClock()
    sweep = Sweeper()
    async with running(Alarm(sweep, clock).run):
        await sweep.until(lambda: sweep.sweeps >= 3)
        # Rows of another process, of which this one was never told.
        sweep.due.append(clock.now())
        await sweep.until(lambda: bool(sweep.acted))


@pytest.mark.usefixtures("no_safety")
@pytest.mark.parametrize("trouble", [StorageFailed("disk full"), KeyError("a mistake of ours")], ids=repr)
async def test_after_a_failed_sweep_the_next_one_comes_soon(
    monkeypatch: pytest.MonkeyPatch, trouble: Exception
) -> None:
    monkeypatch.setattr(room, "RETRY_SECONDS", 0.01)
    monkeypatch.setattr("bot.supervising.RESTART_SECONDS", 0.01)
    clock = SystemClock()
    sweep = Sweeper(clock.now())
    sweep.trouble = [trouble, trouble]
    alarm = Alarm(sweep, clock)
    async with running(alarm.run):
        assert alarm.age() is None
        await alarm.swept()
        assert sweep.acted
        age = alarm.age()
        assert age is not None
        assert age < 20
        # And the timer still works after a restart.
        soon = clock.now() + 100
        sweep.due.append(soon)
        alarm.rearm(soon)
        await sweep.until(lambda: len(sweep.acted) == 2)


@pytest.mark.usefixtures("no_safety")
async def test_in_the_demo_the_alarm_follows_the_faster_clock() -> None:
    clock = FastClock(600)
    sweep = Sweeper(clock.now() + 120_000)
    async with running(Alarm(sweep, clock).run):
        await sweep.until(lambda: bool(sweep.acted))
    ((due, at),) = sweep.acted
    assert at - due >= 0
