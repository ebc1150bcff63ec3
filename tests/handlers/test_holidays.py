"""A community's own years: as its file has them, as the notice is pasted, and over the calendar everybody has."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers import clocks, workdays
from handlers.desk.holidays import HolidaysLacking
from handlers.holiday_notice import read_notice
from handlers.holidays import FESTIVALS, lacking, of_days, read_holidays, rests, write_holidays
from handlers.tables import Row
from handlers.workdays import TABLE, laid_over, write_runs
from storage.policies import policy_from, policy_json
from storage.records import (
    DAY,
    HOUR,
    Allowance,
    Category,
    CategoryPolicy,
    Clock,
    Community,
    Holidays,
    Policy,
    Severity,
)
from tests.handlers.test_clocks import JINGHE

NOTICE_OF_2026 = """国务院办公厅关于2026年部分节假日安排的通知
经国务院批准，现将2026年元旦、春节、清明节、劳动节、端午节、中秋节和国庆节放假调休日期的具体安排通知如下。
一、元旦：1月1日（周四）至3日（周六）放假调休，共3天。1月4日（周日）上班。
二、春节：2月15日（农历腊月二十八、周日）至23日（农历正月初七、周一）放假调休，共9天。2月14日（周六）、2月28日（周六）上班。
三、清明节：4月4日（周六）至6日（周一）放假，共3天。
四、劳动节：5月1日（周五）至5日（周二）放假调休，共5天。5月9日（周六）上班。
五、端午节：6月19日（周五）至21日（周日）放假，共3天。
六、中秋节：9月25日（周五）至27日（周日）放假，共3天。
七、国庆节：10月1日（周四）至7日（周三）放假调休，共7天。9月20日（周日）、10月10日（周六）上班。
节假日期间，各地区、各部门要妥善安排好值班和安全、保卫、疫情防控等工作。"""
"""As the State Council published it."""


def at(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("Asia/Shanghai")).timestamp()) * 1000


def days_of(holidays: Holidays) -> dict[date, bool]:
    return workdays.read_year(holidays.year, holidays.off, holidays.work)[0]


# --- the notice -----------------------------------------------------------------------------------------------------


def test_the_whole_notice_says_what_the_package_knows_of_that_year():
    notice = read_notice(NOTICE_OF_2026, 2026, "off")
    named = TABLE.named(2026)
    assert notice.wrong == []
    assert notice.off == {day for day, worked in named.items() if not worked}
    assert notice.work == {day for day, worked in named.items() if worked}


@pytest.mark.parametrize("signed", ["国务院办公厅\n2026年12月8日", "国务院办公厅 2026年11月4日"])
def test_what_stands_over_and_under_a_notice_is_no_day(signed: str):
    said = f"国务院办公厅关于2027年\n部分节假日安排的通知\n国办发明电〔2026〕9号\n一、元旦：1月1日（周五）放假，共1天。\n{signed}\n（此件公开发布）"
    notice = read_notice(said, 2027, "off")
    assert (notice.wrong, notice.off, notice.work) == ([], {date(2027, 1, 1)}, set())


def test_one_wrong_day_is_named_once_and_not_for_all_that_hangs_on_it():
    (one,) = read_notice("清明节：4月33日（周六）至5日（周一）放假，共3天", 2027, "off").wrong
    assert one.chinese.endswith("没有 4月33日这一天")


@pytest.mark.parametrize(
    ("said", "off", "work"),
    [
        ("1月1日至3日", ["2027-01-01..2027-01-03"], []),
        ("元旦：1月1日-3日", ["2027-01-01..2027-01-03"], []),
        ("１月１日～３日", ["2027-01-01..2027-01-03"], []),
        ("1月30日到2月5日\r\n5月1日", ["2027-01-30..2027-02-05", "2027-05-01"], []),
        ("2027-01-01..2027-01-03", ["2027-01-01..2027-01-03"], []),
        ("2027/1/1", ["2027-01-01"], []),
        ("2月7日（周日）上班", [], ["2027-02-07"]),
        ("2月7日（星期天）、2月20日 （周六） 上班", [], ["2027-02-07", "2027-02-20"]),
        ("清明节：4月5日放假，与周末连休。", ["2027-04-05"], []),
        ("三、清明节：\n4月5日放假", ["2027-04-05"], []),
        ("2026年12月30日至1月1日放假，共3天", ["2026-12-30..2027-01-01"], []),
        ("", [], []),
    ],
)
def test_a_line_is_read_as_people_write_it(said: str, off: list[str], work: list[str]):
    notice = read_notice(said, 2027, "off")
    assert notice.wrong == []
    assert (list(write_runs(notice.off)), list(write_runs(notice.work))) == (off, work)


def test_where_a_line_says_neither_its_box_does():
    assert read_notice("2月7日", 2027, "work").work == {date(2027, 2, 7)}
    assert read_notice("2月7日放假", 2027, "work").off == {date(2027, 2, 7)}


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ("2月30日", ["没有 2月30日这一天"]),
        ("2月7日（周六）上班", ["2月7日是周日，不是周六"]),
        ("10月1日至7日放假，共8天", ["写着共 8 天，数下来是 7 天"]),
        ("3月5日至3月1日", ["还没开始就结束了"]),
        ("12月31日至1月2日", ["还没开始就结束了"]),
        ("5月1日至7月1日", ["太长了"]),
        ("2029年1月1日", ["不是 2027 年的"]),
        ("2026年6月1日", ["不是 2027 年的"]),
        ("现将2026年节假日的具体安排通知如下", ["这是 2026 年的通知"]),
        ("31日", ["“31日”是几月"]),
        ("1月1日至", ["“至”后面没有日期"]),
        ("至1月3日", ["“至”前面没有日期"]),
        ("春节放假", ["“放假”前面没有日期"]),
        ("元旦", ["没有日期"]),
        ("一月一日", ["看不懂"]),
        ("1月1日休息到月底", ["看不懂 “休息”", "看不懂 “月底”"]),
        ("2月30日\n明天", ["没有 2月30日这一天", "看不懂 “明天”"]),
    ],
)
def test_whatever_is_not_understood_is_named_with_its_line(said: str, why: list[str]):
    found = [one.chinese for one in read_notice(said, 2027, "off").wrong]
    assert all(any(words in one for one in found) for words in why), found
    assert all(one.startswith("“") for one in found)


def test_what_is_no_notice_by_its_length_is_not_even_taken_apart():
    (one,) = read_notice("x、" * 5_000, 2027, "off").wrong
    assert "超过 3000 个字" in one.chinese


@given(st.text(alphabet="12月日至（）周六上班放假共天、，。\n2027-..年", max_size=40))
def test_no_paste_makes_the_reading_fail_or_leaves_the_year(said: str):
    notice = read_notice(said, 2027, "off")
    assert all(day.year == 2027 or (day.year, day.month) == (2026, 12) for day in notice.off | notice.work)


# --- the file -------------------------------------------------------------------------------------------------------


def read(table: object) -> tuple[tuple[Holidays, ...], list[str]]:
    mistakes: list[str] = []
    return read_holidays(Row("", {"holidays": table}, mistakes).table("holidays")), mistakes


def test_what_is_read_is_written_back_and_kept():
    table = {"2027": {"off": ["2027-01-01..2027-01-03", "2027-02-05"], "work": ["2027-02-07"]}}
    holidays, mistakes = read(table)
    assert mistakes == []
    assert write_holidays(holidays) == table
    assert policy_from(policy_json(Policy(holidays=holidays))).holidays == holidays
    assert read(
        {"2027": {"off": ["2027-01-03", "2027-01-01", "2027-01-02", "2027-02-05"], "work": ["2027-02-07"]}}
    ) == (
        holidays,
        [],
    )


def test_every_mistake_of_the_table_is_named_at_once():
    _, mistakes = read(
        {
            "2027": {
                "off": ["2026-01-01", "2027-02-07", "soon", "2027-05-03..2027-05-01"],
                "work": ["2027-02-07"],
            },
            "2028": {},
            "next": {"off": ["2027-01-01"]},
            "2029": {"off": ["2029-01-01"], "works": ["2029-01-06"]},
            "2030": {"off": ["0001-01-01..9999-12-31", "2030-01-01.."]},
        }
    )
    for at_, words in {
        "[holidays.2027] off: “2026-01-01”": "[holidays.2026]",
        "[holidays.2027] off: “soon”": "应写成 2027-01-01",
        "[holidays.2027] off: “2027-05-03..2027-05-01”": "还没开始就结束了",
        "[holidays.2027] work: 2027-02-07": "又放假又上班",
        "[holidays.2028] off:": "没有写放哪些天假",
        "[holidays.next]:": "应写年份",
        "[holidays.2029] “works”": "不认识这一项",
        "[holidays.2030] off: “0001-01-01..9999-12-31”": "不都在 2030 年里",
        "[holidays.2030] off: “2030-01-01..”": "应写成",
    }.items():
        assert any(one.startswith(at_) and words in one for one in mistakes), (at_, mistakes)


# --- over the calendar ----------------------------------------------------------------------------------------------

DAYS = st.dates(date(2026, 1, 1), date(2028, 12, 31))


@given(st.dictionaries(DAYS, st.booleans(), max_size=12), st.dictionaries(DAYS, st.booleans(), max_size=12))
def test_laid_over_a_day_is_as_the_community_says_and_no_other_day_is_lost(
    below: dict[date, bool], own: dict[date, bool]
):
    base = workdays.YearTable(below)
    years = {day.year for day in own}
    over = laid_over(
        [of_days(year, {d: w for d, w in own.items() if d.year == year}) for year in years], base
    )
    day = date(2026, 1, 1)
    while day.year < 2029:
        assert over.is_workday(day) is own.get(day, base.is_workday(day)), day
        day += timedelta(days=1)
    assert all(over.known_year(year) for year in years)


FILLED = Holidays(2027, ("2027-01-01..2027-01-03",), ("2027-01-09",))
KNOWING = replace(JINGHE, policy=Policy(holidays=(FILLED,)))


def test_each_community_counts_by_its_own(caplog: pytest.LogCaptureFixture):
    workdays._warn_unknown.cache_clear()
    eve, two = at("2026-12-31 17:00"), Allowance(span=2 * HOUR, working=True)
    assert clocks.due(eve, two, clocks.calendar_of(KNOWING)) == at("2027-01-04 10:00")
    assert clocks.due(at("2027-01-08 17:00"), two, clocks.calendar_of(KNOWING)) == at("2027-01-09 10:00")
    assert caplog.records == [], "a year with a table is known"
    assert clocks.due(eve, two, clocks.calendar_of(JINGHE)) == at("2027-01-01 10:00")
    assert len(caplog.records) == 1


AROUND_THE_CLOCK = replace(
    JINGHE, policy=Policy({Severity.COMPLEX: {Clock.RESOLVE: Allowance(span=15 * DAY)}})
)
BUT_NOT_LAMPS = replace(
    AROUND_THE_CLOCK,
    policy=replace(
        AROUND_THE_CLOCK.policy,
        categories={Category.LIGHTING: CategoryPolicy(clocks={Clock.ARRIVE: Allowance(HOUR, working=True)})},
    ),
)


@pytest.mark.parametrize(
    ("community", "when", "year", "period"),
    [
        (JINGHE, "2026-11-14 12:00", None, None),
        (JINGHE, "2026-11-15 12:00", 2027, None),  # a Sunday
        (JINGHE, "2026-11-16 08:59", 2027, None),
        (JINGHE, "2026-11-16 09:00", 2027, "2026-11"),
        (JINGHE, "2026-12-14 12:00", 2027, "2026-11"),
        (JINGHE, "2026-12-15 12:00", 2027, "2026-12"),
        (JINGHE, "2027-01-04 12:00", 2027, "2026-12"),
        (JINGHE, "2027-01-04 18:00", 2027, None),
        (JINGHE, "2027-11-19 12:00", 2027, "2027-11"),
        (KNOWING, "2026-11-20 12:00", None, None),
        (KNOWING, "2027-11-19 12:00", 2028, "2027-11"),
        (AROUND_THE_CLOCK, "2026-11-20 12:00", None, None),
        (BUT_NOT_LAMPS, "2026-11-20 12:00", 2027, "2026-11"),
    ],
)
def test_staff_are_told_from_the_middle_of_november_on_once_a_month(
    community: Community, when: str, year: int | None, period: str | None
):
    assert lacking(community, at(when)) == year
    assert HolidaysLacking("").period(community, at(when)) == period


# --- what each rest is for ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("year", "names"),
    [
        (2020, "new_year spring tomb_sweeping labour dragon_boat national+mid_autumn"),
        (2021, "new_year spring tomb_sweeping labour dragon_boat mid_autumn national"),
        (2024, "new_year spring tomb_sweeping labour dragon_boat mid_autumn national"),
        (2025, "new_year spring tomb_sweeping labour dragon_boat national+mid_autumn"),
        (2026, "new_year spring tomb_sweeping labour dragon_boat mid_autumn national"),
    ],
)
def test_the_rests_of_years_gone_by_have_their_names(year: int, names: str):
    off = [day for day, worked in TABLE.named(year).items() if not worked]
    assert [" ".join("+".join(called) for _, _, called in rests(off))] == [names]
    assert set(names.replace("+", " ").split()) <= set(FESTIVALS)
