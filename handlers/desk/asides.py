"""What somebody is asked about in private while they go on talking in the group."""

from __future__ import annotations

from handlers import fragments
from handlers.dialogue import Step
from handlers.intake import Draft
from handlers.messages import Inbound
from storage.records import Dialogue, Instant
from storage.turn import Turn


async def asked(turn: Turn, inbound: Inbound, now: Instant) -> Dialogue | None:
    """Return the question put in private about what the sender has just complained of in this group."""
    if inbound.private or inbound.sender is None:
        return None
    account = inbound.sender.account
    waiting = await turn.dialogues.get(account, account)
    if waiting is None or waiting.expires_at <= now or waiting.step != Step.OPENLY:
        return None
    what = Draft.from_data(waiting.data["draft"])
    return waiting if what.origin == inbound.chat and now - what.at <= fragments.TOGETHER else None
