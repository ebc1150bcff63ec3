"""/board/COMPOUND costs little however many ask; what is not there is not found; and it comes on paper."""

from __future__ import annotations

import pytest

from storage.records import MINUTE
from tests.bot.web.house import HOST, House
from tests.bot.web.notice_town import BOARD, done, look, put, town


@pytest.fixture
async def here(house: House) -> House:
    async with house.store.turn() as turn:
        await turn.directory.replace(town())
    return house


async def test_it_is_made_once_a_minute_however_many_ask(
    here: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    import bot.web.notice_board as room

    made = 0
    drawn = room.drawn

    def counted(*args: object, **known: object) -> str:
        nonlocal made
        made += 1
        return drawn(*args, **known)  # type: ignore[arg-type]

    monkeypatch.setattr(room, "drawn", counted)
    async with here.browser() as browser:
        first = await browser.get(BOARD)
        for _ in range(20):
            assert (await browser.get(BOARD)).content == first.content
        again = await browser.get(BOARD, headers={"if-none-match": first.headers["etag"]})
        assert (again.status_code, again.content) == (304, b"")
        assert first.headers["cache-control"] == "public, max-age=60"
        assert made == 1
        await put(here, done(1001))
        here.clock.forward(MINUTE)
        assert (await browser.get(BOARD, headers={"if-none-match": first.headers["etag"]})).status_code == 200
        assert made == 2


async def test_a_language_that_was_just_chosen_is_kept_by_no_proxy(here: House) -> None:
    async with here.browser() as browser:
        answer = await browser.get(f"{BOARD}?lang=en")
    assert answer.headers["cache-control"].startswith("private")
    assert "set-cookie" in answer.headers


@pytest.mark.parametrize(
    "path",
    [
        "/board/nowhere",
        "/board/xinhai-east-1",
        "/board/nowhere/code.svg",
        f"{BOARD}?print=1&building=nowhere",
        f"{BOARD}?print=1&building=lake_1",
        "/board/",
    ],
)
async def test_what_is_not_there_is_not_found(here: House, path: str) -> None:
    async with here.browser() as browser:
        assert (await browser.get(path)).status_code == 404


async def test_the_code_opens_a_report_in_the_compound(here: House) -> None:
    async with here.browser() as browser:
        code = await browser.get(f"{BOARD}/code.svg")
    assert code.headers["content-type"] == "image/svg+xml"
    assert f"{HOST}/chat?place=xinhai-east" in code.text


async def test_on_paper_there_is_a_sheet_for_the_compound_and_one_for_a_building(here: House) -> None:
    whole = await look(here, f"{BOARD}?print=1")
    assert whole.count('<section class="sheet') == 1
    assert f"{HOST}/chat?place=xinhai-east<" in whole
    assert f"{HOST}/board/xinhai-east<" in whole
    assert "每周值班" in whole
    third = await look(here, f"{BOARD}?print=1&building=xinhai-east_3")
    assert third.count('<section class="sheet') == 1
    assert "<h1>3号楼</h1>" in third
    assert "刘阿姨" in third
    assert f"{HOST}/chat?place=xinhai-east_3<" in third
    assert "<nav" not in third
