"""The ground dialogues are played on: one grid with a leader L, the property's worker W, residents A B C, and a real
desk on a real database with the tickets a dialogue begins with."""

from __future__ import annotations

import json
import shutil
import tempfile
import tomllib
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from handlers.community import directory_of, read_community
from handlers.desk import Desk
from storage.database import open_store
from storage.records import (
    HOUR,
    Account,
    Address,
    Card,
    Category,
    Instant,
    Kind,
    Person,
    Place,
    Severity,
    State,
    Ticket,
    resident_id,
)

DIALOGUES = Path(__file__).parent / "data" / "dialogues.jsonl"
"""Ten given with the task, the others written by somebody who had not seen the program."""

START: Instant = 1_795_323_600_000
"""Sunday 2026-11-22 13:00 in Shanghai."""

GROUP = Address("telegram:-1001000001")
ACCOUNTS: Mapping[str, Address] = {
    "L": Address("telegram:1001"),
    "W": Address("telegram:1003"),
    **{name: Address(f"telegram:{5001 + at}") for at, name in enumerate("ABCDEF")},
}
NAMES = {
    "L": "王芳",
    "W": "张师傅",
    "A": "梅姨",
    "B": "陈叔",
    "C": "小林",
    "D": "老赵",
    "E": "阿芬",
    "F": "周姐",
}
CREW = {"L": "wangfang", "W": "zhang"}
FIRST = 1001
TOWN = """
[community]
id = "jinghe"
name = "径河社区"
service_phone = "027-83000000"
staff_chats = ["telegram:-1009000001"]
[[compound]]
id = "east"
name = "鑫海花城东区"
regime = "community"
property = "zhang"
[[grid]]
id = "east-1"
compound = "east"
name = "第一网格"
buildings = ["1-30", "A-F座"]
leader = "wangfang"
chats = ["telegram:-1001000001"]
[[person]]
id = "wangfang"
name = "王芳"
roles = ["grid_leader"]
accounts = ["telegram:1001"]
[[person]]
id = "zhang"
name = "张师傅"
roles = ["property"]
accounts = ["telegram:1003"]
"""
WORDS = {
    Category.ELEVATOR: "电梯坏了",
    Category.LEAK_WALL: "漏水",
    Category.POWER: "没电",
    Category.LIGHTING: "灯不亮",
    Category.SANITATION: "垃圾没人收",
}
"""What the tickets that are there were reported with, where it matters; else their place alone."""


def person(name: str) -> str:
    """Return the id of who is called A, B, L … in a dialogue."""
    return CREW.get(name) or resident_id(ACCOUNTS[name])


def number(ticket: str) -> int:
    """T1 → 1001."""
    return FIRST + int(ticket.removeprefix("T")) - 1


async def lay(folder: Path) -> Path:
    """Make the database every dialogue begins with a copy of."""
    path = folder / "ground.db"
    store = await open_store(f"sqlite:///{path}")
    await store.migrate()
    async with store.turn() as turn:
        await turn.directory.replace(directory_of(read_community(tomllib.loads(TOWN))))
    await store.close()
    return path


@asynccontextmanager
async def ground(template: Path, tickets: list[dict[str, Any]]) -> AsyncIterator[tuple[Path, Desk]]:
    """Give a desk on a fresh database in which these tickets stand."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "huying.db"
        shutil.copy2(template, path)
        store = await open_store(f"sqlite:///{path}")
        async with store.turn() as turn:
            for name in "ABCDEF":
                await turn.people.save(Person(person(name), "jinghe", NAMES[name], home_grid="east-1"))
                await turn.people.bind(Account(ACCOUNTS[name], person(name), START))
            for told in tickets:
                assert await turn.tickets.next_number("jinghe") == number(told["id"])
                turn.tickets.save(_ticket(told))
                await turn.cards.put(Card(f"jinghe-{number(told['id'])}", GROUP, f"bot:{told['id']}", ""))
        yield path, Desk(store)
        await store.close()


def _ticket(told: Mapping[str, Any]) -> Ticket:
    """Return a ticket as a dialogue tells it. `age_hours` is how long it has been open, or over."""
    state = State(told.get("status", "accepted"))
    since = START - round(told["age_hours"] * HOUR)
    over = state in (State.RESOLVED, State.CLOSED)
    category = Category(told["category"])
    place = Place(told["building"], told["unit"], told["floor"], told["room"], told["place"])
    return Ticket(
        id=f"jinghe-{number(told['id'])}",
        community="jinghe",
        number=number(told["id"]),
        grid="east-1",
        state=state,
        kind=Kind.REPAIR,
        category=category,
        severity=Severity.EMERGENCY if told["urgency"] == "emergency" else Severity.ORDINARY,
        place=place,
        words=f"{place.building}号楼{WORDS.get(category, place.landmark)}",
        reporter=person(told["reporter"]),
        reported_at=since - 2 * HOUR if over else since,
        origin=GROUP,
        origin_message=f"{told['id']}-first",
        first_responder="wangfang",
        handler="wangfang",
        accepted_at=since - 2 * HOUR if over else since,
        resolved_at=since if over else None,
        closed_at=since if state is State.CLOSED else None,
        rating="good" if state is State.CLOSED else "",
    )


def dialogues(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
