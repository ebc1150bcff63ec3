"""The program run in a test's own loop, at an address nobody else has."""

from __future__ import annotations

import socket
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress

from bot.app import House, house
from bot.channels.telegram_door import telegram
from bot.config import Telegram
from bot.platforms import Opener
from bot.secret import Secret
from bot.terminal import Failed
from bot.web.pages import Site
from storage.database import Store
from storage.media import MediaFolder
from tests.stories.turned_clock import TurnedClock


@asynccontextmanager
async def at_home(
    store: Store,
    media: MediaFolder,
    clock: TurnedClock,
    settings: Telegram,
    opinion_key: str = "",
    others: Sequence[Opener] = (),
) -> AsyncIterator[House]:
    """Run the program once; a story about a restart does it twice on one store. `others`: platforms beside Telegram."""
    key = Secret(opinion_key) if opinion_key else None
    platforms = [telegram(settings, limits=None), *others]
    async with AsyncExitStack() as until:
        running = None
        while running is None:
            port = free_port()
            site = Site(f"http://127.0.0.1:{port}")
            at = house(store, media, clock, port=port, site=site, platforms=platforms, opinion_key=key)
            # The address is known before anybody listens there: meanwhile somebody's connection may have got it.
            with suppress(Failed):
                running = await until.enter_async_context(at)
        yield running


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
        return port
