"""The town with a WeChat service account beside Telegram: its residents write there, its leader works on Telegram."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.channels.wechat_door import wechat as opened_with
from bot.clock import WallClock
from bot.config import load
from bot.platforms import Ground, Opener, Platform
from tests.platforms.wechat import Resident, Seen, WeChatServer
from tests.stories.town import NOON, Town, town


@dataclass
class WeChatTown:
    """The whole town, its account, and 梅姨 with WeChat on her phone, who does not follow the account yet."""

    town: Town
    wechat: WeChatServer
    mei: Resident

    async def settle(self) -> None:
        """Return when everything that was said, there and back, has been dealt with."""
        for _ in range(2):
            await self.wechat.wait_for(lambda: not self.wechat.world.errands)
            await self.town.settle()

    async def forward(self, **time: float) -> None:
        await self.town.forward(**time)
        await self.settle()

    async def says(self, text: str, who: Resident | None = None) -> str:
        """Somebody writes, and it is dealt with; returns what they were answered at once, "" for nothing."""
        who = who or self.mei
        before = len(who.seen)
        await who.says(text)
        answered = [seen.text for seen in who.seen[before:] if seen.how == "passive"]
        await self.settle()
        return answered[0] if answered else ""

    async def leader_presses(self, label: str) -> str:
        return await self.town.presses(self.town.leader, label)

    def told(self, who: Resident | None = None) -> list[Seen]:
        """What reached somebody otherwise than as an answer."""
        return [seen for seen in (who or self.mei).seen if seen.how in ("kefu", "template", "subscribe")]


@asynccontextmanager
async def wechat_account(
    *, template: bool = True, notice: bool = False
) -> AsyncIterator[tuple[WeChatServer, Opener]]:
    """An account's WeChat, which goes by the program's clock once that runs, and how the program opens it. `template`: it
    has a template message; `notice`: it has a subscription notice instead."""
    clocks: list[WallClock] = []
    async with WeChatServer(clock=lambda: (clocks[0].now() if clocks else NOON) / 1000) as wechat:
        named = wechat.settings()
        if notice:
            named["HUYING_WECHAT_TEMPLATE"] = wechat.world.templates.notice.id
        elif not template:
            del named["HUYING_WECHAT_TEMPLATE"]
        settings = load({**named, "HUYING_PUBLIC_URL": "https://huying.example.org"}).wechat
        assert settings is not None
        account = opened_with(settings)

        def opener(ground: Ground) -> Platform:
            clocks.append(ground.clock)
            return account(ground)

        yield wechat, opener


def resident_of(wechat: WeChatServer, built: Town) -> Resident:
    """Let WeChat push to the program; return 梅姨, who does not follow the account yet."""
    wechat.url = f"http://127.0.0.1:{built.house.port}/wechat"
    return wechat.resident("oMeiYi0000000000000000000001", "梅姨", following=False)


@asynccontextmanager
async def wechat_town(
    folder: Path, *, template: bool = True, notice: bool = False, **more: Any
) -> AsyncIterator[WeChatTown]:
    """Build it. `template`, `notice`: see wechat_account."""
    async with (
        wechat_account(template=template, notice=notice) as (wechat, opener),
        town(folder, others=[opener], **more) as built,
    ):
        yield WeChatTown(built, wechat, resident_of(wechat, built))
        assert wechat.failures == []
