"""The doors at /wecom and /wecom/bot: what is WeCom's is stored before it is answered, and nothing else leaves a trace."""

from __future__ import annotations

import json
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from starlette.responses import PlainTextResponse

from bot.channels.tencent_door import BODY_BYTES
from bot.channels.wecom_app import pressing
from bot.delivery import Delivery
from storage.records import Address, Weight
from tests.bot.wecom.conftest import Line
from tests.databases import rows
from tests.platforms.wecom import AGENTID, APP, CORPID, ROBOT, Seal
from tests.platforms.wecom.callbacks import wrap_for, xml
from tests.stories.turned_clock import NOON

OUTSIDER = "wmAJ2GCAAAXtWyujaWJHDDGi0mACAAAA"
WORDS = {"ToUserName": CORPID, "FromUserName": "WangFang", "CreateTime": NOON // 1000}
SAID = {**WORDS, "MsgType": "text", "Content": "待办", "MsgId": 7001, "AgentID": AGENTID}
HEARD = {
    "msgid": "a1",
    "aibotid": "bot",
    "chatid": "wrGRID1",
    "chattype": "group",
    "from": {"userid": OUTSIDER},
    "response_url": "https://qyapi.weixin.qq.com/cgi-bin/aibot/response?response_code=c1",
    "msgtype": "text",
    "text": {"content": "@呼应 在吗"},
}


@dataclass
class Doors:
    """Both doors, without a network between."""

    line: Line
    client: httpx.AsyncClient

    async def app(self, words: str, *, seal: Seal = APP, **spoiled: str) -> httpx.Response:
        return await self.knock("/wecom", seal, wrap(seal.close(words)), seal.close(words), **spoiled)

    async def robot(self, said: object, *, seal: Seal = ROBOT, **spoiled: str) -> httpx.Response:
        sealed = seal.close(said if isinstance(said, str) else json.dumps(said))
        return await self.knock(
            "/wecom/bot", seal, json.dumps({"encrypt": sealed}).encode(), sealed, **spoiled
        )

    async def knock(self, path: str, seal: Seal, body: bytes, sealed: str, **spoiled: str) -> httpx.Response:
        at, nonce = spoiled.get("timestamp", str(int(time.time()))), "12345"
        if path == "/wecom" and b"<Encrypt>" in body:
            sealed = body.partition(b"<Encrypt><![CDATA[")[2].partition(b"]]")[0].decode()
        query = {
            "msg_signature": seal.signature(at, nonce, sealed),
            "timestamp": at,
            "nonce": nonce,
        } | spoiled
        return await self.client.post(path, params=query, content=body)

    async def stored(self) -> int:
        """How many rows there are of anything that was said."""
        counted = [await rows(self.line.store.url, f"SELECT COUNT(*) FROM {table}") for table in KEPT]
        return sum(int(found[0][0]) for found in counted)


KEPT = ("inbox", "set_aside", "outbox", "windows", "chats", "people", "accounts", "dialogues")


def wrap(sealed: str) -> bytes:
    return wrap_for(CORPID, AGENTID, sealed)


@pytest.fixture
async def doors(line: Line) -> AsyncIterator[Doors]:
    delivery = Delivery(line.store, line.desk, {}, line.clock)
    app = line.platform.front(PlainTextResponse("a page"), delivery)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://huying") as client:
        yield Doors(line, client)


async def test_what_a_member_says_is_stored_and_answered_with_nothing(doors: Doors) -> None:
    answer = await doors.app(xml(SAID))
    assert (answer.status_code, answer.content) == (200, b"")
    keys = await rows(doors.line.store.url, "SELECT key FROM inbox")
    assert keys == [("wecom:7001",)]


async def test_a_press_leaves_the_code_its_card_may_be_changed_with(doors: Doors) -> None:
    event = {"MsgType": "event", "Event": "template_card_event", "EventKey": "accept:x-1", "TaskId": "t1"}
    assert (await doors.app(xml({**WORDS, **event, "ResponseCode": "c1"}))).status_code == 200
    async with doors.line.store.turn() as turn:
        window = await turn.windows.take(pressing("t1"), Weight.MUCH, NOON)
    assert window is not None
    assert window.data == "c1"


async def test_the_robots_answer_goes_back_with_the_response(doors: Doors) -> None:
    alone = {**HEARD, "chattype": "single", "text": {"content": "帮助"}}
    del alone["chatid"]
    answer = (await doors.robot(alone)).json()
    ROBOT.check(answer["msgsignature"], str(answer["timestamp"]), answer["nonce"], answer["encrypt"])
    said = json.loads(ROBOT.open(answer["encrypt"]))
    assert said["msgtype"] == "stream"
    assert said["stream"]["finish"] is True
    assert "报修" in said["stream"]["content"]


async def test_other_pages_are_behind_it(doors: Doors) -> None:
    assert (await doors.client.get("/board/x")).text == "a page"
    assert (await doors.client.delete("/wecom")).status_code == 405
    assert (await doors.client.delete("/wecom/bot")).status_code == 405


STRANGER = Seal("another-token", APP.aes_key, CORPID)
OTHER_COMPANY = Seal(APP.token, APP.aes_key, "wwother")
BOMB = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><xml>&b;</xml>'


@pytest.mark.parametrize(
    "knock",
    [
        lambda doors: doors.app(xml(SAID), seal=STRANGER),
        lambda doors: doors.app(xml(SAID), seal=OTHER_COMPANY),
        lambda doors: doors.app(xml(SAID), msg_signature="0" * 40),
        lambda doors: doors.app(xml(SAID), timestamp="1500000000"),
        lambda doors: doors.app(xml(SAID), nonce=""),
        lambda doors: doors.app(BOMB),
        lambda doors: doors.app("<xml>" * 2000),
        lambda doors: doors.app("{}"),
        lambda doors: doors.app(xml({**SAID, "CreateTime": "soon"})),
        lambda doors: doors.app(xml({**SAID, "AgentID": AGENTID + 1})),
        lambda doors: doors.knock("/wecom", APP, wrap(APP.close(xml(SAID))[:-4]), ""),
        lambda doors: doors.knock("/wecom", APP, b"x" * (BODY_BYTES + 1), ""),
        lambda doors: doors.knock("/wecom", APP, xml(SAID).encode(), "x"),
        lambda doors: doors.robot(HEARD, seal=Seal("another-token", ROBOT.aes_key)),
        lambda doors: doors.robot(HEARD, seal=Seal(ROBOT.token, ROBOT.aes_key, CORPID)),
        lambda doors: doors.robot(HEARD, seal=Seal(ROBOT.token, APP.aes_key)),
        lambda doors: doors.robot("[1, 2]"),
        lambda doors: doors.robot("[" * 5000),
        lambda doors: doors.knock("/wecom/bot", ROBOT, json.dumps(HEARD).encode(), "x"),
        lambda doors: doors.knock("/wecom/bot", ROBOT, b"{" * (BODY_BYTES + 1), ""),
    ],
)  # fmt: skip
async def test_what_is_not_wecoms_is_turned_away_and_nothing_is_stored(
    doors: Doors, knock: Callable[[Doors], object]
) -> None:
    before = await doors.stored()
    answer = await knock(doors)  # type: ignore[misc]
    assert 400 <= answer.status_code < 500
    assert await doors.stored() == before


async def test_a_push_that_comes_again_is_the_same_push(doors: Doors) -> None:
    sealed = APP.close(xml(SAID))
    first = await doors.knock("/wecom", APP, wrap(sealed), sealed)
    after = await doors.stored()
    again = await doors.knock("/wecom", APP, wrap(sealed), sealed)
    assert (first.status_code, again.status_code) == (200, 200)
    assert await doors.stored() == after


async def test_what_the_robot_cannot_read_is_set_aside_with_its_words(doors: Doors) -> None:
    assert (await doors.robot({**HEARD, "from": 7})).status_code == 200
    ((key, raw),) = await rows(doors.line.store.url, "SELECT key, raw FROM set_aside")
    assert key == "wecom:bot:a1"
    assert "在吗" in raw


async def test_while_nothing_can_be_stored_wecom_keeps_it(doors: Doors, tmp_path: Path) -> None:
    await doors.line.store.close()
    assert (await doors.app(xml(SAID))).status_code == 503
    assert (await doors.robot(HEARD)).status_code == 503


async def test_a_group_the_robot_heard_something_in_is_the_robots(doors: Doors) -> None:
    await doors.robot(HEARD)
    async with doors.line.store.view() as view:
        assert await view.chats.is_present(Address("wecom:wrGRID1"))
