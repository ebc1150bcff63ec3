"""/chat: what residents do there reaches the desk once and whole, and what cannot be taken is said and not lost."""

from __future__ import annotations

import re

import pytest

from bot.web.seats import SECRET_COOKIE, account_of
from handlers.messages import Answer
from tests.bot.web.house import GROUP, HOST, SEATS, House, a_photo

GROUP_FORM, GROUP_PRESS = f"say-{SEATS[0].dom}", f"press-{SEATS[0].dom}"


async def test_the_first_visit_makes_a_secret_that_only_the_browser_keeps(house: House):
    async with house.browser() as browser:
        page = await browser.open("/chat")
        kept = page.headers["set-cookie"]
        secret = browser.cookies[SECRET_COOKIE]
        assert "httponly" in kept.lower()
        assert "samesite=lax" in kept.lower()
        assert secret not in page.text
        await browser.open("/chat")
        assert browser.cookies[SECRET_COOKIE] == secret


async def test_over_https_the_secret_never_travels_in_the_clear(house: House):
    app = house.make_app(public_url="https://huying.test")
    async with house.browser(app) as browser:
        page = await browser.get("/chat")
    assert "; secure" in page.headers["set-cookie"].lower()
    assert "strict-transport-security" in page.headers


async def test_words_reach_the_desk_from_the_residents_own_account_and_stand_in_the_page(house, resident):
    answer = await resident.say("  3号楼2单元水管爆了\r\n快来人 ")
    assert answer.status_code == 303
    assert answer.headers["location"] == "/chat"
    (inbound,) = house.desk.heard
    mine = account_of(resident.cookies[SECRET_COOKIE])
    assert (inbound.text, inbound.private, inbound.to_bot) == ("3号楼2单元水管爆了\n快来人", True, True)
    assert inbound.chat == inbound.sender.account == mine
    assert inbound.key.startswith(f"{mine}:")
    (shown,) = await house.shelf(mine)
    assert inbound.message == shown.id
    assert "3号楼2单元水管爆了" in (await resident.open()).text


async def test_a_form_sent_twice_counts_once(house, resident):
    await resident.say("灯坏了")
    await resident.say("灯坏了")
    assert len(house.desk.heard) == 1
    assert len(await house.shelf(house.desk.heard[0].chat)) == 1


async def test_new_words_in_an_old_page_are_new(house, resident):
    await resident.say("灯坏了")
    await resident.say("是3号楼")
    assert [inbound.text for inbound in house.desk.heard] == ["灯坏了", "是3号楼"]


async def test_a_message_may_have_4096_characters_and_one_more_is_refused_with_the_words_kept(
    house, resident
):
    assert (await resident.say("水" * 4096)).status_code == 303
    refused = await resident.say("电" * 4097)
    assert refused.status_code == 422
    assert "4097" in refused.text
    assert "电" * 4097 in refused.text
    assert [len(inbound.text) for inbound in house.desk.heard] == [4096]


async def test_an_empty_message_is_answered_kindly(house, resident):
    refused = await resident.say("   ")
    assert refused.status_code == 422
    assert "还没有写字" in refused.text
    assert house.desk.heard == []


async def test_photos_come_with_the_words_as_one_message(house, resident):
    photos = [(f"{n}.png", a_photo(40 + n), "image/png") for n in range(9)]
    await resident.say("单元门坏了", photos=photos)
    (inbound,) = house.desk.heard
    assert inbound.text == "单元门坏了"
    assert [piece.kind for piece in inbound.pieces] == ["photo"] * 9
    assert all(house.media.path(piece.sha256).exists() for piece in inbound.pieces)
    (shown,) = await house.shelf(inbound.chat)
    assert list(shown.photos) == [piece.sha256 for piece in inbound.pieces]


async def test_photos_that_cannot_be_kept_are_named_and_everything_else_goes_through(house, resident):
    photos = [
        ("空.jpg", b"", "image/jpeg"),
        ("大.jpg", b"\xff\xd8" + bytes(30 * 1024 * 1024), "image/jpeg"),
        ("表.jpg", b"PK\x03\x04 not a photo at all", "image/jpeg"),
        ("好.png", a_photo(), "image/png"),
    ]
    answer = await resident.say("墙裂了", photos=photos, htmx=True)
    assert answer.status_code == 200
    assert "「空.jpg」是空文件" in answer.text
    assert "「大.jpg」超过 20 MB" in answer.text
    assert "「表.jpg」不是照片" in answer.text
    (inbound,) = house.desk.heard
    assert inbound.text == "墙裂了"
    assert [piece.failed for piece in inbound.pieces] == ["", "empty", "too_large", "not_media"]


