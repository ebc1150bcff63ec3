"""The way to Telegram's machines: aiohttp beneath python-telegram-bot, as the BaseRequest it is made to take.

Its own client costs 1.6 ms of CPU a call, this one 0.5. What matters more: it says for certain when a letter never left.
"""

from __future__ import annotations

import io
import json
import ssl
from functools import cache
from typing import Any, TypeAlias
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import aiohttp
import certifi
from aiohttp.client_reqrep import ClientRequest
from aiohttp.connector import Connection
from aiohttp.tracing import Trace
from telegram.error import NetworkError, RetryAfter, TelegramError, TimedOut
from telegram.request import BaseRequest, RequestData
from yarl import URL

from bot.secret import Strike

LARGEST = 20 * 1024 * 1024
"""Bytes of one answer. Telegram gives bots no larger file; a hundred updates are far below."""
MOST_WORDS = 300
"""Characters kept of an answer that is no JSON: a gateway's page tells nothing after its heading."""
STRIKE = Strike()

Seconds: TypeAlias = Any
"""The library's own type: a float, None for ever, or DEFAULT_NONE for what the transport finds right."""


class NotConnected(NetworkError):
    """No connection came about. Nothing was sent."""


class NotConnectedInTime(TimedOut):
    """No connection came about in time, or none became free. Nothing was sent."""


class Unanswered(NetworkError):
    """The connection broke after the request may have gone out."""


class TooMuch(TelegramError):
    """The answer is longer than any Telegram gives; the rest was not read."""


class TooMany(RetryAfter):
    """A 429 with Telegram's own words, which the library's RetryAfter leaves out."""

    def __init__(self, retry_after: int, description: str) -> None:
        super().__init__(retry_after)
        self.message = description or self.message


class Connector(aiohttp.TCPConnector):
    """What fails in here (the name, the proxy, the handshake, the wait for a free connection) was surely never sent."""

    async def connect(
        self,
        req: ClientRequest,
        traces: list[Trace],
        timeout: aiohttp.ClientTimeout,  # noqa: ASYNC109 - its own way
    ) -> Connection:
        try:
            return await super().connect(req, traces, timeout)
        except TimeoutError:
            raise NotConnectedInTime("no connection in time, nothing was sent") from None
        except (aiohttp.ClientError, OSError, ValueError) as failed:
            raise NotConnected(words_of(failed)) from None


