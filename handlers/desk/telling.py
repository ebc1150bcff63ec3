"""What became of letters: which messages are the cards now, who has been told how, and who could not be told yet."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

from handlers import cards, story, unreached
from handlers.cards import View
from handlers.desk import holding, load, save
from handlers.desk.gathering import gather
from handlers.known import Known
from handlers.messages import Arrived, Say
from handlers.work import Work
from storage.database import Store
from storage.records import (
    MINUTE,
    Act,
    Address,
    Card,
    Directory,
    Fate,
    Instant,
    LetterKind,
    Owed,
    Span,
    Ticket,
    chat_of,
    platform_of,
)
from storage.turn import Turn
from storage.windows import PLACES

ENOUGH = max(PLACES.values())
"""Letters that may be said in a chat when one of any weight may."""

REPORTER = "reporter"
"""How the ledger calls the one who reported it: who wanted to stay unnamed is not named there either."""
UNNUMBERED: Span = 5 * MINUTE
"""How long ago something without a number may have been sent that a platform now says has not arrived. WeChat says so within
seconds; telling somebody twice is better than not at all."""


async def delivered(turn: Turn, store: Store, arrived: Sequence[Arrived]) -> None:
    """Remember which messages are the tickets' cards in their chats and which ones ask a question, and write into the
    ledger who was told at last, or by which of several ways."""
    told = [(one, owed) for one in arrived for owed in one.letters if _is_told(one, owed)]
    if told:
        await holding.of_tickets(turn, [owed.ticket for _, owed in told if owed.ticket])
    shown = [one for one in arrived if one.letters[0].kind is LetterKind.CARD]
    await turn.cards.put_many([card for one in shown if (card := _shown(one)) is not None])
    asked = [(one, account) for one in arrived if (account := one.letters[0].body.get("asks"))]
    await turn.dialogues.get_many([(one.out.to, Address(str(account))) for one, account in asked])
    for one, account in asked:
        await turn.dialogues.asked(one.out.to, Address(str(account)), one.message)
    for one in arrived:
        if _way(one) == "passive":
            _owe_photos(turn, one)
    if told:
        directory = await store.directory()
        # What all of them need is asked for once.
        await gather(turn, directory, {owed.ticket for _, owed in told if owed.ticket})
        people = await _people_of(turn, {owed.reader for _, owed in told})
        for one, owed in told:
            await _write_told(turn, directory, one, owed, people[owed.reader])
    for one in arrived:
        for owed in one.letters:
            if "untold_since" in owed.body and _is_silent(one, owed):
                await show_anew(turn, await store.directory(), owed, one.at)


def _shown(one: Arrived) -> Card | None:
    owed, out = one.letters[0], one.out
    if owed.ticket is None:
        return None
    print, mark = cards.Face(out.heading, out.text, out.buttons).print, out.mark
    if _way(one) == "passive":
        print, mark = owed.body["carried"]["shown"]
    return Card(owed.ticket, chat_of(out.to), one.message, print, mark)


def _owe_photos(turn: Turn, one: Arrived) -> None:
    """The words went with an answer, which carries no pictures."""
    for owed in one.letters:
        if not owed.body["carried"]["photos"]:
            continue
        number = (owed.ticket or "").rpartition("-")[2]
        body = {
            "say": {"key": "told.photos", "args": {"number": number}},
            "language": owed.body["language"],
            "zone": owed.body["zone"],
            "shows": owed.body["shows"],
        }
        turn.outbox.owe(
            replace(owed, id=0, at=one.at, routes=(one.out.to,), body=body, once=None, not_before=0, note="")
        )


# --- told ---------------------------------------------------------------------------------------------------------


def _way(one: Arrived) -> str:
    """Return by which of its platform's ways it was said, "" where there is only one, or nothing was said now."""
    if one.message == one.out.edit:
        return ""
    way, found, _ = one.message.partition(":")
    return way if found and way in story.WAYS else ""


def _is_silent(one: Arrived, owed: Owed) -> bool:
    """True where nothing can be replaced and what changed was not worth a message: nothing was said."""
    return not owed.body["carried"]["said"] if _way(one) == "passive" else one.message == one.out.edit


def _is_told(one: Arrived, owed: Owed) -> bool:
    """True for what may have to be written into the ledger as told."""
    if owed.ticket is None or _is_silent(one, owed):
        return False
    return "untold_since" in owed.body or bool(_way(one))


async def _write_told(turn: Turn, directory: Directory, one: Arrived, owed: Owed, reader: str) -> None:
    """Whoever was waiting to be told has a line; on platforms with several ways so has all news of the reporter and the
    followers. `reader`: who that is now."""
    assert owed.ticket is not None, "only what is about a ticket is told of it"
    known, file = await load.for_ticket(turn, directory, owed.ticket, one.at)
    if file is None:
        return
    waited = "untold_since" in owed.body
    is_news = owed.kind in (LetterKind.NEWS, LetterKind.CARD) or (
        owed.kind is LetterKind.ASK and "asks" not in owed.body
    )
    if not waited and not (is_news and reader in (file.ticket.reporter, *file.followers)):
        return
    platform = platform_of(one.out.to)
    work = Work(replace(known, platform=platform), file)
    work.by_the_clock(Act.TOLD, f"{_way(one) or platform} {_whom(file.ticket, reader)}")
    await save.save(turn, known, work.decision(cards_too=waited), None)


