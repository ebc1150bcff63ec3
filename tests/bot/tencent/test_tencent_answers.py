"""What the doors know of a push that comes again, how they answer, and how much of a body they read."""

from __future__ import annotations

import json

import pytest
import xmltodict

from bot.channels import tencent_door
from bot.channels.tencent_door import BODY_BYTES, Door, NotTheirs, body_of
from bot.channels.tencent_envelope import text_reply
from storage.records import MINUTE, SECOND
from tests.bot.tencent.pushing import (
    CALL,
    CRYPTO,
    NOW,
    ROBOT,
    TOKEN,
    Push,
    Wall,
    message,
    query,
    read,
    refused,
    robot,
    robot_door,
    safe,
    signed,
    wechat_door,
)


@pytest.fixture
def door(wall: Wall) -> Door:
    return wechat_door(wall)


# --- again ---------------------------------------------------------------------------------------------------------


def test_the_same_push_is_taken_for_twenty_seconds_and_then_no_more(door: Door, wall: Wall) -> None:
    push = safe()
    for seconds in (0, 5, 10, 15, 20):
        wall.at = NOW + seconds * SECOND
        assert read(door, push)["Content"] == CALL
    wall.at = NOW + 20 * SECOND + 1
    assert "seen before" in refused(door, push).why


def test_a_signature_stands_for_the_plaintext_body_it_came_with_first(wall: Wall) -> None:
    door = wechat_door(wall, plain=True)
    assert read(door, Push(query(), message().encode()))
    assert "seen before" in refused(door, Push(query(), message("转账").encode())).why
    assert read(door, Push(query(), message().encode()))


def test_what_is_refused_is_not_remembered(door: Door) -> None:
    push = safe()
    refused(door, Push(push.query, b"<xml/>"))
    refused(door, safe(token="guessed"))
    assert not door._seen
    assert read(door, push)


def test_the_memory_is_bounded_in_number_and_in_time(
    door: Door, wall: Wall, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tencent_door, "MOST_SEEN", 10)
    for nonce in range(30):
        read(door, safe(nonce=str(nonce)))
    assert len(door._seen) == 10
    for nonce in range(8):
        wall.at = NOW + 11 * MINUTE
        read(door, safe(nonce=f"later-{nonce}", at=wall.at))
    assert len(door._seen) == 10
    monkeypatch.setattr(tencent_door, "MOST_SEEN", 1000)
    for nonce in range(9):
        read(door, safe(nonce=f"again-{nonce}", at=wall.at))
    assert len(door._seen) == 17, "each one that comes takes an old one away"


# --- answers -------------------------------------------------------------------------------------------------------


def test_an_answer_is_sealed_so_that_another_library_opens_it(door: Door) -> None:
    knock = door.knock(safe().query)
    sent = door.sealed_xml(knock, text_reply("oMei", "gh_1", f"#1024 {CALL} 😀", 1793000000))
    outer = xmltodict.parse(sent)["xml"]
    assert list(outer) == ["Encrypt", "MsgSignature", "TimeStamp", "Nonce"]
    inner = CRYPTO.decrypt_message(sent, outer["MsgSignature"], outer["TimeStamp"], outer["Nonce"])
    assert xmltodict.parse(inner)["xml"] == {
        "ToUserName": "oMei",
        "FromUserName": "gh_1",
        "CreateTime": "1793000000",
        "MsgType": "text",
        "Content": f"#1024 {CALL} 😀",
    }


def test_in_plaintext_mode_it_goes_as_it_is(wall: Wall) -> None:
    door = wechat_door(wall, plain=True)
    xml = text_reply("oMei", "gh_1", "好", 1)
    assert door.sealed_xml(door.knock(query()), xml) == xml.encode()


def test_the_robots_answer_is_sealed_in_json(wall: Wall) -> None:
    door = robot_door(wall)
    knock = door.knock(robot({}).query)
    sent = json.loads(door.sealed_json(knock, '{"msgtype":"stream"}'))
    assert sent["nonce"] == knock.nonce
    assert sent["timestamp"] == NOW // SECOND
    assert sent["msgsignature"] == signed(TOKEN, str(sent["timestamp"]), sent["nonce"], sent["encrypt"])
    opened = ROBOT.decrypt_message(
        {"Encrypt": sent["encrypt"]}, sent["msgsignature"], str(sent["timestamp"]), sent["nonce"]
    )
    assert opened == '{"msgtype":"stream"}'


@pytest.mark.parametrize(
    "words",
    [
        "]]>",
        "]]]]>>",
        "]]></Content><MsgType><![CDATA[image]]></MsgType><Content><![CDATA[",
        "<script>&amp;",
        "]]]]><![CDATA[>",
        "a]]" + "\x00" + ">b",
    ],
)
def test_no_words_end_their_field_before_its_end(words: str) -> None:
    read = xmltodict.parse(text_reply("oMei", "gh_1", words, 1))["xml"]
    assert list(read) == ["ToUserName", "FromUserName", "CreateTime", "MsgType", "Content"]
    assert read["MsgType"] == "text"
    assert read["Content"] == words.replace("\x00", "")


# --- the body ------------------------------------------------------------------------------------------------------


async def test_a_body_is_read_up_to_its_limit_and_no_further() -> None:
    async def take(*parts: bytes, ends: bool = True) -> bytes:
        waiting = [{"type": "http.request", "body": part, "more_body": True} for part in parts]
        waiting.append({"type": "http.request", "body": b""} if ends else {"type": "http.disconnect"})
        return await body_of({"headers": []}, lambda: _next(waiting))

    async def _next(waiting: list[dict[str, object]]) -> dict[str, object]:
        return waiting.pop(0)

    assert await take(b"a", b"b") == b"ab"
    assert len(await take(b"a" * BODY_BYTES)) == BODY_BYTES
    with pytest.raises(NotTheirs) as long:
        await take(b"a" * BODY_BYTES, b"b", b"never read")
    assert long.value.status == 413
    with pytest.raises(NotTheirs) as gone:
        await take(b"a", ends=False)
    assert gone.value.status == 400
