from __future__ import annotations

from contextlib import closing
from dataclasses import replace

import pytest

from storage.database import Contradiction, Store
from storage.records import Address, Dialogue
from tests.storage.hand import raw
from tests.storage.things import GROUP, NOON

MEIYI, ZHANG = Address("telegram:1001"), Address("telegram:1002")
ASKING = Dialogue(GROUP, MEIYI, "building", {"words": "楼道灯又坏了", "photos": [1, 2]}, NOON + 600)


async def test_a_message_taken_once_gives_the_same_answer_again(store: Store) -> None:
    async with store.turn() as turn:
        assert await turn.inbox.seen(["telegram:1", "telegram:2"]) == {}
        turn.inbox.keep("telegram:1", NOON, {"toast": "已接单", "alert": False})
        assert await turn.inbox.seen(["telegram:1", "telegram:2"]) == {
            "telegram:1": {"toast": "已接单", "alert": False}
        }
    async with store.view() as view:
        assert (await view.inbox.seen(["telegram:1"]))["telegram:1"]["toast"] == "已接单"


async def test_a_message_is_never_taken_twice(store: Store) -> None:
    async with store.turn() as turn:
        turn.inbox.keep("telegram:1", NOON, {})
    with pytest.raises(Contradiction):
        async with store.turn() as turn:
            turn.inbox.keep("telegram:1", NOON, {})


async def test_a_message_nobody_could_deal_with_is_kept_with_its_text(store: Store) -> None:
    async with store.turn() as turn:
        await turn.inbox.set_aside("telegram:1", NOON, '{"text": "电梯"}', "KeyError: 'chat'")
        await turn.inbox.set_aside(
            "telegram:2", NOON, "half a character \ud83d and \0", "UnicodeEncodeError \ud83d"
        )
        await turn.inbox.set_aside("telegram:1", NOON + 1, '{"text": "电梯"}', "again")
    with closing(raw(store)) as file:
        rows = file.execute("SELECT key, at, raw, why FROM set_aside ORDER BY key").fetchall()
    assert rows[0] == ("telegram:1", NOON + 1, '{"text": "电梯"}', "again")
    assert rows[1][2].startswith("half a character")


async def test_a_dialogue_survives_and_is_one_accounts_own(store: Store) -> None:
    async with store.turn() as turn:
        assert await turn.dialogues.get(GROUP, MEIYI) is None
        await turn.dialogues.put(ASKING)
        assert await turn.dialogues.get(GROUP, MEIYI) == ASKING
        assert await turn.dialogues.get(GROUP, ZHANG) is None
    async with store.view() as view:
        assert await view.dialogues.get(GROUP, MEIYI) == ASKING
        assert await view.dialogues.get(Address(f"{GROUP}/17"), MEIYI) is None


async def test_a_dialogue_takes_the_place_of_the_one_before(store: Store) -> None:
    async with store.turn() as turn:
        await turn.dialogues.put(ASKING)
    async with store.turn() as turn:
        await turn.dialogues.put(further := replace(ASKING, step="unit", data={"building": "3"}))
    async with store.view() as view:
        assert await view.dialogues.of(MEIYI) == [further]


async def test_a_dropped_dialogue_is_gone_at_once(store: Store) -> None:
    async with store.turn() as turn:
        await turn.dialogues.put(ASKING)
        await turn.dialogues.drop(GROUP, MEIYI)
        await turn.dialogues.drop(GROUP, ZHANG)
        assert await turn.dialogues.get(GROUP, MEIYI) is None
        assert await turn.dialogues.of(MEIYI) == []


async def test_dialogues_end_in_the_order_of_their_times(store: Store) -> None:
    async with store.turn() as turn:
        for account, left in ((MEIYI, 9), (ZHANG, 3)):
            await turn.dialogues.put(replace(ASKING, account=account, expires_at=NOON + left))
        assert [one.account for one in await turn.dialogues.due(NOON + 9)] == [ZHANG, MEIYI]
        assert [one.account for one in await turn.dialogues.due(NOON + 3)] == [ZHANG]
        assert await turn.dialogues.due(NOON + 2) == []


async def test_the_question_is_known_by_its_message(store: Store) -> None:
    async with store.turn() as turn:
        await turn.dialogues.put(ASKING)
    async with store.turn() as turn:
        await turn.dialogues.asked(GROUP, MEIYI, "77")
        await turn.dialogues.asked(GROUP, ZHANG, "78")
    async with store.view() as view:
        assert await view.dialogues.get(GROUP, MEIYI) == replace(ASKING, question="77")
        assert await view.dialogues.get(GROUP, ZHANG) is None
