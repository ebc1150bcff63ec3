"""What is stored about one person, all of it; and its erasure.

Erasing is two things. In one turn, whole or not at all: everything found by an index, first of all who they are. Then, in
steps that may be repeated: what has to be looked for, as old letters (finish()); what it still has to look for is
remembered until it is done. The ledger keeps its lines; their ids mean nobody from then on, and are given to nobody.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import asdict, dataclass, replace

from storage.attachments import attachment_from
from storage.connections import Row
from storage.ledger import entry_from
from storage.media_gone import MediaGone
from storage.people import account_from, person_from
from storage.records import Act, Address, Entry, Instant, Kept, Person, Remark, Ticket, resident_id
from storage.statements import Room, Statements, as_json, keys_json
from storage.tickets import Tickets
from storage.web import Web

AT_ONCE = (
    "erase_remarks",
    "erase_followers",
    "erase_examples",
    "erase_dialogues",
    "erase_own_codes",
    "erase_invite_misses",
    "erase_login_links",
    "erase_sessions",
    "erase_data_links",
    "erase_windows",
    "erase_chats",
    "erase_albums",
    "erase_cards",
    "erase_letters",
    "erase_accounts",
    "erase_people",
)
"""What goes whole, in this order."""


@dataclass(frozen=True, slots=True)
class Rest:
    """What is still to be gone through of somebody erased: their ids, accounts and tickets; `traces`: words by which
    an answer that was kept is known as theirs; `files`: hashes of what they sent; `signs`: words of others about them, by
    which letters and messages are known."""

    person: str
    at: Instant
    people: tuple[str, ...]
    accounts: tuple[str, ...]
    tickets: tuple[str, ...]
    traces: tuple[str, ...]
    files: tuple[str, ...]
    signs: tuple[str, ...] = ()


Found = Mapping[str, list[Row]]
"""What was found of somebody erased, by the query that found it."""


class Personal(Room):
    """`turn.personal`."""

    def __init__(self, statements: Statements, tickets: Tickets, web: Web, files: MediaGone) -> None:
        super().__init__(statements)
        self._read_tickets, self._web, self._files = tickets, web, files

    async def kept(self, person: Person) -> Kept:
        """Read it all, but for letters and messages: see counted()."""
        await self.sql.flush()
        ids = (person.id, *(row["id"] for row in await self.sql.rows("personal_aliases", person=person.id)))
        accounts = tuple(map(account_from, await self.sql.rows("accounts_of", keys=keys_json([person.id]))))
        people, own = keys_json(ids), keys_json(account.address for account in accounts)
        counts = await self.sql.row("personal_counts", people=people, accounts=own)
        assert counts is not None, "numbers are always there"
        said = await self.sql.rows("personal_said", people=people)
        photos = await self.sql.rows("personal_photos", people=people)
        return Kept(
            person=person,
            ids=ids,
            accounts=accounts,
            reported=await self._tickets("personal_reported", people),
            followed=await self._tickets("personal_followed", people),
            remarks=tuple(Remark(row["ticket"], row["at"], row["person"], row["words"]) for row in said),
            attachments=tuple(map(attachment_from, photos)),
            dialogues=counts["dialogues"],
            examples=counts["examples"],
        )

    async def counted(self, kept: Kept) -> Kept:
        """Return it with how many letters and messages there are. In a view: it reads them through."""
        people, accounts = keys_json(kept.ids), keys_json(account.address for account in kept.accounts)
        row = await self.sql.row("personal_letters", people=people, accounts=accounts)
        assert row is not None, "numbers are always there"
        return replace(kept, letters=row["letters"], messages=row["messages"])

    async def _tickets(self, query: str, people: str) -> tuple[Ticket, ...]:
        ids = [row["id"] for row in await self.sql.rows(query, people=people)]
        return tuple((await self._read_tickets.get_many(ids)).values())

    # --- erasing --------------------------------------------------------------------------------------------------

    async def reword(self, tickets: Collection[str], words: Callable[[str, str], str]) -> list[str]:
        """Write what was added to these tickets and below their photos anew, as `words(ticket, words)` has it; return the
        tickets where anything changed."""
        await self.sql.flush()
        changed: set[str] = set()
        for read, write in (
            ("personal_added", "personal_add_anew"),
            ("personal_captions", "personal_caption_anew"),
        ):
            rows = await self.sql.rows(read, tickets=keys_json(tickets)) if tickets else []
            anew = [(row, words(row["ticket"], row["words"])) for row in rows]
            left = [(row, left) for row, left in anew if left != row["words"]]
            await self.sql.run_many(write, [{"id": row["id"], "words": left} for row, left in left])
            changed |= {row["ticket"] for row, _ in left}
        return sorted(changed)

    async def erase(self, kept: Kept, traces: Collection[str], signs: Collection[str], now: Instant) -> None:
        """Erase at once what can be found at once; the tickets as they shall stand are the caller's to save first.

        `traces`: words by which kept answers are known as theirs; `signs`: words of others about them, by which letters
        and messages are known that repeat those. The caller holds the communities of `kept`.
        """
        await self.sql.flush()
        accounts = [account.address for account in kept.accounts]
        tickets = [ticket.id for ticket in kept.reported]
        given = {
            "people": keys_json(kept.ids),
            "accounts": keys_json(accounts),
            "tickets": keys_json(tickets),
        }
        for query in AT_ONCE:
            await self.sql.run(query, **given)
        await self.sql.run_many("erase_dialogues_naming", [{"trace": as_json(one)} for one in accounts])
        await self.sql.run("erase_photos", ids=keys_json(one.id for one in kept.attachments))
        files = sorted({one.sha256 for one in kept.attachments if one.sha256})
        await self._files.let_go(files, now)
        rest = Rest(
            kept.person.id,
            now,
            kept.ids,
            tuple(accounts),
            tuple(tickets),
            (*traces, *signs),
            tuple(files),
            tuple(signs),
        )
        # The ids their accounts would be given anew: in the ledger they are somebody else's. At a time before all times:
        # whoever has such an id is not erased.
        ids = dict.fromkeys(map(resident_id, accounts), -now) | dict.fromkeys(kept.ids, now)
        rows = [
            {"person": id, "at": at, "rest": as_json(asdict(rest)) if id == kept.person.id else ""}
            for id, at in sorted(ids.items())
        ]
        await self.sql.run_many("erased_add", rows)
        await self.sql.run("directory_bump")
        for room in self.sql.rooms:
            room.forget_known()

    async def words_go_later(self, tickets: Collection[str]) -> None:
        """What was said of these open matters goes when they are over."""
        await self.sql.run_many("words_go_later", [{"ticket": id} for id in tickets])

    # --- what is gone through afterwards --------------------------------------------------------------------------

    async def unfinished(self) -> Rest | None:
        """Whose erasure is not done, the oldest."""
        row = await self.sql.row("erased_unfinished")
        if row is None:
            return None
        told = json.loads(row["rest"])
        names = ("people", "accounts", "tickets", "traces", "files", "signs")
        lists = {name: tuple(told.get(name, ())) for name in names}
        return Rest(row["person"], row["at"], **lists)

    async def back(self) -> list[Person]:
        """Whoever was erased and is there again: a backup from before was put back (storage/backup.py)."""
        await self.sql.flush()
        return [person_from(row) for row in await self.sql.rows("erased_back")]

    async def found(self, rest: Rest) -> Found:
        """Look through everything for what is left of them. In a view: it reads a quarter's letters."""
        accounts = keys_json(rest.accounts)
        # As they stand inside a kept answer, which is JSON.
        traces = keys_json([*rest.accounts, *map(_inside, rest.traces)])
        asked: Mapping[str, Mapping[str, str]] = {
            "erase_letters_to": {"people": keys_json(rest.people), "accounts": accounts},
            "erase_letters_about": {
                "tickets": keys_json(rest.tickets),
                "signs": keys_json(map(_inside, rest.signs)),
            },
            "erase_messages_about": {"signs": keys_json(rest.signs)},
            "erase_cards_of": {"tickets": keys_json(rest.tickets)},
            "erase_messages_of": {"accounts": accounts},
            "erase_answers_of": {"traces": traces},
            "erase_keys_of": {"accounts": accounts},
            "erase_aside_of": {"traces": traces},
        }
        return {query: await self.sql.rows(query, **given) for query, given in asked.items()}

    async def finish(self, rest: Rest, found: Found, instead: str, now: Instant) -> bool:
        """Erase what was found; True when that was all, and nothing is remembered of them any more.

        Letters to them go, those about their tickets lose their words (of the web chat's messages they became,
        `instead` stays), kept answers lose theirs. What is still to be sent is left for the next time.
        """

        async def of(query: str, column: str, rows: Iterable[Row], name: str) -> None:
            await self.sql.run(query, **{name: keys_json(row[column] for row in rows)})

        own, about = found["erase_letters_to"], found["erase_letters_about"]
        await self._take_from_chat(found, instead, now)
        await self.sql.flush()
        await of("erase_letters_of", "id", own, "ids")
        await of("erase_untold_ways", "id", (row for row in about if row["fate"] == "untold"), "ids")
        await of("erase_bodies", "id", about, "ids")
        said = found["erase_messages_of"]
        await of("erase_messages", "id", said, "ids")
        shown = {sha256 for row in said for sha256 in json.loads(row["photos"])}
        await self._files.let_go({*rest.files, *shown}, now)
        await of("erase_answers", "key", found["erase_answers_of"], "keys")
        await of("erase_keys", "key", found["erase_keys_of"], "keys")
        await of("erase_aside", "key", found["erase_aside_of"], "keys")
        for room in self.sql.rooms:
            room.forget_known()
        if any(row["fate"] in ("waiting", "claimed") for row in (*own, *about)):
            return False
        await self.sql.run("erased_finish", person=rest.person)
        return True

    async def _take_from_chat(self, found: Found, instead: str, now: Instant) -> None:
        """Take their words and photos out of what the web chat shows of their tickets; a living card is written anew."""
        cards = {(row["place"], row["message"]) for row in found["erase_cards_of"]}
        became = {(row["sent_chat"], row["sent_message"]) for row in found["erase_letters_about"]}
        became |= {(row["chat"], str(row["id"])) for row in found["erase_messages_about"]}
        for chat, message in sorted((chat or "", message or "") for chat, message in became | cards):
            if not message or not chat.startswith("web:"):
                continue
            shown = await self._web.get(Address(chat), message)
            if shown is None or shown.text == instead:
                continue
            if (chat, message) in cards:
                await self._web.edit(shown.chat, shown.id, shown.heading, shown.text, shown.buttons, (), now)
            else:
                await self._web.edit(shown.chat, shown.id, "", instead, at=now)

    # --- for the staff --------------------------------------------------------------------------------------------

    async def lines(self, community: str, before: int, limit: int, act: Act | None = None) -> list[Entry]:
        """What was done with residents' data, the latest first: lines with a `seq` below `before`, one act's or all."""
        await self.sql.flush()
        asked = {"community": community, "before": before, "limit": limit, "act": act}
        return [entry_from(row) for row in await self.sql.rows("personal_lines", **asked)]

    async def named(self, community: str, sought: str, limit: int) -> list[Person]:
        """Residents of the community with this in their name, or this phone or account."""
        await self.sql.flush()
        rows = await self.sql.rows("personal_named", community=community, sought=sought, limit=limit)
        return [person_from(row) for row in rows]

    # --- links ----------------------------------------------------------------------------------------------------

    async def put_link(self, token_hash: str, person: str, expires_at: Instant) -> None:
        """The link by which they see what is stored about them; the one before opens nothing any more, and who is inside
        by it is outside."""
        await self.sql.run("data_links_forget", person=person)
        await self.sql.run("data_links_add", token_hash=token_hash, person=person, expires_at=expires_at)

    async def open_link(self, token_hash: str, opened: str, now: Instant) -> bool:
        """Use the link up; until it would have been over, `opened` (the hash of a secret nobody else knows) shows what it
        did. False when there is none, it was used, or is too old."""
        row = {"token_hash": token_hash, "opened": opened, "now": now}
        return bool(await self.sql.write_returning("data_links_open", **row))

    async def of_link(self, token_hash: str, now: Instant) -> str | None:
        """Whose it is, a link's or what it became; None for none, and for one that is over (at `expires_at` it is)."""
        found: str | None = await self.sql.value("data_links_person", token_hash=token_hash, now=now)
        return found


def _inside(words: str) -> str:
    """Return words as they stand inside of JSON."""
    return as_json(words)[1:-1]
