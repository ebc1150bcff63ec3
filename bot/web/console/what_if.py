"""/console/policy/changes/ID/what-if: how a month would have gone; while it is being counted, how far it is."""

from __future__ import annotations

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from bot import what_if_errand
from bot.errands import Runner
from bot.web.console.changes import Changes, session_of
from bot.web.console.office import Asking, Office
from handlers.community import Loaded, Mistakes
from handlers.comparison import comparison_from
from handlers.desk import changing
from handlers.directory_changes import Gone
from handlers.periods import Length, around, day_of
from handlers.sight import Chamber
from handlers.what_if import Late
from handlers.wording import text
from storage.records import Community, Errand, ErrandState, Instant

ADDRESS = "/console/policy/changes/{id}/what-if"
MONTHS_BACK = 12


class WhatIfRoom:
    """It is counted once for a proposal and a month, by whichever process is free, and found by every one."""

    def __init__(self, office: Office, changes: Changes, runner: Runner) -> None:
        self._office, self._changes, self._runner = office, changes, runner

    async def show(self, request: Request) -> Response:
        """GET …/what-if?month=2026-10: the first who asks has it begun; `again`, too, when it broke off."""
        asking = await self._office.asked(request, Chamber.POLICY)
        id = request.path_params["id"]
        change = await self._changes.change(asking, id)
        try:
            _, after, printed = changing.wanted(asking.directory, asking.community.id, change)
        except (Gone, Mistakes) as wrong:
            raise HTTPException(404, "console.change_over") from wrong
        months = last_months(asking.community, asking.now)
        month = request.query_params.get("month", [*months][1])
        if month not in months:
            raise HTTPException(404)
        wanted = what_if_errand.errand(
            (id, session_of(asking)),
            asking.community.id,
            asking.person.id,
            printed,
            months[month],
            now=asking.now,
            asked_at=self._office.wall.now(),
        )
        run = await self._begun(wanted, again="again" in request.query_params)
        return await self._page(asking, id, after, [*months], month, run)

    async def _begun(self, wanted: Errand, *, again: bool) -> Errand:
        async with self._office.store.view() as view:
            run = await view.errands.get(wanted.id)
        if run is None or (again and run.state is ErrandState.FAILED):
            async with self._office.store.turn() as turn:
                await turn.errands.ask(wanted)
            self._runner.ring()
            return wanted
        return run

    async def _page(
        self, asking: Asking, id: str, after: Loaded, months: list[str], month: str, run: Errand
    ) -> Response:
        compared = comparison_from(run.said) if run.state is ErrandState.DONE else None
        async with self._office.store.view() as view:
            tickets = await view.tickets.get_many([one[0] for one in compared.examples] if compared else [])
        language = asking.language
        grids = {grid.id: grid.name for grid in after.grids}
        return self._office.page(
            asking,
            "console/policy_what_if.html",
            id=id,
            month=month,
            months=months,
            run=run,
            compared=compared,
            lates=list(Late),
            category_name=lambda name: text(f"category.{name}", language),
            grid_name=lambda name: grids.get(name, name),
            tickets=tickets,
        )


def last_months(community: Community, now: Instant) -> dict[str, tuple[Instant, Instant]]:
    """Return this month and those before it, by name ("2026-10"), each from its beginning until its end."""
    month = around(Length.MONTH, day_of(now, community.timezone), community.timezone)
    found = {}
    for _ in range(MONTHS_BACK + 1):
        found[month.name] = month.stretch
        month = month.before()
    return found
