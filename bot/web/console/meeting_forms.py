"""The forms of the meeting's pages, and the orders in words they become. One place."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bot.web.say import tidy_words
from bot.web.uploads import Form

if TYPE_CHECKING:
    from bot.web.console.meeting_page import Sitting

LONGEST_WORDS = 1_000
LONGEST_NAME = 40
_DAY = re.compile(r"20\d\d-\d\d-\d\d", re.ASCII)
_TIME = re.compile(r"[0-2]\d:[0-5]\d", re.ASCII)
HERE, SEAT = "here.", "seat."
"""How the fields begin that say who has come (a box that is ticked), and who could be ticked at all."""


class Lacking(Exception):
    """The form does not say enough; `why` is the key of the text that asks for it."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


def about_meetings(form: Form) -> str:
    """Return the order of a form of the overview. Raises Lacking."""
    match form.get("do"):
        case "open":
            return "开会"
        case "call":
            return f"开会 {_time(form)} {_line(form, 'place')}".strip()
        case "move":
            return f"改期 {_time(form)} {_line(form, 'place')}".strip()
        case "off":
            if form.get("sure") != "yes":
                raise Lacking("meeting.lacks_sure")
            return f"取消会议 {_line(form, 'words')}".strip()
        case _:
            raise Lacking("meeting.lacks_choice")


def at_the_table(form: Form, sitting: Sitting) -> list[str]:
    """Return the orders of a form at the table, in order; none where nothing was changed. Raises Lacking."""
    match form.get("do"):
        case "here":
            return _attendance(form, sitting)
        case "close":
            if form.get("sure") != "yes":
                raise Lacking("meeting.lacks_sure")
            return ["散会"]
        case "resolve":
            words = _words(form, "meeting.lacks_measure")
            who = [f"责任人 {name}" if (name := _responsible(form)) else ""]
            who += [f"协办 {helpers}" if (helpers := _line(form, "helpers")) else ""]
            # The date stands first: one among the words is the measure's own.
            return [" ".join(one for one in (f"决议 {_item(form)}", _date(form), words, *who) if one)]
        case "defer":
            return [f"缓议 {_item(form)} {_words(form, 'meeting.lacks_reason')}"]
        case "refer":
            department = "".join((_line(form, "office") or _line(form, "department")).split())
            if not department:
                raise Lacking("meeting.lacks_department")
            day = _date(form) if form.get("date") else ""
            words = tidy_words(form.get("words"))[:LONGEST_WORDS]
            return [" ".join(one for one in (f"转部门 {_item(form)}", department, day, words) if one)]
        case "list":
            return [f"挂账 {_item(form)} {_date(form)} {_words(form, 'meeting.lacks_reason')}"]
        case _:
            raise Lacking("meeting.lacks_choice")


def _attendance(form: Form, sitting: Sitting) -> list[str]:
    could = [name.removeprefix(SEAT) for name in form.fields if name.startswith(SEAT)]
    ticked = [name for name in could if form.get(HERE + name)]
    before = {seat.person or seat.name for seat in sitting.meeting.seats if seat.here}
    come = [name for name in ticked if name not in before]
    come += _line(form, "others").split()
    gone = [name for name in could if name not in ticked and name in before]
    orders = [f"到会 {' '.join(come)}"] if come else []
    orders += [f"没到 {' '.join(gone)}"] if gone else []
    for word, field, now in (
        ("主持", "chair", sitting.meeting.chair),
        ("记录", "recorder", sitting.meeting.recorder),
    ):
        name = _line(form, field)
        orders += [f"{word} {name}"] if name and name != now else []
    return orders


def _item(form: Form) -> str:
    if not form.get("item").isdecimal():
        raise Lacking("meeting.lacks_choice")
    return f"#{form.get('item')[:9]}"


def _responsible(form: Form) -> str:
    return _line(form, "office") or _line(form, "responsible")


def _words(form: Form, why: str) -> str:
    words = tidy_words(form.get("words"))[:LONGEST_WORDS]
    if not words:
        raise Lacking(why)
    return words


def _line(form: Form, field: str) -> str:
    """One line of a form, with single spaces."""
    return " ".join(tidy_words(form.get(field)).split())[:LONGEST_NAME]


def _date(form: Form) -> str:
    if not _DAY.fullmatch(form.get("date")):
        raise Lacking("meeting.lacks_date")
    return form.get("date")


def _time(form: Form) -> str:
    if not _DAY.fullmatch(form.get("date")) or not _TIME.fullmatch(form.get("time")):
        raise Lacking("meeting.lacks_time")
    return f"{form.get('date')} {form.get('time')}"
