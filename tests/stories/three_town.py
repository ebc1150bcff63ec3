"""The town on all its platforms at once: residents on WeChat, on Telegram and in a WeCom group, the leader on WeCom."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from bot.channels.wechat_codes import scene_links
from bot.channels.wechat_door import WeChatPlatform, wechat
from bot.clock import WallClock
from bot.config import load
from bot.platforms import Ground, Platform
from storage.records import SECOND
from tests.platforms.wechat import Resident, Seen, WeChatServer
from tests.stories.town import TOWN, Town
from tests.stories.turned_clock import NOON
from tests.stories.wecom_town import ROBOT_GROUP, WeComTown, wecom_town

THREE_TOWN = (
    TOWN.replace('["telegram:-1009000001"]', '["telegram:-1009000001", "wecom:duty"]')
    .replace('["telegram:-1001000001"]', f'["telegram:-1001000001", "wecom:{ROBOT_GROUP}"]')
    .replace("telegram:1001", "wecom:WangFang")
    .replace("telegram:1003", "wecom:zhang")
    .replace("telegram:1004", "wecom:chenjie")
)
"""The leader, the property company and the staff are on WeCom, the deputy is on Telegram; the staff have a room on both,
the residents a group on both."""
BUILDING_3 = "xinhai-east_3"


@dataclass
class ThreeTown:
    """A Town with its WeCom, and its service account with 梅姨, who does not follow it yet."""

    office: WeComTown
    wechat: WeChatServer
    mei: Resident

    @property
    def town(self) -> Town:
        return self.office.town

    async def settle(self) -> None:
        for _ in range(2):
            await self.wechat.wait_for(lambda: not self.wechat.world.errands, timeout=10)
            await self.office.settle()

    async def forward(self, **how_long: float) -> None:
        await self.office.forward(**how_long)
        await self.settle()

    async def code_of(self, place: str) -> str:
        """What the code on a building says: the address that `huying qr` prints."""
        platform = self.town.house.platforms["wechat"]
        assert isinstance(platform, WeChatPlatform)
        made = await scene_links(platform.wechat.caller, self.town.store, self.wechat.appid, [place])
        return made[place]

    async def says(self, text: str, who: Resident | None = None) -> str:
        """Somebody writes on WeChat; returns what they were answered in the same breath, "" for nothing."""
        return await self.does("says", text, who=who)

    async def does(self, verb: str, *what: object, who: Resident | None = None, **more: object) -> str:
        """Somebody does one of Resident's verbs, and all it leads to happens; returns the answer to it."""
        who = who or self.mei
        before = len(who.seen)
        await getattr(who, verb)(*what, **more)
        answered = [seen.text for seen in who.seen[before:] if seen.how == "passive"]
        await self.settle()
        return answered[0] if answered else ""

    def told(self, who: Resident | None = None) -> list[Seen]:
        """What reached somebody on WeChat otherwise than as an answer."""
        return [seen for seen in (who or self.mei).seen if seen.how in ("kefu", "template")]

    async def in_group(self, text: str) -> str:
        """吴叔 writes in the robot's group; returns what the robot answered in the same breath."""
        before = len(self.office.neighbours.messages)
        await self.office.after(self.office.uncle.says(text, self.office.neighbours))
        await self.settle()
        new = self.office.neighbours.messages[before + 1 :]
        return "\n".join(sight.text for sight in new if sight.way == "passive")

    async def leader(self, act: object) -> None:
        """Let 王芳 do something on WeCom, and everything it leads to happen."""
        await self.office.after(act)
        await self.settle()

    def whole(self) -> None:
        """Every answer was one its platform shows, and nothing was refused but what the robot was asked for in vain."""
        assert self.wechat.failures == []
        assert [repr(call) for call in self.wechat.refusals] == []
        assert self.town.refusals() == []
        office = self.office.wecom
        # The group of the robot, which nobody has spoken in, cannot be told from one the app has made.
        office.calls = [call for call in office.calls if not (call.path == "appchat/send" and call.refusal)]
        self.office.whole()


@asynccontextmanager
async def three_town(folder: Path, *, template: bool = True, text: str = THREE_TOWN) -> AsyncIterator[ThreeTown]:
    """Build it and run the program in it. `template`: the service account has a template message."""
    clocks: list[WallClock] = []
    async with WeChatServer(clock=lambda: (clocks[0].now() if clocks else NOON) / SECOND) as server:
        named = server.settings()
        if not template:
            del named["HUYING_WECHAT_TEMPLATE"]
        settings = load({**named, "HUYING_PUBLIC_URL": "https://huying.example.org"}).wechat
        assert settings is not None
        account = wechat(settings)

        def opener(ground: Ground) -> Platform:
            clocks.append(ground.clock)
            return account(ground)

        async with wecom_town(folder, text=text, others=[opener]) as office:
            server.url = f"http://127.0.0.1:{office.town.house.port}/wechat"
            mei = server.resident("oMeiYi0000000000000000000001", "梅姨", following=False)
            yield ThreeTown(office, server, mei)
