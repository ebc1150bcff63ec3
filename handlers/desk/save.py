"""Writing down everything a decision leads to, in the one transaction it belongs to."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from typing import Any

from handlers import wording
from handlers.known import Known, chat_index, routes
from handlers.messages import Answer, Decision, Inbound, Letter
from storage.records import (
    Account,
    Address,
    Directory,
    Instant,
    LetterKind,
    MeetingState,
    Owed,
    Severity,
    Span,
    chat_of,
    in_log,
)
from storage.turn import Turn

log = logging.getLogger(__name__)

RANK = {
    LetterKind.PAGE: 0,
    LetterKind.ANSWER: 1,
    LetterKind.ASK: 1,
    LetterKind.CARD: 1,
    LetterKind.ALERT: 2,
    LetterKind.REMIND: 2,
    LetterKind.NEWS: 3,
}
"""What goes first when a platform lets only so much through. 0 overtakes everything, in its own chat as well."""

CLOCK_LETTERS = frozenset({LetterKind.ALERT, LetterKind.REMIND})


async def save(
    turn: Turn,
    known: Known,
    decision: Decision,
    inbound: Inbound | None,
    *,
    outage: tuple[Instant, Instant] | None = None,
    gather: Span = 0,
) -> None:
    """Save the whole decision. `outage`: letters of the clock say how long nothing was done, and wait `gather` ms
    for others to the same chat."""
    await _save_speaker(turn, known, decision)
    for person in decision.people:
        await turn.people.save(person)
    await _save_tickets(turn, known, decision)
    await _save_attachments(turn, known, decision, inbound)
    for chat, account in decision.close:
        await turn.dialogues.drop(chat, account)
    for dialogue in decision.open:
        await turn.dialogues.put(dialogue)
    for example in decision.examples:
        turn.examples.add(example)
    await _save_meetings(turn, known, decision)
    for letter in decision.letters:
        turn.outbox.owe(await _owed(turn, known, letter, outage, known.now + gather if outage else 0))
    for card in _cards_owed(known, decision):
        turn.outbox.owe(card)


async def _save_tickets(turn: Turn, known: Known, decision: Decision) -> None:
    """The tickets, what stands in their ledger, their clocks, who follows them and what was said about them."""
    for ticket in decision.tickets:
        if ticket.version == 0:
            number = await turn.tickets.next_number(ticket.community)
            assert number == ticket.number, "a ticket's number is taken in the turn that read it"
        turn.tickets.save(ticket)
    for line in decision.lines:
        turn.ledger.append(line)
    for ticket_id, clock in decision.stopped:
        turn.deadlines.stop(ticket_id, clock)
    for deadline in decision.deadlines:
        turn.deadlines.set(deadline)
    for ticket_id, person_id in decision.followers:
        await turn.tickets.add_follower(ticket_id, person_id, known.now)
    for remark in decision.remarks:
        await turn.tickets.remark(remark)


async def _save_meetings(turn: Turn, known: Known, decision: Decision) -> None:
    for meeting in decision.meetings:
        turn.meetings.save(meeting)
    if any(m.state is not MeetingState.UNDER_WAY or m.begun_at == known.now for m in decision.meetings):
        # When the next meeting is, everybody says by the directory.
        await turn.directory.stir()
    for item in decision.items:
        turn.meetings.decide(item)


def _cards_owed(known: Known, decision: Decision) -> Iterator[Owed]:
    """Cards to be shown or written anew; an emergency's go before everything else."""
    urgent = {t.id for t in decision.tickets if t.severity is Severity.EMERGENCY}
    for ticket_id, chat in decision.cards:
        rank = 0 if ticket_id in urgent else RANK[LetterKind.CARD]
        reader = _reader_of(known.directory, chat)
        yield Owed(0, known.now, LetterKind.CARD, rank, (chat,), reader, ticket_id, {})


async def _save_speaker(turn: Turn, known: Known, decision: Decision) -> None:
    """Somebody who spoke for the first time is remembered once what they said led to something."""
    if not known.newcomer or known.speaker is None or known.account is None:
        return
    if not (decision.lines or decision.open or decision.people or decision.attachments):
        return
    if known.speaker.id not in {person.id for person in decision.people}:
        await turn.people.save(known.speaker)
    await turn.people.bind(Account(known.account, known.speaker.id, last_used_at=known.now))


async def _save_attachments(turn: Turn, known: Known, decision: Decision, inbound: Inbound | None) -> None:
    for attachment in decision.attachments:
        if attachment.id:
            assert attachment.ticket is not None
            await turn.media.attach(attachment.id, attachment.ticket)
        elif attachment.ticket is not None:
            await turn.media.add(attachment)
        elif inbound is not None and known.account is not None:
            await turn.media.put_loose(inbound.chat, known.account, inbound.album, attachment)
        if attachment.ticket is not None and inbound is not None and inbound.album is not None:
            await turn.media.set_album(inbound.chat, inbound.album, attachment.ticket, known.now)


