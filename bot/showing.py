"""`huying demo`: the whole program on a sample community, three seats in a browser, and residents who play along."""

from __future__ import annotations

import asyncio
import tempfile
import tomllib
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

import structlog

from bot.app import House, house
from bot.clock import FastClock
from bot.commands.demo import SPEED
from bot.opening import zone_of
from bot.past import People, live_through
from bot.process import listening
from bot.supervising import supervise
from bot.terminal import note
from bot.web.demo import Demo
from bot.web.say import Speaker, Unsayable, new_nonce
from bot.web.seats import Seat, new_secret
from bot.web.uploads import Form
from bot.web.words import word
from handlers.community import directory_of, read_community
from handlers.desk import Desk
from handlers.messages import Sender
from storage.database import Store, open_store
from storage.media import MediaFolder
from storage.records import Address

log = structlog.get_logger(__name__)

GROUP, STAFF_ROOM, LEADER = Address("web:demo-group"), Address("web:demo-staff"), Address("web:wangfang")
RESIDENTS = tuple(
    Sender(Address(f"web:{key}"), name) for key, name in (("mei", "梅姨"), ("chen", "陈叔"), ("lin", "小林"))
)
WANG, CHEN = Sender(LEADER, "王芳"), Sender(Address("web:chenjie"), "陈洁")
UNOPENED = frozenset(resident.account for resident in RESIDENTS)
"""These speak in the group only: what is meant for them alone is said there, as on Telegram for who never wrote
to the bot."""


LATE = 50
"""Tenths of a second the play waits for a button."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the play: `after` seconds since the first visitor (at the usual speed), who, and says or presses
    what."""

    after: float
    seat: int
    person: int
    says: str = ""
    presses: str = ""
    about: str = ""


PLAY: Sequence[Line] = (
    Line(2, 0, 2, says="谁家有电钻借一下"),
    Line(4, 0, 0, says="3号楼2单元电梯停在5楼，门打不开"),
    Line(9, 0, 2, says="我家也是"),
    Line(12, 1, 0, presses="接单", about="电梯"),
    Line(16, 0, 1, says="7号楼1单元楼道漏水，台阶上都是水"),
    Line(24, 1, 0, presses="到场", about="电梯"),
    Line(30, 0, 2, says="路灯终于亮了"),
    Line(36, 1, 0, presses="办结", about="电梯"),
    Line(39, 1, 0, says="换了门机，试了三趟，正常"),
    Line(48, 0, 0, presses="满意", about="说是办好了"),
)
"""The lift is seen to; the leak is taken by nobody and climbs, unless a visitor takes it."""


def seats() -> tuple[Seat, ...]:
    """Return the three seats, with fresh secrets."""
    return (
        Seat(
            new_secret(),
            "seat.group",
            GROUP,
            False,
            RESIDENTS,
            about="seat.group_about",
            tries=("5号楼2单元楼道灯坏了", "消防通道被三轮车堵了", "电梯里困了个老人 8号楼", "哈哈哈"),
            empty="seat.group_empty",
        ),
        Seat(
            new_secret(),
            "seat.leader",
            LEADER,
            True,
            (WANG,),
            about="seat.leader_about",
            tries=("待办", "公示牌", "帮助"),
            empty="seat.leader_empty",
        ),
        Seat(
            new_secret(),
            "seat.staff",
            STAFF_ROOM,
            False,
            (CHEN,),
            about="seat.staff_about",
            tries=("会议", "帮助"),
            empty="seat.staff_empty",
            queue_of="jinghe",
        ),
    )


def people() -> People:
    """Return who spoke before the visitor came."""
    return People(RESIDENTS, WANG, CHEN, GROUP, STAFF_ROOM)


async def show(*, port: int, speed: float, folder: Path | None = None) -> int:
    """Run the demo until told to stop. Nothing leaves the machine: it listens on loopback and opens no connection.

    `folder`: where the sample's database and photos lie; a temporary one, removed at the end, when None.
    """
    async with AsyncExitStack() as stack:
        if folder is None:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="huying-demo-")))
        store = await open_store(f"sqlite:///{folder / 'huying.db'}")
        stack.push_async_callback(store.close)
        await store.migrate()
        directory = directory_of(
            read_community(tomllib.loads(files("bot").joinpath("sample.toml").read_text("utf-8")))
        )
        async with store.turn() as turn:
            await turn.directory.replace(directory)
        clock, media = FastClock(speed), MediaFolder(folder / "media")
        await live_through(Desk(store), store, people(), zone_of(directory), clock.now())
        demo = Demo(seats(), speed, "chenjie", asyncio.Event())
        running = await stack.enter_async_context(
            house(store, media, clock, port=port, demo=demo, unopened=UNOPENED)
        )
        speaker = Speaker(running.desk, store, media, running.web, clock)
        play = asyncio.create_task(supervise("play", lambda: perform(demo, speaker, running)), name="play")
        running.tasks.append(play)
        _tell(demo, running.port)
        with listening() as told:
            await told.wait()
    return 0


def _tell(demo: Demo, port: int) -> None:
    base = f"http://127.0.0.1:{port}"
    note(f"呼应演示 · Huying demo: {base}/")
    for seat in demo.seats:
        note(f"  {word('zh', seat.title)} · {word('en', seat.title)}: {base}{seat.path}")
    note(f"  控制台 console: {base}/console （在首页点“打开控制台” · press the button on the first page）")
    note("  按 Ctrl-C 停下 · Ctrl-C stops it")


async def perform(demo: Demo, speaker: Speaker, running: House) -> None:
    """Play PLAY once, from the moment the first visitor opens the page. Who plays along may get ahead of it."""
    await demo.opened.wait()
    loop = asyncio.get_running_loop()
    start, pace = loop.time(), SPEED / demo.factor
    for line in PLAY:
        await asyncio.sleep(max(0.0, start + line.after * pace - loop.time()))
        await speak(line, demo, speaker, running)


async def speak(line: Line, demo: Demo, speaker: Speaker, running: House) -> None:
    """Say or press what the line has; skip it when a visitor was faster."""
    seat = demo.seats[line.seat]
    fields = {"as": str(line.person), "nonce": new_nonce(), "text": line.says}
    if line.presses:
        pressed = await button(running.store, seat, line)
        if pressed is None:
            log.info("the play skips a line", presses=line.presses)
            return
        fields = {"as": str(line.person), "nonce": new_nonce(), "press": pressed}
    try:
        await speaker.take(seat, Form(fields, ()))
    except Unsayable as moot:
        log.info("the play skips a line", why=str(moot))


async def button(store: Store, seat: Seat, line: Line) -> str | None:
    """Return what pressing the newest such button sends. On a busy machine the letter that offers it may still be on its
    way; None when it does not come, because a visitor has pressed it already."""
    for _ in range(LATE):
        pressed = await _offered(store, seat, line)
        if pressed is not None:
            return pressed
        await asyncio.sleep(0.1)
    return None


async def _offered(store: Store, seat: Seat, line: Line) -> str | None:
    async with store.view() as view:
        shown = await view.web.latest(seat.chat)
    for message in reversed(shown):
        if line.about not in message.heading + message.text:
            continue
        for row in message.buttons:
            for one in row:
                if one["label"].startswith(line.presses):
                    return f"{message.id} {one['press']}"
    return None
