"""/healthz tells whether deadlines are being acted on."""

from __future__ import annotations

import pytest

from tests.bot.web.house import House


async def health(house: House):
    async with house.browser() as browser:
        return await browser.get("/healthz")


async def test_a_fresh_sweep_and_a_database_are_health(house):
    house.sweep_age = 1.26
    answer = await health(house)
    assert answer.status_code == 200
    assert answer.json() == {"ok": True, "sweep_age_seconds": 1.3, "database": True}


@pytest.mark.parametrize("age", [30.1, 4000.0, None])
async def test_a_sweep_that_is_old_or_never_came_is_not(house, age):
    house.sweep_age = age
    answer = await health(house)
    assert answer.status_code == 503
    assert answer.json()["ok"] is False


async def test_a_database_that_does_not_answer_is_not(house):
    for reader in house.store._readers:
        await reader.close()
    answer = await health(house)
    assert answer.status_code == 503
    assert answer.json()["database"] is False
