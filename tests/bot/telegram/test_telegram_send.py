"""What Huying says, as it stands in Telegram."""

from __future__ import annotations

import pytest

from bot.channels.telegram_write import units
from handlers.messages import Button, Outgoing
from storage.records import Address
from tests.bot.telegram.around import CARD, GROUP, MEI, refusal
from tests.platforms.telegram import a_photo

# The library announces a change of its own at every 429.
pytestmark = pytest.mark.filterwarnings("ignore:.*retry_after")


# --- how it looks --------------------------------------------------------------------------------------------------


async def test_a_card_has_a_bold_heading_its_words_and_its_buttons(channel, group):
    number = await channel.send(Outgoing(GROUP, "等王芳接单 · 14:05 前", heading="#1024 电梯", buttons=CARD))
    card = group.last
    assert (number, card.text) == (str(card.id), "#1024 电梯\n等王芳接单 · 14:05 前")
    assert card.entities[0] == {"type": "bold", "offset": 0, "length": 8}
    assert [(b.label, b.data, b.url) for row in card.buttons for b in row] == [
        ("接单", "a:1024", None),
        ("公示牌", None, "https://example.org/board/xinhai"),
    ]


MARKUP = "<b>漏水</b> _3号_ *楼* [x](http://x.example) `y` &lt; \\"


async def test_markup_in_somebodys_words_stays_words(channel, group):
    await channel.send(Outgoing(GROUP, MARKUP, heading="<i>#1024</i>"))
    assert group.last.text == f"<i>#1024</i>\n{MARKUP}"
    assert {entity["type"] for entity in group.last.entities} <= {"bold", "url", "bot_command"}


async def test_what_is_bold_counts_in_utf16_units(channel, group):
    await channel.send(Outgoing(GROUP, "🚰 𠮷阿姨 请看", heading="🆘 #1024 𠮷", loud=True))
    text = group.last.text.encode("utf-16-le")
    (bold,) = (entity for entity in group.last.entities if entity["type"] == "bold")
    assert text[bold["offset"] * 2 :][: bold["length"] * 2].decode("utf-16-le") == "🆘 #1024 𠮷"


async def test_a_text_too_long_is_cut_at_the_end_of_a_line(channel, group):
    lines = "\n".join(f"第{n}行 🚰𠮷 {'水' * 40}" for n in range(200))
    await channel.send(Outgoing(GROUP, lines, heading="全程"))
    text = group.last.text
    assert units(text) <= 4096
    assert text.endswith(f"{'水' * 40}\n…")


async def test_one_endless_line_is_cut_between_characters(channel, group):
    await channel.send(Outgoing(GROUP, "𠮷" * 4096))
    assert group.last.text == "𠮷" * 2047 + "…"


async def test_only_what_is_loud_rings_in_a_group_and_everything_in_private(channel, telegram, group, mei):
    await channel.send(Outgoing(GROUP, "一"))
    await channel.send(Outgoing(GROUP, "二", loud=True))
    await channel.send(Outgoing(MEI, "三"))
    calls = telegram.calls_of("sendMessage")
    assert [bool(call.values.get("disable_notification")) for call in calls] == [True, False, False]


async def test_links_are_never_previewed_because_a_preview_opens_them(channel, telegram, group):
    await channel.send(Outgoing(GROUP, "https://example.org/login/abc"))
    assert telegram.calls[-1].values["link_preview_options"] == {"is_disabled": True}


async def test_a_long_row_of_buttons_is_broken(channel, group):
    row = tuple(Button(str(n), f"b:{n}") for n in range(20))
    await channel.send(Outgoing(GROUP, "几号楼？", buttons=(row,)))
    assert [len(row) for row in group.last.buttons] == [8, 8, 4]


@pytest.mark.parametrize("button", [Button("接单", "甲" * 22), Button("接单")])
async def test_a_button_telegram_would_refuse_is_a_mistake_of_ours_found_early(channel, telegram, button):
    with pytest.raises(ValueError):
        await channel.send(Outgoing(GROUP, "卡", buttons=((button,),)))
    assert telegram.calls == []


async def test_a_reply_stands_below_what_it_answers_and_without_it_when_that_is_gone(channel, group, mei):
    report = await mei.says("3号楼漏水", group)
    await channel.send(Outgoing(GROUP, "收到", reply_to=str(report.id)))
    assert group.last.reply_to is report
    await mei.deletes(report)
    await channel.send(Outgoing(GROUP, "还在", reply_to=str(report.id)))
    assert (group.last.text, group.last.reply_to) == ("还在", None)


async def test_a_topics_letter_goes_into_the_topic_and_beside_it_when_it_is_gone(channel, telegram, mei):
    forum = telegram.supergroup(-1001000002, "论坛", members=[mei], forum=True)
    topic = await mei.opens_topic("报修", forum)
    await channel.send(Outgoing(Address(f"telegram:{forum.id}/{topic}"), "在话题里"))
    assert (forum.last.text, forum.last.topic) == ("在话题里", topic)
    await channel.send(Outgoing(Address(f"telegram:{forum.id}/9999"), "话题没了"))
    assert (forum.last.text, forum.last.topic) == ("话题没了", None)
    await channel.send(Outgoing(Address(f"telegram:{forum.id}/1"), "在大厅"))
    assert (forum.last.text, forum.last.topic) == ("在大厅", None)


