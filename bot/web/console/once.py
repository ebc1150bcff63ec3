"""A form that is no order to the desk, sent twice, is done once."""

from __future__ import annotations

from bot.channels.console import PLATFORM
from bot.web.console.office import Asking
from bot.web.say import NONCE
from bot.web.uploads import Form
from storage.turn import Turn


async def first_time(turn: Turn, asking: Asking, form: Form, *, of: str = "") -> bool:
    """Return whether this form comes for the first time, and note that it came. Its `once` names it; a form without
    one is taken each time. `of`: what it is about, where the same `once` of another must not pass for it."""
    if not NONCE.fullmatch(form.get("once")):
        return True
    key = f"{PLATFORM}:{asking.person.id}:{f'{of}:' if of else ''}{form.get('once')}"
    if await turn.inbox.seen([key]):
        return False
    turn.inbox.keep(key, asking.now, {})
    return True
