"""The living card: what it says and offers, in every state, to everybody it is shown to."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import replace
from importlib.resources import files

import pytest

from handlers import cards
from handlers.cards import ADVICE, Face, View
from handlers.commands import Verb, press, read_press
from handlers.wording import Tongue, text
from storage.records import (
    HOUR,
    MINUTE,
    OPEN,
    Address,
    Category,
    Clock,
    Deadline,
    Level,
    Reason,
    Severity,
    Stage,
    State,
    Ticket,
)
from tests.handlers.ladder import DIRECTORY, GROUP, NOON, Desk, ticket

LEADER = Address("telegram:1")
REPORTER = Address("telegram:77")
ZH = Tongue("zh", "Asia/Shanghai", NOON + MINUTE)
EN = replace(ZH, language="en")


def taken(**changes: object) -> Ticket:
    return ticket(
        **{
            "state": State.ACCEPTED,
            "handler": "wangfang",
            "first_responder": "wangfang",
            "accepted_at": NOON + MINUTE,
            **changes,
        }
    )


def until(clock: Clock, span: int) -> Deadline:
    return Deadline("jinghe-1001", clock, Stage.OUT, NOON + span, NOON + span, NOON)


def face(
    shown: Ticket, chat: Address = GROUP, deadlines: Sequence[Deadline] = (), tongue: Tongue = ZH
) -> Face:
    return cards.write(Desk().known(), shown, deadlines, chat, tongue)


def labels(written: Face) -> list[list[str]]:
    return [[button.label for button in row] for row in written.buttons]


GROUP_BUTTONS = {
    State.REPORTED: [["接单"], ["我也遇到"]],
    State.ACCEPTED: [["到场", "办结", "更多"], ["我也遇到"]],
    State.ON_SITE: [["办结", "更多"], ["我也遇到"]],
    State.PLANNED: [["办结", "更多"], ["我也遇到"]],
}
CREW_BUTTONS = {
    State.REPORTED: [["接单"], ["转办", "延期", "上会"], ["不予受理", "改类", "看全程"]],
    State.ACCEPTED: [["到场", "办结"], ["转办", "延期", "上会"], ["不予受理", "改类", "看全程"]],
    State.ON_SITE: [["办结"], ["转办", "延期", "上会"], ["不予受理", "改类", "看全程"]],
    State.PLANNED: [["办结"], ["转办", "延期", "上会"], ["不予受理", "改类", "看全程"]],
}


@pytest.mark.parametrize("state", State)
def test_each_card_offers_the_contracts_words_and_an_ended_ticket_nothing(state: State) -> None:
    shown = taken(state=state)
    assert labels(face(shown)) == GROUP_BUTTONS.get(state, [])
    assert labels(face(shown, LEADER)) == CREW_BUTTONS.get(state, [])
    private = replace(shown, origin=REPORTER, origin_private=True)
    assert labels(face(private, REPORTER)) == ([["补充", "催办", "撤销"]] if state in OPEN else [])


@pytest.mark.parametrize("state", sorted(OPEN))
@pytest.mark.parametrize("chat", [GROUP, LEADER, REPORTER])
def test_every_button_is_an_order_about_this_ticket(state: State, chat: Address) -> None:
    shown = taken(state=state, origin=REPORTER, origin_private=True)
    for row in face(shown, chat).buttons:
        for button in row:
            order = read_press(button.press)
            assert order is not None
            assert order.ticket == "jinghe-1001"


def test_the_number_of_followers_stands_on_their_button() -> None:
    assert labels(face(taken(followers=3)))[1] == ["我也遇到 3"]


def test_a_paused_ticket_offers_to_go_on_and_says_why_it_stands_still() -> None:
    paused = face(taken(paused_at=NOON, pause_reason="等配件"), LEADER, [until(Clock.RESOLVE, HOUR)])
    assert "继续" in labels(paused)[1]
    assert "延期" not in labels(paused)[1]
    assert "等配件，13:00 起暂停计时" in paused.text
    assert "前解决" not in paused.text


def test_the_clocks_stand_on_the_card_as_clock_times() -> None:
    accept = face(ticket(), deadlines=[until(Clock.ACCEPT, 5 * MINUTE)])
    assert (accept.heading, accept.text) == (
        "#1001 照明 · 3号楼2单元",
        "等王芳（网格长）接单 · 13:05 前",
    )
    running = [until(Clock.ARRIVE, 6 * MINUTE), until(Clock.RESOLVE, 31 * MINUTE)]
    assert face(taken(), deadlines=running).text == "王芳已受理 13:01 · 13:06 前到场 · 13:31 前解决"
    on_site = taken(state=State.ON_SITE, arrived_at=NOON + 3 * MINUTE)
    assert face(on_site, deadlines=running[1:]).text == "王芳已到场 13:03 · 13:31 前解决"


def test_late_is_said_when_it_is_late_and_not_before() -> None:
    alerted = ticket(level=Level.ALERT)
    assert "13:05 前" in face(alerted, deadlines=[until(Clock.ACCEPT, 5 * MINUTE)]).text
    late = replace(ZH, now=NOON + 5 * MINUTE)
    assert "已超时" in face(alerted, deadlines=[until(Clock.ACCEPT, 5 * MINUTE)], tongue=late).text


def test_the_words_are_repeated_only_where_they_do_not_stand_above() -> None:
    assert "“3号楼2单元楼道灯坏了”" not in face(ticket()).text
    assert face(ticket()).reply_to == "7"
    assert "“3号楼2单元楼道灯坏了”" in face(ticket(), LEADER).text
    assert face(ticket(), LEADER).reply_to is None


def test_who_does_the_work_and_who_answers_for_it_both_stand_there() -> None:
    assert "张师傅在办，王芳负责到底" in face(taken(handler="zhang")).text
    assert "城管在办，王芳负责到底" in face(taken(handler=None, handler_name="城管")).text
    assert "负责到底" not in face(taken()).text


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"plan": "城管12月1日前拆除"}, "方案：城管12月1日前拆除"),
        ({"queued": Reason.RESOLVE_MISSED, "queued_at": NOON}, "已列入联席会议（11月27日周五 15:00）"),
        ({"decision": "物业更换门机"}, "会议决定：物业更换门机"),
        ({"level": Level.STREET}, "会议定的日期已过，报街道"),
        (
            {"state": State.RESOLVED, "note": "换了灯泡", "resolved_at": NOON},
            "王芳 13:00 办结：换了灯泡。请报修人看看行不行",
        ),
        ({"state": State.CLOSED, "rating": "fair"}, "已结案（基本满意）"),
        ({"state": State.CLOSED}, "已结案（没有异议）"),
        ({"state": State.DECLINED, "note": "自家的灯"}, "不予受理：自家的灯"),
        ({"state": State.WITHDRAWN}, "报修人已撤销"),
        ({"state": State.MERGED, "merged_into": "jinghe-1000"}, "已并入 #1000，请看那一件"),
    ],
)
def test_how_it_stands(changes: dict[str, object], said: str) -> None:
    assert said in face(taken(**changes)).text


def test_an_emergency_says_who_was_called_and_what_to_do() -> None:
    urgent = ticket(severity=Severity.EMERGENCY, heading="电梯困人")
    written = face(urgent)
    assert written.heading == "#1001 紧急 · 电梯困人 · 3号楼2单元"
    assert written.text.startswith("已同时通知 王芳、李雷、张师傅、社区值班。请告诉里面的人")
    taken_now = replace(taken(), severity=Severity.EMERGENCY)
    assert "已同时通知" not in face(taken_now).text


def test_every_emergency_the_reader_names_has_its_advice() -> None:
    words = files("handlers.reading").joinpath("words/dangers.toml").read_text(encoding="utf-8")
    names = {one["name"] for one in tomllib.loads(words)["danger"]}
    assert names == ADVICE.keys()
    for heading in names:
        key = cards.advice_key(ticket(heading=heading))
        assert text(key, "zh")
        assert text(key, "en")


@pytest.mark.parametrize(
    ("category", "advice"),
    [
        (Category.GAS, "gas"),
        (Category.LIGHTING, "wires"),
        (Category.DRAINAGE, "water"),
        (Category.GREENING, "other"),
    ],
)
def test_an_emergency_whose_category_was_put_right_has_the_advice_of_that_category(
    category: Category, advice: str
) -> None:
    assert cards.advice_key(ticket(category=category, heading="")) == f"advice.{advice}"


def test_a_private_matter_lives_in_no_group() -> None:
    quiet = ticket(private=True, anonymous=True, origin=REPORTER, origin_private=True)
    assert GROUP not in cards.homes(Desk().known(), quiet)
    assert set(cards.homes(Desk().known(), quiet)) == {REPORTER, LEADER}


def test_a_card_stands_in_its_topic_once_per_chat() -> None:
    homes = cards.homes(Desk().known(), ticket(origin=Address(f"{GROUP}/17")))
    assert homes == (Address(f"{GROUP}/17"), LEADER)


def test_whose_card_it_is_is_decided_by_the_chat() -> None:
    own = ticket(origin=REPORTER, origin_private=True)
    assert cards.view_of(DIRECTORY, own, REPORTER) is View.REPORTER
    assert cards.view_of(DIRECTORY, own, LEADER) is View.CREW
    assert cards.view_of(DIRECTORY, own, GROUP) is View.GROUP


@pytest.mark.parametrize("state", State)
def test_in_english_the_contracts_words_stay_and_nothing_is_left_unsaid(state: State) -> None:
    written = face(taken(state=state, note="bulb", merged_into="jinghe-1000"), LEADER, tongue=EN)
    assert "{" not in written.heading + written.text
    chinese = [label for row in CREW_BUTTONS.get(state, []) for label in row]
    english = [button.label for row in written.buttons for button in row]
    assert all(other.startswith(own) for own, other in zip(chinese, english, strict=True))


def test_the_print_of_a_card_changes_with_what_it_shows_and_with_nothing_else() -> None:
    deadlines = [until(Clock.RESOLVE, HOUR)]
    assert face(taken(), deadlines=deadlines).print == face(taken(version=9), deadlines=deadlines).print
    assert face(taken()).print != face(taken(followers=1)).print


def test_no_button_outgrows_the_platforms() -> None:
    longest = f"{'c' * 40}-{10**6}"
    for verb in Verb:
        assert len(press(verb, longest).encode()) <= 64
