"""A form that is no order to the desk, sent twice, is done once."""

from __future__ import annotations

import hashlib

from bot.channels.console import PLATFORM
from bot.web.console.office import Asking
from bot.web.say import NONCE
from bot.web.uploads import Form
from storage.turn import Turn


async def first_time(turn: Turn, asking: Asking, form: Form, *, of: str) -> bool:
    """Return whether this form comes for the first time, and note that it came. Its `once` names it; a form without
    one is taken each time. `of`: what it is about and what it says of that, for all forms of a page carry the same
    `once`, and one of them must not pass for another. Kept as a hash: it may hold somebody's words."""
    if not NONCE.fullmatch(form.get("once")):
        return True
    about = hashlib.sha256(of.encode()).hexdigest()[:32]
    key = f"{PLATFORM}:{asking.person.id}:{about}:{form.get('once')}"
    if await turn.inbox.seen([key]):
        return False
    turn.inbox.keep(key, asking.now, {})
    return True
