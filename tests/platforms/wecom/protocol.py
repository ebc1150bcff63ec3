"""The HTTP side: reads a request as WeCom does, lets the ordered faults happen, writes the answer.

A bare ASGI program instead of a framework's, because a fault must reach the connection itself to cut it.
"""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote

from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from tests.platforms.telegram.protocol import drop, hung_up
from tests.platforms.wechat.faults import Order
from tests.platforms.wecom import api, play
from tests.platforms.wecom.api import Ask
from tests.platforms.wecom.media import TYPES, File
from tests.platforms.wecom.refusals import JSON, Refused

if TYPE_CHECKING:
    from tests.platforms.wecom.server import WeComServer


@dataclass
class Call:
    """One call of the program. `path` without /cgi-bin/, `at` by the server's clock, `answer` what it was told."""

    path: str
    ask: Ask
    at: float
    answer: JSON | None = None
    refusal: Refused | None = None
    ordered: bool = False  # the refusal was a test's order
    acted: bool = True  # False: an ordered fault kept it from being done
    answered: bool = True  # False: the answer was lost on the way

    @property
    def body(self) -> JSON:
        return self.ask.body

    def __repr__(self) -> str:
        end = f" → {self.refusal}" if self.refusal else "" if self.acted else " (not done)"
        return f"{self.path}({json.dumps(self.body, ensure_ascii=False)}){end}"


class Protocol:
    """The ASGI program of one WeComServer."""

    def __init__(self, server: WeComServer) -> None:
        self.server = server

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        response = await self.answer(request, send)
        if response is not None:
            await response(scope, receive, send)

    async def answer(self, request: Request, send: Send) -> Response | None:
        path = str(request.scope["path"]).removeprefix("/")
        if path == "play":
            return await self.play(request)
        kind, _, rest = path.partition("/")
        if kind in ("pic", "aibot"):
            return self.picture(kind, rest)
        if kind != "cgi-bin":
            return Response("not found", 404)
        return await self.call(rest, request, send)

    async def call(self, path: str, request: Request, send: Send) -> Response | None:
        call = Call(path, Ask(dict(request.query_params)), self.server.world.clock())
        broken = await self.read(request, call)
        order = self.server.faults.next_for(path, call.body)
        if order and await self.meet(order, request, send):
            call.acted = call.answered = False
            self.server.log(call)
            return (
                Response(order.page, order.status, media_type="text/html") if order.kind == "page" else None
            )
        try:
            if order and order.refusal:
                call.ordered = True
                raise Refused(order.refusal.code, order.refusal.words)
            if broken:
                raise broken
            done = api.perform(self.server, path, request.method, call.ask)
        except Refused as refusal:
            call.refusal, done = refusal, refusal.body()
        call.answer = done if isinstance(done, dict) else None
        call.answered = order is None or order.kind != "drop_after"
        self.server.log(call)
        if not call.answered:
            await drop(request, send)
            return None
        if order and order.kind == "slow":
            await asyncio.sleep(order.pause)
        status = call.refusal.status if call.refusal else 200
        return downloaded(done) if isinstance(done, File) else told(done, status)

    async def read(self, request: Request, call: Call) -> Refused | None:
        """Read the body into `call.ask`; return the refusal for one that cannot be read."""
        if request.headers.get("content-type", "").startswith("multipart/form-data"):
            # The largest file WeCom takes is 20 MB; starlette's own limit for a text part would be 1 MB.
            async with request.form(max_part_size=1 << 25) as form:
                media = form.get("media")
                if isinstance(media, UploadFile):
                    call.ask.upload = (media.filename or "", await media.read())
            return None
        try:
            body = json.loads(await request.body() or b"{}")
        except ValueError:
            return Refused(47001)
        if not isinstance(body, dict):
            return Refused(47001)
        call.ask.body = body
        return None

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
        return order.kind in ("drop_before", "page")

    def picture(self, kind: str, file_id: str) -> Response:
        """Return a picture by its address: bare for the app (PicUrl), sealed with the robot's key for the robot."""
        try:
            file = self.server.media.get(file_id)
        except Refused:
            return Response("not found", 404)
        content = self.server.robot.line.seal.encrypt(file.content) if kind == "aibot" else file.content
        return Response(content, media_type="application/octet-stream")

    async def play(self, request: Request) -> Response:
        if request.method == "GET":
            return told(play.scene(self.server))
        acts = await request.json()
        done = [await play.play(self.server, act) for act in (acts if isinstance(acts, list) else [acts])]
        return told({"done": done})


def told(body: JSON, status: int = 200) -> Response:
    number = {"Error-Code": str(body.get("errcode", 0))}
    return Response(json.dumps(body, ensure_ascii=False), status, number, media_type="application/json")


def downloaded(file: File) -> Response:
    name = {"Content-Disposition": f'attachment; filename="{quote(file.name)}"'}
    return Response(file.content, 200, name, media_type=TYPES.get(file.kind, "application/octet-stream"))
