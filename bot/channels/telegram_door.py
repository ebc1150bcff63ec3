"""What keeps Telegram's updates coming: our own polling, or the webhook registered once; and the menu people see."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import structlog
from telegram.error import TelegramError

from bot.channels.telegram import TelegramChannel
from bot.channels.telegram_hook import address_of, hearing, register
from bot.channels.telegram_intake import Intake
from bot.channels.telegram_parse import PLATFORM
from bot.channels.telegram_poll import Polling
from bot.clock import WallClock
from bot.config import Telegram
from bot.holding import alone
from bot.web.pages import Site
from handlers.troubles import Why
from storage.database import Store

log = structlog.get_logger(__name__)

COMMANDS = {
    "report": "报修、投诉：一步一步来",
    "mine": "我的工单",
    "todo": "待办（网格长、物业、社区）",
    "board": "公示牌：谁负责",
    "services": "点单：要一项服务",
    "help": "怎么用",
}
"""The menu Telegram shows."""


def telegram_door(
    channel: TelegramChannel, intake: Intake, telegram: Telegram, site: Site, clock: WallClock, store: Store
) -> tuple[Callable[[], Awaitable[None]], Callable[[], Awaitable[Why]]]:
    """Return what keeps updates coming, our own polling or the webhook registered once and then left alone, and what
    says why they do not."""
    if telegram.mode == "polling":
        polling = Polling(channel, intake)

        async def hears() -> Why:
            return polling.trouble

        async def ask() -> None:
            # Of two that ask with one token Telegram sends one away; which one, changes with every question.
            await alone(store, f"poll/{PLATFORM}", polling.run)

        return ask, hears

    async def open_door() -> None:
        assert telegram.secret is not None, "settings give webhook mode a secret"
        await register(channel, site.public_url, telegram.secret.reveal())
        log.info("webhook registered", url=address_of(site.public_url))
        await asyncio.Event().wait()

    return open_door, hearing(channel, site.public_url, clock)


async def install_menu(channel: TelegramChannel) -> None:
    """The menu is a comfort: nobody's call waits for it."""
    try:
        await channel.set_commands(COMMANDS)
    except TelegramError as failed:
        log.warning("the menu of commands was not installed", why=failed.message)
