"""The doors WeChat, WeCom and the robot knock at: what is let in, and everything that is not."""

from __future__ import annotations

from urllib.parse import parse_qs, urlencode

import pytest
import xmltodict

from bot.channels.tencent_door import Door, NotTheirs
from bot.secret import Secret
from storage.records import MINUTE, SECOND
from tests.bot.tencent.pushing import (
    AES_KEY,
    APPID,
    CALL,
    CRYPTO,
    NOW,
    ROBOT,
    TOKEN,
    Push,
    Wall,
    encrypt,
    message,
    query,
    read,
    refused,
    robot,
    robot_door,
    safe,
    sealed,
    signed,
    wechat_door,
)


@pytest.fixture
def door(wall: Wall) -> Door:
    return wechat_door(wall)


# --- let in --------------------------------------------------------------------------------------------------------


def test_a_message_in_safe_mode_comes_out_of_its_envelope(door: Door) -> None:
    fields = read(door, safe())
    assert fields["Content"] == CALL
    assert fields["FromUserName"] == "oMei"
    assert fields == xmltodict.parse(message())["xml"]


def test_a_message_in_plaintext_mode_comes_as_it_is(wall: Wall) -> None:
    door = wechat_door(wall, plain=True)
    assert read(door, Push(query(), message().encode()))["Content"] == CALL


