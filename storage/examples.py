"""Labelled examples, and what each community's reader has learned of them."""

from __future__ import annotations

import json

from storage.connections import Row
from storage.records import Category, Example, Lesson
from storage.statements import Room, Statements, as_json

MOST = 5_000
"""More examples of one community than this are not read; the newest count."""


def example_from(row: Row) -> Example:
    return Example(
        community=row["community"],
        at=row["at"],
        words=row["words"],
        read_call=bool(row["read_call"]),
        read_category=None if row["read_category"] is None else Category(row["read_category"]),
        call=bool(row["call"]),
        category=None if row["category"] is None else Category(row["category"]),
        person=row["person"],
        ticket=row["ticket"],
    )


def lesson_from(row: Row) -> Lesson:
    return Lesson(row["community"], row["at"], row["by_whom"], row["examples"], json.loads(row["weights"]))


class Examples(Room):
    """`turn.examples`. A change of what was learned moves the directory's revision: every process reads with it from
    its next message on."""

    def __init__(self, statements: Statements) -> None:
        super().__init__(statements)
        self._new: list[Example] = []

    def add(self, example: Example) -> None:
        """Buffered."""
        self.sql.may_write()
        self._new.append(example)

    async def flush(self) -> None:
        new, self._new = self._new, []
        if not new:
            return
        ids = await self.sql.counters.ids("examples", len(new))
        rows = [
            {
                "id": id,
                "community": one.community,
                "at": one.at,
                "words": one.words,
                "read_call": int(one.read_call),
                "read_category": one.read_category,
                "call": int(one.call),
                "category": one.category,
                "person": one.person,
                "ticket": one.ticket,
            }
            for id, one in zip(ids, new, strict=True)
        ]
        await self.sql.run_many("examples_add", rows)

    async def of(self, community: str, limit: int = MOST) -> list[Example]:
        """The newest ones, in the order in which they were given."""
        await self.flush()
        rows = await self.sql.rows("examples_of", community=community, limit=limit)
        return [example_from(row) for row in reversed(rows)]

    async def learn(self, lesson: Lesson) -> None:
        """The community's reader knows this from now on, in place of what it had learned before."""
        await self.sql.run(
            "lessons_put",
            community=lesson.community,
            at=lesson.at,
            by=lesson.by,
            examples=lesson.examples,
            weights=as_json(dict(lesson.weights)),
        )
        await self.sql.run("directory_bump")

    async def unlearn(self, community: str) -> bool:
        """It reads as shipped again. False when it had learned nothing."""
        gone = bool(await self.sql.run("lessons_drop", community=community))
        if gone:
            await self.sql.run("directory_bump")
        return gone
