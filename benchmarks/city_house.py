"""The program of the simulated day, in a process of its own: all of `huying serve`, on the day's clock."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from benchmarks.city_clock import CityClock
from bot.app import house
from bot.channels.telegram_door import telegram
from bot.config import Telegram
from bot.logs import configure
from bot.process import listening
from bot.secret import Secret
from bot.service import settle_memory
from bot.web.pages import Site
from storage.database import open_store
from storage.media import MediaFolder
from tests.platforms.telegram import TOKEN


async def run(folder: Path, api: str, port: int, clock: CityClock) -> None:
    store = await open_store(f"sqlite:///{folder / 'huying.db'}")
    settings = Telegram(token=Secret(TOKEN), api=api, mode="webhook", secret=Secret("city"))
    with listening() as told:
        async with house(
            store,
            MediaFolder(folder / "media"),
            clock,
            port=port,
            site=Site(f"http://127.0.0.1:{port}"),
            platforms=[telegram(settings)],
        ):
            settle_memory()
            await told.wait()
    await store.close()


if __name__ == "__main__":
    configure()
    where, address, listen, began, speed, start = sys.argv[1:]
    asyncio.run(run(Path(where), address, int(listen), CityClock(float(began), float(speed), int(start))))
