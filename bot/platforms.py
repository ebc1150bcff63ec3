"""A platform as the program runs it: its channel, the door what people say comes in by, and what runs beside.

One line in `opened` turns a platform on; nothing else of the program knows which ones there are.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from starlette.types import ASGIApp

from bot.channels.base import Channel
from bot.clock import WallClock
from bot.delivery import Delivery
from bot.pacing import Pace
from bot.supervising import Running
from bot.web.pages import Site
from handlers.desk import Desk
from handlers.troubles import Why
from storage.database import Store
from storage.media import MediaFolder

if TYPE_CHECKING:
    from bot.config import Settings


@dataclass(frozen=True)
class Ground:
    """What a platform stands on. `clock` is the field's; for what the platform itself counts use the machine's own."""

    store: Store
    media: MediaFolder
    desk: Desk
    clock: WallClock
    site: Site


async def nothing() -> None:
    """Nothing to settle, nothing to close."""


@dataclass
class Platform:
    """What one platform brings. `front` sets its webhook before the pages, where it has one.

    `supervised`: what runs as long as the program and starts again when it fails, by name; `once`: what is tried at the
    start and may fail, with a log line, without harm. `hears`: why what people say there does not reach us, for the
    watchdog. `settled` returns when everybody who waits for an answer of this process has it.
    """

    channel: Channel
    pace: Pace | None = None
    front: Callable[[ASGIApp, Delivery], ASGIApp] = lambda app, delivery: app
    supervised: Mapping[str, Running] = field(default_factory=dict)
    once: Mapping[str, Running] = field(default_factory=dict)
    hears: Callable[[], Awaitable[Why]] | None = None
    settled: Running = nothing
    close: Running = nothing


Opener = Callable[[Ground], Platform]


def openers(settings: Settings) -> list[Opener]:
    """Return how to open each platform that is set."""
    from bot.channels.telegram_door import telegram
    from bot.channels.wechat_door import wechat

    found: list[Opener] = []
    if settings.telegram:
        found.append(telegram(settings.telegram))
    if settings.wecom or settings.wecom_bot or settings.wecom_webhooks:
        from bot.channels.wecom_door import wecom

        found.append(wecom(settings.wecom, settings.wecom_bot, settings.wecom_webhooks))
    if settings.wechat:
        found.append(wechat(settings.wechat))
    return found