# --- not told -----------------------------------------------------------------------------------------------------


async def not_told(
    turn: Turn, directory: Directory, owed: Owed, why: str, now: Instant, *, shut: bool = True
) -> bool:
    """No route is open now: keep it for when its reader speaks. The ledger says so once, and a call goes on to the next.

    `shut`: its last route is only shut; else that one leads nowhere for ever, and one before it was. False, and nothing
    happens, when its reader has spoken while it was on its way: it may go after all.
    """
    await holding.of_letter(turn, owed)
    found = await turn.outbox.get_many([owed.id])
    if not found or found[0].fate is not Fate.CLAIMED:
        return True  # this was said before
    # As it is now: its reader may have been joined to another while it was on its way.
    (owed,) = found
    if why in story.SPENT and await turn.windows.left(owed.routes[0], now) >= ENOUGH:
        return False
    word = next((one for one in (why, owed.note) if one in story.UNTOLD_WHY), story.CLOSED)
    await turn.outbox.reroute(owed.id, why, untold=shut)
    if "untold_since" in owed.body:
        await show_anew(turn, directory, owed, now)
        return True
    (kept,) = await turn.outbox.get_many([owed.id])
    await turn.outbox.annotate(owed.id, {**kept.body, "untold_since": now})
    if owed.ticket is None:
        return True
    known, file = await load.for_ticket(turn, directory, owed.ticket, now)
    if file is None:
        return True
    reader = (await _people_of(turn, [owed.reader]))[owed.reader]
    coming = await turn.outbox.cards_owed(owed.ticket)
    reason = f"{word} {_whom(file.ticket, reader)}"
    decision = unreached.letter_untold(known, file, owed.reader, owed.kind, reason, coming)
    await save.save(turn, known, decision, None)
    return True


async def not_arrived(
    turn: Turn, directory: Directory, chat: Address, message: str, why: str, now: Instant
) -> bool:
    """What stood in `chat` as `message` has not arrived after all, its platform says only now: it goes where else it may,
    or is kept. False when nothing stands there so (yet).

    A way alone, `subscribe:`, is all that was said that way within UNNUMBERED: its platform does not say which of it.
    """
    if message.endswith(":"):
        said = await turn.outbox.said_lately(chat, message.removesuffix(":"), now - UNNUMBERED)
    else:
        said = await turn.outbox.said(chat, message)
    found = [owed for owed in said if owed.fate is Fate.SENT]
    for owed in found:
        if not await turn.untold.take_back(owed.id, now):
            continue
        # The ledger has it as told: that it was not is a line of its own.
        body = {name: value for name, value in owed.body.items() if name != "untold_since"}
        await turn.outbox.annotate(owed.id, body)
        if owed.kind is LetterKind.CARD and owed.ticket is not None:
            await turn.cards.drop(owed.ticket, chat)
        if len(owed.routes) > 1:
            await turn.outbox.reroute(owed.id, why, untold=True)
        else:
            await not_told(turn, directory, owed, why, now)
    return bool(found)


async def show_anew(turn: Turn, directory: Directory, owed: Owed, now: Instant) -> None:
    """Who waits to be told something about its ticket has changed without any act: the cards say so."""
    if owed.ticket is None or "untold_since" not in owed.body:
        return
    known, file = await load.for_ticket(turn, directory, owed.ticket, now)
    if file is not None:
        await save.save(turn, known, Work(known, file).decision(), None)


async def unheard(view: Turn, known: Known, ticket: Ticket, chat: Address) -> list[Say]:
    """Return who could not be told something about the ticket, with their phones, for the crew's card in this chat.

    A group that waits for its next words is nobody to be phoned.
    """
    if cards.view_of(known.directory, ticket, chat) is not View.CREW:
        return []
    readers = [reader for reader in await view.untold.about(ticket.id) if reader != chat_of(chat)]
    people = dict.fromkeys((await _people_of(view, readers)).values())
    return [await _named(view, known, ticket, person) for person in people if ":" not in person]


async def _named(view: Turn, known: Known, ticket: Ticket, reader: str) -> Say:
    if reader == ticket.reporter and ticket.anonymous:
        return Say("untold.reporter")
    person = known.directory.people.get(reader) or await view.people.get(reader)
    if person is None:
        return Say("untold.reporter")
    return Say(
        "untold.phone" if person.phone else "untold.person", {"person": person.name, "phone": person.phone}
    )


async def _people_of(turn: Turn, readers: Collection[str]) -> dict[str, str]:
    """Return for each reader who that is now: whoever was joined to another is that one; a card's reader is a chat, maybe
    somebody's."""
    ids = {reader for reader in readers if ":" not in reader}
    chats = {reader: chat_of(Address(reader)) for reader in readers if ":" in reader}
    meant = await turn.people.meant_by(ids) if ids else {}
    owners = await turn.people.by_accounts({*chats.values()})
    found = {reader: owners[chat].id for reader, chat in chats.items() if chat in owners}
    found |= {reader: person.id for reader, person in meant.items()}
    return {reader: found.get(reader, reader) for reader in readers}


def _whom(ticket: Ticket, reader: str) -> str:
    return REPORTER if reader == ticket.reporter else reader
