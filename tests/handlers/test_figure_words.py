"""Figures as people read them."""

from __future__ import annotations

from datetime import date

import pytest

from handlers import month_in_words, periods
from handlers.figure_words import minutes_words, percent, period_words, points, short_words
from handlers.periods import Length
from handlers.summary import summary
from handlers.wording import Tongue, render
from storage.records import Category, Counted, Tally
from tests.handlers.ladder import DIRECTORY, NOON

WUHAN = "Asia/Shanghai"


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (None, "—"),
        (1.0, "100%"),
        (0.0, "0%"),
        (0.963, "96.3%"),
        (0.5, "50%"),
        (0.9999, "99.9%"),
        (0.0001, "0.1%"),
    ],
)
def test_all_and_none_are_said_only_of_all_and_none(value: float | None, words: str) -> None:
    assert percent(value) == words


@pytest.mark.parametrize(
    ("change", "words"), [(None, ""), (0.021, "+2.1"), (-0.004, "−0.4"), (0.1, "+10"), (0.0, "0")]
)
def test_a_change_is_told_in_points(change: float | None, words: str) -> None:
    assert points(change) == words


@pytest.mark.parametrize(
    ("length", "zh", "en", "short"),
    [
        (Length.WEEK, "2026年第47周（11月16日至11月22日）", "week 47 of 2026 (16 Nov to 22 Nov)", "11/16"),
        (Length.MONTH, "2026年11月", "November 2026", "11月"),
        (Length.QUARTER, "2026年第4季度", "quarter 4 of 2026", "26-Q4"),
        (Length.YEAR, "2026年", "2026", "2026"),
        (Length.DAYS, "2026年11月22日至2026年11月22日", "22 Nov 2026 to 22 Nov 2026", "11/22"),
    ],
)
def test_a_period_has_a_name(length: Length, zh: str, en: str, short: str) -> None:
    period = periods.around(length, date(2026, 11, 22), WUHAN)
    assert (period_words(period, "zh"), period_words(period, "en"), short_words(period, "zh")) == (
        zh,
        en,
        short,
    )


@pytest.mark.parametrize(
    ("minutes", "words"),
    [
        (0, "0 分钟"),
        (59, "59 分钟"),
        (60, "1 小时 0 分"),
        (125, "2 小时 5 分"),
        (1440, "1 天 0 小时"),
        (4500, "3 天 3 小时"),
    ],
)
def test_a_span_of_time(minutes: int, words: str) -> None:
    assert minutes_words(minutes, "zh") == words


def test_the_month_in_words_names_the_most_first() -> None:
    done = {"road": 2, "lighting": 12, "drainage": 3, "other": 3, "noise": 0}
    zh, en = (
        render(month_in_words.in_words(done), Tongue(language, WUHAN, NOON)) for language in ("zh", "en")
    )
    assert zh == "共办结 20 件：维修路灯和楼道灯 12 盏、疏通下水 3 处、办结其他事项 3 件、维修道路 2 处。"
    assert en == "20 solved in all: lamps repaired: 12, drains cleared: 3, other matters: 3, paths mended: 2."
    assert render(month_in_words.in_words({}), Tongue("zh", WUHAN, NOON)) == "没有办结的事项。"


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("category", Category)
def test_every_category_has_its_words(category: Category, language: str) -> None:
    (part,) = month_in_words.parts({category: 7})
    assert "7" in render(part, Tongue(language, WUHAN, NOON))


def test_the_sheet_has_a_row_for_every_place_with_nothing_too() -> None:
    tally = Tally(
        to_solve=20,
        solved_in_time=19,
        reported=22,
        declined=2,
        solved=20,
        to_accept=20,
        accepted=20,
        rated=12,
        satisfied=12,
    )
    counts = [Counted("east-1", "road", tally), Counted("torn-down", "road", tally)]
    heading, *rows = summary(DIRECTORY, counts, ["east-1", "east-2"], "zh")
    assert all(len(row) == len(heading) for row in rows)
    assert [row[:2] for row in rows] == [
        ["社区", "全社区"], ["小区", "东区"], ["网格", "东区 · 第一网格"], ["网格", "东区 · 第二网格"],
        ["网格", "已撤并的网格"], ["类别", "道路设施"],
    ]  # fmt: skip
    whole, _, one, none, *_ = (dict(zip(heading, row, strict=True)) for row in rows)
    assert (whole["登记（件）"], whole["办结率（%）"], whole["超时（件）"], whole["说明"]) == (
        44,
        95.0,
        2,
        "",
    )
    assert (one["按时办结（件）"], one["应办结（件）"]) == (19, 20)
    assert (none["办结率（%）"], none["说明"]) == ("", "样本少，不排名")
