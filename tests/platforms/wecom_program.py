"""What stands for Huying in the tests of the WeCom server itself: a bare client, and a callback address that answers
whatever a test says."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any
from urllib.parse import urlencode

import httpx
from aiohttp import web

from tests.platforms.wecom import (
    AGENTID,
    APP,
    CORPID,
    ROBOT,
    SECRET,
    Group,
    Person,
    Seal,
    WeComServer,
    a_photo,
)
from tests.platforms.wecom.callbacks import read, xml
from tests.platforms.wecom.refusals import JSON

CARD: JSON = {
    "card_type": "button_interaction",
    "main_title": {"title": "#1024 电梯", "desc": "3号楼2单元"},
    "horizontal_content_list": [{"keyname": "等", "value": "王芳（网格长）接单 · 14:05 前"}],
    "button_list": [{"text": "接单", "key": "accept 1024"}, {"text": "我也遇到 3", "key": "follow 1024"}],
    "task_id": "t_1024-1",
}
Answer = Callable[["Heard"], Awaitable[web.Response] | web.Response]


class Heard:
    """One request that came to the callback address. `words`: what stood inside the seal."""

    def __init__(self, seal: Seal, query: dict[str, str], sealed: str, nonce: str) -> None:
        seal.check(query["msg_signature"], query["timestamp"], query["nonce"], sealed)
        self.seal, self.query, self.sealed, self.nonce = seal, query, sealed, nonce
        self.words: JSON = read(seal.open(sealed)) if seal is APP else json.loads(seal.open(sealed))

    def with_words(self, words: JSON, **changed: Any) -> web.Response:
        """Answer at once with these words, sealed as the platform wants it; `changed` spoils parts of the envelope."""
        text = xml(words) if self.seal is APP else json.dumps(words, ensure_ascii=False)
        sealed = self.seal.close(text)
        signature = self.seal.signature("1790000000", self.nonce, sealed)
        if self.seal is APP:
            told = {
                "Encrypt": sealed,
                "MsgSignature": signature,
                "TimeStamp": 1790000000,
                "Nonce": self.nonce,
            }
            return web.Response(text=xml(told | changed))
        told = {"encrypt": sealed, "msgsignature": signature, "timestamp": 1790000000, "nonce": self.nonce}
        return web.json_response(told | changed)

    def with_text(self, text: str) -> web.Response:
        """Answer the app's member with a passive text."""
        said = {"ToUserName": self.words["FromUserName"], "FromUserName": CORPID, "CreateTime": 1790000000}
        return self.with_words({**said, "MsgType": "text", "Content": text})


class Company:
    """A server whose clock only tests turn, two members, a contact, three groups, and the program's two addresses.

    `answer` decides what the addresses answer; by default nothing, with 200. `heard`: what came to them.
    """

    def __init__(self) -> None:
        self.now = 1_790_000_000.0  # seconds since 1970
        self.wecom = WeComServer(clock=lambda: self.now, wall=lambda: self.now)
        self.wang: Person = self.wecom.member("wangfang", "王芳")
        self.li: Person = self.wecom.member("LiLei", "李雷")
        self.zhao: Person = self.wecom.member("zhao", "赵强", visible=False)
        self.mei: Person = self.wecom.contact("wmMEI", "梅姨")
        self.staff: Group = self.wecom.appchat("zhiban", "社区值班", [self.wang, self.li])
        self.hook: Group = self.wecom.webhook("KEY", "社区通知", [self.wang])
        self.grid: Group = self.wecom.robot_group("wrGRID1", "第一网格", [self.wang, self.mei])
        self.heard: list[Heard] = []
        self.answer: Answer = lambda heard: web.Response()
        self.client = httpx.AsyncClient(trust_env=False, timeout=10)
        self._runner: web.AppRunner | None = None

    async def __aenter__(self) -> Company:
        await self.wecom.start()
        program = web.Application()
        program.router.add_route("*", "/wecom", partial(self.callback, APP))
        program.router.add_route("*", "/wecom/bot", partial(self.callback, ROBOT))
        self._runner = web.AppRunner(program, handler_cancellation=True)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        port = self._runner.addresses[0][1]
        self.wecom.calls_back(f"http://127.0.0.1:{port}/wecom", f"http://127.0.0.1:{port}/wecom/bot")
        return self

    async def __aexit__(self, *trouble: object) -> None:
        await self.client.aclose()
        await self.wecom.stop()
        assert self._runner is not None
        await self._runner.cleanup()

    async def callback(self, seal: Seal, request: web.Request) -> web.StreamResponse:
        query = dict(request.query)
        if request.method == "GET":
            sealed = query["echostr"]
            seal.check(query["msg_signature"], query["timestamp"], query["nonce"], sealed)
            return web.Response(text=seal.open(sealed))
        body = await request.text()
        sealed = read(body)["Encrypt"] if seal is APP else json.loads(body)["encrypt"]
        self.heard.append(Heard(seal, query, sealed, query["nonce"]))
        answer = self.answer(self.heard[-1])
        return await answer if isinstance(answer, Awaitable) else answer

    # The bare client ------------------------------------------------------------------------------------------------

    async def token(self) -> str:
        got = await self.get("gettoken", token="", corpid=CORPID, corpsecret=SECRET)
        return str(got["access_token"])

    async def get(self, path: str, *, token: str | None = None, **query: Any) -> JSON:
        return (await self.request("GET", path, token, query)).json()  # type: ignore[no-any-return]

    async def post(self, path: str, body: object, *, token: str | None = None, **query: Any) -> JSON:
        return (await self.request("POST", path, token, query, json=body)).json()  # type: ignore[no-any-return]

    async def request(
        self, method: str, path: str, token: str | None, query: JSON, **more: Any
    ) -> httpx.Response:
        """`token`: "" for none, None to ask for one first."""
        if token is None:
            token = await self.token()
        given = urlencode({**({"access_token": token} if token else {}), **query})
        return await self.client.request(method, f"{self.wecom.api}/cgi-bin/{path}?{given}", **more)

    async def send(self, touser: str, kind: str = "text", content: JSON | None = None, **more: Any) -> JSON:
        """message/send; without `content` a short text."""
        said = content if content is not None else {"content": "#1024 王芳已受理"}
        body = {"touser": touser, "msgtype": kind, "agentid": AGENTID, kind: said, **more}
        return await self.post("message/send", body)

    async def send_card(self, touser: str = "wangfang|lilei", **changed: Any) -> JSON:
        return await self.send(touser, "template_card", {**CARD, **changed})

    async def update(self, code: object, **body: Any) -> JSON:
        return await self.post(
            "message/update_template_card", {"agentid": AGENTID, "response_code": code, **body}
        )

    async def upload(self, content: bytes, kind: str = "image", field: str = "media") -> JSON:
        files = {field: ("photo.jpg", content, "image/jpeg")}
        answer = await self.request("POST", "media/upload", None, {"type": kind}, files=files)
        return answer.json()  # type: ignore[no-any-return]

    async def photo(self) -> str:
        return str((await self.upload(a_photo()))["media_id"])
