"""What Huying says, as it stands in Telegram, and what it makes of Telegram's refusals."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from hashlib import sha256
from pathlib import Path

import pytest

from bot.channels.telegram import FILE_BYTES, TelegramChannel
from bot.channels.telegram_write import units
from handlers.messages import Button, NotDelivered, Outgoing
from storage.records import Address
from tests.platforms.telegram import TOKEN, Chat, Person, TelegramServer, a_photo


class Folder:
    """Photos by their hash, as the media folder keeps them."""

    def __init__(self, where: Path) -> None:
        self.where = where

    def keep(self, content: bytes) -> str:
        name = sha256(content).hexdigest()
        (self.where / name).write_bytes(content)
        return name

    def open(self, name: str) -> bytes:
        return (self.where / name).read_bytes()


@pytest.fixture
async def telegram() -> AsyncIterator[TelegramServer]:
    async with TelegramServer(limits=False) as server:
        yield server
        assert server.unknown_parameters == []


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path)


@pytest.fixture
async def channel(telegram: TelegramServer, folder: Folder) -> AsyncIterator[TelegramChannel]:
    channel = TelegramChannel(TOKEN, telegram.api, folder, patience=0.5)
    yield channel
    await channel.close()


@pytest.fixture
def mei(telegram: TelegramServer) -> Person:
    return telegram.user(2001, "梅姨", started=True)


@pytest.fixture
def group(telegram: TelegramServer, mei: Person) -> Chat:
    return telegram.supergroup(-1001000001, "第一网格", members=[mei])


# The library announces a change of its own at every 429.
pytestmark = pytest.mark.filterwarnings("ignore:.*retry_after")

GROUP = Address("telegram:-1001000001")
MEI = Address("telegram:2001")
CARD = ((Button("接单", "a:1024"), Button("公示牌", url="https://example.org/board/xinhai")),)


async def refusal(channel: TelegramChannel, out: Outgoing) -> NotDelivered:
    with pytest.raises(NotDelivered) as caught:
        await channel.send(out)
    return caught.value


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


async def test_bold_and_mentions_count_in_utf16_units(channel, group, mei):
    await channel.send(
        Outgoing(GROUP, "🚰 𠮷阿姨和梅姨 请看", heading="🆘 #1024 𠮷", mentions={"梅姨": MEI}, loud=True)
    )
    text = group.last.text.encode("utf-16-le")
    found = {
        entity["type"]: text[entity["offset"] * 2 :][: entity["length"] * 2].decode("utf-16-le")
        for entity in group.last.entities
    }
    assert (found["bold"], found["text_mention"]) == ("🆘 #1024 𠮷", "梅姨")


async def test_a_name_inside_a_longer_one_is_not_the_one_pinged(channel, telegram, group, mei):
    telegram.user(2002, "梅姨婆")
    mentions = {"梅姨": MEI, "梅姨婆": Address("telegram:2002"), "王芳": Address("wecom:wangfang")}
    await channel.send(Outgoing(GROUP, "梅姨婆和梅姨、王芳", mentions=mentions))
    pinged = [
        (e["offset"], e["length"], e["user"]["id"])
        for e in group.last.entities
        if e["type"] == "text_mention"
    ]
    assert sorted(pinged) == [(0, 3, 2002), (4, 2, 2001)]


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


async def test_an_edit_of_a_message_that_is_gone_says_so(channel, folder, group, mei):
    number = await channel.send(Outgoing(GROUP, "等接单"))
    group.last.deleted = True
    assert (await refusal(channel, Outgoing(GROUP, "已受理", edit=number))).gone
    photo = await channel.send(Outgoing(GROUP, "照片", photos=(folder.keep(a_photo()),)))
    assert (await refusal(channel, Outgoing(GROUP, "换成字", edit=photo))).gone


# --- refusals ------------------------------------------------------------------------------------------------------


async def test_who_blocked_the_bot_or_never_opened_it_is_out_of_reach_for_ever(channel, telegram, mei):
    await mei.blocks_bot()
    assert (await refusal(channel, Outgoing(MEI, "你好"))).forever
    telegram.user(2009, "生人")
    assert (await refusal(channel, Outgoing(Address("telegram:2009"), "你好"))).forever


@pytest.mark.parametrize(
    "words",
    [
        "Bad Request: not enough rights to send text messages to the chat",
        "Bad Request: TOPIC_CLOSED",
        "Bad Request: CHAT_WRITE_FORBIDDEN",
    ],
)
async def test_a_chat_that_does_not_exist_or_lets_nobody_speak_is_out_of_reach(
    channel, telegram, group, words
):
    assert (await refusal(channel, Outgoing(Address("telegram:-1009999999"), "你好"))).forever
    telegram.faults.refuse(400, words)
    assert (await refusal(channel, Outgoing(GROUP, "你好"))).forever


async def test_a_refusal_nobody_knows_is_about_the_letter_and_not_about_the_chat(channel, telegram, group):
    telegram.faults.refuse(400, "Bad Request: something new")
    failed = await refusal(channel, Outgoing(GROUP, "你好"))
    assert not any(
        (failed.forever, failed.wait, failed.everywhere, failed.unsure, failed.gone, failed.moved_to)
    )
    assert "Something new" in str(failed)


async def test_the_pause_telegram_asks_for_is_told_in_milliseconds(channel, telegram, group):
    telegram.faults.too_many(retry_after=37)
    failed = await refusal(channel, Outgoing(GROUP, "你好"))
    assert (failed.wait, failed.everywhere, failed.unsure) == (37_000, False, False)


async def test_a_group_that_became_a_supergroup_gives_its_new_address(channel, telegram, mei):
    old = telegram.group(-5001, "第一网格", admins=[mei])
    new = await mei.upgrades(old, -1005001)
    failed = await refusal(channel, Outgoing(Address("telegram:-5001"), "你好"))
    assert failed.moved_to == f"telegram:{new.id}"


@pytest.mark.parametrize("trouble", ["server_error", "bad_gateway"])
async def test_trouble_at_telegram_is_waited_out(channel, telegram, group, trouble):
    getattr(telegram.faults, trouble)()
    failed = await refusal(channel, Outgoing(GROUP, "你好"))
    assert (failed.everywhere, failed.unsure, failed.forever) == (True, False, False)


@pytest.mark.parametrize("trouble", ["hang", "drop_before", "drop_after"])
async def test_an_answer_that_never_came_leaves_us_unsure(channel, telegram, group, trouble):
    getattr(telegram.faults, trouble)()
    failed = await refusal(channel, Outgoing(GROUP, "你好"))
    assert (failed.unsure, failed.wait, failed.forever) == (True, 0, False)


async def test_a_server_nobody_can_connect_to_has_surely_heard_nothing(folder, unused_tcp_port):
    channel = TelegramChannel(TOKEN, f"http://127.0.0.1:{unused_tcp_port}", folder)
    failed = await refusal(channel, Outgoing(GROUP, "你好"))
    assert (failed.everywhere, failed.unsure) == (True, False)
    await channel.close()


async def test_a_wrong_token_stops_everything_and_blames_no_chat(telegram, group):
    channel = TelegramChannel("7700000001:wrong", telegram.api)
    failed = await refusal(channel, Outgoing(GROUP, "你好"))
    assert (failed.everywhere, failed.forever, failed.wait > 0) == (True, False, True)
    assert "wrong" not in str(failed)
    await channel.close()


@pytest.mark.parametrize(
    "body", [b'{"ok": true}', b'{"ok": true, "result": {"message_id": 5}}', b"<html>hi</html>"]
)
async def test_an_answer_nobody_can_read_is_not_the_end_of_the_program(body):
    async def imitation(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        head = f"HTTP/1.1 200 OK\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"
        writer.write(head.encode() + body)
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(imitation, "127.0.0.1", 0)
    channel = TelegramChannel(TOKEN, f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}")
    failed = await refusal(channel, Outgoing(GROUP, "你好"))
    assert failed.unsure or failed.everywhere
    await channel.close()
    server.close()


# --- files, presses, names -----------------------------------------------------------------------------------------


async def test_a_photo_is_fetched_byte_for_byte(channel, telegram, group, mei):
    picture = a_photo(width=40)
    sent = await mei.says("漏水", group, photo=picture)
    assert await channel.fetch(sent.photos[0].id) == sent.photos[0].content


async def test_a_file_that_is_gone_or_too_large_is_so_for_ever(channel, group, mei):
    with pytest.raises(NotDelivered) as caught:
        await channel.fetch("AgACAgUAAxkBAAInothing")
    assert caught.value.forever
    sent = await mei.says("", group, document=bytes(FILE_BYTES + 1))
    with pytest.raises(NotDelivered) as caught:
        await channel.fetch(sent.document.id)
    assert caught.value.forever


async def test_a_press_is_answered_and_one_too_old_is_no_trouble(channel, group, mei):
    await channel.send(Outgoing(GROUP, "卡", buttons=CARD))
    press = await mei.presses("接单", group)
    await channel.answer(press.id, "水" * 300, alert=True)
    assert press.answer
    await channel.answer("12345", "晚了")


async def test_the_bot_knows_itself_and_installs_its_commands(channel, telegram):
    assert (await channel.me()).username == "huying_bot"
    await channel.set_commands({"report": "报修", "mine": "我的工单"})
    await channel.set_commands({"report": "report a problem"}, "en")
    assert await channel.bot.get_my_commands() != ()
    assert len(telegram.calls_of("getMe")) == 1
