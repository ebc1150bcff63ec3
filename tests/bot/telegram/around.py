"""What stands around the Telegram channel in its tests: a desk that writes down, a folder of photos, addresses."""

from __future__ import annotations

import asyncio
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from bot.channels.telegram import TelegramChannel
from handlers.messages import Answer, Button, Inbound, NotDelivered, Outgoing
from storage.errors import StorageFailed
from storage.records import Address, Instant
from tests.storage.things import NOON

GROUP = Address("telegram:-1001000001")
MEI = Address("telegram:2001")
CARD = ((Button("接单", "a:1024"), Button("公示牌", url="https://example.org/board/xinhai")),)


class NotebookDesk:
    """Writes down what comes, in order; can be told to fail."""

    def __init__(self) -> None:
        self.heard: list[Inbound] = []
        self.aside: list[tuple[str, str, str]] = []
        self.toast = ""
        self.failing = 0
        self.stumbles_over: set[str] = set()
        self.listening = asyncio.Event()
        self.gate = asyncio.Event()
        self.gate.set()

    async def receive(self, inbound: Inbound, now: Instant) -> Answer:
        assert now == NOON
        self.heard.append(inbound)
        self.listening.set()
        await self.gate.wait()
        if self.failing:
            self.failing -= 1
            raise StorageFailed("disk full")
        if inbound.text in self.stumbles_over:
            raise RuntimeError("a mistake in a rule")
        return Answer(self.toast, alert=bool(self.toast))

    async def set_aside(self, key: str, now: Instant, raw: str, why: str) -> None:
        if self.failing:
            self.failing -= 1
            raise StorageFailed("disk full")
        self.aside.append((key, raw, why))

    @property
    def texts(self) -> list[str]:
        return [inbound.text for inbound in self.heard]


class Folder:
    """Photos by their hash, as the media folder keeps them."""

    def __init__(self, where: Path) -> None:
        self.where = where

    def keep(self, content: bytes) -> str:
        name = sha256(content).hexdigest()
        (self.where / name).write_bytes(content)
        return name

    def open(self, name: str) -> bytes:
        return (self.where / name).read_bytes()


def update(number: int = 7001, text: str = "3号楼漏水") -> dict[str, Any]:
    """Return an update as Telegram posts it: words in a private chat."""
    mei = {"id": 2001, "is_bot": False, "first_name": "梅姨"}
    chat = {"id": 2001, "type": "private", "first_name": "梅姨"}
    message = {"message_id": 5, "date": NOON // 1000, "chat": chat, "from": mei, "text": text}
    return {"update_id": number, "message": message}


async def refusal(channel: TelegramChannel, out: Outgoing) -> NotDelivered:
    """Return what the channel says of a letter that is not taken."""
    with pytest.raises(NotDelivered) as caught:
        await channel.send(out)
    return caught.value
