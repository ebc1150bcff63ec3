"""The HTTP side: reads a request as Telegram does, lets the ordered faults happen, writes the answer.

A bare ASGI program instead of a framework's, because a fault must reach the connection itself to drop it.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Coroutine
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from tests.platforms.telegram import play
from tests.platforms.telegram.faults import BAD_GATEWAY, Order
from tests.platforms.telegram.media import Upload
from tests.platforms.telegram.refusals import JSON, NOT_FOUND, UNAUTHORIZED, Refused, bad
from tests.platforms.telegram.validate import method_named

if TYPE_CHECKING:
    from tests.platforms.telegram.server import TelegramServer


@dataclass
class Call:
    """One call the bot made. `given` is what it sent, `values` what Telegram understood, `at` the server's clock."""

    method: str
    given: JSON
    uploads: dict[str, Upload]
    at: float
    values: JSON = field(default_factory=dict)
    unknown: list[str] = field(default_factory=list)
    result: Any = None
    refusal: Refused | None = None
    acted: bool = True  # False: an ordered fault kept it from being done
    answered: bool = True  # False: the answer was lost on the way

    def __repr__(self) -> str:
        end = f" → {self.refusal.code} {self.refusal.description}" if self.refusal else ""
        return f"{self.method}({json.dumps(self.given, ensure_ascii=False)}){end}"

    @property
    def ok(self) -> bool:
        """Whether it was done, whatever the bot got to know of it."""
        return self.acted and self.refusal is None

    @property
    def chat_id(self) -> int | None:
        where = self.values.get("chat_id")
        return where if isinstance(where, int) else None


class Protocol:
    """The ASGI program of one TelegramServer."""

    def __init__(self, server: TelegramServer) -> None:
        self.server = server

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        try:
            response = await self.answer(request, send)
        except Refused as refusal:
            response = refused(refusal)
        if response is not None:
            await response(scope, receive, send)

    async def answer(self, request: Request, send: Send) -> Response | None:
        kind, _, rest = str(request.scope["path"]).removeprefix("/").partition("/")
        if kind == "play":
            return await self.play(request)
        if kind == "file":
            kind, _, rest = rest.partition("/")
            self.check_token(kind)
            return self.download(rest)
        self.check_token(kind)
        method = method_named(rest)
        given, uploads = await parameters(request)
        order = self.server.faults.next_for(method, given)
        if order and await self.meet(order, request, send):
            self.server.log(
                Call(method, given, uploads, self.server.world.clock(), acted=False, answered=False)
            )
            return Response(BAD_GATEWAY, 502, media_type="text/html") if order.kind == "garbage" else None
        doing = self.server.perform(method, given, uploads, order.refusal if order else None)
        call = await (while_there(request, doing) if method == "getUpdates" else doing)
        if call is None:
            return None
        if order and order.kind == "drop_after":
            call.answered = False
            await drop(request, send)
            return None
        return refused(call.refusal) if call.refusal else told({"ok": True, "result": call.result})

    async def play(self, request: Request) -> Response:
        if request.method == "GET":
            return told(play.scene(self.server))
        acts = await request.json()
        return told(
            [await play.play(self.server, act) for act in (acts if isinstance(acts, list) else [acts])]
        )

    async def meet(self, order: Order, request: Request, send: Send) -> bool:
        """Let a fault happen that comes before the act; say whether the act is off."""
        if order.kind == "hang":
            gone = asyncio.ensure_future(hung_up(request))
            released = asyncio.ensure_future(order.released.wait())
            await asyncio.wait({gone, released}, return_when=asyncio.FIRST_COMPLETED)
            gone.cancel()
            released.cancel()
            return not order.released.is_set()
        if order.kind == "drop_before":
            await drop(request, send)
        return order.kind in ("drop_before", "garbage")

    def check_token(self, word: str) -> None:
        if not word.startswith("bot"):
            raise NOT_FOUND
        if word.removeprefix("bot") != self.server.token:
            raise UNAUTHORIZED

    def download(self, path: str) -> Response:
        file = self.server.world.paths.get(path)
        if file is None:
            raise NOT_FOUND
        return Response(file.content, media_type="application/octet-stream")


async def parameters(request: Request) -> tuple[JSON, dict[str, Upload]]:
    """Return the parameters of a request and the files it carries, whatever form it has."""
    given: JSON = dict(request.query_params)
    uploads: dict[str, Upload] = {}
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind == "application/json":
        try:
            body = json.loads(await request.body() or b"{}")
        except ValueError as broken:
            raise bad("can't parse JSON object") from broken
        if not isinstance(body, dict):
            raise bad("can't parse JSON object")
        given |= body
    elif kind in ("multipart/form-data", "application/x-www-form-urlencoded"):
        # Telegram's limit for an upload is 50 MB; starlette's own limit for a text part would be 1 MB.
        async with request.form(max_part_size=1 << 24) as form:
            for name, value in form.multi_items():
                if isinstance(value, UploadFile):
                    content = await value.read()
                    uploads[name] = Upload(value.filename or name, content, value.content_type or "")
                else:
                    given[name] = value
    return given, uploads


async def while_there(request: Request, doing: Coroutine[Any, Any, Call]) -> Call | None:
    """Do a call that may take long; give it up, with None, when the bot hangs up (it was killed, say)."""
    gone = asyncio.ensure_future(hung_up(request))
    call = asyncio.ensure_future(doing)
    either: set[asyncio.Future[Any]] = {gone, call}
    try:
        await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
        return call.result() if call.done() else None
    finally:
        gone.cancel()
        call.cancel()


def told(body: JSON | list[JSON], status: int = 200) -> Response:
    return Response(json.dumps(body, ensure_ascii=False), status, media_type="application/json")


def refused(refusal: Refused) -> Response:
    return told(refusal.body(), refusal.code)


async def hung_up(request: Request) -> None:
    """Wait until the bot has closed the connection."""
    while (await request.receive())["type"] != "http.disconnect":
        continue


async def drop(request: Request, send: Send) -> None:
    """Close the connection under the answer: `send` belongs to uvicorn's object that holds the transport."""
    send.__self__.transport.abort()  # type: ignore[attr-defined]
    await hung_up(request)