def test_the_compatible_mode_is_read_either_way(door: Door, wall: Wall) -> None:
    encrypted = encrypt(message())
    mark = signed(TOKEN, str(NOW // SECOND), "1372623149", encrypted)
    both = message().replace("</xml>", f"<Encrypt><![CDATA[{encrypted}]]></Encrypt></xml>").encode()
    push = Push(query(msg_signature=mark, encrypt_type="aes"), both)
    assert read(door, push)["Content"] == CALL
    assert read(wechat_door(wall, plain=True), push)["Content"] == CALL


def test_a_robots_message_is_json(wall: Wall) -> None:
    door, push = robot_door(wall), robot({"msgid": "M", "text": {"content": "@呼应 电梯"}})
    assert door.fields_json(door.knock(push.query), push.body)["text"] == {"content": "@呼应 电梯"}


def test_the_address_is_verified_in_plain_words_for_wechat(door: Door) -> None:
    assert door.echo(door.knock(query(echostr="5930178284"))) == b"5930178284"


def test_the_address_is_verified_encrypted_for_wecom_and_the_robot(wall: Wall) -> None:
    for door, crypto in (
        (robot_door(wall), ROBOT),
        (Door(Secret(TOKEN), Secret(AES_KEY), APPID, wall), CRYPTO),
    ):
        echo = encrypt("1616140317555161061", crypto)
        mark = signed(TOKEN, str(NOW // SECOND), "1372623149", echo)
        line = query(line_signed=False, msg_signature=mark, echostr=echo)
        assert door.echo(door.knock(line)) == b"1616140317555161061"
        # An unescaped plus sign, as some machines in between make it.
        assert door.echo(door.knock(line.replace(b"%2B", b"+"))) == b"1616140317555161061"
        other = query(line_signed=False, msg_signature="0" * 40, echostr=echo)
        with pytest.raises(NotTheirs):
            door.echo(door.knock(other))
        with pytest.raises(NotTheirs):
            door.echo(door.knock(query(line_signed=False, msg_signature=mark)))


# --- refused -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("minutes", [-6, 6, -60 * 24 * 365])
def test_old_and_future_pushes_are_refused(door: Door, minutes: int) -> None:
    assert "too old" in refused(door, safe(at=NOW + minutes * MINUTE)).why


def test_five_minutes_off_is_still_taken(door: Door) -> None:
    assert read(door, safe(at=NOW - 5 * MINUTE))
    assert read(door, safe(at=NOW + 5 * MINUTE, nonce="2"))


def test_another_token_signs_nothing(door: Door) -> None:
    assert refused(door, safe(token="guessed")).status == 403
    line = query().replace(signed(TOKEN, str(NOW // SECOND), "1372623149").encode(), b"0" * 40)
    assert refused(door, Push(line, safe().body)).status == 403


@pytest.mark.parametrize("name", ["signature", "msg_signature", "timestamp", "nonce"])
@pytest.mark.parametrize("value", [None, "", "x", "é", "1" * 3000, "\x00", "电"])
def test_an_address_line_with_something_wrong_is_refused(door: Door, name: str, value: str | None) -> None:
    push = safe()
    given = {key: values[0] for key, values in parse_qs(push.query.decode()).items()}
    given.pop(name)
    if value is not None:
        given[name] = value
    changed = Push(urlencode(given).encode(), push.body)
    if name == "signature" and not value:
        # What the message itself is signed with covers all of it.
        assert read(door, changed)["Content"] == CALL
    else:
        refused(door, changed)


def test_in_plaintext_mode_the_line_has_to_be_signed(wall: Wall) -> None:
    door = wechat_door(wall, plain=True)
    mark = signed(TOKEN, str(NOW // SECOND), "1372623149")
    for line in (query(line_signed=False), query(line_signed=False, msg_signature=mark)):
        assert refused(door, Push(line, message().encode())).status == 403


def test_what_stands_twice_in_the_address_line_is_refused(door: Door) -> None:
    push = safe()
    assert refused(door, Push(push.query + b"&nonce=2", push.body)).status == 400


@pytest.mark.parametrize(
    "line", [b"", b"\xff\xfe", b"timestamp", b"&" * 100, b"a=b&" * 1000, b"%" * 300, b"timestamp=1&nonce=%ff"]
)
def test_an_address_line_that_is_none_is_refused(door: Door, line: bytes) -> None:
    refused(door, Push(line, safe().body))


def test_a_changed_message_is_refused(door: Door) -> None:
    push = safe()
    spoiled = push.body.replace(b"[CDATA[" + push.body.split(b"[CDATA[")[2][:4], b"[CDATA[AAAA")
    assert spoiled != push.body
    assert "signature" in refused(door, Push(push.query, spoiled)).why


def test_another_accounts_message_is_refused_though_rightly_signed(door: Door, wall: Wall) -> None:
    assert "another account" in refused(door, safe(crypto=ROBOT)).why
    other = Door(Secret(TOKEN), Secret(AES_KEY), "wx-another", wall, line_signed=True)
    assert "another account" in refused(other, safe()).why


def test_a_message_encrypted_with_another_key_is_refused(wall: Wall) -> None:
    door = Door(Secret(TOKEN), Secret("Z" * 43), APPID, wall, line_signed=True)
    assert refused(door, safe()).status == 400


@pytest.mark.parametrize("cut", [0, 1, 4, 16, 20, 64, 100])
def test_cut_ciphertext_is_refused_though_rightly_signed(door: Door, cut: int) -> None:
    refused(door, sealed(encrypt(message())[:cut]))


@pytest.mark.parametrize("encrypted", ["", "=", "====", "not base64!", "QUJD", "QUJD\n", "A" * 88, "电梯"])
def test_what_is_no_ciphertext_is_refused_though_rightly_signed(door: Door, encrypted: str) -> None:
    refused(door, sealed(encrypted))


def test_a_plaintext_message_is_refused_where_a_key_is_set_and_says_why(door: Door) -> None:
    told = refused(door, Push(query(), message().encode()))
    assert "plaintext" in told.why


def test_an_encrypted_message_is_refused_where_no_key_is_set_and_says_which_setting(wall: Wall) -> None:
    told = refused(wechat_door(wall, plain=True), safe())
    assert "HUYING_WECHAT_AES_KEY" in told.why


BOMB = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><xml><Content>&b;</Content></xml>'
XXE = '<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]><xml><Content>&f;</Content></xml>'
BAD_XML = {
    "a bomb": BOMB,
    "a file asked for": XXE,
    "a bare document type": "<!DOCTYPE xml><xml><Content>x</Content></xml>",
    "an unknown entity": "<xml><Content>&nbsp;</Content></xml>",
    "nested deeply": "<a>" * 8000 + "</a>" * 8000,
    "many fields": f"<xml>{'<a/>' * 8000}</xml>",
    "not closed": "<xml><Content>x",
    "two roots": "<xml/><xml/>",
    "no fields": "<xml>x</xml>",
    "nothing": "",
    "spaces": "   ",
    "a half character": "<xml><a>&#xD800;</a></xml>",
    "not XML": "{}",
}


@pytest.mark.parametrize("xml", BAD_XML.values(), ids=BAD_XML)
def test_xml_that_is_none_or_would_cost_much_is_refused_inside_and_outside(
    door: Door, wall: Wall, xml: str
) -> None:
    refused(door, safe(xml))
    refused(door, Push(safe().query, xml.encode()))
    refused(wechat_door(wall, plain=True), Push(query(), xml.encode()))


@pytest.mark.parametrize("body", [b"\xff\xfe<xml/>", "<xml><a>电</a></xml>".encode("utf-16"), b"\x00" * 100])
def test_a_body_in_another_encoding_is_refused(door: Door, body: bytes) -> None:
    refused(door, Push(safe().query, body))


@pytest.mark.parametrize(
    "inner",
    ["", "[]", "7", "{", '{"a":' * 5000, "[" * 60000, '{"a": ' + "9" * 5000 + "}", "NaN", '"x"', "null"],
)
def test_json_that_is_none_is_refused_inside_and_outside(wall: Wall, inner: str) -> None:
    door = robot_door(wall)
    for push in (robot(inner), Push(robot({}).query, inner.encode())):
        with pytest.raises(NotTheirs):
            door.fields_json(door.knock(push.query), push.body)


def test_a_characters_half_or_a_nul_loses_nobodys_call(door: Door, wall: Wall) -> None:
    assert read(door, safe(message("电梯\x00\x08停\ufffe了")))["Content"] == "电梯停了"
    bot, push = robot_door(wall), robot('{"text": "电梯\\u0000\\ud83d停了", "list": ["\\udfff"]}')
    assert bot.fields_json(bot.knock(push.query), push.body) == {"text": "电梯停了", "list": [""]}


def test_a_door_where_nothing_is_signed_is_not_built(wall: Wall) -> None:
    with pytest.raises(ValueError, match="anybody"):
        Door(Secret(TOKEN), None, APPID, wall)
    with pytest.raises(ValueError, match="43"):
        Door(Secret(TOKEN), Secret("A" * 39), APPID, wall)
