from __future__ import annotations

from storage.database import Store
from storage.records import (
    Address,
    Attachment,
    Card,
    Community,
    Compound,
    Dialogue,
    Directory,
    Grid,
    Regime,
)
from tests.storage.things import GROUP, NOON, a_letter, report

NEW = Address("telegram:-1009999999")
TOPIC, NEW_TOPIC = Address(f"{GROUP}/17"), Address(f"{NEW}/17")
LONGER = Address(f"{GROUP}5")
"""Another group, whose number begins like the one that moves."""
MEIYI = Address("telegram:1001")


async def moved(store: Store) -> None:
    async with store.turn() as turn:
        await turn.chats.moved(GROUP, NEW)


async def test_a_moved_group_keeps_its_grid_its_staff_and_its_street(store: Store) -> None:
    told = Directory(
        revision=0,
        communities={
            "jinghe": Community("jinghe", "径河社区", staff_chats=(Address("web:staff"), GROUP)),
            "other": Community("other", "别的社区", street_chats=(GROUP,)),
        },
        compounds={"east": Compound("east", "jinghe", "东区", Regime.NONE)},
        grids={"g": Grid("g", "jinghe", "east", "一", ("1",), "w", chats=(LONGER, TOPIC, Address("web:g")))},
        people={},
        accounts={},
        spots={},
    )
    async with store.turn() as turn:
        await turn.directory.replace(told)
    before = await store.directory()
    await moved(store)
    after = await store.directory()
    assert after.revision > before.revision
    assert after.communities["jinghe"].staff_chats == ("web:staff", NEW)
    assert after.communities["other"].street_chats == (NEW,)
    assert after.grids["g"].chats == (LONGER, NEW_TOPIC, "web:g")


async def test_cards_dialogues_and_origins_move_along(store: Store) -> None:
    async with store.turn() as turn:
        ticket = report(turn, 1001, origin=TOPIC, origin_message="5")
        other = report(turn, 1002, origin=LONGER, origin_message="5")
        await turn.cards.put(Card(ticket.id, TOPIC, "6", "p"))
        await turn.cards.put(Card(ticket.id, LONGER, "6", "p"))
        await turn.dialogues.put(Dialogue(GROUP, MEIYI, "building", {}, NOON, question="7"))
        await turn.dialogues.put(Dialogue(LONGER, MEIYI, "unit", {}, NOON))
        # What the turn remembers must move too.
        await turn.chats.moved(GROUP, NEW)
        found = await turn.tickets.get(ticket.id)
        assert found
        assert (found.origin, found.origin_message) == (NEW_TOPIC, None)
        dialogue = await turn.dialogues.get(NEW, MEIYI)
        assert dialogue
        assert (dialogue.step, dialogue.question) == ("building", None)
    async with store.view() as view:
        assert {card.chat for card in await view.cards.of(ticket.id)} == {NEW_TOPIC, LONGER}
        # The new chat counts its messages anew: what is number 6 there has nothing to do with the card.
        assert await view.tickets.by_card(NEW, "6") is None
        assert await view.tickets.by_card(NEW, "5") is None
        assert await view.cards.get(ticket.id, NEW_TOPIC) == Card(ticket.id, NEW_TOPIC, "", "")
        assert await view.tickets.by_card(LONGER, "5") == other
        assert await view.dialogues.get(GROUP, MEIYI) is None
        assert await view.dialogues.get(LONGER, MEIYI) is not None


