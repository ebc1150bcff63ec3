"""The three doors Tencent knocks at, before the whole running program, and pushes made as Tencent makes them.

The envelopes are the test servers' own, written from the platforms' description; nothing here is made by what is tried.
"""

from __future__ import annotations

import itertools
import json
import time
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest

from bot.app import House, house
from bot.channels import wechat_hook
from bot.channels.tencent_envelope import Seal
from bot.channels.wechat_door import wechat
from bot.channels.wecom_door import wecom
from bot.clock import SystemClock
from bot.config import load
from handlers.messages import Answer, Inbound
from storage.database import Store, open_store
from storage.media import MediaFolder
from storage.records import Instant
from tests.databases import fresh_database, rows
from tests.patience import PATIENCE
from tests.platforms.wechat import Envelope, WeChatServer
from tests.platforms.wechat.envelope import a_nonce
from tests.platforms.wechat.server import AES_KEY, APPID, ORIGINAL_ID, SECRET, TOKEN
from tests.platforms.wechat.xml import written
from tests.platforms.wecom import AGENTID, APP, CORPID, ROBOT, WeComServer
from tests.platforms.wecom import SECRET as WECOM_SECRET
from tests.stories.town import TOWN, settle_down
from tests.stories.turned_clock import TurnedClock

WORDS = "3号楼2单元电梯停了"
MEI = "oMeiYi0000000000000000000001"
GROUP = "wrJ2GCAAAXtWyujaWJHDDGi0mACGRID1"
WITH_GROUP = TOWN.replace('"telegram:-1001000001"]', f'"telegram:-1001000001", "wecom:{GROUP}"]')
JSON = dict[str, Any]
NUMBERS = itertools.count(24_305_218_573_455_012)
SECRETS = (TOKEN, AES_KEY, SECRET, APP.token, APP.aes_key, ROBOT.token, ROBOT.aes_key, WECOM_SECRET)


@dataclass(frozen=True)
class Push:
    """One request. `query`: the address's words by their names."""

    path: str
    query: Mapping[str, str]
    body: bytes
    method: str = "POST"

    @property
    def address(self) -> str:
        return f"{self.path}?{urlencode(self.query)}"

    def with_query(self, **changed: str | None) -> Push:
        """Another one, with these words instead; None: without."""
        query = {**self.query, **changed}
        return replace(self, query={name: value for name, value in query.items() if value is not None})


@dataclass(frozen=True)
class Gate:
    """One door as its platform knows it. `line_signed`: the address line has a signature of its own."""

    name: str
    path: str
    envelope: Envelope
    line_signed: bool = False

    @property
    def safe(self) -> bool:
        return self.envelope.key is not None

    def message(self, words: str = WORDS, **changed: Any) -> JSON:
        """What a resident (a member, somebody in a group) says, by its fields."""
        number, at = next(NUMBERS), int(time.time())
        if self.path == "/wecom/bot":
            said: JSON = {"msgid": f"M{number}", "aibotid": "aib", "chatid": GROUP, "chattype": "group"}
            said |= {"from": {"userid": "wangfang"}, "msgtype": "text", "text": {"content": f"@呼应 {words}"}}
            return said | changed
        who = (ORIGINAL_ID, MEI) if self.path == "/wechat" else (CORPID, "wangfang")
        said = {"ToUserName": who[0], "FromUserName": who[1], "CreateTime": at, "MsgType": "text"}
        said |= {"Content": words, "MsgId": number}
        return (said if self.path == "/wechat" else said | {"AgentID": AGENTID}) | changed

    def plain(self, said: JSON) -> str:
        """The same as it stands inside the envelope."""
        return json.dumps(said) if self.path == "/wecom/bot" else written(said)

    def push(self, said: JSON | str | None = None, *, at: int | None = None, **other: str) -> Push:
        """A push with everything right; `at`: signed in this second since 1970. `other`: receive_id, token."""
        said = self.message() if said is None else said
        inner = said if isinstance(said, str) else self.plain(said)
        if not self.safe:
            return self.signed(inner, at=at, **other)
        sealed = self.envelope.seal(inner, other.pop("receive_id", None))
        return self.signed(sealed, at=at, **other)

    def signed(self, inside: str, *, at: int | None = None, token: str | None = None) -> Push:
        """Sign and wrap what was sealed already (in plaintext mode: the XML itself), whatever it is."""
        envelope = self.envelope if token is None else Envelope(token, self.envelope.receive_id, None)
        seconds, nonce = str(int(time.time()) if at is None else at), a_nonce()
        query = {"timestamp": seconds, "nonce": nonce}
        if self.line_signed:
            query |= {"signature": envelope.signed(int(seconds), nonce)["signature"], "openid": MEI}
        if not self.safe:
            return Push(self.path, query, inside.encode("utf-8", "surrogatepass"))
        query["msg_signature"] = envelope.msg_signature(seconds, nonce, inside)
        return Push(self.path, query, self.wrapped(inside))

    def wrapped(self, sealed: str) -> bytes:
        if self.path == "/wecom/bot":
            return json.dumps({"encrypt": sealed}).encode()
        return written({"ToUserName": self.envelope.receive_id, "Encrypt": sealed}).encode()


SAFE = Gate("wechat-safe", "/wechat", Envelope(TOKEN, APPID, AES_KEY), line_signed=True)
PLAIN = Gate("wechat-plain", "/wechat", Envelope(TOKEN, APPID, None), line_signed=True)
APP_GATE = Gate("wecom", "/wecom", Envelope(APP.token, CORPID, APP.aes_key))
ROBOT_GATE = Gate("robot", "/wecom/bot", Envelope(ROBOT.token, "", ROBOT.aes_key))
GATES = (SAFE, PLAIN, APP_GATE, ROBOT_GATE)


