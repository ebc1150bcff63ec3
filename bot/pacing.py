"""When the next letter may go to a chat, so that a platform's limits are kept by planning, not by being refused.

Pure: `now` is always given. Every limit is a sliding window. A letter counts from the moment it goes out and, once the
platform has answered, from that answer on: whenever the platform itself counted it, it lies between the two.

The last places of a window are kept for emergencies until half of it has gone by since its first letter. So a flood of
ordinary letters never keeps an emergency waiting for longer than half a window (half a minute in a group, half a second
over all), and still not one place goes unused: what is kept is given out later, not never.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterable
from dataclasses import dataclass

from storage.records import HOUR, MINUTE, SECOND, Address, Instant, Span, chat_of

BEHIND: Span = SECOND
"""A clock set back by less is being corrected, or was looked at by two callers in another order: nothing is moved."""
MARGIN: Span = 10
"""Added to every window: two clocks that both count whole milliseconds may disagree by a few."""


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `count` letters within any `span` ms, of which the last `kept` are at first for emergencies only."""

    count: int
    span: Span
    kept: int = 0


@dataclass(frozen=True, slots=True)
class Limits:
    """What a platform allows: over all chats (None: anything), to any one chat, and to one group besides; of several
    limits all are kept."""

    overall: Limit | None = None
    chat: tuple[Limit, ...] = ()
    group: tuple[Limit, ...] = ()


TELEGRAM = Limits(
    overall=Limit(30, SECOND, kept=3), chat=(Limit(1, SECOND),), group=(Limit(20, MINUTE, kept=2),)
)
"""Source: https://core.telegram.org/bots/faq, "My bot is hitting limits". Edits count like new messages."""

LONGEST_LETTER = 13
"""Messages one letter may be on WeCom: ten photos, two texts and a card. Nobody knows before it is written."""
WECOM = Limits(chat=(Limit(30 - LONGEST_LETTER, MINUTE, kept=3), Limit(1000 - LONGEST_LETTER, HOUR)))
"""30 a minute and 1,000 an hour to one member; what is beyond is dropped without a word, so the longest letter must still
fit in behind the last one. A group takes 20 a minute by its webhook, and 200 from the app: the same is kept there.
Source: https://developer.work.weixin.qq.com/document/path/90236, /91770, /90248."""


def is_group(chat: Address) -> bool:
    """Say whether a Telegram chat is a group: their numbers are negative."""
    return ":-" in chat


