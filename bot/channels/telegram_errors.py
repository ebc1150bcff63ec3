"""Telegram's refusals and the network's failures, told as what the caller can do about them.

The words compared here are those of Telegram's Bot API server (github.com/tdlib/telegram-bot-api, Client.cpp) and, in
capitals, of Telegram's own API behind it.
"""

from __future__ import annotations

from datetime import timedelta

from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)

from bot.channels.telegram_transport import NotConnected, NotConnectedInTime, TooMuch, Unanswered
from handlers.messages import NotDelivered
from storage.records import MINUTE, SECOND, Span, address

NOT_MODIFIED = "message is not modified"
NO_TEXT = "there is no text in the message to edit"
TOO_OLD = ("query is too old", "query_id_invalid", "query id is invalid")

GONE = (
    "message to edit not found",
    "message can't be edited",
    "message_id_invalid",
    NO_TEXT,
)
NEVER = (
    "chat not found",
    "user not found",
    "peer_id_invalid",
    "user_is_blocked",
    "input_user_deactivated",
    "bot was kicked",
    "group chat was deactivated",
    "not enough rights",
    "have no rights",
    "chat_write_forbidden",
    "chat_restricted",
    "chat_send_plain_forbidden",
    "chat_admin_required",
    "topic_closed",
    "file is too big",
    "invalid file_id",
    "wrong file identifier",
    "file_reference_expired",
)


def refusal(error: Exception) -> NotDelivered:
    """Return what a failed call means for the letter it carried."""
    why = f"{type(error).__name__}: {error}"
    match error:
        case RetryAfter():
            return NotDelivered(why, wait=pause_asked(error))
        case ChatMigrated():
            return NotDelivered(why, moved_to=address("telegram", error.new_chat_id))
        case Forbidden():
            return NotDelivered(why, forever=True)
        case InvalidToken() | Conflict():
            # Not the chat's fault: nothing can be said anywhere until somebody puts the token right.
            return NotDelivered(why, wait=MINUTE, everywhere=True)
        case NetworkError() if judged(error):
            return refused(why, error.message.lower())
        case NetworkError():
            return unreached(why, error)
        case TooMuch():
            return NotDelivered(why, unsure=True)
        case TelegramError():
            # Something else than Telegram answered in its place, with no JSON at all.
            return NotDelivered(why, everywhere=True)
    # Telegram said yes in words that could not be read: it may stand in the chat.
    return NotDelivered(why, unsure=True)


def judged(error: TelegramError) -> bool:
    """Say whether the letter itself was looked at and not taken: a 400, or a 413 for one that is too heavy.

    The library has no class for a 413, which comes from the machines before Telegram and never gets lighter.
    """
    return isinstance(error, BadRequest) or "too large" in error.message.lower()


def refused(why: str, words: str) -> NotDelivered:
    """What was judged. One that is known to nobody is about the letter itself, and has no mark at all."""
    if any(known in words for known in GONE):
        return NotDelivered(why, gone=True)
    return NotDelivered(why, forever=any(known in words for known in NEVER))


def unreached(why: str, error: NetworkError) -> NotDelivered:
    """No answer, or one from the machines before Telegram. Only what surely never left is safe to repeat at will."""
    if isinstance(error, NotConnected | NotConnectedInTime):
        return NotDelivered(why, everywhere=True)
    # A gateway that lost patience says nothing of Telegram behind it: the letter may stand there.
    unsure = isinstance(error, TimedOut | Unanswered) or "gateway timeout" in error.message.lower()
    # Otherwise nobody's in particular, and no pause was asked for: the caller finds its own.
    return NotDelivered(why, unsure=unsure, everywhere=not unsure)


def pause_asked(error: RetryAfter) -> Span:
    """Return the pause in ms. python-telegram-bot gives seconds or, when PTB_TIMEDELTA is set, a timedelta."""
    pause = error.retry_after
    return round(pause.total_seconds() * 1000) if isinstance(pause, timedelta) else pause * SECOND
