"""Calendar jobs: each once a period, whichever process wakes first, and once after a long sleep."""

from __future__ import annotations

import asyncio
import tomllib
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from handlers.community import directory_of, read_community
from handlers.desk import Desk
from storage.database import Store, open_store
from storage.records import DAY, HOUR, MINUTE, Community, Directory, Instant
from storage.turn import Turn
from tests.databases import fresh_file
from tests.handlers.test_desk_of_two import said, two
from tests.stories.town import TOWN

NOON: Instant = 1_795_323_600_000


class Morning:
    """Once a day; `done` collects (community, period)."""

    name = "morning"

    def __init__(self) -> None:
        self.done: list[tuple[str, str]] = []
        self.breaks = False

    def period(self, community: Community, now: Instant) -> str | None:
        return str(now // DAY)

    async def do(
        self, turn: Turn, directory: Directory, community: Community, period: str, now: Instant
    ) -> None:
        if self.breaks:
            raise RuntimeError("broken")
        self.done.append((community.id, period))


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    store = await open_store(fresh_file(tmp_path))
    async with store.turn() as turn:
        await turn.directory.replace(directory_of(read_community(tomllib.loads(TOWN))))
    yield store
    await store.close()


async def test_a_job_is_done_once_a_period_and_once_after_a_long_sleep(store: Store) -> None:
    desk, job = Desk(store), Morning()
    desk.calendar.jobs.append(job)
    for after in (0, MINUTE, HOUR):
        await desk.sweep(NOON + after)
    assert job.done == [("jinghe", str(NOON // DAY))]
    await desk.sweep(NOON + 5 * DAY)
    assert job.done[1:] == [("jinghe", str(NOON // DAY + 5))]


async def test_a_job_that_failed_is_tried_again_and_holds_up_no_other(store: Store) -> None:
    desk, job, other = Desk(store), Morning(), Morning()
    other.name = "other"
    job.breaks = True
    desk.calendar.jobs += [job, other]
    await desk.sweep(NOON)
    assert (job.done, len(other.done)) == ([], 1)
    job.breaks = False
    await desk.sweep(NOON + 1)
    assert not job.done, "not again and again within the minute"
    await desk.sweep(NOON + MINUTE)
    assert job.done == other.done


async def test_of_two_processes_one_does_it(tmp_path: Path) -> None:
    async with two(tmp_path) as stores:
        job = Morning()
        desks = [Desk(store) for store in stores]
        for desk in desks:
            desk.calendar.jobs.append(job)
        for after in range(0, 4 * DAY, DAY):
            await asyncio.gather(*(desk.sweep(NOON + after) for desk in desks))
        assert [period for _, period in job.done] == [str(NOON // DAY + day) for day in range(4)]


async def test_of_two_processes_one_plans_the_next_meeting_and_sends_its_agenda(tmp_path: Path) -> None:
    async with two(tmp_path) as stores:
        desks = [Desk(store) for store in stores]
        await desks[0].receive(said(1, "3号楼2单元电梯停了"), NOON)
        await asyncio.gather(*(desk.sweep(NOON + HOUR) for desk in desks))  # nobody took it: on the list
        for after in (HOUR + MINUTE, 5 * DAY - 20 * HOUR):  # to Thursday afternoon
            await asyncio.gather(*(desk.sweep(NOON + after) for desk in desks))
        async with stores[0].view() as view:
            (meeting,) = await view.meetings.to_come("jinghe")
            sent = await view.outbox.sql.connection.fetch(
                "SELECT reader FROM outbox WHERE body LIKE '%agenda.whole%'", {}
            )
        assert meeting.agenda_at == NOON + 5 * DAY - 20 * HOUR
        readers = [row["reader"] for row in sent]
        assert len(readers) == len(set(readers)) == 3  # the staff chat, the staff, the property
