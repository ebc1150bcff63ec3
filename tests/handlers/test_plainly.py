"""Where there are no buttons, words say what to type: short, and every choice and order can be typed."""

from __future__ import annotations

import pytest

from handlers.commands import ENGLISH, ON_TICKET, WAITING, Verb, choose, press, read_text
from handlers.messages import Button, Outgoing
from handlers.plainly import plain_words, typed
from handlers.questions import COMMON
from handlers.wording import text
from storage.records import Address, Category

BEFORE = "问题？"


def said(*buttons: Button, language: str = "zh", heading: str = "") -> list[str]:
    rows = tuple((button,) for button in buttons)
    whole = plain_words(Outgoing(Address("wechat:o1"), BEFORE, heading, buttons=rows), language)
    return whole.splitlines()[1:]


def orders(verbs: str, number: int = 1024) -> list[Button]:
    return [Button("", press(Verb(verb), f"jinghe-{number}")) for verb in verbs.split()]


def choices(step: str, *labels: str) -> list[Button]:
    return [Button(label, choose(step, str(at))) for at, label in enumerate(labels)]


def test_a_letter_without_buttons_is_its_heading_and_its_text() -> None:
    assert plain_words(Outgoing(Address("wechat:o1"), "王芳已受理", "#1024 电梯")) == "#1024 电梯\n王芳已受理"


def test_what_happened_is_asked_with_numbers() -> None:
    buttons = choices("what", *(text(f"category.{one}", "zh") for one in COMMON))
    assert said(*buttons) == ["回复 1 电梯 2 漏水墙面 3 照明 4 下水排污 5 供水 6 门禁门窗 7 环境卫生 8 其他"]


def test_nobody_is_read_twenty_four_buildings() -> None:
    buildings = [Button(str(n), choose("building", str(n))) for n in range(1, 25)]
    others = [Button("其他", choose("building", "other")), Button("不知道", choose("building", "unknown"))]
    assert said(*buildings, *others) == ["回复楼号，比如 3。不在楼里就说在哪儿，不清楚就回“不知道”。"]
    assert said(*others) == ["回复楼号就行。不在楼里就说在哪儿，不清楚就回“不知道”。"]


def test_a_unit_is_its_own_number() -> None:
    units = choices("unit", "1单元", "2单元", "不知道")
    assert said(*units) == ["回复单元号，比如 2。不清楚就回“不知道”。"]


def test_numbers_of_a_list_above_are_numbers() -> None:
    assert said(*choices("part", "1", "2", "3")) == ["回复 1 / 2 / 3"]


def test_long_choices_stand_below_each_other() -> None:
    assert said(*choices("decline", "这句话不是报事", "属于自家设施，请联系物业")) == [
        "回复数字：",
        "1 这句话不是报事",
        "2 属于自家设施，请联系物业",
    ]


@pytest.mark.parametrize("labels", [("12街坊", "鑫海花城"), tuple(f"小区{n}" for n in "甲乙丙丁戊己庚辛壬")])
def test_names_that_begin_with_numbers_and_very_many_names_get_no_numbers(labels: tuple[str, ...]) -> None:
    (line,) = said(*choices("compound", *labels))
    assert line.startswith(f"直接回名字就行，比如 {labels[0]}、{labels[1]}")
    assert len(line) < 40


def test_of_twenty_categories_three_are_named() -> None:
    names = [text(f"category.{one}", "zh") for one in Category]
    assert said(*choices("category", *names)) == ["直接回名字就行，比如 电梯、供水、下水排污。"]


