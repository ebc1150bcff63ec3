"""The resident's own page on a phone: write, photograph, lose the network, come back."""

from __future__ import annotations

import io

from PIL import Image
from playwright.async_api import expect

from bot.web.server import serve_http
from handlers.messages import Outgoing
from tests.bot.web.house import a_photo
from tests.browser.conftest import DESK, PHONE, Screen


async def test_a_resident_writes_with_a_photo_and_both_stand_in_the_page(screen: Screen):
    async with screen.person("/chat", **PHONE) as page:
        await page.locator("textarea").fill("3号楼2单元水管爆了")
        await page.locator("input[type=file]").set_input_files(
            [{"name": f"{n}.png", "mimeType": "image/png", "buffer": a_photo(40 + n)} for n in range(3)]
        )
        await expect(page.locator(".chosen img")).to_have_count(3)
        await page.locator(".chosen button").first.tap()
        await expect(page.locator(".chosen img")).to_have_count(2)
        await page.get_by_role("button", name="发送").tap()
        await expect(page.locator(".mine .words")).to_have_text("3号楼2单元水管爆了")
        await expect(page.locator(".mine .photos img")).to_have_count(2)
        await expect(page.locator("textarea")).to_have_value("")
        await expect(page.locator(".chosen")).to_be_hidden()
        shown = page.locator(".mine .photos img").first
        await expect(shown).to_have_js_property("complete", True)
        assert await shown.evaluate("image => image.naturalWidth") > 0
        (heard,) = screen.house.desk.heard
        assert len(heard.pieces) == 2


async def test_a_telephones_large_photo_travels_small(screen: Screen):
    noise = Image.effect_noise((4000, 3000), 90)
    out = io.BytesIO()
    noise.save(out, "JPEG", quality=95)
    assert out.tell() > 4_000_000
    async with screen.person("/chat", **PHONE) as page:
        field = page.locator("input[type=file]")
        await field.set_input_files([{"name": "IMG.JPG", "mimeType": "image/jpeg", "buffer": out.getvalue()}])
        await expect(page.locator(".chosen img")).to_have_js_property("naturalWidth", 2560)
        await page.get_by_role("button", name="发送").tap()
        await expect(page.locator(".mine .photos img")).to_have_count(1)
    (piece,) = screen.house.desk.heard[0].pieces
    with Image.open(screen.house.media.path(piece.sha256)) as kept:
        assert kept.size == (2560, 1920)


async def test_words_and_photos_stay_when_they_could_not_be_stored(screen: Screen):
    screen.house.desk.failing = True
    async with screen.person("/chat", **PHONE) as page:
        await page.locator("textarea").fill("燃气味很大")
        await page.locator("input[type=file]").set_input_files(
            [{"name": "a.png", "mimeType": "image/png", "buffer": a_photo()}]
        )
        await page.get_by_role("button", name="发送").tap()
        await expect(page.locator("#notes")).to_contain_text("没有存下，请再发一次")
        await expect(page.locator("textarea")).to_have_value("燃气味很大")
        await expect(page.locator(".chosen img")).to_have_count(1)
        screen.house.desk.failing = False
        await page.get_by_role("button", name="发送").tap()
        await expect(page.locator("textarea")).to_have_value("")
        await expect(page.locator(".mine")).to_have_count(1)
    assert len(screen.house.desk.heard) == 1
    screen.complaints[:] = [said for said in screen.complaints if "503" not in said]


async def test_without_a_network_the_words_stay_and_the_page_says_so(screen: Screen):
    async with screen.person("/chat", **PHONE) as page:
        await page.locator("textarea").fill("灯坏了")
        await page.context.set_offline(True)
        await page.get_by_role("button", name="发送").tap()
        await expect(page.locator("#notes")).to_contain_text("没有发出去")
        await expect(page.locator("textarea")).to_have_value("灯坏了")
    screen.complaints.clear()


async def test_a_page_outlives_the_servers_restart_and_catches_up(screen: Screen):
    async with screen.person("/chat", **PHONE) as page:
        await page.locator("textarea").fill("灯坏了")
        await page.get_by_role("button", name="发送").tap()
        await expect(page.locator(".mine")).to_have_count(1)
        await screen.server.stop()
        await expect(page.locator(".offline")).to_be_visible()
        chat = screen.house.desk.heard[0].chat
        screen.house.__post_init__()
        await screen.house.webchat.send(Outgoing(chat, "王芳已受理"))
        screen.server = await serve_http(
            screen.house.app, screen.house.webchat, "127.0.0.1", screen.server.port
        )
        await expect(page.locator(".bot .words").last).to_have_text("王芳已受理")
        await expect(page.locator(".offline")).to_be_hidden()
    screen.complaints[:] = [said for said in screen.complaints if "ERR_" not in said]


