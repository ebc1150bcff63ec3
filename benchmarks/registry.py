"""A community of many tickets, written as the program writes them: for whatever reads lists, figures and the ledger."""

from __future__ import annotations

import random
from collections.abc import Iterator

from handlers import clocks
from handlers.community import directory_of, read_community
from storage.database import Store
from storage.records import (
    DAY,
    HOUR,
    MINUTE,
    OPEN,
    Act,
    Category,
    Clock,
    Deadline,
    Directory,
    Instant,
    Kind,
    Line,
    Place,
    Reason,
    Remark,
    Severity,
    Span,
    Stage,
    State,
    Ticket,
)

COMPOUNDS, GRIDS = 31, 62
NOW: Instant = 1_795_320_000_000
"""When it was all written: 2026-11-22 12:00 in Wuhan."""
BATCH = 500
STAFF, LEADER, PROPERTY = "zhaomin", "leader-3", "property-1"
THINGS = (
    (Category.ELEVATOR, "电梯停在5楼 门打不开"),
    (Category.WATER_SUPPLY, "家里没水了 已经两个小时"),
    (Category.DRAINAGE, "下水道堵了 厨房往上返水"),
    (Category.LIGHTING, "楼道灯不亮 老人下楼看不见"),
    (Category.ROAD, "路面塌了一块 下雨积水"),
    (Category.NOISE, "楼上半夜装修 吵得睡不着"),
    (Category.WIRING_CHARGING, "有人从窗户拉线给电瓶车充电"),
    (Category.SANITATION, "垃圾三天没人收 味道很大"),
)
LIVING = (State.REPORTED, State.ACCEPTED, State.ACCEPTED, State.ON_SITE, State.PLANNED, State.RESOLVED)
OVER = (State.CLOSED,) * 9 + (State.DECLINED, State.WITHDRAWN)


def community() -> Directory:
    """Return one community of thirty-one compounds with two grids each, its staff, leaders and property workers."""
    people = [{"id": STAFF, "name": "赵敏", "roles": ["staff"]}]
    people += [{"id": f"leader-{n}", "name": f"王{n}", "roles": ["grid_leader"]} for n in range(GRIDS)]
    people += [{"id": f"property-{n}", "name": f"张{n}", "roles": ["property"]} for n in range(COMPOUNDS)]
    compounds = [
        {"id": f"c{n}", "name": f"鑫海花城{n + 1}区", "regime": "commercial", "property": f"property-{n}"}
        for n in range(COMPOUNDS)
    ]
    grids = [
        {
            "id": f"g{n}",
            "compound": f"c{n // 2}",
            "name": f"第{n % 2 + 1}网格",
            "buildings": [f"{n % 2 * 20 + 1}-{n % 2 * 20 + 20}"],
            "leader": f"leader-{n}",
        }
        for n in range(GRIDS)
    ]
    file = {
        "community": {"id": "jinghe", "name": "径河社区"},
        "person": people,
        "compound": compounds,
        "grid": grids,
    }
    return directory_of(read_community(file))


async def fill(store: Store, tickets: int, living: float) -> None:
    """Write so many tickets with their lines, clocks and remarks; `living`: the share that is not over."""
    directory, chance = community(), random.Random(1024)
    async with store.turn() as turn:
        await turn.directory.replace(directory)
    for first in range(0, tickets, BATCH):
        async with store.turn() as turn:
            for at in range(first, min(first + BATCH, tickets)):
                number = await turn.tickets.next_number("jinghe")
                # The later it was reported, the likelier it lives.
                lives = chance.random() < (living if living == 1 else 2 * living * at / tickets)
                ticket = one(chance, number, NOW - (tickets - at) * 5 * MINUTE, lives)
                turn.tickets.save(ticket)
                for line in story(ticket):
                    turn.ledger.append(line)
                for deadline in running(chance, directory, ticket):
                    turn.deadlines.set(deadline)
                if chance.random() < 0.3:
                    await turn.tickets.remark(
                        Remark(ticket.id, ticket.reported_at, None, "还没有人来 请快一点")
                    )


