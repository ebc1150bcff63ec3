"""Opening the database for one command, and the few questions every command asks first."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bot.config import Settings
from bot.logs import for_a_command
from bot.terminal import Failed
from storage.database import Store, is_there, open_store, shown
from storage.records import Community, Directory


@asynccontextmanager
async def opened(settings: Settings) -> AsyncIterator[Store]:
    """Open a database that is there and up to date; say which command helps when it is not."""
    if not is_there(settings.database):
        raise Failed(
            f"还没有数据库 {shown(settings.database)}，先运行 huying import · no database yet: huying import FILE makes it"
        )
    with for_a_command(settings.secrets()):
        store = await open_store(settings.database, readers=1)
        try:
            if waiting := await store.pending():
                names = " ".join(waiting)
                raise Failed(
                    f"数据库要先升级：huying migrate · the database needs huying migrate first ({names})"
                )
            yield store
        finally:
            await store.close()


def community_of(directory: Directory, named: str | None) -> Community:
    """Return the community that was named, or the only one. Raises Failed."""
    if not directory.communities:
        raise Failed("还没有社区，先运行 huying import · no community yet: huying import FILE")
    listed = "、".join(sorted(directory.communities))
    if named is not None:
        if named not in directory.communities:
            raise Failed(f"没有社区 {named}，有：{listed} · no community {named}")
        return directory.communities[named]
    if len(directory.communities) > 1:
        raise Failed(f"有几个社区，请加 --community ID：{listed} · several communities: add --community ID")
    return next(iter(directory.communities.values()))


def zone_of(directory: Directory) -> str:
    """The zone of what belongs to no community in particular, such as pages and nights: the first community's."""
    return next((community.timezone for community in directory.communities.values()), "Asia/Shanghai")
