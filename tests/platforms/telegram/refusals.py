"""The refusals Telegram gives, in its own words.

The words are those of Telegram's own Bot API server (github.com/tdlib/telegram-bot-api, Client.cpp); programs compare
them, so they are part of the protocol.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

JSON = dict[str, Any]


@dataclass
class Refused(Exception):
    """The call is not done. `parameters` holds `retry_after` (seconds) or `migrate_to_chat_id` when there is one."""

    code: int
    description: str
    parameters: Mapping[str, int] = field(default_factory=dict)

    def body(self) -> JSON:
        said: JSON = {"ok": False, "error_code": self.code, "description": self.description}
        return {**said, "parameters": dict(self.parameters)} if self.parameters else said


def bad(why: str) -> Refused:
    """400: this call can never succeed as it is. The first letter is made small, as Telegram does."""
    shouted = len(why) > 1 and (why[1] == "_" or why[1].isupper())
    return Refused(400, f"Bad Request: {why if shouted else why[:1].lower() + why[1:]}")


def forbidden(why: str) -> Refused:
    return Refused(403, f"Forbidden: {why}")


def conflict(why: str) -> Refused:
    return Refused(409, f"Conflict: {why}")


def too_many(retry_after: int) -> Refused:
    """429: `retry_after` is in whole seconds, at least 1."""
    return Refused(429, f"Too Many Requests: retry after {retry_after}", {"retry_after": retry_after})


def upgraded(new_chat_id: int) -> Refused:
    return Refused(
        400,
        "Bad Request: group chat was upgraded to a supergroup chat",
        {"migrate_to_chat_id": new_chat_id},
    )


UNAUTHORIZED = Refused(401, "Unauthorized")
NOT_FOUND = Refused(404, "Not Found")
METHOD_NOT_FOUND = Refused(404, "Not Found: method not found")
CHAT_NOT_FOUND = bad("chat not found")
NOT_MODIFIED = bad(
    "message is not modified: specified new message content and reply markup are exactly the same as a current "
    "content and reply markup of the message"
)
QUERY_TOO_OLD = bad("query is too old and response timeout expired or query ID is invalid")
