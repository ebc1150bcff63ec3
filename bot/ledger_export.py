"""The ledger as a spreadsheet, in bounded memory.

The first columns are the contract's; a community's lines stand in the order of its ledger.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from bot.ledger_lines import Told, told
from bot.spreadsheets import Explained
from handlers.wording import text
from storage.records import Act, Directory, Instant, Scope, Sought, State, Ticket
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
TITLE = "台账"
WIDTHS = {1: 26, 6: 40}
PAGE = 250
"""Lines held in memory at a time."""

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
    Act.DEFER: "缓议",
    Act.REFER_OUT: "转部门",
    Act.LIST: "挂账",
    Act.REGRADE: "改等级",
    Act.RECLASS: "改类",
    Act.RETIME: "改时限",
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


async def pages(
    view: Turn, directory: Directory, soughts: Sequence[Sought], *, masked: bool = False
) -> AsyncIterator[list[Told]]:
    """Yield what is sought, some lines at a time, one community after another, as of the moment the view was opened."""
    for sought in soughts:
        after = 0
        while page := await view.ledger.found(sought, after, PAGE):
            yield await told(view, directory, page, masked=masked)
            after = page[-1].seq


def everything(community: str) -> Scope:
    """Return the scope of who may see all of a community."""
    return Scope(community, None, True, "")


def row(line: Told, zone: ZoneInfo) -> list[str]:
    """Return one line's cells in the order of COLUMNS."""
    written, ticket = line.entry.line, line.ticket
    return [
        str(written.number) if ticket else "",
        clock_time(written.at, zone),
        written.act,
        written.state or "",
        line.who,
        written.platform,
        line.reason,
        ACTS[written.act],
        STATES[written.state] if written.state else "",
        line.why,
        line.who_id,
        written.community,
        line.compound.name if line.compound else "",
        line.grid.name if line.grid else "",
        ticket.category if ticket else "",
        ticket.severity if ticket else "",
        ticket.kind if ticket else "",
        place(ticket) if ticket else "",
        str(line.entry.seq),
        line.entry.hash,
    ]


def explained(
    sought: Sought, directory: Directory, *, at: Instant, by: str, lines: int, head: tuple[int, str]
) -> Explained:
    """Return what an export is: of what, made when and by whom, and where the ledger stood then.

    `head`: the ledger's last line and its hash. With it an export can be held against the ledger for ever.
    """
    community = directory.communities[sought.scope.community]
    zone = ZoneInfo(community.timezone)
    seq, hash = head
    return [
        ("社区", community.name),
        ("范围", in_words(sought, directory) or "全部"),
        ("导出时间", clock_time(at, zone)),
        ("导出人", by),
        ("行数", str(lines)),
        ("台账末行", f"第 {seq} 行"),
        ("末行校验值", hash),
        ("核对", "每一行的 hash 由上一行的 hash 和本行内容算出；运行 huying verify 可证明台账没有被改过。"),
    ]


def in_words(sought: Sought, directory: Directory, language: str = "zh") -> str:
    """Return which lines are sought, for people to read; "" for all there are."""
    zone = ZoneInfo(directory.communities[sought.scope.community].timezone)
    parts = []
    if sought.since is not None or sought.until is not None:
        first = clock_time(sought.since, zone)[:16].replace("T", " ") if sought.since is not None else ""
        last = clock_time(sought.until - 1, zone)[:16].replace("T", " ") if sought.until is not None else ""
        parts.append(f"{first} – {last}".strip())
    if sought.compound:
        parts.append(directory.compounds[sought.compound].name)
    if sought.grid:
        parts.append(directory.grids[sought.grid].name)
    elif sought.scope.grids is not None:
        parts += [directory.grids[grid].name for grid in sought.scope.grids if grid in directory.grids]
    if sought.category:
        parts.append(text(f"category.{sought.category}", language))
    if sought.act:
        parts.append(text(f"act.{sought.act}", language))
    if sought.persons:
        person = directory.people.get(sought.persons[0])
        parts.append(person.name if person else text("story.anonymous", language))
    return " · ".join(parts)


def clock_time(at: Instant, zone: ZoneInfo) -> str:
    """Return ISO 8601 to the second with the zone's offset: 2026-11-20T14:05:00+08:00."""
    return datetime.fromtimestamp(at // 1000, UTC).astimezone(zone).isoformat()


def place(ticket: Ticket) -> str:
    """Return where, in the order people say it."""
    where = ticket.place
    named = ((where.building, "号楼"), (where.unit, "单元"), (where.floor, "层"), (where.room, "室"))
    spoken = "".join(part if not part.isdigit() else part + noun for part, noun in named if part)
    return f"{spoken} {where.landmark}".strip()
