"""Whatever anybody can think up to send: it is read rightly, or refused by the one error a door knows."""

from __future__ import annotations

import base64
from contextlib import suppress
from typing import Any

import pytest
import xmltodict
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from wechatpy.crypto import PrpCrypto
from wechatpy.crypto.base import WeChatCipher

from bot.channels.tencent_door import NotTheirs
from bot.channels.tencent_envelope import (
    NOT_XML,
    Seal,
    number_of,
    read_json,
    read_xml,
    signature,
    text_of,
    text_reply,
    write_xml,
)
from tests.bot.tencent.pushing import AES_KEY, APPID, CRYPTO, Wall, sealed, signed, wechat_door

PATIENTLY = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
SEAL = Seal(AES_KEY, APPID)
CIPHER = WeChatCipher(CRYPTO.key)
WORDS = st.text(st.characters(codec="utf-8"), max_size=300)
NAMES = st.from_regex(r"[A-Z][A-Za-z]{0,12}", fullmatch=True)


@PATIENTLY
@given(WORDS)
@example("")
@example("x" * 12)
@example("电梯停了😀")
def test_what_we_seal_another_library_opens_and_the_other_way_round(words: str) -> None:
    theirs = PrpCrypto(CRYPTO.key)
    assert theirs.decrypt(SEAL.close(words), APPID) == words
    assert SEAL.open(theirs.encrypt(words, APPID).decode()) == words


@PATIENTLY
@given(st.binary(max_size=200))
def test_whatever_is_encrypted_with_our_key_is_read_or_refused(plain: bytes) -> None:
    encrypted = base64.b64encode(CIPHER.encrypt(plain + bytes(-len(plain) % 16))).decode()
    with suppress(NotTheirs):
        assert isinstance(SEAL.open(encrypted), str)


@PATIENTLY
@given(st.binary(min_size=1, max_size=64), st.integers(0, 10_000))
def test_no_change_to_what_is_sealed_makes_it_anothers(change: bytes, at: int) -> None:
    whole = bytearray(base64.b64decode(SEAL.close("<xml><a>1</a></xml>")))
    at %= len(whole)
    whole[at : at + len(change)] = change
    with suppress(NotTheirs):
        assert isinstance(SEAL.open(base64.b64encode(whole).decode()), str)


def encrypted(text: bytes, receiver: str, padding: int, length: int | None = None) -> str:
    """Encrypt with our key, with whatever padding and length."""
    size = (len(text) if length is None else length).to_bytes(4, "big")
    plain = b"r" * 16 + size + text + receiver.encode() + bytes((padding,)) * padding
    assert len(plain) % 16 == 0
    return base64.b64encode(CIPHER.encrypt(plain)).decode()


def test_a_padding_longer_than_any_is_refused() -> None:
    assert SEAL.open(encrypted(b"ab", APPID, 24)) == "ab"
    assert SEAL.open(encrypted(b"a" * 10, APPID, 32)) == "a" * 10
    with pytest.raises(NotTheirs, match="padding"):
        SEAL.open(encrypted(b"a" * 9, APPID, 33))


@pytest.mark.parametrize("receiver", ["", APPID])
@pytest.mark.parametrize("length", [3, 1000, 2**32 - 1])
def test_a_length_beyond_what_is_there_is_refused(length: int, receiver: str) -> None:
    padding = 32 - (22 + len(receiver)) % 32
    assert Seal(AES_KEY, receiver).open(encrypted(b"ab", receiver, padding)) == "ab"
    with pytest.raises(NotTheirs):
        Seal(AES_KEY, receiver).open(encrypted(b"ab", receiver, padding, length))


@pytest.mark.parametrize("last", [0, 1, 17, 32, 33, 255])
def test_a_padding_that_is_not_the_same_throughout_is_refused(last: int) -> None:
    with pytest.raises(NotTheirs):
        SEAL.open(base64.b64encode(CIPHER.encrypt(b"r" * 63 + bytes((last,)))).decode())


@PATIENTLY
@given(st.dictionaries(NAMES, WORDS | st.integers(0, 10**18), min_size=1, max_size=8))
def test_fields_come_back_as_they_were_written_whatever_stands_in_them(fields: dict[str, str | int]) -> None:
    xml = write_xml(tuple(fields.items()))
    expected = {
        name: NOT_XML.sub("", str(value)).replace("\r\n", "\n").replace("\r", "\n")
        for name, value in fields.items()
    }
    assert read_xml(xml) == {name: value.strip() for name, value in expected.items()}
    theirs = xmltodict.parse(xml, strip_whitespace=False)["xml"]
    assert {name: value or "" for name, value in theirs.items()} == expected


