"""The one file that wires everything: store, desk, channels, delivery, alarm, web server."""

from __future__ import annotations

import asyncio
import os
import signal
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import structlog
from starlette.routing import BaseRoute
from telegram.error import TelegramError

from bot.alarm import Alarm
from bot.channels.base import Channel
from bot.channels.telegram import TelegramChannel
from bot.channels.telegram_hook import register, telegram_route
from bot.channels.telegram_intake import Intake
from bot.channels.telegram_poll import Polling
from bot.channels.webchat import WebChannel
from bot.clock import SystemClock, WallClock
from bot.config import Settings, Telegram
from bot.delivery import Delivery
from bot.fetching import Fetcher
from bot.pacing import TELEGRAM, Limits, Pace
from bot.terminal import Failed, note
from bot.web.demo import Demo
from bot.web.pages import Site
from bot.web.server import CannotListen, HttpServer, create_app, serve_http
from handlers.desk import Desk
from storage.database import Store, open_store
from storage.media import MediaFolder
from storage.records import Address, Community, Instant

log = structlog.get_logger(__name__)

COMMANDS = {
    "report": "报修、投诉：一步一步来",
    "mine": "我的工单",
    "todo": "待办（网格长、物业、社区）",
    "board": "公示牌：谁负责",
    "services": "点单：要一项服务",
    "help": "怎么用",
}
"""The menu Telegram shows."""

LAST_SECONDS = 4.5
"""With the five seconds the web server has, a graceful stop is over within ten."""

LAST_RESORT_SECONDS = 9.8

RESTART_SECONDS = 1.0


@dataclass
class House:
    """One running program. Tests and the demo build it with their own clock; `port` is where it listens."""

    store: Store
    desk: Desk
    alarm: Alarm
    delivery: Delivery
    fetcher: Fetcher
    web: WebChannel
    server: HttpServer
    telegram: TelegramChannel | None = None
    intake: Intake | None = None
    tasks: list[asyncio.Task[None]] = field(default_factory=list)

    @property
    def port(self) -> int:
        return self.server.port


@asynccontextmanager
async def house(
    store: Store,
    media: MediaFolder,
    clock: WallClock,
    *,
    host: str = "127.0.0.1",
    port: int = 0,
    site: Site | None = None,
    telegram: Telegram | None = None,
    limits: Limits | None = TELEGRAM,
    demo: Demo | None = None,
    unopened: frozenset[Address] = frozenset(),
) -> AsyncIterator[House]:
    """Build the program on an open, migrated store and run it until the block ends; then stop it in order.

    `limits`: what Telegram lets through; None for a test server that sets none.
    """
    desk = Desk(store)
    web = WebChannel(store, clock, unopened)
    channels: dict[str, Channel] = {web.platform: web}
    paces: dict[str, Pace] = {}
    channel = TelegramChannel(telegram.token.reveal(), telegram.api, media) if telegram else None
    if channel is not None:
        channels[channel.platform] = channel
        paces[channel.platform] = Pace(limits)
    alarm = Alarm(desk.sweep, clock)
    delivery = Delivery(store, desk, channels, clock, paces)
    fetcher = Fetcher(store, media, channels, clock, desk.lost)

    def on_commit(due: Instant | None) -> None:
        alarm.rearm(due)
        delivery.nudge()
        fetcher.nudge()

    desk.on_commit = on_commit
    intake = Intake(channel, desk, clock) if channel else None
    routes: Sequence[BaseRoute] = ()
    if intake is not None and telegram is not None and telegram.mode == "webhook" and telegram.secret:
        routes = (telegram_route(intake, telegram.secret.reveal()),)
    app = create_app(
        desk,
        store,
        media,
        web,
        clock,
        site=site or Site(),
        sweep_age=alarm.age,
        demo=demo,
        extra_routes=routes,
    )
    try:
        server = await serve_http(app, web, host, port)
    except CannotListen as taken:
        raise Failed(f"不能监听 {host}:{port}，换一个端口试试 · {taken}") from taken
    running = House(store, desk, alarm, delivery, fetcher, web, server, channel, intake)
    running.tasks = [
        asyncio.create_task(supervise("alarm", alarm.run), name="alarm"),
        asyncio.create_task(supervise("delivery", delivery.run), name="delivery"),
        asyncio.create_task(supervise("fetcher", fetcher.run), name="fetcher"),
    ]
    if channel is not None and intake is not None and telegram is not None:
        door = _telegram_door(channel, intake, telegram, site or Site())
        running.tasks.append(asyncio.create_task(supervise("telegram", door), name="telegram"))
        running.tasks.append(asyncio.create_task(_install_menu(channel), name="menu"))
    try:
        yield running
    finally:
        await _stop(running)