class Pace:
    """The memory of what went out lately on one platform, and of the pauses it asked for.

    It holds only what can still matter: nothing older than the longest window, no pause that is over.
    """

    def __init__(self, limits: Limits | None = None) -> None:
        self._limits = limits or Limits()
        self._overall: list[Instant] = []
        self._chats: dict[Address, list[Instant]] = {}
        self._rests: dict[Address, Instant] = {}
        self._rest_all: Instant = 0
        self._latest: Instant = 0
        self._sweep_at = 64

    def earliest(self, chat: Address, now: Instant, *, urgent: bool = False) -> Instant:
        """Return the first instant, not before `now`, at which a letter may go to `chat`."""
        self._follow(now)
        at, last = now, -1
        while at != last:
            # One limit may let it through only when another does not any more: ask until all agree.
            last, at = at, max(self._chat_free(chat_of(chat), at, urgent), self._overall_free(at, urgent))
        return at

    def room(self, now: Instant, *, urgent: bool = False) -> int | None:
        """Return how many letters the platform as a whole may be given now; None: any number."""
        self._follow(now)
        if now < self._rest_all:
            return 0
        if (limit := self._limits.overall) is None:
            return None
        counted = recent(self._overall, limit, now)
        return max(0, limit.count - (0 if urgent else held(counted, limit, now)) - len(counted))

    def resting(self, now: Instant, *, urgent: bool = False) -> set[Address]:
        """Return the chats that may be given nothing now, for their own sake (not for want of `room`)."""
        self._follow(now)
        self._sweep(now)
        return {chat for chat in (*self._chats, *self._rests) if self._chat_free(chat, now, urgent) > now}

    def frees(self, now: Instant) -> Instant | None:
        """Return when the next of those that must wait now, a chat or the whole, may go on; None when none waits."""
        self._follow(now)
        waits: list[Instant] = []
        for urgent in (True, False):
            # While the whole must wait, no chat's turn comes.
            whole = self._overall_free(now, urgent)
            chats = () if whole > now else {*self._chats, *self._rests}
            waits += [whole, *(self._chat_free(chat, now, urgent) for chat in chats)]
        return min((instant for instant in waits if instant > now), default=None)

    def room_again(self, now: Instant, *, urgent: bool = False) -> Instant:
        """Return the first instant, not before `now`, at which the platform as a whole may be given a letter."""
        self._follow(now)
        return self._overall_free(now, urgent)

    @property
    def span(self) -> Span:
        """How long a letter matters, in ms."""
        overall = (self._limits.overall,) if self._limits.overall else ()
        limits = (*overall, *self._limits.chat, *self._limits.group)
        return max((limit.span + MARGIN for limit in limits), default=0)

    def recall(self, sent: Iterable[tuple[Address, Instant]], now: Instant) -> None:
        """Count what others have sent before us, to which chat and when; of our own memory nothing is kept."""
        self._overall, self._chats = [], {}
        self._latest = now
        for chat, at in sent:
            self.took(chat, min(at, now))

    def took(self, chat: Address, now: Instant, count: int = 1) -> None:
        """A letter of `count` messages goes out to `chat` now."""
        self._follow(now)
        if len(self._chats) >= self._sweep_at:
            self._sweep(now)
            self._sweep_at = 64 + 2 * len(self._chats)
        for _ in range(count):
            insort(self._overall, now)
            if self._of(chat_of(chat)):
                insort(self._chats.setdefault(chat_of(chat), []), now)
        if limit := self._limits.overall:
            self._overall = recent(self._overall, limit, now)
        else:
            self._overall.clear()

    def answered(self, chat: Address, took: Instant, now: Instant, count: int = 1) -> None:
        """The platform has answered the letter that went out at `took`: from now on it counts from here."""
        self.untook(chat, took, count)
        self.took(chat, now, count)

    def untook(self, chat: Address, took: Instant, count: int = 1) -> None:
        """The letter that was to go out at `took` does not, or not then."""
        for times in (self._overall, self._chats.get(chat_of(chat), [])):
            at = bisect_left(times, took)
            del times[at : at + sum(1 for time in times[at : at + count] if time == took)]

    def rest(self, chat: Address, until: Instant) -> None:
        """The platform asked for a pause in `chat`. A shorter one never ends a longer one."""
        self._rests[chat_of(chat)] = max(until, self._rests.get(chat_of(chat), 0))

    def rest_all(self, until: Instant) -> None:
        """The platform asked for a pause everywhere."""
        self._rest_all = max(until, self._rest_all)

    def _chat_free(self, chat: Address, now: Instant, urgent: bool) -> Instant:
        times = self._chats.get(chat, [])
        return max(now, self._rests.get(chat, 0), *(after(times, one, now, urgent) for one in self._of(chat)))

    def _of(self, chat: Address) -> tuple[Limit, ...]:
        """The limits of this chat."""
        own = self._limits.group if is_group(chat) else ()
        return (*self._limits.chat, *own)

    def _overall_free(self, now: Instant, urgent: bool) -> Instant:
        return max(after(self._overall, self._limits.overall, now, urgent), self._rest_all)

    def _follow(self, now: Instant) -> None:
        """A clock that was set back takes what we remember with it: nobody waits an hour for a second's limit."""
        back = self._latest - now
        if 0 < back < BEHIND:
            return
        if back > 0:
            self._overall = [time - back for time in self._overall]
            self._chats = {chat: [time - back for time in times] for chat, times in self._chats.items()}
            self._rests = {chat: until - back for chat, until in self._rests.items()}
            self._rest_all -= back
        self._latest = now

    def _sweep(self, now: Instant) -> None:
        spans = [limit.span for limit in (*self._limits.chat, *self._limits.group)]
        since = now - max(spans, default=0) - MARGIN
        self._chats = {
            chat: times[bisect_left(times, since) :]
            for chat, times in self._chats.items()
            if times and times[-1] >= since
        }
        self._rests = {chat: until for chat, until in self._rests.items() if until > now}


def recent(times: list[Instant], limit: Limit, now: Instant) -> list[Instant]:
    """Return those of the sorted `times` that still count in a window ending now."""
    return times[bisect_left(times, now - limit.span - MARGIN + 1) :]


def held(counted: list[Instant], limit: Limit, now: Instant) -> int:
    """Return how many places of the window with these letters are only for emergencies now."""
    return limit.kept if counted and now < counted[0] + limit.span // 2 else 0


def after(times: list[Instant], limit: Limit | None, now: Instant, urgent: bool) -> Instant:
    """Return the first instant, not before `now`, at which one more letter fits into the window."""
    if limit is None or len(times) < limit.count - limit.kept:
        return now
    while True:
        counted = recent(times, limit, now)
        most = limit.count - (0 if urgent else held(counted, limit, now))
        if len(counted) < most:
            return now
        # The oldest ones leave until there is room; or, before that, what is kept is given out.
        now_free = counted[len(counted) - most] + limit.span + MARGIN
        given_out = counted[0] + limit.span // 2
        now = min(now_free, given_out) if now < given_out and len(counted) < limit.count else now_free
