"""Every page of the console, and the public notice board: who asks for it, and how."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

import httpx
from starlette.applications import Starlette

from benchmarks.registry import LEADER, PROPERTY, STAFF
from benchmarks.registry_life import PAST, SITTING

POLICY = "/console/policy/edit/ordinary"


@dataclass(frozen=True, slots=True)
class Page:
    """`form`: what is sent there, beside what every form carries; None where the page is just opened."""

    name: str
    person: str
    path: str
    form: Mapping[str, str] | None = field(default=None)


def _pages(person: str, paths: Mapping[str, str]) -> tuple[Page, ...]:
    return tuple(Page(name, person, path) for name, path in paths.items())


PAGES = (
    *_pages(
        STAFF,
        {
            "board, staff": "/console",
            "board of one compound": "/console?compound=c3",
            "newest": "/console/tickets",
            "most urgent": "/console/tickets?show=open",
            "overdue": "/console/tickets?show=open&late=1",
            "missed a time, not done": "/console/tickets?missed=1",
            "one grid's noise": "/console/tickets?grid=g7&category=noise",
            "a word that is there": "/console/tickets?q=电梯",
            "a word that is nowhere": "/console/tickets?q=鹦鹉",
            "four words that are nowhere": "/console/tickets?q=鹦鹉 电梯 老人 没有",
            "a ticket": "/console/tickets/{ticket}",
            "ledger": "/console/ledger",
            "ledger of a year": "/console/ledger?when=2026",
            "ledger, one grid's noise": "/console/ledger?grid=g7&category=noise",
            "ledger proof": "/console/ledger/proof",
            "exports": "/console/exports",
            "figures of this month": "/console/figures",
            "figures of this year": "/console/figures?period=year",
            "figures of two years": "/console/figures?period=days&from=2025-01-01&to=2026-12-31",
            "figures of a year's noise": "/console/figures?period=year&category=noise&by=compound",
            "figures of a compound's year": "/console/figures?period=year&place=compound/c3",
            "figures of this year, sheet": "/console/figures.csv?period=year",
            "meetings and the queue": "/console/meeting",
            "a meeting under way": f"/console/meeting/{SITTING}",
            "a meeting that was held": f"/console/meeting/{PAST}",
            "minutes, Word": f"/console/meeting/{PAST}/minutes.docx",
            "minutes, PDF": f"/console/meeting/{PAST}/minutes.pdf",
            "notice board, staff's side": "/console/notice",
            "notice board, one compound": "/console/notice?compound=c3",
            "notice board, sheets": "/console/notice/sheets?compound=c3",
            "sessions": "/console/sessions",
            "directory": "/console/directory",
            "directory, places": "/console/directory?show=places",
            "directory, chats": "/console/directory?show=chats",
            "directory, file": "/console/directory?show=file",
            "directory, a name": "/console/directory?q=王3",
            "directory, a grid": "/console/directory/grid/g7",
            "directory, a new person": "/console/directory/new/person",
            "directory as a file": "/console/directory/file.toml",
            "policy": "/console/policy",
            "policy, a form": POLICY,
            "policy, a year's holidays": "/console/policy/holidays/2027",
            "policy, the second look": "{change}",
            "policy, what if": "{change}/what-if",
            "privacy": "/console/privacy",
            "privacy, who saw": "/console/privacy?act=see",
            "public notice board": "/board/c3",
            "public notice board, sheet": "/board/c3?print=1",
        },
    ),
    *_pages(
        LEADER,
        {
            "board, a grid's leader": "/console",
            "a leader's oldest page": "/console/tickets?after=1500",
            "ledger, a grid's leader": "/console/ledger",
            "figures of a leader's year": "/console/figures?period=year",
        },
    ),
    Page("a property worker's word that is nowhere", PROPERTY, "/console/tickets?q=鹦鹉"),
    Page("privacy, residents found", STAFF, "/console/privacy/find", {"sought": "梅姨4"}),
    Page("notice board, preview", STAFF, "/console/notice/preview", {"compound": "c3", "notice": "周六停水"}),
)
"""Whoever builds a page adds it here; a test says so when they forget."""

NOT_PAGES = frozenset(
    {
        "/console/live",
        "/console/meeting/{id}/live",
        "/console/tickets/{number:int}/live",
        "/console/login",
        "/console/exports/{id}",
        "/console/exports/{id}/file",
        "/console/tickets/{number:int}/photos/{sha256}",
        "/console/directory/changes/{id}",
    }
)
"""Streams, files made beside, photos, the door; a change of the directory is looked at as one of the policy is."""


async def signed_in(browser: httpx.AsyncClient, link: str) -> None:
    await browser.post("/console/login", data={"token": link.partition("token=")[2]})


def carried(page: str) -> dict[str, str]:
    """Return what every form of a page carries."""
    return dict(re.findall(r'name="(csrf|once)" value="([^"]+)"', page))


async def prepared(app: Starlette, browser: httpx.AsyncClient, ticket: int) -> dict[str, str]:
    """Return what stands in the addresses in {}: a ticket's number, and a change of the policy, proposed and tried."""
    page = (await browser.get(POLICY)).text
    proposed = await browser.post(POLICY, data=carried(page) | {"accept": "10m", "resolve": "2h"})
    change = proposed.headers["location"]
    await browser.get(f"{change}/what-if")
    await app.state.runner.look()
    return {"ticket": str(ticket), "change": change}
