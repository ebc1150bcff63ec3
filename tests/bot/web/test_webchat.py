"""The web chat as a channel: what is sent lies on the shelf, and whoever watches that chat is woken."""

from __future__ import annotations

import asyncio

import pytest

from bot.channels.webchat import WebChannel
from handlers.messages import Button, NotDelivered, Outgoing
from storage.database import open_store
from storage.records import Address
from tests.bot.web.house import GROUP, TurnedClock
from tests.patience import PATIENCE

CARD = Outgoing(
    GROUP,
    "等王芳接单 · 14:05 前",
    "#1024 电梯",
    ((Button("接单", "accept:1"), Button("电话", url="tel:138")),),
    ("ab" * 32,),
)


async def test_a_letter_lies_on_the_shelf_as_it_was_written(house):
    message = await house.webchat.send(CARD)
    (shown,) = await house.shelf(GROUP)
    assert (shown.id, shown.heading, shown.text, shown.account) == (message, CARD.heading, CARD.text, None)
    assert [b["label"] for b in shown.buttons[0]] == ["接单", "电话"]
    assert list(shown.photos) == list(CARD.photos)


async def test_an_edit_replaces_the_message_in_its_place(house):
    message = await house.webchat.send(CARD)
    await house.webchat.send(Outgoing(GROUP, "下一条"))
    assert await house.webchat.send(Outgoing(GROUP, "王芳已受理", "#1024 电梯", edit=message)) == message
    first, second = await house.shelf(GROUP)
    assert (first.id, first.text, first.buttons) == (message, "王芳已受理", [])
    assert second.text == "下一条"


@pytest.mark.parametrize("edit", ["999", "not-a-number", ""])
async def test_a_message_that_is_not_there_cannot_be_edited(house, edit):
    with pytest.raises(NotDelivered) as refused:
        await house.webchat.send(Outgoing(GROUP, "王芳已受理", edit=edit))
    assert refused.value.gone


async def test_a_message_of_another_chat_cannot_be_edited(house):
    message = await house.webchat.send(CARD)
    with pytest.raises(NotDelivered):
        await house.webchat.send(Outgoing(Address("web:somebody"), "x", edit=message))


async def test_a_database_that_is_away_asks_for_a_pause(house):
    house.store.path.unlink()
    with pytest.raises(NotDelivered) as refused:
        await house.webchat.send(CARD)
    assert (refused.value.forever, refused.value.everywhere) == (False, True)
    assert refused.value.wait > 0


async def test_only_those_who_watch_the_chat_are_woken(house):
    with house.webchat.listen([GROUP]) as ours, house.webchat.listen([Address("web:other")]) as theirs:
        await house.webchat.send(CARD)
        assert ours.is_set()
        assert not theirs.is_set()


async def test_what_another_process_sends_wakes_our_pages_too(house):
    elsewhere = await open_store(house.store.url)
    try:
        with house.webchat.listen([GROUP]) as stirred:
            await asyncio.sleep(0)
            other = WebChannel(elsewhere, TurnedClock())
            # The first look only learns where the shelf stands, so keep sending until one is noticed.
            async with asyncio.timeout(PATIENCE):
                while not stirred.is_set():
                    await other.send(CARD)
                    await asyncio.sleep(0.1)
    finally:
        await elsewhere.close()


async def test_closing_wakes_everyone_for_the_last_time(house):
    with house.webchat.listen([]) as stirred:
        house.webchat.close()
        assert stirred.is_set()
    with house.webchat.listen([GROUP]) as late:
        assert late.is_set()
