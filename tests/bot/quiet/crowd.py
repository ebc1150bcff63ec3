"""Many who report at once, and how often the database is asked because of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Awaitable, Callable

from handlers.messages import Inbound, Sender
from storage.records import HOUR, Address, Window
from tests.bot.quiet.community import Town

FEW = 3
"""A statement that is made oftener than so for one batch is made for each of its messages."""


def spoken(town: Town, count: int, first: int) -> list[Inbound]:
    """Return reports of as many residents, each of a lift of its own."""
    now = town.clock.now()
    return [
        Inbound(
            key=f"wechat:{n}",
            at=now,
            chat=Address(f"wechat:r{n}"),
            private=True,
            sender=Sender(Address(f"wechat:r{n}"), f"居民{n}"),
            text=f"{n % 12 + 1}号楼{n // 12 + 1}单元电梯停了",
            at_once=2000,
            window=Window("talk", now + 48 * HOUR, 5),
        )
        for n in range(first, first + count)
    ]


def listened_to(town: Town) -> list[str]:
    """Return a list to which every statement of the writer is added from now on."""
    asked: list[str] = []
    writer = town.store._writer

    def counted(whole: Callable[..., Awaitable[object]]) -> Callable[..., Awaitable[object]]:
        def asking(sql: str, *rest: object) -> Awaitable[object]:
            asked.append(sql)
            return whole(sql, *rest)

        return asking

    for name in ("fetch", "run", "run_many", "fetch_each"):
        setattr(writer, name, counted(getattr(writer, name)))
    return asked


def often(asked: list[str]) -> set[str]:
    """Return the statements made for each message. On PostgreSQL a question put for each of many is sent as one, and
    counted as many here."""
    return {sql for sql, times in Counter(asked).items() if times > FEW}
