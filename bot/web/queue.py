"""The joint-meeting queue as it is shown beside a chat and in the console."""

from __future__ import annotations

from bot.web.pages import Pages
from storage.records import Instant
from storage.turn import Turn

MOST_SHOWN = 50


async def queue_html(turn: Turn, pages: Pages, community: str, now: Instant, language: str) -> str:
    """Return the list of a community's queue: oldest first, why each is there and since when."""
    tickets = await turn.tickets.queue(community, MOST_SHOWN)
    return pages.fragment("queue.html", language, community=community, tickets=tickets, now=now)
