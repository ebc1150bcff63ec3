"""Letters at the door: is it still true, and what does it say now."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import replace

from handlers import cards, newsworthy, wording
from handlers.desk import again, load, telling
from handlers.desk.gathering import gather
from handlers.known import chat_index
from handlers.messages import Button, Gist, Outgoing, Rows, Say, Weight
from handlers.wording import Tongue
from storage.errors import StorageFailed
from storage.records import (
    OPEN,
    Address,
    Directory,
    Instant,
    LetterKind,
    MeetingState,
    Owed,
    Ticket,
    chat_of,
)
from storage.turn import Turn

log = logging.getLogger(__name__)

UNTRUE = "not true any more"
"""Why a letter was dropped."""

PHOTOS_ALONE = frozenset({"told.photos", "told.photos_after"})
"""What only names the photos it comes with."""

NOTED = frozenset({"review.ask", "told.resolved"})
"""What quotes the worker's note; it may have grown since."""

MOST_PHOTOS = 10
MOST_BUTTONS = 8
"""Tickets of a gathered letter that get a button each; the others are named with their numbers."""


async def write_all(
    turn: Turn, directory: Directory, bundles: Sequence[Sequence[Owed]], now: Instant
) -> list[Outgoing | Exception | None]:
    """Do what `write` does for many bundles; the error of one that cannot be written stands in its place.

    What they ask the store for is read together. Raises StorageFailed.
    """
    if len(bundles) > 1:
        await _gather(turn, directory, [owed for bundle in bundles for owed in bundle])
    written: list[Outgoing | Exception | None] = []
    for bundle in bundles:
        try:
            written.append(await write(turn, directory, bundle, now))
            if written[-1] is None:
                for owed in bundle:
                    await telling.show_anew(turn, directory, owed, now)
        except StorageFailed:
            raise
        except Exception as failed:
            log.exception("letter %d (%s) could not be written", bundle[0].id, bundle[0].kind)
            written.append(failed)
    return written


async def _gather(turn: Turn, directory: Directory, letters: Sequence[Owed]) -> None:
    shown = {owed.ticket for owed in letters if owed.ticket and owed.kind is LetterKind.CARD}
    await gather(turn, directory, shown)
    await turn.tickets.get_many([owed.ticket for owed in letters if owed.ticket])
    await turn.media.of_many([owed.ticket for owed in letters if owed.ticket and "shows" in owed.body])
    await turn.dialogues.get_many(
        [(owed.routes[0], Address(str(owed.body["asks"]))) for owed in letters if "asks" in owed.body]
    )
    people = chat_index(directory).people
    chats = {chat_of(owed.routes[0]) for owed in letters if owed.kind is LetterKind.CARD}
    await turn.people.by_accounts(chats - people.keys())
    if chats & people.keys():
        await turn.untold.about_many(shown)


async def write(view: Turn, directory: Directory, bundle: Sequence[Owed], now: Instant) -> Outgoing | None:
    """Return what is to be sent to `bundle[0].routes[0]`; None when nothing of it is true any more."""
    first = bundle[0]
    if first.kind is LetterKind.CARD:
        return await _card(view, directory, first, now)
    if "again" in first.body:
        return await _again(view, first, now)
    tickets = await _tickets(view, bundle)
    true = [
        owed
        for owed in bundle
        if again.holds(owed, tickets.get(owed.ticket or "")) and await _still_so(view, owed)
    ]
    if not true:
        return None
    if len(true) > 1 or "outage" in true[0].body:
        return _gathered(true, tickets, now)
    return await _single(view, true[0], now)


async def _tickets(view: Turn, letters: Sequence[Owed]) -> dict[str, Ticket]:
    return await view.tickets.get_many([owed.ticket for owed in letters if owed.ticket])