# --- letters ----------------------------------------------------------------------------------------------------------


async def _owed(
    turn: Turn, known: Known, letter: Letter, outage: tuple[Instant, Instant] | None, not_before: Instant
) -> Owed:
    ways = await _routes(turn, known, letter)
    if not ways:
        # Only who stands in a community file is named: a resident's id says where they write from.
        who = {"person": letter.to} if letter.to in known.directory.people else {}
        log.warning("no account to tell: %s", letter.say.key, extra=who | in_log(letter.ticket))
    late = outage if letter.kind in CLOCK_LETTERS else None
    return Owed(
        id=0,
        at=known.now,
        kind=letter.kind,
        rank=RANK[letter.kind],
        routes=ways,
        reader=letter.to,
        ticket=letter.ticket,
        body=await _body(turn, known, letter, late),
        once=letter.once,
        not_before=max(letter.not_before, not_before if late else 0),
    )


async def _routes(turn: Turn, known: Known, letter: Letter) -> tuple[Address, ...]:
    """A chat is its own route; a person's are their accounts, last used first, then the fallback."""
    fallback = (letter.fallback,) if letter.fallback is not None else ()
    if ":" in letter.to:
        return (Address(letter.to),)
    listed = known.directory.accounts.get(letter.to)
    accounts = listed if listed is not None else await turn.people.accounts(letter.to)
    if (
        listed is None
        and not accounts
        and (meant := (await turn.people.meant_by([letter.to])).get(letter.to)) is not None
    ):
        # Whoever was joined to another since the letter's cause has no account any more: that one has.
        accounts = await turn.people.accounts(meant.id)
    return tuple(dict.fromkeys([*routes(accounts), *fallback]))


async def _body(
    turn: Turn, known: Known, letter: Letter, outage: tuple[Instant, Instant] | None
) -> Mapping[str, Any]:
    body: dict[str, Any] = {
        "say": wording.pack(letter.say),
        "language": await _language(turn, known, letter),
        "zone": known.community.timezone if known.community else "Asia/Shanghai",
    }
    if letter.buttons:
        body["buttons"] = [[[b.label, b.press, b.url] for b in row] for row in letter.buttons]
    if letter.holds:
        body["holds"] = sorted(letter.holds)
    if letter.reply_to is not None:
        body["reply_to"] = letter.reply_to
        body["reply_in"] = chat_of(letter.fallback or Address(letter.to))
    for name in ("shows", "edit", "asks", "opens", "sits"):
        if getattr(letter, name):
            body[name] = getattr(letter, name)
    if letter.asks is not None:
        waiting = await turn.dialogues.get(Address(letter.to), letter.asks)
        body["step"] = waiting.step if waiting is not None else ""
    if outage is not None:
        body["outage"] = list(outage)
    return body


async def _language(turn: Turn, known: Known, letter: Letter) -> str:
    """A person's own language; in a group that of the one who is answered or asked there, or else Chinese."""
    reader = letter.to
    to_speaker = ":" in reader and letter.kind in (LetterKind.ANSWER, LetterKind.ASK)
    if known.speaker is not None and (to_speaker or reader in (known.speaker.id, known.account)):
        return known.speaker.language
    if ":" in reader:
        return "zh"
    listed = known.directory.people.get(reader) or await turn.people.get(reader)
    return listed.language if listed else "zh"


def _reader_of(directory: Directory, chat: Address) -> str:
    """The person whose private chat it is, or the chat itself."""
    return chat_index(directory).people.get(chat_of(chat), chat)


# --- small pieces -----------------------------------------------------------------------------------------------------


def due_times(decision: Decision) -> list[Instant]:
    """When the clocks and dialogues this decision sets want to be looked at."""
    times = [deadline.due_at for deadline in decision.deadlines if deadline.due_at is not None]
    return times + [dialogue.expires_at for dialogue in decision.open]


def answer_data(answer: Answer) -> dict[str, Any]:
    """As kept in the inbox, so that a repeat gets the first answer."""
    kept: dict[str, Any] = {"toast": answer.toast, "alert": answer.alert}
    if answer.said or answer.letters:
        kept |= {"said": answer.said, "letters": list(answer.letters)}
    return kept


def answer_from(data: Mapping[str, Any], *, repeat: bool = False) -> Answer:
    return Answer(
        str(data.get("toast", "")),
        bool(data.get("alert", False)),
        repeat,
        str(data.get("said", "")),
        tuple(data.get("letters", ())),
    )
