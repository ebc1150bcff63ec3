"""Two people who turn out to be one: everything the one had becomes the other's, in one turn.

The ledger says for ever what it said. So the row of whoever was joined stays as another name of the one they are
(People.meant_by), without an account and without an office.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

from storage.letter_rows import owed_from
from storage.people import row_from
from storage.records import Address, Owed, Person, chat_of, platform_of
from storage.statements import Room, as_json, keys_json

GIVEN = (
    "joining_followers",
    "joining_remarks",
    "joining_attachments",
    "joining_examples",
    "joining_letters",
    "joining_untold",
    "joining_accounts",
    "joining_codes",
)
"""What is given whole, once the tickets are."""


class Joining(Room):
    """`turn.joining`. `gone` is the id of whoever is joined to the person `kept`."""

    async def communities(self, gone: str, kept: str) -> set[str]:
        """In which either has reported, follows or handles anything: all that join() may touch."""
        await self.sql.flush()
        rows = await self.sql.rows("joining_communities", gone=gone, kept=kept)
        return {row["community"] for row in rows}

    async def join(self, gone: str, kept: Person) -> None:
        """Give everything of `gone`'s to `kept`, who is there already; how they stand now is the caller's to save.

        That is: the tickets they reported or work on, what they follow (one household counts once, and whoever
        reported a ticket does not follow it), their words, photos, examples and accounts; a code either had is void.
        Letters are the caller's matter: where they go now, the rules say. The caller holds communities(), or another
        process may be deciding about what changes here.
        """
        await self.sql.flush()
        both = {"gone": gone, "kept": kept.id}
        await self.sql.run("joining_listings", **both)
        await self.sql.run("joining_tickets", **both)
        twice = [dict(row) for row in await self.sql.rows("joining_twice", **both)]
        await self.sql.run_many("joining_unfollow", twice)
        await self.sql.run_many("joining_uncount", [{"ticket": row["ticket"]} for row in twice])
        for query in GIVEN:
            await self.sql.run(query, **both)
        await self.sql.run("joining_alias", **both, name=kept.name)
        self._forget()

    async def part(self, address: Address, was: Person, fresh: Person) -> bool:
        """Let one account of `was` be `fresh`'s, who is nobody yet; codes of `was` are void.

        False, and nothing happens, when it is not theirs or the community file says it is.
        """
        await self.sql.flush()
        found = await self.sql.run("joining_part", address=address, person=fresh.id, was=was.id)
        if not found:
            return False
        await self.sql.run("joining_codes", gone=was.id, kept=was.id)
        if was.listed:
            await self.sql.run("directory_bump")
        self._forget()
        await self.sql.run_many("people_save", [row_from(fresh)])
        return True

    def _forget(self) -> None:
        """Whatever the turn knew of them, their tickets, their letters."""
        for room in self.sql.rooms:
            room.forget_known()

    async def letters(self, person: str) -> list[Owed]:
        """What is owed to the person and nobody is sending just now, in the order it was owed, with what could not be told
        them yet; no cards."""
        await self.sql.flush()
        rows = await self.sql.rows("joining_owed", person=person)
        rows += await self.sql.rows("joining_owed_untold", person=person)
        return sorted(map(owed_from, rows), key=lambda letter: letter.id)

    async def taken_marks(self, marks: Collection[str]) -> set[str]:
        """Which of these marks (`Owed.once`) letters have."""
        return {row["once"] for row in await self.sql.rows("joining_marks", keys=keys_json(marks))}

    async def readdress(self, letters: Iterable[Owed]) -> None:
        """Write down their `routes` and `once` as they stand here, of letters that still wait; where nobody could be told
        before, they are tried again."""
        self.sql.stirs = True
        await self.sql.run_many(
            "joining_readdress",
            [
                {
                    "id": one.id,
                    "once": one.once,
                    "routes": as_json(one.routes),
                    "route": one.routes[0],
                    "chat": chat_of(one.routes[0]),
                    "platform": platform_of(one.routes[0]),
                }
                for one in letters
            ],
        )
