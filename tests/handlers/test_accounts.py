"""Who may be joined to whom, who they are then, and what counts for an answer."""

from __future__ import annotations

from dataclasses import replace

import pytest

from handlers.accounts import as_one, asks, mark_now, meant, must_be_at_home, one_of, sent_now
from handlers.dialogue import Step
from handlers.messages import Inbound, Refused, Sender
from storage.records import Account, Address, Dialogue, LetterKind, Owed, Person, Place, Role

NOON = 1_795_323_600_000
TELEGRAM, WEB, WECHAT = Address("telegram:2001"), Address("web:mei"), Address("wechat:oMei")
GROUP = Address("telegram:-1001000001")

MEI = Person("r-mei", "jinghe", "梅姨")
LIN = Person("r-lin", "jinghe", "小林")
LEADER = Person("wangfang", "jinghe", "王芳", frozenset({Role.GRID_LEADER}), "138", listed=True)
STAFF = Person("chenjie", "jinghe", "陈洁", frozenset({Role.STAFF}), listed=True)
ELSEWHERE = Person("zhaolei", "luwan", "赵磊", frozenset({Role.GRID_LEADER}), listed=True)


@pytest.mark.parametrize(
    ("asker", "typist", "kept"),
    [
        (MEI, LIN, "r-mei"),
        (LIN, MEI, "r-lin"),
        (MEI, LEADER, "wangfang"),
        (LEADER, MEI, "wangfang"),
        (ELSEWHERE, MEI, "zhaolei"),
        (MEI, replace(LIN, community="luwan"), "r-mei"),
        (MEI, replace(LIN, community=""), "r-mei"),
    ],
)
def test_who_stands_in_a_list_stays_or_else_whoever_showed_the_code(
    asker: Person, typist: Person, kept: str
) -> None:
    stays, goes = one_of(asker, typist)
    assert stays.id == kept
    assert {stays, goes} == {asker, typist}


@pytest.mark.parametrize(
    ("asker", "typist", "key"),
    [
        (MEI, MEI, "bind.same"),
        (LEADER, LEADER, "bind.same"),
        (LEADER, STAFF, "bind.both_listed"),
        (STAFF, LEADER, "bind.both_listed"),
        (LEADER, ELSEWHERE, "bind.both_listed"),
    ],
)
def test_nobody_is_joined_to_themselves_and_no_two_of_a_list_are_one(
    asker: Person, typist: Person, key: str
) -> None:
    with pytest.raises(Refused) as refused:
        one_of(asker, typist)
    assert refused.value.say.key == key


@pytest.mark.parametrize(
    ("kept", "gone", "communities", "possible"),
    [
        (LEADER, MEI, set(), True),
        (LEADER, MEI, {"jinghe"}, True),
        (LEADER, replace(MEI, community=""), {"jinghe"}, True),
        (LEADER, replace(MEI, community="luwan"), set(), False),
        (LEADER, MEI, {"jinghe", "luwan"}, False),
        (LIN, replace(MEI, community="luwan"), {"luwan"}, True),
    ],
)
def test_an_office_here_and_a_household_elsewhere_are_not_joined(
    kept: Person, gone: Person, communities: set[str], possible: bool
) -> None:
    if possible:
        must_be_at_home(kept, gone, communities)
    else:
        with pytest.raises(Refused, match=r"bind\.elsewhere"):
            must_be_at_home(kept, gone, communities)


AT_HOME = {"home_grid": "east-1", "home": Place("3", "2", "5", "501")}
NEXT_DOOR = {"home_grid": "east-2", "home": Place("9", "1")}


@pytest.mark.parametrize(
    ("kept", "gone", "one"),
    [
        (MEI, LIN, MEI),
        (MEI, replace(LIN, **AT_HOME), replace(MEI, **AT_HOME)),
        (replace(MEI, **NEXT_DOOR), replace(LIN, **AT_HOME), replace(MEI, **NEXT_DOOR)),
        (replace(MEI, home_grid="east-1"), replace(LIN, **AT_HOME), replace(MEI, **AT_HOME)),
        (replace(MEI, home_grid="east-2"), replace(LIN, **AT_HOME), replace(MEI, home_grid="east-2")),
        (MEI, replace(LIN, language="en"), replace(MEI, language="en")),
        (replace(MEI, language="en"), LIN, replace(MEI, language="en")),
        (MEI, replace(LIN, phone="139"), replace(MEI, phone="139")),
        (replace(MEI, phone="138"), replace(LIN, phone="139"), replace(MEI, phone="138")),
        (replace(MEI, community=""), LIN, MEI),
        # Somebody who lives elsewhere, and somebody who has not said where they live.
        (MEI, replace(LIN, community="luwan", **AT_HOME), replace(MEI, community="luwan", **AT_HOME)),
        # What a leader does in private is about their grid, wherever they live.
        (LEADER, replace(LIN, **AT_HOME), LEADER),
        (STAFF, replace(LIN, **AT_HOME), replace(STAFF, **AT_HOME)),
        (STAFF, replace(LIN, community="luwan", **AT_HOME), STAFF),
        (STAFF, replace(LIN, roles=frozenset({Role.RESIDENT, Role.VOLUNTEER})),
         replace(STAFF, roles=frozenset({Role.STAFF, Role.VOLUNTEER}))),
    ],
)  # fmt: skip
def test_what_the_one_never_said_is_as_the_other_said_it(kept: Person, gone: Person, one: Person) -> None:
    assert as_one(kept, gone) == one


