"""How WeCom is opened: whatever of it is set (app, robot, groups' webhooks) behind one channel and in front of the pages."""

from __future__ import annotations

from starlette.types import ASGIApp

from bot.channels.tencent_client import bare_caller, wecom_caller
from bot.channels.tencent_door import Door
from bot.channels.wecom import WeComChannel
from bot.channels.wecom_app import App
from bot.channels.wecom_bot import Robot
from bot.channels.wecom_bot_hook import WeComBotHook
from bot.channels.wecom_hook import WeComHook
from bot.channels.wecom_parse import PLATFORM
from bot.clock import SystemClock, WallClock
from bot.config_wecom import WECOM_API, WeCom, WeComBot, WeComWebhooks
from bot.delivery import Delivery
from bot.pacing import WECOM, Limits, Pace
from bot.platforms import Ground, Opener, Platform


def wecom(
    app: WeCom | None = None,
    robot: WeComBot | None = None,
    webhooks: WeComWebhooks | None = None,
    *,
    limits: Limits | None = WECOM,
    wall: WallClock | None = None,
) -> Opener:
    """Return how to open what is set. `wall`: the machine's clock, by which pushes and tokens grow old."""
    api = next((one.api for one in (app, robot, webhooks) if one), WECOM_API)
    machine = wall or SystemClock()

    def opener(ground: Ground) -> Platform:
        bare = bare_caller(PLATFORM, api)
        speaks = (
            App(
                wecom_caller(app, ground.store, machine),
                app.agentid,
                ground.store,
                ground.media,
                ground.clock,
            )
            if app
            else None
        )
        answers = Robot(bare, robot.aes_key, api, ground.store, ground.clock) if robot else None
        channel = WeComChannel(
            ground.store,
            bare,
            app=speaks,
            robot=answers,
            webhooks=webhooks.keys if webhooks else None,
        )

        def front(pages: ASGIApp, delivery: Delivery) -> ASGIApp:
            if robot:
                door = Door(robot.token, robot.aes_key, "", machine)
                pages = WeComBotHook(door, ground.desk, ground.store, delivery, ground.clock, pages)
            if app:
                door = Door(app.token, app.aes_key, app.corpid, machine)
                pages = WeComHook(door, app, ground.desk, ground.store, ground.clock, pages)
            return pages

        return Platform(channel=channel, pace=Pace(limits), front=front, close=channel.close)

    return opener
