from __future__ import annotations

from storage.database import Store
from storage.records import Address, Shown
from tests.storage.things import NOON

MEI, WANG = Address("web:mei"), Address("web:wang")
SHA = "ab" * 32


async def test_a_message_comes_back_as_it_was_laid_down(store: Store) -> None:
    buttons = [[{"label": "接单", "press": "a:1"}]]
    async with store.turn() as turn:
        id = await turn.web.add(
            MEI,
            "呼应",
            None,
            "等王芳接单",
            heading="#1024",
            buttons=buttons,
            photos=[SHA],
            reply_to="7",
            at=NOON,
        )
    async with store.view() as view:
        expected = Shown(id, 1, MEI, "呼应", None, "#1024", "等王芳接单", buttons, [SHA], "7", NOON, None)
        assert await view.web.latest(MEI) == [expected]
        assert await view.web.get(MEI, id) == expected


async def test_a_browser_gets_what_changed_since_it_looked(store: Store) -> None:
    async with store.turn() as turn:
        first = await turn.web.add(MEI, "梅姨", MEI, "电梯停了", at=NOON)
        second = await turn.web.add(MEI, "呼应", None, "#1024", at=NOON)
        await turn.web.add(WANG, "王芳", WANG, "好", at=NOON)
    async with store.turn() as turn:
        assert await turn.web.newest() == 3
        assert [row.id for row in await turn.web.since(MEI, 0)] == [first, second]
        assert await turn.web.since(MEI, 2) == []
        assert await turn.web.edit(MEI, first, "改", "电梯好了", at=NOON + 1)
    async with store.view() as view:
        (changed,) = await view.web.since(MEI, 3)
        assert (changed.id, changed.change, changed.text, changed.edited_at) == (
            first,
            4,
            "电梯好了",
            NOON + 1,
        )
        assert await view.web.stirred(3) == [MEI]
        assert [row.id for row in await view.web.since(MEI, 0, 1)] == [second]
        assert [row.id for row in await view.web.latest(MEI, 1)] == [second]
        assert [row.id for row in await view.web.latest(MEI, 9)] == [first, second]


async def test_another_chats_message_can_be_neither_read_nor_changed(store: Store) -> None:
    async with store.turn() as turn:
        id = await turn.web.add(MEI, "梅姨", MEI, "电梯停了", at=NOON)
        assert await turn.web.get(WANG, id) is None
        assert not await turn.web.edit(WANG, id, "", "x", at=NOON)
        for nonsense in ("", "x", "-1", "4711", "½", "9" * 30):
            assert await turn.web.get(MEI, nonsense) is None
            assert not await turn.web.edit(MEI, nonsense, "", "x", at=NOON)


async def test_a_photo_may_be_fetched_by_those_who_were_shown_it(store: Store) -> None:
    async with store.turn() as turn:
        assert await turn.web.newest() == 0
        await turn.web.add(MEI, "梅姨", MEI, "", photos=["cd" * 32, SHA], at=NOON)
        assert await turn.web.shows(MEI, SHA)
        for chat, sha in (
            (WANG, SHA),
            (MEI, "ef" * 32),
            (MEI, SHA[:-1]),
            (MEI, "%"),
            (MEI, "_" * 64),
            (MEI, ""),
        ):
            assert not await turn.web.shows(chat, sha)