def said(text: str = "", press: str | None = None, message: str = "9") -> Inbound:
    return Inbound("web:1", NOON, WEB, True, Sender(WEB, "梅姨"), text, press=press, message=message)


def asked(step: str = Step.JOIN) -> Dialogue:
    return Dialogue(WEB, WEB, step, {}, NOON + 1, "9")


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("是", "yes"), ("是的。", "yes"), ("1", "yes"), ("Yes", "yes"),
        ("不是", "no"), ("不是！", "no"), ("2", "no"), ("No", "no"),
        ("是不是坏了", None), ("3", None), ("3号楼电梯停了", None), ("", None),
    ],
)  # fmt: skip
def test_yes_and_no_are_typed(text: str, answer: str | None) -> None:
    assert meant(said(text), None, asked()) == answer
    assert meant(said(text), None, None) is None
    assert meant(said(text), None, asked(Step.CONFIRM)) is None


@pytest.mark.parametrize(
    ("choice", "message", "answer"),
    [
        (("join", "yes"), "9", "yes"),
        (("join", "no"), "9", "no"),
        (("join", "yes"), "8", None),
        (("confirm", "yes"), "9", None),
        (None, "9", None),
    ],
)
def test_only_the_buttons_of_the_question_that_is_open_answer_it(
    choice: tuple[str, str] | None, message: str, answer: str | None
) -> None:
    assert meant(said(press="=join:yes", message=message), choice, asked()) == answer


@pytest.mark.parametrize(
    ("text", "answer"), [("2", "2"), (" 2。", "2"), ("是", None), ("２", None), ("", None)]
)
def test_an_account_is_chosen_by_its_number(text: str, answer: str | None) -> None:
    assert meant(said(text), None, asked(Step.PART)) == answer


@pytest.mark.parametrize(
    ("text", "answer"),
    [("确定删除", "yes"), ("确认删除。", "yes"), ("删除", "yes"), ("是", None), ("好的", None), ("不", "no")],
)
def test_what_cannot_be_undone_takes_more_than_a_yes(text: str, answer: str | None) -> None:
    assert meant(said(text), None, asked(Step.ERASE)) == answer


@pytest.mark.parametrize("step", Step)
def test_the_questions_are_three(step: Step) -> None:
    assert asks(asked(step)) is (step in (Step.JOIN, Step.PART, Step.ERASE))


def owed(*routes: Address, once: str | None = None) -> Owed:
    return Owed(1, NOON, LetterKind.NEWS, 3, routes, "r-lin", "jinghe-1001", {}, once)


@pytest.mark.parametrize(
    ("routes", "accounts", "now"),
    [
        ((WEB,), ((TELEGRAM, 1, True), (WEB, 2, True)), (WEB, TELEGRAM)),
        ((WEB,), ((TELEGRAM, 3, True), (WEB, 2, True)), (TELEGRAM, WEB)),
        ((WEB, GROUP), ((TELEGRAM, 3, None), (WEB, 2, True)), (TELEGRAM, WEB, GROUP)),
        ((WEB, GROUP), ((TELEGRAM, 3, False), (WEB, 2, True)), (WEB, GROUP)),
        ((GROUP,), ((TELEGRAM, 3, True),), (TELEGRAM, GROUP)),
        ((WEB,), ((TELEGRAM, 1, True), (WECHAT, 3, True), (WEB, 2, False)), (WECHAT, TELEGRAM)),
        ((WEB,), ((WEB, 2, False),), (WEB,)),
    ],
)
def test_a_letter_goes_to_the_account_used_last_then_to_the_others_then_to_its_group(
    routes: tuple[Address, ...],
    accounts: tuple[tuple[Address, int, bool | None], ...],
    now: tuple[Address, ...],
) -> None:
    have = [Account(address, "r-mei", at, reachable) for address, at, reachable in accounts]
    assert sent_now(owed(*routes), have).routes == now


def test_an_account_that_was_parted_with_is_no_way_any_more() -> None:
    left = [Account(TELEGRAM, "r-mei", 1, True)]
    assert sent_now(owed(WEB, TELEGRAM, GROUP), left, WEB).routes == (TELEGRAM, GROUP)


@pytest.mark.parametrize(
    ("once", "now"),
    [
        ("jinghe-1001:resolved:r-lin:0", "jinghe-1001:resolved:r-mei:0"),
        ("jinghe-1001:lost:r-lin:gone", "jinghe-1001:lost:r-mei:gone"),
        ("jinghe-1001:resolved:r-chen:0", "jinghe-1001:resolved:r-chen:0"),
        (None, None),
    ],
)
def test_the_mark_of_a_letter_names_its_reader(once: str | None, now: str | None) -> None:
    assert mark_now(owed(WEB, once=once), LIN, MEI) == now
