"""`huying check`: everything that stands in the way of serving, all at once."""

from __future__ import annotations

import argparse
import asyncio
import tempfile
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import TYPE_CHECKING

from bot import probing
from bot.probing import Found
from bot.terminal import Failed, say

if TYPE_CHECKING:
    from bot.config import Settings
    from storage.database import Store
    from storage.records import Directory, Instant

HELP = (
    "检查设置、数据库和各平台，一次说全 · check settings, database and platforms; say every problem at once"
)


SIGNS = {"good": "好　ok", "warning": "注意 warning", "problem": "错误 problem"}


def arguments(parser: argparse.ArgumentParser) -> None:
    pass


def run(args: argparse.Namespace) -> int:
    return asyncio.run(_check())


async def _check() -> int:
    from bot.config import BadSettings, from_surroundings
    from bot.logs import for_a_command
    from bot.secret import Strike

    problems = 0
    try:
        settings, wrong = from_surroundings(), []
    except BadSettings as bad:
        settings, wrong = bad.rest, bad.problems
    strike = Strike(settings.secrets())
    with for_a_command(settings.secrets()):
        async for found in look(settings, wrong):
            say(f"{SIGNS[found.level]}\t{strike.clean(found.line)}")
            problems += found.level == "problem"
    if problems:
        raise Failed(f"有 {problems} 处要处理 · {problems} problems")
    return 0


async def look(settings: Settings, wrong: list[str]) -> AsyncIterator[Found]:
    """Yield what is found, one after another; `wrong` are the problems the settings themselves have."""
    for line in wrong:
        yield Found("problem", line)
    for line in settings.warnings:
        yield Found("warning", line)
    if not wrong:
        yield Found("good", f"设置 settings：{settings.base_url}")
        if settings.public_url is None:
            line = "HUYING_PUBLIC_URL：没有设置，邀请和登录链接只在这台机器上打得开 · links open on this machine only"
            yield Found("warning", line)
    for found in media_folder(settings.media):
        yield found
    for found in backups_folder(settings.backups):
        yield found
    directory = None
    async for found, read in database(settings.database):
        directory = read or directory
        yield found
    for found in communities(directory, int(time.time() * 1000), settings.base_url):
        yield found
    async for found in probing.platforms(settings, directory):
        yield found
    async for found in second_opinions(settings, directory):
        yield found


def media_folder(folder: Path) -> list[Found]:
    """Whether photos can be kept: the folder, or where it would be made, must take files."""
    there = folder if folder.exists() else folder.absolute().parent
    try:
        with tempfile.TemporaryFile(dir=there):
            pass
    except OSError as trouble:
        why = trouble.strerror
        return [
            Found(
                "problem", f"照片目录 {folder}：不能写入（{why}）· the media folder cannot be written: {why}"
            )
        ]
    return [Found("good", f"照片目录 media：{folder}")]


def backups_folder(folder: Path | None) -> list[Found]:
    """Whether nightly backups are made, can be, and have been."""
    from bot.backups import newest

    if folder is None:
        line = "备份：没有设置 HUYING_BACKUPS，每夜不做备份 · off: no nightly backups without HUYING_BACKUPS"
        return [Found("warning", line)]
    try:
        with tempfile.TemporaryFile(dir=folder):
            pass
        last = newest(folder)
    except OSError as trouble:
        why = trouble.strerror
        line = f"备份目录 {folder}：不能写入（{why}）· the folder for backups cannot be written: {why}"
        return [Found("problem", line)]
    if last is None:
        line = f"备份目录 {folder}：还没有备份；试一次：huying backup --nightly {folder} · no backup yet"
        return [Found("warning", line)]
    days = (time.time() - last.stat().st_mtime) / 86400
    if days > 2:
        line = f"备份：最近一次 {last.name} 是 {days:.0f} 天前 · the last backup is {days:.0f} days old"
        return [Found("problem", line)]
    return [Found("good", f"备份 backups：{last}")]


async def database(url: str) -> AsyncIterator[tuple[Found, Directory | None]]:
    """Look at the database without changing it; also give the directory when it can be read."""
    from storage.database import BadDatabase, StorageFailed, is_there, open_store, shown

    try:
        if not is_there(url):
            line = (
                f"数据库 {url}：还没有，先 huying import FILE · no database yet: huying import FILE makes it"
            )
            yield Found("problem", line), None
            return
        store = await open_store(url, readers=1)
    except BadDatabase as bad:
        yield Found("problem", f"数据库 database：{bad}"), None
        return
    try:
        yield await _schema(store, shown(url))
        # An empty turn takes the write lock: that tells a read-only or locked file from a usable one.
        async with store.turn():
            pass
    except (BadDatabase, StorageFailed) as trouble:
        yield Found("problem", f"数据库 database：{trouble}"), None
    finally:
        await store.close()


