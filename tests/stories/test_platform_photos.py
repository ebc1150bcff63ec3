"""Photos on their way: fetched, stripped, shown to who could not see them, and what is said of those that cannot be kept."""

from __future__ import annotations

import io
from pathlib import Path

from PIL import Image

from storage.records import State
from tests.stories.town import Town
from tests.stories.town import town as build


def a_photo_with_a_place(red: int) -> bytes:
    """A JPEG that says where it was taken."""
    taken = Image.new("RGB", (64, 48), (red, 20, 20))
    exif = Image.Exif()
    exif[0x010E] = "secret"
    exif.get_ifd(0x8825)[2] = (30.0, 35.0, 12.0)
    out = io.BytesIO()
    taken.save(out, "JPEG", exif=exif)
    return out.getvalue()


async def test_an_album_is_fetched_stripped_and_belongs_to_one_ticket(town: Town) -> None:
    album = [a_photo_with_a_place(red) for red in (40, 120, 200)]
    await town.says(town.mei, "3号楼2单元电梯停了", album=album)
    assert [ticket.number for ticket in await town.tickets()] == [1001]
    async with town.store.view() as view:
        kept = await view.media.of("jinghe-1001")
    assert len(kept) == 3
    assert len({one.sha256 for one in kept}) == 3
    for one in kept:
        assert one.sha256
        content = town.media.open(one.sha256)
        assert b"secret" not in content
        assert not Image.open(io.BytesIO(content)).getexif().get_ifd(0x8825)


async def test_photos_of_a_private_report_are_shown_to_the_leader(town: Town) -> None:
    album = [a_photo_with_a_place(red) for red in (40, 200)]
    await town.says(town.mei, "3号楼2单元电梯停了", town.mei.chat, album=album)
    await town.forward(seconds=5)
    shown = [m for m in town.leader.chat.messages if m.sender.is_bot and m.photos]
    assert len(shown) == 2
    assert any("#1001 的照片" in words for words in town.seen(town.leader))
    assert not [m for m in town.group.messages if m.photos]


async def test_the_photo_of_the_finished_work_is_shown_to_the_reporter_with_the_question(town: Town) -> None:
    await town.says(town.mei, "3号楼2单元电梯停了")
    await town.presses(town.leader, "接单")
    await town.says(town.leader, "办结 1001 换了门机", town.leader.chat, photo=a_photo_with_a_place(90))
    await town.forward(seconds=5)
    asked = town.mei.chat.last
    assert "说是办好了" in asked.words
    assert asked.photos
    assert "满意" in asked.labels
    await town.presses(town.mei, "满意", town.mei.chat)
    assert (await town.ticket()).state is State.CLOSED


async def test_a_photo_that_is_empty_or_too_large_is_said_so_to_its_sender_alone(town: Town) -> None:
    await town.says(town.mei, "3号楼2单元电梯停了", town.mei.chat, photo=b"")
    assert (await town.ticket()).state is State.REPORTED
    assert "#1001 您发的照片没能收下：文件是空的" in town.last(town.mei)
    await town.says(town.chen, "5号楼1单元水管漏水", photo=b"0" * 30_000_000)
    assert [ticket.number for ticket in await town.tickets()] == [1001, 1002]
    assert "#1002 您发的照片没能收下：太大了" in town.last(town.chen)
    assert not any("没能收下" in words for words in town.seen(town.group))


async def test_who_never_opened_the_private_chat_hears_it_below_their_own_message(tmp_path: Path) -> None:
    async with build(tmp_path, started=False) as town:
        said = await town.says(town.mei, "3号楼2单元电梯停了", photo=b"\x00\x01 no picture at all")
        answer = next(m for m in town.group.messages if "没能收下" in m.words)
        assert answer.reply_to is said
