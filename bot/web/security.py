"""What every answer carries, what every request must keep to: headers, the same-origin check, the size of a body."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' blob:",
        "connect-src 'self'",
        "manifest-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
# `blob:` shows a chosen photo before it is sent. The referrer stays inside: addresses here may hold secrets, and
# `no-referrer` would make browsers send `Origin: null` with our own forms.
HEADERS: Mapping[str, str] = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=(), interest-cohort=()",
}
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


class Guard:
    """Sets the headers on every answer and refuses changes that another site's page asks for."""

    def __init__(self, app: ASGIApp, *, public_url: str = "") -> None:
        self._app = app
        self._public_host = urlsplit(public_url).netloc
        self._https = public_url.startswith("https://")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
                headers.setdefault("cache-control", "no-store")
                if self._https:
                    headers.setdefault("strict-transport-security", "max-age=31536000")
            await send(message)

        if scope["method"] not in SAFE_METHODS and self._is_foreign(Headers(scope=scope)):
            refusal = PlainTextResponse("这个请求来自别的网站，没有受理。Refused: cross-site request.", 403)
            await refusal(scope, receive, send_guarded)
            return
        await self._app(scope, receive, send_guarded)

    def _is_foreign(self, headers: Headers) -> bool:
        """True when a browser says that the request was made by a page of another site.

        Platforms' webhooks are no browsers and say neither header; their own secrets protect them.
        """
        if headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
            return True
        origin = headers.get("origin")
        return origin is not None and urlsplit(origin).netloc not in {
            headers.get("host"),
            self._public_host,
        } - {""}


class BodyLimit:
    """Refuses bodies above `largest` bytes, or above what `by_path` allows a path, or (`/x/`) all below one; counted,
    whatever was declared.

    And those that come slower than a bad mobile connection: they would hold their place for ever.
    """

    patience = 30.0
    """Seconds on top of what the bytes that came may take."""
    slowest = 4 * 1024
    """Bytes a second."""

    def __init__(self, app: ASGIApp, *, largest: int, by_path: Mapping[str, int]) -> None:
        self._app = app
        self._largest = largest
        self._by_path = by_path
        self._below = {path: most for path, most in by_path.items() if path.endswith("/")}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        path = scope["path"]
        below = next((most for start, most in self._below.items() if path.startswith(start)), self._largest)
        limit = self._by_path.get(path, below)
        declared = Headers(scope=scope).get("content-length", "0")
        left = limit if declared.isdigit() and int(declared) <= limit else -1
        whole, began, clock = False, 0.0, asyncio.get_running_loop().time

        async def receive_counted() -> Message:
            nonlocal left, whole, began
            if left < 0:
                raise HTTPException(413)
            began = began or clock()
            by = None if whole else began + self.patience + (limit - left) / self.slowest
            try:
                async with asyncio.timeout_at(by):
                    message = await receive()
            except TimeoutError as slow:
                raise HTTPException(408) from slow
            left -= len(message.get("body", b""))
            whole = not message.get("more_body", False)
            if left < 0:
                raise HTTPException(413)
            return message

        await self._app(scope, receive_counted, send)
