"""/console/privacy: what was done with residents' data and by whom, how long it stays, and requests made on paper."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from bot.ledger_lines import told
from bot.web.console.office import Asking, Office
from bot.web.console.once import first_time
from bot.web.console.told import platform_name
from bot.web.uploads import Form
from handlers.desk.erasing import erase_for
from handlers.desk.personal import disclose
from handlers.places import words as place_words
from handlers.sight import Chamber
from handlers.wording import text
from storage.records import DAY, TERMS, Act, Keep, platform_of
from storage.statements import BIGGEST
from storage.tidying import AGES

ADDRESS = "/console/privacy"
LINES = 50
MOST_FOUND = 20
SHORTEST_REASON = 4
SHOWN = (Act.SEE, Act.DISCLOSE, Act.EXPORT, Act.ERASE, Act.EXPIRE)
"""By which acts the list can be narrowed."""
FIXED = {
    "letters": AGES["tidy_letters"],
    "chat": AGES["tidy_web_messages"],
    "answers": AGES["tidy_inbox"],
    "aside": AGES["tidy_set_aside"],
    "examples": AGES["tidy_examples"],
}
"""What is the whole installation's, in ms; as storage/tidying.py has it."""


def routes(office: Office) -> list[BaseRoute]:
    room = Privacy(office)
    return [
        Route(ADDRESS, room.show, methods=["GET"]),
        Route(f"{ADDRESS}/retention", room.keep, methods=["POST"]),
        Route(f"{ADDRESS}/find", room.find, methods=["POST"]),
        Route(f"{ADDRESS}/person", room.give, methods=["POST"]),
        Route(f"{ADDRESS}/erase", room.erase, methods=["POST"]),
    ]


class Privacy:
    def __init__(self, office: Office) -> None:
        self._office = office

    async def show(self, request: Request) -> Response:
        """GET /console/privacy: `act` narrows the list, `before` goes on in it."""
        asking = await self._office.asked(request, Chamber.PRIVACY)
        return await self._page(asking, says=self._done(request))

    def _done(self, request: Request) -> str:
        done = request.query_params.get("done", "")
        return f"privacy.done_{done}" if done in ("erased", "kept") else ""

    async def _page(self, asking: Asking, *, status: int = 200, says: str = "", **more: Any) -> Response:
        query = asking.request.query_params
        act = next((one for one in SHOWN if one == query.get("act")), None)
        before = query.get("before", "")
        mark = int(before) if before.isascii() and before.isdecimal() and len(before) < 16 else BIGGEST
        community = asking.community.id
        async with self._office.store.view() as view:
            entries = await view.personal.lines(community, mark, LINES + 1, act)
            lines = await told(view, asking.directory, entries[:LINES], language=asking.language, masked=True)
            days = await view.retention.days(community)
        return self._office.page(
            asking,
            "console/privacy.html",
            status=status,
            lines=lines,
            older=entries[LINES - 1].seq if len(entries) > LINES else None,
            act=act,
            acts=SHOWN,
            act_word=lambda one: text(f"act.{one}", asking.language),
            keeps=[(keep, days[keep], TERMS[keep]) for keep in Keep],
            keep_word=lambda one: text(f"retention.{one}", asking.language),
            fixed=[(kind, age // DAY) for kind, age in FIXED.items()],
            says=says,
            **{"found": None, "sought": ""} | more,
        )

    async def keep(self, request: Request) -> Response:
        """POST /console/privacy/retention: how many days each kind stays from now on."""
        asking, form = await self._office.changing(request, Chamber.PRIVACY, managing=True)
        chosen = {keep: _days(form.get(keep), keep) for keep in Keep}
        if None in chosen.values():
            return await self._page(asking, status=422, says="privacy.out_of_bounds")
        community = asking.community.id
        async with self._office.store.turn() as turn:
            await turn.hold([community])
            before = await turn.retention.days(community)
            changed = [
                (keep, days) for keep, days in chosen.items() if days is not None and days != before[keep]
            ]
            for keep, days in changed:
                await turn.retention.set(community, keep, days)
            if changed:
                words = [
                    f"{text(f'retention.{keep}', 'zh')} {before[keep]}→{days} 天" for keep, days in changed
                ]
                turn.ledger.note(
                    Act.CHANGE_RETENTION,
                    community,
                    asking.person.id,
                    asking.now,
                    platform="console",
                    reason="，".join(words),
                )
        return RedirectResponse(f"{ADDRESS}?done=kept", 303)

    # --- requests made on paper -----------------------------------------------------------------------------------

    async def find(self, request: Request) -> Response:
        """POST /console/privacy/find: residents by name, phone or account. Not by an address of its own: what is sought
        is personal, and addresses are remembered by browsers."""
        asking, form = await self._office.changing(request, Chamber.PRIVACY, managing=True)
        sought = form.get("sought").strip()[:64]
        async with self._office.store.view() as view:
            found = await view.personal.named(asking.community.id, sought, MOST_FOUND) if sought else []
            accounts = await view.people.accounts_of_many([person.id for person in found])
        platforms = {
            id: sorted({platform_name(platform_of(one.address), asking.language) for one in own})
            for id, own in accounts.items()
        }
        return await self._page(asking, found=found, sought=sought, platforms=platforms)

    async def give(self, request: Request) -> Response:
        """POST /console/privacy/person: show what is stored about somebody who asked for it; it stands in the ledger."""
        asking, form = await self._office.changing(request, Chamber.PRIVACY, managing=True)
        reason = _reason(form)
        if not reason:
            return await self._page(asking, status=422, says="privacy.reason_wanted")
        async with self._office.store.turn() as turn:
            await turn.hold([asking.community.id])
            about = f"give:{form.get('person')}:{reason}"
            again = not await first_time(turn, asking, form, of=about)
            kept = await disclose(
                turn, asking.sight, form.get("person"), asking.now, reason=reason, again=again
            )
        if kept is None:
            return await self._page(asking, status=404, says="privacy.cannot_nobody")
        async with self._office.store.view() as view:
            kept = await view.personal.counted(kept)
        return self._office.page(
            asking,
            "console/privacy_person.html",
            kept=kept,
            home=place_words(kept.person.home, asking.language),
            reason=reason,
        )

    async def erase(self, request: Request) -> Response:
        """POST /console/privacy/erase: erase somebody who asked for it on paper."""
        asking, form = await self._office.changing(request, Chamber.PRIVACY, managing=True)
        reason = _reason(form)
        if not reason or form.get("sure") != "yes":
            return await self._page(
                asking, status=422, says="privacy.reason_wanted" if not reason else "privacy.not_sure"
            )
        async with self._office.store.turn() as turn:
            refusal = await erase_for(
                turn, asking.directory, asking.sight.person, form.get("person"), asking.now, reason
            )
        # Sent twice it has been done, and whoever it was is nobody any more.
        if refusal not in ("", "nobody"):
            return await self._page(asking, status=422, says=f"privacy.cannot_{refusal}")
        return RedirectResponse(f"{ADDRESS}?done=erased", 303)


def _days(written: str, keep: Keep) -> int | None:
    """Return the days, None for what is no number within the kind's bounds."""
    if not (written.isascii() and written.isdecimal() and len(written) <= 5):
        return None
    return int(written) if TERMS[keep].least <= int(written) <= TERMS[keep].most else None


def _reason(form: Form) -> str:
    """Return why, as it will stand in the ledger; "" for too little."""
    reason = form.get("reason").strip()[:200]
    return reason if len(reason) >= SHORTEST_REASON else ""
