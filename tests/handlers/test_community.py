"""The community file: read whole, every mistake named, written back the same."""

from __future__ import annotations

import copy
import tomllib
from typing import Any

import pytest

from handlers.clashes import clashes
from handlers.community import Mistakes, directory_of, read_community, write_community
from storage.records import (
    Account,
    Address,
    Allowance,
    Category,
    CategoryPolicy,
    Clock,
    Grid,
    Person,
    Regime,
    Role,
    SecondOpinion,
    Severity,
    Spot,
)

CONTRACT = """
[community]
id = "jinghe"
name = "径河社区"
timezone = "Asia/Shanghai"
service_phone = "027-83000000"
staff_chats = ["telegram:-1009000001"]
[[compound]]
id = "xinhai-east"
name = "鑫海花城东区"
regime = "community"
property = "hongse"
[[grid]]
id = "xinhai-east-1"
compound = "xinhai-east"
name = "第一网格"
buildings = ["1-12", "A座"]
leader = "wangfang"
deputies = ["lilei"]
chats = ["telegram:-1001000001"]
[[person]]
id = "wangfang"
name = "王芳"
roles = ["grid_leader"]
phone = "13800000001"
accounts = ["telegram:1001", "wecom:wangfang"]
[[person]]
id = "lilei"
name = "李雷"
roles = ["building_head", "volunteer"]
[[person]]
id = "hongse"
name = "红色物业"
roles = ["property"]
language = "en"
[policy.ordinary]
accept = "5m"
arrive = "5m"
resolve = "30m"
[policy.major]
resolve = "4h"
[policy.complex]
plan = "1d"
resolve = "15wd"
[policy.review]
close_after = "3d"
[category.elevator]
severity = "major"
handler = "hongse"
accept = "90s"
[meeting]
calendar = "fri 15:00"
place = "社区会议室"
representatives = ["lilei"]
quorum = 2
[escalation]
followers = 5
[words]
landmarks = ["快递柜", "凉亭"]
"""


GRID = {"id": "g", "compound": "xinhai-east", "name": "二", "leader": "wangfang"}
COMPOUND = {"id": "c", "name": "西区", "regime": "none"}


def file() -> dict[str, Any]:
    return tomllib.loads(CONTRACT)


def test_the_contracts_file_is_read_whole():
    loaded = read_community(file())
    jinghe = loaded.community
    assert (jinghe.id, jinghe.name, jinghe.service_phone) == ("jinghe", "径河社区", "027-83000000")
    assert jinghe.staff_chats == ("telegram:-1009000001",)
    assert jinghe.words == {"landmarks": ["快递柜", "凉亭"]}
    assert loaded.compounds[0].regime is Regime.COMMUNITY
    assert loaded.grids == (
        Grid(
            "xinhai-east-1",
            "jinghe",
            "xinhai-east",
            "第一网格",
            (*map(str, range(1, 13)), "A座"),
            "wangfang",
            ("lilei",),
            (Address("telegram:-1001000001"),),
        ),
    )
    assert loaded.people[0] == Person(
        "wangfang", "jinghe", "王芳", frozenset({Role.GRID_LEADER}), "13800000001", listed=True
    )
    assert [one.language for one in loaded.people] == ["zh", "zh", "en"]
    assert loaded.accounts == (
        Account(Address("telegram:1001"), "wangfang"),
        Account(Address("wecom:wangfang"), "wangfang"),
    )
    assert loaded.spots[2] == Spot("xinhai-east_3", "xinhai-east-1", "3")
    assert len(loaded.spots) == 13
    assert loaded.warnings == ()


def test_the_policy_is_read_as_written():
    policy = read_community(file()).community.policy
    assert policy.clocks[Severity.COMPLEX] == {
        Clock.PLAN: Allowance(span=86_400_000),
        Clock.RESOLVE: Allowance(working_days=15),
    }
    assert policy.close_after == Allowance(span=3 * 86_400_000)
    assert policy.categories == {
        Category.ELEVATOR: CategoryPolicy(Severity.MAJOR, "hongse", {Clock.ACCEPT: Allowance(span=90_000)})
    }
    assert (policy.meeting, policy.followers) == ("fri 15:00", 5)
    assert (policy.meeting_place, policy.representatives, policy.quorum) == ("社区会议室", ("lilei",), 2)


def test_the_file_is_written_back_the_same():
    assert write_community(read_community(file())) == file()


@pytest.mark.parametrize(
    "address",
    [
        "https://api.example.org/v1",
        "http://127.0.0.1:11434/v1",
        "http://192.168.1.9/v1",
        "http://ollama:11434/v1",
    ],
)
def test_a_second_opinion_is_asked_where_nobody_can_read_along(address: str):
    asked = {"second_opinion": f"{address}/", "model": "qwen"}
    community = read_community(file() | {"reading": asked}).community
    assert community.second_opinion == SecondOpinion(address, "qwen")


