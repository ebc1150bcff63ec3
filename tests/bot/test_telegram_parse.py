"""What Telegram says, as JSON like the Bot API's, and what Huying understands by it."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from telegram import User

from bot.channels.telegram_parse import parse, update_of
from handlers.messages import Event, Inbound, Piece, Sender

ME = User(7700000001, "呼应", is_bot=True, username="huying_bot")
NOW = 1_770_000_000_123
DATE = 1_769_999_990
MEI = {"id": 2001, "is_bot": False, "first_name": "梅", "last_name": "姨"}
GROUP = {"id": -1001000001, "type": "supergroup", "title": "第一网格"}
BASIC = {"id": -5001, "type": "group", "title": "第一网格"}
PRIVATE = {"id": 2001, "type": "private", "first_name": "梅"}
BOT = {"id": ME.id, "is_bot": True, "first_name": "呼应", "username": "huying_bot"}
OTHER_BOT = {"id": 99, "is_bot": True, "first_name": "别的", "username": "other_bot"}


def read(**update: Any) -> Inbound | None:
    return parse(update_of({"update_id": 7001, **update}), ME, NOW)


def message(**parts: Any) -> dict[str, Any]:
    return {"message_id": 55, "date": DATE, "chat": GROUP, "from": MEI, **parts}


def said(**parts: Any) -> Inbound:
    inbound = read(message=message(**parts))
    assert inbound is not None
    return inbound


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


# --- pieces --------------------------------------------------------------------------------------------------------


def test_of_a_photo_the_largest_size_is_taken_wherever_it_stands():
    sizes = [
        {"file_id": "big", "file_unique_id": "b", "width": 1280, "height": 960, "file_size": 90000},
        {"file_id": "small", "file_unique_id": "s", "width": 90, "height": 60, "file_size": 900},
    ]
    inbound = said(photo=sizes, caption="看 @huying_bot", media_group_id="g9")
    assert inbound.pieces == (Piece("photo", "big", 90000),)
    assert (inbound.text, inbound.album, inbound.to_bot) == ("看", "g9", True)


FILE = {"file_id": "f", "file_unique_id": "u", "file_size": 7}


@pytest.mark.parametrize(
    ("parts", "kind"),
    [
        ({"voice": {**FILE, "duration": 3}}, "voice"),
        ({"audio": {**FILE, "duration": 3}}, "voice"),
        ({"video": {**FILE, "duration": 3, "width": 1, "height": 1}}, "video"),
        ({"video_note": {**FILE, "duration": 3, "length": 1}}, "video"),
        ({"document": {**FILE, "mime_type": "image/jpeg"}}, "photo"),
        ({"document": {**FILE, "mime_type": "application/pdf"}}, "file"),
        ({"document": FILE}, "file"),
    ],
)
def test_every_kind_of_file_is_a_piece(parts, kind):
    assert said(**parts).pieces == (Piece(kind, "f", 7),)


def test_a_location_is_latitude_and_longitude():
    assert said(location={"latitude": 30.6, "longitude": 114.2}).location == (30.6, 114.2)


def test_a_venue_is_a_location_with_its_name_as_words():
    venue = {
        "location": {"latitude": 30.6, "longitude": 114.2},
        "title": "菜鸟驿站",
        "address": "径河路 8 号",
    }
    inbound = said(venue=venue, location=venue["location"])
    assert (inbound.text, inbound.location) == ("菜鸟驿站 径河路 8 号", (30.6, 114.2))
    assert not inbound.to_bot


@pytest.mark.parametrize(
    "parts",
    [
        {
            "sticker": {
                **FILE,
                "type": "regular",
                "width": 1,
                "height": 1,
                "is_animated": False,
                "is_video": False,
            }
        },
        {"dice": {"emoji": "🎲", "value": 3}},
        {"contact": {"phone_number": "1", "first_name": "某"}},
        {"new_chat_title": "新名字"},
        {"new_chat_members": [MEI]},
        {"left_chat_member": MEI},
        {"forum_topic_created": {"name": "报修", "icon_color": 1}},
    ],
)
def test_what_says_nothing_to_us_is_nothing(parts):
    assert read(message=message(**parts)) is None


# --- edits ---------------------------------------------------------------------------------------------------------


def test_an_edit_says_so_and_has_the_time_of_the_edit():
    inbound = read(edited_message=message(text="是4号楼", edit_date=DATE + 60))
    assert inbound
    assert (inbound.edited, inbound.at, inbound.message) == (True, (DATE + 60) * 1000, "55")


def test_a_live_location_moving_on_is_no_news():
    assert read(edited_message=message(location={"latitude": 1, "longitude": 2}, edit_date=DATE + 60)) is None


# --- presses -------------------------------------------------------------------------------------------------------


def test_a_press_names_the_button_the_card_and_who_pressed():
    card = message(message_id=60, **{"from": BOT}, text="#1024", message_thread_id=17, is_topic_message=True)
    query = {"id": "q", "from": MEI, "chat_instance": "c", "data": "a:1024", "message": card}
    assert read(callback_query=query) == Inbound(
        key="telegram:7001",
        at=NOW,
        chat="telegram:-1001000001/17",
        private=False,
        sender=Sender("telegram:2001", "梅 姨"),
        press="a:1024",
        message="60",
        to_bot=True,
    )


def test_a_press_under_a_message_telegram_no_longer_has_is_still_a_press():
    query = {"id": "q", "from": MEI, "chat_instance": "c", "data": "a:1024"}
    inbound = read(callback_query={**query, "message": {"chat": GROUP, "message_id": 60, "date": 0}})
    assert inbound
    assert (inbound.press, inbound.chat, inbound.message) == ("a:1024", "telegram:-1001000001", "60")


def test_a_press_of_a_game_or_of_a_message_sent_through_us_is_nothing():
    query = {"id": "q", "from": MEI, "chat_instance": "c"}
    assert read(callback_query={**query, "game_short_name": "g"}) is None
    assert read(callback_query={**query, "data": "x", "inline_message_id": "i"}) is None


# --- events --------------------------------------------------------------------------------------------------------


def standing(status: str, **more: Any) -> dict[str, Any]:
    return {"user": BOT, "status": status, **more}


def changed(chat: dict[str, Any], old: dict[str, Any], new: dict[str, Any]) -> Inbound | None:
    return read(
        my_chat_member={
            "chat": chat,
            "from": MEI,
            "date": DATE,
            "old_chat_member": old,
            "new_chat_member": new,
        }
    )


@pytest.mark.parametrize(
    ("chat", "old", "new", "event"),
    [
        (GROUP, standing("left"), standing("member"), Event.ADDED),
        (GROUP, standing("kicked"), standing("administrator"), Event.ADDED),
        (GROUP, standing("member"), standing("left"), Event.REMOVED),
        (GROUP, standing("administrator"), standing("kicked"), Event.REMOVED),
        (GROUP, standing("member"), standing("restricted", is_member=False), Event.REMOVED),
        (PRIVATE, standing("member"), standing("kicked"), Event.BLOCKED),
        (PRIVATE, standing("kicked"), standing("member"), Event.UNBLOCKED),
    ],
)
def test_the_bots_coming_and_going_is_an_event(chat, old, new, event):
    inbound = changed(chat, old, new)
    assert inbound
    assert (inbound.event, inbound.chat, inbound.at) == (event, f"telegram:{chat['id']}", DATE * 1000)
    assert inbound.sender == Sender("telegram:2001", "梅 姨")


def test_new_rights_of_the_bot_are_no_event():
    assert changed(GROUP, standing("member"), standing("administrator")) is None
    assert changed(GROUP, standing("restricted", is_member=True), standing("member")) is None


@pytest.mark.parametrize(
    ("parts", "event"), [({"new_chat_members": [BOT]}, "added"), ({"left_chat_member": BOT}, "removed")]
)
def test_the_service_message_of_the_same_change_has_the_same_key(parts, event):
    old, new = ("left", "member") if event == "added" else ("member", "left")
    other = changed(GROUP, standing(old), standing(new))
    inbound = said(**parts)
    assert other
    assert (inbound.event, inbound.key) == (event, other.key)


def test_a_group_created_with_the_bot_in_it_has_it_added():
    assert said(chat=BASIC, group_chat_created=True).event == Event.ADDED


def test_a_group_that_became_a_supergroup_is_one_event_told_from_both_sides():
    leaving = said(chat=BASIC, migrate_to_chat_id=GROUP["id"])
    arriving = said(migrate_from_chat_id=BASIC["id"])
    assert leaving == arriving
    assert (leaving.event, leaving.chat, leaving.moved_to) == (
        Event.MIGRATED,
        "telegram:-5001",
        "telegram:-1001000001",
    )


def test_kinds_of_update_we_did_not_ask_for_are_nothing():
    assert (
        read(poll_answer={"poll_id": "1", "user": MEI, "option_ids": [0], "option_persistent_ids": ["0"]})
        is None
    )
    assert (
        read(channel_post=message(chat={"id": -100777, "type": "channel", "title": "频道"}, text="x")) is None
    )


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
