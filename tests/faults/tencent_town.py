"""The town with 梅姨 on WeChat, her leader and the staff on WeCom, and 陈叔 on Telegram: what breaks at Tencent's breaks here."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.channels.wechat_door import wechat
from bot.channels.wecom_door import wecom
from bot.config import load
from storage.records import SECOND
from tests.faults.checker import Evidence, Said, Told, told_by_wechat, told_by_wecom
from tests.faults.evidence_of import evidence_of
from tests.platforms.wechat import Resident, WeChatServer
from tests.platforms.wecom import Person, WeComServer
from tests.stories.town import TOWN, Town
from tests.stories.town import town as build
from tests.stories.turned_clock import NOON
from tests.stories.wecom_town import WECOM_TOWN

MEI = "oMeiYi0000000000000000000001"
KEY = "only-for-tests-webhook-key-0001"
WORDS = "3号楼2单元电梯停了"
assert WECOM_TOWN != TOWN


@dataclass
class TencentTown:
    """A Town and both of Tencent's platforms. `template`: the account has one."""

    town: Town
    wechat: WeChatServer
    wecom: WeComServer
    mei: Resident
    wang: Person

    async def settle(self) -> None:
        """Return when everything said anywhere has been dealt with, and everything owed that can go has gone."""
        for _ in range(2):
            await self.wechat.wait_for(lambda: not self.wechat.world.errands)
            await self.wecom.wait_for(lambda: all(push.over for push in self.wecom.pushes))
            await self.town.settle()

    async def forward(self, **time: float) -> None:
        await self.town.forward(**time)
        await self.settle()

    async def in_steps(self, times: int, **time: float) -> None:
        """Let time go by so that what waits for its next try gets it, again and again."""
        for _ in range(times):
            await self.forward(**time)

    def answers(self) -> list[str]:
        """What 梅姨 was answered at once."""
        return [seen.text for seen in self.mei.seen if seen.how == "passive"]

    def told(self, *words: str) -> list[str]:
        """What reached her otherwise, with all of these words."""
        found = [seen.text for seen in self.mei.seen if seen.how in ("kefu", "template")]
        return [text for text in found if all(word in text for word in words)]

    def cards(self, number: int = 1001) -> list[str]:
        """The ticket's cards with the leader: what and where in the heading, as in Town.cards."""
        card = re.compile(rf"#{number} [^。，：]+\n")
        return [
            sight.text for sight in self.wang.messages if sight.card is not None and card.match(sight.text)
        ]

    async def evidence(self, *said: Said) -> Evidence:
        evidence = await evidence_of(self.town)
        evidence.told = self.all_told()
        evidence.said, evidence.others = list(said), not said
        return evidence

    def all_told(self) -> list[Told]:
        return [*told_by_wechat(self.wechat), *told_by_wecom(self.wecom)]


@asynccontextmanager
async def tencent_town(folder: Path, *, template: bool = True, **more: Any) -> AsyncIterator[TencentTown]:
    """Build it and run the program in it."""
    now: list[Callable[[], int]] = [lambda: NOON]

    def clock() -> float:
        return now[0]() / SECOND

    async with WeChatServer(clock=clock) as one, WeComServer(clock=clock) as two:
        one.pusher.pause = 0.05
        two.app.line.limit = two.robot.line.limit = 5.0
        people = (("WangFang", "王芳"), ("lilei", "李雷"), ("zhang", "张师傅"), ("chenjie", "陈洁"))
        wang, _, zhang, chenjie = (two.member(userid, name) for userid, name in people)
        two.appchat("duty", "社区值班", [chenjie, wang])
        two.webhook(KEY, "街道联络", [chenjie, zhang])
        named = {**one.settings(), **two.settings(), "HUYING_WECOM_WEBHOOKS": f"duty={KEY}"}
        if not template:
            del named["HUYING_WECHAT_TEMPLATE"]
        settings = load(named)
        assert settings.wechat is not None
        openers = [
            wechat(settings.wechat),
            wecom(settings.wecom, settings.wecom_bot, settings.wecom_webhooks),
        ]
        async with build(folder, text=WECOM_TOWN, others=openers, **more) as town:
            now[0] = town.clock.now
            base = f"http://127.0.0.1:{town.house.port}"
            one.url = f"{base}/wechat"
            two.calls_back(f"{base}/wecom", f"{base}/wecom/bot")
            yield TencentTown(town, one, two, one.resident(MEI, "梅姨"), wang)
