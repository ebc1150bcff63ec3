"""Every form of the console as staff send it: where it stands, what they fill in, and another one of the same page.

Whoever adds a POST route adds its line here; a test says so when they forget.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from tests.bot.web.town_hall import HALL

Fields = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Sent:
    """A form that stands on `page` and goes `to`: what stands in it already, but for `fields`.

    `other`: what else could be sent from the same page, as from a second tab of it; it must count as well. `notes`: it
    changes what is stored. `look`: a form sent before, that leads to this one's page. `file`: goes with it.
    """

    page: str
    to: str
    fields: Fields = field(default_factory=dict)
    other: Fields | None = None
    notes: bool = True
    look: Sent | None = None
    file: str = ""


DIRECTORY, POLICY, NOTICE, PRIVACY = (
    f"/console/{room}" for room in ("directory", "policy", "notice", "privacy")
)
MEETING, TABLE = "/console/meeting", "/console/meeting/{meeting}"
FRIDAY = {"date": "2026-11-27", "time": "15:00", "place": "二楼"}
SHIFT = {"person": "lilei", "grid": "east-2", "date": "2026-11-28", "from": "20:00", "to": "08:00"}
WANG = Sent(f"{DIRECTORY}/person/wangfang", f"{DIRECTORY}/person/wangfang", {"phone": "139"}, notes=False)
ORDINARY = Sent(f"{POLICY}/edit/ordinary", f"{POLICY}/edit/ordinary", {"resolve": "2h"}, notes=False)

FORMS: dict[str, Sent] = {
    "POST /console/tickets/{number:int}/act": Sent(
        "/console/tickets/1024", "/console/tickets/1024/act",
        {"do": "add", "words": "又闪了"}, {"do": "add", "words": "全灭了"},
    ),
    "POST /console/tickets/{number:int}/contact": Sent("/console/tickets/1024", "/console/tickets/1024/contact"),
    "POST /console/sessions": Sent("/console/sessions", "/console/sessions", {"session": "others"}),
    "POST /console/ledger/proof": Sent("/console/ledger", "/console/ledger/proof"),
    "POST /console/exports": Sent("/console/exports", "/console/exports", {"format": "csv"}, {"format": "xlsx"}),
    "POST /console/meeting/act": Sent(MEETING, f"{MEETING}/act", {"do": "call"} | FRIDAY, {"do": "open"}),
    "POST /console/meeting/{id}/act": Sent(
        TABLE, f"{TABLE}/act", {"do": "here", "others": "吴婆"}, {"do": "here", "others": "城管"}
    ),
    "POST /console/notice": Sent(NOTICE, NOTICE, {"notice": "周三停水"}, {"notice": "周四停水"}),
    "POST /console/notice/preview": Sent(NOTICE, f"{NOTICE}/preview", {"notice": "周三停水"}, notes=False),
    "POST /console/notice/duty": Sent(NOTICE, f"{NOTICE}/duty", SHIFT, SHIFT | {"from": "21:00"}),
    "POST /console/notice/duty/swap": Sent(
        NOTICE, f"{NOTICE}/duty/swap",
        {"duty": "{first}", "date": "2026-11-22", "person": "lilei"},
        {"duty": "{second}", "date": "2026-11-23", "person": "lilei"},
    ),
    "POST /console/notice/duty/remove": Sent(
        NOTICE, f"{NOTICE}/duty/remove", {"duty": "{first}"}, {"duty": "{second}"}
    ),
    "POST /console/privacy/retention": Sent(PRIVACY, f"{PRIVACY}/retention", {"words": "400"}, {"words": "401"}),
    "POST /console/privacy/find": Sent(PRIVACY, f"{PRIVACY}/find", {"sought": "夏目"}, notes=False),
    "POST /console/privacy/person": Sent(
        PRIVACY, f"{PRIVACY}/person",
        {"person": "r-xiamu", "reason": "本人来信"}, {"person": "r-xiamu", "reason": "法院来函"},
    ),
    "POST /console/privacy/erase": Sent(
        PRIVACY, f"{PRIVACY}/erase",
        {"person": "r-xiamu", "reason": "本人来信", "sure": "yes"}, {"person": "r-chen"},
    ),
    "POST /console/directory/invite": Sent(
        DIRECTORY, f"{DIRECTORY}/invite",
        {"role": "grid_leader", "grid": "east-1"}, {"role": "grid_leader", "grid": "east-2"},
    ),
    "POST /console/directory/file": Sent(
        f"{DIRECTORY}?show=file", f"{DIRECTORY}/file", file=HALL.replace("西村", "西新村"), notes=False
    ),
    "POST /console/directory/new/{table}": Sent(
        f"{DIRECTORY}/new/person", f"{DIRECTORY}/new/person", {"name": "吴婆", "role_resident": "1"}, notes=False
    ),
    "POST /console/directory/{table}/{id}": WANG,
    "POST /console/directory/{table}/{id}/remove": Sent(
        f"{DIRECTORY}/person/hanmei", f"{DIRECTORY}/person/hanmei/remove", notes=False
    ),
    "POST /console/directory/changes/{id}": Sent("", "", look=WANG),
    "POST /console/policy/holidays/{year:int}": Sent(
        f"{POLICY}/holidays/2027", f"{POLICY}/holidays/2027", {"off": "元旦：1月1日至3日放假。"}, notes=False
    ),
    "POST /console/policy/edit/{part}": ORDINARY,
    "POST /console/policy/changes/{id}": Sent("", "", look=ORDINARY),
}  # fmt: skip
"""By method and route, in the order in which they are sent. `notes=False` with what waits for a second look: nothing of
the community is changed before that."""

NOT_TWICE = {
    "POST /console/login": "a link opens the door once, and says so the second time",
    "POST /console/logout": "who has signed out sends no form any more: they are shown the door",
}

HOW_TO = """{missing} has no line in tests/security/console_forms.py.
Add one to FORMS: the page its form stands on, where it goes, what staff fill in, and another of the same page:
    "{missing}": Sent("/console/…", "{path}", {{"words": "…"}}, {{"words": "…"}}),
or to NOT_TWICE, with the reason why it cannot be sent twice."""
