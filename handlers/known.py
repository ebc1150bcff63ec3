"""What is known when something is decided: read by the desk beforehand, asked by every rule."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from handlers.messages import Inbound
from handlers.opinion import Opinion
from handlers.reading import DEFAULT, Words
from handlers.wording import Tongue, legible
from storage.records import (
    Account,
    Address,
    Attachment,
    Card,
    Community,
    Compound,
    Deadline,
    Dialogue,
    Directory,
    Grid,
    Instant,
    Line,
    Meeting,
    MeetingItem,
    Owed,
    Person,
    Remark,
    Role,
    Standing,
    Ticket,
    chat_of,
    fresh_id,
)


@dataclass(frozen=True, slots=True)
class File:
    """One ticket with everything that hangs on it.

    `resolution`: what a meeting resolved about it last, and which one, where that is to be told.
    """

    ticket: Ticket
    deadlines: tuple[Deadline, ...] = ()
    followers: tuple[str, ...] = ()
    told: tuple[Owed, ...] = ()
    cards: tuple[Card, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    story: tuple[Line, ...] = ()
    resolution: tuple[MeetingItem, Meeting] | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """The joint meeting as it stands: the one under way, what it has decided, and those to come, the next first.

    `tickets`: those of `items`, by id. `last`: the one whose minutes are asked for, under way or the last that was
    closed. `files`: of everything left to be heard, when the meeting is closed. `coming_id` and `coming_number`: what a
    new one is called, and which of the year it is when it begins.
    """

    under_way: Meeting | None = None
    items: tuple[MeetingItem, ...] = ()
    to_come: tuple[Meeting, ...] = ()
    tickets: Mapping[str, Ticket] = field(default_factory=dict)
    last: Meeting | None = None
    remarks: Mapping[str, tuple[Remark, ...]] = field(default_factory=dict)
    files: tuple[File, ...] = ()
    coming_id: str = ""
    coming_number: int = 1
    coming_year: int = 0

    def left(self, queue: Iterable[Ticket]) -> tuple[Ticket, ...]:
        """Return what of the queue this meeting has not settled; what came back to it since is to be heard again."""
        heard = {item.ticket: item.at for item in self.items}
        return tuple(t for t in queue if t.id not in heard or (t.queued_at or 0) > heard[t.id])


@dataclass(frozen=True, slots=True)
class Known:
    """The state of the world around one message or one deadline.

    `speaker` is who spoke (None: hidden by the platform, or the clock itself); `newcomer`: they are not stored yet.
    `grid` is the one the chat belongs to, or the speaker's own in a private chat. `aside`: the question put to them in
    private about the complaint they have just made here. `file` is the ticket the message
    names, by number, button or reply; `target` the second one of a merge. `here`: open tickets of the grid, newest first. `over`: those
    closed within days, where something is said to have come again. `mine`: the speaker's.
    `table`: the joint meeting, where the message is about it. `todo`: what the speaker has to do; `next_due`: when the next clock of each listed ticket runs out. `opinion`: what somebody else thinks of a message in the unsure middle. `loose`: their photos still waiting for words. `after_talk`: the last thing said in the chat was talk. `numbers`: the next free one of each community a report made now may become a ticket of. `standing`: how the grid stands, where its board is asked for. `pages`: where our pages are, "" where nobody outside can open them.
    """

    directory: Directory
    now: Instant
    platform: str = ""
    speaker: Person | None = None
    newcomer: bool = False
    account: Address | None = None
    grid: Grid | None = None
    community: Community | None = None
    dialogue: Dialogue | None = None
    aside: Dialogue | None = None
    file: File | None = None
    target: File | None = None
    after_talk: bool = False
    here: tuple[Ticket, ...] = ()
    over: tuple[Ticket, ...] = ()
    mine: tuple[Ticket, ...] = ()
    todo: tuple[Ticket, ...] = ()
    queue: tuple[Ticket, ...] = ()
    table: Table | None = None
    opinion: Opinion | None = None
    loose: tuple[Attachment, ...] = ()
    album_ticket: str | None = None
    numbers: Mapping[str, int] = field(default_factory=dict)
    done_today: tuple[int, int] = (0, 0)
    next_due: Mapping[str, Instant] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)
    words: Words = DEFAULT
    standing: Standing | None = None
    pages: str = ""

    @property
    def tongue(self) -> Tongue:
        """How to speak to the one who spoke."""
        language = self.speaker.language if self.speaker else "zh"
        return Tongue(language, self.community.timezone if self.community else "Asia/Shanghai", self.now)

    def name(self, person: str | None) -> str:
        """Return how a person is called; "" for nobody."""
        if person is None:
            return ""
        listed = self.directory.people.get(person)
        if listed is not None:
            return listed.name
        if self.speaker is not None and self.speaker.id == person:
            return self.speaker.name
        return self.names.get(person, "")

    def compound(self, grid: Grid) -> Compound:
        return self.directory.compounds[grid.compound]

    def overheard(self, inbound: Inbound) -> bool:
        """True where more people read along than the speaker and the staff: nothing private may be said there."""
        staff = chat_index(self.directory).staff_community(self.directory, inbound.chat)
        return not inbound.private and staff is None

    def grid_of(self, ticket: Ticket) -> Grid | None:
        """None when the grid left the community file while the ticket was open."""
        return self.directory.grids.get(ticket.grid)

    def community_of(self, ticket: Ticket) -> Community:
        return self.directory.communities[ticket.community]

    def has_account(self, person: str) -> bool:
        """True when a listed person can be written to on some platform."""
        return any(account.reachable is not False for account in self.directory.accounts.get(person, ()))

    def staff(self, community: str) -> tuple[str, ...]:
        """Ids of the duty staff: everybody listed as staff in the community, in a steady order."""
        return chat_index(self.directory).staff.get(community, ())


def people_with(directory: Directory, community: str, *roles: Role) -> tuple[str, ...]:
    """Return the ids of listed people of a community holding one of the roles, sorted."""
    wanted = frozenset(roles)
    return tuple(
        sorted(p.id for p in directory.people.values() if p.community == community and p.roles & wanted)
    )


@dataclass(frozen=True, slots=True)
class ChatIndex:
    """Whose a chat is: `grids` and `communities` by group chat, `people` (listed) by account; ids, no topics.

    `streets`: the communities of a street's chat. And who is on duty: `staff` by community.
    """

    grids: Mapping[Address, str]
    communities: Mapping[Address, str]
    streets: Mapping[Address, tuple[str, ...]]
    people: Mapping[Address, str]
    staff: Mapping[str, tuple[str, ...]]

    def grid(self, directory: Directory, chat: Address) -> Grid | None:
        """The grid a group is bound to, whichever of its topics is spoken in."""
        return directory.grids.get(self.grids.get(chat_of(chat), ""))

    def staff_community(self, directory: Directory, chat: Address) -> Community | None:
        return directory.communities.get(self.communities.get(chat_of(chat), ""))


def _streets(directory: Directory) -> dict[Address, tuple[str, ...]]:
    found: dict[Address, tuple[str, ...]] = {}
    for community in directory.communities.values():
        for chat in {chat_of(chat) for chat in community.street_chats}:
            found[chat] = (*found.get(chat, ()), community.id)
    return found


_indexed: list[tuple[Directory, ChatIndex]] = []


def chat_index(directory: Directory) -> ChatIndex:
    """Return the index of a directory; the last one is kept, since every message asks for it."""
    if not _indexed or _indexed[0][0] is not directory:
        index = ChatIndex(
            grids={chat_of(chat): grid.id for grid in directory.grids.values() for chat in grid.chats},
            communities={
                chat_of(chat): c.id for c in directory.communities.values() for chat in c.staff_chats
            },
            streets=_streets(directory),
            people={a.address: a.person for own in directory.accounts.values() for a in own},
            staff={id: people_with(directory, id, Role.STAFF) for id in directory.communities},
        )
        _indexed[:] = [(directory, index)]
    return _indexed[0][1]


def newcomer(inbound: Inbound, community: str, home_grid: str | None, directory: Directory) -> Person | None:
    """Return a record for somebody who speaks for the first time; None when the platform hides them."""
    if inbound.sender is None:
        return None
    return Person(
        id=fresh_id(inbound.sender.account, directory.erased),
        community=community,
        name=legible(inbound.sender.name)[:64].strip("\u200d ") or "居民",
        home_grid=home_grid,
    )


def routes(accounts: Iterable[Account]) -> tuple[Address, ...]:
    """Return where a person can be written to, the account used last first, leaving out what is known to be shut."""
    usable = [a for a in accounts if a.reachable is not False]
    return tuple(a.address for a in sorted(usable, key=lambda a: a.last_used_at, reverse=True))
