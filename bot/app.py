"""The one file that wires everything: store, desk, channels, delivery, alarm, web server."""

from __future__ import annotations

import asyncio
import gc
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import structlog
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp

from bot.alarm import Alarm
from bot.channels.base import Channel
from bot.channels.console import PLATFORM, ConsoleChannel
from bot.channels.webchat import WebChannel
from bot.clock import SystemClock, WallClock
from bot.config import Settings
from bot.delivery import Delivery
from bot.disks import BACKUPS
from bot.errands import NightlyProof
from bot.fetching import Fetcher
from bot.logs import tell
from bot.metrics import Metrics
from bot.nightly import Nightly
from bot.opening import zone_of
from bot.pacing import Pace
from bot.platforms import Ground, Opener, Platform, Running, openers
from bot.process import alive, leave_in_time, listening, notify
from bot.second import Seconds
from bot.secret import Secret
from bot.terminal import Failed, note
from bot.watchdog import Watchdog
from bot.web.demo import Demo
from bot.web.health import Health
from bot.web.pages import Site
from bot.web.porter import Porter
from bot.web.server import CannotListen, HttpServer, create_app, serve_http
from bot.weekly_figures import FiguresJob
from bot.wiping import Wiper
from handlers.desk import Desk
from handlers.periods import Length
from handlers.troubles import Trouble
from storage.database import Store, open_store
from storage.media import MediaFolder
from storage.records import Address, Deadline, Instant
from storage.turn import Turned

log = structlog.get_logger(__name__)

LAST_SECONDS = 4.5
"""With the five seconds the web server has, a graceful stop is over within ten."""

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
    metrics: Metrics
    seconds: Seconds
    watchdog: Watchdog
    platforms: dict[str, Platform]
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
    platforms: Sequence[Opener] = (),
    demo: Demo | None = None,
    unopened: frozenset[Address] = frozenset(),
    backups: Path | None = None,
    opinion_key: Secret | None = None,
) -> AsyncIterator[House]:
    """Build the program on an open, migrated store and run it until the block ends; then stop it in order.

    `platforms`: how to open each beside the web chat. `backups`: the folder for the nightly ones; None makes none.
    """
    desk = Desk(store)
    seconds = desk.second = Seconds(desk.receive, clock, opinion_key)
    web = WebChannel(store, clock, unopened)
    ground = Ground(store, media, desk, clock, site or Site())
    opened = {one.channel.platform: one for one in (opener(ground) for opener in platforms)}
    ours: dict[str, Channel] = {web.platform: web, PLATFORM: ConsoleChannel()}
    channels = ours | {name: one.channel for name, one in opened.items()}
    paces: dict[str, Pace] = {name: one.pace for name, one in opened.items() if one.pace is not None}
    alarm = Alarm(desk.sweep, clock)
    delivery = Delivery(store, desk, channels, clock, paces)
    fetcher = Fetcher(store, media, channels, clock, desk.lost)

    folders = {"media": media.root}
    if store.url.startswith("sqlite:"):
        folders["database"] = store.path.parent
    if backups is not None:
        folders[BACKUPS] = backups
    metrics = Metrics(store, desk, alarm, delivery.lines, clock, folders, seconds)

    def on_turn(turned: Turned) -> None:
        metrics.turned(turned)
        tell(turned.lines)
        if turned.to_fetch:
            fetcher.nudge()
        if turned.owed:
            delivery.nudge(turned.owed)
        console.state.office.turned(turned)

    def on_acted(deadlines: Sequence[Deadline]) -> None:
        metrics.acted(deadlines)
        alarm.stepped()

    def on_commit(due: Instant | None) -> None:
        alarm.rearm(due)

    def on_stir() -> None:
        delivery.nudge()
        fetcher.nudge()
        console.state.office.stirred()

    desk.pages = ground.site.public_url.rstrip("/")
    desk.opening = Porter(ground.site.public_url, lambda: f"http://{host}:{server.port}").open
    store.on_turn = on_turn
    store.on_stir = on_stir
    desk.on_acted = on_acted
    desk.on_commit = on_commit
    alarm.on_sweep = alive
    routes: list[BaseRoute] = [
        Route("/healthz", Health(store, alarm).answer),
        Route("/metrics", metrics.answer),
    ]
    console = create_app(
        desk,
        store,
        media,
        web,
        clock,
        site=ground.site,
        handed_over=delivery.handed_over,
        demo=demo,
        extra_routes=routes,
    )
    desk.calendar.jobs.append(NightlyProof(SystemClock()))
    for length in (Length.WEEK, Length.MONTH):
        desk.calendar.jobs.append(FiguresJob(length, SystemClock(), console.state.runner.ring))
    app: ASGIApp = console
    for platform in opened.values():
        app = platform.front(app, delivery)
    try:
        server = await serve_http(app, web, host, port)
    except CannotListen as taken:
        raise Failed(f"不能监听 {host}:{port}，换一个端口试试 · {taken}") from taken
    watchdog = Watchdog(store, clock, delivery.nudge)
    running = House(store, desk, alarm, delivery, fetcher, web, server, metrics, seconds, watchdog, opened)
    parts = {"alarm": alarm.run, "delivery": delivery.run, "fetcher": fetcher.run, "watchdog": watchdog.run}
    parts["wiper"] = Wiper(store, media).run
    parts["errands"] = console.state.runner.run
    running.tasks = [_start(name, partial(supervise, name, run)) for name, run in parts.items()]
    if backups is not None:
        nightly = Nightly(store, backups, clock, delivery.nudge)
        alarm.every_hour(nightly.ring)
        running.tasks.append(_start("nightly", partial(supervise, "nightly", nightly.run)))
    for name, platform in opened.items():
        watchdog.watch_answers(platform.channel)
        if platform.hears is not None:
            watchdog.watch(Trouble.DEAF, name, platform.hears)
        running.tasks += [
            _start(task, partial(supervise, task, run)) for task, run in platform.supervised.items()
        ]
        running.tasks += [_start(task, run) for task, run in platform.once.items()]
    try:
        yield running
    finally:
        await _stop(running)


