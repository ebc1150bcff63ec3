"""A community of three grids, its neighbour, everybody who speaks there, and where they can."""

from __future__ import annotations

from dataclasses import dataclass

from storage.records import Address

GROUP = Address("telegram:-1001000001")
TOPIC = Address("telegram:-1001000001/17")
WEB_GROUP = Address("web:east-2-group")
STAFF_ROOM = Address("telegram:-1009000001")
OTHER_GROUP = Address("telegram:-1001000077")
NOBODYS_GROUP = Address("telegram:-1001000099")
GROUPS = (GROUP, TOPIC, WEB_GROUP, STAFF_ROOM, OTHER_GROUP, NOBODYS_GROUP)

JINGHE = """
[community]
id = "jinghe"
name = "径河社区"
service_phone = "027-83000000"
staff_chats = ["telegram:-1009000001"]
[[compound]]
id = "east"
name = "鑫海花城东区"
regime = "commercial"
property = "zhang"
[[compound]]
id = "north"
name = "北湾"
regime = "none"
[[grid]]
id = "east-1"
compound = "east"
name = "第一网格"
buildings = ["1-3", "A座"]
leader = "wangfang"
deputies = ["lilei"]
chats = ["telegram:-1001000001"]
[[grid]]
id = "east-2"
compound = "east"
name = "第二网格"
buildings = ["4-5"]
leader = "zhaomin"
chats = ["web:east-2-group"]
[[grid]]
id = "north-1"
compound = "north"
name = "北湾网格"
buildings = ["1"]
leader = "sunli"
[[person]]
id = "wangfang"
name = "王芳"
roles = ["grid_leader"]
phone = "13800000001"
accounts = ["telegram:1001", "web:wangfang"]
[[person]]
id = "lilei"
name = "李雷"
roles = ["grid_leader"]
accounts = ["telegram:1002"]
[[person]]
id = "zhaomin"
name = "赵敏"
roles = ["grid_leader"]
accounts = ["web:zhaomin"]
[[person]]
id = "sunli"
name = "孙丽"
roles = ["grid_leader"]
[[person]]
id = "zhang"
name = "张师傅"
roles = ["property"]
accounts = ["telegram:1003"]
[[person]]
id = "chenjie"
name = "陈洁"
roles = ["staff"]
accounts = ["telegram:1004", "web:chenjie"]
[[person]]
id = "fang"
name = "方专员"
roles = ["liaison"]
accounts = ["web:fang"]
[[person]]
id = "guo"
name = "郭管理"
roles = ["admin"]
accounts = ["telegram:1006"]
[[person]]
id = "ding"
name = "丁志愿"
roles = ["volunteer"]
accounts = ["telegram:1007"]
[policy.major]
resolve = "2wh"
[category.lighting]
handler = "zhang"
[meeting]
calendar = "fri 15:00"
[escalation]
followers = 2
"""

CHANGED = JINGHE.replace('leader = "wangfang"\ndeputies = ["lilei"]', 'leader = "lilei"').replace(
    'property = "zhang"', 'property = "某某物业"'
)
"""The file a month later: another leader, no deputy, the property is an office without an account."""

SMALLER = JINGHE.partition('[[grid]]\nid = "north-1"')[0] + (
    "[[person]]" + JINGHE.partition('[[grid]]\nid = "north-1"')[2].partition("[[person]]")[2]
).replace(
    '[[person]]\nid = "zhang"\nname = "张师傅"\nroles = ["property"]\naccounts = ["telegram:1003"]\n', ""
).replace('handler = "zhang"', 'severity = "ordinary"')
"""The file after a reform: one grid and its compound are gone, and so is the property's master."""
SMALLER = SMALLER.replace('property = "zhang"', 'property = "某某物业"').replace(
    '[[compound]]\nid = "north"\nname = "北湾"\nregime = "none"\n', ""
)

LUWAN = """
[community]
id = "luwan"
name = "绿湾社区"
[[compound]]
id = "south"
name = "绿湾南苑"
regime = "none"
[[grid]]
id = "luwan-1"
compound = "south"
name = "绿湾网格"
buildings = ["1-3"]
leader = "zhaolei"
chats = ["telegram:-1001000077"]
[[person]]
id = "zhaolei"
name = "赵磊"
roles = ["grid_leader"]
accounts = ["telegram:3001"]
"""

FILES = {"as it was": JINGHE, "another leader": CHANGED, "a smaller one": SMALLER, "next door": LUWAN}


@dataclass(frozen=True)
class Somebody:
    """Who speaks: from which accounts, and under which name."""

    name: str
    accounts: tuple[str, ...]


CAST = {
    one.name: one
    for one in (
        Somebody("王芳", ("telegram:1001", "web:wangfang")),
        Somebody("李雷", ("telegram:1002",)),
        Somebody("张师傅", ("telegram:1003",)),
        Somebody("陈洁", ("telegram:1004", "web:chenjie")),
        Somebody("方专员", ("web:fang",)),
        Somebody("郭管理", ("telegram:1006",)),
        Somebody("丁志愿", ("telegram:1007",)),
        Somebody("赵敏", ("web:zhaomin",)),
        Somebody("赵磊", ("telegram:3001",)),
        Somebody("梅姨", ("telegram:2001", "wechat:o-mei")),
        Somebody("陈叔", ("telegram:2002",)),
        Somebody("小林", ("web:lin", "wechat:o-lin")),
        Somebody("Ann {xyzzy}", ("wechat:o-ann",)),
        Somebody("\u200b\u202e", ("telegram:2666",)),
    )
}
"""Offices, neighbours, a foreigner with odd signs in her name, and one whose name shows as nothing."""
