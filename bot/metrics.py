"""/metrics, for Prometheus: is anything waiting, late or failing. No personal data and no secret is in it.

The rooms of the program keep plain numbers; they are read when somebody asks, into a registry of this house's own.
What only the database knows is asked for at most every few seconds, whoever asks how often, and living tickets and untold
letters are counted beside the scrape, which never waits for that: the count's cost follows what is alive, and a city has many.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import structlog
from prometheus_client import CollectorRegistry, Counter, Histogram, ProcessCollector
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.exposition import choose_encoder
from prometheus_client.registry import Collector
from starlette.requests import Request
from starlette.responses import Response

from bot.alarm import Alarm
from bot.clock import WallClock
from bot.disks import BACKUPS, Disks
from bot.line import Line
from bot.second import Seconds
from handlers.desk import Desk
from storage.database import StorageFailed, Store
from storage.records import SECOND, Deadline, Instant
from storage.turn import Turned

log = structlog.get_logger(__name__)

FRESH = 2.0
"""Seconds for which what the database said of the outbox is told again without asking."""
RECOUNT = 60.0
"""Seconds between counts of the living tickets; longer where one takes more than a hundredth of it."""
PATIENCE = 3.0
"""Seconds the database has to answer a scrape."""

LATE = (0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 300.0, 3600.0)
QUICK = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)


@dataclass
class Backlog:
    """What the database said last. `letters`: by platform, how many and since when; None when it did not answer. `untold`:
    by platform, how many wait for their readers to speak; None until they were counted."""

    letters: Mapping[str, tuple[int, Instant]] | None = None
    untold: Mapping[str, int] | None = None
    alive: Mapping[str, int] = field(default_factory=dict)


class Metrics:
    """Told of every turn and every deadline as they happen; reads the rest of the house when asked.

    `folders`: what the disks are asked for, by the name they have in the figures. Any number may ask at once.
    """

    def __init__(
        self,
        store: Store,
        desk: Desk,
        alarm: Alarm,
        lines: Mapping[str, Line],
        clock: WallClock,
        folders: Mapping[str, Path],
        seconds: Seconds,
    ) -> None:
        self._store, self._clock = store, clock
        self._backlog = Backlog()
        self._looking = asyncio.Lock()
        self._looked = self._count_due = float("-inf")
        self._counting: asyncio.Task[None] | None = None
        self._registry = registry = CollectorRegistry(auto_describe=False)
        ProcessCollector(registry=registry)
        self._late = Histogram(
            "huying_deadline_lateness_seconds",
            "From the moment a deadline was due to the commit that acted on it",
            buckets=LATE,
            registry=registry,
        )
        self._took = Histogram(
            "huying_turn_seconds", "A write transaction, commit included", buckets=QUICK, registry=registry
        )
        self._waited = Histogram(
            "huying_turn_wait_seconds",
            "What a write transaction waited for those before it",
            buckets=QUICK,
            registry=registry,
        )
        self._broken = Counter(
            "huying_turns_rolled_back", "Write transactions that were rolled back", registry=registry
        )
        self._acts = Counter(
            "huying_acts", "Lines of the ledger; act=report is a report made", ["act"], registry=registry
        )
        self._disks = Disks(folders)
        registry.register(_House(desk, seconds, alarm, lines, clock, self._disks, self._backlog))

    # --- what happens -------------------------------------------------------------------------------------------

    def turned(self, turned: Turned) -> None:
        """A turn at the store has ended."""
        self._took.observe(turned.took)
        self._waited.observe(turned.waited)
        if not turned.whole:
            self._broken.inc()
        for line in turned.lines:
            self._acts.labels(str(line.act)).inc()

    def acted(self, deadlines: Sequence[Deadline]) -> None:
        """A sweep has committed what it did about these."""
        now = self._clock.now()
        for deadline in deadlines:
            if deadline.due_at is not None:
                self._late.observe(max(0, now - deadline.due_at) / SECOND)

    # --- what is asked ------------------------------------------------------------------------------------------

    async def answer(self, request: Request) -> Response:
        """GET /metrics."""
        await self._look()
        encode, kind = choose_encoder(request.headers.get("accept", ""))
        return Response(encode(self._registry), media_type=kind)

    async def _look(self) -> None:
        async with self._looking:
            if time.monotonic() - self._looked < FRESH:
                return
            await self._disks.look()
            try:
                async with asyncio.timeout(PATIENCE), self._store.view() as view:
                    self._backlog.letters = await view.outbox.backlog(self._clock.now())
            except (StorageFailed, TimeoutError) as failed:
                self._backlog.letters = None
                log.warning("figures have to wait for the database", why=str(failed))
            self._looked = time.monotonic()
            if self._counting is None and self._looked >= self._count_due:
                self._counting = asyncio.create_task(self._count(), name="count")

    async def _count(self) -> None:
        began = time.monotonic()
        try:
            async with self._store.view() as view:
                self._backlog.alive = await view.tickets.alive()
                self._backlog.untold = await view.untold.counts()
        except StorageFailed as failed:
            log.warning("figures have to wait for the database", why=str(failed))
        finally:
            ended = time.monotonic()
            self._count_due = ended + max(RECOUNT, 100 * (ended - began))
            self._counting = None

    async def close(self) -> None:
        """Give up what is being counted."""
        if self._counting is not None:
            self._counting.cancel()
            await asyncio.wait({self._counting})


@dataclass(eq=False)
class _House(Collector):
    """The numbers the rooms keep, as they stand when somebody asks."""

    desk: Desk
    seconds: Seconds
    alarm: Alarm
    lines: Mapping[str, Line]
    clock: WallClock
    disks: Disks
    backlog: Backlog

    def describe(self) -> Iterator[Metric]:
        """Nothing: asking for the names beforehand would ask for the numbers."""
        return iter(())

    def collect(self) -> Iterator[Metric]:
        yield counter("messages", "Messages taken in", "platform", self.desk.heard)
        yield CounterMetricFamily(
            "huying_messages_set_aside", "Messages nobody could deal with", self.desk.laid_aside
        )
        yield GaugeMetricFamily("huying_messages_waiting", "Messages waiting at the desk", self.desk.waiting)
        opinions = {
            "asked": self.seconds.asked,
            "answered": self.seconds.answered,
            "failed": self.seconds.failed,
        }
        yield counter("second_opinions", "Questions to communities' endpoints", "fate", opinions)
        age = self.alarm.age()
        if age is not None:
            yield GaugeMetricFamily("huying_sweep_age_seconds", "Since the last good sweep", age)
        lines = self.lines.items()
        yield counter(
            "letters_sent", "Letters a platform took", "platform", {n: one.sent for n, one in lines}
        )
        yield counter(
            "letters_refused",
            "Tries a platform did not take, for any reason",
            "platform",
            {n: one.refused for n, one in lines},
        )
        yield gauge(
            "platform_reachable", "1: it answers", "platform", {n: int(not one.strikes) for n, one in lines}
        )
        yield from self._letters()
        untold = self.backlog.untold
        known = {} if untold is None else dict.fromkeys(self.lines, 0) | dict(untold)
        yield gauge("letters_untold", "Letters that wait for their readers to speak", "platform", known)
        yield gauge("tickets_alive", "Tickets that have not ended", "state", self.backlog.alive)
        yield from self._backups()
        free = {name: disk.free for name, disk in self.disks.told.items()}
        yield gauge("disk_free_bytes", "Room on the disk of a folder", "folder", free)

    def _letters(self) -> Iterator[Metric]:
        told = self.backlog.letters
        yield GaugeMetricFamily(
            "huying_database_up", "1: the database answers questions", int(told is not None)
        )
        if told is None:
            return
        # A platform for which nothing waits says 0, or a rule about it would see nothing at all.
        all_of_them = dict.fromkeys(self.lines, (0, None)) | dict(told)
        yield gauge(
            "letters_waiting",
            "Letters owed",
            "platform",
            {name: count for name, (count, _) in all_of_them.items()},
        )
        now = self.clock.now()
        yield gauge(
            "letters_oldest_seconds",
            "How long the oldest letter owed has been waiting",
            "platform",
            {
                name: 0.0 if since is None else max(0, now - since) / SECOND
                for name, (_, since) in all_of_them.items()
            },
        )

    def _backups(self) -> Iterator[Metric]:
        disk = self.disks.told.get(BACKUPS)
        if disk is not None and disk.backup_at is not None:
            age = time.time() - disk.backup_at
            yield GaugeMetricFamily("huying_backup_age_seconds", "Since the last proven backup", age)


def counter(name: str, help: str, label: str, numbers: Mapping[str, float]) -> CounterMetricFamily:
    family = CounterMetricFamily(f"huying_{name}", help, labels=[label])
    for key, value in sorted(numbers.items()):
        family.add_metric([key], value)
    return family


def gauge(name: str, help: str, label: str, numbers: Mapping[str, float]) -> GaugeMetricFamily:
    family = GaugeMetricFamily(f"huying_{name}", help, labels=[label])
    for key, value in sorted(numbers.items()):
        family.add_metric([key], value)
    return family
