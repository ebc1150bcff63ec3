"""Marked-up text: what is escaped as documented always passes and reads the same; entities lie where they should."""

import html

import pytest
from hypothesis import given
from hypothesis import strategies as st
from telegram.helpers import escape_markdown

from tests.platforms.telegram import formatting

WORDS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=60)


@given(WORDS)
def test_text_escaped_for_html_reads_the_same(words: str) -> None:
    assert formatting.read(html.escape(words), "HTML", None).text == words.strip()


@given(WORDS)
def test_text_escaped_for_markdown_reads_the_same(words: str) -> None:
    assert formatting.read(escape_markdown(words, version=2), "MarkdownV2", None).text == words.strip()


@given(WORDS, WORDS)
def test_bold_lies_where_the_words_are_counted_in_utf_16(before: str, bold: str) -> None:
    shown, entities = formatting.read(f"x{html.escape(before)}<b>y{html.escape(bold)}y</b>", "HTML", None)
    (entity,) = [entity for entity in entities if entity["type"] == "bold"]
    cut = shown.encode("utf-16-le")[entity["offset"] * 2 : (entity["offset"] + entity["length"]) * 2]
    assert cut.decode("utf-16-le") == f"y{bold}y"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("/report@huying_bot 灯坏了", [("bot_command", 0, 18)]),
        ("请看 /mine", [("bot_command", 3, 5)]),
        ("1/2 的灯坏了", []),
        ("🚰 @huying_bot", [("mention", 3, 11)]),
        ("a@huying_bot", []),
        ("#1024 修好了", []),
        ("#电梯 停了", [("hashtag", 0, 3)]),
        ("看 https://huying.cn/b?x=1，谢谢", [("url", 2, 23)]),
    ],
)
def test_commands_mentions_links_and_hashtags_are_found(text: str, found: list[tuple[str, int, int]]) -> None:
    entities = formatting.read(text, None, None).entities
    assert [(entity["type"], entity["offset"], entity["length"]) for entity in entities] == found


@pytest.mark.parametrize(
    ("text", "mode", "shown", "kinds"),
    [
        ("<b>急</b> <i>漏</i><u>水</u> <s>灯</s> <code>1</code>", "HTML", "急 漏水 灯 1", ["bold", "italic", "underline", "strikethrough", "code"]),
        ('<a href="https://huying.cn/?a=1&amp;b=2">公示牌</a>', "HTML", "公示牌", ["text_link"]),
        ("<blockquote expandable>第一行\n第二行</blockquote>", "HTML", "第一行\n第二行", ["blockquote"]),
        ("*急* _漏_ __水__ ~灯~ ||密|| `a.b`", "MarkdownV2", "急 漏 水 灯 密 a.b", ["bold", "italic", "underline", "strikethrough", "spoiler", "code"]),
        ("[公示牌](https://huying.cn/b) 完成\\.", "MarkdownV2", "公示牌 完成.", ["text_link"]),
        ("*急* _漏_ [牌](https://huying.cn)", "Markdown", "急 漏 牌", ["bold", "italic", "text_link"]),
    ],
)  # fmt: skip
def test_every_markup_is_read(text: str, mode: str, shown: str, kinds: list[str]) -> None:
    read = formatting.read(text, mode, None)
    assert (read.text, [entity["type"] for entity in read.entities]) == (shown, kinds)
