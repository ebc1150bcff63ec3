"""One turn at the store: the rooms, standing on one transaction.

Writes are collected per room and go out together, with executemany, at the end of the turn or just before a query
that must see them; what is read by key is remembered. So sixty-four messages in one turn cost few statements.
Methods called "buffered" are not coroutines.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from storage.attachments import Attachments
from storage.cards import Cards
from storage.chats import Chats
from storage.connections import Connection
from storage.deadlines import Deadlines
from storage.dialogues import Dialogues
from storage.directory import DirectoryRoom
from storage.errands import Errands
from storage.examples import Examples
from storage.figures import Figures
from storage.inbox import Inbox
from storage.invites import Invites
from storage.jobs import Jobs, Pulse
from storage.joining import Joining
from storage.ledger import Ledger
from storage.marks import Marks
from storage.media_gone import MediaGone
from storage.meetings import Meetings
from storage.notices import Notices
from storage.outbox import Outbox
from storage.people import People
from storage.personal import Personal
from storage.proposals import Proposals, Replays
from storage.records import Instant, Line
from storage.retention import Retention
from storage.roster import Roster
from storage.searching import Searching
from storage.sessions import Sessions
from storage.statements import Statements
from storage.tickets import Tickets
from storage.tidying import Tidying
from storage.tokens import Tokens
from storage.untold import Untold
from storage.web import Web
from storage.windows import Windows


@dataclass(frozen=True, slots=True)
class Turned:
    """What became of one turn: how long it stood in the row and how long it took, in seconds, and the ledger lines it
    wrote: none when it was rolled back (`whole` is False). `to_fetch`: it wrote down photos whose bytes are elsewhere.
    `owed`: on which platforms it owed letters, and whether urgent ones (rank 0). `met`: communities whose meetings it wrote. `about`: tickets
    of which it wrote anything, `letters`: letters of whose fate it did."""

    whole: bool
    waited: float
    took: float
    lines: Sequence[Line] = ()
    to_fetch: bool = False
    owed: Collection[tuple[str, bool]] = ()
    met: Collection[str] = ()
    about: Collection[str] = ()
    letters: Collection[int] = ()


class Turn:
    """Made by Store.turn (which writes) and Store.view (which only reads)."""

    def __init__(self, connection: Connection, sql: Mapping[str, str], *, writing: bool) -> None:
        self._statements = statements = Statements(connection, sql, writing=writing)
        self.tickets = Tickets(statements)
        self.deadlines = Deadlines(statements)
        self.ledger = Ledger(statements)
        self.people = People(statements)
        self.dialogues = Dialogues(statements)
        self.inbox = Inbox(statements)
        self.outbox = Outbox(statements)
        self.untold = Untold(statements, self.outbox)
        self.cards = Cards(statements)
        self.chats = Chats(statements)
        self.media = Attachments(statements)
        self.searching = Searching(statements, self.tickets, self.deadlines, self.media)
        self.figures = Figures(statements)
        self.directory = DirectoryRoom(statements)
        self.roster = Roster(statements)
        self.notices = Notices(statements)
        self.media_gone = MediaGone(statements)
        self.errands = Errands(statements, self.media_gone)
        self.examples = Examples(statements)
        self.invites = Invites(statements)
        self.joining = Joining(statements)
        self.sessions = Sessions(statements)
        self.jobs = Jobs(statements)
        self.marks = Marks(statements)
        self.meetings = Meetings(statements)
        self.proposals = Proposals(statements)
        self.pulse = Pulse(statements)
        self.replays = Replays(statements)
        self.tokens = Tokens(statements)
        self.web = Web(statements)
        self.windows = Windows(statements)
        self.personal = Personal(statements, self.tickets, self.web, self.media_gone)
        self.retention = Retention(statements, self.tickets, self.media_gone)
        self._tidying = Tidying(statements, self.media_gone)

    @property
    def shared(self) -> bool:
        """Whether other processes may have turns at the same time: then what a decision rests on must be held."""
        return self._statements.connection.shared

    async def hold(self, names: Collection[str]) -> None:
        """Keep the turns of other processes that hold any of these names out until this turn ends.

        Everything decided inside a community is decided by one process at a time: names are communities' ids, or
        `chat:ADDRESS` while no community is known. To be asked for once, before anything is read that the decision
        rests on. Raises StorageFailed when others hold them for longer than the store's patience.
        """
        self._statements.may_write()
        # What was read before may be what another process has just changed.
        await self._statements.flush()
        if names:
            await self._statements.connection.hold(names)
        for room in self._statements.rooms:
            room.forget_known()

    async def try_hold(self, names: Collection[str]) -> set[str]:
        """Hold those of the names that can be had without waiting, and return them."""
        self._statements.may_write()
        return await self._statements.connection.try_hold(names) if names else set()

    @property
    def stirs(self) -> bool:
        """Whether other processes may have to act on what this turn wrote."""
        return self._statements.stirs

    @property
    def wrote(self) -> Turned:
        """What is to be told of it when it has been committed; it does not know how long it stood and took."""
        lines = self.ledger.written
        return Turned(
            whole=True,
            waited=0,
            took=0,
            lines=lines,
            to_fetch=self.media.to_come,
            owed=self.outbox.owed_on,
            met=self.meetings.written,
            about=self._statements.about | {line.ticket for line in lines if line.ticket},
            letters=self._statements.letters,
        )

    async def flush(self) -> None:
        """Write out everything collected. The turn's end does it by itself."""
        await self._statements.flush()

    async def tidy(self, now: Instant) -> dict[str, int]:
        """Let go what is old enough, a limited number of rows; return how many of each kind went.

        Call it again in another turn until nothing goes any more: small steps keep the write lock short.
        """
        return await self._tidying.tidy(now)

    def end(self) -> None:
        """Refuse further writes, which nobody would commit."""
        self._statements.ended = True
