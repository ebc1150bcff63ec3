"""梅姨 has Telegram and the web page: with a code from the one, the other is hers as well."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator

import pytest

from bot.web.seats import SECRET_COOKIE, account_of
from storage.records import Act, Address, State
from tests.bot.web.house import Browser
from tests.platforms.telegram import Person
from tests.stories.town import Town

CODE = re.compile(r"绑定 ([0-9A-Z]{4}-[0-9A-Z]{4})")


class Page(Browser):
    """Somebody at the web chat of a town."""

    def __init__(self, town: Town) -> None:
        super().__init__(base_url=f"http://127.0.0.1:{town.house.port}", timeout=10)
        self.town = town

    async def writes(self, text: str) -> list[str]:
        """Say it, and return what the program has said here since."""
        before = await self.seen()
        await self.open()
        answer = await self.say(text)
        assert answer.status_code == 303, answer.text
        return (await self.seen())[len(before) :]

    async def seen(self) -> list[str]:
        """Every message of the program's that stands here."""
        await self.town.settle()
        account = await self.account()
        if account is None:
            return []
        async with self.town.store.view() as view:
            shown = await view.web.latest(account, 100)
        return [f"{one.heading}\n{one.text}".strip() for one in shown if one.account is None]

    async def account(self) -> Address | None:
        secret = self.cookies.get(SECRET_COOKIE)
        return account_of(secret) if secret else None


@pytest.fixture
async def page(town: Town) -> AsyncIterator[Page]:
    async with Page(town) as page:
        await page.open()
        yield page


async def code_of(town: Town, who: Person) -> str:
    await town.says(who, "绑定", who.chat)
    found = CODE.search(town.last(who))
    assert found, town.last(who)
    return found[1]


async def joined(town: Town, page: Page) -> None:
    code = await code_of(town, town.mei)
    await town.forward(seconds=20)
    asked = await page.writes(f"绑定 {code}")
    assert asked[-1].startswith("要把这个账号和 梅姨（Telegram）合在一起吗？"), asked
    assert (await page.writes("是"))[-1].startswith("合好了。")


async def test_what_was_reported_on_telegram_is_told_to_the_page_that_was_used_last_and_rated_there(
    town: Town, page: Page
) -> None:
    await town.says(town.mei, "3号楼2单元电梯停了")
    await joined(town, page)
    assert town.last(town.mei).startswith("您在网页上的账号和这里合在一起了。")
    assert "#1001" in (await page.writes("我的工单"))[-1]
    assert "已替您催了一次" in (await page.writes("催办 1001"))[-1]
    assert (await page.writes("补充 1001 停在5楼"))[-1] == "#1001 已补充。"
    await town.says(town.leader, "接单 1001")
    there = town.seen(town.mei)
    await town.says(town.leader, "办结 1001 换了门机")
    assert "说是办好了" in (await page.seen())[-1]
    assert town.seen(town.mei) == there, "once, and on the page alone"
    await page.writes("满意 1001")
    assert (await town.ticket()).state is State.CLOSED
    rated = [entry.line for entry in await town.ledger() if entry.line.act is Act.RATE]
    assert [line.platform for line in rated] == ["web"]


async def test_what_was_reported_on_the_page_is_told_on_telegram_once_that_was_used_last(
    town: Town, page: Page
) -> None:
    await page.writes("5号楼1单元302水管漏水")
    await joined(town, page)
    assert (await town.ticket()).reporter == await person_of(town, "telegram:2001")
    await town.forward(minutes=1)
    await town.says(town.mei, "我的工单", town.mei.chat)
    assert "#1001" in town.last(town.mei)
    await town.says(town.leader, "接单 1001")
    before = await page.seen()
    await town.says(town.leader, "办结 1001 换了阀门")
    assert "说是办好了" in town.last(town.mei)
    assert not [words for words in (await page.seen())[len(before) :] if "办好" in words]
    await town.presses(town.mei, "满意", town.mei.chat)
    assert (await town.ticket()).state is State.CLOSED


async def test_whoever_blocks_the_bot_hears_of_it_on_the_page(town: Town, page: Page) -> None:
    await town.says(town.mei, "3号楼2单元电梯停了")
    await joined(town, page)
    await town.forward(minutes=1)
    await town.says(town.mei, "我的工单", town.mei.chat)
    await town.mei.blocks_bot()
    await town.settle()
    await town.says(town.leader, "接单 1001")
    await town.says(town.leader, "办结 1001 换了门机")
    assert "说是办好了" in (await page.seen())[-1]


async def test_one_household_counts_once(town: Town, page: Page) -> None:
    await town.says(town.chen, "3号楼2单元电梯停了")
    await town.presses(town.mei, "我也遇到")
    await page.writes("3号楼2单元电梯停了")
    assert (await town.ticket()).followers == 2
    await joined(town, page)
    assert (await town.ticket()).followers == 1
    async with town.store.view() as view:
        assert await view.tickets.followers("jinghe-1001") == [await person_of(town, "telegram:2001")]


async def test_the_ledger_keeps_what_it_said_and_names_the_one_person(town: Town, page: Page) -> None:
    await page.writes("5号楼1单元302水管漏水")
    written = await town.ledger()
    await joined(town, page)
    assert await town.ledger() == written
    await town.says(town.leader, "看全程 1001", town.leader.chat)
    assert "梅姨" in town.last(town.leader)
    assert (await town.ticket()).reporter != written[0].line.person


async def test_an_unnamed_reporter_stays_unnamed(town: Town, page: Page) -> None:
    await page.writes("5栋那家天天半夜拉琴")
    await page.writes("匿名")
    assert (await town.ticket()).anonymous
    await joined(town, page)
    await town.says(town.leader, "看全程 1001", town.leader.chat)
    assert town.last(town.leader).endswith("13:00 匿名居民 登记 投诉")


async def test_whoever_says_no_stays_apart_and_the_code_is_used_up(town: Town, page: Page) -> None:
    code = await code_of(town, town.mei)
    await page.writes(f"绑定 {code}")
    assert (await page.writes("不是"))[-1] == "好，不合。"
    assert await person_of(town, "telegram:2001") != await person_of(town, str(await page.account()))
    assert (await page.writes(f"绑定 {code}"))[-1].startswith("码不对")


async def test_an_account_that_was_joined_by_mistake_goes_its_own_way(town: Town, page: Page) -> None:
    await page.writes("5号楼1单元302水管漏水")
    await joined(town, page)
    await town.says(town.mei, "解绑", town.mei.chat)
    offered = town.last(town.mei)
    number = re.search(r"^(\d) 网页", offered, re.MULTILINE)
    assert number, offered
    await town.presses(town.mei, number[1], town.mei.chat)
    assert "网页那个账号已分开" in town.last(town.mei)
    assert (await page.seen())[-1].startswith("这个账号和梅姨分开了")
    assert (await page.writes("我的工单"))[-1] != ""
    assert "#1001" not in (await page.writes("我的工单"))[-1]
    await town.says(town.mei, "我的工单", town.mei.chat)
    assert "#1001" in town.last(town.mei)


async def person_of(town: Town, account: str) -> str:
    async with town.store.view() as view:
        person = await view.people.by_account(Address(account))
    assert person is not None
    return person.id
