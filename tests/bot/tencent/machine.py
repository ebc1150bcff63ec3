"""A machine in Tencent's place that gives out tokens, takes them back, and otherwise behaves as a test tells it."""

from __future__ import annotations

import asyncio
import contextlib
import json
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlsplit

APPID, SECRET = "wx5823bf96d3bd56c7", "s3cr3t-of-the-account-0123456789"
SEND = "/cgi-bin/message/custom/send"


@dataclass(frozen=True, slots=True)
class Asked:
    """One request as it came."""

    method: str
    path: str
    params: dict[str, str]
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


Behaviour = Callable[[Asked, asyncio.StreamWriter], Awaitable[None]]


class Tencent:
    """Strict about tokens: only the latest is good. `behave`: what happens at a path instead."""

    def __init__(self, scheme: str) -> None:
        self.scheme = scheme
        self.port = 0
        self.asked: list[Asked] = []
        self.arrived = asyncio.Event()
        self.behave: dict[str, Behaviour] = {}
        self.seconds = 7200
        self.forced = 0
        self.given = 0
        self.token = ""
        self.takes_tokens_back = False
        self.lines: dict[asyncio.Task[None] | None, asyncio.StreamWriter] = {}
        self.over = asyncio.Event()

    @property
    def api(self) -> str:
        return f"{self.scheme}://127.0.0.1:{self.port}"

    def paths(self) -> list[str]:
        return [one.path for one in self.asked]

    def take_back(self) -> None:
        """From now on another token is the latest, which nobody has yet."""
        self.given += 1
        self.token = f"TOKEN-{self.given}-kept-secret"

    async def hangs(self, asked: Asked, writer: asyncio.StreamWriter) -> None:
        """Read it, and say nothing."""
        await self.over.wait()
        raise ConnectionResetError

    async def meet(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.lines[asyncio.current_task()] = writer
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            while True:
                asked = await read(reader)
                self.asked.append(asked)
                self.arrived.set()
                await self.behave.get(asked.path, self.usual)(asked, writer)
        writer.close()

    async def usual(self, asked: Asked, writer: asyncio.StreamWriter) -> None:
        if asked.path in {"/cgi-bin/stable_token", "/cgi-bin/gettoken"}:
            await say(writer, self._token(asked))
        elif asked.params.get("access_token") != self.token or self.takes_tokens_back:
            await say(writer, {"errcode": 40001, "errmsg": "invalid credential rid: 1-2-3"})
        else:
            await say(writer, {"errcode": 0, "errmsg": "ok", "msgid": len(self.asked)})

    def _token(self, asked: Asked) -> dict[str, Any]:
        if asked.path == "/cgi-bin/stable_token":
            assert asked.method == "POST"
            who, shown = asked.json["appid"], asked.json["secret"]
            assert asked.json["grant_type"] == "client_credential"
            force = asked.json["force_refresh"]
        else:
            assert asked.method == "GET"
            who, shown, force = asked.params["corpid"], asked.params["corpsecret"], False
        if (who, shown) != (APPID, SECRET):
            return {"errcode": 40125, "errmsg": f"invalid appsecret rid: {shown[:3]}"}
        self.forced += force
        if force or not self.token:
            self.take_back()
        return {"access_token": self.token, "expires_in": self.seconds}


async def read(reader: asyncio.StreamReader) -> Asked:
    head = (await reader.readuntil(b"\r\n\r\n")).decode()
    first, *lines = head.strip().split("\r\n")
    method, target, _ = first.split(" ")
    headers = {name.lower(): value for name, value in (line.split(": ", 1) for line in lines)}
    body = await reader.readexactly(int(headers.get("content-length", "0")))
    parts = urlsplit(target)
    pairs = parse_qsl(parts.query, keep_blank_values=True, strict_parsing=bool(parts.query))
    assert len(dict(pairs)) == len(pairs), "a parameter came twice"
    return Asked(method, parts.path, dict(pairs), headers, body)


async def say(writer: asyncio.StreamWriter, what: Any, status: str = "200 OK", *headers: str) -> None:
    body = what if isinstance(what, bytes) else json.dumps(what, ensure_ascii=False).encode()
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", "Set-Cookie: a=b", *headers, "", ""]
    writer.write("\r\n".join(lines).encode() + body)
    await writer.drain()


def says(what: Any, status: str = "200 OK", *headers: str) -> Behaviour:
    async def behave(asked: Asked, writer: asyncio.StreamWriter) -> None:
        await say(writer, what, status, *headers)

    return behave


def refuses(number: int, errmsg: str = "as it happens") -> Behaviour:
    return says({"errcode": number, "errmsg": errmsg})


async def drops(asked: Asked, writer: asyncio.StreamWriter) -> None:
    writer.transport.abort()
    raise ConnectionResetError


@asynccontextmanager
async def tencent(shown: ssl.SSLContext | None = None) -> AsyncIterator[Tencent]:
    """`shown`: the certificate it shows, None for a plain line."""
    here = Tencent("https" if shown else "http")
    server = await asyncio.start_server(here.meet, "127.0.0.1", 0, ssl=shown)
    here.port = server.sockets[0].getsockname()[1]
    try:
        yield here
    finally:
        server.close()
        here.over.set()
        for line in here.lines.values():
            line.transport.abort()
        await asyncio.gather(*here.lines)
