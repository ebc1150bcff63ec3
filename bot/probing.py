"""What the platforms themselves say about how they are set, for `huying check`."""

from __future__ import annotations

from collections.abc import AsyncIterator
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

from bot.terminal import Failed

if TYPE_CHECKING:
    from bot.config import Settings, Telegram
    from storage.records import Address, Directory


class Found(NamedTuple):
    """One thing looked at. `level`: good, warning (worth knowing) or problem (serving would fail or be deaf)."""

    level: str
    line: str


async def platforms(settings: Settings, directory: Directory | None) -> AsyncIterator[Found]:
    """Ask each platform that is set, one after another."""
    async for found in telegram(settings, directory):
        yield found
    async for found in wechat(settings, directory):
        yield found
    async for found in wecom(settings, directory):
        yield found


async def telegram(settings: Settings, directory: Directory | None) -> AsyncIterator[Found]:
    """What Telegram itself says: the token, privacy mode, the groups."""
    if settings.telegram is None:
        yield Found("warning", "Telegram：没有设置 HUYING_TELEGRAM_TOKEN，未启用 · off: no token is set")
        return
    from bot.channels.telegram import TelegramChannel
    from bot.channels.telegram_probe import probe

    bound: list[Address] = []
    if directory is not None:
        bound += chain.from_iterable(
            (*one.staff_chats, *one.street_chats) for one in directory.communities.values()
        )
        bound += chain.from_iterable(one.chats for one in directory.grids.values())
    channel = TelegramChannel(settings.telegram.token.reveal(), settings.telegram.api)
    try:
        for finding in await probe(channel, bound):
            yield Found("good" if finding.fine else "problem", finding.words)
    finally:
        await channel.close()


async def wechat(settings: Settings, directory: Directory | None) -> AsyncIterator[Found]:
    """What WeChat itself says: the key, our address, the template, the menu."""
    if settings.wechat is None:
        return
    if directory is None:
        line = "微信服务号：数据库能用了才能查，访问凭证存在那里 · looked at when the database can be used"
        yield Found("warning", line)
        return
    from bot.channels.tencent_client import wechat_caller
    from bot.channels.wechat_probe import probe
    from storage.database import open_store

    store = await open_store(settings.database, readers=1)
    caller = wechat_caller(settings.wechat, store)
    try:
        for finding in await probe(caller, settings.wechat.template):
            yield Found(finding.level, finding.words)
    finally:
        await caller.close()
        await store.close()


async def wecom(settings: Settings, directory: Directory | None) -> AsyncIterator[Found]:
    """What WeCom itself says: the app, our address, the groups and members the community file names."""
    webhooks = settings.wecom_webhooks.keys if settings.wecom_webhooks else {}
    on = bool(settings.wecom or settings.wecom_bot or webhooks)
    if directory is None:
        if on:
            yield Found("warning", "企业微信：数据库能用了才能查 · looked at when the database can be used")
        return
    from bot.channels.tencent_client import wecom_caller
    from bot.channels.wecom_app import App
    from bot.channels.wecom_probe import on_wecom, probe
    from bot.clock import SystemClock
    from storage.database import open_store
    from storage.media import MediaFolder

    if (settings.wecom or settings.wecom_bot) and not (settings.public_url or "").startswith("https://"):
        line = "HUYING_PUBLIC_URL：企业微信只回调 https 网址，/wecom 和 /wecom/bot · WeCom calls https addresses only"
        yield Found("warning", line)
    groups = [
        chat for one in directory.communities.values() for chat in (*one.staff_chats, *one.street_chats)
    ]
    groups += [chat for grid in directory.grids.values() for chat in grid.chats]
    leading = [person for grid in directory.grids.values() for person in (grid.leader, *grid.deputies)]
    accounts = [
        own.address for id in (*leading, *directory.accounts) for own in directory.accounts.get(id, ())
    ]
    if not on:
        # Who is listed with an account there may be reached elsewhere; a group is nowhere else.
        for finding in await probe(None, robot=False, webhooks=(), groups=on_wecom(groups), members=()):
            yield Found(finding.level, finding.words)
        return
    store = await open_store(settings.database, readers=1)
    app = None
    if settings.wecom:
        caller = wecom_caller(settings.wecom, store)
        app = App(caller, settings.wecom.agentid, store, MediaFolder(settings.media), SystemClock())
    try:
        robot, named = settings.wecom_bot is not None, (on_wecom(groups), on_wecom(accounts))
        for finding in await probe(app, robot=robot, webhooks=webhooks, groups=named[0], members=named[1]):
            yield Found(finding.level, finding.words)
    finally:
        if app is not None:
            await app.caller.close()
        await store.close()


async def telegram_name(telegram: Telegram) -> str:
    """Return the bot's @name without the @. Raises Failed when Telegram does not tell it."""
    from telegram.error import TelegramError

    from bot.channels.telegram import TelegramChannel

    channel = TelegramChannel(telegram.token.reveal(), telegram.api)
    try:
        me = await channel.me()
    except TelegramError as refused:
        raise Failed(f"Telegram：{refused.message}") from refused
    finally:
        await channel.close()
    return me.username or ""
