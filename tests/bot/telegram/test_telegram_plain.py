"""What is read straight from the JSON is what python-telegram-bot reads, whatever comes."""

from __future__ import annotations

import copy
from typing import Any

import pytest
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
NAMES = ["梅", "", " ", "\ud83d", "a\0b", "\u200b", "x" * 70]
WORDS = [
    *(
        "3号楼漏水",
        " 停水了\n",
        "/report",
        "/ report",
        "a/b",
        " /start p_x",
        "",
        "  ",
        "\0",
        " \0 ",
        "停\ud800电",
        "👍",
    ),
    *("@huying_bot 停水", "a@b.cn", "停水@HUYING_BOT", "/mine@huying_bot", "/mine@other_bot"),
]
# What may be otherwise than in an ordinary update: where it stands, and as what.
CHANGES: list[tuple[tuple[str, ...], Any]] = [
    *((("message", "text"), words) for words in WORDS),
    *(
        (("message", "from", part), name)
        for part in ("first_name", "last_name", "username")
        for name in NAMES
    ),
    *((("message", "from", "id"), id) for id in (777000, ME.id, 0, 2**52)),
    *((("message", "from", "is_bot"), is_bot) for is_bot in (True, None, 0)),
    *((("message", "chat", "type"), type) for type in ("private", "group", "channel", "odd")),
    *((("message", "chat", "id"), id) for id in (2001, -5001, 2**40)),
    *((("message", "chat", "is_forum"), is_forum) for is_forum in (True, False)),
    *((("message", "date"), date) for date in (0, 1, -1, 2**31, 2**32, 2**36, 2**60)),
    *((("message", "message_id"), id) for id in (0, -1, 2**40)),
    (("message", "from", "can_join_groups"), True),
    (("message", "from", "language_code"), "en"),
    (("message", "message_thread_id"), 7),
    (("message", "is_topic_message"), True),
    (("message", "entities"), [{"type": "bot_command", "offset": 0, "length": 2}]),
    (("message", "sender_chat"), GROUP),
    (("message", "reply_to_message"), message(text="报修 #1001")),
    (("message", "via_bot"), BOT),
    (("message", "is_automatic_forward"), True),
    (("message", "media_group_id"), "1"),
    (("message", "edit_date"), DATE),
    (("message", "new_chat_members"), [BOT]),
    (("edited_message",), message(text="停电")),
    (("callback_query",), None),
    (("odd",), {}),
]


def ordinary() -> dict[str, Any]:
    return {
        "update_id": 7001,
        "message": message(text="3号楼漏水", chat=dict(GROUP), **{"from": dict(MEI)}),
    }


def changed(raw: dict[str, Any], where: tuple[str, ...], value: Any) -> dict[str, Any]:
    node = raw
    for name in where[:-1]:
        node = node[name]
    node[where[-1]] = value
    return raw


def read(raw: Any) -> Inbound | None:
    """As python-telegram-bot reads it."""
    return parse(update_of(raw), ME, NOW)


def agree(raw: Any) -> bool:
    """Compare the two ways; True when the quick one was taken."""
    quick = plain(copy.deepcopy(raw))
    if quick is not None:
        assert quick == read(raw)
    return quick is not None


@pytest.mark.parametrize(("where", "value"), CHANGES)
def test_one_thing_out_of_the_ordinary_changes_nothing_in_that(where: tuple[str, ...], value: Any) -> None:
    agree(changed(ordinary(), where, value))


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from(CHANGES), min_size=2, max_size=4))
def test_nor_do_several(changes: list[tuple[tuple[str, ...], Any]]) -> None:
    raw = ordinary()
    for where, value in changes:
        raw = changed(raw, where, value)
    agree(raw)


@settings(max_examples=400, deadline=None)
@given(st.data())
def test_nor_does_a_value_of_another_type(data: st.DataObject) -> None:
    raw = ordinary()
    node: Any = data.draw(
        st.sampled_from([raw, raw["message"], raw["message"]["chat"], raw["message"]["from"]])
    )
    node[data.draw(st.sampled_from([*node, "odd"]))] = data.draw(ANYTHING)
    agree(raw)


@settings(max_examples=200, deadline=None)
@given(
    st.text(min_size=1).filter(lambda words: words.replace("\0", "").strip() and not {"@", "/"} & set(words))
)
def test_plain_words_by_a_person_go_the_quick_way(words: str) -> None:
    for chat in (GROUP, PRIVATE):
        assert agree({"update_id": 7001, "message": message(text=words, chat=chat)})


def test_a_press_an_edit_and_what_is_no_update_go_the_other_way() -> None:
    pressed = {"id": "1", "from": MEI, "chat_instance": "1", "data": "x", "message": message(text="a")}
    for raw in (
        {"update_id": 1, "callback_query": pressed},
        {"update_id": 1, "edited_message": message(text="a")},
    ):
        assert not agree(raw)
    for odd in (None, [], 7, {}, {"update_id": 1}, {"update_id": 1, "message": None}):
        assert plain(odd) is None
