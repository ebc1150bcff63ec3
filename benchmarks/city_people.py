"""The people of the simulated day: residents who call, leaders who mostly answer, and when each of them does what."""

from __future__ import annotations

import heapq
import itertools
import random
import re
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field

from benchmarks.cities import BUILDINGS, GROUPS, LEADERS, STAFF, STAFF_ROOMS
from benchmarks.city_clock import CityClock
from storage.records import HOUR, MINUTE, SECOND, Instant, Span
from tests.platforms.telegram import Chat, Message, Person, TelegramServer

CALLS, PEAK = 66_000, 10
"""Beijing's 12345: calls on an ordinary day, and how many times the average the busiest minute is."""

PEAK_MINUTE = 10 * 60 + 5
HOURS = (1, 1, 1, 1, 1, 2, 4, 7, 10, 12, 11, 9, 7, 8, 9, 9, 8, 8, 7, 6, 5, 4, 3, 2)
"""How a day's calls lie over its hours: little at night, most in the morning."""

MATTERS = (
    "厨房漏水",
    "家里停水了",
    "卫生间下水道堵了",
    "家里暖气不热",
    "门口一直有人堆垃圾",
    "门禁坏了进不去",
)
ACCEPTS, RESOLVES, RATES = 0.85, 0.9, 0.5
"""Of what is reported so much is accepted, of that resolved, of that rated; the rest climbs."""

STARTED = 0.7
"""Of the residents so many have opened the private chat with the bot."""

SOON: Span = 90 * SECOND
WORK: Span = 14 * MINUTE
LATER: Span = HOUR
UNITS, FLATS = 4, 12
MOST_AT_ONCE = 2_000


def minutes() -> list[int]:
    """Return how many call in each minute of the day."""
    peak = round(CALLS / 24 / 60 * PEAK)
    weights = [HOURS[minute // 60] for minute in range(24 * 60)]
    weights[PEAK_MINUTE] = 0
    cut = list(itertools.accumulate(weights, initial=0))
    rest = CALLS - peak
    counts = [rest * after // cut[-1] - rest * before // cut[-1] for before, after in itertools.pairwise(cut)]
    counts[PEAK_MINUTE] = peak
    return counts


def words(at: int, flat: int) -> str:
    """Return a call about the `flat`th flat of the grid with the number `at` in its community."""
    building = at * BUILDINGS + flat % BUILDINGS + 1
    unit, door = flat // BUILDINGS % UNITS + 1, flat // BUILDINGS // UNITS
    room = f"{door // 4 + 1}0{door % 4 + 1}"
    return f"{building}号楼{unit}单元{room}{MATTERS[flat % len(MATTERS)]}"


@dataclass
class People:
    """Everybody with a phone. `act` lets those whose time has come do what they do; `look` lets leaders see their cards."""

    telegram: TelegramServer
    clock: CityClock
    grids_each: int
    chance: random.Random
    groups: list[Chat] = field(default_factory=list)
    leaders: dict[int, Person] = field(default_factory=dict)
    called: int = 0
    calls: int = 0
    accepted: set[tuple[int, str]] = field(default_factory=set)
    _agenda: list[tuple[Instant, int, Callable[[], Awaitable[object]]]] = field(default_factory=list)
    _order: Iterator[int] = field(default_factory=itertools.count)

    def settle(self, grids: int, midnight: Instant, hours: range) -> None:
        """Let everybody move in, and put the calls of these hours of the day on the agenda."""
        for at in range(grids):
            leader = self.telegram.user(LEADERS + at, f"网格长{at}", started=True)
            self.leaders[GROUPS - at] = leader
            self.groups.append(self.telegram.supergroup(GROUPS - at, f"第{at}网格", [], admins=[leader]))
        for at in range(grids // self.grids_each):
            staff = self.telegram.user(STAFF + at, f"值班员{at}", started=True)
            self.telegram.supergroup(STAFF_ROOMS - at, f"第{at}社区值班群", [staff])
        flats = [0] * grids
        for minute, count in enumerate(minutes()):
            for _ in range(count if minute // 60 in hours else 0):
                at = midnight + minute * MINUTE + self.chance.randrange(MINUTE)
                grid = self.chance.randrange(grids)
                self._put(at, self._call(grid, flats[grid]))
                self.calls += 1
                flats[grid] += 1

    def _put(self, at: Instant, deed: Callable[[], Awaitable[object]]) -> None:
        heapq.heappush(self._agenda, (at, next(self._order), deed))

    def _call(self, grid: int, flat: int) -> Callable[[], Awaitable[object]]:
        async def call() -> None:
            self.called += 1
            started = self.chance.random() < STARTED
            resident = self.telegram.user(100_000_000 + self.called, f"居民{self.called}", started=started)
            group = self.groups[grid]
            group.standing[resident.id] = "member"
            await resident.says(words(grid % self.grids_each, flat), group)

        return call

    async def act(self) -> int:
        """Do what is on the agenda by now, up to a bound; return how much that was."""
        now = self.clock.now()
        for done in range(MOST_AT_ONCE):
            if not self._agenda or self._agenda[0][0] > now:
                return done
            await heapq.heappop(self._agenda)[2]()
        return MOST_AT_ONCE

    @property
    def agenda(self) -> int:
        return len(self._agenda)

    def look(self) -> int:
        """Go through the bot's new calls: whose card it is takes note of it. Return how many calls there were."""
        calls, self.telegram.calls[:] = list(self.telegram.calls), []
        for call in calls:
            leader = self.leaders.get(call.chat_id or 0)
            if leader is None or not call.ok or call.method != "sendMessage":
                continue
            chat = self.telegram.chat(call.chat_id or 0)
            message = chat.find(call.result["message_id"])
            if message is not None and any("接单" in label for label in message.labels):
                self._notice(leader, chat, message)
        return len(calls)

    def _notice(self, leader: Person, chat: Chat, message: Message) -> None:
        number = re.search(r"#(\d+)", message.words)
        if number is None or (chat.id, number[1]) in self.accepted:
            return
        self.accepted.add((chat.id, number[1]))
        if self.chance.random() > ACCEPTS:
            return
        accept_at = self.clock.now() + self._some(SOON)
        self._put(accept_at, lambda: leader.says(f"接单 {number[1]}", chat))
        if self.chance.random() > RESOLVES:
            return
        resolve_at = accept_at + self._some(WORK)
        self._put(resolve_at, lambda: leader.says(f"办结 {number[1]} 上门处理好了", chat))
        if self.chance.random() < RATES and message.reply_to is not None:
            resident = message.reply_to.sender
            if isinstance(resident, Person):
                self._put(resolve_at + self._some(LATER), lambda: resident.says(f"满意 {number[1]}", chat))

    def _some(self, usual: Span) -> Span:
        """A time that is usually shorter and sometimes much longer."""
        return 10 * SECOND + int(self.chance.expovariate(1 / usual))
