"""/console/ledger: the lines of the ledger each may see, the latest first, and the proof that nobody has touched them."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from bot.errands import Runner
from bot.ledger_lines import told
from bot.web.console.ledger_filters import choices, read
from bot.web.console.office import Asking, Office
from bot.web.say import NONCE, new_nonce
from bot.web.uploads import Form
from handlers.sight import Chamber
from storage.records import Errand, ErrandKind, ErrandState
from storage.turn import Turn

LEAF = 50
"""Lines on a page."""
MARK = re.compile(r"([0-9]{1,15})-([0-9]{1,15})")


def routes(office: Office, runner: Runner) -> list[BaseRoute]:
    room = LedgerRoom(office, runner)
    return [
        Route("/console/ledger", room.show, methods=["GET"]),
        Route("/console/ledger/proof", room.proof, methods=["GET"]),
        Route("/console/ledger/proof", room.prove, methods=["POST"]),
    ]


@dataclass(frozen=True, slots=True)
class Badge:
    """What is known of the chain: `last` is the last proof, `now` the one under way or waiting, `failed`: the last one
    asked for came to nothing."""

    last: Errand | None
    now: Errand | None
    failed: bool

    @property
    def percent(self) -> int:
        return 100 * self.now.done // self.now.total if self.now and self.now.total else 0


class LedgerRoom:
    """The page and its badge."""

    def __init__(self, office: Office, runner: Runner) -> None:
        self._office, self._runner = office, runner

    async def show(self, request: Request) -> Response:
        """GET /console/ledger: with the filters, and `before`: where the leaf begins."""
        asking = await self._office.asked(request, Chamber.LEDGER)
        mark = MARK.fullmatch(request.query_params.get("before", ""))
        before = (int(mark[1]), int(mark[2])) if mark else None
        async with self._office.store.view() as view:
            filters = await read(asking, request.query_params, view.people)
            leaf = None if filters.wrong else await view.ledger.latest(filters.sought, before, LEAF)
            lines = await told(
                view,
                asking.directory,
                leaf.entries if leaf else (),
                language=asking.language,
                masked=not asking.sight.personal,
            )
            badge = await _badge(view, asking)
        return self._office.page(
            asking,
            "console/ledger.html",
            lines=lines,
            older=leaf.older if leaf else None,
            whole=len(lines) == LEAF,
            first=before is None,
            filters=filters,
            choices=choices(asking),
            badge=badge,
        )

    async def proof(self, request: Request) -> Response:
        """GET /console/ledger/proof: the badge alone, asked for again and again while a proof is under way."""
        asking = await self._office.asked(request, Chamber.LEDGER)
        return HTMLResponse(await self._fragment(asking))

    async def prove(self, request: Request) -> Response:
        """POST /console/ledger/proof: prove it now, unless that is under way. Whoever reads the ledger may ask."""
        asking, form = await self._office.sent(request, Chamber.LEDGER)
        async with self._office.store.turn() as turn:
            await turn.hold([asking.community.id])
            if (await _badge(turn, asking)).now is None:
                errand = Errand(
                    errand_id(asking, form, "proof"),
                    ErrandKind.VERIFY,
                    asking.community.id,
                    asking.person.id,
                    self._office.wall.now(),
                )
                await turn.errands.ask(errand)
        self._runner.ring()
        if "hx-request" in request.headers:
            return HTMLResponse(await self._fragment(asking))
        return RedirectResponse("/console/ledger", 303)

    async def _fragment(self, asking: Asking) -> str:
        async with self._office.store.view() as view:
            badge = await _badge(view, asking)
        return self._office.fragment(asking, "console/ledger_proof.html", badge=badge, once=new_nonce())


async def _badge(view: Turn, asking: Asking) -> Badge:
    proofs = await view.errands.of(asking.community.id, {ErrandKind.VERIFY})
    return Badge(
        next((one for one in proofs if one.state is ErrandState.DONE), None),
        next((one for one in proofs if one.open), None),
        bool(proofs) and proofs[0].state is ErrandState.FAILED,
    )


def errand_id(asking: Asking, form: Form, what: str) -> str:
    """Return the id of what a form asks for: the same when it is sent twice, another when the page asks for another."""
    once = form.get("once") if NONCE.fullmatch(form.get("once")) else new_nonce()
    return hashlib.sha256(f"{asking.person.id}:{once}:{what}".encode()).hexdigest()[:32]
