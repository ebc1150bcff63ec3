"""What keeps Telegram's updates coming: our own polling, or the webhook registered once; and the menu people see."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import structlog
from starlette.types import ASGIApp
from telegram.error import TelegramError

from bot.channels.telegram import TelegramChannel
from bot.channels.telegram_hook import TelegramHook, address_of, hearing, register
from bot.channels.telegram_intake import Intake
from bot.channels.telegram_parse import PLATFORM
from bot.channels.telegram_poll import Polling
from bot.config import Telegram
from bot.delivery import Delivery
from bot.holding import alone
from bot.pacing import TELEGRAM, Limits, Pace
from bot.platforms import Ground, Opener, Platform
from handlers.troubles import Why

log = structlog.get_logger(__name__)

COMMANDS = {
    "report": "报修、投诉：一步一步来",
    "mine": "我的工单",
    "todo": "待办（网格长、物业、社区）",
    "board": "公示牌：谁负责",
    "duty": "现在谁值班",
    "services": "点单：要一项服务",
    "console": "控制台（网格长、物业、社区）：登录链接",
    "help": "怎么用",
}
"""The menu Telegram shows."""


@dataclass(kw_only=True)
class TelegramPlatform(Platform):
    """Telegram's own rooms, for tests that look into them."""

    rooms: tuple[TelegramChannel, Intake]


def telegram(settings: Telegram, limits: Limits | None = TELEGRAM) -> Opener:
    """Return how to open a bot. `limits`: what Telegram lets through; None for a test server that sets none."""

    def opener(ground: Ground) -> Platform:
        channel = TelegramChannel(settings.token.reveal(), settings.api, ground.media)
        intake = Intake(channel, ground.desk, ground.clock)
        door, hears = _door(channel, intake, settings, ground)

        def front(app: ASGIApp, delivery: Delivery) -> ASGIApp:
            hook = settings.mode == "webhook" and settings.secret
            return TelegramHook(intake, hook.reveal(), app) if hook else app

        return TelegramPlatform(
            channel=channel,
            pace=Pace(limits),
            front=front,
            supervised={PLATFORM: door},
            once={"menu": lambda: install_menu(channel)},
            hears=hears,
            settled=intake.settled,
            close=channel.close,
            rooms=(channel, intake),
        )

    return opener


def _door(
    channel: TelegramChannel, intake: Intake, settings: Telegram, ground: Ground
) -> tuple[Callable[[], Awaitable[None]], Callable[[], Awaitable[Why]]]:
    """Return what keeps updates coming, our own polling or the webhook registered once and then left alone, and what
    says why they do not."""
    if settings.mode == "polling":
        polling = Polling(channel, intake)

        async def hears() -> Why:
            return polling.trouble

        async def ask() -> None:
            # Of two that ask with one token Telegram sends one away; which one, changes with every question.
            await alone(ground.store, f"poll/{PLATFORM}", polling.run)

        return ask, hears

    public_url = ground.site.public_url

    async def open_door() -> None:
        assert settings.secret is not None, "settings give webhook mode a secret"
        await register(channel, public_url, settings.secret.reveal())
        log.info("webhook registered", url=address_of(public_url))
        await asyncio.Event().wait()

    return open_door, hearing(channel, public_url, ground.clock)


async def install_menu(channel: TelegramChannel) -> None:
    """The menu is a comfort: nobody's call waits for it."""
    try:
        await channel.set_commands(COMMANDS)
    except TelegramError as failed:
        log.warning("the menu of commands was not installed", why=failed.message)
