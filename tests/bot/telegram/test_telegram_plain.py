"""What is read straight from the JSON is what python-telegram-bot reads, whatever comes."""

from __future__ import annotations

import copy
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.channels.telegram_parse import parse, update_of
from bot.channels.telegram_plain import plain
from handlers.messages import Inbound
from tests.bot.telegram.updates import BOT, DATE, GROUP, ME, MEI, NOW, PRIVATE, message

ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=5), inner, max_size=2),
    max_leaves=4,
)
NAMES = st.text(max_size=6) | st.sampled_from(["梅", "", " ", "\ud83d", "a\0b", "\u200b"])
WORDS = st.text(max_size=12) | st.sampled_from(
    [
        "3号楼漏水",
        " 停水了\n",
        "/report",
        "/ report",
        "a/b",
        "@huying_bot 停水",
        "a@b.cn",
        "",
        "  ",
        "\0",
        "停\ud800电",
        "👍",
    ]
)
USERS = st.fixed_dictionaries(
    {"id": st.integers(1, 2**52) | st.just(777000), "is_bot": st.sampled_from([False, False, False, True])},
    optional={
        "first_name": NAMES,
        "last_name": NAMES,
        "username": NAMES,
        "language_code": st.just("zh-hans"),
        "is_premium": st.just(True),
        "can_join_groups": st.just(True),
    },
)
CHATS = st.fixed_dictionaries(
    {"id": st.integers(-(2**52), 2**52)},
    optional={
        "type": st.sampled_from(["private", "group", "supergroup", "supergroup", "channel", "odd"]),
        "title": NAMES,
        "is_forum": st.booleans(),
        "first_name": NAMES,
        "accent_color_id": st.integers(0, 6),
    },
)
MESSAGES = st.fixed_dictionaries(
    {
        "message_id": st.integers(0, 2**40),
        "date": st.integers(-5, 2**36) | st.just(DATE),
        "chat": CHATS,
        "from": USERS,
        "text": WORDS,
    },
    optional={
        "message_thread_id": st.integers(1, 99),
        "is_topic_message": st.just(True),
        "entities": st.just([{"type": "bold", "offset": 0, "length": 1}]),
        "sender_chat": st.just(GROUP),
        "reply_to_message": st.just(message(text="报修 #1001")),
        "via_bot": st.just(BOT),
        "is_automatic_forward": st.just(True),
        "media_group_id": st.just("1"),
        "edit_date": st.just(DATE),
    },
)
UPDATES = st.fixed_dictionaries(
    {"update_id": st.integers(0, 2**40)},
    optional={"message": MESSAGES, "edited_message": MESSAGES, "callback_query": st.none()},
)


def read(raw: Any) -> Inbound | None:
    """As python-telegram-bot reads it."""
    return parse(update_of(raw), ME, NOW)


def agree(raw: Any) -> bool:
    """Compare the two ways; True when the quick one was taken."""
    quick = plain(copy.deepcopy(raw))
    if quick is not None:
        assert quick == read(raw)
    return quick is not None


@settings(max_examples=400, deadline=None)
@given(UPDATES)
def test_the_quick_way_reads_what_the_library_reads(raw: dict[str, Any]) -> None:
    agree(raw)


@settings(max_examples=400, deadline=None)
@given(st.data())
def test_a_value_of_another_type_changes_nothing_in_that(data: st.DataObject) -> None:
    raw = {"update_id": 7001, "message": message(text="3号楼漏水", chat=dict(GROUP), **{"from": dict(MEI)})}
    node: Any = data.draw(
        st.sampled_from([raw, raw["message"], raw["message"]["chat"], raw["message"]["from"]])
    )
    node[data.draw(st.sampled_from([*node, "odd"]))] = data.draw(ANYTHING)
    agree(raw)


@settings(max_examples=200, deadline=None)
@given(
    WORDS.filter(lambda words: words.replace("\0", "").strip() and not {"@", "/"} & set(words)), NAMES, NAMES
)
def test_plain_words_by_a_person_go_the_quick_way(words: str, first: str, last: str) -> None:
    mei = {**MEI, "first_name": first, "last_name": last, "language_code": "zh-hans"}
    for chat in (GROUP, PRIVATE):
        assert agree({"update_id": 7001, "message": message(text=words, chat=chat, **{"from": mei})})


def test_a_press_an_edit_and_what_is_no_update_go_the_other_way() -> None:
    pressed = {"id": "1", "from": MEI, "chat_instance": "1", "data": "x", "message": message(text="a")}
    for raw in (
        {"update_id": 1, "callback_query": pressed},
        {"update_id": 1, "edited_message": message(text="a")},
    ):
        assert not agree(raw)
    for odd in (None, [], 7, {}, {"update_id": 1}, {"update_id": 1, "message": None}):
        assert plain(odd) is None