async def test_scanning_a_buildings_code_hands_the_place_on_once(screen: Screen):
    async with screen.person("/chat?place=xinhai-east-3", **PHONE) as page:
        await expect(page).to_have_url(screen.address + "/chat")
        await expect(page.locator(".start")).to_have_count(0)
        await page.reload()
        await expect(page.locator("textarea")).to_be_visible()
    assert [heard.start for heard in screen.house.desk.heard] == ["p_xinhai-east-3"]


async def test_a_browser_without_scripts_can_write_and_read(screen: Screen):
    async with screen.person("/chat", java_script_enabled=False, **PHONE) as page:
        await page.locator("textarea").fill("楼道灯坏了")
        await page.get_by_role("button", name="发送").click()
        await expect(page.locator(".mine .words")).to_have_text("楼道灯坏了")
        await page.get_by_role("button", name="我的工单").click()
        await expect(page.locator(".mine .words").last).to_have_text("我的工单")
    assert [heard.text for heard in screen.house.desk.heard] == ["楼道灯坏了", "我的工单"]


async def test_a_shortcut_leaves_what_was_being_written(screen: Screen):
    async with screen.person("/chat", **DESK) as page:
        await page.locator("textarea").fill("还没写完")
        await page.get_by_role("button", name="我的工单").click()
        await expect(page.locator(".mine .words")).to_have_text("我的工单")
        await expect(page.locator("textarea")).to_have_value("还没写完")


async def test_the_newest_message_is_in_view_in_a_long_chat(screen: Screen):
    async with screen.person("/chat", **PHONE) as page:
        await page.locator("textarea").fill("灯坏了")
        await page.get_by_role("button", name="发送").tap()
        await expect(page.locator(".mine")).to_have_count(1)
        for number in range(30):
            await screen.house.webchat.send(Outgoing(screen.house.desk.heard[0].chat, f"第 {number} 条消息"))
        await expect(page.get_by_text("第 29 条消息")).to_be_in_viewport()
        await page.reload()
        await expect(page.get_by_text("第 29 条消息")).to_be_in_viewport()


async def test_the_console_opens_from_the_demo_and_shows_in_the_dark_too(screen: Screen):
    async with screen.person("/", color_scheme="dark", **DESK) as page:
        async with page.context.expect_page() as opening:
            await page.get_by_role("button", name="打开控制台").click()
        console = await opening.value
        await console.get_by_role("button", name="登录").click()
        await expect(console.locator(".bar")).to_contain_text("径河社区")
        await expect(console.locator("#board")).to_be_visible()


async def test_a_word_without_end_pushes_nothing_aside(screen: Screen):
    for path in ("/", "/chat"):
        async with screen.person(path, **DESK) as page:
            words = page.locator("textarea").first
            await words.fill("x" * 3000)
            await page.evaluate("document.querySelector('.messages').scrollIntoView()")
            sideways = (
                "[...document.querySelectorAll('.seat, .say, body')].map(e => e.scrollWidth - e.clientWidth)"
            )
            assert max(await page.evaluate(sideways)) <= 1
            await words.press("Enter")
            await expect(page.locator(".message .words").last).to_contain_text("xxx")
            assert max(await page.evaluate(sideways)) <= 1


async def test_who_scrolled_back_and_speaks_sees_the_end_of_the_chat_again(screen: Screen):
    async with screen.person("/chat", **DESK) as page:
        await page.locator("textarea").fill("灯坏了")
        await page.get_by_role("button", name="发送").click()
        await expect(page.locator(".mine")).to_have_count(1)
        for number in range(30):
            await screen.house.webchat.send(Outgoing(screen.house.desk.heard[0].chat, f"第 {number} 条消息"))
        await expect(page.get_by_text("第 29 条消息")).to_be_in_viewport()
        await page.locator(".mine").scroll_into_view_if_needed()
        await expect(page.get_by_text("第 29 条消息")).not_to_be_in_viewport()
        await page.locator("textarea").fill("还在吗")
        await page.locator("textarea").press("Enter")
        await expect(page.locator(".mine .words").last).to_be_in_viewport()
