"""Errands: what was asked for in the console and takes longer than a page may, done beside everything else.

Any number of processes do them, each one at a time; what is asked for waits in the database. Files are made in a folder
of their own, which nobody else may read, and go after KEPT.
"""

from __future__ import annotations

import asyncio
import os
import shutil
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import structlog

from bot.clock import WallClock
from storage.database import Store
from storage.errors import StorageFailed
from storage.records import HOUR, Community, Directory, Errand, ErrandKind, ErrandState, Instant
from storage.turn import Turn

log = structlog.get_logger(__name__)

KEPT = 2 * HOUR
"""How long a file waits to be fetched, counted from when it was ready."""
LOOK_EVERY = 60.0
"""Seconds between looks for what another process was asked for."""
BEAT_EVERY = 1.0
"""Seconds between two words on how far it is."""
PROOF_HOUR = 4
"""Local time from which the night's proof is due: after the backup."""


class NotDone(Exception):
    """The errand cannot be done, and trying again would not help. `why`: a word for the page."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


@dataclass
class Doing:
    """One errand under way. Who does it sets `done` and `total`; `folder` is its own, empty at first."""

    errand: Errand
    folder: Path
    done: int = 0
    total: int = 0

    def at(self, done: int, total: int) -> None:
        self.done, self.total = done, total


Doer = Callable[[Doing], Awaitable[Mapping[str, Any]]]
"""Does one and returns what came of it. Raises NotDone."""


@dataclass
class Runner:
    """`run` is a supervised task; `ring` says that something was asked for. `wall`: the machine's own time."""

    store: Store
    folder: Path
    wall: WallClock
    doers: Mapping[ErrandKind, Doer]
    _ringing: asyncio.Event = field(default_factory=asyncio.Event)

    def ring(self) -> None:
        self._ringing.set()

    def file(self, errand: str, name: str) -> Path:
        """Return where a file of the errand lies, or would lie."""
        return self.folder / errand / name

    async def run(self) -> None:
        while True:
            self._ringing.clear()
            try:
                await self.look()
            except StorageFailed as failed:
                log.warning("errands have to wait for the database", why=str(failed))
            with suppress(TimeoutError):
                async with asyncio.timeout(LOOK_EVERY):
                    await self._ringing.wait()

    async def look(self) -> None:
        """Put away what is old and do all that waits."""
        async with self.store.turn() as turn:
            known = await turn.errands.tidy(self.wall.now(), KEPT)
        await asyncio.to_thread(self._put_away, set(known))
        while await self._next():
            pass

    def _put_away(self, known: set[str]) -> None:
        if not self.folder.is_dir():
            return
        for left in self.folder.iterdir():
            if left.name not in known:
                shutil.rmtree(left, ignore_errors=True)

    async def _next(self) -> bool:
        async with self.store.turn() as turn:
            errand = await turn.errands.take(self.wall.now())
        if errand is None:
            return False
        state, said = ErrandState.FAILED, dict[str, Any]()
        try:
            said = dict(await self._doing(errand))
            state = ErrandState.DONE
        except NotDone as no:
            said = {"why": no.why}
        except asyncio.CancelledError:
            # We are stopping: it says so at once, instead of when it is given up.
            said = {"why": "stopped"}
            raise
        except (StorageFailed, OSError) as failed:
            log.error("an errand failed", errand=errand.kind, why=str(failed))
            said = {"why": "failed"}
        except Exception:
            # One errand's trouble is not the next one's: whoever asked sees that it failed, the log says why.
            log.exception("an errand failed", errand=errand.kind)
            said = {"why": "failed"}
        finally:
            if state is ErrandState.FAILED:
                shutil.rmtree(self.folder / errand.id, ignore_errors=True)
            async with self.store.turn() as turn:
                await turn.errands.end(errand.id, state, said, self.wall.now())
        return True

    async def _doing(self, errand: Errand) -> Mapping[str, Any]:
        """Do it, and say every BEAT_EVERY how far it is."""
        folder = self.folder / errand.id
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.chmod(self.folder, 0o700)
        doing = Doing(errand, folder)
        task = asyncio.ensure_future(self.doers[errand.kind](doing))
        try:
            while not (await asyncio.wait({task}, timeout=BEAT_EVERY))[0]:
                async with self.store.turn() as turn:
                    await turn.errands.beat(errand.id, doing.done, doing.total, self.wall.now())
            return task.result()
        finally:
            task.cancel()
            await asyncio.wait({task})


class NightlyProof:
    """A job of the calendar: each night every community's ledger is proven."""

    name = "proof"

    def __init__(self, wall: WallClock) -> None:
        self._wall = wall

    def period(self, community: Community, now: Instant) -> str | None:
        local = datetime.fromtimestamp(now / 1000, UTC).astimezone(ZoneInfo(community.timezone))
        return (local - timedelta(hours=PROOF_HOUR)).date().isoformat()

    async def do(
        self, turn: Turn, directory: Directory, community: Community, period: str, now: Instant
    ) -> None:
        proof = Errand(
            f"proof-{community.id}-{period}", ErrandKind.VERIFY, community.id, "", self._wall.now()
        )
        await turn.errands.ask(proof)
