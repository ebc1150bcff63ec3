"""Every address of the console, and how somebody might try to get at a ticket of another grid there. One table.

Whoever adds a route adds its line here; a test says so when they forget.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from starlette.applications import Starlette
from starlette.routing import Route

NUMBER = 987654321
"""The ticket of the second grid. No page has this number by chance."""
PHOTO = "5e" * 32
WORDS = "湖心亭栏杆松动"
NOTE = "换了栏杆螺丝"
REMARK = "水边有孩子在玩"
REPORTER = "r-xiamu"
SECRETS = (str(NUMBER), PHOTO, WORDS, "湖心亭", NOTE, REMARK, "夏目", REPORTER)
"""What nobody of the first grid may ever read."""


@dataclass(frozen=True, slots=True)
class Ask:
    """One request. `form`: what is sent, beside what every form carries. `shows`: staff are shown something of the
    ticket by the very same request, so that nothing is held against nothing. `stream`: it goes on until it is closed."""

    address: str
    shows: bool = False
    form: Mapping[str, str] = field(default_factory=dict)
    stream: bool = False


TRIES: dict[str, list[Ask]] = {
    "GET /console": [Ask("/console", shows=True)],
    "GET /console/live": [Ask("/console/live", shows=True, stream=True)],
    "GET /console/tickets": [
        Ask("/console/tickets", shows=True),
        Ask("/console/tickets?grid=xinhai-east-2", shows=True),
        Ask("/console/tickets?show=all&compound=xinhai-east", shows=True),
    ],
    "GET /console/tickets/{number:int}": [Ask(f"/console/tickets/{NUMBER}", shows=True)],
    "GET /console/tickets/{number:int}/live": [
        Ask(f"/console/tickets/{NUMBER}/live", shows=True, stream=True),
        Ask("/console/tickets/1024/live", stream=True),
    ],
    "POST /console/tickets/{number:int}/act": [
        Ask(f"/console/tickets/{NUMBER}/act", form={"do": "add", "words": "x"}),
        Ask(f"/console/tickets/{NUMBER}/act", form={"do": "resolve"}, shows=True),
        Ask("/console/tickets/1024/act", form={"do": "merge", "number": str(NUMBER), "sure": "yes"}),
    ],
    "POST /console/tickets/{number:int}/contact": [Ask(f"/console/tickets/{NUMBER}/contact", shows=True)],
    "GET /console/tickets/{number:int}/photos/{sha256}": [
        Ask(f"/console/tickets/{NUMBER}/photos/{PHOTO}"),
        Ask(f"/console/tickets/1024/photos/{PHOTO}"),
    ],
    "GET /console/sessions": [Ask("/console/sessions")],
    "POST /console/sessions": [Ask("/console/sessions", form={"person": "lilei", "session": "x"})],
    "GET /console/login": [Ask("/console/login")],
    "POST /console/login": [Ask("/console/login", form={"token": "guess"})],
    "POST /console/logout": [Ask("/console/logout", form={"csrf": "forged"})],
    "GET /console/meeting/{id}/minutes.{form}": [
        Ask("/console/meeting/jinghe-m1/minutes.docx"),
        Ask("/console/meeting/jinghe-m1/minutes.pdf"),
    ],
    "GET /console/ledger": [
        Ask("/console/ledger", shows=True),
        Ask(f"/console/ledger?ticket={NUMBER}"),
        Ask("/console/ledger?grid=xinhai-east-2"),
    ],
    "GET /console/ledger/proof": [Ask("/console/ledger/proof")],
    "POST /console/ledger/proof": [Ask("/console/ledger/proof")],
    "GET /console/exports": [Ask("/console/exports?grid=xinhai-east-2")],
    "POST /console/exports": [
        Ask("/console/exports", form={"format": "csv"}),
        Ask("/console/exports", form={"format": "xlsx", "grid": "xinhai-east-2"}),
    ],
    "GET /console/exports/{id}": [Ask("/console/exports/x")],
    "GET /console/exports/{id}/file": [Ask("/console/exports/x/file")],
    "GET /console/figures": [Ask("/console/figures"), Ask("/console/figures?grid=xinhai-east-2")],
    "GET /console/figures.csv": [Ask("/console/figures.csv"), Ask("/console/figures.csv?grid=xinhai-east-2")],
    "GET /console/meeting": [Ask("/console/meeting", shows=True)],
    "POST /console/meeting/act": [Ask("/console/meeting/act", form={"do": "call"})],
    "GET /console/meeting/{id}": [Ask("/console/meeting/x")],
    "GET /console/meeting/{id}/live": [Ask("/console/meeting/x/live")],
    "POST /console/meeting/{id}/act": [Ask("/console/meeting/x/act", form={"number": str(NUMBER)})],
    "GET /console/notice": [Ask("/console/notice"), Ask("/console/notice?compound=xinhai-east")],
    "POST /console/notice": [Ask("/console/notice", form={"compound": "xinhai-east"})],
    "POST /console/notice/preview": [Ask("/console/notice/preview", form={"compound": "xinhai-east"})],
    "GET /console/notice/sheets": [Ask("/console/notice/sheets?compound=xinhai-east")],
    "POST /console/notice/duty": [Ask("/console/notice/duty", form={"grid": "xinhai-east-2"})],
    "POST /console/notice/duty/remove": [Ask("/console/notice/duty/remove", form={"grid": "xinhai-east-2"})],
    "POST /console/notice/duty/swap": [Ask("/console/notice/duty/swap", form={"grid": "xinhai-east-2"})],
    "GET /console/privacy": [Ask("/console/privacy")],
    "POST /console/privacy/retention": [Ask("/console/privacy/retention")],
    "POST /console/privacy/find": [Ask("/console/privacy/find", form={"q": "夏目", "name": "夏目"})],
    "POST /console/privacy/person": [Ask("/console/privacy/person", form={"person": REPORTER})],
    "POST /console/privacy/erase": [Ask("/console/privacy/erase", form={"person": REPORTER, "sure": "yes"})],
    "GET /console/directory": [Ask("/console/directory"), Ask(f"/console/directory?q={WORDS}")],
    "POST /console/directory/invite": [Ask("/console/directory/invite")],
    "GET /console/directory/file.{kind}": [
        Ask("/console/directory/file.xlsx"),
        Ask("/console/directory/file.toml"),
    ],
    "POST /console/directory/file": [Ask("/console/directory/file")],
    "GET /console/directory/new/{table}": [Ask("/console/directory/new/person")],
    "POST /console/directory/new/{table}": [Ask("/console/directory/new/person")],
    "GET /console/directory/{table}/{id}": [Ask("/console/directory/grid/xinhai-east-2")],
    "POST /console/directory/{table}/{id}": [Ask("/console/directory/grid/xinhai-east-2")],
    "POST /console/directory/{table}/{id}/remove": [Ask("/console/directory/grid/xinhai-east-2/remove")],
    "GET /console/directory/changes/{id}": [Ask("/console/directory/changes/x")],
    "POST /console/directory/changes/{id}": [Ask("/console/directory/changes/x")],
    "GET /console/policy": [Ask("/console/policy")],
    "GET /console/policy/edit/{part}": [Ask("/console/policy/edit/ordinary")],
    "POST /console/policy/edit/{part}": [Ask("/console/policy/edit/ordinary")],
    "GET /console/policy/holidays/{year:int}": [Ask("/console/policy/holidays/2027")],
    "POST /console/policy/holidays/{year:int}": [Ask("/console/policy/holidays/2027", form={"days": WORDS})],
    "GET /console/policy/changes/{id}": [Ask("/console/policy/changes/x")],
    "POST /console/policy/changes/{id}": [Ask("/console/policy/changes/x")],
    "GET /console/policy/changes/{id}/what-if": [Ask("/console/policy/changes/x/what-if")],
}
"""By method and route: what is tried there."""

HOW_TO = """{missing} has no line in tests/security/console_routes.py.
Add one to TRIES: the ways in which a leader might reach ticket #{number} of another grid through it, such as
    "{missing}": [Ask("{path}?q=…", shows=True)],
`shows=True` where staff are shown something of that ticket by the same request; `form={{…}}` for what a POST sends
beside csrf and once; `stream=True` for what goes on until it is closed."""


def routes_of(app: Starlette) -> list[tuple[str, str]]:
    """Return (method, path) of everything in the console."""
    return [
        (method, route.path)
        for route in app.routes
        if isinstance(route, Route) and route.path.split("/")[1] == "console"
        for method in sorted((route.methods or set()) - {"HEAD"})
    ]
