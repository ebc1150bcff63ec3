"""The HTTP side: reads a request as WeChat does, lets the ordered faults happen, writes the answer."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from aiohttp import web
from aiohttp.multipart import BodyPartReader

from tests.platforms.wechat import play
from tests.platforms.wechat.api import Asked, answered
from tests.platforms.wechat.faults import Order
from tests.platforms.wechat.kefu import NotDone
from tests.platforms.wechat.refusals import JSON, Refused
from tests.platforms.wechat.shelf import Media

if TYPE_CHECKING:
    from tests.platforms.wechat.server import WeChatServer

LARGEST = 32 << 20


@dataclass
class Call:
    """One call the program made. `path` without /cgi-bin/, or from wxaapi/ on; `at`: the server's clock, in seconds."""

    path: str
    method: str
    asked: Asked
    at: float
    result: JSON | Media | None = None
    refusal: Refused | None = None
    acted: bool = True  # False: an ordered fault kept it from being done
    answered: bool = True  # False: the answer was lost on the way
    ordered: bool = False  # whether the refusal was ordered by a test

    @property
    def body(self) -> JSON:
        return self.asked.body

    @property
    def openid(self) -> str:
        """Whom it was to reach, "" when nobody."""
        return str(self.body.get("touser", ""))

    @property
    def ok(self) -> bool:
        """Whether it was done, whatever the program got to know of it."""
        return self.acted and self.refusal is None

    def __repr__(self) -> str:
        end = f" → {self.refusal}" if self.refusal else "" if self.acted else " → not done"
        return f"{self.path}({json.dumps(self.body, ensure_ascii=False)}){end}"


class Protocol:
    """The web program of one WeChatServer."""

    def __init__(self, server: WeChatServer) -> None:
        self.server = server
        self.app = web.Application(client_max_size=LARGEST)
        self.app.router.add_route("*", "/cgi-bin/{path:.*}", self.call)
        self.app.router.add_route("*", "/{path:wxaapi/.*}", self.call)
        self.app.router.add_get("/mmbiz/{id}/0", self.fetch)
        self.app.router.add_get("/video/{id}", self.fetch)
        self.app.router.add_route("*", "/play", self.play)

    async def call(self, request: web.Request) -> web.StreamResponse:
        asked = await read(request)
        call = Call(request.match_info["path"], request.method, asked, self.server.world.clock())
        asked.body = peek(asked)
        order = self.server.faults.next_for(call.path, asked.body)
        if order:
            instead = await self.meet(order, call, request)
            if instead is not None:
                self.server.log(call)
                return instead
        try:
            if order and order.refusal:
                call.acted, call.ordered = False, True
                raise order.refusal
            call.result = answered(self.server.world, call.path, call.method, asked)
        except Refused as refusal:
            call.refusal = refusal
        except NotDone as missing:
            return web.Response(status=501, text=str(missing))
        call.answered = not (order and order.kind == "drop_after")
        self.server.log(call)
        return shown(call) if call.answered else drop(request)

    async def meet(self, order: Order, call: Call, request: web.Request) -> web.StreamResponse | None:
        """Let a fault happen that comes before the act; return what is answered instead of it, if anything."""
        try:
            if order.kind == "slow":
                await asyncio.sleep(order.pause)
            if order.kind == "hang":
                await order.released.wait()
        except asyncio.CancelledError:  # the program hung up meanwhile, or this server went down
            call.acted = call.answered = False
            self.server.log(call)
            raise
        if order.kind == "drop_before":
            call.acted = call.answered = False
            return drop(request)
        if order.kind == "page":
            call.acted = False
            return web.Response(status=order.status, body=order.page, content_type="text/html")
        return None

    async def fetch(self, request: web.Request) -> web.Response:
        """Give a picture or video by its address, which needs no token."""
        try:
            media = self.server.world.shelf.find(request.match_info["id"])
        except Refused:
            return web.Response(status=404)
        return web.Response(body=media.content, content_type=media.mime)

    async def play(self, request: web.Request) -> web.Response:
        if request.method == "GET":
            return told(play.scene(self.server))
        acts = await request.json()
        return told(
            [await play.play(self.server, act) for act in (acts if isinstance(acts, list) else [acts])]
        )


async def read(request: web.Request) -> Asked:
    """Read what a call carries: words, or a file in a form (its part is called media)."""
    if not request.content_type.startswith("multipart/"):
        return Asked(dict(request.query), await request.read())
    asked = Asked(dict(request.query))
    async for part in await request.multipart():
        if isinstance(part, BodyPartReader) and part.name == "media":
            asked.name, asked.upload = part.filename or "", bytes(await part.read())
    return asked


def peek(asked: Asked) -> JSON:
    """Return the body for the choice of a fault and for the log, before anything is checked."""
    try:
        body = json.loads(asked.raw or b"{}")
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}


def shown(call: Call) -> web.Response:
    if call.refusal:
        return told(call.refusal.body())
    if isinstance(call.result, Media):
        name = f'attachment; filename="{call.result.id}.{call.result.mime.partition("/")[2]}"'
        headers = {"Content-Type": call.result.mime, "Content-disposition": name}
        return web.Response(body=call.result.content, headers=headers)
    return told(call.result)


def told(body: Any) -> web.Response:
    # WeChat's own header says encoding= where others say charset=, so libraries must not guess from it.
    headers = {"Content-Type": "application/json; encoding=utf-8"}
    return web.Response(body=json.dumps(body, ensure_ascii=False).encode(), headers=headers)


def drop(request: web.Request) -> web.Response:
    """Close the connection under the answer."""
    if request.transport is not None:
        request.transport.abort()
    return web.Response()
