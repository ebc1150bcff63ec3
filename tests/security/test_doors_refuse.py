"""What Tencent did not send is refused at its doors: with 4xx, nothing stored, nothing called, and nothing read that is not signed."""

from __future__ import annotations

import base64
import secrets
from collections.abc import AsyncIterator, Callable
from dataclasses import replace

import pytest
import pytest_asyncio

from storage.records import SECOND
from tests.platforms.wecom import AGENTID
from tests.security.gates import (
    APP_GATE,
    GATES,
    PLAIN,
    ROBOT_GATE,
    SAFE,
    SECRETS,
    WORDS,
    Gate,
    Program,
    Push,
    program,
)

pytestmark = pytest.mark.asyncio(loop_scope="module")
SEALED = [gate for gate in GATES if gate.safe]
Running = Callable[[Gate], Program]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def running(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Running]:
    """The program with the gate in question; one of them serves all doors but that of the plaintext mode."""
    folders = [tmp_path_factory.mktemp(name) for name in ("safe", "plain")]
    async with program(folders[0], SAFE) as safe, program(folders[1], PLAIN) as plain:
        yield lambda gate: plain if gate is PLAIN else safe


@pytest.fixture(params=GATES, ids=lambda gate: gate.name)
def gate(request: pytest.FixtureRequest) -> Gate:
    found: Gate = request.param
    return found


@pytest.fixture
def there(running: Running, gate: Gate) -> Program:
    return running(gate)


def flipped(words: str) -> list[str]:
    """The same words with each of their characters changed, one at a time."""
    other = {character: "1" if character == "0" else "0" for character in words}
    return [words[:at] + other[words[at]] + words[at + 1 :] for at in range(len(words))]


async def test_what_is_right_is_taken(there: Program, gate: Gate) -> None:
    """Otherwise everything below would prove nothing."""
    before = len(there.heard)
    assert await there.status(gate.push()) == 200
    assert WORDS in there.heard[before].text


# --- forged, old, seen before -----------------------------------------------------------------------------------------


async def test_each_character_of_a_signature_counts(there: Program, gate: Gate) -> None:
    right = gate.push()
    names = [name for name in ("signature", "msg_signature") if name in right.query]
    wrong = [right.with_query(**{name: one}) for name in names for one in flipped(right.query[name])]
    await there.refuses(*wrong)
    assert await there.status(right) == 200


@pytest.mark.parametrize("name", ["timestamp", "nonce", "token"])
async def test_each_thing_that_is_signed_counts(there: Program, gate: Gate, name: str) -> None:
    right = gate.push()
    if name == "token":
        wrong = [gate.push(token=one) for one in flipped(gate.envelope.token)]
    else:
        wrong = [right.with_query(**{name: one}) for one in flipped(right.query[name])]
    await there.refuses(*wrong)


