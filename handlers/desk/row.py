"""The row of messages that wait at the desk. Whoever says very much makes nobody else wait.

While all that waits fits into one batch, it is taken just as it came. When more waits, everybody with something in
the row gets one place in the batch, then everybody a second one, and so on: a thousand messages of one person stand
behind each other, not before their neighbours'. What one person says keeps its order, in all chats; and so does
what the batch holds, whoever said it.
"""

from __future__ import annotations

import asyncio
from collections import deque
from dataclasses import dataclass

from handlers import conversation
from handlers.messages import Answer, Doubt, Inbound
from handlers.reading import Words
from storage.records import Address, Instant

NOT_HEARD = conversation.Heard()
MOMENT = 0.001
"""Seconds."""


@dataclass(slots=True)
class Waiting:
    """One message, when it came in, and whoever waits for its answer.

    `alone`: what was said and heard, where `inbound` and `heard` are it together with what its writer said before.
    `after_talk`: the last thing anybody said in the chat was talk. `doubts`: on what a second opinion is wanted.
    """

    inbound: Inbound
    now: Instant
    done: asyncio.Future[Answer]
    heard: conversation.Heard = NOT_HEARD
    doubts: tuple[Doubt, ...] = ()
    alone: tuple[Inbound, conversation.Heard] | None = None
    after_talk: bool = False

    def hear(self, words: Words) -> None:
        """Read it; a message that is taken up again is read again, by itself."""
        if self.alone is not None:
            self.inbound, self.alone = self.alone[0], None
        self.heard = conversation.hear(self.inbound, words)

    def said(self, *, answering: bool) -> tuple[Inbound, conversation.Heard]:
        """Return what is to be dealt with: what answers a question stands by itself."""
        return self.alone if self.alone is not None and answering else (self.inbound, self.heard)

    @property
    def idle(self) -> bool:
        return self.inbound.event is None and self.inbound.start is None and self.heard.idle(self.inbound)

    @property
    def asked(self) -> tuple[Address, Address] | None:
        """Where an open dialogue with the sender would stand: (chat, account)."""
        sender = self.inbound.sender
        return (self.inbound.chat, sender.account) if sender else None


class Row:
    """add() at the end, take() a batch. Holds nothing about who is not waiting."""

    def __init__(self) -> None:
        # Those whose turn it is next come first; each has their own messages behind each other.
        self._of: dict[Address, deque[tuple[int, Waiting]]] = {}
        self._count = 0
        self._came = 0

    def __len__(self) -> int:
        return self._count

    def add(self, waiting: Waiting) -> None:
        self._came += 1
        self._count += 1
        self._of.setdefault(said_by(waiting.inbound), deque()).append((self._came, waiting))

    async def fill(self, answered: int) -> None:
        """Return when as many wait as have just been answered together, or when for two moments nobody has come.

        Whoever was answered under load comes again at once. Without this the first of them was taken alone, and all
        the others waited for one more commit. The first moment goes by while the answers are still on their way out,
        encrypted for some platforms. Who was answered alone leaves nobody waiting.
        """
        quiet = 0
        while answered > 1 and len(self) < answered and quiet < 2:
            count = len(self)
            await asyncio.sleep(MOMENT)
            quiet = quiet + 1 if len(self) == count else 0

    def take(self, most: int) -> list[Waiting]:
        """Return up to `most` messages that wait no more, in the order they came."""
        taken: list[tuple[int, Waiting]] = []
        while self._of and len(taken) < most:
            who = next(iter(self._of))
            own = self._of.pop(who)
            # With room for everything, each person's messages need not be dealt out one by one.
            share = len(own) if self._count <= most else 1
            taken += [own.popleft() for _ in range(share)]
            if own:
                self._of[who] = own
        self._count -= len(taken)
        taken.sort(key=lambda one: one[0])
        return [waiting for _, waiting in taken]


def said_by(inbound: Inbound) -> Address:
    """Return whose messages stand behind each other: the account's, or the chat's where the sender is hidden."""
    return inbound.sender.account if inbound.sender else inbound.chat
