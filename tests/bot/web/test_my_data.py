"""/me: for whoever has the link, for ten minutes, and nothing of anybody else."""

from __future__ import annotations

import json
import re
from dataclasses import replace

import pytest

from bot.web.my_data import LINK_LIFE, own_link
from storage.records import Account, Address, Attachment, Person, resident_id
from tests.bot.web.house import HOST, NOON, Browser, House, a_photo, a_queued_ticket
from tests.whole_dump import mentions

ACCOUNT = Address("wechat:oMeiOpenId")
MEI = resident_id(ACCOUNT)
LIN = "r-lin"


@pytest.fixture
async def lived(house: House) -> tuple[House, str, str]:
    """The house, 梅姨's photo and 小林's."""
    photos = [house.media.put(a_photo(color=color), "image/png").sha256 for color in ("teal", "red")]
    async with house.store.turn() as turn:
        for id, name, number in ((MEI, "梅小燕", 1024), (LIN, "小林", 1025)):
            await turn.people.save(Person(id, "jinghe", name))
            ticket = turn.tickets.save(replace(a_queued_ticket(number), reporter=id))
            sha = photos[number - 1024]
            await turn.media.add(Attachment(0, ticket.id, NOON, "wechat", "photo", "f", id, 9, sha))
        await turn.people.bind(Account(ACCOUNT, MEI, NOON))
    return house, photos[0], photos[1]


async def link(house: House, person: str = MEI) -> str:
    async with house.store.turn() as turn:
        made = await own_link(turn, person, HOST, house.clock.now())
    return made.removeprefix(HOST)


async def entered(browser: Browser, path: str):
    page = (await browser.get(path)).text
    token = re.findall(r'name="token" value="([^"]+)"', page)[0]
    return await browser.post("/me", data={"token": token, "seat": ""}, follow_redirects=True)


async def test_all_of_theirs_is_shown_and_nothing_of_anybody_else(lived: tuple[House, str, str]) -> None:
    house, own, other = lived
    path = await link(house)
    async with house.browser() as browser:
        first = await browser.get(path)
        assert "梅小燕" not in first.text  # a messenger's preview learns nothing
        page = (await entered(browser, path)).text
        for piece in ("梅小燕", "wechat:oMeiOpenId", "#1024", own):
            assert piece in page
        assert "#1025" not in page
        assert "小林" not in page
        assert (await browser.get(f"/me/photos/{own}")).headers["content-type"] == "image/jpeg"
        assert (await browser.get(f"/me/photos/{other}")).status_code == 404
        assert (await browser.get("/me/photos/..%2Fx")).status_code == 404
        file = await browser.get("/me/my-data.json")
        assert "attachment" in file.headers["content-disposition"]
        data = json.loads(file.text)
    assert [ticket["number"] for ticket in data["reported"]] == [1024]
    assert data["person"]["name"] == "梅小燕"


async def test_the_link_opens_once_and_for_that_browser_alone(lived: tuple[House, str, str]) -> None:
    house, own, _ = lived
    path = await link(house)
    async with house.browser() as hers, house.browser() as over_the_shoulder:
        for _ in range(3):  # previews of the messengers it passes through
            assert (await over_the_shoulder.get(path)).status_code == 200
        assert "梅小燕" in (await entered(hers, path)).text
        late = await entered(over_the_shoulder, path)
        assert late.status_code == 403
        assert "在别处打开过" in late.text
        assert "我的信息" in late.text
        assert (await over_the_shoulder.get("/me/my-data.json")).status_code == 403
        # Whoever is inside stays inside, also when they press the button again.
        assert "梅小燕" in (await entered(hers, path)).text
        assert (await hers.get(f"/me/photos/{own}")).status_code == 200
        # What the browser was given opens it to nobody by the front door.
        secret = hers.cookies["huying_me"]
        assert (await over_the_shoulder.post("/me", data={"token": secret})).status_code == 403
    assert mentions(house.store, secret) == set()


async def test_the_link_is_over_after_ten_minutes_for_whoever_is_inside_as_well(
    lived: tuple[House, str, str],
) -> None:
    house, own, _ = lived
    path = await link(house)
    async with house.browser() as browser:
        assert (await entered(browser, path)).status_code == 200
        house.clock.forward(LINK_LIFE)
        for address in ("/me/all", "/me/my-data.json", f"/me/photos/{own}"):
            assert (await browser.get(address)).status_code == 403
        late = await browser.post("/me", data={"token": path.partition("=")[2]})
        assert late.status_code == 403
        assert "过期" in late.text


async def test_a_new_link_makes_the_one_before_void_and_no_token_is_kept(
    lived: tuple[House, str, str],
) -> None:
    house, *_ = lived
    before, path = await link(house), await link(house)
    async with house.browser() as browser:
        assert (await browser.post("/me", data={"token": before.partition("=")[2]})).status_code == 403
        assert (await entered(browser, path)).status_code == 200
    assert mentions(house.store, path.partition("=")[2]) == set()


async def test_without_a_link_nothing_is_shown(lived: tuple[House, str, str]) -> None:
    house, own, _ = lived
    async with house.browser() as browser:
        for address in ("/me/all", "/me/my-data.json", f"/me/photos/{own}"):
            assert (await browser.get(address)).status_code == 403
        assert (await browser.post("/me", data={"token": "x"})).status_code == 403


async def test_the_web_chats_own_browser_needs_no_link(house: House, resident: Browser) -> None:
    await resident.say("3号楼2单元电梯停了")
    account = house.desk.heard[-1].sender
    assert account is not None
    async with house.store.turn() as turn:
        await turn.people.save(Person(MEI, "jinghe", "小网"))
        await turn.people.bind(Account(account.account, MEI, NOON))
    page = (await resident.get("/chat/data")).text
    assert "小网" not in page
    shown = await resident.post("/chat/data", data={"seat": ""}, follow_redirects=True)
    assert "小网" in shown.text
    async with house.browser() as stranger:
        assert (await stranger.post("/chat/data", data={"seat": ""})).status_code in (403, 404)
