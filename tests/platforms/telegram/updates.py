"""The bot's queue of updates: what happened since it last looked, handed out by getUpdates or pushed to its webhook.

Updates wait here until the bot has taken them: with getUpdates by asking for a higher offset, with a webhook by
answering 2xx. One thing is left out: Telegram slows down a bot that asks twice for the same offset within 3 seconds.
"""

from __future__ import annotations

import asyncio
from collections import deque
from dataclasses import dataclass, field
from itertools import islice, takewhile
from typing import Any

from tests.platforms.telegram.refusals import JSON, Refused, conflict
from tests.platforms.telegram.validate import TYPES

KINDS = [name for name, *_ in TYPES["Update"] if name != "update_id"]
ONLY_WHEN_ASKED = {"chat_member", "message_reaction", "message_reaction_count"}

TERMINATED = conflict(
    "terminated by other getUpdates request; make sure that only one bot instance is running"
)
TERMINATED_BY_WEBHOOK = conflict("terminated by setWebhook request")
WEBHOOK_ACTIVE = conflict(
    "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
)


@dataclass(eq=False)
class Waiting:
    """An update not taken yet. Those of one `queue` are pushed strictly one after the other."""

    id: int
    body: JSON
    queue: object
    repeats: int = 0  # how often it will be handed out again after having been taken
    attempts: int = 0
    wake_at: float = 0.0  # the loop's clock, after a failed push
    pushing: bool = False


@dataclass
class Updates:
    """The updates nobody has taken yet, oldest first, and how the bot wants them."""

    next_id: int = 710000001
    waiting: dict[int, Waiting] = field(default_factory=dict)  # by update_id
    queues: dict[object, deque[Waiting]] = field(default_factory=dict)  # the same, in their queues
    allowed: list[str] = field(default_factory=list)  # empty: the default kinds
    webhook: JSON | None = None  # the parameters of setWebhook while one is set
    to_repeat: int = 0
    arrived: asyncio.Event = field(default_factory=asyncio.Event)
    _poll: asyncio.Future[Refused] | None = None

    def wants(self, kind: str) -> bool:
        return kind in self.allowed if self.allowed else kind not in ONLY_WHEN_ASKED

    def tell(self, kind: str, payload: JSON, queue: object) -> None:
        """Queue an update, unless the bot does not want its kind."""
        if not self.wants(kind):
            return
        repeats, self.to_repeat = (1, self.to_repeat - 1) if self.to_repeat else (0, 0)
        self.put({kind: payload}, queue, repeats)

    def put(self, body: JSON, queue: object, repeats: int = 0) -> int:
        """Queue `body` as it is, well formed or not, and return its update_id."""
        number = self.next_id
        self.next_id += 1
        update = Waiting(number, {"update_id": number, **body}, queue, repeats)
        self.waiting[number] = update
        self.queues.setdefault(queue, deque()).append(update)
        self.arrived.set()
        return number

    def taken(self, update: Waiting) -> None:
        """The bot has this update; one that shall be repeated stays to be handed out once more."""
        update.attempts = 0
        update.pushing = False
        if update.repeats:
            update.repeats -= 1
            return
        del self.waiting[update.id]
        self.queues[update.queue].remove(update)
        if not self.queues[update.queue]:
            del self.queues[update.queue]

    def drop_all(self) -> None:
        self.waiting.clear()
        self.queues.clear()

    def allow(self, kinds: list[str] | None) -> None:
        """Remember which kinds are wanted from now on; None keeps what was said before. Unknown kinds are ignored."""
        if kinds is not None:
            self.allowed = [kind for kind in kinds if kind in KINDS]

    async def get(self, values: JSON) -> list[JSON]:
        """Answer getUpdates. Raises Refused (409) while a webhook is set or when another getUpdates comes meanwhile."""
        if self.webhook:
            raise WEBHOOK_ACTIVE
        self.allow(values.get("allowed_updates"))
        self.end_poll(TERMINATED)
        offset = values.get("offset", 0)
        if offset < 0:
            offset = [0, *self.waiting][max(len(self.waiting) + 1 + offset, 1) :][0] if self.waiting else 0
        for update in list(takewhile(lambda update: update.id < offset, self.waiting.values())):
            self.taken(update)
        if not self.waiting and values.get("timeout", 0) > 0:
            await self.wait(values["timeout"])
        limit = min(max(values.get("limit", 100), 1), 100)
        return [update.body for update in islice(self.waiting.values(), limit)]

    async def wait(self, seconds: float) -> None:
        """Wait for an update, at most `seconds` (Telegram: 50), or until another request ends this one."""
        ended: asyncio.Future[Refused] = asyncio.get_running_loop().create_future()
        self._poll = ended
        self.arrived.clear()
        arrival = asyncio.ensure_future(self.arrived.wait())
        either: set[asyncio.Future[Any]] = {ended, arrival}
        try:
            await asyncio.wait(either, timeout=min(seconds, 50), return_when=asyncio.FIRST_COMPLETED)
        finally:
            arrival.cancel()
            if self._poll is ended:
                self._poll = None
        if ended.done():
            raise ended.result()

    @property
    def polled(self) -> bool:
        """Whether a getUpdates is waiting for news right now."""
        return self._poll is not None

    def end_poll(self, why: Refused) -> None:
        if self._poll and not self._poll.done():
            self._poll.set_result(why)
