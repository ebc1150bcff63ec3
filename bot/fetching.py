"""Photos and voices fetched from their platform into the media folder, soon after the message that named them."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import structlog

from bot.channels.base import Channel
from bot.clock import WallClock
from bot.line import growing, storage_pause
from handlers.messages import NotDelivered
from storage.claims import Claim
from storage.database import Store
from storage.errors import StorageFailed
from storage.media import LARGEST, MediaFolder, NotKept
from storage.records import DAY, MINUTE, Attachment, Instant, Span, in_log
from storage.turn import Turn

log = structlog.get_logger(__name__)

AT_ONCE = 4
MOST_TRIES = 6
"""Of a file that has trouble of its own."""
PATIENCE: Span = DAY
"""How long after it was sent a file is still tried while its platform is in trouble."""
FETCH_SECONDS = 120.0
LOOK_EVERY = 5.0
"""Seconds. As long after the process that fetches has died, another one does."""
CLAIM = "media/fetch"

# What is kept in Attachment.failed: a cause of media.NotKept, or one of these. handlers/texts has the words.
GONE = "gone"
UNREACHABLE = "unreachable"
TOO_LARGE = "too_large"
NOT_MEDIA = "not_media"

Outcome = Callable[[Turn], Awaitable[None]]
Tell = Callable[[Turn, Attachment, str, Instant], Awaitable[None]]
"""Called in the turn that gives a file up, with why: whoever sent it is to be told."""


class Fetcher:
    """Empties the list of attachments to fetch; `run` is a supervised task that ends only by being cancelled.

    Pauses grow from try to try, in memory: a restart begins again, which a photo is worth.
    """

    def __init__(
        self,
        store: Store,
        media: MediaFolder,
        channels: Mapping[str, Channel],
        clock: WallClock,
        tell: Tell | None = None,
    ) -> None:
        self._store = store
        self._media = media
        self._channels = channels
        self._clock = clock
        self._tell = tell
        self._tries: dict[int, tuple[int, Instant]] = {}
        self._wake = asyncio.Event()
        self._quiet = asyncio.Event()
        self._storage_tries = 0
        self._claim: Claim | None = None

    def nudge(self) -> None:
        """There may be something new to fetch."""
        self._quiet.clear()
        self._wake.set()

    async def settled(self) -> None:
        """Return when nothing is being fetched and nothing could be now."""
        self.nudge()
        await self._quiet.wait()

    async def run(self) -> None:
        try:
            while True:
                self._wake.clear()
                try:
                    if not await self._round():
                        await self._sleep()
                    self._storage_tries = 0
                except StorageFailed as failed:
                    self._storage_tries += 1
                    log.error("photos have to wait for the database or the media folder", why=str(failed))
                    await storage_pause(self._storage_tries)
        finally:
            # Whoever starts again asks again: another process may have it by then.
            claim, self._claim = self._claim, None
            if claim is not None:
                await claim.release()

    async def _alone(self) -> bool:
        """Whether this process is the one that fetches: two would fetch every photo twice."""
        if self._claim is None or self._claim.lost.is_set():
            self._claim = await self._store.claim(CLAIM)
        return self._claim is not None

    async def _round(self) -> bool:
        """Fetch what may be fetched now, a few at once. False when there was nothing, or another process does it."""
        if not await self._alone():
            return False
        now = self._clock.now()
        async with self._store.view() as view:
            # Those that must wait are the oldest and come first: ask for so many more.
            listed = await view.media.to_fetch(AT_ONCE + len(self._tries))
        self._tries = {one.id: self._tries[one.id] for one in listed if one.id in self._tries}
        ready = [one for one in listed if self._tries.get(one.id, (0, 0))[1] <= now][:AT_ONCE]
        if not ready:
            return False
        outcomes = await asyncio.gather(*(self._fetch(one) for one in ready), return_exceptions=True)
        async with self._store.turn() as turn:
            for outcome in outcomes:
                if callable(outcome):
                    await outcome(turn)
        for failed in outcomes:
            if isinstance(failed, BaseException):
                raise failed
        return True

    async def _fetch(self, one: Attachment) -> Outcome | None:
        """Return what became of it, None when it is to be tried again. Raises StorageFailed."""
        channel = self._channels.get(one.platform)
        if channel is None:
            return self._later(one, f"no channel for {one.platform}")
        if one.kind == "video":
            return self._failed(one, NOT_MEDIA)
        if one.size > LARGEST:
            return self._failed(one, TOO_LARGE)
        try:
            async with asyncio.timeout(FETCH_SECONDS):
                content = await channel.fetch(one.ref)
            kept = await asyncio.to_thread(self._media.put, content, one.kind)
        except NotKept as useless:
            return self._failed(one, useless.reason)
        except NotDelivered as failed:
            if failed.forever:
                return self._failed(one, TOO_LARGE if "too big" in str(failed) else GONE)
            if failed.wait or failed.everywhere or failed.unsure:
                return self._later(one, str(failed), failed.wait)
            return self._try_again(one, str(failed))
        except TimeoutError:
            return self._try_again(one, f"not here within {FETCH_SECONDS:.0f} s")
        except StorageFailed:
            raise
        except Exception as failed:
            log.exception("an attachment could not be fetched", attachment=one.id, **in_log(one.ticket))
            return self._try_again(one, f"{type(failed).__name__}: {failed}")
        self._tries.pop(one.id, None)
        return lambda turn: turn.media.kept(one.id, kept.sha256, kept.size)

    def _failed(self, one: Attachment, why: str) -> Outcome:
        log.warning("an attachment will not be here", attachment=one.id, why=why, **in_log(one.ticket))
        self._tries.pop(one.id, None)

        async def outcome(turn: Turn) -> None:
            await turn.media.failed(one.id, why)
            if self._tell is not None:
                await self._tell(turn, one, why, self._clock.now())

        return outcome

    def _try_again(self, one: Attachment, why: str) -> Outcome | None:
        """It has trouble of its own: a few tries."""
        if self._tries.get(one.id, (0, 0))[0] + 1 >= MOST_TRIES:
            return self._failed(one, UNREACHABLE)
        return self._later(one, why)

    def _later(self, one: Attachment, why: str, wait: Span = 0) -> Outcome | None:
        now = self._clock.now()
        if now - one.at > PATIENCE:
            return self._failed(one, UNREACHABLE)
        tries = self._tries.get(one.id, (0, 0))[0] + 1
        log.info("an attachment has to wait", attachment=one.id, tries=tries, why=why, **in_log(one.ticket))
        self._tries[one.id] = (tries, now + max(wait, growing(tries, 5 * MINUTE)))
        return None

    async def _sleep(self) -> None:
        if self._wake.is_set():
            return
        self._quiet.set()
        waits: set[asyncio.Future[Any]] = {asyncio.ensure_future(self._wake.wait())}
        if self._tries:
            soonest = min(not_before for _, not_before in self._tries.values())
            waits.add(asyncio.ensure_future(self._clock.until(soonest)))
        try:
            await asyncio.wait(waits, timeout=LOOK_EVERY, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for wait in waits:
                wait.cancel()
