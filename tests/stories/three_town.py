"""The town on all its platforms at once: residents on WeChat, on Telegram and in a WeCom group, the leader on WeCom."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from bot.channels.wechat_codes import scene_links
from bot.channels.wechat_door import WeChatPlatform
from tests.platforms.wechat import Resident
from tests.stories.town import TOWN
from tests.stories.wechat_town import WeChatTown, resident_of, wechat_account
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
MEI_IS_KNOWN = f"""{THREE_TOWN}
[[person]]
id = "meiyi"
name = "梅姨"
roles = ["resident"]
phone = "13900000003"
accounts = ["wechat:oMeiYi0000000000000000000001"]
"""
BUILDING_3 = "xinhai-east_3"
EXPIRED = 42001
"""A token lasts two hours of the field's clock, and the program goes by the machine's."""


@dataclass
class ThreeTown(WeChatTown):
    """A town with a service account whose leader, property and staff sit in `office`, on WeCom."""

    office: WeComTown

    async def settle(self) -> None:
        for _ in range(2):
            await super().settle()
            await self.office.settle()

    async def does(self, verb: str, *what: object, who: Resident | None = None, **more: object) -> str:
        """Somebody does one of Resident's verbs, and all it leads to happens; returns the answer to it."""
        who = who or self.mei
        before = len(who.seen)
        await getattr(who, verb)(*what, **more)
        await self.settle()
        answered = [seen.text for seen in who.seen[before:] if seen.how == "passive"]
        return answered[0] if answered else ""

    async def scans(self, place: str) -> str:
        """梅姨 scans the code on a building: the address that `huying qr` prints."""
        platform = self.town.house.platforms["wechat"]
        assert isinstance(platform, WeChatPlatform)
        made = await scene_links(platform.wechat.caller, self.town.store, self.wechat.appid, [place])
        return await self.does("scans", made[place])

    async def leader(self, act: Awaitable[object]) -> None:
        """Let 王芳, or whoever else works on WeCom, do something, and everything it leads to happen."""
        await act
        await self.settle()

    async def in_group(self, text: str) -> str:
        """吴叔 writes in the robot's group; returns what the robot answered in the same breath."""
        before = len(self.office.neighbours.messages)
        await self.office.uncle.says(text, self.office.neighbours)
        await self.settle()
        new = self.office.neighbours.messages[before + 1 :]
        return "\n".join(sight.text for sight in new if sight.way == "passive")

    def whole(self) -> None:
        """Every answer was one its platform shows, and nothing was refused but what nobody can know beforehand."""
        assert self.wechat.failures == []
        refused = [call for call in self.wechat.refusals if call.refusal and call.refusal.code != EXPIRED]
        assert [repr(call) for call in refused] == []
        assert self.town.refusals() == []
        office = self.office.wecom
        # A robot's group in which nobody has spoken looks like one the app has made.
        office.calls = [call for call in office.calls if not (call.path == "appchat/send" and call.refusal)]
        self.office.whole()


@asynccontextmanager
async def three_town(
    folder: Path, *, template: bool = True, text: str = THREE_TOWN
) -> AsyncIterator[ThreeTown]:
    """Build it and run the program in it. `template`: the service account has a template message."""
    async with (
        wechat_account(template=template) as (wechat, opener),
        wecom_town(folder, text=text, others=[opener]) as office,
    ):
        town = ThreeTown(office.town, wechat, resident_of(wechat, office.town), office)
        yield town
        town.whole()
