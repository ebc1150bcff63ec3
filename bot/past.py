"""What the sample community went through before the visitor came: so that the console has figures, a ledger and minutes to show.

Told through the desk, as it would have happened, at the hours at which it did; nobody's screen is filled with it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import count
from zoneinfo import ZoneInfo

from handlers.desk import Desk
from handlers.messages import Inbound, Sender
from storage.database import Store
from storage.records import HOUR, MINUTE, SECOND, Address, Instant

FIRST = 1001
"""The number of a community's first ticket."""
FRIDAY, FROM = 4, time(15)
"""When the meeting was held: as the sample's calendar has it."""


@dataclass(frozen=True, slots=True)
class Matter:
    """`days` ago, at `hour`: what a resident said in the group. `after`: minutes until it was accepted, and until it was
    solved; `note`: what was done, `rated`: what the reporter said; "": nobody did, or it is open still."""

    days: int
    hour: float
    resident: int
    words: str
    after: tuple[int, int]
    note: str = ""
    rated: str = ""


MATTERS: Sequence[Matter] = (
    Matter(27, 8.2, 0, "3号楼2单元楼道灯不亮", (3, 22), "换了灯泡", "满意"),
    Matter(26, 19.5, 1, "5号楼1单元下水道堵了，一楼返水", (4, 28), "疏通了，冲了两遍", "满意"),
    Matter(24, 7.4, 2, "7号楼门口路面有个坑，老人差点绊倒", (6, 95), "填平了", "基本满意"),
    Matter(22, 20.1, 0, "3号楼2单元楼道灯又不亮", (2, 18), "换了灯座", "满意"),
    Matter(20, 9.0, 1, "9号楼门禁坏了，刷卡进不去", (5, 26), "重启了控制器", "满意"),
    Matter(18, 18.3, 2, "11号楼垃圾三天没清了", (3, 25), "清走了", "满意"),
    Matter(16, 21.0, 1, "12号楼外墙渗水，一下雨就湿一片", (4, 0)),
    Matter(14, 8.6, 0, "8号楼停水了", (2, 27), "阀门开了", "满意"),
    Matter(13, 17.2, 2, "6号楼消防通道被一个摊子堵住了", (9, 29), "劝走了，画了线", "基本满意"),
    Matter(11, 12.5, 1, "4号楼3单元电梯老是停在半层", (3, 0)),
    Matter(9, 7.9, 0, "3号楼2单元楼道灯还是不亮", (2, 24), "线路老化，换了一段线", "满意"),
    Matter(6, 20.4, 2, "2号楼后面的树枝压到窗户了", (4, 27), "修剪了", "满意"),
    Matter(4, 8.1, 1, "10号楼1单元楼道灯不亮", (3, 19), "换了灯泡", "满意"),
    Matter(2, 18.9, 0, "1号楼2单元水管漏水", (2, 28), "换了接头", "满意"),
)
WALL, LIFT = FIRST + 6, FIRST + 9
"""What the meeting was about."""

Event = tuple[Instant, Sender, Address, str]


@dataclass(frozen=True, slots=True)
class People:
    """Who speaks, and where. Leader and staff are written to where they are alone."""

    residents: Sequence[Sender]
    leader: Sender
    staff: Sender
    group: Address
    staff_room: Address


async def live_through(desk: Desk, store: Store, people: People, zone: str, now: Instant) -> None:
    """Let it all have happened by `now`, an instant in ms UTC."""
    for number, (at, sender, chat, words) in zip(count(), events(people, zone, now)):
        await _clocks_until(desk, store, at)
        # Who names a number speaks to us, in the group too.
        to_us = words[-1].isdecimal()
        inbound = Inbound(f"past:{number}", at, chat, chat == sender.account, sender, words, to_bot=to_us)
        await desk.receive(inbound, at)
        await _letters_arrive(store, at)
    await _clocks_until(desk, store, now)
    await _letters_arrive(store, now)


def events(people: People, zone: str, now: Instant) -> Iterator[Event]:
    """Return all that is said, in its order; nothing later than `now`."""
    here = ZoneInfo(zone)
    today = datetime.fromtimestamp(now / 1000, UTC).astimezone(here).date()
    said = [*_matters(people, today, here), *_meeting(people, today, here)]
    return iter(sorted(said, key=lambda one: one[0]))


def _matters(people: People, today: date, here: ZoneInfo) -> Iterator[Event]:
    leader, group = people.leader, people.group
    for number, matter in enumerate(MATTERS, FIRST):
        resident = people.residents[matter.resident]
        at = _instant(today - timedelta(days=matter.days), time(), here) + int(matter.hour * HOUR)
        accepted, solved = (at + minutes * MINUTE for minutes in matter.after)
        yield at, resident, group, matter.words
        yield accepted, leader, leader.account, f"接单 {number}"
        if matter.note:
            yield accepted + MINUTE, leader, leader.account, f"到场 {number}"
            yield solved, leader, leader.account, f"办结 {number} {matter.note}"
            yield solved + 2 * HOUR, resident, group, f"{matter.rated} {number}"


def _meeting(people: People, today: date, here: ZoneInfo) -> Iterator[Event]:
    day = today - timedelta(days=(today.weekday() - FRIDAY - 1) % 7 + 1)
    until, again = day + timedelta(days=14), day + timedelta(days=60)
    orders = (
        "开会",
        "到会 张师傅 居民代表吴婆",
        "主持 陈洁",
        "记录 李雷",
        f"决议 {LIFT} 更换门机和控制板 责任人 张师傅 协办 社区 {until.month}月{until.day}日前",
        f"挂账 {WALL} {again.month}月{again.day}日 等维修资金批下来，先盖雨布",
        "散会",
    )
    for place, order in enumerate(orders):
        yield _instant(day, FROM, here) + place * 3 * MINUTE, people.staff, people.staff_room, order


def _instant(day: date, at: time, here: ZoneInfo) -> Instant:
    return int(datetime.combine(day, at, here).timestamp()) * 1000


async def _clocks_until(desk: Desk, store: Store, now: Instant) -> None:
    """Let the clocks ring that rang by `now`, each at its time: nothing was late for having been an outage."""
    while True:
        async with store.turn() as turn:
            due = await turn.deadlines.next_due()
            at = now if due is None or due > now else due
            await turn.pulse.beat(at - SECOND)
        await desk.sweep(at)
        await _letters_arrive(store, at)
        if at == now:
            return


async def _letters_arrive(store: Store, now: Instant) -> None:
    """Everybody has read it long ago."""
    async with store.turn() as turn:
        while bundles := await turn.outbox.claim(now, lease=MINUTE, limit=100, platforms=("web",)):
            await turn.outbox.sent_many(
                [([letter.id for letter in bundle], bundle[0].routes[0], "0", now) for bundle in bundles]
            )
