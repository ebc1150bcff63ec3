"""The test server: an OpenAI-compatible endpoint on 127.0.0.1 that takes nothing but what it documents.

async with OpinionServer(key="sk-test") as endpoint:
    endpoint.says("call", "lighting")
    ...
    assert endpoint.heard == ["#号楼的灯不亮"]
"""

from __future__ import annotations

import asyncio
import json
from typing import Any, Self

from aiohttp import web

ENDLESS = b"x" * 4096


class OpinionServer:
    """Answers as it was last told to. `heard`: the words it was asked about; `refusals`: what was wrong with a request."""

    def __init__(self, *, key: str | None = "sk-test-0123456789", model: str = "qwen") -> None:
        self.key, self.model = key, model
        self.heard: list[str] = []
        self.refusals: list[str] = []
        self.asked_now = self.most_at_once = 0
        self._answer: dict[str, Any] = {}
        self._hangs = self._endless = False
        self._stopping = asyncio.Event()
        self.came = asyncio.Event()
        self.says("unsure")

    # --- what it shall do -----------------------------------------------------------------------------------------

    def says(self, verdict: str, category: str = "") -> None:
        """Give this opinion from now on."""
        self.says_raw(json.dumps({"verdict": verdict, "category": category}))

    def says_raw(self, content: str) -> None:
        """Let the model say exactly this."""
        said = {"index": 0, "message": {"role": "assistant", "content": content}, "finish_reason": "stop"}
        whole = {"id": "chatcmpl-1", "object": "chat.completion", "model": self.model, "choices": [said]}
        self.answers(200, json.dumps(whole).encode())

    def answers(self, status: int, body: bytes = b"{}", **headers: str) -> None:
        """Answer with exactly this; `retry_after="7"` is the header Retry-After."""
        names = {name.replace("_", "-").title(): value for name, value in headers.items()}
        self._answer = {"status": status, "body": body, "headers": names}
        self._hangs = False
        self._endless = False

    @property
    def body(self) -> bytes:
        """What it answers with at present."""
        body: bytes = self._answer["body"]
        return body

    def hangs(self) -> None:
        """Take requests and never answer."""
        self._hangs = True

    def lets_go(self) -> None:
        """Answer what it was asked while it hung."""
        self._hangs = False
        self._stopping.set()

    def never_ends(self) -> None:
        """Begin an answer and go on without end."""
        self._endless = True

    # --- what it does -----------------------------------------------------------------------------------------------

    async def __aenter__(self) -> Self:
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", self._take)
        self._runner = web.AppRunner(app, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        host, port = self._runner.addresses[0][:2]
        self.address = f"http://{host}:{port}/v1"
        return self

    async def __aexit__(self, *_: object) -> None:
        self._stopping.set()
        await self._runner.cleanup()

    async def _take(self, request: web.Request) -> web.StreamResponse:
        self.asked_now += 1
        self.most_at_once = max(self.most_at_once, self.asked_now)
        try:
            return await self._dealt_with(request)
        finally:
            self.asked_now -= 1

    async def _dealt_with(self, request: web.Request) -> web.StreamResponse:
        wrong = self._wrong(request, body := await request.read())
        if wrong:
            self.refusals.append(wrong)
            return web.json_response({"error": {"message": wrong}}, status=401 if "key" in wrong else 400)
        self.heard.append(json.loads(json.loads(body)["messages"][1]["content"])["message"])
        self.came.set()
        if self._hangs:
            await self._stopping.wait()
        if self._endless:
            return await self._go_on(request)
        return web.Response(**self._answer)

    async def _go_on(self, request: web.Request) -> web.StreamResponse:
        answer = web.StreamResponse()
        await answer.prepare(request)
        while not self._stopping.is_set():
            await answer.write(ENDLESS)
        return answer

    def _wrong(self, request: web.Request, body: bytes) -> str:
        """Return what is wrong with a request, "" when nothing is."""
        if (request.method, request.path) != ("POST", "/v1/chat/completions"):
            return f"no such thing: {request.method} {request.path}"
        if request.headers.get("Authorization") != (f"Bearer {self.key}" if self.key else None):
            return "wrong key"
        if request.headers.get("Content-Type") != "application/json":
            return "not JSON"
        asked = json.loads(body)
        fixed = {
            "model": self.model,
            "temperature": 0,
            "response_format": {"type": "json_object"},
            "stream": False,
        }
        if set(asked) != {*fixed, "messages", "max_tokens"} or any(
            asked[name] != fixed[name] for name in fixed
        ):
            return f"unknown or missing parameters: {sorted(asked)}"
        if not isinstance(asked["max_tokens"], int) or not 1 <= asked["max_tokens"] <= 100:
            return "too many tokens"
        system, user = asked["messages"]
        if (system["role"], user["role"]) != ("system", "user") or {*system, *user} != {"role", "content"}:
            return "unknown roles"
        if "json" not in system["content"].lower():
            return "a JSON answer must be asked for in words as well"
        said = json.loads(user["content"])
        if set(said) != {"message"} or not 0 < len(said["message"]) <= 300:
            return "more than one message's words"
        if any(char.isnumeric() and char.isascii() for char in said["message"]) or "@" in said["message"]:
            return "something that must not leave the house"
        return ""
