"""Two processes behind one address: a page may be brought by one of them and its form taken by the other, or by both."""

from __future__ import annotations

import asyncio
from pathlib import Path

from bot.web.say import Speaker
from bot.web.seats import new_secret, own_seat
from bot.web.uploads import Form
from storage.database import open_store
from storage.media import MediaFolder
from tests.bot.web.house import House, directory
from tests.databases import postgres_database


async def test_a_form_that_comes_to_both_at_once_is_taken_by_both_and_shown_once(tmp_path: Path) -> None:
    async with postgres_database(migrated=True) as url:
        stores = [await open_store(url) for _ in range(2)]
        async with stores[0].turn() as turn:
            await turn.directory.replace(directory())
        houses = [House(store, MediaFolder(tmp_path / "media")) for store in stores]
        speakers = [Speaker(one.desk, one.store, one.media, one.webchat, one.clock) for one in houses]
        seat = own_seat(new_secret(), "梅姨")
        said = [f"{building}号楼2单元电梯停了" for building in range(1, 13)]
        for number, words in enumerate(said):
            form = Form({"text": words, "nonce": f"nonce-{number:02}"}, ())
            await asyncio.gather(*(speaker.take(seat, form) for speaker in speakers))
        async with stores[0].view() as view:
            shown = await view.web.latest(seat.chat, 100)
        assert [one.text for one in shown if one.account] == said
        for store in stores:
            await store.close()