def test_nobody_is_asked_unless_the_file_says_so():
    assert read_community(file()).community.second_opinion is None


def test_a_file_of_the_least_is_enough():
    loaded = read_community({"community": {"id": "jinghe", "name": "径河社区"}})
    assert loaded.community.timezone == "Asia/Shanghai"
    assert loaded.warnings == (
        "[community] staff_chats: 没有工作群，也没有 staff，超时无人可告 · neither a staff chat nor anybody with "
        "the role staff: nobody hears of missed deadlines",
    )


def test_reading_changes_nothing_in_what_it_was_given():
    data = file()
    before = copy.deepcopy(data)
    read_community(data)
    assert data == before


def test_an_office_that_is_no_listed_person_is_a_warning():
    data = file()
    data["compound"][0]["property"] = "红色物业服务中心"
    data["category"]["elevator"]["handler"] = "奥的斯维保"
    loaded = read_community(data)
    assert loaded.compounds[0].property == "红色物业服务中心"
    assert [one.partition(":")[0] for one in loaded.warnings] == [
        "[[compound]] xinhai-east property",
        "[category.elevator] handler",
    ]


def test_a_telegram_group_without_its_minus_sign_is_a_warning():
    data = file()
    data["community"]["staff_chats"] = ["telegram:1009000001"]
    assert "以 - 开头" in read_community(data).warnings[0]


def test_two_topics_of_one_group_may_serve_one_grid():
    data = file()
    data["grid"][0]["chats"] = ["telegram:-100/1", "telegram:-100/2"]
    assert len(read_community(data).grids[0].chats) == 2


def test_the_same_building_number_in_two_compounds_is_two_buildings():
    data = file()
    data["compound"].append({**COMPOUND, "id": "xinhai-west"})
    data["grid"].append({**GRID, "compound": "xinhai-west", "buildings": ["1-12"]})
    loaded = read_community(data)
    assert len({spot.id for spot in loaded.spots}) == 25


def test_a_spot_keeps_its_id_when_the_grids_are_drawn_anew():
    before = {spot.building: spot.id for spot in read_community(file()).spots}
    data = file()
    data["grid"][0]["buildings"] = ["1-6"]
    data["grid"].append({**GRID, "buildings": ["7-12", "A座"]})
    after = read_community(data)
    assert {spot.building: spot.id for spot in after.spots} == before
    assert {spot.grid for spot in after.spots} == {"xinhai-east-1", "g"}


def test_the_directory_holds_every_community():
    other = read_community({"community": {"id": "nanhu", "name": "南湖社区"}})
    directory = directory_of(read_community(file()), other, revision=7)
    assert directory.revision == 7
    assert set(directory.communities) == {"jinghe", "nanhu"}
    assert [account.address for account in directory.accounts["wangfang"]] == [
        "telegram:1001",
        "wecom:wangfang",
    ]
    assert directory.grids["xinhai-east-1"].leader == "wangfang"


def test_a_street_has_one_chat_for_all_its_communities_and_no_community_has_it_for_its_own():
    ours, street = file(), ["telegram:-1009000002"]
    ours["community"]["street_chats"] = street
    directory = directory_of(read_community(ours))
    theirs = {"community": {"id": "nanhu", "name": "南湖社区", "street_chats": street}}
    assert clashes(read_community(theirs), directory) == []
    theirs["community"] |= {"street_chats": [], "staff_chats": street}
    (found,) = clashes(read_community(theirs), directory)
    assert found.startswith("[community] staff_chats: telegram:-1009000002 已经绑定在 jinghe")
    ours["grid"][0]["chats"] = street
    with pytest.raises(Mistakes) as wrong:
        read_community(ours)
    assert "已经绑定在 [community] street_chats" in str(wrong.value)


def test_what_another_community_holds_is_named_before_it_is_taken_away():
    directory = directory_of(read_community(file()))
    assert clashes(read_community(file()), directory) == []
    theirs = file()
    theirs["community"]["id"] = "nanhu"
    found = clashes(read_community(theirs), directory)
    assert [one.partition(":")[0] for one in found] == [
        "[[compound]] xinhai-east id",
        "[[grid]] xinhai-east-1 id",
        "[[person]] wangfang id",
        "[[person]] lilei id",
        "[[person]] hongse id",
        "[community] staff_chats",
        "[[grid]] xinhai-east-1 chats",
        "[[person]] wangfang accounts",
        "[[person]] wangfang accounts",
    ]
