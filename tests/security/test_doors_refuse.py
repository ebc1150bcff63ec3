"""What Tencent did not send is refused at its doors: with 4xx, nothing stored, nothing called, and nothing read that is not signed."""

from __future__ import annotations

import base64
import secrets
from dataclasses import replace

import pytest

from storage.records import SECOND
from tests.platforms.tencent_seal import cipher
from tests.platforms.wecom import AGENTID
from tests.security.conftest import Running
from tests.security.gates import (
    APP_GATE,
    GATES,
    PLAIN,
    ROBOT_GATE,
    SAFE,
    WORDS,
    Gate,
    Program,
)

pytestmark = pytest.mark.asyncio(loop_scope="module")
SEALED = [gate for gate in GATES if gate.safe]


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
        sealed[:at] + ("A" if sealed[at] != "A" else "B") + sealed[at + 1 :]
        for at in (*places, len(sealed) - 3)
    ]
    shorter = [sealed[:at] for at in (0, 1, 16, 24, 64, len(sealed) - 4, len(sealed) - 1)]
    await there.refuses(*(replace(right, body=gate.wrapped(one)) for one in [*other, *shorter, sealed * 2]))


async def test_what_is_not_there_is_not_right(there: Program, gate: Gate) -> None:
    right = gate.push()
    # In safe mode the message's own signature is enough.
    needed = [name for name in right.query if name != "openid" and not (gate is SAFE and name == "signature")]
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
    key = gate.envelope.key
    assert key is not None

    def sealed(plain: bytes) -> str:
        sealing = cipher(key).encryptor()
        return base64.b64encode(sealing.update(plain) + sealing.finalize()).decode()

    words = gate.plain(gate.message()).encode()
    whole = (
        secrets.token_bytes(16) + len(words).to_bytes(4, "big") + words + gate.envelope.receive_id.encode()
    )
    missing = 32 - len(whole) % 32
    ends = [
        b"\0" * missing,
        bytes([missing]) * (missing - 1) + b"\0",
        bytes([33]) * missing,
        b"\xff" * missing,
    ]
    lengths = [0, 1, len(words) - 1, len(words) + 1, len(words) + 100, 2**31, 2**32 - 1]
    wrong = [whole + end for end in ends]
    right_end = bytes([missing]) * missing
    wrong += [whole[:16] + length.to_bytes(4, "big") + whole[20:] + right_end for length in lengths]
    wrong += [b"\x20" * 32, b"\x10" * 16, b"\0" * 16]
    return [sealed(plain) for plain in wrong]


@pytest.mark.parametrize("gate", SEALED, ids=lambda gate: gate.name, indirect=True)
async def test_a_right_signature_around_a_wrong_seal_is_no_push(there: Program, gate: Gate) -> None:
    sealed = gate.envelope.seal(gate.plain(gate.message()))
    wrong = [sealed[:-4], sealed[:24], "", "=", "A", "AAAA", "*" * 64, f" {sealed}", "好" * 8]
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
