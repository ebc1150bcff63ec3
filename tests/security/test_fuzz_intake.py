"""Whatever is posted to the webhook, through the whole intake to a real database: no crash, and the next report is heard."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.responses import PlainTextResponse

from bot.channels.telegram import TelegramChannel
from bot.channels.telegram_hook import BODY_BYTES, SECRET_HEADER, TelegramHook
from bot.channels.telegram_intake import Intake
from handlers.commands import Verb
from handlers.desk import Desk
from handlers.dialogue import Step
from storage.database import open_store
from tests.bot.telegram.updates import BOT, DATE, GROUP, ME, MEI, PRIVATE, message
from tests.databases import fresh_file
from tests.patience import PATIENCE
from tests.platforms.telegram import TOKEN
from tests.security.nonsense import ANYTHING, WORDS, mangled, spoilt
from tests.stories.town import NOON, TOWN, settle_down

SECRET = "a-secret_of-32-characters-0123456"
JOINED = {"status": "member", "user": BOT}
PHOTO = [{"file_id": "a", "file_unique_id": "a", "width": 90, "height": 90, "file_size": 1}]
RIGHT: list[dict[str, Any]] = [
    {"update_id": 1, "message": message(text="3号楼2单元电梯停了")},
    {"update_id": 2, "message": message(chat=PRIVATE, text="/start p_xinhai-east-1-3")},
    {"update_id": 3, "message": message(chat=PRIVATE, text="绑定 ABCD2345EFGH7")},
    {"update_id": 4, "message": message(caption="5号楼漏水", photo=PHOTO, media_group_id="77")},
    {"update_id": 5, "edited_message": message(text="接单 1001", edit_date=1_769_999_999)},
    {"update_id": 6, "message": message(text="办结 1001 换了灯泡", reply_to_message=message(text="x"))},
    {"update_id": 7, "message": message(location={"latitude": 30.6, "longitude": 114.3})},
    {
        "update_id": 8,
        "callback_query": {"id": "9", "from": MEI, "chat_instance": "1", "data": "accept:jinghe-1001", "message": message(text="x")},
    },
    {
        "update_id": 9,
        "my_chat_member": {"chat": GROUP, "from": MEI, "date": 1, "old_chat_member": {**JOINED, "status": "left"}, "new_chat_member": JOINED},
    },
    {"update_id": 10, "message": message(migrate_to_chat_id=-1001000777)},
]  # fmt: skip
PRESSES = st.builds(
    "{}:{}{}".format,
    st.sampled_from([*(verb.value for verb in Verb), *(f"={step}" for step in Step), "=", ""]),
    st.sampled_from(["jinghe-1001", "jinghe-1", "other-1001", "wangfang", "3"]) | WORDS,
    st.sampled_from(["", ":3", ":wangfang", ":"]),
)


class Ticking:
    """A clock on which every message is two seconds after the one before: nobody here floods."""

    def __init__(self) -> None:
        self._now = NOON

    def now(self) -> int:
        self._now += 2_000
        return self._now

    async def until(self, instant: int) -> None:
        raise AssertionError("nothing here waits")


Post = Callable[[bytes], Awaitable[int]]


@pytest.fixture(scope="module")
def hook(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The webhook before a real desk; call it with a coroutine function that posts."""
    loop, clock = asyncio.new_event_loop(), Ticking()
    folder = tmp_path_factory.mktemp("fuzz")

    async def build() -> tuple[Any, httpx.AsyncClient, Intake]:
        # Nobody answers there: what a press is told goes nowhere.
        channel = TelegramChannel(TOKEN, "http://127.0.0.1:9")
        channel._me = ME
        store = await open_store(fresh_file(folder))
        await settle_down(store, TOWN)
        intake = Intake(channel, Desk(store), clock)
        app = TelegramHook(intake, SECRET, PlainTextResponse("a page"))
        return store, httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://hook"), intake

    store, client, intake = loop.run_until_complete(build())

    def run(work: Callable[[Post], Awaitable[None]]) -> None:
        async def post(body: bytes) -> int:
            body = body.replace(str(DATE).encode(), str(clock.now() // 1000).encode())
            return (await client.post("/telegram", content=body, headers={SECRET_HEADER: SECRET})).status_code

        loop.run_until_complete(asyncio.wait_for(work(post), PATIENCE))

    run.broken = lambda: loop.run_until_complete(_faults(store))  # type: ignore[attr-defined]
    run(lambda post: post(as_bytes(RIGHT[0])))  # type: ignore[arg-type,return-value]
    yield run
    loop.run_until_complete(intake.settled())
    loop.run_until_complete(intake._channel.close())
    loop.run_until_complete(client.aclose())
    loop.run_until_complete(store.close())
    loop.close()


async def _faults(store: Any) -> list[str]:
    """What was set aside although the library could read it: a mistake of ours."""
    return [row["why"] for row in await store._writer.fetch("SELECT why FROM set_aside", {})]


def as_bytes(value: Any) -> bytes:
    return json.dumps(value).encode("utf-8", "surrogatepass")


numbers = iter(range(1_000, 10**9))
often = settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@often
@given(data=st.data())
def test_a_spoilt_update_is_taken_or_set_aside(hook: Any, data: st.DataObject) -> None:
    update = data.draw(st.sampled_from(RIGHT).flatmap(spoilt))

    async def work(post: Post) -> None:
        body = {**update, "update_id": next(numbers)} if isinstance(update, dict) else update
        assert await post(as_bytes(body)) in (200, 400)
        well = {**RIGHT[0], "update_id": next(numbers)}
        assert await post(as_bytes(well)) == 200

    hook(work)
    ours = ("storage.", "handlers.", "sqlite3.", "KeyError('", "AssertionError", "IntegrityError")
    assert [why for why in hook.broken() if why.startswith(ours)] == []


@often
@given(
    body=st.binary(max_size=300)
    | st.sampled_from(RIGHT).map(as_bytes).flatmap(mangled)
    | ANYTHING.map(as_bytes)
)
def test_bytes_that_are_no_update_are_refused_or_set_aside(hook: Any, body: bytes) -> None:
    async def work(post: Post) -> None:
        assert await post(body) in (200, 400)

    hook(work)


@often
@given(
    words=WORDS,
    chat=st.sampled_from([GROUP, PRIVATE, {"id": -1009000001, "type": "supergroup", "title": "值班"}]),
    pressed=st.none() | PRESSES,
    who=st.sampled_from([2001, 1001, 1002, 1003, 1004]),
)
def test_whatever_is_written_or_pressed_is_dealt_with_and_nothing_is_set_aside(
    hook: Any, words: str, chat: dict[str, Any], pressed: str | None, who: int
) -> None:
    before = len(hook.broken())
    person = {**MEI, "id": who}
    if chat is PRIVATE:
        chat = {**chat, "id": who}
    said = message(chat=chat, text=words, **{"from": person})
    update: dict[str, Any] = {"message": said}
    if pressed is not None:
        update = {
            "callback_query": {
                "id": "9",
                "from": person,
                "chat_instance": "1",
                "data": pressed,
                "message": said,
            }
        }

    async def work(post: Post) -> None:
        assert await post(as_bytes({**update, "update_id": next(numbers)})) == 200

    hook(work)
    assert hook.broken()[before:] == []


@pytest.mark.parametrize("depth", [100, 900, 100_000])
@pytest.mark.parametrize("piece", ["[{}]", '{{"a":{}}}'])
def test_nesting_without_end_is_refused(hook: Any, depth: int, piece: str) -> None:
    opening, closing = piece.format("|").split("|")
    nested = opening * depth + "1" + closing * depth

    async def work(post: Post) -> None:
        body = f'{{"update_id": {next(numbers)}, "message": {nested}}}'.encode()
        assert await post(body) in (200, 400, 413)
        assert await post(as_bytes({**RIGHT[0], "update_id": next(numbers)})) == 200

    hook(work)


def test_a_body_longer_than_any_update_is_refused(hook: Any) -> None:
    async def work(post: Post) -> None:
        assert await post(b'{"update_id": 1, "message": "' + b"x" * BODY_BYTES + b'"}') == 413

    hook(work)
