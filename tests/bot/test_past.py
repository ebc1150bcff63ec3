"""The past of the sample community leaves something to see in every room of the console, and nobody to be told of it."""

from __future__ import annotations

import tomllib
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path

import pytest

from bot.past import LIFT, MATTERS, WALL, live_through
from bot.showing import people
from handlers.community import directory_of, read_community
from handlers.desk import Desk
from storage.database import open_store
from storage.records import DAY, MeetingState, Outcome, Scope, State
from tests.bot.test_weekly_figures import ZONE
from tests.databases import fresh_file

EVERYWHERE = Scope("jinghe", None, True, "")


@pytest.mark.parametrize("day", ["2026-11-27 16:30", "2027-01-03 03:00"])
async def test_the_sample_has_lived_whenever_somebody_comes(tmp_path: Path, day: str) -> None:
    now = int(datetime.fromisoformat(day).replace(tzinfo=UTC).timestamp() * 1000)
    store = await open_store(fresh_file(tmp_path))
    try:
        text = files("bot").joinpath("sample.toml").read_text("utf-8")
        async with store.turn() as turn:
            await turn.directory.replace(directory_of(read_community(tomllib.loads(text))))
        await live_through(Desk(store), store, people(), ZONE, now)
        async with store.view() as view:
            numbers = range(1001, 1001 + len(MATTERS))
            tickets = {n: await view.tickets.by_number("jinghe", n) for n in numbers}
            (held,) = [one for one in await view.meetings.of("jinghe") if one.state is MeetingState.CLOSED]
            items = await view.meetings.items(held.id)
            repeats = await view.figures.repeats(EVERYWHERE, (now - 30 * DAY, now), least=3, most=9)
            waiting = await view.outbox.backlog(now)
            assert await view.tickets.by_number("jinghe", numbers.stop) is None
    finally:
        await store.close()
    assert {n for n, one in tickets.items() if one and one.state is not State.CLOSED} == {WALL, LIFT}
    assert {item.ticket: item.outcome for item in items} == {
        f"jinghe-{LIFT}": Outcome.RESOLVED, f"jinghe-{WALL}": Outcome.LISTED,
    }  # fmt: skip
    assert [item.until > now for item in items if item.until] == [True, True]
    assert len(repeats) == 1, "the lamp that keeps going out"
    assert not waiting