@PATIENTLY
@given(WORDS)
@example("]]></Content><Content><![CDATA[x")
@example("]" * 7 + ">" * 3)
def test_a_reply_has_its_five_fields_and_no_more(words: str) -> None:
    read = xmltodict.parse(text_reply("o", "g", words, 1), strip_whitespace=False)["xml"]
    assert list(read) == ["ToUserName", "FromUserName", "CreateTime", "MsgType", "Content"]


@PATIENTLY
@given(st.text(st.sampled_from("<>/&;![]CDATxmla=\"' 'é电"), max_size=120))
def test_whatever_looks_like_xml_is_read_or_refused(text: str) -> None:
    for xml in (text, f"<xml>{text}</xml>", f"<xml><a>{text}</a></xml>"):
        with suppress(NotTheirs):
            assert isinstance(read_xml(xml), dict)


def filled(fields: Any) -> Any:
    """xmltodict says None where a field is empty."""
    match fields:
        case dict():
            return {name: filled(value) for name, value in fields.items()}
        case list():
            return [filled(value) for value in fields]
    return fields or ""


@PATIENTLY
@given(
    st.recursive(
        st.dictionaries(NAMES, WORDS.map(str.strip).filter(bool), min_size=1, max_size=3),
        lambda inner: st.dictionaries(
            NAMES, inner | st.lists(inner, min_size=2, max_size=3), min_size=1, max_size=3
        ),
        max_leaves=5,
    )
)
def test_nested_fields_are_read_as_xmltodict_reads_them(fields: dict[str, Any]) -> None:
    xml = NOT_XML.sub("", xmltodict.unparse({"xml": fields}, full_document=False))
    # Deeper than any message of Tencent's is refused, and tested with the door.
    with suppress(NotTheirs):
        ours, theirs = read_xml(xml), xmltodict.parse(xml)["xml"]
        assert ours == filled(theirs)


@PATIENTLY
@given(st.text(max_size=100) | st.binary(max_size=100))
def test_whatever_looks_like_json_is_read_or_refused(text: str | bytes) -> None:
    for found in (text, b'{"a":' + text + b"}" if isinstance(text, bytes) else f'{{"a":{text}}}'):
        with suppress(NotTheirs):
            assert isinstance(read_json(found), dict)


@PATIENTLY
@given(st.binary(max_size=300), st.binary(max_size=300))
def test_a_door_knows_one_error_only(line: bytes, body: bytes) -> None:
    door = wechat_door(Wall())
    push = sealed("A" * 44)
    for query in (line, push.query, push.query + line):
        for content in (body, push.body, push.body.replace(b"AAAA", body[:4])):
            with pytest.raises(NotTheirs) as told:
                door.fields_xml(door.knock(query), content)
            assert 400 <= told.value.status < 500


@PATIENTLY
@given(st.lists(st.text(st.characters(min_codepoint=33, max_codepoint=126)), min_size=3, max_size=4))
def test_the_signature_is_the_one_wechatpy_makes(words: list[str]) -> None:
    assert signature(*words) == signed(*words)


@pytest.mark.parametrize(
    "value", ["", "x", "-1", "1.5", "9" * 19, "9" * 5000, "１２", True, 1.0, None, [], 10**30]
)
def test_a_number_that_is_none_is_refused(value: object) -> None:
    with pytest.raises(NotTheirs, match="CreateTime"):
        number_of({"CreateTime": value}, "CreateTime")


def test_numbers_and_texts_are_what_they_are_called() -> None:
    fields = {"CreateTime": "1793000000", "n": 7, "Content": "", "twice": ["a", "b"]}
    assert number_of(fields, "CreateTime") == 1793000000
    assert number_of(fields, "n") == 7
    assert number_of(fields, "absent", 0) == 0
    assert text_of(fields, "Content") == ""
    assert text_of(fields, "absent", "x") == "x"
    for name in ("absent", "twice", "n"):
        with pytest.raises(NotTheirs, match=name):
            text_of(fields, name)
