"""The night's backup: once a day after three o'clock, by whichever process comes first, in a process of its own.

Of its own, because packing and proving a city's ledger takes minutes of work that nobody's call shall wait for. It is
`huying backup --nightly FOLDER`, what people can run by hand. When it fails it is tried again every hour, and whoever looks
after the machine is told, once; and once more when it has been made up for.
"""

from __future__ import annotations

import asyncio
import secrets
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import structlog

from bot.clock import WallClock
from bot.opening import zone_of
from handlers.desk import troubles
from handlers.troubles import Lasting, Trouble
from storage.database import Store
from storage.errors import StorageFailed
from storage.records import Instant

log = structlog.get_logger(__name__)

HOUR = 3
"""Local time from which the night's backup is due."""
FIRST_LOOK = 60.0
"""Seconds after the start before the first look: what fell due meanwhile goes first."""
DONE = "backup"


class Nightly:
    """`run` is a supervised task; `ring` is for the calendar, once an hour. `told`: letters were written."""

    def __init__(
        self,
        store: Store,
        folder: Path,
        clock: WallClock,
        told: Callable[[], None],
        command: Sequence[str] = (sys.executable, "-m", "bot", "backup", "--nightly"),
    ) -> None:
        self._store, self._clock, self._told = store, clock, told
        self._command = (*command, str(folder))
        self._me = secrets.token_hex(8)
        self._ringing = asyncio.Event()

    async def ring(self) -> None:
        """An hour has begun."""
        self._ringing.set()

    async def run(self) -> None:
        await asyncio.sleep(FIRST_LOOK)
        while True:
            self._ringing.clear()
            try:
                await self.look()
            except StorageFailed as failed:
                log.error("the nightly backup has to wait for the database", why=str(failed))
            await self._ringing.wait()

    async def look(self) -> bool:
        """Make the backup when it is due and nobody else has taken this hour. True when it was made."""
        now = self._clock.now()
        directory = await self._store.directory()
        local = datetime.fromtimestamp(now / 1000, UTC).astimezone(ZoneInfo(zone_of(directory)))
        night = (local - timedelta(hours=HOUR)).date().isoformat()
        async with self._store.view() as view:
            if await view.tokens.get(DONE) == night:
                return False
        async with self._store.turn() as turn:
            # By the hour and not by the night: whoever dies in the middle, or fails, must not have used it up.
            if not await turn.jobs.claim(DONE, f"{night}/{local:%H}", now):
                return False
        trouble = await self._make()
        if trouble:
            await self._failed(trouble, now)
            return False
        async with self._store.turn() as turn:
            await turn.tokens.set(DONE, night)
        if await troubles.ended(self._store, Trouble.BACKUP, "", self._me, self._clock.now()):
            self._told()
        return True

    async def _failed(self, why: str, now: Instant) -> None:
        lasting = Lasting(Trouble.BACKUP, "", now, why, self._me, now)
        if await troubles.found(self._store, lasting):
            self._told()

    async def _make(self) -> str:
        """Return the line that says why it failed; empty when it did not."""
        making = await asyncio.create_subprocess_exec(
            *self._command,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.PIPE,
        )
        try:
            _, said = await making.communicate()
        except asyncio.CancelledError:
            # We are stopping. What it leaves behind is taken away by the next one.
            with suppress(ProcessLookupError):
                making.kill()
            await making.wait()
            raise
        lines = said.decode(errors="replace").strip().splitlines()
        last = lines[-1].removeprefix("huying: ") if lines else ""
        log.info("the nightly backup ended", code=making.returncode, said=last)
        return "" if making.returncode == 0 else last or f"exit code {making.returncode}"