@pytest.mark.parametrize(
    ("verbs", "line"),
    [
        ("good fair bad", "回复：满意 1024 / 基本满意 1024 / 不满意 1024"),
        ("accept follow", "回复：接单 1024 / 我也遇到 1024"),
        ("add urge withdraw", "回复：补充 1024 / 催办 1024 / 撤销 1024"),
        ("arrive resolve more follow", "回复：到场 1024 / 办结 1024 / 更多 1024 / 我也遇到 1024"),
        ("accept transfer time refer decline reclass story", "回复：接单 1024 / 更多 1024"),
        ("resolve transfer resume refer decline reclass story", "回复：办结 1024 / 更多 1024"),
        (
            "transfer time refer decline reclass story",
            "回复：转办、延期、上会、不予受理、改类、看全程，后面加号码，比如 转办 1024",
        ),
        (
            "accept reassign supervise queue story",
            "回复：接单、改派、督办、列入会议、看全程，后面加号码，比如 接单 1024",
        ),
    ],
)
def test_orders_are_words_with_the_number(verbs: str, line: str) -> None:
    assert said(*orders(verbs)) == [line]


def test_orders_about_several_tickets() -> None:
    few = [*orders("accept", 1031), *orders("accept", 1033)]
    assert said(*few) == ["回复：接单 1031 / 接单 1033"]
    many = [button for n in range(1031, 1034) for button in orders("urge add", n)]
    assert said(*many) == ["回复：催办、补充，后面加号码，比如 催办 1031"]
    mixed = [button for n in range(1031, 1036) for button in orders("resolve", n)]
    assert said(*mixed) == ["回复：办结，后面加号码，比如 办结 1031"]


def test_a_button_with_an_argument_and_one_that_opens_a_page() -> None:
    grants = [Button("准延 2 小时", press(Verb.GRANT, "jinghe-1024", "2h")), *orders("refuse")]
    page = Button("看全程", url="https://a.example/t/1024")
    assert said(*grants, page) == ["回复：准延 1024 2h / 不准延 1024", "看全程：https://a.example/t/1024"]


def test_in_english_the_words_are_english() -> None:
    assert said(*orders("good bad"), language="en") == ["Reply: Satisfied 1024 / Not satisfied 1024"]
    assert said(*choices("what", "Lift", "Other"), language="en") == ["Reply 1 Lift 2 Other"]


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("verb", sorted(set(ON_TICKET.values()) - {Verb.PAUSE}))
def test_what_is_typed_for_an_order_is_read_as_the_order(verb: Verb, language: str) -> None:
    if (verb, language) == (Verb.DISMISS, "en") or verb is Verb.DECIDE:
        return  # no letter shows them
    read = read_text(typed(Button("", press(verb, "jing-he-1024", "2h")), language))
    assert read is not None
    assert (read.verb, read.number, read.rest) == (verb, 1024, "2h")


TYPED_ALONE = {*WAITING, "not a report"}
"""Nobody presses these: what to wait for is asked behind 暂停, and 不是报修 is typed."""


def test_the_english_words_are_those_on_the_buttons() -> None:
    assert {
        word: verb
        for word, verb in ENGLISH.items()
        if word not in TYPED_ALONE and text(f"button.{verb.value}", "en").lower() != word
    } == {}


@pytest.mark.parametrize(
    "words", ["done", "Accept", "me too", "add 3 apples", "more 20", "done 1024号楼", "accept 1 2"]
)
def test_english_talk_is_no_order(words: str) -> None:
    assert read_text(words) is None


@pytest.mark.parametrize(
    ("words", "rest"),
    [
        ("done 1024 new bulb", "new bulb"),
        ("#7 Done", ""),
        ("1024 done, new bulb", "new bulb"),
        ("DONE #1024", ""),
    ],
)
def test_english_orders_go_either_way_around(words: str, rest: str) -> None:
    read = read_text(words)
    assert read is not None
    assert (read.verb, read.rest) == (Verb.RESOLVE, rest)


def test_what_is_waited_for_goes_with_the_button() -> None:
    button = Button("等天气 #1024", press(Verb.PAUSE, "jinghe-1024", "等天气"))
    assert typed(button) == "等天气 1024"
    assert typed(Button("电梯", choose("what", "elevator"))) == "电梯"
    assert typed(Button("看", url="https://a.example")) == ""
