"""The same town with its leader, deputy, property and staff on WeCom, beside residents on Telegram and the web."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.channels.wecom_door import wecom
from bot.config import load
from bot.platforms import Opener
from storage.records import SECOND
from tests.platforms.wecom import Group, Person, Push, WeComServer
from tests.stories.town import TOWN, Town
from tests.stories.town import town as build
from tests.stories.turned_clock import NOON

KEY = "only-for-tests-webhook-key-0001"
ROBOT_GROUP = "wrAJ2GCAAAXtWyujaWJHDDGi0mACGRID"
WECOM_TOWN = (
    TOWN.replace(
        'staff_chats = ["telegram:-1009000001"]', 'staff_chats = ["wecom:duty", "wecom:webhook.duty"]'
    )
    .replace("telegram:1001", "wecom:WangFang")
    .replace("telegram:1002", "wecom:lilei")
    .replace("telegram:1003", "wecom:zhang")
    .replace("telegram:1004", "wecom:chenjie")
)


WITH_ROBOT = WECOM_TOWN.replace('"telegram:-1001000001"]', f'"telegram:-1001000001", "wecom:{ROBOT_GROUP}"]')


@dataclass
class WeComTown:
    """A Town, and its people on WeCom. `duty` is the staff's group made by the app, `hook` one with a webhook,
    `neighbours` the group the robot is in; `aunt` and `uncle` are from outside and meet nobody but the robot."""

    town: Town
    wecom: WeComServer
    wang: Person
    li: Person
    zhang: Person
    chenjie: Person
    aunt: Person
    uncle: Person
    duty: Group
    hook: Group
    neighbours: Group

    async def settle(self) -> None:
        """Return when everything said anywhere has been taken in, and everything owed that can go has gone."""
        for _ in range(2):
            await self.wecom.wait_for(lambda: all(push.over for push in self.wecom.pushes))
            await self.town.settle()

    async def after(self, act: Any) -> Push:
        """Let somebody do something, and everything it leads to happen."""
        push = await act
        await self.settle()
        return push  # type: ignore[no-any-return]

    async def forward(self, **how_long: float) -> None:
        await self.town.forward(**how_long)
        await self.settle()

    def whole(self) -> None:
        """Nothing was dropped, cut off or refused, and every answer was one WeCom shows."""
        assert self.wecom.dropped == []
        assert self.wecom.unknown == []
        assert self.wecom.clipped == []
        assert self.wecom.troubles == []
        assert not (refused := [repr(call) for call in self.wecom.refusals]), refused


@asynccontextmanager
async def wecom_town(
    folder: Path, *, text: str = WECOM_TOWN, limits: bool = True, others: Sequence[Opener] = ()
) -> AsyncIterator[WeComTown]:
    """Build it and run the program in it; WeCom's limits are kept unless told otherwise. `others`: platforms besides."""
    now = [lambda: NOON]
    async with WeComServer(limits=limits, clock=lambda: now[0]() / SECOND) as server:
        wang, li, zhang, chenjie = (
            server.member(userid, name)
            for userid, name in (
                ("WangFang", "王芳"),
                ("lilei", "李雷"),
                ("zhang", "张师傅"),
                ("chenjie", "陈洁"),
            )
        )
        aunt = server.contact("wmAJ2GCAAAXtWyujaWJHDDGi0mACAUNT", "孙阿姨")
        uncle = server.contact("wmAJ2GCAAAXtWyujaWJHDDGi0mACUNCL", "吴叔")
        duty = server.appchat("duty", "社区值班", [chenjie, wang])
        hook = server.webhook(KEY, "街道联络", [chenjie, zhang])
        neighbours = server.robot_group(ROBOT_GROUP, "第一网格", [wang, aunt, uncle])
        settings = load({**server.settings(), "HUYING_WECOM_WEBHOOKS": f"duty={KEY}"})
        opener = wecom(settings.wecom, settings.wecom_bot, settings.wecom_webhooks)
        async with build(folder, text=text, others=[opener, *others]) as town:
            now[0] = town.clock.now
            base = f"http://127.0.0.1:{town.house.port}"
            server.calls_back(f"{base}/wecom", f"{base}/wecom/bot")
            yield WeComTown(town, server, wang, li, zhang, chenjie, aunt, uncle, duty, hook, neighbours)
