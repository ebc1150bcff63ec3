"""/console/tickets/1024: one ticket with its whole story, who was told, and every act that can be done now."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from bot.web.console import acts, ticket_page
from bot.web.console.acts import DOINGS, Doing, Lacking
from bot.web.console.answered import answer_to, done_by
from bot.web.console.following import fresh
from bot.web.console.leaves import Leaves, OpenLeaf, act_html, act_id, drawn, leaf_of
from bot.web.console.office import Asking, Office, act_key
from bot.web.console.once import first_time
from bot.web.console.ticket_page import Leaf
from bot.web.console.watching import since_of, streamed
from bot.web.photos import SHA256
from bot.web.say import NONCE
from bot.web.uploads import Form, keep_photos
from handlers import places
from handlers.commands import Verb
from handlers.desk import personal
from handlers.sight import Chamber
from storage.records import Ticket
from storage.turn import Turn

ADDRESS = "/console/tickets/{number:int}"


def routes(office: Office) -> list[BaseRoute]:
    leaves = Leaves(office)
    office.watching.append(leaves)
    room = TicketRoom(office, leaves)
    return [
        Route(ADDRESS, room.show, methods=["GET"]),
        Route(f"{ADDRESS}/live", room.live, methods=["GET"]),
        Route(f"{ADDRESS}/act", room.act, methods=["POST"]),
        Route(f"{ADDRESS}/contact", room.contact, methods=["POST"]),
        Route(f"{ADDRESS}/photos/{{sha256}}", room.photo, methods=["GET"]),
    ]


class TicketRoom:
    """Whoever may not see a ticket is answered as if there were none."""

    def __init__(self, office: Office, leaves: Leaves) -> None:
        self._office, self._leaves = office, leaves

    # --- looking ----------------------------------------------------------------------------------------------------

    async def show(self, request: Request) -> Response:
        """GET: the page. `done`: the act just done, whose answer stands above it; `lost`: photos that were not kept."""
        asking = await self._office.asked(request, Chamber.BOARD)
        async with self._office.store.view() as turn:
            leaf = await self._leaf(turn, asking, request)
            says = await answer_to(turn, asking, request.query_params.get("done", ""))
        lost = request.query_params.get("lost", "")
        if lost.isdecimal() and int(lost[:2]) > 0:
            says += "\n" + asking.word("ticket.photos_lost", count=int(lost[:2]))
        return self._page(asking, leaf, says=says.strip())

    async def live(self, request: Request) -> Response:
        """GET …/live: what changes on the page, as long as its reader may see it."""
        asking = await self._office.asked(request, Chamber.BOARD)
        async with self._office.store.view() as turn:
            ticket = await self._ticket(turn, asking, request)
        return streamed(self._leaves.events(OpenLeaf(request, ticket.id), since_of(request)))

    async def photo(self, request: Request) -> Response:
        """GET …/photos/SHA256: a photo of a ticket that the reader sees."""
        asking = await self._office.asked(request, Chamber.BOARD)
        sha256 = request.path_params["sha256"]
        async with self._office.store.view() as turn:
            ticket = await self._ticket(turn, asking, request)
            kept = {one.sha256 for one in await turn.media.of(ticket.id)}
        path = self._office.media.path(sha256) if SHA256.fullmatch(sha256) and sha256 in kept else None
        if path is None or not path.exists():
            raise HTTPException(404)
        return FileResponse(path, headers={"cache-control": "private, max-age=86400, immutable"})

    async def contact(self, request: Request) -> Response:
        """POST …/contact: who reported it and where they live, unmasked; that it was looked at stands in the ledger."""
        asking, form = await self._office.sent(request, Chamber.BOARD)
        async with self._office.store.turn() as turn:
            await turn.hold([asking.community.id])
            ticket = await self._ticket(turn, asking, request)
            try:
                again = not await first_time(turn, asking, form, of=f"contact:{ticket.id}")
                contact = await personal.see(turn, asking.sight, ticket, asking.now, again=again)
            except personal.NotYours as no:
                raise HTTPException(403, "console.not_yours") from no
            await turn.flush()
            leaf = await self._leaf(turn, asking, request)
        return self._page(asking, leaf, contact=contact)

    # --- acting -----------------------------------------------------------------------------------------------------

    async def act(self, request: Request) -> Response:
        """POST …/act: give the order that the form stands for. What was written is never lost: it comes back with what
        is missing, or with what somebody else has done meanwhile."""
        asking, form = await self._office.changing(request, Chamber.BOARD)
        doing = DOINGS.get(Verb(form.get("do"))) if form.get("do") in set(Verb) else None
        if doing is None or not NONCE.fullmatch(form.get("once")):
            raise HTTPException(400)
        async with self._office.store.view() as turn:
            leaf = await self._leaf(turn, asking, request)
        try:
            order = acts.order_of(doing, leaf.ticket.number, form)
        except Lacking as lacking:
            return self._again(asking, leaf, doing, form, asking.word(lacking.why))
        if (meanwhile := _meanwhile(leaf, asking, form)) and not await self._done_already(
            asking, form, order
        ):
            return self._again(
                asking, leaf, doing, form, asking.word("ticket.meanwhile", what=meanwhile), 409
            )
        pieces, refused = await keep_photos(self._office.media, form.files)
        if refused and not pieces and not form.get("words").strip():
            return self._again(
                asking, leaf, doing, form, asking.word("ticket.photos_lost", count=len(refused))
            )
        await self._office.act(asking, form, order, pieces)
        done = done_by(asking, form, order, pieces)
        lost = f"&lost={len(refused)}" if refused else ""
        return RedirectResponse(f"/console/tickets/{leaf.ticket.number}?done={done}{lost}", 303)

    async def _done_already(self, asking: Asking, form: Form, order: str) -> bool:
        """True for a form that was sent twice, as far as it can be told without its photos."""
        key = act_key(asking, form, order)
        async with self._office.store.view() as turn:
            return key in await turn.inbox.seen([key])

    # --- pieces -----------------------------------------------------------------------------------------------------

    async def _ticket(self, turn: Turn, asking: Asking, request: Request) -> Ticket:
        """Raises HTTPException 404, for one that is not theirs to see as for one that is not there."""
        number = request.path_params["number"]
        ticket = await turn.tickets.by_number(asking.community.id, number)
        if ticket is None or not asking.sight.sees(ticket):
            raise HTTPException(404)
        return ticket

    async def _leaf(self, turn: Turn, asking: Asking, request: Request) -> Leaf:
        ticket = await self._ticket(turn, asking, request)
        return await leaf_of(turn, asking, ticket)

    def _again(
        self, asking: Asking, leaf: Leaf, doing: Doing, form: Form, says: str, status: int = 422
    ) -> Response:
        """The page once more, with what was written in its form."""
        return self._page(asking, leaf, status=status, says=says, wrote=doing.verb, written=form.fields)

    def _page(
        self,
        asking: Asking,
        leaf: Leaf,
        *,
        status: int = 200,
        says: str = "",
        wrote: Verb | None = None,
        written: Mapping[str, str] | None = None,
        contact: personal.Contact | None = None,
    ) -> Response:
        shown = drawn(self._office, asking, leaf)
        elements = {name: element.html for name, element in shown.elements.items()}
        doings = {group: list(possible) for group, possible in leaf.doings.items()}
        if wrote is not None:
            doing = DOINGS[wrote]
            elements[act_id(doing)] = act_html(self._office, asking, leaf, doing, wrote, written)
            if doing not in doings[doing.group]:
                # It can be done no more, as somebody else was quicker: what was written is still theirs to read.
                doings[doing.group].append(doing)
        known: dict[str, Any] = {
            "elements": {name: fresh(html) for name, html in elements.items()},
            "acts": {group: [act_id(one) for one in several] for group, several in doings.items()},
            "says": says,
            "contact": contact,
            "since": shown.id,
            "pace": self._office.pace,
        }
        if contact is not None:
            known["ways"] = ticket_page.ways_to(contact, asking.language)
            known["contact_place"] = places.words(contact.place, asking.language)
        return self._office.page(asking, "console/ticket.html", status=status, leaf=leaf, **known)


def _meanwhile(leaf: Leaf, asking: Asking, form: Form) -> str:
    """Return what others have done to the ticket since the page was opened, "" for nothing that matters."""
    seen = form.get("seen")[:9]
    happened = leaf.happened_since(int(seen) if seen.isdecimal() else 0, asking.person.id)
    return "；".join(happened[-3:])