class Wall(SystemClock):
    """The machine's clock, moved on by tests."""

    ahead: Instant = 0

    def now(self) -> Instant:
        return super().now() + self.ahead


@dataclass
class Program:
    """The whole program with these doors, and what it was seen to do. `decrypted`: envelopes opened; `heard`: what came
    to the desk; `aside`: why something was set aside."""

    folder: Path
    store: Store
    house: House
    wall: Wall
    wechat: WeChatServer
    wecom: WeComServer
    client: httpx.AsyncClient
    decrypted: int = 0
    heard: list[Inbound] = field(default_factory=list)
    aside: list[str] = field(default_factory=list)

    async def send(self, push: Push, **more: Any) -> httpx.Response:
        return await self.client.request(push.method, push.address, content=push.body, **more)

    async def status(self, push: Push) -> int:
        return (await self.send(push)).status_code

    async def settle(self) -> None:
        """Return when what was taken has led to everything it leads to."""
        for platform in self.house.platforms.values():
            await platform.settled()
        await self.house.delivery.settled()

    @asynccontextmanager
    async def beside(self) -> AsyncIterator[Program]:
        """A second process of the same program on the same database."""
        store = await open_store(self.store.url)
        async with running(self.folder, store, self.wall, self.wechat, self.wecom) as other:
            yield other
        await store.close()

    async def counts(self) -> dict[str, int]:
        """How many rows every table has."""
        return await counts(self.store)

    @property
    def calls(self) -> int:
        """Calls of Tencent's APIs so far."""
        return len(self.wechat.calls) + len(self.wecom.calls)

    async def refuses(self, *pushes: Push, opened: int = 0) -> list[int]:
        """Send them all; each must be refused with 4xx, and nothing be stored, heard or called. `opened`: so many
        envelopes may be decrypted, all together. Returns the statuses."""
        await self.settle()
        before = (await self.counts(), len(self.heard), self.calls)
        decrypted = self.decrypted
        statuses = []
        for push in pushes:
            answer = await self.send(push)
            statuses.append(answer.status_code)
            assert 400 <= answer.status_code < 500, (answer.status_code, push)
            assert answer.content == b""
        assert (await self.counts(), len(self.heard), self.calls) == before
        assert self.decrypted - decrypted <= opened
        return statuses


async def counts(store: Store) -> dict[str, int]:
    sqlite = store.url.startswith("sqlite:")
    named = (
        "SELECT name FROM sqlite_master WHERE type = 'table'"
        if sqlite
        else "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
    )
    tables = sorted(name for (name,) in await rows(store.url, named))
    each = " UNION ALL ".join(f"SELECT '{name}', COUNT(*) FROM {name}" for name in tables)
    return dict(await rows(store.url, each))


@contextmanager
def watching(program: Program) -> Iterator[None]:
    """Count what is decrypted and write down what comes to the desk; both go on as they are."""
    opens, desk = Seal.open, program.house.desk
    receives, sets_aside = desk.receive, desk.set_aside

    def opening(seal: Seal, encrypted: str) -> str:
        program.decrypted += 1
        return opens(seal, encrypted)

    async def receiving(inbound: Inbound, now: Instant) -> Answer:
        program.heard.append(inbound)
        return await receives(inbound, now)

    async def setting_aside(key: str, now: Instant, raw: str, why: str) -> None:
        program.aside.append(why)
        await sets_aside(key, now, raw, why)

    Seal.open, desk.receive, desk.set_aside = opening, receiving, setting_aside  # type: ignore[method-assign]
    try:
        yield
    finally:
        Seal.open = opens  # type: ignore[method-assign]


@asynccontextmanager
async def program(folder: Path, gate: Gate = SAFE) -> AsyncIterator[Program]:
    """Run it with WeChat in `gate`'s mode, WeCom's app and robot, on a community of its own.

    The field's clock stands still: after settle() nothing happens by itself.
    """
    async with (
        fresh_database(folder) as url,
        WeChatServer(aes_key=None if gate is PLAIN else AES_KEY) as one,
        WeComServer(limits=False) as two,
    ):
        store = await open_store(url)
        await settle_down(store, WITH_GROUP)
        async with running(folder, store, Wall(), one, two) as there:
            yield there
        await store.close()


@asynccontextmanager
async def running(
    folder: Path, store: Store, wall: Wall, one: WeChatServer, two: WeComServer
) -> AsyncIterator[Program]:
    """Run the program once on this store."""
    settings = load({**one.settings(), **two.settings()})
    assert settings.wechat is not None
    openers = [wechat(settings.wechat, wall), wecom(settings.wecom, settings.wecom_bot, wall=wall)]
    clock = TurnedClock(SystemClock().now())
    with pytest.MonkeyPatch.context() as patient:
        # Nobody asks again here, as WeChat does when a busy machine needs longer than it waits.
        patient.setattr(wechat_hook, "ANSWER_SECONDS", PATIENCE)
        async with (
            house(store, MediaFolder(folder / "media"), clock, platforms=openers) as house_,
            httpx.AsyncClient(
                base_url=f"http://127.0.0.1:{house_.port}", trust_env=False, timeout=PATIENCE
            ) as client,
        ):
            # What the day begins with is done before anything is counted.
            await house_.alarm.swept()
            there = Program(folder, store, house_, wall, one, two, client)
            with watching(there):
                yield there
