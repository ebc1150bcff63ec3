"""The program without its platforms: a desk on a database, a clock turned by hand, a post office, and people."""

from __future__ import annotations

import asyncio
import logging
import shutil
from collections.abc import Coroutine, Sequence
from contextlib import AsyncExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

from handlers import invites
from handlers.desk import Desk
from handlers.messages import Answer, Event, Inbound, Piece, Sender
from storage.database import StorageFailed, Store, open_store
from storage.records import DAY, MINUTE, SECOND, Address, Instant, Role, Span, chat_of, platform_of
from tests.databases import postgres_database
from tests.properties.furniture import folder, furnish, furnished, read_in
from tests.properties.people import CAST, FILES, GROUPS
from tests.properties.picture import Picture, Pictures, ServerPictures
from tests.properties.post import Post
from tests.properties.words import FREE_WORDS

NOON: Instant = 1_795_323_600_000
"""Sunday 2026-11-22 13:00 in Shanghai."""

MOST_TRIES = 5

Result = TypeVar("Result")


class Complaints(logging.Handler):
    """What the program logs as gone wrong. Letters nobody can get are none."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.heard: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.heard.append(self.format(record))


class House:
    """The program and everybody around it. `desks`: in so many processes on one PostgreSQL, which take turns; a single
    one has a SQLite file."""

    def __init__(self, desks: int = 1) -> None:
        self._runner = asyncio.Runner()
        self._around = AsyncExitStack()
        self.now = NOON
        self.post = Post()
        self.said: list[Inbound] = []
        self.answers: dict[str, Answer] = {}
        self._words = self._turns = 0
        self.complaints = Complaints()
        logging.getLogger("handlers").addHandler(self.complaints)
        self.url, self._pictures = self.run(self._database(shared=desks > 1))
        self._open: list[tuple[Store, Desk]] = []
        self._begin(desks)

    async def _database(self, *, shared: bool) -> tuple[str, Pictures | ServerPictures]:
        if not shared:
            path = Path(folder()) / "huying.db"
            self._around.callback(shutil.rmtree, path.parent)
            # In a thread: it has a loop of its own.
            shutil.copy(await asyncio.to_thread(furnished), path)
            return f"sqlite:///{path}", Pictures(path)
        url = await self._around.enter_async_context(postgres_database(migrated=True))
        await furnish(url)
        return url, await ServerPictures.of(url)

    def _begin(self, desks: int) -> None:
        for _ in range(desks):
            store = self.run(open_store(self.url, readers=1))
            self._open.append((store, Desk(store)))

    def run(self, work: Coroutine[Any, Any, Result]) -> Result:
        return self._runner.run(work)

    @property
    def store(self) -> Store:
        return self._open[self._turns % len(self._open)][0]

    @property
    def desk(self) -> Desk:
        return self._open[self._turns % len(self._open)][1]

    def close(self) -> None:
        self.run(self._closed())
        self._runner.close()
        logging.getLogger("handlers").removeHandler(self.complaints)

    async def _closed(self) -> None:
        for store, _ in self._open:
            await store.close()
        await self._pictures.close()
        await self._around.aclose()

    def picture(self) -> Picture:
        return self.run(self._pictures.take())

    # --- people ---------------------------------------------------------------------------------------------------

    def inbound(self, who: str, where: str, text: str = "", **more: Any) -> Inbound:
        """What somebody says in a group, or in "private" (a further number picks the account)."""
        sender, chat = self._seat(who, where)
        private = where.startswith("private")
        return Inbound(
            key=f"{platform_of(chat)}:{len(self.said) + 1}",
            at=self.now,
            chat=chat,
            private=private,
            sender=sender,
            text=text,
            **{"message": self.post.next_message(chat), **more},
        )

    def _seat(self, who: str, where: str) -> tuple[Sender | None, Address]:
        if who == "nobody":
            return None, Address(where)
        person = CAST[who]
        if where.startswith("private"):
            account = person.accounts[int(where[7:] or 0) % len(person.accounts)]
            return Sender(Address(account), person.name), Address(account)
        platform = platform_of(Address(where))
        own = [account for account in person.accounts if account.startswith(f"{platform}:")]
        # Without an account there they are somebody new on that platform, of the same name.
        account = own[0] if own else f"{platform}:9{sum(map(ord, who))}"
        return Sender(Address(account), person.name), Address(where)

    def marked(self, text: str) -> str:
        """Free words with a mark of their own, so that they are known wherever they turn up (the reader takes it for a
        sticker); an order or an answer that
        has to stand as it is stays as it is."""
        if not text.endswith(FREE_WORDS):
            return text
        self._words += 1
        number, letters = self._words, ""
        while number:
            number, digit = divmod(number, 26)
            letters = "abcdefghijklmnopqrstuvwxyz"[digit] + letters
        return f"{text} [暗号{letters}z]"

    def hears(self, *said: Inbound) -> list[Answer]:
        """All of these are said at the same moment."""
        self.now += SECOND
        self.said += said

        async def together() -> list[Answer]:
            return await asyncio.gather(*(self._taken(one, at) for at, one in enumerate(said)))

        answers = self.run(together())
        self._turns += 1
        for one, answer in zip(said, answers, strict=True):
            self.answers.setdefault(one.key, answer)
        return answers

    async def _taken(self, inbound: Inbound, at: int) -> Answer:
        """Bring a message to whichever process's turn it is, and again as long as that one cannot store it."""
        for tries in range(MOST_TRIES):
            _, desk = self._open[(self._turns + at + tries) % len(self._open)]
            try:
                return await desk.receive(inbound, self.now)
            except StorageFailed:
                assert len(self._open) > 1, "nobody else is there to be waited for"
        raise AssertionError(f"{inbound.key} could not be stored in {MOST_TRIES} tries")

    def happens(self, event: Event, chat: Address, moved_to: Address | None = None) -> None:
        """Something happens to a chat: blocked, thrown out, back again, moved."""
        plain = chat_of(chat)
        if event in (Event.BLOCKED, Event.REMOVED):
            self.post.shut.add(plain)
        elif event in (Event.UNBLOCKED, Event.ADDED):
            self.post.shut.discard(plain)
        key = f"{platform_of(chat)}:{len(self.said) + 1}"
        private = plain not in GROUPS
        self.hears(Inbound(key, self.now, plain, private, None, event=event, moved_to=moved_to))

    def invite(self, role: Role, grid: str | None, community: str = "jinghe") -> str:
        """Make a code that binds whoever says it."""
        code = f"CODE{len(self.said):04d}"

        async def make() -> None:
            async with self.store.turn() as turn:
                until = self.now + DAY
                await turn.invites.create(invites.code_hash(code), role, grid, community, until)

        self.run(make())
        return code

    def piece(self, kind: str = "photo") -> Piece:
        number = len(self.said)
        return Piece(kind, f"ref-{number}", 1000, f"{number:064x}" if number % 2 else None)

    # --- time and chance --------------------------------------------------------------------------------------------

    def carry(self, rounds: int = 1000) -> None:
        """The post goes."""
        self.run(self.post.go(self.store, self.desk, self.now, rounds=rounds))

    def alarm(self) -> Instant | None:
        """The alarm rings in every process at once; return when the next deadline falls."""

        async def everywhere() -> list[Instant | None]:
            return await asyncio.gather(*(desk.sweep(self.now) for _, desk in self._open))

        first = self.run(everywhere())
        self._turns += 1
        return first[0] if len(first) == 1 else self.run(self.desk.sweep(self.now))

    def forward(self, span: Span, *, running: bool = True) -> None:
        """Time passes; the alarm rings at every deadline on the way, or, when nothing ran, once at the end."""
        self.run(self.post.come_home(self.store, self.desk))
        goal = self.now + span
        due = self.alarm() if running else None
        while running and due is not None and due <= goal:
            self.run(self._beat(max(due - SECOND, self.now)))
            self.now = max(due, self.now)
            due = self.alarm()
            self.carry()
        if running:
            self.run(self._beat(max(goal - SECOND, self.now)))
        self.now = goal
        self.alarm()
        self.carry()

    async def _beat(self, now: Instant) -> None:
        async with self.store.turn() as turn:
            await turn.pulse.beat(now)

    def restart(self) -> None:
        """The process whose turn it is ends in peace, and another one begins on the same database."""
        store, _ = self._open.pop(self._turns % len(self._open))
        self.run(store.close())
        self._begin(1)

    def read_in(self, name: str) -> None:
        self.run(read_in(self.store, FILES[name]))

    def deletes(self, message: tuple[Address, str]) -> None:
        """Somebody deletes a message of the bot."""
        self.post.standing.pop(message, None)

    def again(self, which: int) -> tuple[Inbound, Answer]:
        """The platform brings a message once more; return it with its answer."""
        inbound = self.said[which % len(self.said)]
        return inbound, self.run(self.desk.receive(inbound, self.now))


def reworded(inbound: Inbound, key: str, text: str) -> Inbound:
    """The same message, edited."""
    return replace(inbound, key=key, text=text, edited=True, pieces=(), press=None, start=None)


PAUSES: Sequence[Span] = (
    SECOND,
    4 * SECOND,
    MINUTE,
    4 * MINUTE,
    6 * MINUTE,
    11 * MINUTE,
    31 * MINUTE,
    5 * 60 * MINUTE,
    DAY,
    4 * DAY,
)
