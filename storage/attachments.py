"""Photos and voices of tickets, and those still waiting for the words they belong to. The bytes: storage/media.py."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from storage.connections import Row
from storage.records import Address, Attachment, Instant
from storage.statements import Lists, Room, Statements

Sought = tuple[Address, Address, Instant]
"""Who sent it where, and since when it counts: (chat, account, since)."""


def attachment_from(row: Row) -> Attachment:
    return Attachment(
        id=row["id"],
        ticket=row["ticket"],
        at=row["at"],
        platform=row["platform"],
        kind=row["kind"],
        ref=row["ref"],
        person=row["person"],
        size=row["size"],
        sha256=row["sha256"],
        failed=row["failed"],
        after=bool(row["after"]),
        caption=row["caption"],
    )


class Attachments(Room):
    """`turn.media`. Ids are given by add() and put_loose(), whatever the attachment said before.

    `to_come`: this turn wrote down one that is still to be fetched.
    """

    def __init__(self, statements: Statements) -> None:
        super().__init__(statements)
        self._of: Lists[Attachment] = Lists(statements, "attachments_of", "ticket", attachment_from)
        # What loose() has read, until anything changes.
        self._loose: dict[Sought, list[Attachment]] = {}
        self.to_come = False

    async def add(self, attachment: Attachment) -> Attachment:
        """Keep it and return it with its id."""
        return await self._insert(attachment, chat=None, account=None, album=None)

    async def put_loose(
        self, chat: Address, account: Address, album: str | None, attachment: Attachment
    ) -> Attachment:
        """Keep one that came without a ticket, under who sent it where; return it with its id."""
        return await self._insert(attachment, chat=chat, account=account, album=album)

    async def loose(self, chat: Address, account: Address, since: Instant) -> list[Attachment]:
        """What the account sent in the chat from `since` on and no ticket has yet, oldest first."""
        await self.look_up_loose([(chat, account, since)])
        return list(self._loose[chat, account, since])

    async def look_up_loose(self, sought: Collection[Sought]) -> None:
        """Read together, for each (chat, account, since), what loose() then finds in the turn."""
        unknown = [one for one in dict.fromkeys(sought) if one not in self._loose]
        each = [{"chat": chat, "account": account, "since": since} for chat, account, since in unknown]
        found = await self.sql.rows_of_each("attachments_loose", each)
        for one, rows in zip(unknown, found, strict=True):
            self._loose[one] = [attachment_from(row) for row in rows]

    async def of(self, ticket: str) -> list[Attachment]:
        """Oldest first."""
        return await self._of.of(ticket)

    async def of_many(self, tickets: Collection[str]) -> dict[str, list[Attachment]]:
        """Those of each of them; of() then finds them in the turn."""
        return await self._of.of_many(tickets)

    async def attach(self, id: int, ticket: str) -> None:
        """It belongs to the ticket from now on."""
        self._of.forget(ticket)
        self._loose.clear()
        for row in await self.sql.write_returning("attachments_attach", id=id, ticket=ticket):
            self.sql.about.add(ticket)
            self._list(ticket, row["caption"])

    async def to_fetch(self, limit: int = 20) -> list[Attachment]:
        """Those whose bytes are neither here nor given up, oldest first."""
        return [attachment_from(row) for row in await self.sql.rows("attachments_to_fetch", limit=limit)]

    async def kept(self, id: int, sha256: str, size: int) -> None:
        """Its bytes (`size` of them) stand in the media folder under `sha256`."""
        self._of.forget()
        self._loose.clear()
        kept = await self.sql.write_returning("attachments_kept", id=id, sha256=sha256, size=size)
        self.sql.about.update(row["ticket"] for row in kept if row["ticket"])
        if not kept:
            # Erased while its bytes were fetched.
            await self.sql.run_many("media_let_go", [{"sha256": sha256, "at": 0}])

    async def failed(self, id: int, why: str) -> None:
        """Its bytes will never be here; `why` must say something."""
        self._of.forget()
        self._loose.clear()
        await self.sql.run("attachments_failed", id=id, why=why or "?")

    async def album_ticket(self, chat: Address, album: str) -> str | None:
        """The ticket that the first photo of this album became."""
        found: str | None = await self.sql.value("albums_ticket", chat=chat, album=album)
        return found

    async def set_album(self, chat: Address, album: str, ticket: str, at: Instant) -> None:
        """What still comes with this album belongs to the ticket."""
        await self.sql.run("albums_set", chat=chat, album=album, ticket=ticket, at=at)

    def forget_known(self) -> None:
        self._of.forget()
        self._loose.clear()

    async def _insert(
        self, attachment: Attachment, *, chat: Address | None, account: Address | None, album: str | None
    ) -> Attachment:
        if attachment.ticket is not None:
            self._of.forget(attachment.ticket)
        self._loose.clear()
        (number,) = await self.sql.counters.ids("attachments")
        self.sql.stirs = True
        self.to_come |= attachment.sha256 is None and not attachment.failed
        await self.sql.run(
            "attachments_add",
            id=number,
            ticket=attachment.ticket,
            at=attachment.at,
            platform=attachment.platform,
            kind=attachment.kind,
            ref=attachment.ref,
            person=attachment.person,
            size=attachment.size,
            sha256=attachment.sha256,
            failed=attachment.failed,
            after=int(attachment.after),
            caption=attachment.caption,
            chat=chat,
            account=account,
            album=album,
        )
        if attachment.ticket is not None:
            self.sql.about.add(attachment.ticket)
            self._list(attachment.ticket, attachment.caption)
        return replace(attachment, id=number)

    def _list(self, ticket: str, caption: str) -> None:
        if caption:
            self.sql.to_list[ticket].append(caption)
