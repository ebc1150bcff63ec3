"""A WeChat service account as the program opens it: channel, door, and what ties them to the desk."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.types import ASGIApp

from bot.channels.tencent_client import wechat_caller
from bot.channels.tencent_door import Door
from bot.channels.wechat import WeChatChannel
from bot.channels.wechat_hook import WeChatHook
from bot.channels.wechat_parse import TemplateEnd
from bot.clock import SystemClock, WallClock
from bot.config import WeChat
from bot.delivery import Delivery
from bot.platforms import Ground, Opener, Platform
from handlers.desk import failing


@dataclass(kw_only=True)
class WeChatPlatform(Platform):
    """WeChat's own rooms, for tests that look into them."""

    wechat: WeChatChannel


def wechat(settings: WeChat, wall: WallClock | None = None) -> Opener:
    """Return how to open an account. `wall`: the machine's own time, by which pushes are signed and tokens end."""
    machine = wall or SystemClock()

    def opener(ground: Ground) -> Platform:
        channel = WeChatChannel(
            wechat_caller(settings, ground.store, machine),
            ground.store,
            ground.clock,
            template=settings.template,
            photos=ground.media,
            zone=ground.site.zone,
        )
        door = Door(settings.token, settings.aes_key, settings.appid, machine, line_signed=True)
        hooks: list[WeChatHook] = []

        async def not_arrived(ended: TemplateEnd) -> bool:
            if ended.template not in ("", settings.template):
                return True  # somebody else's, sent from the platform's own pages
            now = ground.clock.now()
            found = await failing.not_arrived(ground.store, ended.chat, ended.message, ended.why, now)
            ground.desk.on_commit(None)
            return found

        def front(app: ASGIApp, delivery: Delivery) -> ASGIApp:
            hooks.append(
                WeChatHook(door, ground.desk, delivery, not_arrived, ground.clock, app, wall=machine)
            )
            return hooks[-1]

        async def settled() -> None:
            for hook in hooks:
                await hook.settled()

        return WeChatPlatform(
            channel=channel, front=front, settled=settled, close=channel.close, wechat=channel
        )

    return opener
