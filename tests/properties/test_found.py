"""What walks and machines have found, told plainly. Life itself looks at all that must hold after every step."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from handlers.commands import Verb
from storage.records import Address
from tests.properties.letters import key_of
from tests.properties.life import Life
from tests.properties.people import GROUP, NOBODYS_GROUP, OTHER_GROUP, STAFF_ROOM, WEB_GROUP

SOON = 11 * 60_000


@pytest.fixture
def life() -> Iterator[Life]:
    living = Life()
    yield living
    living.end()


def tickets(life: Life) -> list[tuple[str, str]]:
    """Every ticket by its id, with its state."""
    return [(ticket["id"], ticket["state"]) for ticket in life.house.picture()["tickets"]]


def told(life: Life, reader: str, about: str = "jinghe-1001") -> list[str]:
    """The names of the texts a reader was sent about a ticket."""
    letters = [
        one for one in life.house.picture()["outbox"] if one["reader"] == reader and one["ticket"] == about
    ]
    return [key for one in letters if (key := key_of(one))]


@pytest.mark.parametrize("verb", [Verb.MINE, Verb.TODO, Verb.APART, Verb.START, Verb.BIND, Verb.CANCEL])
def test_a_forged_button_whose_word_is_no_act_is_answered_like_any_other_foreign_one(
    life: Life, verb: Verb
) -> None:
    life.says("梅姨", GROUP, "3号楼2单元电梯停了")
    life.forges("陈叔", GROUP, verb, 1001)
    assert tickets(life) == [("jinghe-1001", "reported")]


def test_a_number_above_the_line_names_no_ticket(life: Life) -> None:
    life.says("梅姨", GROUP, "3号楼2单元电梯停了")
    life.says("王芳", "private", "并案 1001 ²")
    life.says("王芳", "private", "并案 1001 １００１")
    assert tickets(life) == [("jinghe-1001", "reported")]


def test_who_followed_a_report_and_answers_for_it_hears_once_that_it_is_done(life: Life) -> None:
    life.says("梅姨", GROUP, "3号楼2单元漏水")
    life.says("李雷", GROUP, "我也遇到 1001")
    life.says("李雷", "private", "接单 1001")
    life.says("王芳", "private", "办结 1001 换了管子")
    assert told(life, "lilei").count("told.resolved") == 1


def test_who_reported_a_matter_and_answers_for_it_hears_of_the_resolution_once(life: Life) -> None:
    life.says("李雷", GROUP, "3号楼2单元漏水")
    life.says("李雷", "private", "接单 1001")
    life.says("陈洁", "private", "决议 1001 物业7天内换管子")
    assert told(life, "lilei").count("told.decided") == 1


def test_a_visitor_who_reports_what_is_reported_already_joins_it_and_may_urge(life: Life) -> None:
    life.says("陈叔", OTHER_GROUP, "1号楼漏水")  # at home there
    life.says("梅姨", GROUP, "西门口路灯不亮")
    life.says("陈叔", GROUP, "西门口路灯不亮")
    life.says("陈叔", GROUP, "催办 1001")
    acts = [line["act"] for line in life.house.picture()["ledger"] if line["ticket"] == "jinghe-1001"]
    assert acts == ["report", "follow", "urge"]


def test_a_complaint_that_waits_is_filed_before_the_next_report_of_somebody_nobody_knows(life: Life) -> None:
    life.says("陈叔", "private", "有点事")
    life.says("陈叔", "private", "楼道灯坏了")  # asked where they live, they do not say
    life.says("陈叔", GROUP, "楼上那家天天半夜拉琴")  # asked in private how openly it shall be told
    life.says("陈叔", "private", "3号楼垃圾没人收")
    life.waits(SOON)
    assert ("jinghe-1001", "reported") in tickets(life)


def test_a_visitors_complaint_gets_a_number_of_the_community_it_is_about(life: Life) -> None:
    life.says("梅姨", OTHER_GROUP, "1号楼漏水")
    life.says("梅姨", OTHER_GROUP, "2号楼漏水")
    life.says("陈叔", GROUP, "3号楼2单元电梯停了")
    life.says("陈叔", OTHER_GROUP, "楼上那家天天半夜拉琴")
    life.says("陈叔", "private", "匿名转")
    life.says("陈叔", "private", "1")
    assert [id for id, _ in tickets(life)] == ["jinghe-1001", "luwan-1001", "luwan-1002", "luwan-1003"]


@pytest.mark.parametrize("who", ["nobody", "梅姨"])
def test_an_order_to_report_in_a_group_nobody_bound_is_answered(life: Life, who: str) -> None:
    life.says(who, NOBODYS_GROUP, "报修 楼道灯坏了")
    life.post_goes()
    assert life.house.post.letters[-1].chat == NOBODYS_GROUP
    assert tickets(life) == []


def test_a_report_of_an_anonymous_administrator_of_the_staff_room_stays_in_their_community(
    life: Life,
) -> None:
    life.says("nobody", STAFF_ROOM, "报修 楼道灯坏了")
    assert tickets(life) == [("jinghe-1001", "reported")]


def test_an_emergency_told_by_somebody_whose_community_is_known_never_waits_for_the_compound(
    life: Life,
) -> None:
    life.says("方专员", "private", "有人困在电梯里了")
    assert tickets(life) == [("jinghe-1001", "reported")]
    assert told(life, "wangfang")[0] == "page"


@pytest.mark.parametrize("word", ["决议", "准延", "补充"])
def test_a_bare_word_that_could_mean_several_tickets_is_asked_about_whether_or_not_it_has_a_button(
    life: Life, word: str
) -> None:
    for building in (1, 2, 3):
        life.says("陈洁", GROUP, f"{building}号楼漏水")
        life.says("陈洁", "private", f"接单 100{building}")
    life.says("陈洁", "private", word)
    life.post_goes()
    offered = {row[0].label for row in life.house.post.letters[-1].out.buttons}
    assert offered == {f"{word} #{number}" for number in (1001, 1002, 1003)}


def test_what_the_leader_reports_below_a_private_card_is_added_and_makes_them_no_neighbour_of_it(
    life: Life,
) -> None:
    life.says("小林", WEB_GROUP, "4号楼那家天天半夜拉琴")
    life.says("小林", "private", "匿名转")
    life.post_goes()
    card = [one.chat for one in reversed(life.house.post.letters)].index(Address("web:zhaomin"))
    life.replies("赵敏", card, "4号楼那家又在半夜拉琴")
    acts = [line["act"] for line in life.house.picture()["ledger"]]
    assert acts[0] == "report"
    assert "follow" not in acts
    assert "add" in acts
