"""Every mistake in a community file is named at once, with its table, id and key."""

from __future__ import annotations

import tomllib
from typing import Any

import pytest

from handlers.community import Mistakes, read_community
from tests.handlers.test_community import COMPOUND, GRID, file


def mistakes(data: dict[str, Any]) -> list[str]:
    with pytest.raises(Mistakes) as wrong:
        read_community(data)
    assert str(wrong.value) == "\n".join(wrong.value.mistakes)
    assert all("\n" not in one and " · " in one for one in wrong.value.mistakes)
    return wrong.value.mistakes


def asked(address: str) -> dict[str, str]:
    return {"second_opinion": address, "model": "qwen"}


TEN_MISTAKES = """
[community]
id = "径河"
name = "径河社区"
timezone = "Asia/Wuhan"
telephone = "1"
[[compound]]
id = "east"
name = "东区"
regime = "comercial"
[[grid]]
id = "east-1"
compound = "west"
name = "第一网格"
buildings = ["1-12"]
leader = "wangfan"
chats = ["qq:1"]
[[grid]]
id = "east-2"
compound = "west"
name = "第二网格"
buildings = ["12-13"]
[[person]]
id = "wangfang"
name = "王芳"
roles = ["grid_leader"]
phone = 13800000001
[policy.ordinary]
accept = "5min"
"""


def test_a_file_with_ten_mistakes_has_all_of_them_named():
    assert mistakes(tomllib.loads(TEN_MISTAKES)) == [
        "[community] timezone: 没有 “Asia/Wuhan” 这个时区，例如 Asia/Shanghai · is no time zone such as Asia/Shanghai",
        "[community] id: “径河” 只能用字母、数字、_ 和 -，最多 24 个 · may hold only letters, digits, _ and -, at most 24",
        "[policy.ordinary] accept: “5min” 不是时长，请写 90s 5m 4h 1d 2wh 5wd，最长 1000 天 · is not a duration such as 90s "
        "5m 4h 1d 2wh 5wd, at most 1000 days",
        "[community] “telephone”: 不认识这一项，是不是 service_phone？ · unknown key, did you mean service_phone?",
        "[[compound]] east regime: 不认识 “comercial”，是不是 commercial？ · unknown name “comercial”, did you mean commercial?",
        "[[grid]] east-1 chats: “qq:1” 不是“平台:编号”，平台有 telegram wecom web · is no platform:id, platforms are "
        "telegram wecom web",
        "[[grid]] east-2 leader: 没有写 · is missing",
        "[[person]] wangfang phone: “13800000001” 应是文字，请加引号 · “13800000001” must be text, put it in quotes",
        "[[grid]] east-1 leader: [[person]] 里没有 “wangfan”，是不是 wangfang？ · nobody in [[person]] is “wangfan”, did you "
        "mean wangfang?",
        "[[grid]] east-1 compound: [[compound]] 里没有 “west”，是不是 east？ · no [[compound]] is “west”, did you mean east?",
        "[[grid]] east-2 compound: [[compound]] 里没有 “west”，是不是 east？ · no [[compound]] is “west”, did you mean east?",
        "[[grid]] east-2 buildings: 12 已经属于 east-1 · 12 already belong to east-1",
    ]


def wangfang(**more: Any) -> dict[str, Any]:
    return {"id": "x", "name": "某人", "roles": ["resident"], **more}


@pytest.mark.parametrize(
    ("table", "entry", "named"),
    [
        ("person", wangfang(id="wangfang"), "[[person]] wangfang id: 用了两次"),
        ("person", wangfang(id="w" * 25), "最多 24 个"),
        ("person", wangfang(id=7), "[[person]] 第4个/no. 4 id: “7” 应是文字"),
        ("person", wangfang(id=""), "[[person]] 第4个/no. 4 id: 是空的"),
        ("person", wangfang(name="x\ny"), "[[person]] x name: “x?y” 含有换行或看不见的字符"),
        ("person", wangfang(name="\u202e王"), "看不见的字符"),
        ("person", wangfang(name="王" * 81), "[[person]] x name: 太长，最多 80 个字"),
        ("person", wangfang(roles=["leader"]), "[[person]] x roles: 不认识 “leader”，是不是 grid_leader？"),
        ("person", wangfang(roles="staff"), "[[person]] x roles: 应是列表"),
        ("person", {"id": "x", "name": "某人"}, "[[person]] x roles: 没有写"),
        ("person", wangfang(acounts=[]), "[[person]] x “acounts”: 不认识这一项，是不是 accounts？"),
        (
            "person",
            wangfang(accounts=["telegram:1001"]),
            "[[person]] x accounts: telegram:1001 已经是 wangfang 的账号",
        ),
        (
            "person",
            wangfang(accounts=["telegram:-5"]),
            "[[person]] x accounts: “telegram:-5” 不是“平台:编号”",
        ),
        ("person", wangfang(accounts=["wechat"]), "[[person]] x accounts: “wechat” 不是“平台:编号”"),
        ("person", wangfang(accounts=["web:a", "web:a"]), "[[person]] x accounts: web:a 已经是 x 的账号"),
        ("person", wangfang(language="fr"), "[[person]] x language: “fr” 应是 zh 或 en"),
        ("person", "王芳", "[[person]] 第4个/no. 4: 应是一个"),
        ("compound", {**COMPOUND, "id": "xinhai-east"}, "[[compound]] xinhai-east id: 用了两次"),
        ("compound", {"id": "c", "name": "西区"}, "[[compound]] c regime: 没有写"),
        ("grid", {**GRID, "id": "xinhai-east-1"}, "[[grid]] xinhai-east-1 id: 用了两次"),
        ("grid", {**GRID, "leader": ""}, "[[grid]] g leader: 是空的"),
        ("grid", {**GRID, "leader": "lilei"}, "[[grid]] g leader: “lilei” 的 roles 里没有 grid_leader"),
        ("grid", {**GRID, "deputies": ["nobody"]}, "[[grid]] g deputies: [[person]] 里没有 “nobody”"),
        (
            "grid",
            {**GRID, "deputies": ["wangfang"]},
            "[[grid]] g deputies: “wangfang” 写重复了，或者就是网格长",
        ),
        ("grid", {**GRID, "deputies": ["lilei", "lilei"]}, "[[grid]] g deputies: “lilei” 写重复了"),
        (
            "grid",
            {**GRID, "buildings": ["13", "A栋", "03号楼"]},
            "[[grid]] g buildings: A栋 3 已经属于 xinhai-east-1",
        ),
        ("grid", {**GRID, "buildings": ["13", "13栋"]}, "[[grid]] g buildings: 13 已经属于 g"),
        ("grid", {**GRID, "buildings": ["20-15"]}, "[[grid]] g buildings: “20-15” 倒着写了，或者太长"),
        ("grid", {**GRID, "buildings": [13]}, "[[grid]] g buildings: “13” 应是文字"),
        ("grid", {**GRID, "chats": ["telegram:-1001000001/7"]}, "已经绑定在 [[grid]] xinhai-east-1 chats"),
        ("grid", {**GRID, "chats": ["telegram:-1009000001"]}, "已经绑定在 [community] staff_chats"),
        ("grid", {**GRID, "chats": ["wechat:room"]}, "平台有 telegram wecom web"),
    ],
)
def test_a_wrong_entry_is_named_with_its_table_id_and_key(table: str, entry: object, named: str):
    data = file()
    data[table].append(entry)
    assert any(named in one for one in mistakes(data)), mistakes(data)


