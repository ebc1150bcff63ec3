"""The ledger as a spreadsheet: rows in bounded memory, cells that cannot become formulas.

The first columns are the contract's; a community's lines stand in the order of its ledger.
"""

from __future__ import annotations

import csv
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol, TextIO
from zoneinfo import ZoneInfo

from handlers.story import reason_words
from storage.database import Store
from storage.records import Act, Community, Directory, Entry, Instant, Person, State, Ticket
from storage.turn import Turn

COLUMNS = (
    *("ticket", "at", "act", "state", "person", "platform", "reason"),
    *(
        "act_zh",
        "state_zh",
        "reason_zh",
        "person_id",
        "community",
        "compound",
        "grid",
        "category",
        "severity",
        "kind",
        "place",
    ),
    *("seq", "hash"),
)
PAGE = 1_000
"""Lines held in memory at a time."""

ANONYMOUS = "匿名"
NOBODY = "系统"
"""Whose act it was when a clock ran out."""

# Excel, LibreOffice and WPS take a cell that begins with one of these for a formula; in Chinese also full width.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")

ACTS: Mapping[Act, str] = {
    Act.REPORT: "登记",
    Act.ACCEPT: "受理",
    Act.ARRIVE: "到场",
    Act.PLAN: "定方案",
    Act.RESOLVE: "办结",
    Act.RATE: "评价",
    Act.CLOSE: "结案",
    Act.REOPEN: "重新打开",
    Act.DECLINE: "不予受理",
    Act.OBJECT: "申诉",
    Act.WITHDRAW: "撤销",
    Act.MERGE: "并案",
    Act.FOLLOW: "跟进",
    Act.ADD: "补充",
    Act.URGE: "催办",
    Act.TRANSFER: "转办",
    Act.ASK_TIME: "申请延期",
    Act.GRANT_TIME: "准予延期",
    Act.REFUSE_TIME: "不准延期",
    Act.PAUSE: "暂停计时",
    Act.RESUME: "恢复计时",
    Act.REFER: "上会",
    Act.REASSIGN: "改派",
    Act.SUPERVISE: "督办",
    Act.DECIDE: "会议决定",
    Act.REGRADE: "改等级",
    Act.RECLASS: "改类",
    Act.DISMISS: "误报",
    Act.REMIND: "提醒",
    Act.ALERT: "预警",
    Act.QUEUE: "列入联席会议",
    Act.STREET: "报街道",
    Act.UNREACHABLE: "联系不上",
    Act.UNTOLD: "没能告知",
    Act.TOLD: "已告知",
    Act.SEE: "查看个人信息",
    Act.DISCLOSE: "提供个人信息",
    Act.ERASE: "删除个人信息",
    Act.EXPIRE: "到期删除",
    Act.EXPORT: "导出",
    Act.CALL_MEETING: "召开会议",
    Act.CLOSE_MEETING: "会议结束",
    Act.CANCEL_MEETING: "取消会议",
    Act.CHANGE_DIRECTORY: "改名录",
    Act.CHANGE_POLICY: "改时限规则",
    Act.CHANGE_ROSTER: "改值班表",
    Act.SWAP_DUTY: "换班",
    Act.CHANGE_NOTICE: "改公示牌",
    Act.CHANGE_RETENTION: "改保存期限",
}
STATES: Mapping[State, str] = {
    State.REPORTED: "已登记",
    State.ACCEPTED: "已受理",
    State.ON_SITE: "已到场",
    State.PLANNED: "已定方案",
    State.RESOLVED: "已办结",
    State.CLOSED: "已结案",
    State.DECLINED: "不予受理",
    State.WITHDRAWN: "已撤销",
    State.MERGED: "已并案",
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which lines: `since` included, `until` not; grid, compound and category are those the ticket has now."""

    communities: tuple[str, ...]
    since: Instant | None = None
    until: Instant | None = None
    grid: str | None = None
    compound: str | None = None
    category: str | None = None


async def rows(store: Store, wanted: Wanted, done: Callable[[int], None]) -> AsyncIterator[list[str]]:
    """Yield the cells of one line after another, as of the moment it starts. `done(n)` is told how many so far."""
    directory = await store.directory()
    so_far = 0
    async with store.view() as view:
        for id in wanted.communities:
            after = 0
            while page := await view.ledger.entries(
                id,
                after,
                PAGE,
                since=wanted.since,
                until=wanted.until,
                grid=wanted.grid,
                compound=wanted.compound,
                category=wanted.category,
            ):
                for cells in await _cells(view, directory, directory.communities[id], page):
                    yield cells
                after = page[-1].seq
                so_far += len(page)
                done(so_far)


async def _cells(
    view: Turn, directory: Directory, community: Community, page: list[Entry]
) -> list[list[str]]:
    tickets = await view.tickets.get_many({entry.line.ticket for entry in page if entry.line.ticket})
    people = await view.people.meant_by({entry.line.person for entry in page if entry.line.person})
    # A view remembers what it has read; over a whole ledger that would be every ticket there ever was.
    view.tickets.forget_known()
    view.people.forget_known()
    zone = ZoneInfo(community.timezone)
    return [row(entry, tickets.get(entry.line.ticket), people, directory, zone) for entry in page]


def row(
    entry: Entry, ticket: Ticket | None, people: Mapping[str, Person], directory: Directory, zone: ZoneInfo
) -> list[str]:
    """Return one line's cells in the order of COLUMNS. `people`: whom the ids in the ledger mean now."""
    line = entry.line
    is_now = people[line.person].id if line.person in people else line.person
    hidden = ticket is not None and ticket.anonymous and is_now == ticket.reporter
    grid = directory.grids.get(ticket.grid) if ticket else None
    compound = directory.compounds.get(grid.compound) if grid else None
    return [
        str(line.number) if line.ticket else "",
        clock_time(line.at, zone),
        line.act,
        line.state or "",
        ANONYMOUS if hidden else name(line.person, people),
        line.platform,
        line.reason,
        ACTS[line.act],
        STATES[line.state] if line.state else "",
        reason_words(line, lambda who: name(who, people) if who in people else "", "zh"),
        "" if hidden else line.person,
        line.community,
        compound.name if compound else "",
        grid.name if grid else "",
        ticket.category if ticket else "",
        ticket.severity if ticket else "",
        ticket.kind if ticket else "",
        place(ticket) if ticket else "",
        str(entry.seq),
        entry.hash,
    ]


def name(person: str, people: Mapping[str, Person]) -> str:
    """Return who it was: the clock itself, a person, or somebody who has been erased since."""
    if not person:
        return NOBODY
    return people[person].name if person in people and people[person].name else ANONYMOUS


def clock_time(at: Instant, zone: ZoneInfo) -> str:
    """Return ISO 8601 to the second with the zone's offset: 2026-11-20T14:05:00+08:00."""
    return datetime.fromtimestamp(at // 1000, UTC).astimezone(zone).isoformat()


def place(ticket: Ticket) -> str:
    """Return where, in the order people say it."""
    where = ticket.place
    named = ((where.building, "号楼"), (where.unit, "单元"), (where.floor, "层"), (where.room, "室"))
    spoken = "".join(part if not part.isdigit() else part + noun for part, noun in named if part)
    return f"{spoken} {where.landmark}".strip()


def defused(cell: str) -> str:
    """Return the cell so that no spreadsheet runs it: an apostrophe before what begins like a formula."""
    return f"'{cell}" if cell.startswith(FORMULA) else cell


class Sheet(Protocol):
    """Something rows are written to, one by one."""

    def write(self, cells: list[str]) -> None: ...

    def close(self) -> None: ...


class Csv:
    """Comma-separated values; spreadsheets open them, so cells are defused."""

    def __init__(self, to: TextIO, line_end: str) -> None:
        self._writer = csv.writer(to, lineterminator=line_end)
        self._writer.writerow(COLUMNS)

    def write(self, cells: list[str]) -> None:
        self._writer.writerow(map(defused, cells))

    def close(self) -> None:
        pass


class Xlsx:
    """A workbook written row by row. Excel ends at 1,048,576 rows: a new sheet goes on."""

    MOST = 1_048_576

    def __init__(self, path: Path) -> None:
        import xlsxwriter

        self._book = xlsxwriter.Workbook(str(path), {"constant_memory": True})
        self._bold = self._book.add_format({"bold": True})
        self._sheet: Any = None
        self._next = 0
        self._turn_over()

    def _turn_over(self) -> None:
        number = len(self._book.worksheets())
        self._sheet = self._book.add_worksheet("台账" if not number else f"台账{number + 1}")
        self._sheet.freeze_panes(1, 0)
        self._sheet.set_column(1, 1, 26)
        self._sheet.set_column(6, 6, 40)
        for column, title in enumerate(COLUMNS):
            self._sheet.write_string(0, column, title, self._bold)
        self._next = 1

    def write(self, cells: list[str]) -> None:
        if self._next == self.MOST:
            self._turn_over()
        for column, cell in enumerate(cells):
            # Always a string, so never a formula nor a number without its zeros; defused all the same, because
            # people copy cells and save them as CSV.
            self._sheet.write_string(self._next, column, defused(cell))
        self._next += 1

    def close(self) -> None:
        self._book.close()
