"""The one file that wires everything: store, desk, platforms, channels, delivery, alarm, calendar, pages.

Read from the top: `house` puts the rooms up, tells each who wants to hear what from it, opens the doors and runs them.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import structlog
from starlette.applications import Starlette
from starlette.routing import Route
from starlette.types import ASGIApp

from bot.alarm import Alarm
from bot.channels.base import Channel
from bot.channels.console import PLATFORM, ConsoleChannel
from bot.channels.webchat import WebChannel
from bot.clock import SystemClock, WallClock
from bot.delivery import Delivery
from bot.disks import BACKUPS
from bot.errands import NightlyProof
from bot.fetching import Fetcher
from bot.figure_pictures import AsErrand
from bot.logs import tell
from bot.metrics import Metrics
from bot.nightly import Nightly
from bot.platforms import Ground, Opener, Platform
from bot.process import alive
from bot.second import Seconds
from bot.secret import Secret
from bot.supervising import keep_running, start
from bot.terminal import Failed
from bot.watchdog import Watchdog
from bot.web.application import create_app
from bot.web.demo import Demo
from bot.web.health import Health
from bot.web.pages import Site
from bot.web.porter import Porter
from bot.web.server import CannotListen, HttpServer, serve_http
from bot.wiping import Wiper
from handlers.desk import Desk
from handlers.desk.holidays import HolidaysLacking
from handlers.desk.telling_figures import FiguresJob
from handlers.periods import Length
from handlers.troubles import Trouble
from storage.database import Store
from storage.media import MediaFolder
from storage.records import Address, Deadline, Instant
from storage.turn import Turned

log = structlog.get_logger(__name__)

LAST_SECONDS = 4.5
"""With the five seconds the web server has, a graceful stop is over within ten."""


@dataclass
class House:
    """One running program. Tests and the demo build it with their own clock; `port` is where it listens.

    `platforms`: those beside the web chat. `nightly`: the backup of the night, where one is made.
    """

    ground: Ground
    platforms: dict[str, Platform]
    web: WebChannel
    seconds: Seconds
    alarm: Alarm
    delivery: Delivery
    fetcher: Fetcher
    metrics: Metrics
    watchdog: Watchdog
    pages: Starlette
    nightly: Nightly | None
    server: HttpServer = field(init=False)
    tasks: list[asyncio.Task[None]] = field(default_factory=list)

    @property
    def store(self) -> Store:
        return self.ground.store

    @property
    def desk(self) -> Desk:
        return self.ground.desk

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
    platforms: Sequence[Opener] = (),
    demo: Demo | None = None,
    unopened: frozenset[Address] = frozenset(),
    backups: Path | None = None,
    opinion_key: Secret | None = None,
) -> AsyncIterator[House]:
    """Build the program on an open, migrated store and run it until the block ends; then stop it in order.

    `platforms`: how to open each beside the web chat. `backups`: the folder for the nightly ones; None makes none.
    """
    ground = Ground(store, media, Desk(store), clock, site or Site())
    opened = {one.channel.platform: one for one in (opener(ground) for opener in platforms)}
    seconds = Seconds(ground.desk.receive, clock, opinion_key)
    running = _rooms(ground, opened, WebChannel(store, clock, unopened), seconds, demo, backups)
    _introduce(running, host)
    _fill_calendar(running)
    _set_watchdog(running)
    running.server = await _served(running, host, port)
    running.tasks = _started(running)
    try:
        yield running
    finally:
        await _stop(running)


def _rooms(
    ground: Ground,
    platforms: dict[str, Platform],
    web: WebChannel,
    seconds: Seconds,
    demo: Demo | None,
    backups: Path | None,
) -> House:
    """Put the rooms up, each on what it stands on; nothing runs yet, and nobody knows of the others."""
    store, media, desk, clock = ground.store, ground.media, ground.desk, ground.clock
    channels: dict[str, Channel] = {web.platform: web, PLATFORM: ConsoleChannel()}
    channels |= {name: one.channel for name, one in platforms.items()}
    paces = {name: one.pace for name, one in platforms.items() if one.pace is not None}
    alarm = Alarm(desk.sweep, clock)
    delivery = Delivery(store, desk, channels, clock, paces)
    metrics = Metrics(store, desk, alarm, delivery.lines, clock, _folders(store, media, backups), seconds)
    pages = create_app(
        desk,
        store,
        media,
        web,
        clock,
        site=ground.site,
        handed_over=delivery.handed_over,
        demo=demo,
        extra_routes=[Route("/healthz", Health(store, alarm).answer), Route("/metrics", metrics.answer)],
    )
    return House(
        ground,
        platforms,
        web,
        seconds,
        alarm,
        delivery,
        Fetcher(store, media, channels, clock, desk.lost),
        metrics,
        Watchdog(store, clock, delivery.nudge),
        pages,
        Nightly(store, backups, clock, delivery.nudge) if backups is not None else None,
    )


def _folders(store: Store, media: MediaFolder, backups: Path | None) -> dict[str, Path]:
    """Return the folders that must not fill up, by their names in the figures."""
    folders = {"media": media.root}
    if store.url.startswith("sqlite:"):
        folders["database"] = store.path.parent
    if backups is not None:
        folders[BACKUPS] = backups
    return folders


def _introduce(running: House, host: str) -> None:
    """Tell each room who wants to hear what from it."""
    store, desk, site = running.store, running.desk, running.ground.site
    office = running.pages.state.office

    def on_turn(turned: Turned) -> None:
        running.metrics.turned(turned)
        tell(turned.lines)
        if turned.to_fetch:
            running.fetcher.nudge()
        if turned.owed:
            running.delivery.nudge(turned.owed)
        office.turned(turned)

    def on_stir() -> None:
        running.delivery.nudge()
        running.fetcher.nudge()
        office.stirred()

    def on_acted(deadlines: Sequence[Deadline]) -> None:
        running.metrics.acted(deadlines)
        running.alarm.stepped()

    def on_commit(due: Instant | None) -> None:
        running.alarm.rearm(due)

    store.on_turn, store.on_stir = on_turn, on_stir
    desk.on_acted, desk.on_commit = on_acted, on_commit
    desk.second = running.seconds
    desk.pages = site.public_url.rstrip("/")
    desk.opening = Porter(site.public_url, lambda: f"http://{host}:{running.port}").open
    running.alarm.on_sweep = alive


def _fill_calendar(running: House) -> None:
    """Write in what the calendar asks for beside the desk's own."""
    jobs, wall = running.desk.calendar.jobs, SystemClock()
    jobs.append(NightlyProof(wall))
    jobs.append(HolidaysLacking(running.desk.pages))
    for length in (Length.WEEK, Length.MONTH):
        jobs.append(FiguresJob(length, AsErrand(wall, running.pages.state.runner.ring)))
    if running.nightly is not None:
        running.alarm.every_hour(running.nightly.ring)


