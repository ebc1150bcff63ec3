"""Whatever a resident writes, and however a right push is spoilt: dealt with, and what goes back is nothing but our words."""

from __future__ import annotations

import asyncio
import copy
import json
import secrets
from collections.abc import Awaitable, Callable, Iterator
from contextlib import AsyncExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from storage.records import SECOND
from tests.databases import KIND, KINDS, rows
from tests.patience import PATIENCE
from tests.security.gate_words import inside, kinds, opened, xml
from tests.security.gates import APP_GATE, GATES, MEI, PLAIN, ROBOT_GATE, SAFE, Gate, Program, program
from tests.security.nonsense import ANYTHING, WORDS, mangled, places, spoilt

Run = Callable[[Callable[[Program], Awaitable[None]]], None]
often = settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
BREAKS_OUT = "灯坏了]]></Content><MsgType><![CDATA[news]]></MsgType><Content><![CDATA["
BREAKING = [
    BREAKS_OUT,
    "]]>",
    "]]]]>>",
    "&lt;/Content&gt;",
    "</xml><xml>",
    "<![CDATA[x]]>",
    "3号楼&x;漏水]]",
    "\u2028]]>",
]


@pytest.fixture(scope="module", params=KINDS)
def runs(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[str, Run]]:
    """Both programs on one kind of database, in a loop of their own; call one with what is to be done there."""
    loop, stack = asyncio.new_event_loop(), AsyncExitStack()
    folders = [tmp_path_factory.mktemp(name) for name in ("safe", "plain")]

    def run(there: Program) -> Run:
        return lambda work: loop.run_until_complete(asyncio.wait_for(work(there), PATIENCE))

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(KIND, request.param)
        safe = loop.run_until_complete(stack.enter_async_context(program(folders[0], SAFE)))
        plain = loop.run_until_complete(stack.enter_async_context(program(folders[1], PLAIN)))
        yield {gate.name: run(plain if gate is PLAIN else safe) for gate in GATES}
        loop.run_until_complete(stack.aclose())
        loop.close()


@often
@given(words=st.sampled_from(BREAKING) | WORDS, gate=st.sampled_from([SAFE, PLAIN]))
def test_words_come_back_as_words_and_never_as_fields(runs: dict[str, Run], words: str, gate: Gate) -> None:
    """What somebody asks about is quoted in the answer: `]]>` would end its field there."""

    async def work(there: Program) -> None:
        said = words.encode("utf-8", "replace").decode().translate(dict.fromkeys(range(32)))
        for sentence in (f"3号楼{said}", f"补充 1001 {said}", said):
            there.house.desk._floods.__init__()  # type: ignore[misc]
            answer = await there.send(gate.push(gate.message(sentence)))
            assert answer.status_code == 200
            if inside := opened(gate, answer):
                fields = [field.tag for field in ElementTree.fromstring(inside)]
                assert fields == ["ToUserName", "FromUserName", "CreateTime", "MsgType", "Content"]
                assert ElementTree.fromstring(inside).findtext("ToUserName") == MEI

    runs[gate.name](work)


@often
@given(data=st.data(), gate=st.sampled_from(GATES))
def test_a_right_push_that_is_spoilt_inside_is_taken_or_refused(
    runs: dict[str, Run], data: st.DataObject, gate: Gate
) -> None:
    """Signed and sealed as it should be: a mistake of the platform's own, or a new kind of message."""
    said = data.draw(spoilt(data.draw(st.sampled_from(kinds(gate)))))
    if gate is ROBOT_GATE:
        inner = json.dumps(said, ensure_ascii=data.draw(st.booleans()))
    else:
        inner = xml(said if isinstance(said, dict) else {"x": said})

    async def work(there: Program) -> None:
        before = len(there.aside)
        status = await there.status(
            gate.push(inner.encode("utf-8", "surrogatepass").decode("utf-8", "replace"))
        )
        assert status in (200, 400, 413), (status, inner)
        ours = (
            "storage.",
            "handlers.",
            "sqlite3.",
            "asyncpg",
            "KeyError('",
            "AssertionError",
            "IntegrityError",
        )
        assert [why for why in there.aside[before:] if why.startswith(ours)] == []
        assert await there.status(gate.push()) == 200

    runs[gate.name](work)


