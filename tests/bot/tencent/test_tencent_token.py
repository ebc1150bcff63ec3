"""The access token: one is fetched however many ask, by one process at a time, and anew when it ends or is taken back."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.channels import tencent_token
from bot.channels.tencent_client import Caller, wechat_caller, wecom_caller
from bot.channels.tencent_errors import Lost, NotAnswered, TencentError
from bot.channels.tencent_token import AHEAD, Token
from bot.config import WeCom
from bot.secret import Secret
from storage.database import Store, open_store
from storage.errors import StorageFailed
from storage.records import MINUTE, SECOND
from tests.bot.tencent.conftest import account
from tests.bot.tencent.machine import APPID, SECRET, SEND, Asked, Tencent, drops, refuses, says
from tests.bot.tencent.pushing import NOW, Wall
from tests.databases import KINDS, fresh_database

TOKEN = "/cgi-bin/stable_token"


async def send(caller: Caller) -> None:
    await caller.call("POST", SEND, json={"touser": "oMei"})


async def test_however_many_ask_one_token_is_fetched(caller: Caller, machine: Tencent) -> None:
    await asyncio.gather(*(send(caller) for _ in range(30)))
    assert machine.paths().count(TOKEN) == 1
    assert machine.paths().count(SEND) == 30


async def test_it_is_kept_for_the_next_start(
    caller: Caller, machine: Tencent, store: Store, wall: Wall
) -> None:
    await send(caller)
    again = wechat_caller(account(machine.api), store, wall)
    await send(again)
    await again.close()
    assert machine.paths().count(TOKEN) == 1
    async with store.view() as view:
        kept = await view.tokens.get(f"wechat/token/{APPID}")
    assert Token.of(kept) == Token(machine.token, NOW + 7200 * SECOND, NOW + 7200 * SECOND - AHEAD)


async def test_the_next_one_is_asked_for_some_minutes_before_the_end(
    caller: Caller, machine: Tencent, wall: Wall
) -> None:
    await send(caller)
    wall.at = NOW + 7200 * SECOND - AHEAD - 1
    await send(caller)
    assert machine.paths().count(TOKEN) == 1
    machine.take_back()
    wall.at += 1
    await send(caller)
    assert machine.paths() == [TOKEN, SEND, SEND, TOKEN, SEND], "nobody had to be refused first"


async def test_one_that_stays_the_same_is_asked_for_no_more_than_twice_a_minute(
    caller: Caller, machine: Tencent, wall: Wall
) -> None:
    # WeCom gives the same one until its very end.
    machine.seconds = 60
    for _ in range(10):
        await send(caller)
    wall.at += 29 * SECOND
    await send(caller)
    assert machine.paths().count(TOKEN) == 1
    wall.at += SECOND
    await send(caller)
    assert machine.paths().count(TOKEN) == 2


async def test_while_the_next_cannot_be_had_the_last_is_used_to_its_end(
    caller: Caller, machine: Tencent, wall: Wall
) -> None:
    await send(caller)
    wall.at = NOW + 7200 * SECOND - MINUTE
    machine.behave[TOKEN] = drops
    await send(caller)
    wall.at = NOW + 7200 * SECOND
    with pytest.raises(NotAnswered):
        await send(caller)


async def test_one_that_was_taken_back_is_replaced_and_the_call_repeated_once(
    caller: Caller, machine: Tencent
) -> None:
    await send(caller)
    machine.take_back()
    await asyncio.gather(*(send(caller) for _ in range(10)))
    assert machine.paths().count(TOKEN) == 2
    assert machine.paths().count(SEND) <= 1 + 20
    assert machine.forced == 0, "the platform had another one: nothing had to be taken from anybody"


async def test_only_when_the_same_one_comes_back_another_is_forced_once(
    caller: Caller, machine: Tencent, wall: Wall
) -> None:
    await send(caller)
    machine.takes_tokens_back = True
    with pytest.raises(TencentError, match="40001"):
        await send(caller)
    assert machine.paths() == [TOKEN, SEND, SEND, TOKEN, TOKEN, SEND]
    assert machine.forced == 1
    with pytest.raises(TencentError, match="refused again"):
        await send(caller)
    assert machine.forced == 1, "not twice in half a minute"
    wall.at += 31 * SECOND
    with pytest.raises(TencentError, match="40001"):
        await send(caller)
    assert machine.forced == 2


@pytest.mark.parametrize("number", [40001, 40014, 42001])
async def test_a_lasting_refusal_of_the_token_is_repeated_once_and_never_more(
    caller: Caller, machine: Tencent, number: int
) -> None:
    machine.behave[SEND] = refuses(number)
    with pytest.raises(TencentError) as told:
        await send(caller)
    assert told.value.number == number
    assert machine.paths().count(SEND) == 2


@pytest.mark.parametrize("number", [45015, 40003, 48001, -1])
async def test_other_refusals_are_not_repeated(caller: Caller, machine: Tencent, number: int) -> None:
    machine.behave[SEND] = refuses(number)
    with pytest.raises(TencentError):
        await send(caller)
    assert machine.paths() == [TOKEN, SEND]


@pytest.mark.parametrize(
    "answer",
    [
        {"access_token": "", "expires_in": 7200},
        {"access_token": "T"},
        {"access_token": "T", "expires_in": 0},
        {"access_token": "T", "expires_in": -5},
        {"access_token": "T", "expires_in": 10**30},
        {"access_token": "T", "expires_in": "soon"},
        {"access_token": "T", "expires_in": True},
        {"access_token": 7, "expires_in": 7200},
        {},
    ],
)
async def test_an_answer_without_a_good_token_is_none(
    caller: Caller, machine: Tencent, answer: object
) -> None:
    machine.behave[TOKEN] = says(answer)
    with pytest.raises(NotAnswered, match="without a token"):
        await send(caller)
    assert SEND not in machine.paths()


async def test_what_another_version_kept_is_fetched_anew(
    caller: Caller, machine: Tencent, store: Store
) -> None:
    for kept in ("not JSON", "[]", '{"token": 1}', '{"token": "x", "ends": "y", "renew": 1, "forced": 1}'):
        async with store.turn() as turn:
            await turn.tokens.set(f"wechat/token/{APPID}", kept)
    await send(caller)
    assert machine.paths() == [TOKEN, SEND]


async def test_a_clock_that_ran_ahead_leaves_no_token_for_ever(
    caller: Caller, machine: Tencent, store: Store, wall: Wall
) -> None:
    wall.at += 400 * 24 * 60 * MINUTE
    await send(caller)
    wall.at = NOW
    again = wechat_caller(account(machine.api), store, wall)
    await send(again)
    await again.close()
    assert machine.paths().count(TOKEN) == 2


async def test_who_stops_waiting_does_not_stop_it_for_the_others(caller: Caller, machine: Tencent) -> None:
    go = asyncio.Event()

    async def slowly(asked: Asked, writer: asyncio.StreamWriter) -> None:
        await go.wait()
        await machine.usual(asked, writer)

    machine.behave[TOKEN] = slowly
    impatient, patient = (asyncio.create_task(send(caller)) for _ in range(2))
    await machine.arrived.wait()
    impatient.cancel()
    await asyncio.wait({impatient})
    go.set()
    await patient
    assert machine.paths() == [TOKEN, SEND]


async def test_a_database_that_is_away_means_nothing_was_sent(
    caller: Caller, machine: Tencent, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*what: object) -> object:
        raise StorageFailed("as it happens")

    monkeypatch.setattr(store, "view", away)
    with pytest.raises(NotAnswered, match="database is away") as told:
        await send(caller)
    assert told.value.lost is Lost.UNSENT
    assert machine.asked == []


@pytest.fixture(params=KINDS)
async def stores(tmp_path: Path, request: pytest.FixtureRequest) -> AsyncIterator[list[Store]]:
    """Several processes' stores on one database."""
    async with fresh_database(tmp_path, request.param) as url:
        several = [await open_store(url) for _ in range(3)]
        yield several
        for store in several:
            await store.close()


