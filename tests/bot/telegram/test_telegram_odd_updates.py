"""No update, however odd, gets past the door or breaks it."""

from __future__ import annotations

import asyncio
import copy
import json
from dataclasses import asdict
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from telegram import User

from bot.channels.telegram import TelegramChannel
from bot.channels.telegram_intake import Intake
from tests.bot.post import HandClock
from tests.bot.telegram.around import NotebookDesk, update
from tests.platforms.telegram import TOKEN
from tests.storage.things import NOON

NOWHERE = TelegramChannel(TOKEN, "http://127.0.0.1:9")
NOWHERE._me = User(7700000001, "呼应", is_bot=True, username="huying_bot")
ODD = st.sampled_from([None, True, -1, 0, 2**70, 1e300, "", "x", "\ud800", "\0", [], {}, [None], {"id": "x"}])


def leaves(node: Any) -> list[tuple[Any, Any]]:
    """Return every place in a JSON value, as (container, key)."""
    keys = list(node) if isinstance(node, dict) else range(len(node)) if isinstance(node, list) else []
    return [place for key in keys for place in [(node, key), *leaves(node[key])]]


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_no_update_however_odd_gets_past_the_door_or_breaks_it(data):
    joined = {"status": "member", "user": {"id": 7700000001, "is_bot": True, "first_name": "呼应"}}
    left = {**joined, "status": "left"}
    mei = {"id": 2001, "is_bot": False, "first_name": "梅姨"}
    group = {"id": -1001000001, "type": "supergroup", "title": "第一网格"}
    told = {
        "chat": group,
        "from": mei,
        "date": NOON // 1000,
        "old_chat_member": left,
        "new_chat_member": joined,
    }
    sizes = [{"file_id": "a", "file_unique_id": "a", "width": 90, "height": 90}]
    odd = copy.deepcopy(
        data.draw(
            st.sampled_from(
                [
                    update(),
                    {"update_id": 8, "my_chat_member": told},
                    {"update_id": 9, "edited_message": {**update()["message"], "photo": sizes, "text": None}},
                ]
            )
        )
    )
    for _ in range(data.draw(st.integers(1, 3))):
        container, key = data.draw(st.sampled_from(leaves(odd)))
        container[key] = copy.deepcopy(data.draw(ODD))

    async def one() -> None:
        desk = NotebookDesk()
        await Intake(NOWHERE, desk, HandClock()).take(odd)
        for inbound in desk.heard:
            # What a database will be asked to hold.
            json.dumps(asdict(inbound), ensure_ascii=False).encode("utf-8")
        for aside in desk.aside:
            "".join(aside).encode("utf-8")

    asyncio.run(one())
