"""Whatever else comes to Tencent's doors: other methods, any address, XML and JSON nobody means well with."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.security.conftest import Running
from tests.security.gates import APP_GATE, PLAIN, ROBOT_GATE, SAFE, SECRETS, WORDS, Gate, Program, Push

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "HEAD", "OPTIONS", "PROPFIND"])
async def test_neither_is_any_other_method(there: Program, gate: Gate, method: str) -> None:
    assert await there.refuses(replace(gate.push(), method=method)) == [405]


async def test_the_echo_is_given_to_the_platform_alone(there: Program, gate: Gate) -> None:
    await there.refuses(
        replace(gate.push(), method="GET", body=b""),
        *(
            replace(gate.push().with_query(echostr=odd), method="GET", body=b"")
            for odd in ("", "x" * 3000, "好")
        ),
    )
    if gate.safe:
        echo = gate.push().with_query(echostr=gate.envelope.seal("1"), signature=None)
        await there.refuses(replace(echo, method="GET", body=b""))


@pytest.mark.parametrize(
    "query",
    ["", "?", "&" * 500, "a=1&" * 100, "%", "%ff=%fe", "timestamp", "=", "\u597d", "nonce=%00", "x" * 9000],
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
    await there.refuses(
        *(replace(right, body=body) for body in (b"\xff\xfe", b"\0" * 100, b"\x80" + right.body))
    )


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
