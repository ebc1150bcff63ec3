"""The rooms of the console and their addresses, in the order of the menu."""

from __future__ import annotations

from starlette.routing import BaseRoute

from bot.errands import Runner
from bot.web.console import (
    board,
    directory,
    exports,
    figures,
    holidays,
    ledger,
    listing,
    meeting,
    minutes,
    notice,
    policy,
    privacy,
    sessions,
    ticket,
)
from bot.web.console.changes import Changes
from bot.web.console.office import Office
from handlers.sight import Chamber

ADDRESSES: dict[Chamber, str] = {
    Chamber.BOARD: "/console",
    Chamber.MEETING: "/console/meeting",
    Chamber.LEDGER: "/console/ledger",
    Chamber.FIGURES: "/console/figures",
    Chamber.NOTICE: "/console/notice",
    Chamber.DIRECTORY: "/console/directory",
    Chamber.POLICY: "/console/policy",
    Chamber.PRIVACY: privacy.ADDRESS,
}
"""Where the menu leads; a room that is not here yet is not in the menu."""


def routes(office: Office, runner: Runner) -> list[BaseRoute]:
    """Return the routes of every room, and tell the office where its menu leads. `runner` does what takes long."""
    office.addresses = ADDRESSES
    changes = Changes(office)
    return [
        *board.routes(office),
        *listing.routes(office),
        *minutes.routes(office),
        *meeting.routes(office),
        *ledger.routes(office, runner),
        *exports.routes(office, runner),
        *figures.routes(office),
        *notice.routes(office),
        *sessions.routes(office),
        *changes.routes(),
        *directory.routes(office, changes),
        *policy.routes(office, changes, runner),
        *holidays.routes(office, changes),
        *privacy.routes(office),
        *ticket.routes(office),
    ]
