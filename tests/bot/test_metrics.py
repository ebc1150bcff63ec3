"""/metrics: what waits, what is late, what fails; the same for everybody who asks, and nothing about anybody."""

from __future__ import annotations

import asyncio
import re
import urllib.request
from collections.abc import AsyncIterator, Mapping
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from bot import metrics as room
from storage.outbox import Outbox
from storage.records import MINUTE
from tests.stories.town import Town
from tests.stories.town import town as build

Figures = Mapping[tuple[str, str], float]


@pytest.fixture
async def town(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Town]:
    # Each look is a new one: the tests turn the clock faster than anybody asks.
    monkeypatch.setattr(room, "FRESH", 0.0)
    async with build(tmp_path) as built:
        yield built


async def scrape(town: Town) -> str:
    def ask() -> str:
        with urllib.request.urlopen(f"http://127.0.0.1:{town.house.port}/metrics") as answer:
            assert answer.headers["content-type"].startswith("text/plain")
            text: str = answer.read().decode()
            return text

    return await asyncio.to_thread(ask)


def read(text: str) -> Figures:
    """Return every figure by its name and its label's value."""
    return {
        (sample.name.removeprefix("huying_"), next(iter(sample.labels.values()), "")): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


async def counted(town: Town) -> Figures:
    """The figures once the living tickets have been counted."""
    await scrape(town)
    counting = town.house.metrics._counting
    if counting is not None:
        await counting
    return read(await scrape(town))


async def test_a_day_at_the_desk_is_told_in_figures(town: Town) -> None:
    await town.says(town.mei, "3号楼2单元电梯停了")
    await town.says(town.chen, "早上好")
    await town.forward(minutes=5)
    await town.presses(town.leader, "接单")
    told = await counted(town)
    assert told["messages_total", "telegram"] >= 3
    assert told["acts_total", "report"] == 1
    assert told["acts_total", "accept"] == 1
    assert told["tickets_alive", "accepted"] == 1
    assert told["letters_sent_total", "telegram"] == len(town.telegram.calls_of("sendMessage")) + len(
        town.telegram.calls_of("editMessageText")
    )
    assert told["letters_waiting", "telegram"] == 0
    assert told["letters_untold", "telegram"] == 0
    assert told["platform_reachable", "telegram"] == 1
    assert told["messages_waiting", ""] == 0
    assert told["messages_set_aside_total", ""] == 0
    assert told["database_up", ""] == 1
    assert 0 <= told["sweep_age_seconds", ""] < 10
    assert told["turn_seconds_count", ""] > 3
    assert told["process_resident_memory_bytes", ""] > 10_000_000
    assert told["disk_free_bytes", "media"] > 0


async def test_how_late_a_deadline_was_acted_on_is_counted_in_seconds(town: Town) -> None:
    await town.says(town.mei, "3号楼2单元电梯停了")
    await town.forward(minutes=5)
    before = read(await scrape(town))
    await town.clock.turn_to(town.clock.now() + 12 * 60 * MINUTE)
    await town.sweep()
    after = read(await scrape(town))
    late = after["deadline_lateness_seconds_count", ""] - before["deadline_lateness_seconds_count", ""]
    within_an_hour = after["deadline_lateness_seconds_bucket", "3600.0"]
    assert before["deadline_lateness_seconds_bucket", "0.1"] == before["deadline_lateness_seconds_count", ""]
    assert late >= 1
    assert within_an_hour < after["deadline_lateness_seconds_count", ""]


async def test_letters_that_cannot_go_are_seen_to_wait_and_for_how_long(town: Town) -> None:
    await town.says(town.chen, "早上好")
    town.telegram.faults.refuse(502, "Bad Gateway", times=10_000)
    await town.mei.says("3号楼2单元电梯停了", town.group)
    await town.telegram.wait_for(lambda: bool(town.house.delivery.lines["telegram"].strikes))
    await town.clock.turn_to(town.clock.now() + 7 * MINUTE)
    told = read(await scrape(town))
    assert told["letters_waiting", "telegram"] >= 1
    assert told["letters_oldest_seconds", "telegram"] >= 7 * 60
    assert told["letters_refused_total", "telegram"] >= 1
    assert told["platform_reachable", "telegram"] == 0
    assert told["platform_reachable", "web"] == 1
    town.telegram.faults.orders.clear()


async def test_two_who_ask_at_once_are_answered_from_one_look(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(room, "FRESH", 3600.0)
    looks = 0
    backlog = Outbox.backlog

    async def counting(outbox: Outbox, now: int) -> object:
        nonlocal looks
        looks += 1
        return await backlog(outbox, now)

    await counted(town)
    town.house.metrics._looked = float("-inf")
    monkeypatch.setattr(Outbox, "backlog", counting)
    one, other = await asyncio.gather(scrape(town), scrape(town))
    assert read(one).keys() == read(other).keys()
    assert looks == 1


async def test_a_database_that_does_not_answer_is_a_figure_not_an_error(town: Town) -> None:
    await counted(town)
    for reader in town.store._readers:
        await reader.close()
    told = read(await scrape(town))
    assert told["database_up", ""] == 0
    assert ("letters_waiting", "telegram") not in told
    assert told["platform_reachable", "telegram"] == 1


async def test_nothing_about_anybody_is_in_it(town: Town) -> None:
    await town.says(town.mei, "3号楼2单元1203电梯停了，打 13912345678", photo=True)
    await town.forward(hours=5)
    # Names and labels: the values are numbers, in which anything may stand.
    text = re.sub(r" \S+$", "", await scrape(town), flags=re.MULTILINE)
    for word in ("梅", "王芳", "wangfang", "1203", "13912345678", "jinghe", "2001", "1001000001", "电梯"):
        assert word not in text, word


async def test_two_houses_in_one_process_do_not_share_figures(town: Town, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    await town.says(town.mei, "3号楼2单元电梯停了")
    async with build(tmp_path / "other") as other:
        assert ("acts_total", "report") not in read(await scrape(other))
    assert read(await scrape(town))["acts_total", "report"] == 1
