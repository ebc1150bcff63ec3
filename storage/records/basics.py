"""Time, spans and addresses."""

from __future__ import annotations

from typing import NewType

Instant = int
Span = int
Address = NewType("Address", str)

SECOND = 1_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR


def address(platform: str, chat: str | int, topic: str | int | None = None) -> Address:
    """Return the address of a chat, or of one topic in it."""
    return Address(f"{platform}:{chat}" if topic is None else f"{platform}:{chat}/{topic}")


def platform_of(where: Address) -> str:
    return where.partition(":")[0]


def chat_of(where: Address) -> Address:
    """Return the address without its topic."""
    return Address(where.partition("/")[0])


def topic_of(where: Address) -> str | None:
    return where.partition("/")[2] or None
