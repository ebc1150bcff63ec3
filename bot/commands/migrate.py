"""`huying migrate`: bring the database's schema up to date."""

from __future__ import annotations

import argparse
import asyncio

from bot.terminal import say

HELP = "建立或升级数据库 · make the database, or bring it up to date"


def arguments(parser: argparse.ArgumentParser) -> None:
    pass


def run(args: argparse.Namespace) -> int:
    from bot.config import from_surroundings

    return asyncio.run(_migrate(from_surroundings().database))


async def _migrate(url: str) -> int:
    from storage.database import open_store

    store = await open_store(url, readers=1)
    try:
        applied = await store.migrate()
    finally:
        await store.close()
    for name in applied:
        say(f"已完成 applied\t{name}")
    if not applied:
        say("数据库已是最新 · the database is up to date")
    return 0
