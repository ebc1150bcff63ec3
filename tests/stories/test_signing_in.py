"""控制台: whoever has something to do there gets a way in, alone; nobody else does, and nothing keeps what it is."""

from __future__ import annotations

import json
import re

import httpx
import pytest

from bot.web.login import FROM_CHAT, SESSION_COOKIE
from handlers.desk import Desk
from handlers.messages import Outgoing, Say
from handlers.wording import pack
from storage.records import Account, Address, LetterKind, Owed
from tests.platforms.telegram import Person
from tests.stories.town import NOON, Town
from tests.stories.wechat_town import WeChatTown

TOKEN = re.compile(r"/console/login\?token=([\w-]{43})")


def sent_to(town: Town, who: Person) -> str:
    """The token of the link that stands last in their private chat."""
    found = TOKEN.search(town.last(who))
    assert found, town.last(who)
    return found[1]


async def signs_in(town: Town, token: str) -> httpx.Response:
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{town.house.port}") as browser:
        return await browser.post("/console/login", data={"token": token})


async def kept(town: Town) -> str:
    """What the store keeps of letters and answers."""
    async with town.store.view() as view:
        letters = await view.outbox.get_many(range(1, 200))
        answers = await view.inbox.seen([f"telegram:{n}" for n in range(1, 2000)])
    return json.dumps([[letter.body for letter in letters], answers], default=str)


@pytest.mark.parametrize("words", ["控制台", "/console"])
async def test_a_leader_asks_in_private_and_the_link_takes_them_in_once(town: Town, words: str) -> None:
    await town.says(town.leader, words, town.leader.chat)
    token = sent_to(town, town.leader)
    assert "signin.link" in await kept(town)
    assert token not in await kept(town)
    entered = await signs_in(town, token)
    assert entered.headers["location"] == "/console"
    assert SESSION_COOKIE in entered.cookies
    assert (await signs_in(town, token)).status_code == 403


async def test_asked_among_neighbours_it_is_sent_in_private(town: Town) -> None:
    await town.says(town.leader, "/console@huying_bot")
    assert town.last(town.group).startswith("登录链接已私聊发给您")
    assert not TOKEN.search("".join(town.seen(town.group)))
    await town.says(town.staff, "控制台", town.staff_room)
    first = sent_to(town, town.staff)
    assert (await signs_in(town, sent_to(town, town.leader))).status_code == 303
    await town.says(town.staff, "控制台", town.staff.chat)
    assert (await signs_in(town, first)).status_code == 403, "a newer one makes it void"
    assert (await signs_in(town, sent_to(town, town.staff))).status_code == 303


async def test_a_resident_is_told_kindly_and_among_neighbours_nothing(town: Town) -> None:
    await town.says(town.mei, "控制台")
    assert town.seen(town.group) == []
    await town.says(town.mei, "控制台", town.mei.chat)
    assert "我的工单" in town.last(town.mei)
    assert not TOKEN.search(town.last(town.mei))


async def test_a_platform_that_takes_the_answer_along_gets_it_as_a_letter(there: WeChatTown) -> None:
    await there.mei.follows()
    await there.settle()
    async with there.town.store.turn() as turn:
        await turn.people.bind(Account(Address(f"wechat:{there.mei.openid}"), "wangfang"))
    assert not TOKEN.search(await there.says("控制台"))
    (told,) = there.told()
    found = TOKEN.search(told.text)
    assert found
    assert (await signs_in(there.town, found[1])).status_code == 303


async def test_whoever_is_not_what_they_were_gets_no_way_in(town: Town) -> None:
    async def sent_later(to: str) -> Outgoing | Exception | None:
        body = {
            "say": pack(Say("signin.link")),
            "language": "zh",
            "zone": "Asia/Shanghai",
            "opens": "wangfang",
        }
        owed = Owed(1, NOON, LetterKind.ANSWER, 1, (Address(to),), to, None, body)
        async with town.store.turn() as turn:
            (out,) = await town.house.desk.prepare(turn, [[owed]], NOON)
        return out

    written = await sent_later("telegram:1001")
    assert isinstance(written, Outgoing)
    assert TOKEN.search(written.text)
    assert await sent_later("telegram:1002") is None, "somebody else reads there now"
    async with town.store.turn() as turn:
        await turn.people.bind(Account(Address("web:desk"), "wangfang"))
    button = await sent_later("web:desk")
    assert isinstance(button, Outgoing)
    assert button.text == "点下面的按钮进控制台。"
    assert button.buttons[0][0].url == FROM_CHAT
    assert not TOKEN.search(button.text)
    town.house.desk.opening = Desk(town.store).opening
    assert await sent_later("telegram:1001") is None, "nobody here makes any"
