"""The program run in a test's own loop, at an address nobody else has."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from bot.app import House, house
from bot.channels.telegram_door import telegram
from bot.config import Telegram
from bot.platforms import Opener
from bot.secret import Secret
from bot.web.pages import Site
from storage.database import Store
from storage.media import MediaFolder
from tests.ports import held_port
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
    with held_port() as port:
        site = Site(f"http://127.0.0.1:{port}")
        async with house(
            store, media, clock, port=port, site=site, platforms=platforms, opinion_key=key
        ) as running:
            yield running
