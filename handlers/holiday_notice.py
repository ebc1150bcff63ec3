"""The State Council's notice on next year's holidays, read as people paste it: 春节：2月6日至12日放假调休，共7天。2月5日（周五）上班。

Every day is checked against what the notice says of it besides, its weekday and how many days there are; whatever is not
understood is named, and nothing of it is guessed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date, timedelta
from unicodedata import normalize

from handlers.tables import quoted
from handlers.workdays import Misread, days_of

LONGEST_RUN = 31
"""Days. The longest rest yet was nine days; a month is a typing mistake."""
LONGEST_NOTICE = 3_000
"""Characters. A whole notice has some six hundred."""
WEEKDAYS = "一二三四五六日"

_SENTENCES = re.compile(r"[。;\n]")
_BLANK = re.compile(r"[^\S\n]+")
_TOKEN = re.compile(
    r"(?P<iso>(?P<y1>[0-9]{4})[-/](?P<m1>[0-9]{1,2})[-/](?P<d1>[0-9]{1,2}))"
    r"|(?P<day>(?:(?P<y2>[0-9]{4})年)?(?P<m2>[0-9]{1,2})月(?P<d2>[0-9]{1,2})[日号]?)"
    r"|(?P<short>(?P<d3>[0-9]{1,2})[日号])"
    r"|(?P<beside>\([^()]{0,40}\))"
    r"|(?P<weekday>(?:周|星期)[一二三四五六日天])"
    r"|(?P<count>共(?P<n>[0-9]{1,2})天)"
    r"|(?P<until>至|到|\.\.|[-–—~〜])"
    r"|(?P<off>放假(?:调休)?)"
    r"|(?P<work>(?:照常|正常)?(?:上班|补班))"
    r"|(?P<none>[一二三四五六七八九十]{1,2}、|[0-9]{1,2}[.、]|与周(?:末|[一二三四五六日])(?:、周[一二三四五六日])?连休"
    r"|元旦|春节|清明节?|(?:国际)?劳动节|端午节?|中秋节?|国庆节?|[、,和及:])"
)
_SIGNED = re.compile(r"国务院办公厅\n*[0-9]{4}年[0-9]{1,2}月[0-9]{1,2}日(?![至到~〜.,、—–-])")
"""Who signed the notice, and the day it was signed: no day off."""
_AROUND = re.compile(r"国务院|国办发|部分节假日安排|节假日期间|各地区|各省|具体安排|特此通知|公开发布")
"""Sentences of the notice that speak of no day."""
_OF_YEAR = re.compile(r"([0-9]{4})年")
_WEEKDAY = re.compile(r"(?:周|星期)([一二三四五六日天])")


@dataclass
class Notice:
    """What was read: `off` and `work` are days of the year, and of the December before it; `wrong` in the order it stands there."""

    off: set[date] = field(default_factory=set)
    work: set[date] = field(default_factory=set)
    wrong: list[Misread] = field(default_factory=list)


def read_notice(said: str, year: int, box: str) -> Notice:
    """Return the days that stand in one of the two boxes of the form for `year`, off or work.

    What a sentence says itself (放假, 上班) counts; where it says neither, the box does.
    """
    notice = Notice()
    if len(said) > LONGEST_NOTICE:
        notice.wrong.append(
            Misread(
                box,
                f"超过 {LONGEST_NOTICE} 个字，请只粘日期那几行",
                f"is longer than {LONGEST_NOTICE} characters",
            )
        )
        return notice
    # People paste with full-width digits, brackets and blanks between.
    plain = _BLANK.sub("", normalize("NFKC", said).replace("\r", "\n"))
    for sentence in filter(None, _SENTENCES.split(_SIGNED.sub("\n", plain))):
        _Sentence(sentence, year, box, notice).read()
    return notice


class _Sentence:
    """One sentence, token by token: days wait until a word says whether they are off or worked."""

    def __init__(self, text: str, year: int, box: str, notice: Notice) -> None:
        self._text, self._year, self._box, self._notice = text, year, box, notice
        self._waiting: list[date] = []
        self._told: list[date] = []
        self._last: date | None = None
        self._from: date | None = None
        self._any = False
        self._lost = False

    def read(self) -> None:
        if _AROUND.search(self._text) and "月" not in self._text:
            self._check_year()
            return
        at, wrong_before = 0, len(self._notice.wrong)
        for token in _TOKEN.finditer(self._text):
            self._unknown(self._text[at : token.start()])
            at = token.end()
            self._take(token)
        self._unknown(self._text[at:])
        if self._from is not None:
            self._wrong("“至”后面没有日期", "the run has no last day")
        if not self._any and self._notice.wrong[wrong_before:] == [] and not self._text.endswith(":"):
            self._wrong("没有日期", "there is no date")
        self._settle(self._box)

    def _check_year(self) -> None:
        about = _OF_YEAR.search(self._text)
        if about and int(about[1]) != self._year:
            self._wrong(f"这是 {about[1]} 年的通知", f"this is the notice of {about[1]}")

    def _take(self, token: re.Match[str]) -> None:
        match token.lastgroup:
            case "iso":
                self._date(token["y1"], token["m1"], token["d1"])
            case "day":
                self._date(token["y2"], token["m2"], token["d2"])
            case "short":
                self._date(None, None, token["d3"])
            case "beside" | "weekday":
                self._check_weekday(token[0])
            case "count":
                self._check_count(int(token["n"]))
            case "until":
                if self._last is None:
                    self._follows("“至”前面没有日期", "the run has no first day")
                self._from = self._last
            case "off" | "work" as list:
                if not self._waiting:
                    self._follows(f"“{token[0]}”前面没有日期", f"no date before “{token[0]}”")
                self._settle(list)
            case _:
                pass

    def _date(self, year: str | None, month: str | None, day: str) -> None:
        begun, self._from, self._any = self._from, None, True
        near = begun or self._last
        if month is None and near is None:
            self._follows(f"“{day}日”是几月", f"which month is the {day}th of")
            self._lose()
            return
        in_month = int(month) if month else near.month if near else 0
        in_year = int(year) if year else near.year if near and near.month <= in_month else self._year
        try:
            found = date(in_year, in_month, int(day))
        except ValueError:
            self._wrong(f"没有 {in_month}月{day}日这一天", f"there is no {in_year}-{in_month}-{day}")
            self._lose()
            return
        if not self._year - 1 <= found.year <= self._year or (found.year < self._year and found.month < 12):
            self._wrong(f"{found} 不是 {self._year} 年的", f"{found} is not in {self._year}")
            self._lose()
            return
        self._last = found
        if begun is None:
            self._waiting.append(found)
        elif found < begun:
            self._wrong(f"{begun} 至 {found} 还没开始就结束了", f"{begun} to {found} ends before it begins")
        elif found - begun >= timedelta(days=LONGEST_RUN):
            self._wrong(f"{begun} 至 {found} 太长了", f"{begun} to {found} is too long")
        else:
            self._waiting += days_of(begun, found)[1:]

    def _check_weekday(self, said: str) -> None:
        named = _WEEKDAY.search(said)
        if named is None or self._last is None:
            return
        is_one = WEEKDAYS[self._last.weekday()]
        if named[1].replace("天", "日") != is_one:
            self._wrong(
                f"{self._last.month}月{self._last.day}日是周{is_one}，不是{named[0]}",
                f"{self._last} is a {self._last:%A}, not {named[0]}",
            )

    def _check_count(self, said: int) -> None:
        counted = len(self._waiting or self._told)
        if counted != said:
            self._follows(
                f"写着共 {said} 天，数下来是 {counted} 天", f"says {said} days, but they are {counted}"
            )

    def _settle(self, list: str) -> None:
        days = self._notice.work if list == "work" else self._notice.off
        days.update(self._waiting)
        self._told, self._waiting = self._waiting, []

    def _unknown(self, words: str) -> None:
        if words:
            self._wrong(f"看不懂 {quoted(words)}", f"cannot be read: {quoted(words)}")

    def _lose(self) -> None:
        """A day of this sentence could not be read: what hangs on it is not checked."""
        self._lost, self._last = True, None

    def _follows(self, chinese: str, english: str) -> None:
        """Name what is wrong, unless it comes only of a day that could not be read and is named already."""
        if not self._lost:
            self._wrong(chinese, english)

    def _wrong(self, chinese: str, english: str) -> None:
        at = quoted(self._text)
        self._notice.wrong.append(Misread(self._box, f"{at}：{chinese}", f"{at}: {english}"))
