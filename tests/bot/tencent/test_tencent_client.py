"""Calls of Tencent's API: what goes out, what comes back, and what is known when nothing comes back."""

from __future__ import annotations

import asyncio
import io
import logging
import socket
import traceback
from contextlib import suppress
from pathlib import Path

import pytest
import structlog

from bot import logs
from bot.channels import tencent_client
from bot.channels.tencent_client import Caller, bare_caller, wechat_caller
from bot.channels.tencent_errors import Lost, NotAnswered, TencentError
from storage.database import Store
from tests.bot.tencent.certificate import certificate
from tests.bot.tencent.conftest import account
from tests.bot.tencent.machine import SECRET, SEND, Asked, Tencent, drops, refuses, says, tencent
from tests.bot.tencent.pushing import Wall

WORDS = {"touser": "oMei", "msgtype": "text", "text": {"content": "#1024 王芳已受理 😀"}}


async def test_a_call_goes_out_with_a_token_and_its_words_as_they_are(
    caller: Caller, machine: Tencent
) -> None:
    await caller.call("POST", SEND, json=WORDS)
    answer = await caller.call("POST", SEND, json=WORDS)
    asked = machine.asked[-1]
    assert answer["errmsg"] == "ok"
    assert asked.params == {"access_token": machine.token}
    assert asked.json == WORDS
    assert "王芳已受理 😀".encode() in asked.body, "no escapes: WeChat refuses them"
    assert "cookie" not in asked.headers, "nothing is remembered of what a machine in between may set"
    assert asked.headers["accept-encoding"] == "identity"


async def test_half_a_character_does_not_keep_a_letter_back(caller: Caller, machine: Tencent) -> None:
    await caller.call("POST", SEND, json={"text": "电梯\ud83d"})
    assert machine.asked[-1].json == {"text": "电梯?"}


async def test_a_file_goes_up_as_a_form(caller: Caller, machine: Tencent) -> None:
    file = {"media": ("a.jpg", b"\xff\xd8photo", "image/jpeg")}
    await caller.call("POST", "/cgi-bin/media/upload", params={"type": "image"}, files=file)
    asked = machine.asked[-1]
    assert asked.params == {"type": "image", "access_token": machine.token}
    assert asked.headers["content-type"].startswith("multipart/form-data")
    assert b'name="media"; filename="a.jpg"' in asked.body
    assert b"\xff\xd8photo" in asked.body


async def test_a_file_comes_down_as_it_is(caller: Caller, machine: Tencent) -> None:
    machine.behave["/cgi-bin/media/get"] = says(
        b"\xff\xd8" + bytes(300_000), "200 OK", "Content-Type: image/jpeg"
    )
    assert await caller.download("/cgi-bin/media/get", {"media_id": "M"}) == b"\xff\xd8" + bytes(300_000)
    assert machine.asked[-1].params["media_id"] == "M"


async def test_a_file_that_is_gone_is_told_by_number(caller: Caller, machine: Tencent) -> None:
    machine.behave["/cgi-bin/media/get"] = refuses(40007, "invalid media_id rid: 5")
    with pytest.raises(TencentError, match="40007 素材不存在") as told:
        await caller.download("/cgi-bin/media/get", {"media_id": "M"})
    assert told.value.number == 40007


async def test_what_is_no_file_is_not_taken_for_one(caller: Caller, machine: Tencent) -> None:
    machine.behave["/cgi-bin/media/get"] = says({"video_url": "http://elsewhere/"})
    with pytest.raises(NotAnswered, match="no file"):
        await caller.download("/cgi-bin/media/get", {"media_id": "M"})


async def test_without_a_token_none_is_fetched_and_none_goes_out(caller: Caller, machine: Tencent) -> None:
    machine.behave["/cgi-bin/webhook/send"] = says({"errcode": 0})
    await caller.call("POST", "/cgi-bin/webhook/send", params={"key": "K"}, json=WORDS, with_token=False)
    assert [one.params for one in machine.asked] == [{"key": "K"}]


