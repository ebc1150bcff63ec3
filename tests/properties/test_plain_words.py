"""Whatever buttons a letter has: its words say how to type them, and what is typed is what would have been pressed."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from handlers import answering_typed
from handlers.cards import rarer
from handlers.commands import BUTTON_BYTES, Order, Verb, choose, press, read_press, read_text
from handlers.dialogue import CHOICES, Step, choices_in, numbered
from handlers.messages import Button, Inbound, Outgoing, Sender
from handlers.plainly import BEHIND_MORE, plain_words, typed
from storage.records import Address, Dialogue
from tests.handlers.ladder import ticket

ME = Address("wechat:me")
SHOWN = (
    Verb.ACCEPT, Verb.ARRIVE, Verb.RESOLVE, Verb.TRANSFER, Verb.ASK_TIME, Verb.REFER, Verb.DECLINE, Verb.RECLASS,
    Verb.STORY, Verb.RESUME, Verb.MORE, Verb.FOLLOW, Verb.ADD, Verb.URGE, Verb.WITHDRAW, Verb.SATISFIED, Verb.FAIR,
    Verb.UNSATISFIED, Verb.OBJECT, Verb.SUPERVISE, Verb.QUEUE, Verb.REASSIGN, Verb.GRANT, Verb.REFUSE,
)  # fmt: skip
"""Orders that stand below letters."""

orders = st.builds(
    lambda verb, number: Button("", press(verb, f"jinghe-{number}")),
    st.sampled_from(SHOWN),
    st.integers(1001, 1012),
)
labels = st.lists(
    st.text(st.sampled_from("电梯水灯其他王芳李雷座期街坊ABcd123 -·"), min_size=1, max_size=8)
    .map(str.strip)
    .filter(bool),
    min_size=1,
    max_size=12,
    unique_by=answering_typed.bare,
)
NAMED = (Step.WHAT, Step.COMPOUND, Step.DECLINE, Step.WHOM, Step.TIME, Step.CATEGORY, Step.OPENLY)


def written(buttons: list[Button], language: str = "zh") -> str:
    rows = tuple((button,) for button in buttons)
    return plain_words(Outgoing(ME, "问题？", buttons=rows), language)


def asked(step: Step, buttons: list[Button]) -> Dialogue:
    return Dialogue(ME, ME, step, {CHOICES: choices_in((tuple(buttons),))}, 0)


def said(words: str, *, private: bool = True) -> Inbound:
    return Inbound("wechat:1", 0, ME, private, Sender(ME, "梅姨"), words)


@given(st.lists(orders, min_size=1, max_size=12), st.sampled_from(["zh", "en"]))
def test_every_order_below_a_letter_is_named_and_read_as_itself(buttons: list[Button], language: str) -> None:
    words = written(buttons, language)
    assert len(words.splitlines()) == 2
    for button in buttons:
        order = read_press(button.press)
        assert order is not None
        own = typed(button, language)
        word = own.rpartition(" ")[0]
        behind = order.verb in BEHIND_MORE and ("更多" in words or "More" in words)
        assert word in words or behind, words
        number = int(own.rpartition(" ")[2])
        read = read_text(own)
        assert read is not None
        assert (read.verb, read.number, read.rest) == (order.verb, number, order.rest)


@given(
    st.sampled_from(NAMED),
    labels,
    st.sampled_from(["{0}", "{0}。", "选{0}", "第{0}个", "（{0}）", "{0}、", " {0} "]),
)
def test_every_choice_can_be_typed_by_its_name_and_its_number(step: Step, names: list[str], way: str) -> None:
    buttons = [Button(name, choose(step, f"value{at}")) for at, name in enumerate(names)]
    words, dialogue = written(buttons), asked(step, buttons)
    counted = numbered(names)
    for at, name in enumerate(names):
        assert answering_typed.picked(dialogue, said(name), addressed=True) == f"value{at}"
        if counted:
            assert f"{at + 1} {name}" in words
            number = way.format(at + 1)
            assert answering_typed.picked(dialogue, said(number), addressed=True) == f"value{at}"
            assert answering_typed.picked(dialogue, said(number, private=False), addressed=False) is None
    if not counted and not all(name.isdecimal() for name in names):
        assert f"比如 {names[0]}" in words
        assert answering_typed.called(dialogue, "1") is None


@given(st.lists(st.integers(1, 40), min_size=1, max_size=24, unique=True), st.integers(1, 40))
def test_a_number_typed_to_the_building_question_is_the_building(buildings: list[int], typed_so: int) -> None:
    buttons = [Button(str(n), choose(Step.BUILDING, str(n))) for n in buildings]
    others = [
        Button("其他", choose(Step.BUILDING, "other")),
        Button("不知道", choose(Step.BUILDING, "unknown")),
    ]
    picked = answering_typed.picked(
        asked(Step.BUILDING, buttons + others), said(str(typed_so)), addressed=True
    )
    assert picked == (str(typed_so) if typed_so in buildings else None)


@given(st.text(max_size=20))
def test_whatever_is_said_picks_a_choice_there_is_or_none(words: str) -> None:
    buttons = [
        Button("登记 File it", choose(Step.CONFIRM, "yes")),
        Button("不是 No", choose(Step.CONFIRM, "no")),
    ]
    picked = answering_typed.picked(asked(Step.CONFIRM, buttons), said(words), addressed=True)
    assert picked in ("yes", "no", "", None)


def test_what_a_card_leaves_out_is_what_more_tells() -> None:
    shown = {verb for paused_at in (None, 5) for row in rarer(ticket(paused_at=paused_at)) for verb in row}
    assert shown == BEHIND_MORE
    assert read_text("更多 1024") == Order(Verb.MORE, 1024, word="更多")
    assert all(len(press(verb, "jinghe-1024").encode()) <= BUTTON_BYTES for verb in shown)
