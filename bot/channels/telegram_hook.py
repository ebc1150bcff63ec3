"""Telegram's webhook: 200 is said only when what came is stored."""

from __future__ import annotations

import hmac
import json

import structlog
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from telegram.error import TelegramError

from bot.channels.telegram import TelegramChannel
from bot.channels.telegram_intake import Intake
from bot.channels.telegram_parse import KINDS
from storage.errors import StorageFailed

log = structlog.get_logger(__name__)

PATH = "/telegram"
BODY_BYTES = 1024 * 1024
"""Far above any update: the longest message with all its entities stays under 100 KB."""
CONNECTIONS = 40
SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"


class TooLarge(Exception):
    """The body is longer than any update is."""


def telegram_route(intake: Intake, secret: str) -> Route:
    """Return the route Telegram posts to. Only who shows `secret` is listened to; it may not be empty."""
    if not secret:
        raise ValueError("a webhook without a secret would listen to anybody")

    async def receive(request: Request) -> Response:
        shown = request.headers.get(SECRET_HEADER, "")
        if not hmac.compare_digest(shown.encode(), secret.encode()):
            return Response(status_code=403)
        try:
            raw = json.loads(await body_of(request))
        except TooLarge:
            return Response(status_code=413)
        except (ValueError, RecursionError):
            return Response(status_code=400)
        if not isinstance(raw, dict) or not isinstance(raw.get("update_id"), int):
            return Response(status_code=400)
        try:
            await intake.take(raw)
        except (StorageFailed, TelegramError) as failed:
            # Telegram asks again after a while, for as long as a day.
            log.error("an update could not be stored; Telegram keeps it", why=str(failed))
            return Response(status_code=503)
        return Response(status_code=200)

    return Route(PATH, receive, methods=["POST"])


async def body_of(request: Request) -> bytes:
    """Return the body. Raises TooLarge as soon as it is, whatever its declared length."""
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > BODY_BYTES:
            raise TooLarge
    return bytes(body)


async def register(channel: TelegramChannel, public_url: str, secret: str) -> None:
    """Tell Telegram where to post. Raises TelegramError; what is waiting there is kept and comes by this door."""
    await channel.bot.set_webhook(
        f"{public_url.rstrip('/')}{PATH}",
        secret_token=secret,
        allowed_updates=list(KINDS),
        max_connections=CONNECTIONS,
        drop_pending_updates=False,
    )
