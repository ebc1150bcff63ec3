"""A community on paper and one ticket in it, carried through decisions without any store: for tests of the rules."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from handlers import clocks, escalation, orders
from handlers.commands import Order, Verb
from handlers.community import directory_of, read_community
from handlers.known import File, Known
from handlers.messages import Decision, Inbound, Letter, Refused, Sender
from handlers.wording import render
from storage.records import (
    Act,
    Address,
    Card,
    Category,
    Clock,
    Deadline,
    Directory,
    Instant,
    Kind,
    LetterKind,
    Line,
    Owed,
    Person,
    Place,
    Role,
    Severity,
    Stage,
    State,
    Ticket,
)

NOON: Instant = 1_795_323_600_000
"""Sunday 2026-11-22 13:00 in Shanghai."""

GROUP = Address("telegram:-1001")
STAFF_CHAT = Address("telegram:-1009")


def person(its_id: str, name: str, account: int, *roles: str, **more: str) -> dict[str, object]:
    return {
        "id": its_id,
        "name": name,
        "roles": list(roles),
        "accounts": [f"telegram:{account}"] if account else [],
        **more,
    }


def community(**policy: Any) -> Directory:
    """The community file of these tests; `policy` are further tables of it."""
    return directory_of(
        read_community(
            {
                "community": {
                    "id": "jinghe",
                    "name": "径河社区",
                    "service_phone": "027-1",
                    "staff_chats": [STAFF_CHAT],
                },
                "compound": [{"id": "east", "name": "东区", "regime": "commercial", "property": "zhang"}],
                "grid": [
                    {
                        "id": "east-1",
                        "compound": "east",
                        "name": "第一网格",
                        "buildings": ["1-12"],
                        "leader": "wangfang",
                        "deputies": ["lilei"],
                        "chats": [GROUP],
                    },
                    {
                        "id": "east-2",
                        "compound": "east",
                        "name": "第二网格",
                        "buildings": ["13"],
                        "leader": "zhaomin",
                    },
                ],
                "person": [
                    person("wangfang", "王芳", 1, "grid_leader", phone="138"),
                    person("lilei", "李雷", 2, "grid_leader"),
                    person("zhaomin", "赵敏", 5, "grid_leader"),
                    person("zhang", "张师傅", 3, "property"),
                    person("chenjie", "陈洁", 4, "staff"),
                ],
                "meeting": {"calendar": "fri 15:00"},
                **policy,
            }
        )
    )


DIRECTORY = community()
MEI = Person("mei", "jinghe", "梅姨")
CHEN = Person("chen", "jinghe", "陈叔")
STRANGER = Person("stranger", "nanhu", "外人", frozenset(Role))


def ticket(**changes: Any) -> Ticket:
    fresh = Ticket(
        "jinghe-1001",
        "jinghe",
        1001,
        "east-1",
        State.REPORTED,
        Kind.REPAIR,
        Category.LIGHTING,
        Severity.ORDINARY,
        Place("3", "2"),
        "3号楼2单元楼道灯坏了",
        "mei",
        NOON,
        origin=GROUP,
        origin_message="7",
    )
    return replace(fresh, **changes)


class Desk:
    """Keeps what a decision changes, as the real desk does, and nothing else."""

    def __init__(self, its_ticket: Ticket | None = None, directory: Directory = DIRECTORY) -> None:
        self.directory = directory
        self.now = NOON
        self.ticket = its_ticket or ticket()
        self.running: dict[Clock, Deadline] = {
            d.clock: d for d in clocks.at_report(self.ticket, directory.communities["jinghe"], NOON)
        }
        self.over: dict[Clock, Deadline] = {}
        self.lines: list[Line] = []
        self.letters: list[Letter] = []
        self.told: list[Owed] = []
        self.marks: set[str] = set()
        self.followers: tuple[str, ...] = ()
        self.cards: tuple[Card, ...] = ()

    @property
    def file(self) -> File:
        return File(
            self.ticket,
            tuple(self.running.values()),
            self.followers,
            tuple(self.told),
            self.cards,
            story=tuple(self.lines),
        )

    def known(self, speaker: Person | None = None) -> Known:
        return Known(
            directory=self.directory,
            now=self.now,
            platform="telegram" if speaker else "clock",
            speaker=speaker,
            account=Address(f"telegram:{speaker.id}") if speaker else None,
            community=self.directory.communities["jinghe"],
            names={"mei": "梅姨", "chen": "陈叔"},
        )

    def keep(self, decision: Decision) -> list[Letter]:
        """Keep what was decided and return the letters that are owed by it."""
        for changed in decision.tickets:
            self.ticket = replace(changed, version=changed.version + 1)
        self.lines += decision.lines
        for _, clock in decision.stopped:
            self.running.pop(clock, None)
            self.over.pop(clock, None)
        for deadline in decision.deadlines:
            ran_out = deadline.stage is Stage.OVER
            (self.running if ran_out else self.over).pop(deadline.clock, None)
            (self.over if ran_out else self.running)[deadline.clock] = deadline
        self.followers += tuple(who for _, who in decision.followers)
        owed = [one for one in decision.letters if one.once is None or one.once not in self.marks]
        self.marks |= {one.once for one in owed if one.once}
        self.letters += owed
        self.told += [
            Owed(0, self.now, one.kind, 0, (), one.to, one.ticket, {}, one.once)
            for one in owed
            if one.kind in (LetterKind.ALERT, LetterKind.PAGE)
        ]
        return owed

    def does(self, who: str | Person, verb: Verb, rest: str = "", word: str = "") -> list[Letter]:
        """Somebody types an order with this ticket's number. Raises Refused."""
        speaker = self.directory.people[who] if isinstance(who, str) else who
        said = Inbound(
            f"t:{len(self.lines)}",
            self.now,
            Address("telegram:1"),
            True,
            Sender(Address(f"telegram:{speaker.id}"), speaker.name),
        )
        order = Order(verb, number=1001, rest=rest, word=word or rest)
        return self.keep(orders.carry_out(self.known(speaker), self.file, order, said))

    def may(self, who: str | Person, verb: Verb, rest: str = "") -> bool:
        """Try it; True when it was not refused."""
        try:
            self.does(who, verb, rest)
        except Refused:
            return False
        return True

    def forward(self, span: int) -> list[Letter]:
        """Turn the clock, acting on every deadline on the way; return the letters owed by that."""
        goal, owed = self.now + span, []
        while due := [d for d in self.running.values() if d.due_at is not None and d.due_at <= goal]:
            first = min(due, key=lambda d: (d.due_at or 0, d.clock))
            self.now = max(self.now, first.due_at or 0)
            owed += self.keep(escalation.act_on(self.known(), self.file, first))
        self.now = goal
        return owed

    def acts(self) -> list[Act]:
        return [line.act for line in self.lines]

    def words(self, letter: Letter) -> str:
        return render(letter.say, self.known().tongue)