async def _again(view: Turn, owed: Owed, now: Instant) -> Outgoing | None:
    """A message that stands already, as things are now; None when nothing of it has changed."""
    letters = await view.outbox.get_many(owed.body["again"])
    tickets = await _tickets(view, letters)
    came_of = [again.outcome(one, tickets.get(one.ticket or ""), _tongue(one, now)) for one in letters]
    if not any(came_of):
        return None
    if len(letters) > 1 or "outage" in letters[0].body:
        out = _gathered(letters, tickets, now)
    else:
        alone = await _single(view, letters[0], now)
        if alone is None:
            return None
        out = replace(alone, text=f"{alone.text}\n{came_of[0]}".lstrip("\n"), buttons=())
    return replace(
        out, to=owed.routes[0], edit=owed.body["edit"], reply_to=None, anew=False, weight=Weight.LITTLE
    )


async def _still_so(view: Turn, owed: Owed) -> bool:
    """False for a question that was answered, or given up, before it was sent: people write faster than letters go. And
    for what was said of a meeting that is over."""
    if "sits" in owed.body:
        its = await view.meetings.get(owed.body["sits"])
        return its is not None and its.state is MeetingState.UNDER_WAY
    account = owed.body.get("asks")
    if account is None:
        return True
    dialogue = await view.dialogues.get(owed.routes[0], Address(str(account)))
    return dialogue is not None and dialogue.step == owed.body["step"]


async def _card(view: Turn, directory: Directory, owed: Owed, now: Instant) -> Outgoing | None:
    assert owed.ticket is not None
    chat = owed.routes[0]
    known, file = await load.for_ticket(view, directory, owed.ticket, now)
    if file is None:
        return None
    card = await view.cards.get(owed.ticket, chat)
    if card is None and file.ticket.state not in OPEN:
        return None  # it ended before it was ever shown here
    person = directory.people.get(chat_index(directory).people.get(chat_of(chat), ""))
    # The private chat of somebody who is in no community file: their own language all the same.
    reader = person or await view.people.by_account(chat_of(chat))
    language = reader.language if reader else "zh"
    zone = directory.communities[file.ticket.community].timezone
    tongue, unheard = Tongue(language, zone, now), await telling.unheard(view, known, file.ticket, chat)
    face = cards.write(known, file.ticket, file.deadlines, chat, tongue, unheard)
    if card is not None and card.print == face.print:
        return None
    mark = newsworthy.mark_of(file.ticket, face.view, unheard)
    told = card is not None and card.news == mark
    anew = card is None or (not told and newsworthy.worth_telling(file.ticket, face.view, mark))
    return Outgoing(
        to=chat,
        text=face.text,
        heading=face.heading,
        buttons=face.buttons,
        edit=(card.message or None) if card else None,
        reply_to=face.reply_to,
        loud=card is None and person is not None,
        anew=anew,
        weight=newsworthy.weight_of_card(first=card is None, anew=anew),
        gist=_gist(file.ticket, face.says, now, tongue),
        language=language,
        mark=mark,
    )


async def _single(view: Turn, owed: Owed, now: Instant) -> Outgoing | None:
    body, to = owed.body, owed.routes[0]
    ticket = await view.tickets.get(owed.ticket) if owed.ticket else None
    heading, text = _written(owed, now, ticket)
    here = body.get("reply_in") == chat_of(to)
    photos = await _photos(view, owed)
    if is_its_photos(owed) and not photos:
        return None  # none could be kept
    return Outgoing(
        to=to,
        text=text,
        heading=heading,
        buttons=_rows(body.get("buttons", ())),
        photos=photos,
        edit=body.get("edit"),
        reply_to=body.get("reply_to") if here else None,
        loud=True,
        anew=body["say"]["key"] not in newsworthy.ENDINGS,
        weight=newsworthy.weight_of(owed, ticket),
        gist=_gist(ticket, text or heading, owed.at, _tongue(owed, now)) if ticket else None,
        language=body["language"],
        caption=is_its_photos(owed),
    )


def is_its_photos(owed: Owed) -> bool:
    """True for a letter that is nothing but its photos."""
    return "shows" in owed.body and owed.body["say"]["key"] in PHOTOS_ALONE