async def test_an_address_the_platform_gave_us_is_called_whole(caller: Caller, machine: Tencent) -> None:
    machine.behave["/cgi-bin/aibot/response"] = says({"errcode": 0})
    address = f"{machine.api}/cgi-bin/aibot/response?response_code=R"
    await caller.call("POST", address, json=WORDS, with_token=False)
    assert machine.asked[-1].params == {"response_code": "R"}
    with pytest.raises(ValueError):
        await caller.call("POST", address, json=WORDS)
    assert len(machine.asked) == 1


# --- what is known when no answer comes ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("behave", "lost"),
    [
        pytest.param(drops, Lost.UNSURE, id="the connection breaks"),
        pytest.param(says(b"{", "200 OK"), Lost.UNSURE, id="half a yes"),
        pytest.param(says(b"<html>log in to the network</html>"), Lost.ELSEWHERE, id="a page"),
        pytest.param(says([1, 2]), Lost.ELSEWHERE, id="a list"),
        pytest.param(says({"errcode": "no number"}), Lost.UNSURE, id="a number that is none"),
        pytest.param(says({"errcode": 0, "base_resp": 7}), Lost.UNSURE, id="an odd part"),
        pytest.param(says(b"x", "502 Bad Gateway"), Lost.ELSEWHERE, id="a gateway"),
        pytest.param(says(b"x", "500 Oh"), Lost.ELSEWHERE, id="distress"),
        pytest.param(says(b"x", "504 Gateway Timeout"), Lost.UNSURE, id="a gateway that lost patience"),
        pytest.param(
            says(b"", "302 Found", "Location: http://127.0.0.1:1/"), Lost.ELSEWHERE, id="a redirect"
        ),
        pytest.param(says(b" " * 1_100_000), Lost.UNSURE, id="too much"),
    ],
)
async def test_what_is_no_answer_of_tencents_says_whether_it_may_be_repeated(
    caller: Caller, machine: Tencent, behave: object, lost: Lost
) -> None:
    machine.behave[SEND] = behave
    with pytest.raises(NotAnswered) as told:
        await caller.call("POST", SEND, json=WORDS)
    assert told.value.lost is lost
    assert machine.paths().count(SEND) == 1, "nothing is repeated by itself"


async def test_what_a_gateway_finds_too_heavy_is_the_letters_own_trouble(
    caller: Caller, machine: Tencent
) -> None:
    machine.behave[SEND] = says(b"<html>", "413 Request Entity Too Large")
    with pytest.raises(TencentError, match="413 消息或文件太大") as told:
        await caller.call("POST", SEND, json=WORDS)
    assert told.value.number == 413


async def test_an_answer_cut_short_may_have_been_a_yes(caller: Caller, machine: Tencent) -> None:
    async def cut(asked: Asked, writer: asyncio.StreamWriter) -> None:
        writer.write(b'HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{"errcode": 0')
        await writer.drain()
        raise ConnectionResetError

    machine.behave[SEND] = cut
    with pytest.raises(NotAnswered) as told:
        await caller.call("POST", SEND, json=WORDS)
    assert told.value.lost is Lost.UNSURE


async def test_nobody_at_home_means_nothing_was_sent(store: Store, wall: Wall) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        caller = bare_caller("wecom", f"http://127.0.0.1:{free.getsockname()[1]}")
        with pytest.raises(NotAnswered, match="no connection; nothing was sent") as told:
            await caller.call("POST", SEND, json=WORDS)
    assert told.value.lost is Lost.UNSENT
    await caller.close()


async def test_who_cannot_show_who_it_is_is_sent_nothing(
    machine: Tencent, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tencent_client, "CONNECT_SECONDS", 0.2)
    caller = bare_caller("wecom", f"https://127.0.0.1:{machine.port}")
    with pytest.raises(NotAnswered) as told:
        await caller.call("POST", SEND, json=WORDS)
    assert told.value.lost is Lost.UNSENT
    await caller.close()


