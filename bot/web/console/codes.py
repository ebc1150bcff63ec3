"""Invite codes from the console: for a role, or for somebody of the directory. Shown once, kept only as a hash."""

from __future__ import annotations

import hmac

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from bot.web.console.office import Asking, Office
from bot.web.login import SESSION_COOKIE
from bot.web.say import NONCE
from bot.web.uploads import Form
from handlers.invites import IN_A_GRID, ROLES, VALID_FOR, code_hash, foremost, grid_led, in_groups, new_code
from handlers.sight import Chamber
from handlers.wording import text
from storage.records import Role


class Codes:
    """POST /console/directory/invite."""

    def __init__(self, office: Office) -> None:
        self._office = office

    def routes(self) -> list[BaseRoute]:
        return [Route("/console/directory/invite", self.invite, methods=["POST"])]

    async def invite(self, request: Request) -> Response:
        """Make a code and show it. A form sent twice shows the same code again: the first answer may never be seen."""
        asking, form = await self._office.changing(request, Chamber.DIRECTORY, managing=True)
        once = form.get("once")
        if not NONCE.fullmatch(once):
            raise HTTPException(400)
        role, grid, person = _whom(asking, form)
        what = f"{once} {role} {grid} {person}"
        code = _code(request.cookies[SESSION_COOKIE], what)
        # All forms of a page carry the same `once`: a code for somebody else is another one.
        hashed, key = code_hash(code), f"console:{asking.person.id}:invite:{what}"
        expires_at = self._office.wall.now() + VALID_FOR
        async with self._office.store.turn() as turn:
            await turn.hold([asking.community.id])
            if not await turn.inbox.seen([key]):
                await turn.invites.create(hashed, role, grid, asking.community.id, expires_at, person)
                turn.inbox.keep(key, asking.now, {"invite": True})
        return self._office.page(
            asking,
            "console/directory_code.html",
            code=in_groups(code),
            link=f"{self._office.pages.site.public_url or str(request.base_url).rstrip('/')}/chat?invite={code}",
            role_word=text(f"role.{role}", asking.language),
            grid=asking.directory.grids[grid] if grid else None,
            person=asking.directory.people[person] if person else None,
            expires_at=expires_at,
        )


def _whom(asking: Asking, form: Form) -> tuple[Role, str | None, str | None]:
    """Return the role, grid and person of the code. Raises HTTPException 400, 404."""
    directory, community = asking.directory, asking.community.id
    if id := form.get("person"):
        person = directory.people.get(id)
        if person is None or person.community != community:
            raise HTTPException(404)
        return foremost(person), grid_led(person, directory.grids.values()), id
    if form.get("role") not in {role.value for role in ROLES}:
        raise HTTPException(400)
    role, grid = Role(form.get("role")), form.get("grid") or None
    if grid is not None and (grid not in directory.grids or directory.grids[grid].community != community):
        raise HTTPException(404)
    if role in IN_A_GRID and grid is None:
        raise HTTPException(400, "console.code_needs_grid")
    return role, grid if role in IN_A_GRID else None, None


def _code(session: str, what: str) -> str:
    """Return a code nobody can guess, and always the same for one form of a session: 256 bits of a keyed hash."""
    bits = int.from_bytes(hmac.digest(session.encode(), what.encode(), "sha256"))

    def below(most: int) -> int:
        nonlocal bits
        bits, digit = divmod(bits, most)
        return digit

    return new_code(below)
