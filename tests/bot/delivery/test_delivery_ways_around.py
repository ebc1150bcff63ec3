"""A way that leads nowhere is not taken twice: the next route, a new address, a new message, or nothing at all."""

from __future__ import annotations

import asyncio

import pytest

from bot.delivery import Delivery
from handlers.messages import NotDelivered, Outgoing
from storage.records import HOUR, MINUTE, SECOND, Account, Fate, LetterKind
from tests.bot.post import GROUP, LEI, MEI, SOON, PaperDesk, Post, texts
from tests.storage.things import NOON, a_person

pytestmark = pytest.mark.filterwarnings("ignore:.*retry_after")


# --- ways around ---------------------------------------------------------------------------------------------------


async def test_who_blocked_the_bot_is_passed_over_and_remembered(post, mei, lei):
    async with post.store.turn() as turn:
        await turn.people.save(a_person())
        await turn.people.bind(Account(MEI, "meiyi", NOON, reachable=True))
    await mei.blocks_bot()
    await post.owe("有人报修", MEI, LEI)
    await post.settled()
    assert texts(lei.chat) == ["有人报修"]
    assert post.fates() == {"有人报修": Fate.SENT}
    async with post.store.view() as view:
        assert [account.reachable for account in await view.people.accounts("meiyi")] == [False]


async def test_when_no_way_is_left_the_desk_is_told_once(post, mei, lei):
    await mei.blocks_bot()
    await lei.blocks_bot()
    await post.owe("有人报修", MEI, LEI)
    await post.settled()
    await post.later(HOUR, step=10 * MINUTE)
    assert [text for text, _ in post.desk.unreached] == ["有人报修"]
    assert "blocked" in post.desk.unreached[0][1]
    assert post.fates() == {"有人报修": Fate.UNDELIVERABLE}


async def test_a_route_to_another_platform_is_taken_by_that_platform(store, telegram, clock, channel, mei):
    class Shelf:
        platform = "web"
        said: list[str]

        def __init__(self) -> None:
            self.said = []

        async def send(self, out: Outgoing) -> str:
            self.said.append(out.text)
            return "1"

        async def fetch(self, ref: str) -> bytes:
            raise NotDelivered(ref, forever=True)

    shelf, desk = Shelf(), PaperDesk(store)
    delivery = Delivery(store, desk, {"telegram": channel, "web": shelf}, clock)
    running = asyncio.create_task(delivery.run())
    await mei.blocks_bot()
    post = Post(store, telegram, clock, desk, delivery)
    await post.owe("有人报修", MEI, "web:mei")
    await post.settled()
    assert shelf.said == ["有人报修"]
    running.cancel()
    await asyncio.wait({running})


async def test_a_letter_that_became_untrue_is_dropped_at_the_door(post, mei):
    post.desk.untrue.add("没人接单")
    await post.owe("没人接单", MEI)
    await post.settled()
    assert texts(mei.chat) == []
    assert post.fates() == {"没人接单": Fate.DROPPED}


async def test_a_group_that_became_a_supergroup_gets_its_letters_at_the_new_address(post, telegram, mei):
    old = telegram.group(-5001, "旧群", admins=[mei])
    new = await mei.upgrades(old, -1005001)
    await post.owe("还在吗", "telegram:-5001")
    await post.settled()
    assert texts(new)[-1] == "还在吗"
    await post.owe("在的", f"telegram:{new.id}")
    await post.later(SOON)
    assert texts(new)[-2:] == ["还在吗", "在的"]


async def test_a_card_is_edited_and_comes_anew_when_its_message_is_gone(post, group):
    await post.owe("等接单", GROUP, kind=LetterKind.CARD, ticket="jinghe-1024")
    await post.later(SOON)
    await post.owe("已受理", GROUP, kind=LetterKind.CARD, ticket="jinghe-1024")
    await post.later(SOON)
    assert texts(group) == ["已受理"]
    group.last.deleted = True
    await post.owe("已办结", GROUP, kind=LetterKind.CARD, ticket="jinghe-1024")
    await post.later(SOON)
    assert texts(group) == ["已办结"]
    assert set(post.fates().values()) == {Fate.SENT}


async def test_an_answer_that_should_replace_a_message_that_is_gone_comes_as_a_new_one(post, group):
    await post.owe("几号楼？", GROUP)
    await post.settled()
    number = group.last.id
    group.last.deleted = True
    await post.owe("3号楼，收到", GROUP, ticket="jinghe-1024", body={"edit": str(number)})
    await post.later(5 * SECOND, step=SECOND)
    assert texts(group) == ["3号楼，收到"]
