"""Nobody runs the benchmarks every day; at least they can be begun."""

from __future__ import annotations

import importlib
from pathlib import Path

import pytest
from starlette.routing import Route

from benchmarks.__main__ import PARTS
from benchmarks.console import StoppedClock, application, filled, measure
from benchmarks.console_pages import NOT_PAGES, PAGES
from benchmarks.figures import Figure, markdown, table
from benchmarks.plot import margin, picture
from tests.clone import HERE
from tests.security.console_routes import routes_of


@pytest.mark.parametrize("room", sorted(file.stem for file in (HERE / "benchmarks").glob("[a-z]*.py")))
def test_every_room_opens(room: str) -> None:
    if room not in ("helpdesk_there",):  # runs inside another program's venv
        importlib.import_module(f"benchmarks.{room}")


def test_every_part_is_a_room() -> None:
    assert [part for part in PARTS if not (HERE / "benchmarks" / f"{part}.py").exists()] == []


def test_a_ratio_is_judged_where_there_is_one_and_the_value_where_not() -> None:
    twice = Figure("a", "b", 10, "/s", "other", 5, at_least=3)
    slow = Figure("a", "b", 10, "ms", at_most=20)
    told = Figure("a", "b", 10, "ms")
    assert (twice.reached, slow.reached, told.reached) == (False, True, None)
    assert (margin(twice), margin(slow), margin(told)) == (2 / 3, 2.0, None)


def test_table_and_plot_say_what_was_not_reached() -> None:
    short = Figure("reports", "<committed>", 10, "/s", "echo bot", 5, at_least=3)
    assert "2.00 ×" in table([short])
    assert "NO" in markdown([short])
    assert "&lt;committed&gt;" in picture([short], "a machine")


async def test_every_page_of_the_console_is_measured(tmp_path: Path) -> None:
    async with filled("sqlite", 40, 0.5) as store:
        app = application(store, StoppedClock(), tmp_path)
        measured = [name async for name, *_ in measure(store, times=1, warm=0)]
    assert measured == [page.name for page in PAGES]
    given = {"ticket": "1001", "change": "/console/policy/changes/x"}
    paths = {page.path.format(**given).partition("?")[0] for page in PAGES if page.form is None}
    pages = {path for method, path in routes_of(app) if method == "GET"} | {"/board/{compound}"}
    visited = {
        route.path
        for route in app.routes
        if isinstance(route, Route) and any(route.path_regex.match(path) for path in paths)
    }
    assert pages - visited == NOT_PAGES