async def test_a_tenth_photo_is_left_out_and_named(house, resident):
    photos = [(f"{n}.png", a_photo(40 + n), "image/png") for n in range(10)]
    answer = await resident.say("看照片", photos=photos, htmx=True)
    assert "「9.png」没有发出" in answer.text
    assert len([piece for piece in house.desk.heard[0].pieces if piece.sha256]) == 9


async def test_a_message_of_nothing_but_a_bad_photo_is_not_sent(house, resident):
    answer = await resident.say(photos=[("空.jpg", b"", "image/jpeg")])
    assert answer.status_code == 422
    assert "「空.jpg」是空文件" in answer.text
    assert house.desk.heard == []


async def test_what_was_not_stored_is_not_acknowledged_and_its_words_stay_in_the_form(
    house, resident, caplog
):
    house.desk.failing = True
    failed = await resident.say("燃气味很大 5号楼")
    assert failed.status_code == 503
    assert "没有存下，请再发一次" in failed.text
    assert "could not be stored: disk full" in caplog.text
    assert re.search(r"<textarea[^>]*>燃气味很大 5号楼</textarea>", failed.text)
    resident.page = failed
    house.desk.failing = False
    await resident.say("燃气味很大 5号楼")
    (shown,) = await house.shelf(house.desk.heard[0].chat)
    assert (shown.text, shown.heading) == ("燃气味很大 5号楼", "")


async def test_words_the_desk_could_not_store_are_struck_out_for_everyone_in_the_group(house):
    house.desk.failing = True
    async with house.browser() as browser:
        await browser.open("/")
        await browser.say("灯坏了", form=GROUP_FORM, htmx=True)
    (shown,) = await house.shelf(GROUP)
    assert "没有存下" in shown.heading


async def test_a_database_that_is_gone_keeps_nothing_and_says_so(house, resident):
    house.store.path.unlink()
    failed = await resident.say("水管爆了", htmx=True)
    assert failed.status_code == 503
    assert "没有存下" in failed.text
    assert failed.headers["hx-reswap"] == "none"
    assert house.desk.heard == []


async def test_a_button_says_what_it_was_and_under_which_message(house, resident):
    house.desk.answer = Answer("已替你催了一次", alert=False)
    answer = await resident.press("17 urge:jinghe-1024")
    assert "已替你催了一次" in answer.text
    (inbound,) = house.desk.heard
    assert (inbound.press, inbound.message, inbound.private) == ("urge:jinghe-1024", "17", True)


async def test_a_button_pressed_twice_in_one_page_counts_once_and_again_in_a_new_page_counts_again(
    house, resident
):
    await resident.press("17 urge:jinghe-1024")
    await resident.press("17 urge:jinghe-1024")
    assert len(house.desk.heard) == 1
    await resident.open()
    await resident.press("17 urge:jinghe-1024")
    assert len(house.desk.heard) == 2


async def test_a_page_without_scripts_is_told_the_answer_after_the_reload_and_once(house, resident):
    house.desk.answer = Answer("已替你催了一次")
    await resident.press("17 urge:jinghe-1024", htmx=False)
    assert "已替你催了一次" in (await resident.open()).text
    assert "已替你催了一次" not in (await resident.open()).text


@pytest.mark.parametrize("pressed", ["17", "17 " + "x" * 65, " ", "9" * 50 + " a"])
async def test_a_button_nobody_made_is_answered(house, resident, pressed):
    answer = await resident.press(pressed)
    assert answer.status_code == 422
    assert house.desk.heard == []


async def test_a_place_from_a_qr_code_is_handed_on_once(house, resident):
    page = await resident.open("/chat?place=xinhai-east-3")
    assert 'name="start" value="p_xinhai-east-3"' in page.text
    assert house.desk.heard == []  # a messenger that previews the link has said nothing
    data = {"start": "p_xinhai-east-3", "nonce": resident.hidden("press-me", "nonce")}
    for _ in range(2):
        await resident.post("/chat", data=data)
    (inbound,) = house.desk.heard
    assert (inbound.start, inbound.text, inbound.private) == ("p_xinhai-east-3", "", True)
    assert await house.shelf(inbound.chat) == []


async def test_what_is_no_place_id_is_not_handed_on(house, resident):
    for link in ("place=%3Cscript%3E", "invite=%3Cscript%3E", "invite=short"):
        assert 'name="start"' not in (await resident.open(f"/chat?{link}")).text


