"""Photos, edits, presses, and what happens to a chat."""

from __future__ import annotations

from typing import Any

import pytest

from handlers.messages import Event, Inbound, Piece, Sender
from tests.bot.telegram.updates import (
    BASIC,
    BOT,
    DATE,
    GROUP,
    MEI,
    NOW,
    PRIVATE,
    message,
    read,
    said,
)

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
