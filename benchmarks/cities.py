"""A city to measure with: communities of some grids each, every grid with its group, leader and twelve buildings."""

from __future__ import annotations

from handlers.community import directory_of, read_community
from storage.records import Directory

LEADERS, STAFF, GROUPS, STAFF_ROOMS = 10_000_000, 20_000_000, -1_001_000_000, -1_009_000_000
"""Where Telegram's numbers of leaders, staff, grids' groups and staff rooms begin; the grid's or community's number is added (or taken off)."""

BUILDINGS = 12


def city(*, communities: int, grids: int) -> Directory:
    """Return a directory of `communities` c0, c1 … with `grids` grids each, numbered on through the city."""
    return directory_of(*(read_community(one(number, grids)) for number in range(communities)))


def one(community: int, grids: int) -> dict[str, object]:
    """One community as its file would say it."""
    id = f"c{community}"
    numbered = [(at, community * grids + at) for at in range(grids)]
    return {
        "community": {
            "id": id,
            "name": f"第{community + 1}社区",
            "service_phone": "010-12345",
            "staff_chats": [f"telegram:{STAFF_ROOMS - community}"],
        },
        "compound": [{"id": f"{id}-estate", "name": f"和平里{community + 1}区", "regime": "none"}],
        "grid": [
            {
                "id": f"{id}-g{at}",
                "compound": f"{id}-estate",
                "name": f"第{at + 1}网格",
                "buildings": [f"{at * BUILDINGS + 1}-{(at + 1) * BUILDINGS}"],
                "leader": f"leader-{id}-{at}",
                "chats": [f"telegram:{GROUPS - number}"],
            }
            for at, number in numbered
        ],
        "person": [
            *(
                {
                    "id": f"leader-{id}-{at}",
                    "name": f"网格长{at + 1}",
                    "roles": ["grid_leader"],
                    "accounts": [f"telegram:{LEADERS + number}"],
                }
                for at, number in numbered
            ),
            {
                "id": f"staff-{id}",
                "name": "值班员",
                "roles": ["staff"],
                "accounts": [f"telegram:{STAFF + community}"],
            },
        ],
    }
