"""Photos, voices and pins: before, after or with the words they belong to, and all on one ticket."""

from __future__ import annotations

import pytest

from storage.records import Attachment, Category
from tests.platforms.telegram.media import album_number
from tests.stories.town import Town
from tests.stories.unsure import unsure_of


async def shown(town: Town, number: int = 1001) -> list[Attachment]:
    async with town.store.view() as view:
        return await view.media.of(f"jinghe-{number}")


async def test_an_album_with_words_on_its_first_photo_is_one_report(town: Town) -> None:
    await town.says(town.mei, "3号楼2单元电梯停了", album=[True, True, True])
    assert len(await town.tickets()) == 1
    assert len(await shown(town)) == 3


async def captioned(town: Town, words: str, which: int, count: int = 3) -> None:
    """梅姨 sends an album in the group whose words stand on one of its photos."""
    album = album_number()
    for at in range(count):
        (content,) = town.mei.contents(True, None, None, None, None)
        caption = words if at == which else ""
        photo = town.mei.world.post(
            town.group, town.mei, entities=[], caption=caption, media_group_id=album, **content
        )
        town.mei.tell("message", photo)
    await town.settle()


@pytest.mark.parametrize("which", [0, 1, 2])
async def test_an_album_with_words_on_any_photo_is_one_report(town: Town, which: int) -> None:
    await captioned(town, "3号楼2单元电梯停了", which)
    assert len(await town.tickets()) == 1
    assert len(await shown(town)) == 3


@pytest.mark.parametrize("which", [0, 1, 2])
async def test_an_album_whose_place_has_to_be_asked_keeps_all_its_photos(town: Town, which: int) -> None:
    await captioned(town, "楼道灯坏了", which)
    await town.presses(town.mei, "3")
    assert len(await town.tickets()) == 1
    assert len(await shown(town)) == 3


async def test_words_before_and_after_an_album_are_one_report(town: Town) -> None:
    await town.says(town.mei, "3号楼2单元电梯停了")
    await town.says(town.mei, album=[True, True])
    await town.says(town.mei, "电梯门关不上，一直响")
    (ticket,) = await town.tickets()
    assert (ticket.followers, len(await shown(town))) == (0, 2)


async def test_words_before_an_album_without_any(town: Town) -> None:
    await town.says(town.mei, "3号楼2单元电梯停了")
    await town.says(town.mei, album=[True, True])
    assert len(await town.tickets()) == 1
    assert len(await shown(town)) == 2


async def test_words_after_an_album_without_any(town: Town) -> None:
    await town.says(town.mei, album=[True, True])
    assert town.seen(town.group) == []
    await town.says(town.mei, "3号楼2单元电梯停了")
    assert len(await town.tickets()) == 1
    assert len(await shown(town)) == 2


async def test_a_photo_first_and_its_words_later(town: Town) -> None:
    await town.says(town.mei, photo=True)
    await town.forward(minutes=1)
    await town.says(town.mei, "3号楼2单元电梯停了")
    assert len(await shown(town)) == 1


async def test_somebody_elses_photo_stays_out_of_it(town: Town) -> None:
    await town.says(town.chen, photo=True)
    await town.says(town.mei, "3号楼2单元电梯停了")
    await town.says(town.chen, photo=True)
    assert await shown(town) == []


async def test_a_photo_of_long_ago_stays_out_of_it(town: Town) -> None:
    await town.says(town.mei, photo=True)
    await town.forward(minutes=30)
    await town.says(town.mei, "3号楼2单元电梯停了")
    assert await shown(town) == []


async def test_the_photo_of_a_report_that_lacks_its_place_is_kept_while_it_is_asked(town: Town) -> None:
    await town.says(town.mei, "楼道灯坏了", photo=True)
    await town.presses(town.mei, "3")
    assert len(await shown(town)) == 1