@pytest.mark.parametrize("gate", SEALED, ids=lambda gate: gate.name, indirect=True)
async def test_each_part_of_what_is_sealed_is_signed(there: Program, gate: Gate) -> None:
    right = gate.push()
    sealed = gate.envelope.seal(gate.plain(gate.message()))
    places = range(0, len(sealed), max(1, len(sealed) // 60))
    other = [
        sealed[:at] + ("A" if sealed[at] != "A" else "B") + sealed[at + 1 :] for at in (*places, len(sealed) - 3)
    ]
    shorter = [sealed[:at] for at in (0, 1, 16, 24, 64, len(sealed) - 4, len(sealed) - 1)]
    await there.refuses(*(replace(right, body=gate.wrapped(one)) for one in [*other, *shorter, sealed * 2]))


async def test_what_is_not_there_is_not_right(there: Program, gate: Gate) -> None:
    right = gate.push()
    needed = [name for name in right.query if name != "openid"]
    await there.refuses(
        *(right.with_query(**{name: None}) for name in needed),
        *(right.with_query(**{name: ""}) for name in needed),
        replace(right, query={}),
        replace(right, body=b""),
    )


async def test_one_signature_given_twice_is_none(there: Program, gate: Gate) -> None:
    right = gate.push()
    for name in (name for name in right.query if name != "openid"):
        twice = replace(right, path=f"{right.path}?{name}={right.query[name]}&x=", query={})
        answer = await there.client.post(f"{right.address}&{name}={right.query[name]}", content=right.body)
        assert answer.status_code == 400
        await there.refuses(twice)


@pytest.mark.parametrize("seconds", [-301, 302, -86400, 86400, -(10**9), 10**9])
async def test_what_was_signed_long_ago_or_for_later_is_not_taken(
    there: Program, gate: Gate, seconds: int
) -> None:
    assert await there.refuses(gate.push(at=there.wall.now() // SECOND + seconds)) == [403]


@pytest.mark.parametrize(
    "odd", ["-1", "1e9", "9" * 400, "１７９５３２３６００", "0x1", " ", "1795323600.0", "\0", "1795323600\n"]
)
async def test_a_time_that_is_no_number_is_not_read(there: Program, gate: Gate, odd: str) -> None:
    await there.refuses(gate.push().with_query(timestamp=odd))


async def test_a_push_is_taken_again_for_twenty_seconds_and_then_never(there: Program, gate: Gate) -> None:
    right = gate.push()
    first = await there.send(right)
    await there.settle()
    told = len(there.heard)
    key = there.heard[-1].key
    for ahead in (0, 5, 19):
        there.wall.ahead = ahead * SECOND
        again = await there.send(right)
        assert again.status_code == 200
        assert bool(again.content) == bool(first.content)
    assert [inbound.key for inbound in there.heard[told:]] == [key] * 3
    await there.settle()
    for ahead in (21, 290, 301, 86400):
        there.wall.ahead = ahead * SECOND
        assert await there.refuses(right, opened=1) == [403]
    there.wall.ahead = 0


async def test_a_plaintext_signature_stands_for_one_body_alone(running: Running) -> None:
    there, right = running(PLAIN), PLAIN.push()
    assert await there.status(right) == 200
    await there.settle()
    await there.refuses(replace(right, body=PLAIN.push(PLAIN.message("投诉 别人说的")).body))


# --- sealed wrongly, by whoever knows the token, or for somebody else ------------------------------------------------


def padded_wrongly(gate: Gate) -> list[str]:
    """What opens to something no platform seals, though the signature is right."""
    cipher = gate.envelope._cipher

    def sealed(plain: bytes) -> str:
        sealing = cipher().encryptor()
        return base64.b64encode(sealing.update(plain) + sealing.finalize()).decode()

    words = gate.plain(gate.message()).encode()
    whole = secrets.token_bytes(16) + len(words).to_bytes(4, "big") + words + gate.envelope.receive_id.encode()
    missing = 32 - len(whole) % 32
    ends = [b"\0" * missing, bytes([missing]) * (missing - 1) + b"\0", bytes([33]) * missing, b"\xff" * missing]
    lengths = [0, 1, len(words) - 1, len(words) + 1, len(words) + 100, 2**31, 2**32 - 1]
    wrong = [whole + end for end in ends]
    right_end = bytes([missing]) * missing
    wrong += [whole[:16] + length.to_bytes(4, "big") + whole[20:] + right_end for length in lengths]
    wrong += [b"\x20" * 32, b"\x10" * 16, b"\0" * 16]
    return [sealed(plain) for plain in wrong]


@pytest.mark.parametrize("gate", SEALED, ids=lambda gate: gate.name, indirect=True)
async def test_a_right_signature_around_a_wrong_seal_is_no_push(there: Program, gate: Gate) -> None:
    sealed = gate.envelope.seal(gate.plain(gate.message()))
    wrong = [sealed[:-4], sealed[:24], "", "=", "A", "AAAA", "*" * 64, f"{sealed}=", f" {sealed}", "好" * 8]
    wrong += [sealed[:at] + sealed[at + 64 :] for at in (0, 64)]
    wrong += padded_wrongly(gate)
    await there.refuses(*(gate.signed(one) for one in wrong), opened=len(wrong))


@pytest.mark.parametrize("gate", SEALED, ids=lambda gate: gate.name, indirect=True)
@pytest.mark.parametrize("whose", ["wx0000000000000000", "ww0000000000000000", "x", "\0"])
async def test_what_is_meant_for_another_account_is_not_ours(there: Program, gate: Gate, whose: str) -> None:
    mine = gate.envelope.receive_id
    others = [whose, mine + whose, mine[:-1], mine.upper()]
    others = [one for one in others if one != mine]
    await there.refuses(*(gate.push(receive_id=one) for one in others), opened=len(others))


async def test_a_message_of_one_door_is_none_at_another(running: Running) -> None:
    there = running(SAFE)
    pushes = [
        replace(one.push(), path=other.path)
        for one in (SAFE, APP_GATE, ROBOT_GATE)
        for other in (SAFE, APP_GATE, ROBOT_GATE)
        if one is not other
    ]
    await there.refuses(*pushes)


async def test_another_app_of_the_same_company_is_not_this_one(running: Running) -> None:
    """Two apps may be given one token and key; whose member wrote to which then stands only inside."""
    there = running(APP_GATE)
    others = [{"AgentID": AGENTID + 1}, {"AgentID": "x"}, {"ToUserName": "ww0000000000000000"}]
    pushes = [APP_GATE.push(APP_GATE.message(**other)) for other in others]
    await there.refuses(*pushes, opened=len(pushes))


# --- methods, addresses, bodies of another kind ------------------------------------------------------------------------


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "HEAD", "OPTIONS", "PROPFIND"])
async def test_neither_is_any_other_method(there: Program, gate: Gate, method: str) -> None:
    assert await there.refuses(replace(gate.push(), method=method)) == [405]


async def test_the_echo_is_given_to_the_platform_alone(there: Program, gate: Gate) -> None:
    await there.refuses(
        replace(gate.push(), method="GET", body=b""),
        *(replace(gate.push().with_query(echostr=odd), method="GET", body=b"") for odd in ("", "x" * 3000, "好"))
    )
    if gate.safe and not gate.line_signed:
        echo = gate.push().with_query(echostr=gate.envelope.seal("1"))
        await there.refuses(replace(echo, method="GET", body=b""))


@pytest.mark.parametrize(
    "query", ["", "?", "&" * 500, "a=1&" * 100, "%", "%ff=%fe", "timestamp", "=", "\u597d", "nonce=%00", "x" * 9000]
)
async def test_any_address_is_answered(there: Program, gate: Gate, query: str) -> None:
    before = await there.counts()
    answer = await there.client.post(f"{gate.path}?{query}", content=gate.push().body)
    assert 400 <= answer.status_code < 500
    assert await there.counts() == before


BOMB = (
    '<?xml version="1.0"?><!DOCTYPE xml [<!ENTITY a "ha">'
    + "".join(f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(9))
    + "]><xml><ToUserName>&j;</ToUserName><Encrypt>&j;</Encrypt><Content>&j;</Content></xml>"
)
FILE = '<!DOCTYPE xml [<!ENTITY f SYSTEM "file:///etc/passwd">]><xml><Encrypt>&f;</Encrypt><Content>&f;</Content></xml>'
FAR = FILE.replace("file:///etc/passwd", "http://127.0.0.1:9/x")
ODD_XML = {
    "a bomb": BOMB,
    "a file": FILE,
    "an address": FAR,
    "a parameter entity": '<!DOCTYPE xml [<!ENTITY % p SYSTEM "http://127.0.0.1:9/x">%p;]><xml><Encrypt/></xml>',
    "a document type alone": "<!DOCTYPE xml><xml><Encrypt>x</Encrypt></xml>",
    "deep": "<xml>" + "<a>" * 5000 + "</a>" * 5000 + "</xml>",
    "wide": "<xml>" + "<a/>" * 9000 + "</xml>",
    "one name a thousand times": "<xml>" + "<Encrypt>x</Encrypt>" * 1000 + "</xml>",
    "attributes": "<xml " + " ".join(f'a{n}="{n}"' for n in range(4000)) + "/>",
    "no root": "",
    "words": "电梯停了",
    "json": "{}",
    "two roots": "<xml><Encrypt>x</Encrypt></xml><xml/>",
    "an unknown entity": "<xml><Encrypt>&x;</Encrypt></xml>",
    "half": "<xml><Encrypt>x",
    "another root": "<html><body/></html>",
    "another writing": "<?xml version='1.0' encoding='utf-16'?><xml><Encrypt>x</Encrypt></xml>",
    "nothing inside": "<xml/>",
    "fields within": "<xml><Encrypt><a>x</a></Encrypt><FromUserName><a/></FromUserName></xml>",
}  # fmt: skip
ODD_JSON = {
    "deep": "[" * 30_000 + "]" * 30_000,
    "deep fields": '{"encrypt":' * 5000 + "1" + "}" * 5000,
    "a list": "[]",
    "a number": "1" + "0" * 5000,
    "no text": '{"encrypt": 1}',
    "none": '{"encrypt": null}',
    "half": '{"encrypt": "x',
    "not a number": '{"encrypt": NaN}',
    "half a character": '{"encrypt": "\\ud800"}',
    "nothing": "",
    "xml": BOMB,
}  # fmt: skip


@pytest.mark.parametrize("what", ODD_XML)
@pytest.mark.parametrize("gate", [SAFE, PLAIN, APP_GATE], ids=lambda gate: gate.name, indirect=True)
async def test_no_xml_but_tencents_is_read(there: Program, gate: Gate, what: str) -> None:
    outside = replace(gate.push(), body=ODD_XML[what].encode())
    await there.refuses(outside, *([gate.push(ODD_XML[what])] if gate.safe else []), opened=1)


@pytest.mark.parametrize("what", ODD_JSON)
async def test_no_json_but_the_robots_is_read(running: Running, what: str) -> None:
    there, right = running(ROBOT_GATE), ROBOT_GATE.push()
    await there.refuses(replace(right, body=ODD_JSON[what].encode()))


async def test_bytes_that_are_no_text_are_not_read(there: Program, gate: Gate) -> None:
    right = gate.push()
    await there.refuses(*(replace(right, body=body) for body in (b"\xff\xfe", b"\0" * 100, b"\x80" + right.body)))


# --- the log ----------------------------------------------------------------------------------------------------------


async def test_a_refusal_is_one_line_that_holds_nothing_of_what_came(
    there: Program, gate: Gate, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    right = gate.push()
    forged: list[Push] = [
        right.with_query(nonce="123"),
        gate.push(at=1),
        gate.push("<xml>" + WORDS),
        replace(right, body=right.body[:-9]),
        replace(right, method="PUT"),
    ]
    capsys.readouterr()
    caplog.clear()
    await there.refuses(*forged, opened=1)
    lines = [line for line in capsys.readouterr().out.splitlines() if "turned away" in line]
    lines += [record.getMessage() for record in caplog.records if "turned away" in record.getMessage()]
    assert len(lines) == len(forged)
    said = "\n".join(lines)
    shown = {word for push in forged for name, word in push.query.items() if name != "timestamp"}
    assert [word for word in (*SECRETS, WORDS, *shown) if len(word) > 3 and word in said] == []
