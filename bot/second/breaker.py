"""When nobody is asked any more: an endpoint that failed three times running is left alone, then tried now and again."""

from __future__ import annotations

from storage.records import HOUR, MINUTE, SECOND, Instant, Span

FAILURES = 3
FIRST_PAUSE: Span = 30 * SECOND
LONGEST_PAUSE: Span = 10 * MINUTE
LONGEST_ASKED: Span = HOUR
"""Whoever asks for a longer pause than this is tried again after it all the same."""


class Breaker:
    """`closed`: the endpoint may be asked. Open, one question at a time may try it after each pause."""

    def __init__(self) -> None:
        self._failures = 0
        self._pause = FIRST_PAUSE
        self._until: Instant = 0
        self._trying = False
        self.closed = True

    def may_try(self, now: Instant) -> bool:
        """True, once, when it is open and its pause over: whoever gets it tries, and says how it went."""
        # A clock that was set back must not leave it open for ever.
        waits = 0 < self._until - now <= LONGEST_ASKED
        if self.closed or self._trying or waits:
            return False
        self._trying = True
        return True

    def worked(self) -> None:
        self._failures, self._pause = 0, FIRST_PAUSE
        self._trying, self.closed = False, True

    def failed(self, now: Instant, wait: Span = 0) -> None:
        """`wait`: the pause the endpoint itself asked for; it is left alone at once."""
        self._failures += 1
        tried, self._trying = self._trying, False
        if not self.closed and not tried:
            # One of several that were under way when it opened: only a longer pause it asks for is news.
            self._until = max(self._until, now + min(wait, LONGEST_ASKED))
            return
        if self.closed and not wait and self._failures < FAILURES:
            return
        self.closed = False
        self._until = now + min(max(self._pause, wait), LONGEST_ASKED)
        self._pause = min(self._pause * 2, LONGEST_PAUSE)
