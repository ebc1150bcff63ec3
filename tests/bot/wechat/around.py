"""What stands around the WeChat channel in its tests: a desk and a delivery that write down what they are given."""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from dataclasses import dataclass, field

from starlette.responses import PlainTextResponse

from bot.channels.tencent_door import Door
from bot.channels.wechat_hook import PATH, WeChatHook
from bot.channels.wechat_parse import TemplateEnd
from bot.clock import SystemClock
from bot.secret import Secret
from handlers.messages import Answer, Inbound
from storage.errors import StorageFailed
from storage.records import Address, Instant
from tests.bot.post import HandClock
from tests.platforms.wechat import Resident, WeChatServer


class AnsweringDesk:
    """Keeps the first answer to each key, as the inbox does. `gate`: closed while the desk is slow; `failing`: so many
    times nothing can be stored."""

    def __init__(self) -> None:
        self.heard: list[Inbound] = []
        self.first: dict[str, Answer] = {}
        self.says = ""
        self.letters: tuple[int, ...] = ()
        self.failing = 0
        self.gate = asyncio.Event()
        self.gate.set()
        self.listening = asyncio.Event()

    async def receive(self, inbound: Inbound, now: Instant) -> Answer:
        self.listening.set()
        if self.failing:
            self.failing -= 1
            raise StorageFailed("the disk is full")
        await self.gate.wait()
        if inbound.key not in self.first:
            self.heard.append(inbound)
            said = f"{self.says}（第{len(self.heard)}次）" if self.says and inbound.at_once else ""
            self.first[inbound.key] = Answer(said=said, letters=self.letters if said else ())
        return self.first[inbound.key]

    @property
    def texts(self) -> list[str]:
        return [inbound.text for inbound in self.heard]


class DeliveryBook:
    """What was handed over: (chat, letters, message)."""

    def __init__(self) -> None:
        self.handed: list[tuple[Address, tuple[int, ...], str]] = []

    def handed_over(self, chat: Address, letters: Collection[int], message: str) -> None:
        self.handed.append((chat, tuple(letters), message))


@dataclass
class Account:
    """A WeChat account whose program is nothing but its door, and one resident."""

    wechat: WeChatServer
    mei: Resident
    hook: WeChatHook
    desk: AnsweringDesk
    delivery: DeliveryBook
    address: str = ""
    ended: list[TemplateEnd] = field(default_factory=list)


def account(wechat: WeChatServer, *, seconds: float = 4.0) -> Account:
    desk, delivery, ended = AnsweringDesk(), DeliveryBook(), list[TemplateEnd]()
    key = Secret(wechat.aes_key) if wechat.aes_key else None
    door = Door(Secret(wechat.token), key, wechat.appid, SystemClock(), line_signed=True)

    async def end(one: TemplateEnd) -> bool:
        if desk.failing:
            raise StorageFailed("the disk is full")
        ended.append(one)
        return len(ended) > 1

    hook = WeChatHook(door, desk, delivery, end, HandClock(), PlainTextResponse("a page"), seconds=seconds)
    mei = wechat.resident("oMeiYi0000000000000000000001", "梅姨")
    return Account(wechat, mei, hook, desk, delivery, PATH, ended)
