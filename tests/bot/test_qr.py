"""`huying qr`: every building of a grid gets its sheet, and its code knows the building."""

from __future__ import annotations

import asyncio
import re

import pytest
import segno

from bot.sheets import ORDER, Sheet, Way, printed
from tests.platforms.telegram import TOKEN, TelegramServer
from tests.platforms.wechat import WeChatServer


def listed(done) -> dict[str, list[str]]:
    assert done.code == 0, done.err
    lines = [line.split("\t") for line in done.out.splitlines()]
    return {line[1]: [line[0], *line[2:]] for line in lines}


def test_the_list_has_a_line_for_every_building_with_its_place_and_its_links(folder):
    folder.settle()
    folder.set(PUBLIC_URL="https://huying.example.org")
    buildings = listed(folder.huying("qr", "--grid", "xinhai-east-1", "--list"))
    assert list(buildings) == [*map(str, range(1, 13)), "A座"]
    place, link = buildings["3"]
    assert link == f"https://huying.example.org/chat?place={place}"
    assert all(re.fullmatch(r"[A-Za-z0-9_-]{1,48}", place) for place, *_ in buildings.values())
    assert len({place for place, *_ in buildings.values()}) == 13


async def test_telegram_has_a_link_of_its_own(folder):
    await asyncio.to_thread(folder.settle)
    async with TelegramServer(limits=False) as telegram:
        folder.set(TELEGRAM_TOKEN=TOKEN, TELEGRAM_API=telegram.api)
        done = await asyncio.to_thread(folder.huying, "qr", "--grid", "xinhai-east-1", "--list")
    place, first, second = listed(done)["A座"]
    assert re.fullmatch(rf"https://t\.me/[A-Za-z0-9_]+\?start=p_{place}", first)
    assert second.endswith(f"/chat?place={place}")


async def test_wechat_has_a_code_of_its_own_that_is_made_once(folder):
    await asyncio.to_thread(folder.settle)
    async with WeChatServer() as wechat:
        for name, value in wechat.settings().items():
            folder.set(**{name.removeprefix("HUYING_"): value})
        runs = [
            await asyncio.to_thread(folder.huying, "qr", "--grid", "xinhai-east-1", "--list")
            for _ in range(2)
        ]
        place, link, web = listed(runs[0])["3"]
        assert wechat.world.codes.scene_of(link) == place
        assert web.endswith(f"/chat?place={place}")
        assert runs[0].out == runs[1].out
        assert len(wechat.world.codes.permanent) == 13
        made = [call for call in wechat.calls if call.path == "qrcode/create"]
    assert len(made) == 13


def test_no_sheet_is_printed_without_a_channel_that_is_on_but_does_not_answer(folder):
    folder.settle()
    folder.set(TELEGRAM_TOKEN=TOKEN, TELEGRAM_API="http://127.0.0.1:9")
    done = folder.huying("qr", "--grid", "xinhai-east-1")
    assert (done.code, len(done.err.splitlines())) == (1, 1)
    assert not list(folder.path.glob("qr-*"))


def test_the_sheets_are_one_file_that_asks_nobody_for_anything(folder):
    folder.settle()
    folder.set(PUBLIC_URL="https://huying.example.org")
    done = folder.huying("qr", "--grid", "xinhai-east-1", "-o", "sheets.html")
    assert (done.code, done.out.strip()) == (0, "sheets.html"), done.err
    page = (folder.path / "sheets.html").read_text(encoding="utf-8")
    assert page.count('<section class="sheet">') == 13
    for words in ("3号楼", "A座", "鑫海花城东区", "网格长 王芳", "027-83000000", "说一句"):
        assert words in page
    asked = re.findall(r"(?:src|href|url)\s*[=(]\s*[\"']?([^\"')\s>]+)", page)
    assert asked == []
    link = "https://huying.example.org/chat?place=xinhai-east_3"
    assert Way("web", link).code in page
    # What a phone reads out of the square is the link: the modules are those of the standard's own writer.
    drawn = re.search(r' d="([^"]+)"', Way("web", link).code)
    assert drawn is not None
    assert _dark(drawn[1]) == _modules(segno.make(link, error="m", micro=False))


def _dark(path: str) -> set[tuple[int, int]]:
    """Return the dark squares that an SVG line of `M x y h n m dx dy …` draws, (row, column), without the border."""
    dark: set[tuple[int, int]] = set()
    x = y = 0.0
    for letter, words in re.findall(r"([Mmh])([^Mmh]*)", path):
        given = [float(number) for number in re.findall(r"-?[0-9.]+", words)]
        if letter == "h":
            dark |= {(int(y) - 2, int(x) - 2 + step) for step in range(int(given[0]))}
            x += given[0]
        else:
            x, y = (given[0], given[1]) if letter == "M" else (x + given[0], y + given[1])
    return dark


def _modules(code: segno.QRCode) -> set[tuple[int, int]]:
    return {(row, at) for row, line in enumerate(code.matrix) for at, dark in enumerate(line) if dark}


def test_the_code_most_people_can_scan_is_the_large_one():
    ways = [Way(channel, f"https://example.org/{channel}") for channel in ORDER]
    page = printed([Sheet("3号楼", "鑫海花城", "径河社区", "王芳", "", ways)])
    large, small = page.index('<div class="main">'), page.index('<div class="others">')
    where = [page.index(way.code) for way in ways]
    assert large < where[0] < small < where[1] < where[2]
    assert page.count("微信扫一扫") == 1


def test_words_of_the_community_file_stay_words():
    page = printed(
        [Sheet("<b>3</b>", "</style>", "a & b", '"王"', "", [Way("web", "https://e.org/?a=1&b=<")])]
    )
    assert "<b>3</b>" not in page
    assert page.count("</style>") == 1


@pytest.mark.parametrize(
    "words", [["--grid", "nowhere"], ["--grid", "xinhai-east-1", "--list", "-o", "x.html"]]
)
def test_what_cannot_be_is_said_in_one_line(folder, words):
    folder.settle()
    done = folder.huying("qr", *words)
    assert done.code != 0
    assert len(done.err.splitlines()) == 1


def test_every_link_has_a_code_of_its_own_though_none_is_drawn_twice():
    first, second = (Way("web", f"https://huying.example.org/chat?place={place}") for place in "ab")
    assert first.drawn is Way("telegram", first.link).drawn
    assert second.drawn != first.drawn
    assert [way.link in way.code for way in (first, second)] == [True, True]
