"""Letters owed become letters sent: claimed, written at the last moment, sent, recorded.

In one chat letters keep their order, chats do not wait for each other, emergencies overtake. Whatever a platform
answers leads to exactly one row's change; results and new claims share a turn.
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Mapping, Sequence
from typing import Any

import structlog

from bot.carrying import Carrier, Desk, messages
from bot.channels.base import Channel
from bot.clock import WallClock
from bot.keeping import keep
from bot.line import EVERY_KIND, Line, storage_pause
from bot.logs import about
from bot.pacing import Pace
from bot.recording import (
    Done,
    Handed,
    Written,
    given_back,
    record,
    record_one_by_one,
    write,
    write_alone,
)
from handlers.messages import Outgoing
from storage.database import Store
from storage.errors import StorageFailed
from storage.records import SECOND, Address, Instant, Owed, Span, in_log
from storage.turn import Turn

log = structlog.get_logger(__name__)

LEASE: Span = 30 * SECOND
"""A killed process's letters are taken again after this."""
LOOK_EVERY = 5.0
"""Seconds between looks for letters that nobody in this process was told about."""
ROUND_SECONDS = 1.0
"""What a stop waits for the database, in the middle of a round."""
LAST_SECONDS = 3.0
"""What a stop waits for letters that are under way."""


