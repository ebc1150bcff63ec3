"""Codes that bind an account to a person: an invite makes its user a leader, a property worker, one of the staff."""

from __future__ import annotations

import logging
from dataclasses import replace

from handlers import invites
from handlers.dialogue import reply
from handlers.known import Known, people_with
from handlers.messages import Decision, Inbound, Say
from storage.invites import Invite
from storage.records import HOUR, Account, Person, Role
from storage.turn import Turn

log = logging.getLogger(__name__)

MOST_MISSES = 5
"""Wrong codes an account may try in an hour."""

MOST_MISSES_OF_ALL = 500
"""Wrong codes everybody together may try in an hour: accounts cost nothing, so whoever guesses has many."""


async def bind(turn: Turn, known: Known, inbound: Inbound, code: str) -> Decision:
    if known.account is None or known.speaker is None:
        return Decision(letters=(reply(inbound, Say("access.who_are_you")),))
    if not code:
        return Decision(letters=(reply(inbound, Say("bind.how")),))
    if await turn.invites.misses(known.account, known.now - HOUR) >= MOST_MISSES:
        return Decision(letters=(reply(inbound, Say("bind.too_many")),))
    if await turn.invites.misses_of_all(known.now - HOUR) >= MOST_MISSES_OF_ALL:
        log.warning("invite codes are being guessed: none is taken until an hour is over")
        return Decision(letters=(reply(inbound, Say("bind.guessed")),))
    invite = await turn.invites.take(invites.code_hash(code), known.now)
    if invite is None:
        await turn.invites.note_miss(known.account, known.now)
        return Decision(letters=(reply(inbound, Say("bind.wrong")),))
    person = invited(known, invite)
    await turn.people.save(person)
    await turn.people.bind(Account(known.account, person.id, known.now, True if inbound.private else None))
    grid = known.directory.grids.get(invite.grid or "")
    community = known.directory.communities[invite.community]
    pieces = {
        "person": person.name,
        "role": {"text": f"role.{invite.role}"},
        "where": grid.name if grid else community.name,
    }
    return Decision(letters=(reply(inbound, Say("bind.done", pieces)),))


def invited(known: Known, invite: Invite) -> Person:
    """Return whom the code makes its user: the listed person of that role who waits for an account, or a new one.

    A grid has one leader and a compound one property person: a further account is theirs, too. Otherwise somebody
    listed for the place without any account; if there is not exactly one, the user comes to the list themselves.
    """
    directory = known.directory
    grid = directory.grids.get(invite.grid or "")
    if grid is not None and invite.role is Role.GRID_LEADER:
        return directory.people[grid.leader]
    if grid is not None and invite.role is Role.PROPERTY:
        office = directory.people.get(directory.compounds[grid.compound].property or "")
        if office is not None:
            return office
    waiting = [
        directory.people[id]
        for id in people_with(directory, invite.community, invite.role)
        if not directory.accounts.get(id)
    ]
    if len(waiting) == 1:
        return waiting[0]
    assert known.speaker is not None
    listed = invite.role is not Role.RESIDENT
    return replace(
        known.speaker,
        community=invite.community,
        roles=known.speaker.roles | {invite.role},
        home_grid=invite.grid or known.speaker.home_grid,
        listed=listed or known.speaker.listed,
    )
