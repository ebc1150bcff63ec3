"""A house for web tests: a real store, media folder and application, a clock the test turns, a desk that takes notes."""

from __future__ import annotations

import io
import re
from collections.abc import Collection
from dataclasses import dataclass, field

import httpx
from PIL import Image
from starlette.routing import Route

from bot.channels.webchat import WebChannel
from bot.web.application import create_app
from bot.web.demo import Demo
from bot.web.health import Health
from bot.web.pages import Site
from bot.web.seats import Seat
from handlers.messages import Answer, Inbound, Sender
from storage.database import StorageFailed, Store
from storage.media import MediaFolder
from storage.records import (
    Address,
    Category,
    Community,
    Compound,
    Directory,
    Grid,
    Kind,
    Level,
    Person,
    Place,
    Reason,
    Regime,
    Role,
    Severity,
    State,
    Ticket,
)

NOON = 1_795_320_000_000
"""2026-11-22 12:00 in Wuhan."""
GROUP = Address("web:demo-group")
HOST = "http://huying.test"


class TurnedClock:
    """Stands still until the test moves it."""

    def __init__(self, now: int = NOON) -> None:
        self._now = now

    def now(self) -> int:
        return self._now

    async def until(self, instant: int) -> None:
        self._now = max(self._now, instant)

    def forward(self, ms: int) -> None:
        self._now += ms


class NotingDesk:
    """Writes down what comes in; answers what the test says; may be told that storage fails."""

    def __init__(self) -> None:
        self.heard: list[Inbound] = []
        self.answer = Answer()
        self.failing = False

    async def receive(self, inbound: Inbound, now: int) -> Answer:
        if self.failing:
            raise StorageFailed("disk full")
        if any(inbound.key == earlier.key for earlier in self.heard):
            return Answer(self.answer.toast, repeat=True)
        self.heard.append(inbound)
        return self.answer


def a_photo(width: int = 40, color: str = "teal") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (width, 30), color).save(out, "PNG")
    return out.getvalue()


def a_queued_ticket(number: int = 1024, **changes: object) -> Ticket:
    known = {
        "state": State.ACCEPTED,
        "grid": "xinhai-east-1",
        "community": "jinghe",
        "queued": Reason.RESOLVE_MISSED,
        "queued_at": NOON,
        "level": Level.QUEUE,
        "handler": "wangfang",
    }
    known |= changes
    return Ticket(
        id=f"{known['community']}-{number}",
        number=number,
        kind=Kind.REPAIR,
        category=Category.ELEVATOR,
        severity=Severity.MAJOR,
        place=Place("3", "2"),
        words="3号楼2单元电梯停在5楼",
        reporter=None,
        reported_at=NOON,
        **known,  # type: ignore[arg-type]
    )


def directory() -> Directory:
    people = {
        id: Person(id, community, name, frozenset({role}), listed=True)
        for id, community, name, role in (
            ("wangfang", "jinghe", "王芳", Role.GRID_LEADER),
            ("lilei", "jinghe", "李雷", Role.GRID_LEADER),
            ("zhaomin", "jinghe", "赵敏", Role.STAFF),
            ("meiyi", "jinghe", "梅姨", Role.RESIDENT),
            ("sunli", "other", "孙丽", Role.STAFF),
        )
    }
    return Directory(
        0,
        {c: Community(c, name) for c, name in (("jinghe", "径河社区"), ("other", "东湖社区"))},
        {
            "xinhai-east": Compound("xinhai-east", "jinghe", "鑫海花城东区", Regime.COMMUNITY),
            "lake": Compound("lake", "other", "湖景苑", Regime.NONE),
        },
        {
            "xinhai-east-1": Grid(
                "xinhai-east-1", "jinghe", "xinhai-east", "第一网格", ("1", "2", "3"), "wangfang"
            ),
            "xinhai-east-2": Grid("xinhai-east-2", "jinghe", "xinhai-east", "第二网格", ("4", "5"), "lilei"),
            "lake-1": Grid("lake-1", "other", "lake", "湖景网格", ("1",), "sunli"),
        },
        people,
        {},
        {},
    )


