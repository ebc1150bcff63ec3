"""Photos, voices and pins without words: with their album, with the report just made, or waiting for their words."""

from __future__ import annotations

from dataclasses import replace

from handlers import orders, reporting
from handlers.commands import Order, Verb
from handlers.dialogue import PHOTO_PAUSE, PLACED, Step, reply
from handlers.intake import SAME_MATTER, repeat
from handlers.known import Known
from handlers.messages import Decision, Inbound, Onto, Say
from handlers.work import pieces_of
from storage.records import OPEN, Dialogue, chat_of


def without_words(known: Known, inbound: Inbound) -> Decision:
    """A photo or voice without words: with its album, with the report just made, or waiting for its words."""
    if not inbound.pieces:
        return Decision()
    if known.file is not None:
        return orders.carry_out(known, known.file, Order(Verb.ADD), inbound)
    waiting = keep_for_later(known, inbound)
    if known.dialogue is not None and known.dialogue.step in reporting.DRAFTING - {Step.PHOTO}:
        return waiting  # it goes with the report whose question is open
    ticket = late_photo(known, inbound)
    if ticket is not None:
        return Decision(onto=Onto(ticket, Verb.ADD))
    if known.account is not None and (inbound.private or inbound.to_bot):
        return replace(waiting, open=(_pause_for_words(known, inbound),))
    return waiting


def _pause_for_words(known: Known, inbound: Inbound) -> Dialogue:
    """Words often follow, and an album comes in pieces: ask what is shown only after a little while."""
    assert known.account is not None, "a question needs somebody to ask"
    return Dialogue(inbound.chat, known.account, Step.PHOTO, {}, known.now + PHOTO_PAUSE)


def pin(known: Known, inbound: Inbound) -> Decision:
    """A location pin, with the map's own words for it if any, belongs to the report just made; alone it says nothing."""
    assert inbound.location is not None, "only a pin comes here"
    ticket = late_photo(known, inbound)
    if ticket is None:
        return Decision(letters=(reply(inbound, Say("photo.what_is_it")),)) if inbound.private else Decision()
    latitude, longitude = inbound.location
    words = " ".join(part for part in ("位置", inbound.text, f"{latitude:.5f},{longitude:.5f}") if part)
    return Decision(onto=Onto(ticket, Verb.ADD, words))


def may_answer(known: Known, inbound: Inbound) -> bool:
    """False for a location pin where nobody asked for a place: the map's words tell where, and nothing else."""
    return inbound.location is None or (known.dialogue is not None and known.dialogue.step in PLACED)


def late_photo(known: Known, inbound: Inbound) -> str | None:
    """Return the ticket a photo without words belongs to: its album's, or the one its sender just reported here."""
    if known.album_ticket is not None:
        return known.album_ticket
    for ticket in known.mine:
        recent = known.now - ticket.reported_at < SAME_MATTER
        here = ticket.origin is not None and chat_of(ticket.origin) == chat_of(inbound.chat)
        if recent and here and ticket.state in OPEN and repeat(known, ticket):
            return ticket.id
    return None


def keep_for_later(known: Known, inbound: Inbound) -> Decision:
    """A photo without words waits for them, silently."""
    return Decision(attachments=tuple(pieces_of(known, inbound, None)))
