"""Where WeCom tells what the group robot hears. What there is to say goes back with the response."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Coroutine
from typing import Any, TypeVar

import structlog
from starlette.types import ASGIApp, Receive, Scope, Send

from bot.channels.tencent_door import Door, Knock, NotTheirs, body_of, respond
from bot.channels.wecom_bot_parse import Pushed, is_welcome, parse
from bot.channels.wecom_bot_write import at_once
from bot.channels.wecom_parse import PLATFORM
from bot.clock import WallClock
from bot.delivery import Delivery
from handlers.desk import Desk
from handlers.known import chat_index
from handlers.messages import Answer, Event, Inbound
from storage.database import Store
from storage.errors import StorageFailed
from storage.records import Address

log = structlog.get_logger(__name__)

T = TypeVar("T")

PATH = "/wecom/bot"
IN_TIME = 4.5
"""Seconds after which WeCom has given an answer up; what it was to say goes another way."""


class WeComBotHook:
    """The ASGI program WeCom posts to for the robot; every other request is for `others`."""

    def __init__(
        self, door: Door, desk: Desk, store: Store, delivery: Delivery, clock: WallClock, others: ASGIApp
    ) -> None:
        self._door = door
        self._desk = desk
        self._store = store
        self._delivery = delivery
        self._clock = clock
        self._others = others
        self._heard: set[Address] = set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] != PATH:
            await self._others(scope, receive, send)
            return
        began = asyncio.get_running_loop().time()
        inbound: Inbound | None = None
        answer, gone = Answer(), False
        try:
            knock, pushed = await self._pushed(scope, receive)
            if pushed is None:
                status, content = 200, self._door.echo(knock)
            else:
                taken, gone = await unless_gone(self._take(pushed), receive)
                inbound, answer = taken
                status, content = 200, self._said(knock, pushed, answer)
        except NotTheirs as wrong:
            log.warning("a push was turned away", path=PATH, status=wrong.status, why=wrong.why)
            status, content = wrong.status, b""
        except StorageFailed as failed:
            log.error("a push could not be stored; WeCom brings it again", why=str(failed))
            status, content = 503, b""
        await respond(send, status, content, "application/json" if content[:1] == b"{" else "text/plain")
        if inbound is None:
            return
        if not gone and asyncio.get_running_loop().time() - began < IN_TIME:
            self._delivery.handed_over(inbound.chat, answer.letters, message=f"passive:{inbound.key}")
        await self._greet(inbound)

    async def _pushed(self, scope: Scope, receive: Receive) -> tuple[Knock, Pushed | None]:
        """Return what was pushed; None for the question whether this address is ours. Raises NotTheirs."""
        if scope["method"] not in ("GET", "POST"):
            raise NotTheirs(405, "neither GET nor POST")
        knock = self._door.knock(scope["query_string"])
        if scope["method"] == "GET":
            return knock, None
        return knock, self._door.fields_json(knock, await body_of(scope, receive))

    def _said(self, knock: Knock, pushed: Pushed, answer: Answer) -> bytes:
        if not answer.said:
            return b""
        said = at_once(answer.said, welcome=is_welcome(pushed))
        return self._door.sealed_json(knock, json.dumps(said, ensure_ascii=False))

    async def _take(self, pushed: Pushed) -> tuple[Inbound | None, Answer]:
        """Give the desk what it says; set aside what cannot be read. Raises StorageFailed."""
        now = self._clock.now()
        try:
            inbound = parse(pushed, now)
        except (ValueError, KeyError, TypeError, AttributeError) as unreadable:
            await self._set_aside(pushed, f"{type(unreadable).__name__}: {unreadable}")
            return None, Answer()
        if inbound is None:
            return None, Answer()
        await self._come_to_know(inbound)
        return inbound, await self._desk.receive(inbound, now)

    async def _set_aside(self, pushed: Pushed, why: str) -> None:
        raw = json.dumps(pushed, ensure_ascii=False)
        key = f"{PLATFORM}:bot:{pushed.get('msgid') or raw[:100]}"
        log.warning("a push was set aside", key=key, why=why)
        await self._desk.set_aside(key, self._clock.now(), raw, why)

    # --- groups ----------------------------------------------------------------------------------------------------

    async def _come_to_know(self, inbound: Inbound) -> None:
        """Remember a group the robot was spoken to in, before anything is said there: it is spoken to by the robot."""
        if inbound.private or inbound.chat in self._heard:
            return
        async with self._store.turn() as turn:
            if not await turn.chats.is_present(inbound.chat):
                await turn.chats.present(inbound.chat, True, inbound.at)
        self._heard.add(inbound.chat)

    async def _greet(self, inbound: Inbound) -> None:
        """Tell a group nobody bound what to write into the community file; once, as its key sees to."""
        index = chat_index(await self._store.directory())
        if inbound.private or inbound.chat in index.grids or inbound.chat in index.communities:
            return
        news: dict[str, Any] = {"at": inbound.at, "chat": inbound.chat, "private": False, "sender": None}
        try:
            await self._desk.receive(
                Inbound(key=f"{PLATFORM}:bot:added:{inbound.chat}", event=Event.ADDED, **news),
                self._clock.now(),
            )
        except StorageFailed as failed:
            log.error("a group nobody bound could not be told so", why=str(failed))


async def unless_gone(work: Coroutine[Any, Any, T], receive: Receive) -> tuple[T, bool]:
    """Return what came of the work, and whether whoever asked has hung up meanwhile. What is begun is done either way."""
    hung_up = asyncio.ensure_future(receive())
    try:
        return await work, hung_up.done()
    finally:
        hung_up.cancel()