def _gist(ticket: Ticket, news: str, at: Instant, tongue: Tongue) -> Gist:
    """What a template has room for: number and matter have fields of their own there, and leave the news to the news."""
    return Gist(
        number=ticket.number,
        matter=wording.piece(wording.matter(ticket), tongue),
        state=wording.text(f"state.{ticket.state}", tongue.language),
        at=at,
        news=news.removeprefix(f"#{ticket.number} ").partition("\n")[0],
    )


async def _photos(view: Turn, owed: Owed) -> tuple[str, ...]:
    if "picture" in owed.body:
        return await _picture(view, *owed.body["picture"])
    if "shows" not in owed.body or owed.ticket is None:
        return ()
    after = owed.body["shows"] == "after"
    kept = [
        a for a in await view.media.of(owed.ticket) if a.after == after and a.kind == "photo" and a.sha256
    ]
    return tuple(dict.fromkeys(a.sha256 for a in kept if a.sha256))[:MOST_PHOTOS]


async def _picture(view: Turn, errand: str, name: str) -> tuple[str, ...]:
    """A picture drawn for the letter beside everything else; none when it is not there in time."""
    drawn = await view.errands.get(errand)
    sha256 = drawn.said.get("pictures", {}).get(name) if drawn else None
    return (sha256,) if sha256 else ()


def _written(owed: Owed, now: Instant, ticket: Ticket | None) -> tuple[str, str]:
    """Return (heading, text): a text of the catalogue whose first line stands alone has a heading."""
    say = wording.unpack(owed.body["say"])
    if say.key in NOTED and ticket is not None and ticket.note:
        say = Say(say.key, {**say.args, "note": ticket.note})
    whole = wording.render(say, _tongue(owed, now)).strip()
    heading, found, text = whole.partition("\n\n")
    return (heading, text) if found else ("", whole)


def _tongue(owed: Owed, now: Instant) -> Tongue:
    return Tongue(owed.body["language"], owed.body["zone"], now)


def _rows(data: Sequence[Sequence[Sequence[str]]]) -> Rows:
    return tuple(tuple(Button(label, press, url) for label, press, url in row) for row in data)


def _gathered(letters: Sequence[Owed], tickets: dict[str, Ticket], now: Instant) -> Outgoing:
    """Several letters to one chat as one: a line for each ticket, a button for the first few."""
    first = letters[0]
    tongue = _tongue(first, now)
    lines: list[str] = []
    buttons: list[tuple[Button, ...]] = []
    for owed in {owed.ticket or owed.id: owed for owed in letters}.values():
        ticket = tickets.get(owed.ticket or "")
        came_of = again.outcome(owed, ticket, tongue)
        lines.append(f"{_line(owed, ticket, now)} {came_of}".rstrip())
        rows = _rows(owed.body.get("buttons", ()))
        if rows and ticket is not None and not came_of and len(buttons) < MOST_BUTTONS:
            buttons.append((replace(rows[0][0], label=f"{rows[0][0].label} {ticket.number}"),))
    outages = [owed.body["outage"] for owed in letters if "outage" in owed.body]
    count = len(lines)
    if outages:
        since, until = min(o[0] for o in outages), max(o[1] for o in outages)
        pieces = {"since": wording.when(since), "until": wording.when(until), "count": count}
        opening = wording.render(Say("gathered.outage", pieces), tongue)
    else:
        opening = wording.render(Say("gathered", {"count": count}), tongue)
    about = [ticket for owed in letters if (ticket := tickets.get(owed.ticket or ""))]
    return Outgoing(
        to=first.routes[0],
        text="\n".join(lines),
        heading=opening,
        buttons=tuple(buttons),
        loud=True,
        weight=max(newsworthy.weight_of(owed, tickets.get(owed.ticket or "")) for owed in letters),
        gist=_gist(about[0], opening, first.at, tongue) if about else None,
        language=tongue.language,
    )


def _line(owed: Owed, ticket: Ticket | None, now: Instant) -> str:
    """Return a letter as one line that says which matter it is about."""
    heading, text = _written(owed, now, ticket)
    line = heading or text.splitlines()[0]
    if ticket is None:
        return line
    matter = wording.piece(wording.matter(ticket), _tongue(owed, now))
    return line if matter in line else f"{line} · {matter}"
