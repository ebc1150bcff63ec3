"""Photos and voices that could not be kept: who sent them is told why, once for a whole album."""

from __future__ import annotations

from handlers.known import Known
from handlers.messages import Decision, Letter, Say
from handlers.wording import word
from storage.records import Attachment, LetterKind

REASONS = frozenset({"empty", "too_large", "not_media", "broken", "gone", "unreachable"})
"""Why bytes cannot be kept: the causes of storage.media.NotKept, and those of bot/fetching.py."""


def tell_sender(known: Known, attachment: Attachment, why: str) -> Decision:
    """Tell the sender privately; where that is not possible, below the report in its group. `known.file` is its ticket.

    Nobody is told whose sender the platform hid.
    """
    sender = attachment.person
    if sender is None:
        return Decision()
    ticket = known.file.ticket if known.file else None
    pieces = {
        "what": word(f"piece.{attachment.kind if attachment.kind in ('photo', 'voice') else 'file'}"),
        "why": word(f"lost.{why if why in REASONS else 'unreachable'}"),
    }
    say = Say("lost", pieces) if ticket is None else Say("lost.of", {"number": ticket.number, **pieces})
    group = ticket.origin if ticket is not None and not ticket.private else None
    letter = Letter(
        to=sender,
        kind=LetterKind.NEWS,
        say=say,
        ticket=ticket.id if ticket else None,
        once=f"{ticket.id if ticket else attachment.at}:lost:{sender}:{why}",
        fallback=group,
        reply_to=ticket.origin_message if ticket is not None and sender == ticket.reporter else None,
    )
    return Decision(letters=(letter,))
