"""How fast each of many may speak: so much at once, then one more every so often. One number is kept for each.

Source: the generic cell rate algorithm (ITU-T I.371), a bucket that leaks at a steady pace.
"""

from __future__ import annotations

from dataclasses import dataclass

from storage.records import MINUTE, SECOND, Instant, Span


@dataclass(frozen=True, slots=True)
class Measure:
    """`burst` things at once, and one more every `every` ms. Who went on regardless waits up to `longer` more."""

    burst: int
    every: Span
    longer: Span = 0

    @property
    def whole(self) -> Span:
        """How long an allowance that was used up takes to grow back."""
        return self.burst * self.every


class Haste:
    """Remembers for each, only until it does not matter any more, when their allowance will be whole again."""

    def __init__(self, measure: Measure, below: Haste | None = None) -> None:
        self.measure = measure
        self._below = below
        self._whole_at: dict[str, Instant] = {}
        self._tidied: Instant = 0

    def wait(self, who: str, now: Instant) -> Span:
        """Return 0, or for how many ms `who` has used up what they may say. Counts nothing."""
        return max(0, self._used(who, now) + self.measure.every - self.measure.whole)

    def count(self, who: str, now: Instant, share: float = 1.0) -> None:
        """Note that they said something; `share`: how much of a whole thing it counts."""
        self._tidy(now)
        used = self._used(who, now) + round(self.measure.every * share)
        self._whole_at[who] = now + min(used, self.measure.whole + self.measure.longer)

    def trial(self) -> Haste:
        """Return one to count in for the time being: nothing of it holds until keep() is called on it."""
        return Haste(self.measure, self)

    def keep(self, now: Instant) -> None:
        """What was counted on trial has really been dealt with: it holds."""
        assert self._below is not None, "only a trial can be kept"
        self._below._tidy(now)
        self._below._whole_at.update(self._whole_at)

    def _used(self, who: str, now: Instant) -> Span:
        whole_at = self._whole_at.get(who)
        if whole_at is None:
            return self._below._used(who, now) if self._below else 0
        # A clock that was set back must lock nobody out.
        used = whole_at - now
        return used if 0 < used <= self.measure.whole + self.measure.longer else 0

    def _tidy(self, now: Instant) -> None:
        if not 0 <= now - self._tidied < MINUTE:
            self._whole_at = {who: at for who, at in self._whole_at.items() if self._used(who, now)}
            self._tidied = now


def in_seconds(wait: Span) -> int:
    """Return a wait as whole seconds that are surely enough."""
    return -(-wait // SECOND)