async def _schema(store: Store, url: str) -> tuple[Found, Directory | None]:
    if waiting := await store.pending():
        names = " ".join(waiting)
        line = f"数据库 {url}：要升级，运行 huying migrate · run huying migrate ({names})"
        return Found("problem", line), None
    return Found("good", f"数据库 database：{url}"), await store.directory()


def communities(directory: Directory | None, now: Instant, pages: str) -> list[Found]:
    """What the imported communities lack; `pages`: where the console is."""
    from handlers.community import loaded_of
    from handlers.community_check import check
    from handlers.holidays import lacking

    found: list[Found] = []
    if directory is not None and not directory.communities:
        found.append(
            Found("problem", "还没有社区，先 huying import FILE · no community yet: huying import FILE")
        )
    for id, community in (directory.communities if directory else {}).items():
        loaded = loaded_of(directory, id) if directory else None
        if loaded is None:
            continue
        line = f"社区 {community.name}：{len(loaded.grids)} 个网格 grids，{len(loaded.people)} 人 people"
        found.append(Found("good", line))
        wrong, warnings = check(community, loaded.compounds, loaded.grids, loaded.people, loaded.accounts)
        found += [Found("problem", f"{id} {line}") for line in wrong]
        found += [Found("warning", f"{id} {line}") for line in warnings]
        found += _without_account(directory, id) if directory else []
        if not community.street_chats:
            line = f"{id}：没有 street_chats，会上定的到期没办成，由社区人工报街道 · no chat of the subdistrict: report by hand"
            found.append(Found("warning", line))
        if (year := lacking(community, now)) is not None:
            found.append(
                Found(
                    "warning",
                    f"{id} {year} 年的放假安排还没有填，工作日按周一到周五算；在控制台填：{pages}/console/policy/holidays/{year} · "
                    f"the holidays of {year} are unknown: plain weekdays until somebody puts them in there",
                )
            )
    return found


MOST_NAMED = 5


def _without_account(directory: Directory, community: str) -> list[Found]:
    """Those on the ladder whom nobody can write to: it would skip them."""
    grids = [grid for grid in directory.grids.values() if grid.community == community]
    leading = [one for grid in grids for one in (grid.leader, *grid.deputies)]
    others = [one for one in directory.people.values() if one.community == community]
    working = [one.id for one in others if one.roles & {"property", "staff"}]
    silent = [one for one in dict.fromkeys((*leading, *working)) if not directory.accounts.get(one)]
    found = []
    if silent:
        people = [directory.people[one].name if one in directory.people else one for one in silent]
        more = f" 等 {len(silent)} 人" if len(silent) > MOST_NAMED else ""
        names = "、".join(people[:MOST_NAMED]) + more
        orders = " / ".join(f"huying invite {one}" for one in silent[:MOST_NAMED])
        line = f"{community}：{names} 还没有绑定账号，通知不到 · no account yet: {orders}"
        found.append(Found("warning", line))
    found += [
        Found("warning", f"{grid.id}：没有绑定群 · no chat is bound to this grid")
        for grid in grids
        if not grid.chats
    ]
    return found


TRIED = "楼道的灯怪怪的"
"""Asked about when nobody has said anything."""


async def second_opinions(settings: Settings, directory: Directory | None) -> AsyncIterator[Found]:
    """Whether the endpoints communities name answer, and in time."""
    from bot.second.endpoint import Endpoint, NoOpinion
    from handlers.second import WAIT

    named = [one.second_opinion for one in directory.communities.values()] if directory else []
    if settings.opinion_key and not any(named):
        yield Found(
            "warning", "HUYING_OPINION_KEY：没有社区写 [reading]，用不上 · no community names an endpoint"
        )
    for who in dict.fromkeys(one for one in named if one is not None):
        endpoint, began = Endpoint(who, settings.opinion_key), time.monotonic()
        name = f"第二意见 second opinion {who.address} {who.model}"
        try:
            # Longer than a message waits, to tell a slow one from a silent one.
            async with asyncio.timeout(5 * WAIT / 1000):
                opinion = await endpoint.ask(TRIED)
        except (NoOpinion, TimeoutError) as failed:
            why = failed.why if isinstance(failed, NoOpinion) else "没有回答 no answer"
            hint = HINTS.get(why, "")
            yield Found("warning", f"{name}：不能用（{why}{hint}），没把握的消息照旧问本人 · not used: {why}")
            continue
        finally:
            await endpoint.close()
        took = time.monotonic() - began
        level = "good" if took < WAIT / 1000 else "warning"
        slow = "" if level == "good" else "，太慢，等不到它 · too slow to count"
        yield Found(level, f"{name}：{opinion.verdict}，{took:.1f} s{slow}")


HINTS = {
    "HTTP 401": "，核对 HUYING_OPINION_KEY",
    "HTTP 403": "，核对 HUYING_OPINION_KEY",
    "HTTP 404": "，核对网址和 model",
    "ClientConnectorError": "，连不上这个网址",
    "ClientConnectorDNSError": "，没有这个网址",
}
