"""A process's one more connection to PostgreSQL, for what outlives a transaction: names held, and news of other processes."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress

import asyncpg

from storage.claims import Claim
from storage.errors import StorageFailed
from storage.postgres import PostgresConnection, in_our_words, key_of

CHANNEL = "huying"
BEAT = 2.0
"""Seconds between two signs of life, and as long is waited for each: who lost the server must know it before the server,
which gives up on a silent process after about ten (storage/postgres.py), hands its names to another."""
AGAIN = 1.0
"""Seconds until a lost connection is sought again."""


class Watch:
    """`on_stir` is called when another process wrote something that others may have to act on, and when that may have
    gone unheard."""

    def __init__(self, connection: PostgresConnection, me: str) -> None:
        self._connection = connection
        self._me = me
        self._claims: dict[str, Claim] = {}
        self._alone = asyncio.Lock()
        self._broken = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self.on_stir: Callable[[], None] | None = None

    def start(self) -> None:
        """Begin to listen, and to hold on to the connection."""
        if self._task is None:
            self._task = asyncio.create_task(self._keep())

    async def claim(self, name: str) -> Claim | None:
        """Hold the name; None when it is held, be it by this process. Raises StorageFailed."""
        self.start()
        # Whoever is cancelled while the server already says yes must not leave the name held for ever.
        taking = asyncio.ensure_future(self._take(name))
        try:
            return await asyncio.shield(taking)
        except asyncio.CancelledError:
            with suppress(StorageFailed):
                claim = await taking
                if claim is not None:
                    await claim.release()
            raise

    async def _take(self, name: str) -> Claim | None:
        async with self._alone:
            with in_our_words():
                link = await self._listening()
                # The server would let the same session have it twice.
                if name in self._claims:
                    return None
                try:
                    held = await link.fetchval(
                        "SELECT pg_try_advisory_lock($1)", key_of(f"claim/{name}"), timeout=BEAT
                    )
                except BaseException:
                    # The server may have said yes, or say so later: then nobody would hold it, and nobody could.
                    self._lose()
                    raise
                if not held:
                    return None
            claim = self._claims[name] = Claim(name, lambda: self._give_up(name))
            return claim

    async def _give_up(self, name: str) -> None:
        async with self._alone:
            if self._claims.pop(name, None) is None:
                return
            link = self._connection.link
            if link is None:
                return
            try:
                await link.execute("SELECT pg_advisory_unlock($1)", key_of(f"claim/{name}"), timeout=BEAT)
            except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError):
                # The server lets go of everything when the connection ends.
                link.terminate()

    async def _keep(self) -> None:
        while True:
            try:
                with in_our_words():
                    async with self._alone:
                        link = await self._listening()
                        await link.execute("SELECT 1", timeout=BEAT)
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._broken.wait(), BEAT)
            except StorageFailed:
                self._lose()
                await asyncio.sleep(AGAIN)

    async def _listening(self) -> asyncpg.Connection:
        """Return the connection, made anew if need be."""
        link = self._connection.link
        if link is not None:
            return link
        self._lose()
        link = await self._connection.reach()
        link.add_termination_listener(lambda _: self._lose())
        await link.add_listener(CHANNEL, lambda _, pid, channel, said: self._hear(said))
        self._broken.clear()
        # What was said while nobody listened is not said again.
        self._hear("")
        return link

    def _hear(self, said: object) -> None:
        if said != self._me and self.on_stir is not None:
            self.on_stir()

    def _lose(self) -> None:
        self._broken.set()
        if (link := self._connection.link) is not None:
            link.terminate()
        for claim in self._claims.values():
            claim.lost.set()
        self._claims.clear()

    async def close(self) -> None:
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task
        self._lose()
        await self._connection.close()
