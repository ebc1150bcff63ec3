"""One ticket being worked on: collects steps, ledger lines, clocks, cards and letters into a Decision."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from handlers import cards, clocks, lateness, lifecycle, rungs, street
from handlers.dialogue import reply
from handlers.known import File, Known
from handlers.messages import Answer, Decision, Inbound, Letter, Rows, Say
from handlers.wording import matter, render, text
from storage.records import (
    OPEN,
    Act,
    Address,
    Attachment,
    Clock,
    Deadline,
    Dialogue,
    Example,
    Instant,
    LetterKind,
    Line,
    MeetingItem,
    Remark,
    Stage,
    State,
    Ticket,
    chat_of,
)


class Work:
    """Everything that happens to one ticket in one decision.

    Starts from what is known of it; every method leaves `ticket` and `deadlines` as they then stand, so that later
    steps of the same decision see the earlier ones. `decision()` gives the whole.
    """

    def __init__(self, known: Known, file: File) -> None:
        self.known = known
        self.file = file
        self.ticket: Ticket = file.ticket
        self.deadlines: dict[Clock, Deadline] = {d.clock: d for d in file.deadlines}
        self.letters: list[Letter] = []
        self.opened: list[Dialogue] = []
        self.awaited: list[Dialogue] = []
        self.closed: list[tuple[Address, Address]] = []
        self.followers: list[tuple[str, str]] = []
        self.attachments: list[Attachment] = []
        self.remarks: list[Remark] = []
        self.examples: list[Example] = []
        self.items: list[MeetingItem] = []
        self._lines: list[Line] = []
        self._set: dict[Clock, Deadline] = {}
        self._stopped: set[Clock] = set()

    @property
    def now(self) -> Instant:
        return self.known.now

    @property
    def followers_now(self) -> tuple[str, ...]:
        return self.file.followers + tuple(person for _, person in self.followers)

    # --- the ticket ----------------------------------------------------------------------------------------------

    def step(self, act: Act, reason: str = "", *, by: str | None = None, **changes: Any) -> None:
        """Take one step of the life cycle and write its line; `changes` are further fields of the ticket.

        `by` is the acting person, the speaker unless named. Raises Refused when the state does not allow it.
        """
        actor = by if by is not None else self._speaker()
        self.ticket = replace(lifecycle.step(self.ticket, act, self.now, actor or None), **changes)
        self._lines.append(self._line(act, reason, actor))

    def must_be_possible(self, act: Act) -> None:
        """Raise Refused when the state does not allow the act: before a question is asked about it."""
        lifecycle.step(self.ticket, act, self.now, self._speaker() or None)

    def by_the_clock(self, act: Act, reason: str = "", **changes: Any) -> None:
        """The same for what nobody did: a deadline acted."""
        self.step(act, reason, by="", **changes)

    def speaker_name(self) -> str:
        """How the one who acts is called; "" for the clock."""
        return self.known.speaker.name if self.known.speaker else ""

    def _speaker(self) -> str:
        return self.known.speaker.id if self.known.speaker else ""

    def _line(self, act: Act, reason: str, by: str) -> Line:
        t = self.ticket
        return Line(
            t.community, t.id, t.number, self.now, act, t.state, by, self.known.platform, reason[:500]
        )

    # --- clocks ---------------------------------------------------------------------------------------------------

    def run(self, work: clocks.Clockwork) -> None:
        """Start and stop clocks as a rule of clocks.py says."""
        for clock in work.stop:
            self.stop(clock)
        for deadline in work.set:
            self.set(deadline)

    def set(self, deadline: Deadline) -> None:
        self.deadlines[deadline.clock] = deadline
        self._set[deadline.clock] = deadline
        self._stopped.discard(deadline.clock)

    def ran_out(self, deadline: Deadline) -> None:
        """The clock has nothing more to say. It is remembered until what it was there for has happened."""
        self.deadlines.pop(deadline.clock, None)
        self._set[deadline.clock] = replace(deadline, stage=Stage.OVER, due_at=None)
        self._stopped.discard(deadline.clock)

    def stop(self, clock: Clock) -> None:
        self.deadlines.pop(clock, None)
        self._set.pop(clock, None)
        self._stopped.add(clock)

    def begin(self, reason: str, helper: str = "") -> None:
        """Write the first line of a new ticket: it has a number and a place in the ledger. `helper`: who did it in the
        reporter's place."""
        self._lines.append(self._line(Act.REPORT, reason, helper or self._speaker()))

    def remark(self, words: str) -> None:
        """Keep words added to the ticket."""
        speaker = self.known.speaker
        self.remarks.append(Remark(self.ticket.id, self.now, speaker.id if speaker else None, words[:4096]))

    # --- what came with it ------------------------------------------------------------------------------------------

    def attach(self, inbound: Inbound, *, after: bool = False) -> None:
        """Keep the photos and voices of a message with the ticket; `after`: they show the finished work."""
        self.attachments += pieces_of(self.known, inbound, self.ticket.id, after=after)

    def answer(self, inbound: Inbound, say: Say, *, buttons: Rows = ()) -> None:
        """Answer the speaker where they spoke."""
        self.letters.append(reply(inbound, say, buttons=buttons, ticket=self.ticket.id))

    def open(self, question: tuple[Dialogue, Letter]) -> None:
        """Ask something of the speaker before going on."""
        self.opened.append(question[0])
        self.letters.append(question[1])

    def wait(self, dialogue: Dialogue) -> None:
        """Be ready for what the speaker may say next, without asking for it."""
        self.awaited.append(dialogue)

    def label(self, key: str) -> str:
        """The words of a button, as the contract has them: always Chinese."""
        return text(key, "zh")

    # --- letters ----------------------------------------------------------------------------------------------------

    def say(self, key: str, **pieces: Any) -> Say:
        """A text about this ticket: its number, what and where come by themselves."""
        return Say(key, {"number": self.ticket.number, "matter": matter(self.ticket), **pieces})

    def tell(
        self,
        to: str,
        kind: LetterKind,
        say: Say,
        *,
        buttons: Rows = (),
        holds: Iterable[State] = (),
        mark: str | None = None,
        fallback: Address | None = None,
        shows: str = "",
        not_before: Instant = 0,
        reply_to: str | None = None,
    ) -> None:
        """Owe a letter about this ticket. `mark` names its cause: the same cause is told to one reader once per
        opening of the ticket."""
        once = f"{self.ticket.id}:{mark}:{to}:{self._opening}" if mark else None
        if fallback is not None and self.ticket.origin is not None:
            same = chat_of(fallback) == chat_of(self.ticket.origin)
            reply_to = self.ticket.origin_message if same else None
        self.letters.append(
            Letter(
                to=to,
                kind=kind,
                say=say,
                ticket=self.ticket.id,
                buttons=buttons,
                holds=frozenset(holds),
                once=once,
                fallback=fallback,
                reply_to=reply_to,
                shows=shows,
                not_before=not_before,
            )
        )

    def tell_reporter(self, say: Say, *, mark: str | None = None, in_group: bool = True, **more: Any) -> None:
        """Tell the reporter privately, or where they reported when they never opened a private chat.

        A private matter is never told in a group. Nobody is told when the platform hid who reported it, unless
        the group may hear it.
        """
        group = None if self.ticket.private or not in_group else self.ticket.origin
        kind = more.pop("kind", LetterKind.NEWS)
        if self.ticket.reporter is not None:
            self.tell(self.ticket.reporter, kind, say, mark=mark, fallback=group, **more)
        elif group is not None:
            self.tell(group, kind, say, mark=mark, fallback=group, **more)

    def tell_followers(self, say: Say, mark: str) -> None:
        """Tell everyone who joined the report, privately only."""
        for person in self.followers_now:
            if person != self.ticket.reporter:
                self.tell(person, LetterKind.NEWS, say, mark=mark)

    def tell_crew(self, say: Say, mark: str, *, but: str | None = None) -> None:
        """Tell the one who was asked, the one who answers for it, and everyone who was paged or alerted, how it was
        settled: once each, and neither the one who settled it nor `but`."""
        before = self.file.ticket
        first = (before.first_responder,) if before.first_responder else ()
        alarmed = (owed.reader for owed in self.file.told if not street.is_its(owed))
        for reader in dict.fromkeys((*rungs.asked(self.known, before), *first, *alarmed)):
            if reader not in (self._speaker(), but):
                self.tell(reader, LetterKind.NEWS, say, mark=mark)
        street.hears_the_end(self)

    def was_told(self, mark: str) -> bool:
        """True when people were alerted for this cause already, in this opening of the ticket."""
        return any(
            (owed.once or "").startswith(f"{self.ticket.id}:{mark}:")
            and (owed.once or "").endswith(f":{self._opening}")
            for owed in self.file.told
        )

    @property
    def _opening(self) -> str:
        """Which opening of the ticket this is: a reopened one, or one whose refusal was objected to, starts anew."""
        return f"{self.ticket.reopened}{'o' if self.ticket.objected else ''}"

    # --- the whole --------------------------------------------------------------------------------------------------

    def decision(self, toast: str = "", *, cards_too: bool = True) -> Decision:
        """Return everything collected. `toast`: key of what the one who pressed is shown at once.

        The cards are written anew unless nothing on them changed.
        """
        answer = Answer(toast=render(self.say(toast), self.known.tongue)) if toast else Answer()
        self.ticket = lateness.noted(self.ticket, self.deadlines.values(), self.now)
        return Decision(
            tickets=(self.ticket,) if self._lines else (),
            lines=tuple(self._lines),
            deadlines=tuple(self._set.values()),
            stopped=tuple((self.ticket.id, clock) for clock in self._stopped),
            letters=tuple(self.letters),
            remarks=tuple(self.remarks),
            followers=tuple(self.followers),
            attachments=tuple(self.attachments),
            open=(*self.opened, *self.awaited),
            close=tuple(self.closed),
            examples=tuple(self.examples),
            items=tuple(self.items),
            cards=self._cards() if cards_too else (),
            answer=answer,
        )

    def _cards(self) -> tuple[tuple[str, Address], ...]:
        """Every chat that shows the ticket, and those that should while it is open."""
        live = {chat_of(card.chat): card.chat for card in self.file.cards}
        if self.ticket.state in OPEN:
            for home in cards.homes(self.known, self.ticket):
                live.setdefault(chat_of(home), home)
        return tuple((self.ticket.id, home) for home in live.values())


def pieces_of(known: Known, inbound: Inbound, ticket: str | None, *, after: bool = False) -> list[Attachment]:
    """Return a message's photos and voices as attachments, of a ticket or (None) still waiting for their words."""
    return [
        Attachment(
            id=0,
            ticket=ticket,
            at=known.now,
            platform=known.platform,
            kind=piece.kind,
            ref=piece.ref,
            person=known.speaker.id if known.speaker else None,
            size=piece.size,
            sha256=piece.sha256,
            failed=piece.failed,
            after=after,
            caption=inbound.text[:1000],
        )
        for piece in inbound.pieces
    ]