class Transport(BaseRequest):
    """At most `connections` at a time. `patience`: seconds for an answer; a connection has 5 of them at most, and one
    that uploads files takes `upload` instead to write. Proxies come from the environment, as the first call finds it."""

    def __init__(self, connections: int, *, patience: float = 10.0, upload: float = 20.0) -> None:
        self._connections = connections
        self.patience = patience
        self._upload = upload
        self._session: aiohttp.ClientSession | None = None
        self._proxies: dict[tuple[str, str], str | None] = {}

    @property
    def read_timeout(self) -> float:
        return self.patience

    async def initialize(self) -> None:
        """Nothing: the first call opens what it needs."""

    async def shutdown(self) -> None:
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: Seconds = BaseRequest.DEFAULT_NONE,
        write_timeout: Seconds = BaseRequest.DEFAULT_NONE,
        connect_timeout: Seconds = BaseRequest.DEFAULT_NONE,
        pool_timeout: Seconds = BaseRequest.DEFAULT_NONE,
    ) -> tuple[int, bytes]:
        """Return the status and the body. Raises one of the errors above, or TimedOut: then it may have arrived."""
        files = request_data is not None and request_data.contains_files
        timeout = self._timeout(
            self._given(read_timeout, self.patience),
            self._given(write_timeout, self._upload if files else self.patience),
            self._given(connect_timeout, min(5.0, self.patience)),
            self._given(pool_timeout, min(5.0, self.patience)),
            whole=method == "POST",
        )
        try:
            async with self._open().request(
                method,
                URL(url, encoded=True),
                data=body_of(request_data),
                headers=None if files or request_data is None else JSON,
                proxy=self._proxy(url),
                ssl=trusted() if url.startswith("https:") else True,
                timeout=timeout,
                allow_redirects=False,
            ) as answer:
                return answer.status, told(answer.status, await read(answer))
        except TelegramError:
            raise
        except (aiohttp.InvalidURL, aiohttp.NonHttpUrlClientError) as wrong:
            raise NotConnected(words_of(wrong)) from None
        except TimeoutError:
            raise TimedOut("no answer in time") from None
        except Exception as broken:  # noqa: BLE001 - whatever it was, the request may be on its way
            raise Unanswered(words_of(broken)) from None

    @staticmethod
    def parse_json_payload(payload: bytes) -> Any:
        """Return what the answer says. The library's own logs the whole of what it cannot read, however long."""
        try:
            return json.loads(payload)
        except ValueError:
            raise TelegramError(f"no answer of Telegram's: {payload[:MOST_WORDS]!r}") from None

    def _open(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=Connector(limit=self._connections),
                cookie_jar=aiohttp.DummyCookieJar(),
                headers={"User-Agent": self.USER_AGENT},
                # What nobody asked to be packed cannot burst when it is unpacked.
                skip_auto_headers=("Accept-Encoding",),
            )
        return self._session

    def _proxy(self, url: str) -> str | None:
        """Return the proxy the environment names for this address, looked up once: it costs as much as a small letter."""
        parts = urlsplit(url)
        key = (parts.scheme, parts.netloc)
        if key not in self._proxies:
            known = {} if proxy_bypass(parts.netloc) else getproxies()
            self._proxies[key] = known.get(parts.scheme) or known.get("all")
        proxy = self._proxies[key]
        if proxy and not proxy.startswith(("http://", "https://")):
            kind = proxy.partition(":")[0]
            raise NotConnected(f"a proxy must be given as http:// or https://, this one is {kind}")
        return proxy

    @staticmethod
    def _given(seconds: Seconds, ours: float) -> float | None:
        return ours if seconds is BaseRequest.DEFAULT_NONE else seconds

    @staticmethod
    def _timeout(
        read: float | None, write: float | None, connect: float | None, pool: float | None, *, whole: bool
    ) -> aiohttp.ClientTimeout:
        """aiohttp limits no writing, and reading only from one piece to the next: the whole is limited besides.

        Not for files, which may take their time as long as something comes.
        """
        opening = None if connect is None or pool is None else connect + pool
        total = None if opening is None or read is None or write is None else opening + write + read
        return aiohttp.ClientTimeout(
            total=total if whole else None, connect=opening, sock_connect=connect, sock_read=read
        )


JSON = {"Content-Type": "application/json"}


def body_of(asked: RequestData | None) -> bytes | aiohttp.FormData | None:
    """Return the parameters as one JSON text, or as a form when files go with them."""
    if asked is None:
        return None
    if not asked.contains_files:
        return json.dumps(asked.parameters).encode()
    form = aiohttp.FormData(asked.json_parameters)
    for name, (filename, content, kind) in asked.multipart_data.items():
        # Bytes would be written in one piece, with the loop standing still.
        file = io.BytesIO(content) if isinstance(content, bytes) else content
        form.add_field(name, file, filename=filename, content_type=kind)
    return form


async def read(answer: aiohttp.ClientResponse, largest: int = LARGEST) -> bytes:
    """Return the body. Raises TooMuch as soon as it is longer than `largest` bytes."""
    content = bytearray()
    async for part in answer.content.iter_any():
        content += part
        if len(content) > largest:
            answer.close()
            raise TooMuch(f"an answer of more than {largest} bytes")
    return bytes(content)


def told(status: int, content: bytes) -> bytes:
    """Return the body of an answer; of a refusal only as much as a person will read. Raises TooMany for a 429."""
    if status < 300:
        return content
    try:
        said = json.loads(content)
    except ValueError:
        said = None
    if not isinstance(said, dict):
        # The library would take a list or a number for an object.
        return b"not in Telegram's words: " + content[:MOST_WORDS]
    parameters = said.get("parameters")
    pause = parameters.get("retry_after") if isinstance(parameters, dict) else None
    if status == 429 and isinstance(pause, int) and pause > 0:
        raise TooMany(pause, str(said.get("description", "")))
    return content


def words_of(failed: Exception) -> str:
    """Return what went wrong without the address, which carries the token."""
    return STRIKE.clean(f"{type(failed).__name__}: {failed}")


@cache
def trusted() -> ssl.SSLContext:
    """Trust whom the machine trusts, and, for a machine that knows nobody, whom Mozilla does."""
    context = ssl.create_default_context()
    context.load_verify_locations(certifi.where())
    return context
