"""Databases in which a community and its neighbour have been settled."""

from __future__ import annotations

import asyncio
import atexit
import shutil
import tempfile
import tomllib
from functools import cache
from pathlib import Path

from handlers.community import directory_of, read_community
from storage.database import Store, open_store
from tests.properties.people import FILES

MEMORY = Path("/dev/shm")
"""Files in memory, where the machine has such a folder: thousands of commits, and nothing here is about durability."""


def folder() -> str:
    """Make a folder for a database."""
    return tempfile.mkdtemp(prefix="huying-properties-", dir=MEMORY if MEMORY.is_dir() else None)


@cache
def furnished() -> Path:
    """A database with both communities, made once and copied for every example."""
    path = Path(folder()) / "huying.db"
    atexit.register(shutil.rmtree, path.parent)
    asyncio.run(furnish(f"sqlite:///{path}"))
    return path


async def furnish(url: str) -> None:
    """Make the tables, and read in both communities."""
    store = await open_store(url)
    await store.migrate()
    await read_in(store, FILES["as it was"])
    await read_in(store, FILES["next door"])
    await store.close()


async def read_in(store: Store, text: str) -> None:
    """Import a community file."""
    loaded = directory_of(read_community(tomllib.loads(text)))
    async with store.turn() as turn:
        await turn.directory.replace(loaded)