def sender(account: str, name: str) -> Sender:
    return Sender(Address(f"web:{account}"), name)


SEATS = (
    Seat(
        "group-secret-0123456789",
        "seat.group",
        GROUP,
        False,
        (sender("mei", "梅姨"), sender("chen", "陈叔"), sender("lin", "小林")),
        about="seat.group_about",
        tries=("3号楼2单元电梯停在5楼 门打不开",),
    ),
    Seat(
        "leader-secret-012345678",
        "seat.leader",
        Address("web:wangfang"),
        True,
        (sender("wangfang", "王芳"),),
        about="seat.leader_about",
    ),
    Seat(
        "staff-secret-0123456789",
        "seat.staff",
        Address("web:demo-staff"),
        False,
        (sender("zhaomin", "赵敏"),),
        about="seat.staff_about",
        queue_of="jinghe",
    ),
)


@dataclass
class Swept:
    """What the alarm tells of its last sweep."""

    seconds: float | None = 0.0
    trouble: str = ""

    def age(self) -> float | None:
        return self.seconds


@dataclass
class House:
    store: Store
    media: MediaFolder
    clock: TurnedClock = field(default_factory=TurnedClock)
    desk: NotingDesk = field(default_factory=NotingDesk)
    sweeping: Swept = field(default_factory=Swept)
    public_url: str = HOST
    handed_over: list[tuple[Address, Collection[int], str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.webchat = WebChannel(self.store, self.clock)
        self.app = self.make_app(public_url=self.public_url)
        self.store.on_turn = self.app.state.office.turned

    def make_app(self, *, public_url: str = HOST, demo: bool = True):
        return create_app(
            self.desk,
            self.store,
            self.media,
            self.webchat,
            self.clock,
            site=Site(public_url),
            handed_over=lambda *one: self.handed_over.append(one),
            extra_routes=[Route("/healthz", Health(self.store, self.sweeping).answer)],
            demo=Demo(SEATS, 60, "zhaomin") if demo else None,
            wall=self.clock,
        )

    def browser(self, app=None, **headers: str) -> Browser:
        """A browser of its own: its own cookies."""
        transport = httpx.ASGITransport(app or self.app, raise_app_exceptions=False)
        return Browser(transport=transport, base_url=HOST, headers=headers)

    async def run_errands(self) -> None:
        """Do what was asked for in the console and takes long."""
        await self.app.state.runner.look()

    async def shelf(self, chat: str):
        async with self.store.view() as turn:
            return await turn.web.latest(Address(chat), 100)


class Browser(httpx.AsyncClient):
    """Opens pages and sends the forms that stand in them."""

    async def open(self, path: str = "/chat") -> httpx.Response:
        self.page = await self.get(path, follow_redirects=True)
        return self.page

    def hidden(self, form: str, name: str) -> str:
        """What a hidden field of a form (`say-me`, `press-me`, …) says."""
        _, _, after = self.page.text.partition(f'id="{form}"')
        found = re.search(rf'name="{name}"[^>]* value="([^"]*)"', after)
        assert found is not None, f"no field {name} in {form}"
        return found[1]

    async def say(
        self, text: str = "", *, photos=(), form: str = "say-me", htmx: bool = False, **fields: str
    ):
        data = {"text": text, "seat": self.hidden(form, "seat"), "nonce": self.hidden(form, "nonce")} | fields
        files = [("photo", photo) for photo in photos] or [("photo", ("", b"", "application/octet-stream"))]
        headers = {"hx-request": "true"} if htmx else {}
        return await self.post("/chat", data=data, files=files, headers=headers)

    async def press(self, button: str, *, form: str = "press-me", htmx: bool = True, **fields: str):
        data = {
            "press": button,
            "seat": self.hidden(form, "seat"),
            "nonce": self.hidden(form, "nonce"),
        } | fields
        return await self.post("/chat", data=data, headers={"hx-request": "true"} if htmx else {})