def _set_watchdog(running: House) -> None:
    """Have it ask each platform whether it answers, and whether what people say there reaches us."""
    for name, platform in running.platforms.items():
        running.watchdog.watch_answers(platform.channel)
        if platform.hears is not None:
            running.watchdog.watch(Trouble.DEAF, name, platform.hears)


async def _served(running: House, host: str, port: int) -> HttpServer:
    """Open the doors: the platforms' before the pages. Raises Failed."""
    app: ASGIApp = running.pages
    for platform in running.platforms.values():
        app = platform.front(app, running.delivery)
    try:
        return await serve_http(app, running.web, host, port)
    except CannotListen as taken:
        raise Failed(f"不能监听 {host}:{port}，换一个端口试试 · {taken}") from taken


def _started(running: House) -> list[asyncio.Task[None]]:
    """Set everything going that runs beside the doors."""
    kept = {
        "alarm": running.alarm.run,
        "delivery": running.delivery.run,
        "fetcher": running.fetcher.run,
        "watchdog": running.watchdog.run,
        "wiper": Wiper(running.store, running.ground.media).run,
        "errands": running.pages.state.runner.run,
    }
    if running.nightly is not None:
        kept["nightly"] = running.nightly.run
    tasks = [keep_running(name, run) for name, run in kept.items()]
    for platform in running.platforms.values():
        tasks += [keep_running(name, run) for name, run in platform.supervised.items()]
        tasks += [start(name, run) for name, run in platform.once.items()]
    return tasks


async def _stop(running: House) -> None:
    """First the doors, then the alarm, then what is on its way out; the store is its owner's to close."""
    await running.server.stop()
    for task in reversed(running.tasks):
        task.cancel()
    settling = [start(f"settle {name}", one.settled) for name, one in running.platforms.items()]
    _, late = await asyncio.wait([*running.tasks, *settling], timeout=LAST_SECONDS)
    for task in late:
        log.error("did not stop in time", task=task.get_name())
    await running.seconds.close()
    await running.metrics.close()
    for platform in running.platforms.values():
        await platform.close()
