"""/healthz tells whether deadlines are being acted on."""

from __future__ import annotations

import pytest

from tests.bot.web.house import House


async def health(house: House):
    async with house.browser() as browser:
        return await browser.get("/healthz")


async def test_a_fresh_sweep_and_a_database_are_health(house):
    house.sweeping.seconds = 1.26
    answer = await health(house)
    assert answer.status_code == 200
    assert answer.json() == {"ok": True, "reason": "", "sweep_age_seconds": 1.3}
    assert "\n" not in answer.text


@pytest.mark.parametrize(
    ("age", "reason"),
    [
        (30.1, "deadlines have not been swept for 30 s"),
        (4000.0, "deadlines have not been swept for 4000 s"),
        (None, "deadlines have not been swept yet"),
    ],
)
async def test_a_sweep_that_is_old_or_never_came_is_not(house, age, reason):
    house.sweeping.seconds = age
    answer = await health(house)
    assert answer.status_code == 503
    assert answer.json() == {"ok": False, "reason": reason, "sweep_age_seconds": age}


async def test_a_database_that_can_only_be_read_is_not_and_its_place_is_not_told(house):
    house.sweeping.trouble = "cannot write /srv/huying/huying.db"
    answer = await health(house)
    assert answer.status_code == 503
    assert answer.json()["reason"] == "the database cannot be written"
    assert "/srv" not in answer.text


async def test_a_database_that_does_not_answer_is_not(house):
    for reader in house.store._readers:
        await reader.close()
    answer = await health(house)
    assert answer.status_code == 503
    assert answer.json()["reason"] == "the database does not answer"
