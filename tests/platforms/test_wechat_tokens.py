"""Access tokens: who gets one, how long it lives, and what replaces it."""

import json

import pytest

from tests.platforms.wechat_trial import Trial


@pytest.fixture
async def trial():
    """The API knows no modes: plaintext is enough."""
    async with Trial(safe=False) as trial:
        yield trial


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"grant_type": "password"}, 40002),
        ({"appid": "wx0000000000000000"}, 40013),
        ({"appid": ""}, 41002),
        ({"secret": "wrong"}, 40125),
        ({"secret": ""}, 41004),
    ],
)
async def test_a_token_is_given_to_the_account_alone(trial: Trial, wrong: dict[str, str], code: int):
    assert (await trial.stable(**wrong))["errcode"] == code
    assert (await trial.plain(**wrong))["errcode"] == code


async def test_no_token_is_given_to_an_address_that_is_not_listed(trial: Trial):
    trial.wechat.world.tokens.listed = False
    refused = await trial.stable()
    assert refused["errcode"] == 40164
    assert "not in whitelist" in refused["errmsg"]


@pytest.mark.parametrize(
    ("token", "code"), [("", 41001), ("short", 40014), ("x" * 136, 40001), ("令" * 80, 40014)]
)
async def test_a_call_with_a_bad_token_is_refused(trial: Trial, token: str, code: int):
    trial.token = "placeholder"
    assert (await trial.call("getcallbackip", access_token=token))["errcode"] == code


async def test_a_call_without_a_token_is_refused(trial: Trial):
    answer = await trial.fetch("GET", "getcallbackip")
    assert json.loads(await answer.read())["errcode"] == 41001


async def test_a_token_ends_by_the_clock(trial: Trial):
    await trial.call("getcallbackip")
    trial.now += 7199
    assert "ip_list" in await trial.call("getcallbackip")
    trial.now += 1
    assert (await trial.call("getcallbackip"))["errcode"] == 42001


async def test_the_stable_token_stays_until_five_minutes_before_its_end(trial: Trial):
    first = await trial.stable()
    trial.now += 6900
    assert await trial.stable() == {**first, "expires_in": 300}
    trial.now += 1
    second = await trial.stable()
    assert second["access_token"] != first["access_token"]
    trial.token = first["access_token"]
    assert "ip_list" in await trial.call("getcallbackip")


async def test_a_forced_token_kills_the_last_one_but_not_twice_in_half_a_minute(trial: Trial):
    trial.token = (await trial.stable())["access_token"]
    second = await trial.stable(force_refresh=True)
    assert (await trial.call("getcallbackip"))["errcode"] == 40001
    trial.now += 29
    assert (await trial.stable(force_refresh=True))["access_token"] == second["access_token"]
    trial.now += 1
    assert (await trial.stable(force_refresh=True))["access_token"] != second["access_token"]


async def test_a_token_is_forced_twenty_times_a_day(trial: Trial):
    for _ in range(20):
        assert "access_token" in await trial.stable(force_refresh=True)
        trial.now += 60
    assert (await trial.stable(force_refresh=True))["errcode"] == 45009


async def test_a_plain_token_leaves_its_elder_five_minutes_and_the_stable_one_alone(trial: Trial):
    stable = (await trial.stable())["access_token"]
    trial.token = (await trial.plain())["access_token"]
    await trial.plain()
    trial.now += 299
    assert "ip_list" in await trial.call("getcallbackip")
    trial.now += 1
    assert (await trial.call("getcallbackip"))["errcode"] == 42001
    trial.token = stable
    assert "ip_list" in await trial.call("getcallbackip")


async def test_somebody_else_may_replace_the_token(trial: Trial):
    await trial.call("getcallbackip")
    trial.wechat.rotate()
    assert (await trial.call("getcallbackip"))["errcode"] == 40001
    trial.token = (await trial.stable())["access_token"]
    assert "ip_list" in await trial.call("getcallbackip")
