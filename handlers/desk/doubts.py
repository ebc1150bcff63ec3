"""What the desk does with a message in the unsure middle: see who may be asked about it, and have them asked after the commit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Protocol

from handlers.conversation import Heard
from handlers.desk.row import Waiting
from handlers.known import Known
from handlers.messages import Doubt, Inbound
from handlers.opinion import Opinion
from storage.records import Community, Instant


class Second(Protocol):
    """Whoever gives second opinions. Neither call waits for anything; an opinion comes back through the desk's door."""

    def look(self, community: Community, words: str, now: Instant) -> Opinion | None:
        """Return an opinion that is known, COMING when ask() would get one, None when nobody is to be asked."""
        ...

    def ask(self, doubts: Sequence[Doubt], now: Instant) -> None:
        """Get an opinion on each of these."""
        ...


def weighed(second: Second | None, known: Known, inbound: Inbound, heard: Heard) -> Known:
    """Return what is known with the opinion on a message in the unsure middle, or with none."""
    if second is None or known.community is None or known.account is None or not heard.doubtful(inbound):
        return known
    return replace(known, opinion=second.look(known.community, inbound.text, known.now))


def ask(second: Second | None, batch: Sequence[Waiting]) -> None:
    """The batch is stored: whatever was in doubt is asked about."""
    doubts = [doubt for waiting in batch for doubt in waiting.doubts]
    if second is not None and doubts:
        second.ask(doubts, batch[-1].now)