async def test_letters_still_owed_go_to_the_new_chat(store: Store) -> None:
    async with store.turn() as turn:
        turn.outbox.owe(a_letter(TOPIC))
        turn.outbox.owe(a_letter(MEIYI, GROUP))
        turn.outbox.owe(a_letter(LONGER))
        await turn.outbox.claim(NOON, lease=10, limit=1, platforms=["telegram"])
    await moved(store)
    async with store.turn() as turn:
        bundles = await turn.outbox.claim(NOON + 10, lease=10, limit=9, platforms=["telegram"])
        assert [letter.routes for (letter,) in bundles] == [(NEW_TOPIC,), (MEIYI, NEW), (LONGER,)]
        rows = await turn.outbox.sql.connection.fetch("SELECT chat FROM outbox WHERE fate = 'claimed'", {})
        assert {row["chat"] for row in rows} == {NEW, MEIYI, LONGER}


async def test_loose_photos_and_albums_move_along(store: Store) -> None:
    photo = Attachment(0, None, NOON, "telegram", "photo", "file-id")
    async with store.turn() as turn:
        await turn.media.put_loose(GROUP, MEIYI, "album", photo)
        await turn.media.set_album(GROUP, "album", "jinghe-1001", NOON)
    await moved(store)
    async with store.view() as view:
        assert len(await view.media.loose(NEW, MEIYI, NOON)) == 1
        assert await view.media.album_ticket(NEW, "album") == "jinghe-1001"


async def test_where_both_chats_have_something_the_new_ones_own_wins(store: Store) -> None:
    async with store.turn() as turn:
        ticket = report(turn, 1001)
        for chat, said in ((GROUP, "old"), (NEW, "new")):
            await turn.cards.put(Card(ticket.id, chat, said, "p"))
            await turn.dialogues.put(Dialogue(chat, MEIYI, said, {}, NOON))
            await turn.media.set_album(chat, "album", said, NOON)
    await moved(store)
    await moved(store)
    async with store.view() as view:
        assert await view.cards.of(ticket.id) == [Card(ticket.id, NEW, "new", "p")]
        assert [(one.chat, one.step) for one in await view.dialogues.of(MEIYI)] == [(NEW, "new")]
        assert await view.media.album_ticket(NEW, "album") == "new"


async def test_a_chat_that_did_not_move_is_left_alone(store: Store) -> None:
    async with store.turn() as turn:
        await turn.chats.moved(GROUP, GROUP)
        await turn.chats.moved(GROUP, TOPIC)
    assert (await store.directory()).revision == 0


async def test_the_bots_coming_and_going_is_known_per_chat(store: Store) -> None:
    async with store.turn() as turn:
        assert await turn.chats.is_present(GROUP) is None
        await turn.chats.present(TOPIC, True, NOON)
        assert await turn.chats.is_present(GROUP) is True
        await turn.chats.present(GROUP, False, NOON + 1)
        assert await turn.chats.is_present(TOPIC) is False
    await moved(store)
    async with store.view() as view:
        assert await view.chats.is_present(GROUP) is None


async def test_a_card_is_one_per_ticket_and_chat(store: Store) -> None:
    async with store.turn() as turn:
        ticket = report(turn, 1001)
        await turn.cards.put(Card(ticket.id, GROUP, "6", "p"))
        await turn.cards.put(Card(ticket.id, GROUP, "7", "q"))
        assert await turn.cards.get(ticket.id, GROUP) == Card(ticket.id, GROUP, "7", "q")
        await turn.cards.drop(ticket.id, GROUP)
        assert await turn.cards.get(ticket.id, GROUP) is None
        assert await turn.cards.of(ticket.id) == []


async def test_a_card_in_a_topic_is_the_card_of_its_chat(store: Store) -> None:
    async with store.turn() as turn:
        ticket = report(turn, 1001)
        await turn.cards.put(Card(ticket.id, GROUP, "6", "p"))
        assert await turn.cards.get(ticket.id, TOPIC) == Card(ticket.id, GROUP, "6", "p")
        await turn.cards.put(Card(ticket.id, TOPIC, "7", "q"))
        assert await turn.cards.of(ticket.id) == [Card(ticket.id, TOPIC, "7", "q")]
        await turn.cards.drop(ticket.id, GROUP)
        assert await turn.cards.of(ticket.id) == []
