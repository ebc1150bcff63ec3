"""What an act was answered with, on the page that follows it: it is kept with the act, so the page may be looked at again."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.channels.console import PLATFORM
from bot.web.console.office import Asking, act_key
from bot.web.say import NONCE
from bot.web.uploads import Form
from handlers.desk.save import answer_from
from handlers.messages import Piece
from storage.records import address
from storage.turn import Turn

ANSWERED = re.compile(rf"{NONCE.pattern}:[0-9a-f]{{12}}", re.ASCII)
"""The key of an act without whose it is: nobody reads the answer to another's."""


def done_by(asking: Asking, form: Form, order: str, pieces: Sequence[Piece] = ()) -> str:
    """Return what the page after the act has in its address."""
    return act_key(asking, form, order, pieces).removeprefix(f"{address(PLATFORM, asking.person.id)}:")


async def answer_to(turn: Turn, asking: Asking, done: str) -> str:
    """Return what their act was answered with, "" when there is none of theirs."""
    if not ANSWERED.fullmatch(done):
        return ""
    key = f"{address(PLATFORM, asking.person.id)}:{done}"
    kept = (await turn.inbox.seen([key])).get(key)
    answer = answer_from(kept) if kept else None
    return (answer.said or answer.toast) if answer else ""
