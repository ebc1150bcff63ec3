"""Minutes of a meeting at which everything happened that can."""

from __future__ import annotations

from handlers.agenda import Quorum
from handlers.meeting_minutes import Loop, MinuteItem, Minutes
from storage.records import Outcome, Party, Seat

BEGUN = 1_795_762_800_000
"""2026-11-27 15:00 in Wuhan."""
HOUR = 3_600_000


def an_item(number: int, outcome: Outcome, **changes: object) -> MinuteItem:
    told: dict[str, object] = {
        "number": number,
        "ticket": 1023 + number,
        "ticket_id": f"jinghe-{1023 + number}",
        "matter": "电梯 · 3号楼2单元",
        "summary": "3号楼2单元电梯停在5楼，门打不开（11月20日周五 14:00 登记，已 7 天，4 户跟进）",
        "opinions": (),
        "outcome": outcome,
        "words": "更换门机，换好以后请住户代表当面试乘",
        "responsible": "",
        "helpers": (),
        "until": None,
        "loop": None,
        "private": False,
    }
    return MinuteItem(**told | changes)  # type: ignore[arg-type]


def told(**changes: object) -> Minutes:
    items = (
        an_item(
            1,
            Outcome.RESOLVED,
            opinions=(
                "红色物业张师傅：门机已经修过三次，配件停产，只能整套更换",
                "刘芳：维保单位没有按约到场，请社区出面",
            ),
            responsible="红色物业",
            helpers=("社区", "维保单位"),
            until=BEGUN + 27 * HOUR,
            loop=Loop.DONE,
        ),
        an_item(
            2,
            Outcome.REFERRED,
            matter="消防通道 · 北门",
            summary="北门消防通道被夜市摊点占住，消防车进不来（11月18日周三 21:10 登记，已 9 天）",
            words="请城管执法中队夜间巡查，并在北门施划禁停标线",
            responsible="城管执法中队",
            until=BEGUN + 170 * HOUR,
        ),
        an_item(
            3,
            Outcome.LISTED,
            matter="加装电梯 · 7号楼",
            words="两户未签字，先由楼栋长逐户上门",
            until=BEGUN + 700 * HOUR,
        ),
        an_item(4, Outcome.DEFERRED, matter="噪音 · 5号楼", words="当事人未到会，下次再议"),
        an_item(
            5,
            Outcome.RESOLVED,
            matter="不公开事项",
            summary="",
            words="不公开事项",
            until=BEGUN + 300 * HOUR,
            loop=Loop.RUNNING,
        ),
    )
    seats = (
        Seat(Party.COMMUNITY, "赵敏", "zhaomin", True),
        Seat(Party.COMMUNITY, "刘芳", "liufang", True),
        Seat(Party.PROPERTY, "红色物业张师傅", "hongse", True),
        Seat(Party.RESIDENTS, "陈𠮷", "", True),
        Seat(Party.RESIDENTS, "周䶮", ""),
        Seat(Party.DEPARTMENT, "城管执法中队 王队长", "", True),
    )
    known: dict[str, object] = {
        "title": "径河社区联席会议纪要",
        "heading": "2026年第3次",
        "year": 2026,
        "number": 3,
        "community": "径河社区",
        "zone": "Asia/Shanghai",
        "begun_at": BEGUN,
        "ended_at": BEGUN + HOUR + HOUR // 2,
        "place": "社区党群服务中心二楼会议室",
        "chair": "赵敏",
        "recorder": "刘芳",
        "seats": seats,
        "quorum": Quorum(3, (Party.COMMUNITY, Party.PROPERTY, Party.RESIDENTS), ()),
        "items": items,
        "next_at": BEGUN + 168 * HOUR,
    }
    return Minutes(**known | changes)  # type: ignore[arg-type]