async def test_several_processes_fetch_one_token_and_replace_it_once(
    stores: list[Store], machine: Tencent, wall: Wall
) -> None:
    callers = [wechat_caller(account(machine.api), store, wall) for store in stores]
    await asyncio.gather(*(send(caller) for caller in callers for _ in range(5)))
    assert machine.paths().count(TOKEN) == 1
    machine.take_back()
    await asyncio.gather(*(send(caller) for caller in callers for _ in range(5)))
    assert machine.paths().count(TOKEN) == 2
    assert machine.forced == 0
    for caller in callers:
        await caller.close()


async def test_a_process_that_holds_the_name_for_too_long_is_not_waited_for(
    caller: Caller, machine: Tencent, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tencent_token, "PATIENCE", 0.2)
    claim = await store.claim("token/wechat")
    assert claim is not None
    with pytest.raises(NotAnswered, match="no token within"):
        await send(caller)
    await claim.release()
    await send(caller)


async def test_wecom_gives_its_token_for_the_corp_id_and_secret(
    machine: Tencent, store: Store, wall: Wall
) -> None:
    app = WeCom(APPID, 1000002, Secret(SECRET), Secret("t"), Secret("k"), machine.api)
    caller = wecom_caller(app, store, wall)
    await caller.call("POST", "/cgi-bin/message/send", json={})
    machine.take_back()
    await caller.call("POST", "/cgi-bin/message/send", json={})
    await caller.close()
    assert machine.paths().count("/cgi-bin/gettoken") == 2
    async with store.view() as view:
        assert await view.tokens.get(f"wecom/token/{APPID}/1000002")


def test_a_token_is_not_in_its_own_words() -> None:
    assert "hush" not in repr(Token("hush", 1, 1))
