"""A city of many small grids, because Telegram's limits are kept here as everywhere.

Lamps have clocks of seconds and climb to the queue while the processes die; lifts have a day.
"""

from __future__ import annotations

from dataclasses import dataclass

from storage.records import DAY, SECOND, Span
from tests.platforms.telegram import Chat, Person, TelegramServer

GRIDS = 45
STAFF_ROOM = -1009000001

CITY = """
[community]
id = "{id}"
name = "{name}社区"
staff_chats = ["telegram:{room}"]
[[compound]]
id = "{id}-east"
name = "鑫海花城{name}区"
regime = "none"
[policy.ordinary]
accept = "{accept}s"
arrive = "1d"
resolve = "{resolve}s"
[policy.major]
accept = "1d"
resolve = "2d"
"""
GRID = """
[[grid]]
id = "{id}-{n}"
compound = "{id}-east"
name = "第{n}网格"
buildings = ["{n}"]
leader = "leader{n}"
chats = ["telegram:{chat}"]
[[person]]
id = "leader{n}"
name = "网格长{n}"
roles = ["grid_leader"]
accounts = ["telegram:{account}"]
"""
COMMUNITIES = ("jinghe", "径河"), ("dongshan", "东山")


@dataclass(frozen=True, slots=True)
class Pace:
    """The lamps' clocks. From ten seconds on they warn before they run out."""

    accept: Span
    resolve: Span

    @property
    def last(self) -> Span:
        """After so long everything a lamp's clocks have to say has been due."""
        return max(2 * self.accept, self.resolve)

    def policies(self) -> dict[tuple[str, str], dict[str, int]]:
        """Return the clocks of each community and severity, for the checker."""
        ordinary = {"accept": self.accept, "arrive": DAY, "resolve": self.resolve, "review": 3 * DAY}
        major = {"accept": DAY, "arrive": DAY, "resolve": 2 * DAY, "review": 3 * DAY}
        return {
            (id, severity): clocks
            for id, _ in COMMUNITIES
            for severity, clocks in (("ordinary", ordinary), ("major", major))
        }


QUICK = Pace(2 * SECOND, 3 * SECOND)
LONG = Pace(10 * SECOND, 15 * SECOND)


@dataclass(frozen=True, slots=True)
class Grid:
    """One grid's group and its leader."""

    number: int
    group: Chat
    leader: Person


def files(pace: Pace) -> list[str]:
    """Return each community's file. The second has a third of the grids."""
    written = []
    for at, (id, name) in enumerate(COMMUNITIES):
        city = CITY.format(
            id=id,
            name=name,
            room=STAFF_ROOM - at,
            accept=pace.accept // SECOND,
            resolve=pace.resolve // SECOND,
        )
        grids = (GRID.format(id=id, n=n, chat=chat_of(n), account=account_of(n)) for n in numbers(at))
        written.append(city + "".join(grids))
    return written


def numbers(community: int) -> range:
    return range(1, GRIDS * 2 // 3 + 1) if community == 0 else range(GRIDS * 2 // 3 + 1, GRIDS + 1)


def chat_of(grid: int) -> int:
    return -1001000000 - grid


def account_of(grid: int) -> int:
    return 1000 + grid


def populate(telegram: TelegramServer) -> list[Grid]:
    """Put the groups and those who work there on Telegram."""
    for at in range(len(COMMUNITIES)):
        telegram.supergroup(STAFF_ROOM - at, "社区值班")
    grids = []
    for n in range(1, GRIDS + 1):
        leader = telegram.user(account_of(n), f"网格长{n}", started=True)
        grids.append(Grid(n, telegram.supergroup(chat_of(n), f"第{n}网格", admins=[leader]), leader))
    return grids
