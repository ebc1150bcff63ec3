"""Several processes on one database: one of them sends, the others wait; nothing is lost or doubled between them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from structlog.testing import capture_logs

from bot.channels.telegram import TelegramChannel
from bot.channels.webchat import WebChannel
from bot.delivery import Delivery
from bot.pacing import MARGIN, TELEGRAM, Pace
from storage.database import open_store
from storage.records import MINUTE, SECOND, Address
from tests.bot.post import GROUP, LEI, MEI, HandClock, PaperDesk, Post, texts
from tests.databases import KINDS, ask, fresh_database
from tests.platforms.telegram import TOKEN, TelegramServer


@pytest.fixture(params=KINDS)
async def url(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[str]:
    async with fresh_database(tmp_path, request.param) as url:
        store = await open_store(url)
        await store.close()
        yield url


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who waits for a line asks for it again at once."""
    monkeypatch.setattr("bot.holding.LOOK_AGAIN", 0.01)


@asynccontextmanager
async def process(url: str, telegram: TelegramServer, clock: HandClock) -> AsyncIterator[Post]:
    """What delivers in one process, with nothing in memory of what was before."""
    store = await open_store(url)
    channel = TelegramChannel(TOKEN, telegram.api)
    desk = PaperDesk(store)
    channels = {"telegram": channel, "web": WebChannel(store, clock)}
    delivery = Delivery(store, desk, channels, clock, {"telegram": Pace(TELEGRAM)})
    running = asyncio.create_task(delivery.run())
    yield Post(store, telegram, clock, desk, delivery)
    running.cancel()
    await asyncio.wait({running})
    await channel.close()
    await store.close()


def has_the_line(post: Post) -> bool:
    return bool(post.delivery.lines["telegram"].ours)


async def test_two_processes_send_every_letter_once_and_keep_the_limits_together(url, telegram, clock):
    people = [telegram.user(3000 + n, f"居民{n}", started=True) for n in range(60)]
    async with process(url, telegram, clock) as one, process(url, telegram, clock) as other:
        for n, person in enumerate(people):
            await (one, other)[n % 2].owe(f"停水{n}", f"telegram:{person.id}")
        for _ in range(30):
            clock.turn(100)
            await one.settled()
            await other.settled()
        assert [texts(person.chat) for person in people] == [[f"停水{n}"] for n in range(60)]
        assert [has_the_line(one), has_the_line(other)].count(True) == 1
    assert telegram.refusals == []


async def test_when_the_one_that_sends_ends_the_other_goes_on_at_its_pace(url, telegram, clock, group, mei):
    async with AsyncExitStack() as first:
        one = await first.enter_async_context(process(url, telegram, clock))
        await one.settled()
        async with process(url, telegram, clock) as other:
            for n in range(22):
                await one.owe(f"第{n}", GROUP)
            await one.later(35 * SECOND, step=250)
            assert len(texts(group)) == 20
            assert (has_the_line(one), has_the_line(other)) == (True, False)
            await first.aclose()
            await telegram.wait_for(lambda: has_the_line(other))
            await other.owe("你好", MEI)
            await other.later(20 * SECOND, step=SECOND)
            assert (len(texts(group)), texts(mei.chat)) == (20, ["你好"])
            await other.later(MINUTE, step=SECOND)
            assert texts(group) == [f"第{n}" for n in range(22)]
    assert telegram.refusals == []


async def test_what_a_killed_process_had_on_its_way_waits_for_no_lease_and_counts_in_the_pace(
    url, telegram, clock, mei, lei
):
    store = await open_store(url)
    async with process(url, telegram, clock) as before:
        await before.owe("昨天", LEI, not_before=clock.now() + SECOND)
        await before.owe("一", MEI, not_before=clock.now() + SECOND)
    clock.turn(SECOND)
    async with store.turn() as turn:
        assert await turn.outbox.claim(clock.now(), lease=MINUTE, limit=1, platforms=["telegram"])
    await store.close()
    async with process(url, telegram, clock) as after:
        await after.settled()
        # It may stand in the chat since just now: the next one there keeps its distance.
        assert (texts(lei.chat), texts(mei.chat)) == ([], ["一"])
        await after.later(SECOND + MARGIN)
        assert texts(lei.chat) == ["昨天"]


async def test_on_our_own_pages_too_a_killed_process_holds_nothing_back(url, telegram, clock):
    seat = Address("web:mei")
    store = await open_store(url)
    async with process(url, telegram, clock) as before:
        await before.owe("昨天", seat, not_before=clock.now() + SECOND)
    clock.turn(SECOND)
    async with store.turn() as turn:
        assert await turn.outbox.claim(clock.now(), lease=MINUTE, limit=1, platforms=["web"])
    async with process(url, telegram, clock) as after:
        await after.settled()
    async with store.view() as view:
        assert [message.text for message in await view.web.latest(seat, 10)] == ["昨天"]
    await store.close()


@pytest.mark.parametrize("url", ["postgres"], indirect=True)
async def test_who_lost_the_line_sends_nothing_until_it_is_had_again(url, telegram, clock, mei):
    name = urlsplit(url).path.lstrip("/")
    async with process(url, telegram, clock) as one, process(url, telegram, clock) as other:
        await telegram.wait_for(lambda: has_the_line(one) or has_the_line(other))
        ended = f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'"
        with capture_logs() as lines:
            await asyncio.to_thread(ask, ended)
            await telegram.wait_for(lambda: any("lost what was held" in line["event"] for line in lines))
        await telegram.wait_for(lambda: has_the_line(one) != has_the_line(other))
        await (one if has_the_line(one) else other).owe("你好", MEI)
        await telegram.wait_for(lambda: texts(mei.chat))
        await one.settled()
        await other.settled()
    assert texts(mei.chat) == ["你好"]
