"""WeChat's door at /wechat: what is pushed is stored, and answered in the same breath.

WeChat waits five seconds. When no answer came, or one that is not 200, it pushes the same again, three times in all;
the inbox gives each of them the first answer. Between a push and its answer no API is called.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection, Sequence
from typing import Protocol

import structlog
from starlette.types import ASGIApp, Receive, Scope, Send

from bot.channels.tencent_door import Door, Knock, NotTheirs, body_of, respond
from bot.channels.tencent_envelope import Fields, text_of, text_reply
from bot.channels.wechat_parse import TemplateEnd, Unreadable, parse
from bot.channels.wechat_write import cut, harmless
from bot.clock import SystemClock, WallClock
from handlers.messages import Answer, Inbound
from storage.errors import StorageFailed
from storage.records import SECOND, Address, Instant

log = structlog.get_logger(__name__)

PATH = "/wechat"
ANSWER_SECONDS = 4.0
"""Of the five WeChat waits, what is not needed for the way there and back."""
AGAIN_SECONDS = 0.5
"""A push that could not be stored is tried again as long as WeChat waits: its own three tries may all come at once."""
DONE = b"success"
"""Says that there is nothing to say."""


class Desk(Protocol):
    """The part of handlers.desk that a door needs."""

    async def receive(self, inbound: Inbound, now: Instant) -> Answer:
        """Raises StorageFailed."""
        ...


class Delivery(Protocol):
    """The part of bot/delivery.py that a door needs."""

    def handed_over(self, chat: Address, letters: Collection[int], message: str) -> None:
        """They have gone out with the answer to a push."""
        ...


Ended = Callable[[TemplateEnd], Awaitable[bool]]
"""Called with a template message or notice that did not arrive; False when nobody knows of one (yet). Raises StorageFailed."""


class WeChatHook:
    """The ASGI program that WeChat pushes to; every other request is for `others`.

    It stands in front of the pages, as Telegram's does, and for the same reasons. `seconds`: how long an answer may take.
    """

    def __init__(
        self,
        door: Door,
        desk: Desk,
        delivery: Delivery,
        ended: Ended,
        clock: WallClock,
        others: ASGIApp,
        *,
        wall: WallClock | None = None,
        seconds: float | None = None,
    ) -> None:
        self._door = door
        self._desk = desk
        self._delivery = delivery
        self._ended = ended
        self._clock = clock
        self._wall = wall or SystemClock()
        self._others = others
        self._seconds = ANSWER_SECONDS if seconds is None else seconds
        self._working: set[asyncio.Task[list[Answer]]] = set()

    async def settled(self) -> None:
        """Return when everything that was pushed is dealt with, or could not be."""
        if self._working:
            await asyncio.wait(self._working)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] != PATH:
            await self._others(scope, receive, send)
            return
        try:
            await self._answer(scope, receive, send)
        except NotTheirs as wrong:
            log.warning("turned away at wechat's door", why=wrong.why)
            await respond(send, wrong.status)

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["method"] not in ("GET", "POST"):
            raise NotTheirs(405, f"neither GET nor POST: {scope['method'][:10]}")
        knock = self._door.knock(scope["query_string"])
        if scope["method"] == "GET":
            await respond(send, 200, self._door.echo(knock))
            return
        push = self._door.fields_xml(knock, await body_of(scope, receive))
        try:
            pushed = parse(push, self._clock.now())
        except Unreadable as wrong:
            raise NotTheirs(400, str(wrong)) from wrong
        if isinstance(pushed, TemplateEnd):
            await self._end(pushed, send)
        elif pushed:
            await self._hear(knock, push, pushed, receive, send)
        else:
            await respond(send, 200, DONE)

    async def _end(self, ended: TemplateEnd, send: Send) -> None:
        if ended.why:
            log.warning("a template message or subscription notice did not arrive", why=ended.why)
        until = asyncio.get_running_loop().time() + self._seconds - AGAIN_SECONDS
        # WeChat may be faster than we are with writing down that it was sent.
        while ended.why and asyncio.get_running_loop().time() < until:
            try:
                if await self._ended(ended):
                    break
            except StorageFailed as failed:
                log.error("what became of a notice could not be stored", why=str(failed))
                await respond(send, 503)
                return
            await asyncio.sleep(AGAIN_SECONDS)
        await respond(send, 200, DONE)

    async def _hear(
        self, knock: Knock, push: Fields, said: Sequence[Inbound], receive: Receive, send: Send
    ) -> None:
        # Read before anything is stored: what has no way back is none of WeChat's.
        who, account = text_of(push, "FromUserName"), text_of(push, "ToUserName")
        answers = await self._taken_in(said, receive)
        if answers is None:
            # Anything but 200 and the push comes again, for the same answer.
            await respond(send, 503)
            return
        words = "\n\n".join(answer.said for answer in answers if answer.said)
        if not words:
            await respond(send, 200, DONE)
        else:
            reply = text_reply(who, account, cut(harmless(words)), self._wall.now() // SECOND)
            await respond(send, 200, self._door.sealed_xml(knock, reply), "text/xml")
        for inbound, answer in zip(said, answers, strict=True):
            if answer.letters:
                key = f"passive:{inbound.key}"
                self._delivery.handed_over(inbound.chat, answer.letters, message=key)

    async def _taken_in(self, said: Sequence[Inbound], receive: Receive) -> list[Answer] | None:
        """Return what the desk answers; None when it has not in time, could not, or nobody waits for it any more.

        What is at the desk stays there, whoever hangs up.
        """
        work = asyncio.create_task(self._work(said), name="wechat push")
        self._working.add(work)
        work.add_done_callback(self._worked)
        gone = asyncio.ensure_future(receive())
        await asyncio.wait({work, gone}, timeout=self._seconds, return_when=asyncio.FIRST_COMPLETED)
        late = not work.done()
        if gone.done():
            log.warning("wechat hung up before its answer")
            return None
        gone.cancel()
        if late:
            log.warning("the desk has not answered in time; wechat asks again", seconds=self._seconds)
            return None
        return None if work.exception() else work.result()

    def _worked(self, work: asyncio.Task[list[Answer]]) -> None:
        self._working.discard(work)
        if not work.cancelled() and (failed := work.exception()):
            log.error("a push could not be stored; wechat keeps it for a moment", why=str(failed))

    async def _work(self, said: Sequence[Inbound]) -> list[Answer]:
        until = asyncio.get_running_loop().time() + self._seconds - AGAIN_SECONDS
        while True:
            now = self._clock.now()
            # All at once: they stand in the desk's row one behind the other.
            answers = await asyncio.gather(
                *(self._desk.receive(inbound, now) for inbound in said), return_exceptions=True
            )
            failed = [answer for answer in answers if isinstance(answer, BaseException)]
            if not failed:
                return [answer for answer in answers if isinstance(answer, Answer)]
            if not isinstance(failed[0], StorageFailed) or asyncio.get_running_loop().time() > until:
                raise failed[0]
            await asyncio.sleep(AGAIN_SECONDS)