@pytest.mark.parametrize(
    ("changed", "named"),
    [
        ({"community": None}, "[community]: 没有写"),
        ({"community": []}, "[community]: 应是一个 [community] 表"),
        ({"comunity": {}}, "“comunity”: 不认识这一项，是不是 community？"),
        ({"grid": {}}, "grid 应写成 [[grid]]"),
        ({"words": ["快递柜"]}, "[words]: 应是一个 [words] 表"),
        ({"policy": {"ordinry": {}}}, "[policy]: 不认识 “ordinry”，是不是 ordinary？"),
        ({"policy": {"major": {"resolv": "4h"}}}, "[policy.major] “resolv”: 不认识这一项，是不是 resolve？"),
        ({"policy": {"major": "4h"}}, "[policy.major]: 应是一个 [policy.major] 表"),
        ({"policy": {"major": {"resolve": ""}}}, "[policy.major] resolve: 是空的"),
        ({"policy": {"major": {"resolve": 4}}}, "[policy.major] resolve: “4” 应是文字"),
        ({"policy": {"review": {"close_after": "3"}}}, "[policy.review] close_after: “3” 不是时长"),
        ({"category": {"lift": {}}}, "[category]: 不认识 “lift”"),
        ({"category": {"gas": {"severity": "huge"}}}, "[category.gas] severity: 不认识 “huge”"),
        ({"category": {"gas": {"color": "red"}}}, "[category.gas] “color”: 不认识这一项"),
        ({"meeting": {"calendar": "friday 3pm"}}, "[meeting] calendar: “friday 3pm” 应写成 fri 15:00"),
        ({"meeting": {}}, "[meeting] calendar: 没有写"),
        (
            {"meeting": {"calendar": "fri 15:00", "representatives": ["meyi"]}},
            "[meeting] representatives: [[person]] 里没有 “meyi”",
        ),
        ({"meeting": {"calendar": "fri 15:00", "quorum": 4}}, "[meeting] quorum: “4” 应是 1 到 3 的整数"),
        ({"escalation": {"followers": 0}}, "[escalation] followers: “0” 应是 1 到 10000 的整数"),
        ({"escalation": {"followers": True}}, "[escalation] followers: “True” 应是"),
        ({"reading": {"second_opinion": "https://m.example/v1"}}, "[reading] model: 没有写"),
        ({"reading": {"model": "qwen"}}, "[reading] second_opinion: 没有写"),
        (
            {"reading": asked("http://m.example/v1")},
            "[reading] second_opinion: “http://m.example/v1” 应是 https://",
        ),
        ({"reading": asked("http://8.8.8.8/v1")}, "[reading] second_opinion"),
        ({"reading": asked("https://key@m.example/v1")}, "[reading] second_opinion"),
        ({"reading": asked("https://m.example/v1?key=1")}, "[reading] second_opinion"),
        ({"reading": asked("https://m.example:0/v1")}, "[reading] second_opinion"),
        ({"reading": asked("https://[m/v1")}, "[reading] second_opinion"),
        ({"reading": asked("ftp://m.example/v1")}, "[reading] second_opinion"),
        ({"reading": asked("https://m.example/v1") | {"key": "sk"}}, "[reading] “key”: 不认识这一项"),
    ],
)
def test_a_wrong_table_is_named(changed: dict[str, Any], named: str):
    data = {key: table for key, table in (file() | changed).items() if table is not None}
    assert any(named in one for one in mistakes(data)), mistakes(data)
