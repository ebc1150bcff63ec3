"""/console/policy: by when what must be done: the clocks as a table, and the forms that change them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from bot.errands import Runner
from bot.web.console import entries
from bot.web.console.changes import Changes
from bot.web.console.holidays import years_of
from bot.web.console.office import Asking, Office
from bot.web.console.register import own_people
from bot.web.console.telling import severity_word, spoken, weekly
from bot.web.console.what_if import ADDRESS, WhatIfRoom
from handlers.community import Mistakes, loaded_of, write_community
from handlers.directory_changes import Change, Edit, beside, placed
from handlers.periods import day_of
from handlers.policy import DEFAULT
from handlers.policy_changes import of_category, of_severity
from handlers.policy_table import CLOCKS, write_policy
from handlers.sight import Chamber
from handlers.wording import text
from storage.records import Category, Community, Severity

ROOM = "/console/policy"
RULES = "rules"


def routes(office: Office, changes: Changes, runner: Runner) -> list[BaseRoute]:
    room = PolicyRoom(office, changes)
    return [
        Route(ROOM, room.show, methods=["GET"]),
        Route(f"{ROOM}/edit/{{part}}", room.form, methods=["GET"]),
        Route(f"{ROOM}/edit/{{part}}", room.save, methods=["POST"]),
        Route(ADDRESS, WhatIfRoom(office, changes, runner).show, methods=["GET"]),
    ]


class PolicyRoom:
    """The table, and a form for each row of it."""

    def __init__(self, office: Office, changes: Changes) -> None:
        self._office, self._changes = office, changes

    async def show(self, request: Request) -> Response:
        asking = await self._office.asked(request, Chamber.POLICY)
        community, language = asking.community, asking.language
        policy = community.policy
        return self._office.page(
            asking,
            "console/policy.html",
            clocks=CLOCKS,
            severities=[(one, of_severity(community, one)) for one in Severity],
            categories=[(one, *of_category(community, one)) for one in Category],
            policy=policy,
            handlers={one: self._handler(asking, one) for one in Category},
            spoken=lambda written: spoken(written, language),
            graded=lambda severity: severity_word(severity, language),
            called=lambda category: text(f"category.{category}", language),
            meets=weekly(policy.meeting, language) if policy.meeting else "",
            followers=policy.followers or DEFAULT.followers,
            close_after=spoken(_rules(community)["close_after"] or "3d", language),
            years=years_of(community, day_of(asking.now, community.timezone), language),
            done="done" in request.query_params,
            same="same" in request.query_params,
        )

    def _handler(self, asking: Asking, category: Category) -> str:
        own = asking.community.policy.categories.get(category)
        named = own.handler if own is not None else None
        known = asking.directory.people.get(named or "")
        return known.name if known else named or ""

    async def form(self, request: Request) -> Response:
        asking = await self._office.asked(request, Chamber.POLICY)
        if not asking.sight.manages:
            raise HTTPException(403, "console.only_reads")
        part = _part(request)
        return self._form(asking, part, _values(asking.community, part))

    async def save(self, request: Request) -> Response:
        asking, form = await self._office.changing(request, Chamber.POLICY, managing=True)
        part = _part(request)
        said = _said(part, form)
        loaded = loaded_of(asking.directory, asking.community.id)
        content = write_community(loaded) if loaded else {}
        edits = []
        for (table, id), values in said.items():
            current = content.get(table, {})
            differing = entries.differing(current.get(id, {}) if id else current, values)
            if differing:
                edits.append(Edit(table, id, differing))
        if not edits:
            return RedirectResponse(f"{ROOM}?same=1", 303)
        try:
            return await self._changes.propose(asking, Chamber.POLICY, Change(tuple(edits)))
        except Mistakes as wrong:
            mistakes = [placed(one) for one in wrong.mistakes]
        own: dict[str, list[str]] = {}
        for (table, id), _ in said.items():
            found, mistakes = beside(mistakes, table, id)
            own |= {key: [one.words[asking.language] for one in those] for key, those in found.items()}
        values = {key: value for those in said.values() for key, value in those.items()}
        others = [one.line for one in mistakes]
        return self._form(asking, part, values, own, others, status=422)

    def _form(
        self,
        asking: Asking,
        part: str,
        values: Mapping[str, Any],
        wrong: Mapping[str, list[str]] | None = None,
        others: list[str] | None = None,
        status: int = 200,
    ) -> Response:
        community, language = asking.community, asking.language
        usual: dict[str, str] = {}
        if part in set(Severity):
            bare = replace(community, policy=replace(community.policy, clocks={}))
            usual = {c.value: rule.given for c, rule in of_severity(bare, Severity(part)).items()}
        elif part in set(Category):
            severity, _, _ = of_category(community, Category(part))
            usual = {c.value: rule.given for c, rule in of_severity(community, severity).items()}
        title = asking.word("policy.rules")
        if part in set(Severity):
            title = severity_word(part, language)
        elif part in set(Category):
            title = text(f"category.{part}", language)
        return self._office.page(
            asking,
            "console/policy_form.html",
            status=status,
            part=part,
            title=title,
            clocks=[clock.value for clock in CLOCKS] if part != RULES else [],
            values=entries.filled("policy", values),
            usual=usual,
            wrong=wrong or {},
            others=others or [],
            spoken=lambda written: spoken(str(written), language),
            graded=lambda severity: severity_word(severity, language),
            severities=list(Severity),
            is_category=part in set(Category),
            weekdays=[(day, asking.word(f"policy.day.{day}", time="")) for day in entries.WEEKDAYS],
            people=own_people(asking),
            followers=DEFAULT.followers,
            seats=range(min(len(values.get("representatives") or ()) + 2, entries.MOST_DEPUTIES)),
        )


def _part(request: Request) -> str:
    part: str = request.path_params["part"]
    if part not in {*Severity, *Category, RULES}:
        raise HTTPException(404)
    return part


def _said(part: str, form: Any) -> dict[tuple[str, str], entries.Values]:
    """Return what a form says, by table and entry."""
    if part == RULES:
        own = entries.rules(form)
        return {
            ("policy", "review"): own["policy"],
            ("meeting", ""): own["meeting"],
            ("escalation", ""): own["escalation"],
        }
    if part in set(Severity):
        return {("policy", part): entries.severity(form)}
    return {("category", part): entries.category(form)}


def _rules(community: Community) -> dict[str, Any]:
    content = write_policy(community.policy)
    return {
        "close_after": content.get("policy", {}).get("review", {}).get("close_after"),
        "calendar": community.policy.meeting,
        "followers": community.policy.followers,
        "place": community.policy.meeting_place,
        "representatives": community.policy.representatives,
        "quorum": community.policy.quorum,
    }


def _values(community: Community, part: str) -> Mapping[str, Any]:
    """Return what the community says itself about this part, as its file has it."""
    if part == RULES:
        return _rules(community)
    table = "policy" if part in set(Severity) else "category"
    own: Mapping[str, Any] = write_policy(community.policy).get(table, {}).get(part, {})
    return own
