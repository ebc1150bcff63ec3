"""What was said a moment ago and was no call: kept in memory alone, for two minutes, and never in the database.

Each process remembers what it heard itself; what is lost with it, people say again.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import replace
from typing import TypeVar

from handlers import fragments
from handlers.desk.row import Waiting
from handlers.fragments import Piece
from handlers.intake import SAME_MATTER
from handlers.reading import Reading, Urgency, Words, read
from handlers.sureness import surely_report
from storage.records import MINUTE, Address, Instant, Span

MOST = 10_000
"""Writers and chats remembered; whoever spoke longest ago is forgotten first."""

TALK: Span = 10 * MINUTE
"""How long a bare +1 is taken for an answer to the talk before it."""

K = TypeVar("K")
V = TypeVar("V")
Writer = tuple[Address, Address]
"""(chat, account)."""


class Lately:
    """hear() every message once it is read, in the order they came; again for one that is taken up again."""

    def __init__(self) -> None:
        self._pieces: OrderedDict[Writer, tuple[Piece, ...]] = OrderedDict()
        self._talk: OrderedDict[Address, tuple[str, Instant]] = OrderedDict()
        self._reported: OrderedDict[Writer, Instant] = OrderedDict()
        self._danger: OrderedDict[Address, Instant] = OrderedDict()

    def hear(self, waiting: Waiting, words: Words) -> None:
        """Read a message together with what its writer said just before, where both are a call only together; and
        remember it for what they say next."""
        inbound, reading, chat = waiting.inbound, waiting.heard.reading, waiting.inbound.chat
        if reading is None or inbound.edited:
            return
        key, at = self._talk.get(chat, ("", 0))
        waiting.after_talk = key not in ("", inbound.key) and 0 <= waiting.now - at <= TALK
        if waiting.heard.idle(inbound):
            self._keep(self._talk, chat, (inbound.key, waiting.now))
        elif not reading.follow_up:
            self._talk.pop(chat, None)
        if waiting.asked is not None:
            self._join(waiting, waiting.asked, words)
            self._reports(waiting, waiting.asked)

    def _reports(self, waiting: Waiting, writer: Writer) -> None:
        """What is said right after a report may be the rest of it: 里面好像有人在拍门."""
        reading, now = waiting.heard.reading, waiting.now
        if self._has_reported(writer, now) or self._may_be_inside(reading, writer, now):
            waiting.heard = replace(waiting.heard, own=True)
        if reading is not None and surely_report(reading):
            self._keep(self._reported, writer, now)
            if reading.urgency is Urgency.EMERGENCY:
                self._keep(self._danger, writer[0], now)

    def _join(self, waiting: Waiting, writer: Writer, words: Words) -> None:
        inbound, reading, now = waiting.inbound, waiting.heard.reading, waiting.now
        assert reading is not None, "only what was read comes here"
        earlier = [
            one
            for one in self._pieces.get(writer, ())
            if one.key != inbound.key and 0 <= now - one.at <= fragments.TOGETHER
        ]
        plain = waiting.heard.order is None and inbound.reply_to is None
        piece = fragments.piece(inbound.key, inbound.text, reading, now) if plain else None
        if piece is None or surely_report(reading):
            self._pieces.pop(writer, None)
        else:
            self._keep(self._pieces, writer, (*earlier, piece)[-fragments.MOST :])
        if piece is None or not earlier:
            return
        found = fragments.joined(earlier, piece.words, reading, lambda said: read(said, words), surely_report)
        if found is not None:
            waiting.alone = (inbound, waiting.heard)
            waiting.inbound = replace(inbound, text=found[0])
            waiting.heard = replace(waiting.heard, reading=found[1])
            self._pieces.pop(writer, None)

    def _has_reported(self, writer: Writer, now: Instant) -> bool:
        at = self._reported.get(writer)
        return at is not None and 0 <= now - at <= fragments.TOGETHER

    def _may_be_inside(self, reading: Reading | None, writer: Writer, now: Instant) -> bool:
        """True for a flat that is named while something dangerous goes on: 下不来 7-1-901."""
        at = self._danger.get(writer[0])
        return at is not None and 0 <= now - at <= SAME_MATTER and bool(reading and reading.room)

    def _keep(self, where: OrderedDict[K, V], name: K, what: V) -> None:
        where[name] = what
        where.move_to_end(name)
        if len(where) > MOST:
            where.popitem(last=False)