async def test_a_photo_sent_while_the_place_is_asked_goes_with_that_report_and_no_earlier_one(
    town: Town,
) -> None:
    await town.says(town.mei, "5号楼电梯停了")
    await town.says(town.mei, "楼道灯坏了")
    await town.says(town.mei, photo=True)
    await town.presses(town.mei, "3")
    assert await shown(town, 1001) == []
    assert len(await shown(town, 1002)) == 1


async def test_the_photo_comes_along_when_nobody_answers(town: Town) -> None:
    await town.says(town.mei, "楼道灯坏了", photo=True)
    await town.forward(minutes=11)
    assert len(await shown(town)) == 1


async def test_the_photo_of_an_unsure_report_comes_along(town: Town) -> None:
    await town.says(town.mei, unsure_of(Category.ELEVATOR), photo=True)
    await town.presses(town.mei, "登记")
    await town.presses(town.mei, "3")
    assert len(await shown(town)) == 1


async def test_the_photo_of_a_neighbour_who_joins_goes_on_the_ticket(town: Town) -> None:
    await town.says(town.mei, "3号楼电梯停了")
    await town.says(town.chen, "3号楼电梯还是停的", photo=True)
    assert len(await town.tickets()) == 1
    assert len(await shown(town)) == 1


async def test_a_photo_below_the_card_goes_on_the_ticket(town: Town) -> None:
    await town.says(town.mei, "3号楼电梯停了")
    await town.says(town.mei, photo=True, reply_to=town.cards()[0])
    assert len(await shown(town)) == 1


async def test_a_photo_sent_in_private_is_asked_about_once_and_not_at_once(town: Town) -> None:
    await town.says(town.mei, in_=town.mei.chat, album=[True, True, True])
    assert town.seen(town.mei) == []
    await town.forward(seconds=16)
    assert town.seen(town.mei) == ["收到。是什么事、在几号楼？再说一句就登记。"]
    await town.says(town.mei, "3号楼2单元墙上的砖松了", town.mei.chat)
    assert len(await town.tickets()) == 1
    assert len(await shown(town)) == 3


async def test_words_that_follow_a_private_photo_spare_the_question(town: Town) -> None:
    await town.says(town.mei, in_=town.mei.chat, photo=True)
    await town.says(town.mei, "3号楼2单元电梯停了", town.mei.chat)
    await town.forward(minutes=1)
    assert not any("是什么事" in words for words in town.seen(town.mei))
    assert len(await shown(town)) == 1


async def test_photos_sent_in_private_while_the_building_is_asked_are_kept_and_no_answer(town: Town) -> None:
    await town.says(town.mei, "楼道灯坏了", town.mei.chat)
    await town.says(town.mei, in_=town.mei.chat, photo=True)
    assert await town.tickets() == []
    await town.presses(town.mei, "3", town.mei.chat)
    assert len(await shown(town)) == 1
    assert (await town.ticket()).place.building == "3"


async def test_the_leader_sees_what_was_shown_in_private(town: Town) -> None:
    await town.says(town.mei, "3号楼2单元电梯停了", town.mei.chat, photo=True)
    await town.forward(seconds=5)
    assert any(message.photos for message in town.leader.chat.messages)


async def test_a_voice_message_is_kept_with_the_report(town: Town) -> None:
    await town.says(town.mei, "3号楼2单元电梯停了")
    await town.says(town.mei, voice=b"OggS" + b"\0" * 60)
    (voice,) = await shown(town)
    assert voice.kind == "voice"


async def test_a_location_pin_goes_with_the_report_just_made(town: Town) -> None:
    await town.says(town.mei, "3号楼2单元电梯停了")
    await town.says(town.mei, location=(30.62, 114.15))
    async with town.store.view() as view:
        (remark,) = await view.tickets.remarks("jinghe-1001")
    assert "30.62000,114.15000" in remark.words


async def test_a_pin_alone_says_nothing_in_the_group_and_is_asked_about_in_private(town: Town) -> None:
    await town.says(town.mei, location=(30.62, 114.15))
    assert town.seen(town.group) == []
    await town.says(town.mei, in_=town.mei.chat, location=(30.62, 114.15))
    assert "是什么事" in town.last(town.mei)
