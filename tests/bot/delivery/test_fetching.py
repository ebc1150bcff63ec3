"""Photos and voices come into the media folder, or it is said why they never will."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.channels.telegram import TelegramChannel
from bot.fetching import CLAIM, MOST_TRIES, Fetcher
from storage.database import Store, open_store
from storage.errors import StorageFailed
from storage.media import LARGEST, Kept, MediaFolder
from storage.records import HOUR, MINUTE, Attachment
from tests.bot.post import HandClock
from tests.databases import fresh_file
from tests.patience import PATIENCE
from tests.platforms.telegram import TOKEN, Person, TelegramServer, a_photo
from tests.storage.hand import raw
from tests.storage.things import NOON, report

pytestmark = pytest.mark.filterwarnings("ignore:.*retry_after")


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    store = await open_store(fresh_file(tmp_path), patience=0)
    async with store.turn() as turn:
        report(turn, 1024)
    yield store
    await store.close()


@pytest.fixture
def media(tmp_path: Path) -> MediaFolder:
    return MediaFolder(tmp_path / "media")


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
async def telegram() -> AsyncIterator[TelegramServer]:
    async with TelegramServer() as server:
        yield server


@pytest.fixture
async def fetcher(
    store: Store, media: MediaFolder, clock: HandClock, telegram: TelegramServer
) -> AsyncIterator[Fetcher]:
    channel = TelegramChannel(TOKEN, telegram.api, patience=0.5)
    fetcher = Fetcher(store, media, {"telegram": channel}, clock)
    running = asyncio.create_task(fetcher.run())
    yield fetcher
    running.cancel()
    await asyncio.wait({running})
    assert running.cancelled(), running.exception()
    await channel.close()


@pytest.fixture
def mei(telegram: TelegramServer) -> Person:
    return telegram.user(2001, "梅姨", started=True)


async def named(store: Store, fetcher: Fetcher, ref: str, kind: str = "photo", size: int = 0) -> None:
    """A message named a file, and what can be fetched has been."""
    async with store.turn() as turn:
        await turn.media.add(Attachment(0, "jinghe-1024", NOON, "telegram", kind, ref, size=size))
    await settled(fetcher)


async def settled(fetcher: Fetcher) -> None:
    await asyncio.wait_for(fetcher.settled(), PATIENCE)


async def the_only(store: Store) -> Attachment:
    async with store.view() as view:
        (found,) = await view.media.of("jinghe-1024")
    return found


async def test_a_photo_is_fetched_and_kept_without_what_is_not_picture(store, media, fetcher, mei):
    sent = await mei.says(photo=a_photo())
    await named(store, fetcher, sent.photos[0].id)
    kept = await the_only(store)
    assert kept.sha256
    content = media.open(kept.sha256)
    assert (content[:2], len(content)) == (b"\xff\xd8", kept.size)


async def test_many_photos_are_all_fetched(store, fetcher, mei):
    for _ in range(9):
        sent = await mei.says(photo=a_photo())
        async with store.turn() as turn:
            ref = sent.photos[0].id
            await turn.media.add(Attachment(0, "jinghe-1024", NOON, "telegram", "photo", ref))
    await settled(fetcher)
    async with store.view() as view:
        assert all(one.sha256 for one in await view.media.of("jinghe-1024"))


@pytest.mark.parametrize(
    ("content", "why"), [(b"", "empty"), (b"nothing anybody could look at", "not_media")]
)
async def test_what_is_no_picture_is_given_up_with_its_reason(store, fetcher, mei, content, why):
    sent = await mei.says(document=content)
    await named(store, fetcher, sent.document.id, "file")
    assert (await the_only(store)).failed == why


async def test_a_file_over_twenty_megabytes_is_not_even_asked_for(store, fetcher, telegram):
    await named(store, fetcher, "AgACAg-large", size=LARGEST + 1)
    assert (await the_only(store)).failed == "too_large"
    assert telegram.calls == []


async def test_a_file_that_turns_out_too_large_is_given_up(store, fetcher, mei):
    sent = await mei.says(document=bytes(LARGEST + 1))
    await named(store, fetcher, sent.document.id, "file")
    assert (await the_only(store)).failed == "too_large"


async def test_a_file_telegram_has_no_more_is_given_up_at_once(store, fetcher, telegram):
    telegram.faults.refuse(400, "Bad Request: invalid file_id", method="getFile")
    await named(store, fetcher, "AgACAgUAAxkBAAInothing")
    assert (await the_only(store)).failed == "gone"
    assert len(telegram.calls_of("getFile")) == 1


async def test_trouble_on_the_way_is_tried_again_with_growing_pauses(store, fetcher, telegram, clock, mei):
    telegram.faults.server_error(times=2, method="getFile")
    sent = await mei.says(photo=a_photo())
    await named(store, fetcher, sent.photos[0].id)
    assert (await the_only(store)).sha256 is None
    for _ in range(3):
        clock.turn(MINUTE)
        await settled(fetcher)
    assert (await the_only(store)).sha256
    assert len(telegram.calls_of("getFile")) == 3


@pytest.mark.parametrize("words", ["something new", "wrong file_id or the file is temporarily unavailable"])
async def test_a_file_with_trouble_of_its_own_is_given_up_after_a_few_tries(
    store, fetcher, telegram, clock, mei, words
):
    telegram.faults.refuse(400, f"Bad Request: {words}", times=1000, method="getFile")
    sent = await mei.says(photo=a_photo())
    await named(store, fetcher, sent.photos[0].id)
    for _ in range(20):
        clock.turn(6 * MINUTE)
        await settled(fetcher)
    assert (await the_only(store)).failed == "unreachable"
    assert len(telegram.calls_of("getFile")) == MOST_TRIES


async def test_trouble_of_the_platform_is_waited_out_for_a_day_and_no_longer(
    store, fetcher, telegram, clock, mei
):
    telegram.faults.server_error(times=1000, method="getFile")
    sent = await mei.says(photo=a_photo())
    await named(store, fetcher, sent.photos[0].id)
    for _ in range(23):
        clock.turn(HOUR)
        await settled(fetcher)
    assert (await the_only(store)).failed == ""
    clock.turn(2 * HOUR)
    await settled(fetcher)
    assert (await the_only(store)).failed == "unreachable"
    assert len(telegram.calls_of("getFile")) == 25


async def test_one_that_must_wait_does_not_hold_up_the_next(store, fetcher, telegram, mei):
    for n in range(6):
        telegram.faults.server_error(method="getFile")
        sent = await mei.says(photo=a_photo())
        async with store.turn() as turn:
            await turn.media.add(
                Attachment(0, "jinghe-1024", NOON + n, "telegram", "photo", sent.photos[0].id)
            )
        await settled(fetcher)
    good = await mei.says(photo=a_photo())
    async with store.turn() as turn:
        await turn.media.add(Attachment(0, "jinghe-1024", NOON, "telegram", "photo", good.photos[0].id))
    await settled(fetcher)
    async with store.view() as view:
        assert [bool(one.sha256) for one in await view.media.of("jinghe-1024")] == [False] * 6 + [True]


async def test_the_pause_telegram_asks_for_is_kept(store, fetcher, telegram, clock, mei):
    telegram.faults.too_many(retry_after=40, method="getFile")
    sent = await mei.says(photo=a_photo())
    await named(store, fetcher, sent.photos[0].id)
    clock.turn(39_999)
    await settled(fetcher)
    assert len(telegram.calls_of("getFile")) == 1
    clock.turn(1)
    await settled(fetcher)
    assert (await the_only(store)).sha256


async def test_while_the_database_is_locked_nothing_is_lost(store, fetcher, telegram, mei):
    sent = await mei.says(photo=a_photo())
    hang = telegram.faults.hang(method="getFile")
    async with store.turn() as turn:
        await turn.media.add(Attachment(0, "jinghe-1024", NOON, "telegram", "photo", sent.photos[0].id))
    fetcher.nudge()
    await telegram.wait_for(lambda: hang.met)
    intruder = raw(store)
    intruder.execute("BEGIN IMMEDIATE")
    hang.release()
    await asyncio.sleep(0.15)
    intruder.execute("ROLLBACK")
    intruder.close()
    await settled(fetcher)
    assert (await the_only(store)).sha256


async def test_one_that_cannot_be_written_does_not_take_the_others_with_it(
    store, telegram, clock, mei, tmp_path
):
    class FullOnce(MediaFolder):
        full = True

        def put(self, data: bytes, declared: str) -> Kept:
            if self.full:
                self.full = False
                raise StorageFailed("the media folder cannot be written: no space left")
            return super().put(data, declared)

    channel = TelegramChannel(TOKEN, telegram.api, patience=2)
    fetcher = Fetcher(store, FullOnce(tmp_path / "media"), {"telegram": channel}, clock)
    for _ in range(4):
        sent = await mei.says(photo=a_photo())
        async with store.turn() as turn:
            await turn.media.add(Attachment(0, "jinghe-1024", NOON, "telegram", "photo", sent.photos[0].id))
    running = asyncio.create_task(fetcher.run())
    await settled(fetcher)
    async with store.view() as view:
        assert all(one.sha256 for one in await view.media.of("jinghe-1024"))
    # Each of the other three was fetched once: what had succeeded was not thrown away.
    assert len(telegram.calls_of("getFile")) == 5
    running.cancel()
    await asyncio.wait({running})
    await channel.close()


async def test_of_two_processes_one_fetches_and_the_other_takes_over(
    store, media, clock, telegram, fetcher, mei
):
    beside = await open_store(store.url)
    channel = TelegramChannel(TOKEN, telegram.api, patience=0.5)
    other = Fetcher(beside, media, {"telegram": channel}, clock)
    await settled(fetcher)
    running = asyncio.create_task(other.run())
    sent = await mei.says(photo=a_photo())
    async with store.turn() as turn:
        photo = await turn.media.add(
            Attachment(0, "jinghe-1024", NOON, "telegram", "photo", sent.photos[0].id)
        )
    await settled(other)
    async with store.view() as view:
        assert [one.id for one in await view.media.to_fetch()] == [photo.id], "it is not the other's to fetch"
    await fetcher._claim.release()
    fetcher._claim = await beside.claim("somebody else's")
    await settled(other)
    async with store.view() as view:
        assert await view.media.to_fetch() == []
    running.cancel()
    await asyncio.wait({running})
    await channel.close()
    await beside.close()


async def test_who_starts_again_asks_again_whether_it_is_the_one_that_fetches(store, media, clock):
    fetcher, beside = Fetcher(store, media, {}, clock), await open_store(store.url)
    running = asyncio.create_task(fetcher.run())
    await settled(fetcher)
    assert await beside.claim(CLAIM) is None
    running.cancel()
    await asyncio.wait({running})
    assert await beside.claim(CLAIM) is not None
    assert not await fetcher._alone()
    await beside.close()
