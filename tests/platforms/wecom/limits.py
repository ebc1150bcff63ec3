"""How often: what is beyond is dropped without a word where a member is concerned, and refused where a webhook is.

Source: developer.work.weixin.qq.com/document/path/90236 ("超过部分会被丢弃不下发": 30 a minute and 1,000 an hour to one
member), /90248 (200 a minute and 10,000 a day to one member in all app-made groups, also dropped), /91770 (20 a minute for a webhook, refused with 45009).
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

Rates = tuple[tuple[int, int], ...]  # (how many, in so many seconds)
MINUTE, HOUR, DAY = 60, 3600, 86400
MEMBER = ((30, MINUTE), (1000, HOUR))
APPCHAT = ((200, MINUTE), (10_000, DAY))
WEBHOOK = ((20, MINUTE),)


@dataclass
class Limits:
    """Counts what was let through, by `clock` (seconds). `on` switches the refusing off; the counting goes on."""

    clock: Callable[[], float]
    on: bool = True
    passed: dict[str, deque[float]] = field(default_factory=dict)

    def admits(self, who: str, rates: Rates) -> bool:
        """Count one more for `who` and say whether it goes through. What does not go through does not count."""
        now = self.clock()
        times = self.passed.setdefault(who, deque(maxlen=max(most for most, _ in rates)))
        if self.on and any(sum(now - window < at for at in times) >= most for most, window in rates):
            return False
        times.append(now)
        return True
