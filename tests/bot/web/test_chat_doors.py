"""Who comes to the chat and how often: links that carry a code, twenty messages a minute, the reader's language."""

from __future__ import annotations

from bot.web.chat import PACE
from storage.records import MINUTE


async def test_the_twenty_first_message_within_a_minute_is_refused_kindly_and_its_words_stay(house, resident):
    for number in range(PACE.burst):
        assert (await resident.say(f"第 {number} 条")).status_code == 303
    for htmx in (False, True):
        refused = await resident.say("还有一条", htmx=htmx)
        assert refused.status_code == 429
        assert refused.headers["retry-after"] == "3"
        assert "请过 3 秒再发" in refused.text
        assert ("还有一条" in refused.text) is not htmx  # a page with scripts has kept them itself
    assert len(house.desk.heard) == PACE.burst
    house.clock.forward(MINUTE)
    assert (await resident.say("还有一条")).status_code == 303
    assert house.desk.heard[-1].text == "还有一条"


async def test_one_who_writes_a_lot_takes_nothing_from_another_and_buttons_still_work(house, resident):
    for number in range(PACE.burst + 1):
        await resident.say(f"第 {number} 条")
    assert (await resident.press("3 follow:jinghe-1024")).status_code == 200
    async with house.browser() as other:
        await other.open("/chat")
        assert (await other.say("电梯里困了人")).status_code == 303
    assert house.desk.heard[-1].text == "电梯里困了人"


async def test_an_invites_link_carries_the_code_and_waits_for_a_hand(house, resident):
    page = (await resident.open("/chat?invite=EUD6BHVGVJSC2")).text
    assert 'hx-trigger="submit"' in page
    assert "接受邀请" in page
    assert house.desk.heard == []
    await resident.post(
        "/chat",
        data={"start": resident.hidden("press-me", "start"), "nonce": resident.hidden("press-me", "nonce")},
    )
    (inbound,) = house.desk.heard
    assert (inbound.start, inbound.private) == ("EUD6BHVGVJSC2", True)


async def test_who_accepts_an_invite_may_say_their_name_and_keeps_it(house, resident):
    await resident.open("/chat?invite=EUD6BHVGVJSC2")
    accepted = {name: resident.hidden("press-me", name) for name in ("start", "nonce")}
    await resident.post("/chat", data=accepted | {"name": " 陈洁\n"})
    await resident.say("待办")
    assert [heard.sender.name for heard in house.desk.heard] == ["陈洁", "陈洁"]


async def test_another_language_loses_neither_place_nor_invite(house, resident):
    for link in ("invite=EUD6BHVGVJSC2", "place=xinhai-east-3"):
        page = (await resident.open(f"/chat?{link}")).text
        assert f"?lang=en&amp;{link}" in page or f"?lang=en&{link}" in page


async def test_the_demo_speaks_english_to_who_reads_english(house):
    async with house.browser(**{"accept-language": "en"}) as browser:
        page = (await browser.open("/")).text
    assert "<h2>Residents</h2>" in page
    assert "居民群" not in page
