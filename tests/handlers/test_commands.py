"""Typed words and pressed buttons become orders, on every platform alike."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.web.words import word as page_word
from handlers import commands
from handlers.commands import (
    Order,
    Verb,
    choose,
    press,
    read_choice,
    read_press,
)
from handlers.commands import read_text as read
from handlers.verbs import ALONE, AT_THE_TABLE, ENGLISH, FOLLOWED, ON_TICKET, OPENING, SLASHED

BUTTONS = "接单 到场 办结 转办 延期 上会 不予受理 我也遇到 补充 撤销 催办 满意 基本满意 不满意 督办 列入会议 改派".split()  # noqa: SIM905
"""The contract's labels that act on a ticket."""


@pytest.mark.parametrize("word", BUTTONS)
def test_every_label_of_the_contract_is_understood_alone_and_with_its_number_on_either_side(
    word: str,
) -> None:
    verb = ON_TICKET[word]
    assert read(word) == Order(verb, word=word)
    for text in (
        f"{word} 1024",
        f"{word}1024",
        f"#1024 {word}",
        f"1024{word}",
        f"{word}#1024",
        f"{word}：１０２４",
    ):
        assert read(text) == Order(verb, 1024, word=word), text


def test_longer_words_win_over_those_they_contain() -> None:
    assert read("不满意 1024") == Order(Verb.UNSATISFIED, 1024, word="不满意")
    assert read("基本满意 1024") == Order(Verb.FAIR, 1024, word="基本满意")
    assert read("不准延 1024") == Order(Verb.REFUSE, 1024, word="不准延")


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("办结 1024 换了灯泡", "换了灯泡"),
        ("办结1024，换了灯泡", "换了灯泡"),
        ("办结 1024换了灯泡", "换了灯泡"),
        ("#1024 办结 换了灯泡", "换了灯泡"),
        ("办结 1024 3号楼的都换了", "3号楼的都换了"),
        ("办结 换了灯泡", "换了灯泡"),
    ],
)
def test_what_follows_is_the_note(text: str, rest: str) -> None:
    order = read(text)
    assert order is not None
    assert (order.verb, order.rest) == (Verb.RESOLVE, rest)


@pytest.mark.parametrize(
    "text", ["补充 3号楼2单元", "补充 12栋也是", "延期 2天 等配件", "补充 1202室漏水", "延期 3小时"]
)
def test_a_number_that_counts_or_names_something_is_no_tickets(text: str) -> None:
    order = read(text)
    assert order is not None
    assert order.number is None
    assert order.rest == text[3:]


@pytest.mark.parametrize(
    "text",
    ["接单的师傅人呢", "满意度调查", "到场了没", "办结了吗", "补充一下", "会议几点", "取消明天的课", "帮助别人", "待办事项", "", "/", "/unknown", "#", "1024", "#1024", "1024号文件接单"],
)  # fmt: skip
def test_talk_is_no_order(text: str) -> None:
    assert read(text) is None


@pytest.mark.parametrize(("word", "verb"), ALONE.items())
def test_look_up_words_stand_alone(word: str, verb: Verb) -> None:
    assert read(f" {word} ") == Order(verb, word=word)
    assert read(f"{word}一下大家") is None


@pytest.mark.parametrize(("word", "verb"), OPENING.items())
@pytest.mark.parametrize("between", ["", " ", "：", ":", "，", "\n", "\u3000"])
def test_opening_words_take_everything_after_them(word: str, verb: Verb, between: str) -> None:
    assert read(f"{word}{between}3号楼，电梯停了。") == Order(verb, rest="3号楼，电梯停了", word=word)


@pytest.mark.parametrize(("name", "verb"), SLASHED.items())
def test_slash_commands(name: str, verb: Verb) -> None:
    assert read(f"/{name}") == Order(verb, word=name)
    assert read(f"/{name.upper()} a b") == Order(verb, rest="a b", word=name.upper())


def test_every_verb_can_be_typed_pressed_or_both() -> None:
    buttons_only = {Verb.MORE, Verb.APART, Verb.TAKE_UP}  # the last one: an ordinary word below a message
    typed = {
        *ON_TICKET.values(),
        *ALONE.values(),
        *OPENING.values(),
        *SLASHED.values(),
        *AT_THE_TABLE.values(),
    }
    assert set(Verb) - typed <= buttons_only


