"""Where little can be said: which change of a card is worth a message of its own, and how much each letter matters."""

from __future__ import annotations

from collections.abc import Sequence

from handlers.cards import View
from handlers.lifecycle import TAKEN
from storage.records import LetterKind, Owed, State, Ticket, Weight

SETTLES = frozenset(
    {"told.declined", "told.declined_finally", "told.dismissed", "told.dismissed_finally", "told.merged"}
)
"""News after which nothing more comes of a report, unless its reader does something."""

ENDINGS = frozenset(
    {
        "ask.thanks",
        "timeout.building",
        "timeout.building_anonymous",
        "timeout.more",
        "timeout.openly",
        "timeout.several",
        "timeout.what",
        "timeout.whybad",
    }
)
"""What a question becomes when it is over and something else says what came of it, or nothing did. Where the question stays
as it was, nobody misses these words."""


def mark_of(ticket: Ticket, view: View, untold: Sequence[object] = ()) -> str:
    """Return what of the card is news to those who see it. When it changes, they may be told; see also `worth_telling`."""
    if view is View.CREW:
        return f"untold {len(untold)}" if untold else ""
    taken = f"{ticket.accepted_at} {ticket.reopened}" if ticket.accepted_at is not None else ""
    if view is View.REPORTER:
        return taken
    hands = ticket.handler or ticket.handler_name or ""
    moments = (str(moment or "") for moment in (ticket.paused_at, ticket.resolved_at))
    return " ".join(part for part in (taken, hands, ticket.plan, *moments) if part)


def worth_telling(ticket: Ticket, view: View, mark: str) -> bool:
    """True when a card that shows this for the first time is worth a message.

    The reporter gets a letter of its own when the work is handed on, planned, paused or done, so that their card says
    only who has taken it and until when; a group gets none of these letters, so that its card says it all. Whoever works on a ticket hears of it when
    somebody has to be phoned; what they did themselves they were answered.
    """
    if view is View.CREW:
        return bool(mark)
    if view is View.GROUP and ticket.state is State.RESOLVED:
        return True
    if ticket.state not in TAKEN or not mark:
        return False
    elsewhere = ticket.handler_name or ticket.handler != ticket.first_responder
    told_by_letter = ticket.state is State.PLANNED or ticket.paused_at is not None or elsewhere
    return view is View.GROUP or not told_by_letter


def weight_of_card(*, first: bool, anew: bool) -> Weight:
    """The first one says that it is filed and who is waited for."""
    return Weight.MUCH if first else Weight.SOME if anew else Weight.LITTLE


def weight_of(owed: Owed, ticket: Ticket | None) -> Weight:
    """Return how much a letter that is no card matters to its reader."""
    key = owed.body["say"]["key"] if "say" in owed.body else ""
    if owed.kind in (LetterKind.PAGE, LetterKind.ALERT, LetterKind.ASK):
        return Weight.MUCH
    if owed.kind is LetterKind.ANSWER:
        return Weight.LITTLE if key in ENDINGS or not key else Weight.MUCH
    if owed.kind is LetterKind.NEWS and ticket is not None:
        if owed.reader == ticket.reporter:
            return Weight.MUCH if key in SETTLES else Weight.SOME
        return Weight.LITTLE
    return Weight.SOME
