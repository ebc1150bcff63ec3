"""How often a bot may send: 30 calls a second in all, 1 a second to one chat, 20 a minute to one group.

Telegram publishes these three numbers and no more. Here each is kept a little loosely, so that a bot that plans by
its own clock is not refused for the milliseconds of the way: short bursts of 3 to one chat pass, the first second lets 30
through at once, and the minute of a group is half a second shorter. Whoever was refused is refused until the pause it was
told is over.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

from tests.platforms.telegram.refusals import JSON, too_many

COUNTED = ("send", "copy", "forward", "edit", "setmessagereaction")
GROUP_MINUTE = 59.5
GROUP_MOST = 20


@dataclass
class Bucket:
    """Holds `size` calls and gains `rate` a second."""

    size: float
    rate: float
    level: float
    at: float

    def lacks(self, amount: float, now: float) -> float:
        """Return how many seconds until `amount` calls fit, 0.0 when they do now. More than fit ever count as a full bucket."""
        # A clock that was set back must not empty the bucket.
        self.level = min(self.size, self.level + max(now - self.at, 0) * self.rate)
        self.at = now
        return max(min(amount, self.size) - self.level, 0) / self.rate

    def take(self, amount: float) -> None:
        self.level -= amount


@dataclass
class Limits:
    """Counts calls by `clock` (seconds). `on` switches the refusing off; the counting goes on."""

    clock: Callable[[], float]
    on: bool = True
    chats: dict[int, Bucket] = field(default_factory=dict)
    minutes: dict[int, deque[float]] = field(default_factory=dict)
    paused: dict[int, float] = field(default_factory=dict)  # chat (0: all chats) → until when
    overall: Bucket = field(init=False)

    def __post_init__(self) -> None:
        self.overall = Bucket(30, 30, 30, self.clock())

    def admit(self, method: str, values: JSON) -> None:
        """Count this call. Raises Refused (429) with retry_after in whole seconds when it comes too early."""
        chat = values.get("chat_id")
        if not self.on or not isinstance(chat, int) or not method.lower().startswith(COUNTED):
            return
        now = self.clock()
        amount = len(values.get("media", ())) or len(values.get("message_ids", ())) or 1
        bucket = self.chats.setdefault(chat, Bucket(3, 1, 3, now))
        minute = self.minutes.setdefault(chat, deque())
        for place in (0, chat):
            self.obey_pause(place, now)
        self.pause_for(0, now, self.overall.lacks(amount, now))
        self.pause_for(chat, now, bucket.lacks(1, now))
        if chat < 0:
            self.pause_for(chat, now, self.lacks_minute(minute, amount, now))
            minute.extend([now] * amount)
        self.overall.take(amount)
        bucket.take(1)

    def lacks_minute(self, minute: deque[float], amount: int, now: float) -> float:
        while minute and minute[0] <= now - GROUP_MINUTE:
            minute.popleft()
        over = len(minute) + amount - GROUP_MOST
        return minute[min(over, len(minute)) - 1] + GROUP_MINUTE - now if over > 0 and minute else 0

    def pause_for(self, place: int, now: float, seconds: float) -> None:
        if seconds > 1e-9:
            pause = math.ceil(seconds)
            self.paused[place] = now + pause
            raise too_many(pause)

    def obey_pause(self, place: int, now: float) -> None:
        left = self.paused.get(place, now) - now
        if left > 1e-9:
            raise too_many(math.ceil(left))
        self.paused.pop(place, None)
