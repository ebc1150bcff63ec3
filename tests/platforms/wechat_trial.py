"""What the WeChat server is tried with: a bare program that takes pushes, and a bare client that calls the API."""

from __future__ import annotations

import asyncio
import io
import json
from collections.abc import Awaitable, Callable
from typing import Any, Self

import aiohttp
from aiohttp import web

from tests.platforms.wechat import Envelope, Resident, WeChatServer
from tests.platforms.wechat.server import AES_KEY, APPID, ORIGINAL_ID, SECRET, TOKEN
from tests.platforms.wechat.xml import read, written

JSON = dict[str, Any]
Answer = Callable[[JSON], Awaitable[web.StreamResponse] | web.StreamResponse | str | bytes]


class Trial:
    """A server whose clock only tests turn, one resident, and the account's program.

    `answer`: what the program does with a push; `heard`: the pushes' fields, `queries`: their addresses' words.
    """

    def __init__(self, *, safe: bool = True) -> None:
        self.now = 1_790_000_000.0  # seconds since 1970
        self.wechat = WeChatServer(clock=lambda: self.now, aes_key=AES_KEY if safe else None)
        self.envelope = Envelope(TOKEN, APPID, AES_KEY if safe else None)
        self.mei: Resident = self.wechat.resident("oMeiYi0000000000000000000001", "梅姨")
        self.heard: list[JSON] = []
        self.queries: list[JSON] = []
        self.bodies: list[bytes] = []
        self.answer: Answer = lambda push: "success"
        self.token = ""

    async def __aenter__(self) -> Self:
        await self.wechat.start()
        app = web.Application()
        app.router.add_route("*", "/wechat", self._take)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.wechat.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}/wechat"
        self.session = aiohttp.ClientSession(trust_env=False)
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.session.close()
        await self.wechat.stop()
        await self._runner.cleanup()

    # The program ----------------------------------------------------------------------------------------------------

    async def _take(self, request: web.Request) -> web.StreamResponse:
        self.queries.append(dict(request.query))
        if request.method == "GET":
            return web.Response(text=str(self.answer({"echostr": request.query["echostr"]})))
        body = await request.read()
        self.bodies.append(body)
        push = read(body)
        if self.envelope.key:
            push = read(self.envelope.open(str(push["Encrypt"])))
        self.heard.append(push)
        answer = self.answer(push)
        if asyncio.iscoroutine(answer):
            answer = await answer
        if isinstance(answer, web.StreamResponse):
            return answer
        return web.Response(body=answer.encode() if isinstance(answer, str) else answer)  # type: ignore[union-attr]

    def reply(self, push: JSON, **fields: Any) -> str:
        """Return a passive reply; `fields` stand for the usual ones or beside them."""
        usual = {"ToUserName": push["FromUserName"], "FromUserName": ORIGINAL_ID, "CreateTime": 1_790_000_000}
        return self.sealed(written({**usual, **fields}))

    def text(self, push: JSON, content: str) -> str:
        return self.reply(push, MsgType="text", Content=content)

    def sealed(self, xml: str, **wrong: str) -> str:
        """Put a reply into its envelope in safe mode; `wrong` stands for parts of the envelope."""
        if not self.envelope.key:
            return xml
        encrypted = wrong.pop("Encrypt", "") or self.envelope.seal(xml)
        signed = self.envelope.msg_signature("1790000000", "77", encrypted)
        whole = {"Encrypt": encrypted, "MsgSignature": signed, "TimeStamp": "1790000000", "Nonce": "77"}
        return written({**whole, **wrong})

    # The client -----------------------------------------------------------------------------------------------------

    async def fetch(self, method: str, path: str, **more: Any) -> aiohttp.ClientResponse:
        answer = await self.session.request(method, f"{self.wechat.api}/cgi-bin/{path}", **more)
        await answer.read()
        return answer

    async def call(self, path: str, body: Any = None, *, method: str = "", **query: str) -> JSON:
        """Call with the present token (fetched once) and return the JSON."""
        if not self.token:
            self.token = (await self.stable())["access_token"]
        data = None if body is None else json.dumps(body, ensure_ascii=False).encode()
        answer = await self.fetch(
            method or ("GET" if body is None else "POST"),
            path,
            params={"access_token": self.token, **query},
            data=data,
        )
        found: JSON = json.loads(await answer.read())
        return found

    async def stable(self, **more: Any) -> JSON:
        asked = {"grant_type": "client_credential", "appid": APPID, "secret": SECRET, **more}
        answer = await self.fetch("POST", "stable_token", data=json.dumps(asked))
        found: JSON = json.loads(await answer.read())
        return found

    async def plain(self, **more: str) -> JSON:
        asked = {"grant_type": "client_credential", "appid": APPID, "secret": SECRET, **more}
        found: JSON = json.loads(await (await self.fetch("GET", "token", params=asked)).read())
        return found

    async def sends(self, content: str = "已受理", openid: str = "") -> int:
        """Send a customer-service message and return WeChat's number."""
        said = {"touser": openid or self.mei.openid, "msgtype": "text", "text": {"content": content}}
        return int((await self.call("message/custom/send", said))["errcode"])

    async def uploads(self, content: bytes, kind: str = "image", name: str = "photo.jpg") -> JSON:
        form = aiohttp.FormData()
        form.add_field("media", io.BytesIO(content), filename=name, content_type="image/jpeg")
        self.token = self.token or (await self.stable())["access_token"]
        answer = await self.fetch(
            "POST", "media/upload", params={"access_token": self.token, "type": kind}, data=form
        )
        found: JSON = json.loads(await answer.read())
        return found
