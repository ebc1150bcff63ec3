"""A hand on the outbox: letters owed, claimed and sent, each in a turn of its own."""

from __future__ import annotations

from collections.abc import Collection
from contextlib import closing

from storage.database import Store
from storage.records import Address, Owed
from tests.storage.hand import raw
from tests.storage.things import GROUP, NOON

LEASE = 60_000
OTHER = Address("telegram:-1002")
MEIYI = Address("telegram:1001")


async def owe(store: Store, *letters: Owed) -> None:
    async with store.turn() as turn:
        for letter in letters:
            turn.outbox.owe(letter)


async def claim(
    store: Store,
    now: int = NOON,
    *,
    limit: int = 10,
    platforms: Collection[str] = ("telegram", "web"),
    resting: Collection[Address] = (),
) -> list[list[Owed]]:
    async with store.turn() as turn:
        return await turn.outbox.claim(now, lease=LEASE, limit=limit, platforms=platforms, resting=resting)


async def claimed_ids(store: Store, now: int = NOON, **options: object) -> list[list[int]]:
    bundles = await claim(store, now, **options)  # type: ignore[arg-type]
    return [[letter.id for letter in bundle] for bundle in bundles]


async def sent(store: Store, *ids: int, message: str = "9") -> None:
    async with store.turn() as turn:
        await turn.outbox.sent(ids, GROUP, message, NOON)


async def fate(store: Store, id: int) -> tuple[str, str]:
    with closing(raw(store)) as file:
        found: tuple[str, str] = file.execute("SELECT fate, note FROM outbox WHERE id = ?", (id,)).fetchone()
        return found