def _start(name: str, run: Running) -> asyncio.Task[None]:
    async def whole() -> None:
        await run()

    return asyncio.create_task(whole(), name=name)


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
    settling = [_start(f"settle {name}", one.settled) for name, one in running.platforms.items()]
    _, late = await asyncio.wait([*running.tasks, *settling], timeout=LAST_SECONDS)
    for task in late:
        log.error("did not stop in time", task=task.get_name())
    await running.seconds.close()
    await running.metrics.close()
    for platform in running.platforms.values():
        await platform.close()


async def serve(settings: Settings) -> int:
    """`huying serve`: run until told to stop."""
    store = await open_store(settings.database)
    try:
        await store.migrate()
        directory = await store.directory()
        if not directory.communities:
            say("还没有社区，先运行 huying import · no community yet: run huying import FILE")
        site = Site(settings.public_url or "", zone_of(directory))
        media = MediaFolder(settings.media)
        clock = SystemClock()
        open_house = house(
            store,
            media,
            clock,
            host=settings.host,
            port=settings.port,
            site=site,
            platforms=openers(settings),
            backups=settings.backups,
            opinion_key=settings.opinion_key,
        )
        # Heard from before the doors open: whoever is told to stop while it starts does not leave letters lying.
        with listening() as told:
            async with open_house as running:
                at = settings.public_url or f"http://{settings.host}:{running.port}"
                say(f"在运行 · serving {at}", port=running.port, platforms=sorted(running.platforms))
                settle_memory()
                notify("READY=1")
                await told.wait()
                stopping = time.monotonic()
                notify("STOPPING=1")
                leave_in_time()
                say("正在停下 · stopping")
    finally:
        await store.close()
    say("停下了 · stopped", seconds=round(time.monotonic() - stopping, 1))
    return 0


def settle_memory() -> None:
    """What is loaded by now stays until the end: the collector need not go through it again and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 20, 20)


def say(words: str, **more: Any) -> None:
    """Tell whoever started it: a person in words, a machine in a line like all others."""
    if sys.stderr.isatty():
        note(f"huying: {words}")
    else:
        log.info(words, **more)