@often
@given(data=st.data(), gate=st.sampled_from(GATES))
def test_a_right_push_that_is_mangled_outside_is_refused_and_stores_nothing(
    runs: dict[str, Run], data: st.DataObject, gate: Gate
) -> None:
    right = gate.push()
    body = data.draw(mangled(right.body) | st.binary(max_size=300) | ANYTHING.map(as_bytes))
    name = data.draw(st.sampled_from([*right.query, "echostr"]))
    odd = data.draw(st.none() | st.text(max_size=60) | st.sampled_from(list(right.query.values())))
    method = data.draw(st.sampled_from(["POST", "GET", "PUT"]))

    async def work(there: Program) -> None:
        await there.settle()
        before = (await there.counts(), len(there.heard), there.calls)
        changed = {name: odd.encode("utf-8", "replace").decode() if odd is not None else None}
        push = replace(right, body=body, method=method).with_query(**changed)
        status = (await there.send(push)).status_code
        if status == 200 and method == "GET" and gate.line_signed:
            return  # asked for its echo, with a signature that is right
        same = body == right.body and method == "POST"
        if status == 200 and (same or not gate.safe or inside(gate, body) == inside(gate, right.body)):
            await there.settle()
            return
        assert 400 <= status < 500, (status, push)
        assert (await there.counts(), len(there.heard), there.calls) == before

    runs[gate.name](work)


TIMES = ["9" * 12, "9" * 30, "9" * 5000, "-1", "1e9", "", "NaN", "٣", "1.5"]
ODD_NUMBERS = {
    SAFE: [{"CreateTime": time} for time in TIMES],
    PLAIN: [{"CreateTime": time} for time in TIMES],
    APP_GATE: [{"CreateTime": time} for time in TIMES],
    ROBOT_GATE: [{"create_time": time} for time in (*TIMES, 10**30, -1, 1.5, True, None, [], float("inf"))],
}
PLACES = [("nan", "1"), ("inf", "1"), ("1e999", "1"), ("-91", "0"), ("0", "181"), ("x", "y"), ("٣٠", "١")]
for gate_ in (SAFE, PLAIN):
    ODD_NUMBERS[gate_] += [{"MsgId": number} for number in ("9" * 21, "-1", "x", "", "1.5")]
    ODD_NUMBERS[gate_] += [
        {"MsgType": "location", "Location_X": x, "Location_Y": y, "Label": ""} for x, y in PLACES[:-1]
    ]


@pytest.mark.parametrize("gate", GATES, ids=lambda gate: gate.name)
def test_numbers_no_platform_gives_are_refused_before_they_are_stored(
    runs: dict[str, Run], gate: Gate
) -> None:
    async def work(there: Program) -> None:
        await there.refuses(*(gate.push(gate.message(**odd)) for odd in ODD_NUMBERS[gate]), opened=99)

    runs[gate.name](work)


@pytest.mark.parametrize("gate", GATES, ids=lambda gate: gate.name)
def test_no_field_is_too_long_for_what_it_is_kept_in(runs: dict[str, Run], gate: Gate) -> None:
    """PostgreSQL indexes no more than 2,704 bytes, and packs what repeats itself first; this does not."""
    long = secrets.token_urlsafe(6000)

    async def work(there: Program) -> None:
        wrong = []
        for said in kinds(gate):
            # A template message that failed is waited for, whatever it failed of.
            texts = [place for place in places(said) if isinstance(place[0][place[1]], str)]
            for container, key in (place for place in texts if place[1] != "Status"):
                container[key], kept = long, container[key]
                before = len(there.aside)
                status = await there.status(gate.push(copy.deepcopy(said)))
                # What the robot is told in another shape than ever is kept for a person to look at.
                odd = [why for why in there.aside[before:] if not why.startswith("ValueError: an id")]
                if status not in (200, 400) or odd:
                    wrong.append((said, key, status, odd))
                container[key] = kept
        assert wrong == []
        assert await there.status(gate.push()) == 200

    runs[gate.name](work)


def as_bytes(value: Any) -> bytes:
    return json.dumps(value).encode("utf-8", "surrogatepass")


# --- seen before, by somebody else -------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("gate", [SAFE, PLAIN, APP_GATE, ROBOT_GATE], ids=lambda gate: gate.name)
async def test_what_a_restart_forgot_the_inbox_knows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str, gate: Gate
) -> None:
    """And what another process took: each remembers for itself what it has let in, but all have one inbox."""
    monkeypatch.setenv(KIND, kind)
    push = gate.push()
    async with program(tmp_path, gate) as there:
        first = await there.send(push)
        assert first.status_code == 200
        await there.settle()
        before = await there.counts()
        async with there.beside() as other:
            there.wall.ahead = 100 * SECOND
            again = await other.send(push)
            assert again.status_code == 200
            assert said(opened(gate, again)) == said(opened(gate, first))
            await other.settle()
            assert await there.counts() == before
            there.wall.ahead = 0
        assert len(await rows(there.store.url, "SELECT id FROM tickets")) == 1


def said(inside: str) -> str:
    """The words of an answer: its times and ids are made anew."""
    if inside.startswith("{"):
        return str(json.loads(inside)["stream"]["content"])
    return ElementTree.fromstring(inside).findtext("Content") or "" if inside else ""
