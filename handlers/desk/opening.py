"""The way into the console, or to what is stored about oneself, made for a letter that is just going out, if its reader is
still who may go in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from handlers.messages import Outgoing
from handlers.sight import sight
from storage.records import Directory, Owed, Person, chat_of
from storage.turn import Turn


class Opening(Protocol):
    """Puts a fresh way in for the person into the letter; the web side makes it. `own`: to what is stored about them."""

    async def __call__(self, turn: Turn, out: Outgoing, person: Person, *, own: bool = False) -> Outgoing: ...


OWN = "own:"
"""Before the person's id, where what is opened is what is stored about them."""
ENTER = "signin.enter"
HERE = "signin.here"
"""What a button says that is the way in, and what stands above it."""


async def opened(
    opening: Opening | None,
    turn: Turn,
    directory: Directory,
    bundles: Sequence[Sequence[Owed]],
    written: Sequence[Outgoing | Exception | None],
) -> list[Outgoing | Exception | None]:
    """Return what was written of the bundles, with a way in where one is meant to be; None in the place of those whose
    reader is not, or may not, what they were any more."""
    return [
        await _opened(opening, turn, directory, out, str(bundle[0].body["opens"]))
        if isinstance(out, Outgoing) and "opens" in bundle[0].body
        else out
        for bundle, out in zip(bundles, written, strict=True)
    ]


async def _opened(
    opening: Opening | None, turn: Turn, directory: Directory, out: Outgoing, person: str
) -> Outgoing | None:
    own, id = person.startswith(OWN), person.removeprefix(OWN)
    reader = await turn.people.by_account(chat_of(out.to))
    if opening is None or reader is None or reader.id != id:
        return None
    if not own and not sight(reader, directory).chambers:
        return None
    return await opening(turn, out, reader, own=own)
