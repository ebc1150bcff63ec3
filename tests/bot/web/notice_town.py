"""A town whose notice board has something to say, for the tests of the page and of its room in the console."""

from __future__ import annotations

from dataclasses import replace

from storage.records import HOUR, MINUTE, Directory, Duty, Person, Posted, Role, Spot, State, Ticket
from tests.bot.web.house import NOON, House, a_queued_ticket, directory

BOARD = "/board/xinhai-east"


def town() -> Directory:
    """Two grids, building heads, a roster, phones; 王芳 is on duty for the first grid on Sundays."""
    known = directory()
    people = known.people | {
        id: Person(id, "jinghe", name, frozenset({role}), phone, listed=True)
        for id, name, role, phone in (
            ("wangfang", "王芳", Role.GRID_LEADER, "13800000001"),
            ("zhang", "张<b>师傅", Role.PROPERTY, "13800000003"),
            ("liuayi", "刘阿姨", Role.BUILDING_HEAD, "13900000001"),
            ("meiyi", "梅姨", Role.RESIDENT, "13912345678"),
        )
    }
    grids = known.grids | {
        "xinhai-east-1": replace(known.grids["xinhai-east-1"], deputies=("lilei",), heads=(("3", "liuayi"),))
    }
    compounds = known.compounds | {"xinhai-east": replace(known.compounds["xinhai-east"], property="zhang")}
    spots = {
        f"{grid.compound}_{one}": Spot(f"{grid.compound}_{one}", grid.id, one)
        for grid in grids.values()
        for one in grid.buildings
    }
    duties = {
        "jinghe": (
            Duty("jinghe", "wangfang", "sun", "08:00", "20:00", "xinhai-east-1"),
            Duty("jinghe", "zhaomin", "sun", "09:00", "09:00"),
        )
    }
    communities = known.communities | {
        "jinghe": replace(known.communities["jinghe"], service_phone="027-83000000")
    }
    return Directory(0, communities, compounds, grids, people, {}, spots, duties=duties)


def done(number: int, **changes: object) -> Ticket:
    known = {"state": State.CLOSED, "queued": None, "queued_at": None, "handler": None}
    times = {"resolved_at": NOON - number * MINUTE, "closed_at": NOON - number * MINUTE}
    return replace(
        a_queued_ticket(number, **(known | times | changes)), reported_at=NOON - number * MINUTE - 2 * HOUR
    )


async def put(house: House, *tickets: Ticket) -> None:
    async with house.store.turn() as turn:
        for ticket in tickets:
            turn.tickets.save(ticket)


async def choose(house: House, **posted: object) -> None:
    async with house.store.turn() as turn:
        await turn.notices.choose("xinhai-east", Posted(**posted))  # type: ignore[arg-type]


async def look(house: House, path: str = BOARD, **headers: str) -> str:
    async with house.browser(**headers) as browser:
        answer = await browser.get(path)
    assert answer.status_code == 200, answer.text
    return answer.text
