"""What people say on Telegram, where, and to whom."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.messages import Inbound, Sender
from tests.bot.telegram.updates import (
    BOT,
    DATE,
    GROUP,
    MEI,
    OTHER_BOT,
    PRIVATE,
    message,
    read,
    said,
)


def test_words_in_a_group_carry_who_where_when_and_their_key():
    assert said(text="3号楼2单元电梯停在5楼 门打不开") == Inbound(
        key="telegram:7001",
        at=DATE * 1000,
        chat="telegram:-1001000001",
        private=False,
        sender=Sender("telegram:2001", "梅 姨"),
        text="3号楼2单元电梯停在5楼 门打不开",
        message="55",
    )


def test_words_in_private_are_private():
    inbound = said(chat=PRIVATE, text="水管爆了")
    assert (inbound.chat, inbound.private) == ("telegram:2001", True)


# --- talking to the bot --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("@huying_bot 3号楼漏水", "3号楼漏水"),
        ("@Huying_Bot：3号楼漏水", "3号楼漏水"),
        ("请 @huying_bot 看一下", "请 看一下"),
        ("3号楼漏水@huying_bot", "3号楼漏水@huying_bot"[:5]),
        ("@huying_bot", ""),
        ("🚰𠮷 @huying_bot 漏水", "🚰𠮷 漏水"),
    ],
)
def test_a_mention_of_the_bot_is_heard_and_taken_out_of_the_words(text, left):
    inbound = said(text=text)
    assert (inbound.text, inbound.to_bot) == (left, True)


@pytest.mark.parametrize("text", ["问 @huying_bot2 吧", "写信到 a@huying_bot", "@other_bot 你好"])
def test_what_only_looks_like_a_mention_of_the_bot_stays(text):
    inbound = said(text=text)
    assert (inbound.text, inbound.to_bot) == (text, False)


def test_a_mention_by_name_without_username_is_cut_out_in_utf16_units():
    entity = {"type": "text_mention", "offset": 3, "length": 2, "user": BOT}
    inbound = said(text="𠮷 呼应 漏水", entities=[entity])
    assert (inbound.text, inbound.to_bot) == ("𠮷  漏水", True)


def test_a_command_to_us_loses_our_name_and_keeps_its_words():
    inbound = said(text="/report@huying_bot 3号楼漏水")
    assert (inbound.text, inbound.to_bot) == ("/report 3号楼漏水", True)


def test_a_command_in_the_caption_of_a_photo_counts_as_one():
    photo = [{"file_id": "a", "file_unique_id": "a", "width": 90, "height": 90}]
    inbound = said(caption="/report@huying_bot 3号楼漏水", photo=photo)
    assert (inbound.text, inbound.to_bot, len(inbound.pieces)) == ("/report 3号楼漏水", True, 1)


def test_a_command_to_another_bot_is_none_of_our_business():
    assert read(message=message(text="/report@other_bot 3号楼漏水")) is None


def test_a_command_without_a_name_is_for_us():
    inbound = said(text="/mine")
    assert (inbound.text, inbound.to_bot, inbound.start) == ("/mine", True, None)


@pytest.mark.parametrize("text", ["/5号楼漏水", "/usr/bin", "5/6号楼"])
def test_a_stroke_in_a_place_is_not_a_command(text):
    assert not said(text=text).to_bot


@pytest.mark.parametrize("text", ["/start p_xinhai-3", "/start@huying_bot p_xinhai-3"])
def test_a_deep_link_gives_its_payload(text):
    inbound = said(chat=PRIVATE, text=text)
    assert (inbound.start, inbound.text) == ("p_xinhai-3", "/start p_xinhai-3")


@pytest.mark.parametrize("text", ["/start", "/start 你好", "/start a b"])
def test_start_without_a_payload_has_none(text):
    assert said(chat=PRIVATE, text=text).start is None


def test_a_reply_to_the_bot_is_to_the_bot_and_names_what_it_answers():
    inbound = said(text="3号楼", reply_to_message=message(message_id=44, **{"from": BOT}, text="几号楼？"))
    assert (inbound.reply_to, inbound.to_bot) == ("44", True)


def test_a_reply_to_a_neighbour_is_not_to_the_bot():
    inbound = said(text="我家也是", reply_to_message=message(message_id=44, text="停电了"))
    assert (inbound.reply_to, inbound.to_bot) == ("44", False)


# --- topics --------------------------------------------------------------------------------------------------------


def test_a_topic_is_part_of_the_address():
    opened = message(message_id=17, forum_topic_created={"name": "报修", "icon_color": 1}, **{"from": BOT})
    inbound = said(text="漏水", message_thread_id=17, is_topic_message=True, reply_to_message=opened)
    assert (inbound.chat, inbound.reply_to, inbound.to_bot) == ("telegram:-1001000001/17", None, False)


def test_a_thread_of_replies_in_an_ordinary_group_is_no_topic():
    inbound = said(
        text="我家也是", message_thread_id=44, reply_to_message=message(message_id=44, text="停电了")
    )
    assert (inbound.chat, inbound.reply_to) == ("telegram:-1001000001", "44")


# --- who -----------------------------------------------------------------------------------------------------------


def test_an_anonymous_administrator_is_nobody_we_can_name():
    stand_in = {"id": 1087968824, "is_bot": True, "first_name": "Group", "username": "GroupAnonymousBot"}
    inbound = said(text="3号楼漏水", sender_chat=GROUP, **{"from": stand_in})
    assert inbound.sender is None


def test_someone_writing_as_their_channel_is_nobody_we_can_name():
    stand_in = {"id": 136817688, "is_bot": True, "first_name": "Channel", "username": "Channel_Bot"}
    inbound = said(
        text="漏水", sender_chat={"id": -100777, "type": "channel", "title": "我"}, **{"from": stand_in}
    )
    assert inbound.sender is None


@pytest.mark.parametrize(
    "parts",
    [
        {"from": OTHER_BOT},
        {"from": {"id": 777000, "is_bot": False, "first_name": "Telegram"}},
        {"sender_chat": {"id": -100777, "type": "channel", "title": "频道"}, "is_automatic_forward": True},
        {"chat": {"id": -100777, "type": "channel", "title": "频道"}},
    ],
    ids=["another bot", "Telegram itself", "a linked channel's post", "a channel"],
)
def test_machines_are_not_listened_to(parts):
    assert read(message=message(text="3号楼漏水", **parts)) is None


def test_a_deleted_account_still_has_a_name():
    assert said(text="漏水", **{"from": {"id": 5, "is_bot": False, "first_name": ""}}).sender == Sender(
        "telegram:5", "5"
    )


def test_forwarded_words_are_words():
    origin = {"type": "hidden_user", "sender_user_name": "某人", "date": DATE}
    assert said(text="3号楼漏水", forward_origin=origin).text == "3号楼漏水"


# --- anything at all -----------------------------------------------------------------------------------------------


@given(st.text(alphabet=st.characters(), max_size=80))
def test_any_text_can_be_stored_afterwards(text):
    inbound = read(message=message(chat=PRIVATE, text=text))
    if inbound:
        assert "\0" not in inbound.text
        inbound.text.encode("utf-8")


def test_half_characters_and_nul_are_not_handed_on():
    inbound = said(text="漏\ud83d水\0", **{"from": {**MEI, "last_name": "\ud83d"}})
    assert inbound.text == "漏?水"
    assert inbound.sender
    inbound.sender.name.encode("utf-8")
