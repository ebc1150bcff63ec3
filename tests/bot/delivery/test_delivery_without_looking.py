"""What has no room on its platform costs nothing until there is room; everything else goes on meanwhile."""

from __future__ import annotations

import asyncio

import pytest

from bot.delivery import Delivery
from bot.pacing import MARGIN, TELEGRAM, Pace
from handlers.messages import Outgoing
from storage.records import SECOND, Owed
from storage.turn import Turned
from tests.bot.post import PaperDesk, Post, texts
from tests.patience import PATIENCE
from tests.platforms.telegram import Chat, TelegramServer
from tests.storage.things import a_letter


@pytest.fixture
def groups(telegram: TelegramServer) -> list[Chat]:
    return [telegram.supergroup(-1002000000 - n, f"第{n}网格", []) for n in range(60)]


@pytest.fixture
async def turns(post: Post, groups: list[Chat]) -> list[Turned]:
    """More letters than may leave in a second, as many sent as may at once; the turns from then on."""
    for chat in groups[:40]:
        await post.owe("你好", f"telegram:{chat.id}")
    await post.settled()
    assert len(sent(groups)) == 27
    told: list[Turned] = []
    post.store.on_turn = told.append
    return told


def sent(groups: list[Chat]) -> list[str]:
    return [text for chat in groups for text in texts(chat)]


async def owe(post: Post, *letters: Owed) -> None:
    """Owe letters, tell delivery of which kind they are, as bot/app.py does, and let it do what it can."""
    async with post.store.turn() as turn:
        for letter in letters:
            turn.outbox.owe(letter)
        owed = turn.outbox.owed_on
    post.delivery.nudge(owed)
    await asyncio.wait_for(post.delivery._quiet.wait(), PATIENCE)


def to(chat: Chat, rank: int = 1) -> Owed:
    return a_letter(f"telegram:{chat.id}", rank=rank, body={"text": "紧急" if rank == 0 else "你好"})


async def test_a_letter_for_a_platform_without_room_makes_nobody_look(post, groups, turns):
    for chat in groups[40:]:
        await owe(post, to(chat))
    assert len(turns) == 20
    post.clock.turn(SECOND // 2)
    await post.settled()
    assert len(sent(groups)) == 30
    turns.clear()
    # Now not even an emergency has a place; and it is not forgotten when it has.
    await owe(post, to(groups[59], rank=0))
    assert len(turns) == 1
    await post.later(3 * SECOND, step=50)
    assert len(sent(groups)) == 61
    assert texts(groups[59]) == ["紧急", "你好"]
    assert post.telegram.refusals == []


async def test_an_emergency_goes_while_others_have_no_room(post, groups, turns):
    await owe(post, to(groups[50]))
    await owe(post, to(groups[51], rank=0))
    await post.telegram.wait_for(lambda: texts(groups[51]) == ["紧急"])
    assert texts(groups[50]) == []


async def test_as_soon_as_there_is_room_the_next_one_goes_without_being_called(post, groups, turns):
    await owe(post, to(groups[50]))
    post.clock.turn(SECOND + MARGIN)
    await post.telegram.wait_for(lambda: len(sent(groups)) == 41)


async def test_while_one_platform_has_no_room_another_goes_on(store, channel, clock, groups):
    class Shelf:
        platform = "web"
        taken = asyncio.Event()

        async def send(self, out: Outgoing) -> str:
            self.taken.set()
            return "1"

    shelf, paces = Shelf(), {"telegram": Pace(TELEGRAM)}
    paces["telegram"].rest_all(clock.now() + 3600 * SECOND)
    delivery = Delivery(store, PaperDesk(store), {"telegram": channel, "web": shelf}, clock, paces)
    running = asyncio.create_task(delivery.run())
    post = Post(store, None, clock, delivery._desk, delivery)
    await post.settled()
    await owe(post, to(groups[0]), a_letter("web:mei", body={"text": "你好"}))
    await asyncio.wait_for(shelf.taken.wait(), PATIENCE)
    # One that has its own time is not forgotten beside it.
    shelf.taken.clear()
    await owe(post, a_letter("web:mei", body={"text": "早"}, not_before=clock.now() + 2 * SECOND))
    clock.turn(2 * SECOND)
    await asyncio.wait_for(shelf.taken.wait(), PATIENCE)
    assert texts(groups[0]) == []
    running.cancel()
    await asyncio.wait({running})
