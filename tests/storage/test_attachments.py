"""Photos and voices as rows: of a ticket, of nobody yet, still to be fetched, of an album."""

from __future__ import annotations

from storage.database import Store
from storage.records import Address, Attachment
from tests.storage.things import GROUP, NOON, report

MEIYI = Address("telegram:1001")


def a_photo(**changes: object) -> Attachment:
    told = {"id": 0, "ticket": None, "at": NOON, "platform": "telegram", "kind": "photo", "ref": "file-id"}
    return Attachment(**told | changes)  # type: ignore[arg-type]


async def test_an_attachment_comes_back_as_it_was_added(store: Store) -> None:
    async with store.turn() as turn:
        ticket = report(turn)
        photo = await turn.media.add(
            a_photo(ticket=ticket.id, person="meiyi", size=9, after=True, caption="修好了")
        )
        other = await turn.media.add(a_photo(ticket=ticket.id, sha256="ab" * 32))
        assert (photo.id, other.id) == (1, 2)
    async with store.view() as view:
        assert await view.media.of(ticket.id) == [photo, other]


async def test_what_is_not_here_yet_is_fetched_until_it_is_kept_or_given_up(store: Store) -> None:
    async with store.turn() as turn:
        ids = [(await turn.media.add(a_photo())).id for _ in range(3)]
        await turn.media.add(a_photo(sha256="ab" * 32))
        assert [photo.id for photo in await turn.media.to_fetch(2)] == ids[:2]
        await turn.media.kept(ids[0], "cd" * 32, 1234)
        await turn.media.failed(ids[1], "")
        assert [photo.id for photo in await turn.media.to_fetch()] == ids[2:]


async def test_loose_photos_wait_for_their_words(store: Store) -> None:
    async with store.turn() as turn:
        old = await turn.media.put_loose(GROUP, MEIYI, None, a_photo(at=NOON - 1))
        first = await turn.media.put_loose(GROUP, MEIYI, "album", a_photo())
        second = await turn.media.put_loose(GROUP, MEIYI, "album", a_photo(at=NOON + 1))
        await turn.media.put_loose(GROUP, Address("telegram:1002"), None, a_photo())
        assert await turn.media.loose(GROUP, MEIYI, NOON) == [first, second]
        ticket = report(turn)
        await turn.flush()
        await turn.media.attach(first.id, ticket.id)
        assert await turn.media.loose(GROUP, MEIYI, NOON - 1) == [old, second]
        assert [photo.id for photo in await turn.media.of(ticket.id)] == [first.id]


async def test_photos_that_come_late_find_their_albums_ticket(store: Store) -> None:
    async with store.turn() as turn:
        assert await turn.media.album_ticket(GROUP, "album") is None
        await turn.media.set_album(GROUP, "album", "jinghe-1001", NOON)
        assert await turn.media.album_ticket(GROUP, "album") == "jinghe-1001"
        assert await turn.media.album_ticket(MEIYI, "album") is None
