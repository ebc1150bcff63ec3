"""Lengths and places as Telegram counts them, for any text there is."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bot.channels.telegram_write import TEXT_UNITS, draft, shorten, units, words
from handlers.messages import Button, Outgoing
from storage.records import Address

MEI = Address("telegram:2001")

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)


def units_of(text: str, offset: int, length: int) -> str:
    return text.encode("utf-16-le")[offset * 2 : (offset + length) * 2].decode("utf-16-le")


@given(texts, texts)
def test_the_heading_is_marked_and_nothing_else(heading, text):
    whole, entities = words(heading, text)
    assert [entity["type"] for entity in entities] == ["bold"] * bool(heading.strip())
    for entity in entities:
        assert units_of(whole, entity["offset"], entity["length"]) == heading.strip()


@given(texts, st.integers(2, 40))
def test_a_shortened_text_fits_and_is_a_beginning_of_the_whole(text, most):
    short = shorten(text, most)
    assert units(short) <= most
    if short != text:
        assert short.endswith("…")
        assert text.startswith(short[:-1])
        assert units(text) > most


@given(texts)
def test_the_length_is_telegrams(text):
    assert units(text) == len(text.encode("utf-16-le")) // 2


def test_a_heading_as_long_as_a_message_still_fits():
    whole, (bold,) = words("水" * 5000, "下面")
    assert units(whole) == bold["length"] == TEXT_UNITS


def test_a_topic_and_its_group_are_told_apart():
    asked = draft(Outgoing(Address("telegram:-1001/17"), "x", reply_to="5"))
    assert (asked.chat, asked.topic, asked.reply_to, asked.edit) == (-1001, 17, 5, None)


def test_photos_are_left_out_of_an_edit_because_a_card_is_words_only():
    assert draft(Outgoing(MEI, "x", edit="5", photos=("a",))).photos == ()


def test_only_the_ornament_that_was_refused_is_left_away():
    rows = (
        (Button("接单", "a:1"), Button("看", url="http://localhost/x")),
        (Button("看", url="http://localhost/y"),),
    )
    whole = draft(Outgoing(Address("telegram:-1001/17"), "x", heading="y", buttons=rows, photos=("a",)))
    assert whole.plainer("Message thread not found").topic is None
    assert whole.plainer("Photo_invalid_dimensions").photos == ()
    without_links = whole.plainer(
        "Inline keyboard button url 'http://localhost/x' is invalid: wrong http url"
    )
    assert [[button["text"] for button in row] for row in without_links.keyboard] == [["接单"]]
    assert without_links.plainer("Button_url_invalid") is None
    assert whole.plainer("User not found").entities == ()
    assert whole.plainer("Chat not found") is None