# --- nothing secret in words ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "behave",
    [None, drops, refuses(40013, "wx? secret=abc access_token=TOKEN-1-kept-secret"), says(b"x", "500 Oh")],
)
async def test_no_secret_token_or_address_is_in_an_errors_words(
    caller: Caller, machine: Tencent, behave: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    await caller.call("POST", SEND, json=WORDS)
    monkeypatch.setattr(tencent_client, "CALL_SECONDS", 0.2)
    machine.behave[SEND] = behave or machine.hangs
    key = "k-of-a-webhook"
    with pytest.raises(TencentError) as told:
        await caller.call("POST", SEND, params={"key": key}, json=WORDS)
    assert told.value.__cause__ is told.value.__context__ is None
    words = "".join(traceback.format_exception(told.value)) + repr(told.value) + str(told.value)
    for secret in (machine.token, SECRET, key, "王芳", "oMei"):
        assert secret not in words


async def test_no_line_of_the_log_holds_a_token_a_key_or_an_address(
    machine: Tencent, store: Store, wall: Wall
) -> None:
    root = logging.getLogger()
    handlers, level, lines = root.handlers[:], root.level, io.StringIO()
    logs.configure(to=lines, level=logging.DEBUG)
    try:
        caller = wechat_caller(account(machine.api), store, wall)
        for behave in (machine.usual, drops, refuses(45015), says(b"not JSON")):
            machine.behave[SEND] = behave
            with suppress(TencentError):
                await caller.call("POST", SEND, params={"key": "k-of-a-webhook"}, json=WORDS)
        await caller.close()
    finally:
        root.handlers[:] = handlers
        root.setLevel(level)
        structlog.reset_defaults()
    assert "a new token" in lines.getvalue()
    for secret in (machine.token, SECRET, "k-of-a-webhook", "oMei", "127.0.0.1"):
        assert secret not in lines.getvalue()


async def test_whom_the_machine_trusts_is_trusted_and_nobody_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    trusted, shown = certificate(tmp_path)
    async with tencent(shown) as machine:
        machine.behave[SEND] = says({"errcode": 0})
        stranger = bare_caller("wecom", machine.api)
        monkeypatch.setenv("SSL_CERT_FILE", str(trusted))
        known = bare_caller("wecom", machine.api)
        assert await known.call("POST", SEND, json=WORDS) == {"errcode": 0}
        assert await known.call("POST", SEND, json=WORDS) == {"errcode": 0}
        with pytest.raises(NotAnswered) as told:
            await stranger.call("POST", SEND, json=WORDS)
        assert told.value.lost is Lost.UNSENT
        assert len(machine.asked) == 2
        machine.behave[SEND] = machine.hangs
        hanging = asyncio.create_task(known.call("POST", SEND, json=WORDS))
        while len(machine.asked) < 3:
            machine.arrived.clear()
            await machine.arrived.wait()
        await known.close()
        with pytest.raises(NotAnswered) as told:
            await hanging
        assert told.value.lost is Lost.UNSURE
        await stranger.close()


async def test_a_wrong_secret_is_said_in_words_and_not_itself(
    machine: Tencent, store: Store, wall: Wall
) -> None:
    wrong = "another-secret-that-is-wrong"
    caller = wechat_caller(account(machine.api, wrong), store, wall)
    with pytest.raises(TencentError, match="40125 AppSecret 不对，请核对 HUYING_WECHAT_SECRET") as told:
        await caller.call("POST", SEND, json=WORDS)
    assert wrong not in "".join(traceback.format_exception(told.value))
    await caller.close()


async def test_proxies_of_the_environment_are_not_asked_for_this_machine(
    machine: Tencent, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("http_proxy", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    monkeypatch.delenv("no_proxy", raising=False)
    machine.behave[SEND] = says({"errcode": 0})
    caller = bare_caller("wecom", machine.api)
    assert await caller.call("POST", SEND, json=WORDS) == {"errcode": 0}
    await caller.close()


async def test_other_machines_are_reached_by_the_environments_proxy(
    machine: Tencent, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", machine.api)
    monkeypatch.delenv("no_proxy", raising=False)
    machine.behave[SEND] = says({"errcode": 0})
    caller = bare_caller("wecom", "http://qyapi.example.invalid")
    assert await caller.call("POST", SEND, json=WORDS) == {"errcode": 0}
    await caller.close()
