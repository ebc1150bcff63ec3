"""The hour that is missing in spring, the one that comes twice in autumn, and a year whose holidays nobody knows."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from handlers import workdays
from storage.records import Act, Clock, Instant
from tests.faults.checker import nothing_is_wrong
from tests.faults.evidence_of import evidence_of
from tests.stories.town import TOWN, Town
from tests.stories.town import town as build

BERLIN = ZoneInfo("Europe/Berlin")
ABROAD = (
    TOWN.replace('name = "径河社区"', 'name = "径河社区"\ntimezone = "Europe/Berlin"')
    + """
[policy.ordinary]
accept = "1h"
resolve = "2wh"
"""
)


@pytest.fixture
async def abroad(tmp_path: Path) -> AsyncIterator[Town]:
    async with build(tmp_path, text=ABROAD) as built:
        yield built
        await built.settle()
        evidence = await evidence_of(built)
        evidence.policies = {}
        nothing_is_wrong(evidence)


async def it_is(town: Town, when: str) -> None:
    """Turn the clock, back for most of these days, and let no sweep of the old time be under way any more."""
    await town.clock.turn_to(at(when))
    await town.sweep()


def at(when: str, fold: int = 0) -> Instant:
    """Return the instant a Berlin wall clock shows `when`; `fold` 1 for the second time it does."""
    return int(datetime.fromisoformat(when).replace(tzinfo=BERLIN, fold=fold).timestamp() * 1000)


async def test_an_hour_given_over_the_missing_hour_is_an_hour(abroad: Town) -> None:
    await it_is(abroad, "2026-03-29 01:30")
    await abroad.says(abroad.mei, "3号楼2单元楼道灯坏了")
    assert "接单 · 03:30 前" in abroad.cards()[0].words
    await abroad.forward(minutes=59)
    assert Act.ALERT not in await abroad.acts()
    await abroad.forward(minutes=1)
    assert (await abroad.acts()).count(Act.ALERT) == 1
    assert abroad.clock.now() == at("2026-03-29 03:30")


async def test_an_hour_given_over_the_hour_that_comes_twice_is_an_hour(abroad: Town) -> None:
    await it_is(abroad, "2026-10-25 02:15")
    await abroad.says(abroad.mei, "3号楼2单元楼道灯坏了")
    assert (await abroad.running())[Clock.ACCEPT].ends_at == at("2026-10-25 02:15", fold=1)
    await abroad.forward(minutes=59)
    assert Act.ALERT not in await abroad.acts()
    await abroad.forward(minutes=1)
    assert (await abroad.acts()).count(Act.ALERT) == 1


@pytest.mark.parametrize(
    ("reported", "due"),
    [
        ("2026-03-27 17:00", "2026-03-30 10:00"),
        ("2026-03-29 01:59", "2026-03-30 11:00"),
        ("2026-10-23 17:00", "2026-10-26 10:00"),
        ("2026-10-25 02:30", "2026-10-26 11:00"),
    ],
)
async def test_working_hours_are_those_of_the_wall_clock_on_either_side_of_a_change(
    abroad: Town, reported: str, due: str
) -> None:
    await it_is(abroad, reported)
    await abroad.says(abroad.mei, "3号楼2单元楼道灯坏了")
    assert (await abroad.running())[Clock.RESOLVE].ends_at == at(due)
    while abroad.clock.now() < at(due) - 60_000:
        assert Act.QUEUE not in await abroad.acts() or await abroad.reasons(Act.QUEUE) == ["accept_missed"]
        await abroad.forward(seconds=(at(due) - 60_000 - abroad.clock.now()) / 1000)
    await abroad.forward(minutes=1)
    assert not await abroad.running()


async def test_a_year_without_a_table_counts_its_plain_weekdays_and_says_so_once(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """1 October 2041 is a holiday for everybody but the table: a Tuesday, so it is worked until somebody says."""
    workdays._warn_unknown.cache_clear()
    text = TOWN + '[policy.ordinary]\nresolve = "2wh"\n'
    async with build(tmp_path, text=text) as town:
        start = int(datetime(2041, 9, 30, 17, tzinfo=ZoneInfo("Asia/Shanghai")).timestamp() * 1000)
        await town.clock.turn_to(start)
        await town.sweep()
        with caplog.at_level(logging.WARNING, logger="handlers.workdays"):
            await town.says(town.mei, "3号楼2单元楼道灯坏了")
            await town.says(town.chen, "5号楼2单元楼道灯坏了")
            due = (await town.running())[Clock.RESOLVE].ends_at
            assert due == start + 17 * 3_600_000
            await town.forward(hours=18)
        assert (await town.acts()).count(Act.QUEUE) == 1
        warned = [record.getMessage() for record in caplog.records if "2041" in record.getMessage()]
        assert len(warned) == 1
        evidence = await evidence_of(town)
        evidence.policies = {}
        nothing_is_wrong(evidence)
