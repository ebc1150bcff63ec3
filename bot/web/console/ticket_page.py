"""What stands on a ticket's page, read in one turn and put into words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.channels.console import PLATFORM
from bot.web.console import acts
from bot.web.console.acts import Doing, Group
from bot.web.console.office import Asking
from bot.web.console.told import BY_LINK, HOW, Told, link_to, platform_name, told_of
from handlers import handover, masking, places, rungs, story
from handlers.chronicle import Happening, Names, caption_of, chronicle, numbers_in
from handlers.desk.personal import Contact
from handlers.handling import WAITING_FOR
from handlers.handover import DEPARTMENTS
from handlers.known import File, Known, chat_index
from handlers.wording import Tongue, clock_time, text
from storage.records import (
    DAY,
    LENIENT,
    Act,
    Address,
    Attachment,
    Category,
    Clock,
    Deadline,
    Instant,
    Line,
    Person,
    Role,
    Stage,
    Ticket,
    chat_of,
    platform_of,
)
from storage.tidying import AGES
from storage.turn import Turn

MOST_PEOPLE = 60
"""To whom work may be given from a list; of more, the name is typed."""

LETTERS_STAY = AGES["tidy_letters"]

BESIDE = frozenset(
    {Act.FOLLOW, Act.ADD, Act.URGE, Act.SUPERVISE, Act.REMIND, Act.ALERT, Act.SEE}
    | {Act.UNREACHABLE, Act.UNTOLD, Act.TOLD}
)
"""Acts that change nothing of what somebody else is just about to do."""

THEN: Mapping[Clock, str] = {
    Clock.ACCEPT: "ticket.then_accept",
    Clock.ARRIVE: "ticket.then_arrive",
    Clock.RESOLVE: "ticket.then_resolve",
    Clock.PLAN: "ticket.then_plan",
    Clock.REVIEW: "ticket.then_review",
    Clock.MEETING: "ticket.then_meeting",
    Clock.RECALL: "ticket.then_recall",
    Clock.PAUSE: "ticket.then_pause",
}
"""What happens when a clock runs out (handlers/escalation.py)."""


@dataclass(frozen=True, slots=True)
class Running:
    """A clock of the ticket. `due`: when something happens next, None for nothing more: it stands still, or has run out and
    what it was there for has not happened yet. `lenient`: nobody is late by it."""

    clock: Clock
    ends_at: Instant
    due: Instant | None
    late: bool
    lenient: bool
    then: str

    @property
    def still(self) -> bool:
        return self.due is None and not self.late


@dataclass(frozen=True, slots=True)
class Leaf:
    """Everything the template shows. `place` is masked. `said_at`: a link to where it was said, "" for
    none; `origin`: the platform. `letters`: of whom was `told`, by id. `into`: the ticket it was merged into, if the reader may see that."""

    ticket: Ticket
    names: Names
    tongue: Tongue
    place: str
    grid: str
    clocks: Sequence[Running]
    first: Person | None
    worker: str
    handler: Person | None
    lines: Sequence[Line]
    story: Sequence[Happening]
    before: Sequence[Attachment]
    after: Sequence[Attachment]
    told: Sequence[Told]
    letters: frozenset[int]
    origin: str
    said_at: str
    said_how: str
    handler_link: str
    cards: Sequence[tuple[str, str]]
    into: Ticket | None
    doings: Mapping[Group, Sequence[Doing]]
    people: Sequence[Person]
    categories: Sequence[tuple[str, str]]

    @property
    def reporter(self) -> str:
        return self.names.of(self.ticket.reporter) or text("reporter.resident", self.names.language)

    @property
    def rating(self) -> str:
        return text(f"rating.{self.ticket.rating}", self.names.language)

    @property
    def told_went(self) -> int | None:
        """After how many days of its being over what was told is kept no longer, once so many have passed."""
        over = self.ticket.closed_at is not None and self.tongue.now - self.ticket.closed_at > LETTERS_STAY
        return LETTERS_STAY // DAY if over else None

    @property
    def departments(self) -> list[str]:
        return sorted(DEPARTMENTS)

    @property
    def choices(self) -> Mapping[str, Sequence[str]]:
        return {"reason": acts.REASONS, "waiting": tuple(WAITING_FOR), "span": acts.SPANS}

    @property
    def today(self) -> str:
        """The first day a date may be set to."""
        zone = ZoneInfo(self.tongue.zone)
        return datetime.fromtimestamp(self.tongue.now / 1000, zone).date().isoformat()

    def plain(self, words: str) -> str:
        """Return what somebody wrote as it stands on the page, without numbers that lead to a person."""
        return masking.words(words, self.ticket.place)

    def caption(self, photo: Attachment) -> str:
        return caption_of(photo, self.ticket)

    def role(self, person: Person) -> str:
        """Return what somebody is, as it stands behind their name."""
        roles = [
            text(f"role.{one}", self.names.language) for one in Role if one in person.roles - {Role.RESIDENT}
        ]
        if not roles:
            return ""
        return f"（{'、'.join(roles)}）" if self.names.language == "zh" else f" ({', '.join(roles)})"

    def time(self, at: Instant) -> str:
        return clock_time(at, self.tongue)

    def happened_since(self, seen: int, but: str) -> list[str]:
        """Return what others than `but` have done since the story had so many lines, and what of it matters to who
        is just about to act."""
        fresh = [one for one in self.lines[seen:] if one.person != but and one.act not in BESIDE]
        return [
            f"{self.time(one.at)} {self.names.of(one.person) or text('story.clock', self.names.language)}"
            f" {text(f'act.{one.act}', self.names.language)}"
            for one in fresh
        ]


async def read(turn: Turn, asking: Asking, known: Known, file: File) -> Leaf:
    """Return the leaf of a ticket that its reader may see."""
    ticket, directory, language = file.ticket, asking.directory, asking.language
    remarks = await turn.tickets.remarks(ticket.id)
    posted = await turn.outbox.about(ticket.id)
    others = {one.person for one in remarks} | {one.person for one in file.attachments}
    others |= {one.letter.reader.removeprefix(f"{PLATFORM}:") for one in posted}
    names = Names(ticket, directory, {**known.names, **await _names(turn, known, others)}, language)
    accounts = [Address(one.letter.reader) for one in posted if ":" in one.letter.reader]
    behind = await turn.people.by_accounts({chat_of(account) for account in accounts})
    meant = await turn.people.meant_by({one for one in others if one})
    readers = {account: one.id for account, one in behind.items()} | {id: one.id for id, one in meant.items()}
    named = [await turn.tickets.by_number(ticket.community, number) for number in numbers_in(file.story)]
    seen = {one.number: one for one in named if one is not None and asking.sight.sees(one)}
    into = await turn.tickets.get(ticket.merged_into) if ticket.merged_into else None
    photos = list(
        {one.sha256: one for one in file.attachments if one.kind == "photo" and one.sha256}.values()
    )
    may = acts.possible(known, file) if asking.sight.changes else []
    grid = directory.grids.get(ticket.grid)
    people, handler = directory.people, next(iter(rungs.asked(known, ticket)), "")
    return Leaf(
        ticket=ticket,
        names=names,
        tongue=Tongue(language, asking.community.timezone, asking.now),
        place=places.words(masking.place(ticket.place), language),
        grid=f"{known.compound(grid).name} · {grid.name}" if grid else "",
        clocks=_clocks((await turn.deadlines.kept_of_many([ticket.id]))[ticket.id], asking),
        first=people.get(ticket.first_responder or ""),
        worker=story.worker_name(known, ticket),
        handler=people.get("" if ticket.handler_name else handler),
        lines=file.story,
        story=chronicle(ticket, file.story, remarks, file.attachments, names, frozenset(seen)),
        before=[one for one in photos if not one.after],
        after=[one for one in photos if one.after],
        told=told_of(posted, names, directory, readers),
        letters=frozenset(one.letter.id for one in posted),
        origin=platform_name(platform_of(ticket.origin), language) if ticket.origin else "",
        said_at=_said_at(ticket),
        said_how=_said_how(known, ticket, asking),
        handler_link=_link_to_person(known, asking, "" if ticket.handler_name else handler),
        cards=_cards(known, file),
        into=into if into is not None and asking.sight.sees(into) else None,
        doings={group: [one for one in may if one.group is group] for group in Group},
        people=[people[one] for one in handover.candidates(known, ticket, MOST_PEOPLE)],
        categories=[(one.value, text(f"category.{one}", language)) for one in Category],
    )


async def _names(turn: Turn, known: Known, people: Iterable[str | None]) -> dict[str, str]:
    """Names of residents who are in no community file."""
    unlisted = {one for one in people if one and ":" not in one and one not in known.directory.people}
    return {id: person.name for id, person in (await turn.people.get_many(sorted(unlisted))).items()}


def _clocks(deadlines: Iterable[Deadline], asking: Asking) -> list[Running]:
    """Return the clocks, whichever runs out first at the head; those that stand still at the end."""
    running = [
        Running(
            one.clock,
            one.ends_at,
            one.due_at,
            late=one.stage is Stage.OVER
            or (one.due_at is not None and one.ends_at <= asking.now and one.clock not in LENIENT),
            lenient=one.clock in LENIENT,
            then=_then(one),
        )
        for one in deadlines
    ]
    return sorted(running, key=lambda one: (one.still, one.ends_at))


def _then(deadline: Deadline) -> str:
    return "ticket.then_twice" if deadline.stage is Stage.TWICE else THEN[deadline.clock]


def _said_at(ticket: Ticket) -> str:
    """A private chat is somebody's own: its address goes with the contact, and with nobody else's page."""
    if ticket.origin is None or ticket.origin_private:
        return ""
    return link_to(ticket.origin, ticket.origin_message or "")


def _said_how(known: Known, ticket: Ticket, asking: Asking) -> str:
    """Return what can be done where a platform has no addresses for what was said."""
    if ticket.origin is None or ticket.origin_private or _said_at(ticket):
        return ""
    grid = chat_index(known.directory).grid(known.directory, ticket.origin)
    if platform_of(ticket.origin) == BY_LINK:
        return asking.word("ticket.open_none", name=grid.name if grid else "")
    key = HOW.get(platform_of(ticket.origin))
    return asking.word(key) if key else ""


def _link_to_person(known: Known, asking: Asking, person: str) -> str:
    """Return a link to the private chat of somebody in office; none to one's own."""
    accounts = known.directory.accounts.get(person, ()) if person != asking.person.id else ()
    return next((link for one in accounts if (link := link_to(one.address))), "")


def ways_to(contact: Contact, language: str) -> list[tuple[str, str, str]]:
    """Return each account of a contact: its platform, the link that opens it, and else what can be done."""
    return [
        (platform_name(platform, language), link_to(one.address), HOW.get(platform, ""))
        for one in contact.accounts
        if (platform := platform_of(one.address))
    ]


def _cards(known: Known, file: File) -> list[tuple[str, str]]:
    """Return the groups in which its living card stands: what each is called, and the link to it."""
    index, found = chat_index(known.directory), []
    for card in file.cards:
        grid = index.grid(known.directory, card.chat)
        link = link_to(card.chat, card.message)
        if grid is not None and link:
            found.append((grid.name, link))
    return found
