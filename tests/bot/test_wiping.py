"""Files nothing speaks of any more go; what stands in the way leaves them to the next look."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from PIL import Image

from bot.wiping import Wiper
from storage.database import Store, open_store
from storage.errors import StorageFailed
from storage.media import MediaFolder
from storage.records import Attachment
from tests.databases import fresh_file
from tests.storage.things import NOON, report
from tests.whole_dump import files


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    store = await open_store(fresh_file(tmp_path))
    yield store
    await store.close()


@pytest.fixture
def media(tmp_path: Path) -> MediaFolder:
    return MediaFolder(tmp_path / "media")


def picture(media: MediaFolder, color: str) -> str:
    made = io.BytesIO()
    Image.new("RGB", (8, 8), color).save(made, "PNG")
    return media.put(made.getvalue(), "image/png").sha256


async def test_what_shall_go_goes_and_what_is_spoken_of_again_stays(store: Store, media: MediaFolder) -> None:
    hers, again = picture(media, "red"), picture(media, "blue")
    async with store.turn() as turn:
        await turn.media_gone.let_go({hers, again}, NOON)
    async with store.turn() as turn:
        ticket = report(turn)
        await turn.media.add(Attachment(0, ticket.id, NOON, "web", "photo", again, sha256=again))
    assert await Wiper(store, media).look() == 2
    assert files(media.root) == {f"{again}.jpg"}
    assert await Wiper(store, media).look() == 0


async def test_who_dies_in_between_leaves_it_to_the_next(store: Store, media: MediaFolder) -> None:
    hers = picture(media, "red")
    async with store.turn() as turn:
        await turn.media_gone.let_go({hers}, NOON)
    folder = media.path(hers).parent
    folder.rename(folder.with_suffix(".away"))
    folder.write_text("no folder")  # what stands in its place cannot be looked into
    with pytest.raises((StorageFailed, OSError)):
        await Wiper(store, media).look()
    folder.unlink()
    folder.with_suffix(".away").rename(folder)
    assert await Wiper(store, media).look() == 1
    assert files(media.root) == set()
