"""Telegram's webhook: 200 is said only when what came is stored."""

from __future__ import annotations

import hmac
import json
from collections.abc import Awaitable, Callable

import structlog
from starlette.types import ASGIApp, Receive, Scope, Send
from telegram.error import TelegramError

from bot.channels.telegram import TelegramChannel
from bot.channels.telegram_intake import Intake
from bot.channels.telegram_parse import KINDS
from bot.clock import WallClock
from handlers.troubles import Why
from handlers.wording import word
from storage.errors import StorageFailed
from storage.records import MINUTE, SECOND, Span

log = structlog.get_logger(__name__)

PATH = "/telegram"
BODY_BYTES = 1024 * 1024
"""Far above any update: the longest message with all its entities stays under 100 KB."""
CONNECTIONS = 40
LATELY: Span = 10 * MINUTE
"""Telegram tries again at least every few minutes, so an older error has been followed by a success."""
SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"
SECRET_KEY = SECRET_HEADER.lower().encode()


class TooLarge(Exception):
    """The body is longer than any update is."""


class Gone(Exception):
    """Who was asking has hung up before the whole body was here."""


class TelegramHook:
    """The ASGI program that Telegram posts to; every other request is for `others`.

    It stands in front of the pages, because a city's whole talk comes through here and what a browser needs (headers,
    routes, the same-origin check) would cost as much as reading a message. Only who shows `secret` is listened to; it
    may not be empty.
    """

    def __init__(self, intake: Intake, secret: str, others: ASGIApp) -> None:
        if not secret:
            raise ValueError("a webhook without a secret would listen to anybody")
        self._intake = intake
        self._secret = secret.encode()
        self._others = others

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] != PATH:
            await self._others(scope, receive, send)
            return
        status = await self._status(scope, receive)
        await send({"type": "http.response.start", "status": status, "headers": [(b"content-length", b"0")]})
        await send({"type": "http.response.body"})

    async def _status(self, scope: Scope, receive: Receive) -> int:
        if scope["method"] != "POST":
            return 405
        shown = next((value for name, value in scope["headers"] if name == SECRET_KEY), b"")
        if not hmac.compare_digest(shown, self._secret):
            return 403
        try:
            raw = json.loads(await body_of(receive))
        except TooLarge:
            return 413
        except (Gone, ValueError, RecursionError):
            return 400
        if not isinstance(raw, dict) or not isinstance(raw.get("update_id"), int):
            return 400
        try:
            await self._intake.take(raw)
        except (StorageFailed, TelegramError) as failed:
            # Telegram asks again after a while, for as long as a day.
            log.error("an update could not be stored; Telegram keeps it", why=str(failed))
            return 503
        return 200


async def body_of(receive: Receive) -> bytes:
    """Return the body. Raises TooLarge as soon as it is, whatever its declared length, and Gone."""
    body = b""
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise Gone
        part: bytes = message.get("body", b"")
        body += part
        if len(body) > BODY_BYTES:
            raise TooLarge
        if not message.get("more_body", False):
            return body


def hearing(channel: TelegramChannel, public_url: str, clock: WallClock) -> Callable[[], Awaitable[Why]]:
    """Return a question for the watchdog: why does what people say on Telegram not come in by this webhook?

    Telegram keeps the last error for ever; it counts only while something waits there and was tried lately.
    """

    async def ask() -> Why:
        try:
            info = await channel.bot.get_webhook_info()
        except TelegramError:
            return ""  # who cannot be asked is away, which is another question
        if info.url != address_of(public_url):
            return word("trouble.elsewhere")
        failed_at = info.last_error_date
        lately = failed_at is not None and clock.now() - failed_at.timestamp() * SECOND < LATELY
        return (info.last_error_message or "") if lately and info.pending_update_count else ""

    return ask


def address_of(public_url: str) -> str:
    return f"{public_url.rstrip('/')}{PATH}"


async def register(channel: TelegramChannel, public_url: str, secret: str) -> None:
    """Tell Telegram where to post. Raises TelegramError; what is waiting there is kept and comes by this door."""
    await channel.bot.set_webhook(
        address_of(public_url),
        secret_token=secret,
        allowed_updates=list(KINDS),
        max_connections=CONNECTIONS,
        drop_pending_updates=False,
    )