@pytest.mark.parametrize(
    ("text", "order"),
    [
        ("开会", Order(Verb.MEET, word="开会")),
        ("开会 周五 15:00", Order(Verb.MEET, rest="周五 15:00", word="开会")),
        ("到会：张师傅 李代表", Order(Verb.HERE, rest="张师傅 李代表", word="到会")),
        ("Present Zhang, Li", Order(Verb.HERE, rest="Zhang, Li", word="present")),
        ("next item", Order(Verb.NEXT_ITEM, word="next item")),
        ("取消会议 停电", Order(Verb.CALL_OFF, rest="停电", word="取消会议")),
        ("开会了吗", None),
        ("散会后再说", None),
        ("presents for all", None),
        ("转部门 1024 城管 占道", Order(Verb.REFER_OUT, 1024, rest="城管 占道", word="转部门")),
        (
            "problem list 1024 2026-12-31 no money",
            Order(Verb.LIST, 1024, rest="2026-12-31 no money", word="problem list"),
        ),
    ],
)
def test_a_meeting_is_run_by_words_that_stand_alone_or_before_a_space(text: str, order: Order | None) -> None:
    assert read(text) == order


@pytest.mark.parametrize(
    ("text", "order"),
    [
        ("催辦 1024", Order(Verb.URGE, 1024, word="催办")),
        ("我的工單", Order(Verb.MINE, word="我的工单")),
        ("刪除我的信息", Order(Verb.ERASE_ME, word="删除我的信息")),
        ("報修 5號樓水管漏水", Order(Verb.REPORT, rest="5號樓水管漏水", word="报修")),
        ("開會 週五 15:00", Order(Verb.MEET, rest="周五 15:00", word="开会")),
        ("催辦的人呢", None),
    ],
)
def test_orders_are_understood_in_traditional_characters_and_a_reports_words_stay(
    text: str, order: Order | None
) -> None:
    assert read(text) == order


@pytest.mark.parametrize(
    ("text", "order"),
    [
        ("Bind K7MP-QX3D", Order(Verb.BIND, rest="K7MP-QX3D", word="bind")),
        ("unbind", Order(Verb.UNBIND, word="unbind")),
        ("report: Building 3 lift", Order(Verb.REPORT, rest="Building 3 lift", word="report")),
        ("reporting is fun", None),
        ("service order a haircut", Order(Verb.SERVICES, rest="a haircut", word="service order")),
        ("Waiting for parts 1024", Order(Verb.PAUSE, 1024, word="等配件")),
        ("not a report 1024", Order(Verb.DISMISS, 1024, word="not a report")),
        ("waiting for parts", None),
    ],
)
def test_whatever_can_be_typed_can_be_typed_in_english(text: str, order: Order | None) -> None:
    assert read(text) == order


def test_every_chinese_order_word_has_an_english_one() -> None:
    chinese = {*ON_TICKET.values(), *ALONE.values(), *OPENING.values()}
    english = {
        *ENGLISH.values(),
        *(verb for word, verb in (*ALONE.items(), *FOLLOWED.items()) if word.isascii()),
    }
    assert chinese - english == set()


@pytest.mark.parametrize("verb", Verb)
def test_a_button_comes_back_as_the_order_it_stood_for(verb: Verb) -> None:
    assert read_press(press(verb, "jinghe-1024", "2h")) == Order(verb, ticket="jinghe-1024", rest="2h")


def test_a_choice_comes_back_with_its_value() -> None:
    assert read_choice(choose("building", "A座:北")) == ("building", "A座:北")


@pytest.mark.parametrize(
    "data", ["", ":", "accept", "accept:", "ACCEPT:x", "nonsense:x", "=building:3", "显示:1"]
)
def test_data_we_never_wrote_is_no_order(data: str) -> None:
    assert read_press(data) is None


@pytest.mark.parametrize("data", ["", "building:3", "=building"])
def test_data_we_never_wrote_is_no_choice(data: str) -> None:
    assert read_choice(data) is None


def test_button_data_over_64_bytes_is_refused_while_it_is_written() -> None:
    with pytest.raises(ValueError, match="64 bytes"):
        press(Verb.ACCEPT, "社" * 22)
    with pytest.raises(ValueError, match="64 bytes"):
        choose("building", "楼" * 22)


@given(st.text(max_size=200))
def test_no_text_breaks_the_reading(text: str) -> None:
    order = read(text)
    assert order is None or order.number is None or 0 <= order.number < 10**9
    assert commands.read_press(text) is None or ":" in text


@given(st.sampled_from(sorted(ON_TICKET)), st.integers(1, 999_999_999))
def test_every_number_is_read_as_it_was_typed(word: str, number: int) -> None:
    order = read(f"{word} #{number}")
    assert order is not None
    assert order.number == number


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_web_chats_shortcuts_say_what_stands_on_them(language: str) -> None:
    said = [page_word(language, f"chat.{key}") for key in ("report", "complain", "mine", "board", "help")]
    orders = [order.verb for order in map(read, said) if order is not None]
    assert orders == [Verb.REPORT, Verb.COMPLAIN, Verb.MINE, Verb.BOARD, Verb.HELP]