class Delivery:
    """Empties the outbox on the given channels; `run` is a supervised task that ends only by being cancelled."""

    def __init__(
        self,
        store: Store,
        desk: Desk,
        channels: Mapping[str, Channel],
        clock: WallClock,
        paces: Mapping[str, Pace] | None = None,
    ) -> None:
        self._store = store
        self._clock = clock
        self._desk = desk
        self._carrier = Carrier(desk, clock)
        paces = paces or {}
        self._lines = {name: Line(channel, paces.get(name)) for name, channel in channels.items()}
        self._wake = asyncio.Event()
        self._quiet = asyncio.Event()
        self._done: list[Done] = []
        self._held: set[int] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._storage_tries = 0
        # When letters nobody calls for may go; known until a look at the outbox found nothing.
        self._until: Instant | None = None
        self._until_known = False
        self._look_at = 0.0
        # After a round that failed, one letter at a time: what cannot be dealt with holds up no other.
        self._singly = False

    def nudge(self, owed: Collection[tuple[str, bool]] | None = None) -> None:
        """There may be new letters: on which platforms, and whether urgent ones; None: on any, of any kind."""
        for name, line in self._lines.items():
            line.called |= {kind for kind in EVERY_KIND if owed is None or (name, kind) in owed}
        self._quiet.clear()
        self._wake.set()

    def handed_over(self, chat: Address, letters: Collection[int], message: str) -> None:
        """Letters of an answer (Answer.letters) that the platform has taken with it: they stand in `chat` as `message`.

        Any process may say so, whoever holds the platform's line. Told twice it is the same as once.
        """
        if letters:
            self._done.append(Done((), Handed(tuple(letters), chat, message, self._clock.now())))
            self.nudge(())

    async def settled(self) -> None:
        """Return when no letter is on its way and none could go now. Chats that must rest are not waited for."""
        self.nudge()
        await self._quiet.wait()

    @property
    def lines(self) -> Mapping[str, Line]:
        """The line to each platform, by the platform's name."""
        return self._lines

    async def run(self) -> None:
        keeping = [
            asyncio.create_task(keep(self._store, line, self._clock, self.nudge), name="line")
            for line in self._lines.values()
        ]
        try:
            await self._run()
        finally:
            try:
                await self._finish()
            finally:
                # Only now may another process send: what was on its way is recorded.
                for one in keeping:
                    one.cancel()
                await asyncio.gather(*keeping, return_exceptions=True)

    async def _run(self) -> None:
        self.nudge()
        while True:
            self._wake.clear()
            try:
                if not (self._worth_a_round() and await self._whole_round()):
                    if not self._until_known:
                        self._until = await self._next()
                        self._until_known = True
                    await self._sleep()
                self._storage_tries = 0
            except StorageFailed as failed:
                self.nudge()
                self._storage_tries += 1
                log.error("letters have to wait for the database", why=str(failed))
                await storage_pause(self._storage_tries)

    # --- the loop --------------------------------------------------------------------------------------------------

    def _worth_a_round(self) -> bool:
        """While a platform has no room, its letters need no look at the outbox, however many are added to them."""
        now, time = self._clock.now(), asyncio.get_running_loop().time()
        if time >= self._look_at or (self._until is not None and now >= self._until):
            self.nudge()
            self._until, self._look_at = None, time + LOOK_EVERY
        for line in self._lines.values():
            line.ping_if_due(self._clock, self.nudge)
        return bool(self._done or self._singly) or any(line.may_take(now) for line in self._lines.values())

    async def _whole_round(self) -> bool:
        """A stop does not cut a round in two: what was claimed and not sent off would wait until its lease is over."""
        going = asyncio.create_task(self._round(), name="round")
        try:
            return await asyncio.shield(going)
        except asyncio.CancelledError:
            _, late = await asyncio.wait({going}, timeout=ROUND_SECONDS)
            for one in late:
                one.cancel()
            await asyncio.gather(going, return_exceptions=True)
            raise

    async def _round(self) -> bool:
        """Record what is done, claim what may go, write it, and send it off. False when there was nothing to do.

        All of it in one turn: what is claimed leaves at the commit, and is true as of it.
        """
        done, self._done = self._done, []
        singly, self._singly = self._singly, False
        for one in done:
            self.nudge(one.behind)
        claimed: list[tuple[Line, list[Sequence[Owed]]]] = []
        leaving: list[tuple[Line, Written]] = []
        try:
            async with self._store.turn() as turn:
                # Read only now: the wait for the turn would be taken off the leases.
                now = self._clock.now()
                if behind := await record(turn, self._desk, done):
                    self.nudge(behind)
                # What was just recorded may go again at once, to its next route for instance.
                held = self._held - {owed.id for one in done for owed in one.bundle}
                for line in self._lines.values():
                    claimed.append((line, await self._claim(turn, line, held, 1 if singly else None)))
                if not singly:
                    for line, bundles in claimed:
                        some = await write(self._desk, turn, bundles, now, self._carrier.forget)
                        leaving += [(line, one) for one in some]
        except (StorageFailed, asyncio.CancelledError):
            self._done = done + self._done
            raise
        except Exception:
            # One odd letter or result must not hold up all the others: from here on one by one.
            if singly and not done:
                raise
            log.exception("letters could not be dealt with together")
            self._singly = True
            self.nudge()
            await self._record_one_by_one(done)
            return True
        self._let_go(done)
        if singly:
            leaving = [
                (line, await write_alone(self._store, self._desk, one, now))
                for line, bundles in claimed
                for one in bundles
            ]
        for line, written in leaving:
            self._send_off(line, written)
        return bool(done or singly or any(bundles for _, bundles in claimed))

    async def _record_one_by_one(self, done: list[Done]) -> None:
        try:
            await record_one_by_one(self._store, self._desk, done, self._let_go)
        finally:
            self._done = done + self._done

    def _let_go(self, done: Sequence[Done]) -> None:
        self._held -= {owed.id for one in done for owed in one.bundle}

    async def _claim(self, turn: Turn, line: Line, held: set[int], most: int | None) -> list[Sequence[Owed]]:
        # Now, not when the turn began: letters were answered meanwhile, and the pace counts from their answers.
        now = self._clock.now()
        asked = line.may_take(now)
        bundles = await line.claim(turn, now, LEASE, most)
        if asked and not bundles:
            self._until_known = False
        # A clock that leapt may have ended the lease of a letter this very process is still sending.
        own = [[owed for owed in bundle if owed.id not in held] for bundle in bundles]
        return [bundle for bundle in own if bundle]

    def _send_off(self, line: Line, written: Written) -> None:
        self._quiet.clear()
        self._held |= {owed.id for owed in written.bundle}
        line.busy += 1
        # It counts from here: before it is on its way the next claim must not give its place away.
        now = self._clock.now()
        if isinstance(written.out, Outgoing):
            line.pace.took(written.out.to, now, messages(line.channel, written.out))
        task = asyncio.create_task(self._carry(line, written, now))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _carry(self, line: Line, written: Written, took: Instant) -> None:
        bundle = written.bundle
        try:
            with about(platform=line.channel.platform, letter=bundle[0].id, **in_log(bundle[0].ticket)):
                outcome = await self._carrier.carry(line, bundle, written.out, took)
            self._done.append(Done(bundle, outcome))
        except asyncio.CancelledError:
            # We are stopping.
            self._done.append(given_back(bundle, self._clock.now()))
            raise
        finally:
            line.busy -= 1
            self._wake.set()

    async def _next(self) -> Instant | None:
        """Return when there can be something to do on the lines nobody calls, without anybody saying so."""
        now = self._clock.now()
        ours = {name: line for name, line in self._lines.items() if line.ours and line.called != EVERY_KIND}
        async with self._store.view() as view:
            due = await view.outbox.wait_until(now, ours)
        if due is None or due > now:
            return due
        return min((at for line in ours.values() if (at := line.pace.frees(now))), default=None)

    async def _sleep(self) -> None:
        """Until somebody calls, or it is time: for what was found to wait, for room, or for a look."""
        if self._wake.is_set():
            return
        now = self._clock.now()
        times = (self._until, *(line.room_again(now) for line in self._lines.values()))
        until = min((at for at in times if at is not None), default=None)
        busy = any(line.pinging or line.ours is None for line in self._lines.values())
        if not self._tasks and not self._done and not busy:
            self._quiet.set()
        waits: set[asyncio.Future[Any]] = {asyncio.ensure_future(self._wake.wait())}
        if until is not None:
            waits.add(asyncio.ensure_future(self._clock.until(until)))
        try:
            patience = max(0.0, self._look_at - asyncio.get_running_loop().time())
            await asyncio.wait(waits, timeout=patience, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for wait in waits:
                wait.cancel()

    async def _finish(self) -> None:
        """Let what is on its way arrive, and record it; what is left is given back for the next start."""
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=LAST_SECONDS)
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(
            *self._tasks, *(line.close() for line in self._lines.values()), return_exceptions=True
        )
        done, self._done = self._done, []
        try:
            await self._record_one_by_one(done)
        except StorageFailed as failed:
            log.error("what was sent last could not be recorded", letters=len(self._done), why=str(failed))