def one(chance: random.Random, number: int, at: Instant, lives: bool) -> Ticket:
    """Return a ticket as it stands after some of its life."""
    grid = chance.randrange(GRIDS)
    category, words = chance.choice(THINGS)
    state = chance.choice(LIVING if lives else OVER)
    building, unit = str(grid % 2 * 20 + chance.randint(1, 20)), str(chance.randint(1, 4))
    worker = f"leader-{grid}" if chance.random() < 0.6 else f"property-{grid // 2}"
    taken = state not in (State.REPORTED, State.DECLINED, State.WITHDRAWN)
    accepted, solved = at + _took(chance, 3 * MINUTE), at + _took(chance, 4 * HOUR)
    done = state in (State.RESOLVED, State.CLOSED)
    bad = done and chance.random() < 0.03
    queued = chance.choice(list(Reason)) if state in OPEN and chance.random() < 0.05 else None
    paused = state in (State.ACCEPTED, State.ON_SITE) and chance.random() < 0.05
    return Ticket(
        id=f"jinghe-{number}",
        community="jinghe",
        number=number,
        grid=f"g{grid}",
        state=state,
        kind=Kind.COMPLAINT if category is Category.NOISE else Kind.REPAIR,
        category=category,
        severity=chance.choices(list(Severity), (80, 14, 5, 1))[0],
        place=Place(building, unit),
        words=f"{building}号楼{unit}单元{words} 麻烦师傅来看看 第{number}次了",
        reporter=f"r-{number % 5000}",
        reported_at=at,
        private=category is Category.NOISE and chance.random() < 0.5,
        first_responder=worker if taken else None,
        handler=worker if taken else None,
        queued=queued,
        queued_at=at + 4 * HOUR if queued else None,
        followers=chance.choice((0, 0, 0, 1, 4)),
        accepted_at=accepted if taken else None,
        arrived_at=accepted + _took(chance, 20 * MINUTE) if taken and chance.random() < 0.7 else None,
        resolved_at=solved if done else None,
        closed_at=(solved if done else at) + _took(chance, DAY) if state in OVER else None,
        paused_at=at + HOUR if paused else None,
        pause_reason="等配件" if paused else "",
        note="已更换配件 恢复正常" if done else "",
        rating=chance.choice(("", "good", "good", "fair")) if state is State.CLOSED else "",
        reopened=int(bad),
        accept_late_at=at + 5 * MINUTE if chance.random() < 0.15 else None,
        solve_late_at=at + 4 * HOUR if chance.random() < 0.2 else None,
    )


def _took(chance: random.Random, usually: Span) -> Span:
    """Return a span as people take them: mostly around `usually`, now and then far longer."""
    return int(usually * chance.lognormvariate(0, 1))


ENDING = {
    State.ON_SITE: (Act.ARRIVE,),
    State.PLANNED: (Act.PLAN,),
    State.RESOLVED: (Act.RESOLVE,),
    State.CLOSED: (Act.RESOLVE, Act.RATE, Act.CLOSE),
    State.DECLINED: (Act.DECLINE,),
    State.WITHDRAWN: (Act.WITHDRAW,),
}


def story(ticket: Ticket) -> Iterator[Line]:
    """Give its lines in the ledger."""
    acts = [Act.REPORT]
    if ticket.accepted_at is not None:
        acts += [Act.ACCEPT, *ENDING.get(ticket.state, ())]
    for n, act in enumerate(acts):
        state = State.REPORTED if act is Act.REPORT else ticket.state if act is acts[-1] else State.ACCEPTED
        person = ticket.reporter if act is Act.REPORT else ticket.handler
        yield Line(
            ticket.community,
            ticket.id,
            ticket.number,
            ticket.reported_at + n * 20 * MINUTE,
            act,
            state,
            person or "",
            "telegram",
            "",
        )


def running(chance: random.Random, directory: Directory, ticket: Ticket) -> Iterator[Deadline]:
    """Give the clocks of a ticket that lives, some of them run out."""
    if ticket.state in OVER or ticket.paused_at is not None:
        return
    clock = {State.REPORTED: Clock.ACCEPT, State.RESOLVED: Clock.REVIEW}.get(ticket.state, Clock.RESOLVE)
    deadline = clocks.start(ticket, clock, directory.communities["jinghe"], NOW - chance.randrange(10 * HOUR))
    if deadline is not None and deadline.ends_at <= NOW:
        yield Deadline(ticket.id, clock, Stage.OVER, None, deadline.ends_at, deadline.started_at)
    elif deadline is not None:
        yield deadline