def _telegram_door(
    channel: TelegramChannel, intake: Intake, telegram: Telegram, site: Site
) -> Callable[[], Awaitable[None]]:
    """Return what keeps updates coming: our own polling, or the webhook registered once and then left alone."""

    async def open_door() -> None:
        if telegram.mode == "polling":
            await Polling(channel, intake).run()
        assert telegram.secret is not None, "settings give webhook mode a secret"
        await register(channel, site.public_url, telegram.secret.reveal())
        log.info("webhook registered", url=f"{site.public_url}/telegram")
        await asyncio.Event().wait()

    return open_door


async def _install_menu(channel: TelegramChannel) -> None:
    """The menu is a comfort: nobody's call waits for it."""
    try:
        await channel.set_commands(COMMANDS)
    except TelegramError as failed:
        log.warning("the menu of commands was not installed", why=failed.message)


async def supervise(name: str, run: Callable[[], Awaitable[None]]) -> None:
    """Keep a task running: what it fails of is logged, and it starts again after a pause."""
    pause = RESTART_SECONDS
    while True:
        started = asyncio.get_running_loop().time()
        try:
            await run()
            return
        except Exception as failed:
            log.exception("%s failed and starts again", name, why=str(failed))
        if asyncio.get_running_loop().time() - started > 60:
            pause = RESTART_SECONDS
        await asyncio.sleep(pause)
        pause = min(pause * 2, 30.0)


async def _stop(running: House) -> None:
    """First the doors, then the alarm, then what is on its way out; the store is its owner's to close."""
    await running.server.stop()
    for task in reversed(running.tasks):
        task.cancel()
    pressed = asyncio.create_task(running.intake.settled()) if running.intake is not None else None
    _, late = await asyncio.wait([*running.tasks, *([pressed] if pressed else [])], timeout=LAST_SECONDS)
    for task in late:
        log.error("did not stop in time", task=task.get_name())
    if running.telegram is not None:
        await running.telegram.close()


def leave_in_time() -> None:
    """End the process when stopping takes too long: a look-up of a name that hangs in its thread, for one, would keep
    it for minutes. What was acknowledged is stored by then; the rest is taken up again at the next start."""

    def leave() -> None:
        log.error("stopping took too long")
        os._exit(0)

    last_resort = threading.Timer(LAST_RESORT_SECONDS, leave)
    last_resort.daemon = True
    last_resort.start()


async def serve(settings: Settings) -> int:
    """`huying serve`: run until told to stop."""
    if unspoken := settings.unspoken():
        raise Failed(unspoken[0])
    store = await open_store(settings.database)
    try:
        await store.migrate()
        directory = await store.directory()
        if not directory.communities:
            note("huying: 还没有社区，先运行 huying import · no community yet: run huying import FILE")
        site = Site(settings.public_url or "", _zone(directory.communities.values()))
        media = MediaFolder(settings.media)
        clock = SystemClock()
        async with house(
            store,
            media,
            clock,
            host=settings.host,
            port=settings.port,
            site=site,
            telegram=settings.telegram,
        ) as running:
            note(
                f"huying: 在运行 · serving {settings.public_url or f'http://{settings.host}:{running.port}'}"
            )
            log.info("serving", port=running.port, telegram=bool(settings.telegram))
            await until_told()
            leave_in_time()
            note("huying: 正在停下 · stopping")
    finally:
        await store.close()
    return 0


def _zone(communities: Iterable[Community]) -> str:
    """The zone the pages show their times in: the first community's."""
    return next((community.timezone for community in communities), "Asia/Shanghai")


async def until_told() -> None:
    """Return at SIGTERM or SIGINT."""
    told = asyncio.Event()
    loop = asyncio.get_running_loop()
    for which in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(which, told.set)
    try:
        await told.wait()
    finally:
        for which in (signal.SIGTERM, signal.SIGINT):
            loop.remove_signal_handler(which)
