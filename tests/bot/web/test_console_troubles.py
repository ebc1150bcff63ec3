"""What is wrong with the machine is seen on the console by who keeps watch, for as long as it lasts."""

from __future__ import annotations

import pytest

from handlers.desk import troubles
from handlers.troubles import Lasting, Trouble
from tests.bot.web.house import NOON, House
from tests.bot.web.test_console import signed_in


def away(house: House) -> Lasting:
    return Lasting(Trouble.AWAY, "telegram", NOON - 600_000, "<b>NetworkError</b>", "me", house.clock.now())


async def test_staff_see_it_while_it_lasts(house):
    await troubles.found(house.store, away(house))
    async with signed_in(house) as browser:
        page = (await browser.get("/console")).text
        assert "<strong>Telegram 连不上</strong> 11:50 起收不到那里的话" in page
        assert "Telegram cannot be reached" in (await browser.get("/console?lang=en")).text
        await troubles.ended(house.store, Trouble.AWAY, "telegram", "me", house.clock.now())
        assert "连不上" not in (await browser.get("/console")).text


async def test_who_only_leads_a_grid_does_not(house):
    await troubles.found(house.store, away(house))
    async with signed_in(house, "wangfang") as browser:
        assert "连不上" not in (await browser.get("/console")).text


@pytest.mark.parametrize("kind", Trouble)
async def test_every_trouble_can_be_said_and_foreign_words_in_it_are_only_words(house, kind):
    where = {Trouble.BACKUP: "", Trouble.LEDGER: "jinghe"}.get(kind, "telegram")
    trouble = Lasting(kind, where, NOON, "<b>NetworkError</b>", "me", house.clock.now())
    await troubles.found(house.store, trouble)
    async with signed_in(house) as browser:
        page = (await browser.get("/console")).text
    assert 'class="trouble"' in page
    assert "<b>NetworkError" not in page