async def test_a_seat_in_the_group_speaks_there_as_the_chosen_person(house):
    async with house.browser() as browser:
        await browser.open("/")
        await browser.say("谁家有电钻借一下", form=GROUP_FORM, **{"as": "1"})
        await browser.press("3 follow:jinghe-1024", form=GROUP_PRESS, **{"as": "2"})
    words, press = house.desk.heard
    assert (words.chat, words.private, words.to_bot, words.sender.name) == (GROUP, False, False, "陈叔")
    assert (press.sender.account, press.private) == ("web:lin", False)


async def test_in_a_group_huying_is_spoken_to_by_its_name_or_a_command(house):
    async with house.browser() as browser:
        await browser.open("/")
        await browser.say("@呼应 公示牌", form=GROUP_FORM)
    assert house.desk.heard[0].to_bot


async def test_an_unknown_seat_opens_nothing_and_says_nothing(house, resident):
    assert (await resident.get("/chat?seat=guessed-secret")).status_code == 404
    refused = await resident.say("大家好", seat="guessed-secret")
    assert refused.status_code == 403
    assert "大家好" in refused.text
    assert (await resident.get("/chat/live?seat=guessed-secret")).status_code == 404
    assert house.desk.heard == []


async def test_a_browser_that_keeps_no_cookie_is_told_so_and_its_words_come_back(house, resident):
    resident.cookies.clear()
    refused = await resident.say("楼道灯坏了")
    assert refused.status_code == 403
    assert "Cookie" in refused.text
    assert "楼道灯坏了" in refused.text


async def test_another_sites_page_can_post_nothing(house, resident):
    for foreign in ({"origin": "https://evil.example"}, {"sec-fetch-site": "cross-site"}, {"origin": "null"}):
        resident.headers.update(foreign)
        assert (await resident.say("灯坏了")).status_code == 403
        for name in foreign:
            del resident.headers[name]
    resident.headers["origin"] = HOST
    assert (await resident.say("灯坏了")).status_code == 303
    assert len(house.desk.heard) == 1


async def test_a_body_beyond_all_bounds_is_cut_off(house, resident):
    form = {"content-type": "application/x-www-form-urlencoded"}
    declared = await resident.post("/chat", content=b"x", headers=form | {"content-length": str(10**10)})
    assert declared.status_code == 413
    long_name = await resident.post("/chat/name", data={"name": "梅" * 1_000_000})
    assert long_name.status_code == 413


async def test_markup_in_words_names_and_buttons_stays_text(house, resident):
    await resident.post("/chat/name", data={"name": '<b onclick="x">梅'})
    await resident.say("<script>alert(1)</script> & \"quotes\" 'too'")
    page = (await resident.open()).text
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "<b onclick" not in page


async def test_the_name_a_resident_chose_goes_with_their_words(house, resident):
    await resident.post("/chat/name", data={"name": "  梅姨\n3号楼 " + "长" * 40})
    await resident.say("灯坏了")
    assert house.desk.heard[0].sender.name == ("梅姨 3号楼 " + "长" * 40)[:20]


async def test_my_link_opens_the_same_chat_on_another_device_but_only_when_asked(house, resident):
    await resident.say("灯坏了")
    link = re.search(r'value="([^"]+/chat/me/[^"]+)"', (await resident.open("/chat/mine")).text)[1]
    async with house.browser() as phone:
        await phone.open("/chat")
        before = phone.cookies[SECRET_COOKIE]
        asked = await phone.open(link)
        assert "换成链接里的这一份" in asked.text
        assert phone.cookies[SECRET_COOKIE] == before
        await phone.post(link)
        assert "灯坏了" in (await phone.open("/chat")).text


async def test_a_photo_is_seen_only_by_those_who_see_its_chat(house, resident):
    await resident.say("看", photos=[("a.png", a_photo(), "image/png")])
    sha256 = house.desk.heard[0].pieces[0].sha256
    mine = await resident.get(f"/media/{sha256}")
    assert (mine.status_code, mine.headers["content-type"]) == (200, "image/jpeg")
    async with house.browser() as stranger:
        assert (await stranger.get(f"/media/{sha256}")).status_code == 404
        await stranger.open("/chat")
        assert (await stranger.get(f"/media/{sha256}")).status_code == 404
        assert (await stranger.get(f"/media/{sha256}?seat={SEATS[0].secret}")).status_code == 404
    assert (await resident.get("/media/..%2f..%2fetc%2fpasswd")).status_code == 404
    assert (await resident.get("/media/%25")).status_code == 404
