"""What the two doors for updates, polling and webhook, do alike: one raw update becomes one word to the desk."""

from __future__ import annotations

import asyncio
import json
from typing import Any, Protocol

import structlog
from telegram import CallbackQuery

from bot.channels.telegram import TelegramChannel
from bot.channels.telegram_parse import PLATFORM, parse, update_of
from bot.channels.telegram_plain import plain
from bot.clock import WallClock
from handlers.messages import Answer, Inbound
from storage.errors import StorageFailed
from storage.records import Instant

log = structlog.get_logger(__name__)

ANSWERS_AT_ONCE = 16
LAST_SECONDS = 2.0


class Desk(Protocol):
    """The part of handlers.desk the doors need. Both raise StorageFailed when nothing could be stored."""

    async def receive(self, inbound: Inbound, now: Instant) -> Answer: ...

    async def set_aside(self, key: str, now: Instant, raw: str, why: str) -> None: ...


class Intake:
    """Takes raw updates in. When `take` has returned, what was in the update is stored for good."""

    def __init__(self, channel: TelegramChannel, desk: Desk, clock: WallClock) -> None:
        self._channel = channel
        self._desk = desk
        self._clock = clock
        self._answering: set[asyncio.Task[None]] = set()
        self._answer_room = asyncio.Semaphore(ANSWERS_AT_ONCE)

    async def take(self, raw: Any) -> None:
        """Give the desk what `raw` says; set aside what cannot be read or dealt with.

        The desk is called before the first real pause, so that calls made in order arrive in order. Raises
        StorageFailed: not stored, the platform must keep it. Raises TelegramError while the bot does not know its name.
        """
        me, now = await self._channel.me(), self._clock.now()
        pressed: CallbackQuery | None = None
        try:
            inbound = plain(raw)
            if inbound is None:
                update = update_of(raw)
                inbound, pressed = parse(update, me, now), update.callback_query
        except Exception as unreadable:  # noqa: BLE001 - whatever is wrong with one update must not stop the others
            await self._set_aside(raw, now, f"{type(unreadable).__name__}: {unreadable}")
            return
        answer = Answer()
        try:
            if inbound:
                answer = await self._desk.receive(inbound, now)
        except StorageFailed:
            raise
        except Exception as failed:
            log.exception("the desk failed on an update", key=key_of(raw))
            await self._set_aside(raw, now, f"{type(failed).__name__}: {failed}")
        if pressed:
            self._answer(pressed.id, answer)

    async def settled(self) -> None:
        """Return when every press taken so far has been answered; what takes too long is given up."""
        if self._answering:
            _, late = await asyncio.wait(set(self._answering), timeout=LAST_SECONDS)
            for answering in late:
                answering.cancel()

    def _answer(self, query: str, answer: Answer) -> None:
        # Not waited for: the next update must not stand behind the way to Telegram and back.
        task = asyncio.create_task(self._say(query, answer))
        self._answering.add(task)
        task.add_done_callback(self._answering.discard)

    async def _say(self, query: str, answer: Answer) -> None:
        async with self._answer_room:
            await self._channel.answer(query, answer.toast, answer.alert)

    async def _set_aside(self, raw: Any, now: Instant, why: str) -> None:
        try:
            words = json.dumps(raw, ensure_ascii=False).encode("utf-8", "backslashreplace").decode()
        except RecursionError:
            words = "nested too deeply to be written down"
        log.warning("an update was set aside", key=key_of(raw), why=why)
        try:
            await self._desk.set_aside(key_of(raw), now, words, why)
        except StorageFailed:
            raise
        except Exception:
            # The last shelf is broken too. The log has it all, and the updates behind this one go on.
            log.exception("an update could not even be set aside", raw=words, why=why)


def key_of(raw: Any) -> str:
    """Return the inbox key of an update that may be anything; one without a number is named by its words."""
    number = raw.get("update_id") if isinstance(raw, dict) else None
    return f"{PLATFORM}:{number if isinstance(number, int) else json.dumps(raw)[:100]}"
