"""登记 below a neighbour's message nobody took for a call: it becomes their report, as if it had been heard at once."""

from __future__ import annotations

from dataclasses import replace

from handlers import access
from handlers.commands import Order, Verb
from handlers.conversation import Heard, hear
from handlers.dialogue import Step
from handlers.known import chat_index
from handlers.messages import Inbound, Sender
from storage.records import Dialogue, Directory, Instant, resident_id
from storage.turn import Turn


async def in_place_of(
    turn: Turn, directory: Directory, inbound: Inbound, heard: Heard, now: Instant
) -> tuple[Inbound, Heard]:
    """Return the message that was answered, as its writer's own, when the one who says 登记 may take it up.

    The grid's leader, its deputies and staff may, and its writer themselves. From then on everything goes the usual way:
    what is missing is asked of the writer, a twin is joined, the photo comes along. Words of anybody else are what they
    are without the message they answer. A message that is a ticket already, or is being asked about, is left to
    conversation to say so.
    """
    answered, grid = inbound.answers, chat_index(directory).grid(directory, inbound.chat)
    assert answered is not None, "taken up is what was answered"
    speaker = await turn.people.by_account(inbound.sender.account) if inbound.sender else None
    own = inbound.sender is not None and inbound.sender == answered.sender
    may = grid is not None and (own or access.may_take_up(speaker, grid, directory))
    if not may or inbound.sender is None:
        return inbound, hear(replace(inbound, answers=None), heard.words)
    if await _is_known(turn, inbound, answered.sender, now):
        return inbound, heard
    theirs = replace(
        inbound,
        sender=answered.sender,
        text=answered.text,
        pieces=answered.pieces,
        message=inbound.reply_to,
        reply_to=None,
        answers=None,
        to_bot=False,
        helper=speaker.id if speaker is not None else resident_id(inbound.sender.account),
    )
    return theirs, replace(heard, order=Order(Verb.REPORT, rest=answered.text))


async def _is_known(turn: Turn, inbound: Inbound, writer: Sender | None, now: Instant) -> bool:
    """True for a message that is a ticket's, or about which its writer is being asked more than whether it is one."""
    assert inbound.reply_to is not None, "it answers a message"
    if await turn.tickets.by_card(inbound.chat, inbound.reply_to) is not None:
        return True
    if writer is None:
        return False
    account = writer.account
    asked = await turn.dialogues.get_many([(inbound.chat, account), (account, account)])
    return any(_is_about(one, inbound.reply_to) for one in asked.values() if one.expires_at > now)


def _is_about(asked: Dialogue, message: str) -> bool:
    draft = asked.data.get("draft") if asked.step != Step.CONFIRM else None
    return draft is not None and draft["origin_message"] == message
