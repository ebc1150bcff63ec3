"""Letters in WeCom's terms: what stands on a card, what goes before it as text, and nothing that would be cut off."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.channels.wecom_bot_write import MARKDOWN_BYTES, as_markdown
from bot.channels.wecom_write import TEXT_BYTES, card, draft, parts, plain
from handlers.commands import Verb, press
from handlers.messages import Button, Gist, Outgoing
from storage.records import Address
from tests.platforms.wecom import cards

WANG = Address("wecom:wangfang")
ORDERS = ("接单", "到场", "办结", "转办", "延期", "上会", "不予受理", "改类", "看全程")
VERBS = (Verb.ACCEPT, Verb.ARRIVE, Verb.RESOLVE, Verb.TRANSFER, Verb.ASK_TIME, Verb.REFER, Verb.DECLINE)
TEXT = "“门打不开”\n等王芳（网格长）接单 · 14:05 前"


def letter(
    *labels: str, heading: str = "#1024 电梯 · 3号楼2单元", text: str = TEXT, **more: object
) -> Outgoing:
    verbs = (*VERBS, Verb.RECLASS, Verb.STORY, Verb.URGE)
    buttons = tuple(
        (Button(label, press(verb, "jinghe-1024")),) for label, verb in zip(labels, verbs, strict=False)
    )
    return Outgoing(WANG, text, heading, buttons, **more)  # type: ignore[arg-type]


def test_a_ticket_is_a_card_with_its_words_and_the_contracts_buttons():
    made = draft(letter("接单", "转办"))
    assert made.texts == ()
    assert made.card == {
        "card_type": "button_interaction",
        "main_title": {"title": "#1024 电梯 · 3号楼2单元"},
        "quote_area": {"type": 0, "quote_text": "“门打不开”"},
        "sub_title_text": "等王芳（网格长）接单 · 14:05 前",
        "button_list": [
            {"text": "接单", "style": 1, "key": "accept:jinghe-1024"},
            {"text": "转办", "style": 2, "key": "arrive:jinghe-1024"},
        ],
    }


def test_what_has_no_buttons_is_a_text():
    made = draft(letter())
    assert made.card is None
    assert made.texts == (f"#1024 电梯 · 3号楼2单元\n{TEXT}",)


def test_six_buttons_stand_on_the_card_and_three_more_in_its_menu():
    made = draft(letter(*ORDERS)).card
    assert made is not None
    assert [button["text"] for button in made["button_list"]] == list(ORDERS[:6])
    assert [entry["text"] for entry in made["action_menu"]["action_list"]] == list(ORDERS[6:])


def test_more_buttons_than_a_card_has_room_for_are_words_to_type():
    made = draft(letter(*ORDERS, "催办"))
    assert made.card is None
    assert "接单 1024" in made.texts[0]


def test_english_beside_the_contracts_words_goes_where_both_are_too_long():
    made = draft(letter("不予受理 Decline", "接单 Accept", "接单 Accept 1024")).card
    assert made is not None
    assert [button["text"] for button in made["button_list"]] == ["不予受理", "接单 Accept", "接单 1024"]


def test_a_page_is_opened_by_its_own_button_and_one_alone_is_an_address_in_words():
    page = Button("看全程", url="https://h.example/t/1024")
    both = draft(Outgoing(WANG, "好了", "#1024", ((Button("接单", "accept:jinghe-1024"), page),)))
    assert both.card is not None
    assert both.card["button_list"][1] == {"text": "看全程", "style": 2, "type": 1, "url": page.url}
    alone = draft(Outgoing(WANG, "好了", "#1024", ((page,),)))
    assert alone.card is None
    assert page.url in alone.texts[0]


def test_a_long_heading_is_parted_at_a_dot_and_nothing_of_it_is_lost():
    made, whole = card(letter("接单", heading="#1025 紧急 · 电梯困人 · 鑫海花城东区二期3号楼2单元"))
    assert made["main_title"] == {"title": "#1025 紧急 · 电梯困人", "desc": "鑫海花城东区二期3号楼2单元"}
    assert whole


def test_a_heading_of_two_sentences_is_parted_between_them():
    made, _ = card(letter("接单", heading="系统 06:39–06:45 停过。这段时间到期的 6 件："))
    assert made["main_title"] == {"title": "系统 06:39–06:45 停过", "desc": "这段时间到期的 6 件："}


def test_what_a_card_cannot_hold_goes_before_it_as_text():
    story = "王芳 14:09 受理，14:31 到场，等配件。" * 12
    made = draft(letter("督办", text=story))
    assert made.card is not None
    assert "".join(made.texts) == f"#1024 电梯 · 3号楼2单元\n{story}"
    assert made.card["main_title"] == {"title": "#1024 电梯 · 3号楼2单元"}
    assert made.card["sub_title_text"] == "全文在上面。"


def test_a_card_without_buttons_says_how_the_matter_stands_and_has_nothing_to_press():
    gist = Gist(1024, "电梯", "已办结", 0, "")
    made, _ = card(letter(gist=gist))
    assert made["replace_text"] == "已办结"
    assert cards.buttons(cards.check(made, new=False)) == []


def test_in_a_group_it_is_said_where_to_type():
    made = plain(letter("接单", "改派"), aside="在企业微信的应用里发：")
    assert made.card is None
    assert made.texts[0].endswith("在企业微信的应用里发：接单 1024 / 到场 1024")


def test_a_long_text_goes_in_parts_between_lines_and_no_character_is_cut_in_two():
    lines = [f"{n}. 3号楼电梯停了，等配件" for n in range(200)]
    found = parts("联席会议议程", "\n".join(lines))
    assert len(found) > 1
    assert all(len(part.encode()) <= TEXT_BYTES for part in found)
    assert "\n".join(found).split("\n") == ["联席会议议程", *lines]
    long = parts("漏" * 2000)
    assert all(len(part.encode()) <= TEXT_BYTES for part in long)
    assert "".join(long) == "漏" * 2000


words = st.text(st.characters(codec="utf-8"), max_size=400)
some_labels = st.lists(st.text("接单到场办结转 abc1024", min_size=1, max_size=14), max_size=10)


@settings(max_examples=200, deadline=None)
@given(heading=words, text=words, labels=some_labels)
def test_whatever_is_said_wecom_takes_and_no_phone_cuts_off(heading, text, labels):
    out = letter(*labels, heading=heading, text=text)
    made = draft(out)
    for part in made.texts:
        assert 0 < len(part.encode()) <= TEXT_BYTES
    for shown in (made.card, card(out)[0] if len(out.buttons) <= 6 and made.card else None):
        if shown is not None and (heading.strip() or text.strip("\n")):
            assert list(cards.clipped(cards.check(shown | {"task_id": "t"}))) == []


def test_a_residents_words_are_no_markdown():
    said = as_markdown("# 3号楼\n[点我](http://evil)\n![](http://evil/p.png)\n<@all> `x` **急**\n1. 电梯")
    for mark in ("[", "]", "<", "`", "**"):
        assert mark not in said
    assert all(not line.startswith(("# ", "1. ")) for line in said.split("\n"))
    assert "3号楼" in said


@given(words.filter(str.strip))
def test_an_answer_of_the_robots_always_fits(text):
    assert 0 < len(as_markdown(text * 100).encode()) <= MARKDOWN_BYTES
