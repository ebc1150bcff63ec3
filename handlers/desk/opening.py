"""The way into the console, made for a letter that is just going out, if its reader is still who may go in."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from handlers.messages import Outgoing
from handlers.sight import sight
from storage.records import Directory, Person, chat_of
from storage.turn import Turn

Opening = Callable[[Turn, Outgoing, Person], Awaitable[Outgoing]]
"""Puts a fresh way in for the person into the letter; the web side makes it."""
ENTER = "signin.enter"
"""What a button says that is the way in."""


async def opened(
    opening: Opening | None, turn: Turn, directory: Directory, out: Outgoing, person: str
) -> Outgoing | None:
    """Return the letter with its way in; None when whoever reads there is not, or may not, what they were any more."""
    reader = await turn.people.by_account(chat_of(out.to))
    if opening is None or reader is None or reader.id != person or not sight(reader, directory).chambers:
        return None
    return await opening(turn, out, reader)