# --- photos --------------------------------------------------------------------------------------------------------


async def test_one_photo_carries_the_words_and_the_buttons(channel, folder, group):
    number = await channel.send(
        Outgoing(GROUP, "王芳 16:40", heading="#1024 修好了", photos=(folder.keep(a_photo()),), buttons=CARD)
    )
    sent = group.last
    assert (number, sent.caption, len(sent.photos)) == (str(sent.id), "#1024 修好了\n王芳 16:40", 1)
    assert sent.labels == ["接单", "公示牌"]


async def test_several_photos_come_as_an_album_with_the_words_below(channel, folder, group):
    photos = tuple(folder.keep(a_photo(width=100 + n)) for n in range(3))
    number = await channel.send(Outgoing(GROUP, "三张", photos=photos, buttons=CARD))
    *pictures, words = group.messages
    assert len(pictures) == 3
    assert len(pictures[0].album) == 3
    assert (str(words.id), words.text, words.labels) == (number, "三张", ["接单", "公示牌"])


async def test_eleven_photos_all_arrive(channel, folder, group):
    photos = tuple(folder.keep(a_photo(width=100 + n)) for n in range(11))
    await channel.send(Outgoing(GROUP, "十一张", photos=photos))
    assert sum(len(message.photos) for message in group.messages) == 11


async def test_words_too_long_for_a_caption_stand_below_their_photo(channel, folder, group):
    await channel.send(Outgoing(GROUP, "水" * 1025, photos=(folder.keep(a_photo()),)))
    photo, words = group.messages
    assert (photo.caption, len(photo.photos), words.text) == ("", 1, "水" * 1025)


async def test_an_album_is_not_sent_again_when_only_its_words_were_refused(channel, telegram, folder, group):
    photos = tuple(folder.keep(a_photo(width=100 + n)) for n in range(2))
    telegram.faults.too_many(retry_after=3, method="sendMessage")
    out = Outgoing(GROUP, "两张", photos=photos)
    assert (await refusal(channel, out)).wait == 3000
    await channel.send(out)
    await channel.send(out)
    assert [message.kind for message in group.messages] == ["photo", "photo", "text"] * 2


async def test_a_photo_telegram_cannot_read_or_that_is_lost_does_not_keep_the_words_back(
    channel, folder, group
):
    broken = folder.keep(b"not a picture at all")
    await channel.send(Outgoing(GROUP, "照片坏了", photos=(broken,)))
    await channel.send(Outgoing(GROUP, "照片丢了", photos=("0" * 64,)))
    assert [message.text for message in group.messages] == ["照片坏了", "照片丢了"]


async def test_an_address_telegram_refuses_in_a_button_does_not_keep_the_words_back(channel, group):
    rows = ((Button("接单", "a:1024"), Button("控制台", url="http://localhost:8080/console")),)
    await channel.send(Outgoing(GROUP, "卡", buttons=rows))
    assert (group.last.text, group.last.labels) == ("卡", ["接单"])


# --- edits ---------------------------------------------------------------------------------------------------------


async def test_an_edit_replaces_words_and_buttons_and_keeps_the_number(channel, group):
    number = await channel.send(Outgoing(GROUP, "等接单", heading="#1024", buttons=CARD))
    assert await channel.send(Outgoing(GROUP, "已受理", heading="#1024", edit=number)) == number
    assert (group.last.text, group.last.labels, len(group.messages)) == ("#1024\n已受理", [], 1)


async def test_an_edit_that_changes_nothing_is_done(channel, telegram, group):
    out = Outgoing(GROUP, "等接单", buttons=CARD)
    number = await channel.send(out)
    assert await channel.send(Outgoing(GROUP, "等接单", buttons=CARD, edit=number)) == number
    assert len(telegram.refusals) == 1


async def test_an_edit_of_a_message_that_is_gone_says_so(channel, group):
    number = await channel.send(Outgoing(GROUP, "等接单"))
    group.last.deleted = True
    assert (await refusal(channel, Outgoing(GROUP, "已受理", edit=number))).gone


async def test_an_edit_of_words_below_a_photo_leaves_the_photo_there(channel, folder, group):
    sha256 = folder.keep(a_photo())
    number = await channel.send(
        Outgoing(GROUP, "修好了吗", photos=(sha256,), buttons=((Button("满意", "x"),),))
    )
    assert (
        await channel.send(Outgoing(GROUP, "谢谢", heading="已结案", photos=(sha256,), edit=number)) == number
    )
    assert group.last.words == "已结案\n谢谢"
    assert group.last.photos
    assert not group.last.labels
    await channel.send(Outgoing(GROUP, "水" * 4000, edit=number))
    assert len(group.last.words) == 1024
