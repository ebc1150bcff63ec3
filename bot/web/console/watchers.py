"""Open boards, and those that show the same."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

from sse_starlette import ServerSentEvent

from bot.web.console.drawing import Looking, Tally, Wrong
from storage.records import Lane

MOST_WAITING = 40
"""Events a slow page may be behind; then it goes, comes back, and has the whole board."""


@dataclass(eq=False)
class Page:
    """One open board. `over`: its session has ended."""

    session: str
    stirred: asyncio.Event
    waiting: list[ServerSentEvent] = field(default_factory=list)
    over: bool = False
    gone: bool = False

    def send(self, html: str, id: str) -> None:
        self.waiting.append(ServerSentEvent(html, id=id, sep="\n"))
        self.gone |= len(self.waiting) > MOST_WAITING
        self.stirred.set()

    def end(self, *, over: bool) -> None:
        """Let it go; `over`: for good, else to come back."""
        self.over |= over
        self.gone = True
        self.stirred.set()


@dataclass(eq=False)
class Group:
    """Boards that show the same: up to which line of the ledger, how the lanes stand, and where each ticket is shown."""

    looking: Looking
    seq: int
    tally: Tally
    shown: dict[int, Lane]
    troubles: list[Wrong]
    pages: set[Page] = field(default_factory=set)

    @property
    def id(self) -> str:
        return change_id(self.seq, self.looking.directory.revision)

    def send(self, html: str) -> None:
        for page in self.pages:
            page.send(html, self.id)

    def has_been_told(self, since: str) -> bool:
        """Tell whether a board with this id needs nothing but what the group is told from now on."""
        seq, _, revision = since.partition("-")
        same = revision == str(self.looking.directory.revision)
        return same and seq.isdecimal() and len(seq) < 18 and int(seq) >= self.seq


def change_id(seq: int, revision: int) -> str:
    """Return what names a state of the board: the ledger's last line, and the directory by which rights are judged."""
    return f"{seq}-{revision}"
