"""What a person sees in the console, and which of its rooms are open to them. The one place where this is decided.

What they may do to a ticket is decided in access.py, whichever door they come in by.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from storage.records import Directory, Grid, Person, Role, Scope, Ticket


class Chamber(StrEnum):
    """The rooms of the console."""

    BOARD = "board"
    MEETING = "meeting"
    LEDGER = "ledger"
    FIGURES = "figures"
    NOTICE = "notice"
    DIRECTORY = "directory"
    POLICY = "policy"
    PRIVACY = "privacy"


STAFF = frozenset(Chamber)
LIAISON = STAFF - {Chamber.PRIVACY, Chamber.POLICY, Chamber.DIRECTORY}
AUDITOR = frozenset(
    {Chamber.BOARD, Chamber.MEETING, Chamber.LEDGER, Chamber.FIGURES, Chamber.DIRECTORY, Chamber.POLICY}
)
LEADER = frozenset({Chamber.BOARD, Chamber.LEDGER, Chamber.FIGURES, Chamber.NOTICE})
PROPERTY = frozenset({Chamber.BOARD, Chamber.LEDGER, Chamber.FIGURES})


@dataclass(frozen=True, slots=True)
class Sight:
    """What `person` sees of one community. `chambers`: the rooms open to them, none for most people.

    `everything`: the whole community, else the tickets of `grids`. `private`: complaints about people, too. `changes`:
    they may act; who may not only reads. `manages`: the meeting, the directory, the policy and the notice board are
    theirs to change. `personal`: names, phones and rooms of residents are shown when asked for; else they are masked.
    """

    person: Person
    community: str
    grids: tuple[Grid, ...]
    chambers: frozenset[Chamber]
    everything: bool = False
    private: bool = False
    changes: bool = False
    manages: bool = False
    personal: bool = False

    @property
    def scope(self) -> Scope:
        """The same as the queries need it."""
        own = None if self.everything else tuple(grid.id for grid in self.grids)
        return Scope(self.community, own, self.private, self.person.id)

    def sees(self, ticket: Ticket) -> bool:
        """Tell whether this ticket is theirs to see."""
        if ticket.community != self.community:
            return False
        if self.person.id in (ticket.handler, ticket.first_responder):
            return True
        if ticket.private and not self.private:
            return False
        return self.everything or ticket.grid in {grid.id for grid in self.grids}


def sight(person: Person, directory: Directory) -> Sight:
    """Return what the person sees of their community: staff and auditors all of it, leaders and deputies their grids,
    property workers their compounds, others nothing.

    Rights come from the directory alone: whoever left the community file sees nothing any more.
    """
    listed = directory.people.get(person.id)
    if listed is None or listed.community not in directory.communities:
        return Sight(person, person.community, (), frozenset())
    community, roles = listed.community, listed.roles
    every = tuple(grid for grid in directory.grids.values() if grid.community == community)
    if roles & {Role.STAFF, Role.ADMIN}:
        return Sight(listed, community, every, STAFF, True, True, True, True, True)
    if Role.LIAISON in roles:
        return Sight(listed, community, every, LIAISON, True, True, True, personal=True)
    led = tuple(grid for grid in every if listed.id in (grid.leader, *grid.deputies))
    kept = tuple(grid for grid in every if directory.compounds[grid.compound].property == listed.id)
    if Role.AUDITOR in roles:
        return Sight(listed, community, every, AUDITOR, True, True)
    if led:
        return Sight(listed, community, led, LEADER, private=True, changes=True, personal=True)
    if kept:
        return Sight(listed, community, kept, PROPERTY, changes=True, personal=True)
    return Sight(listed, community, (), frozenset())
