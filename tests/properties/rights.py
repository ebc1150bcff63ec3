"""Who may do what: a table, written from the field's own words and not from the program's rules."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tests.properties.replay import Matter

Row = Mapping[str, Any]

WORKERS = {"handler", "leader", "deputy", "staff", "liaison"}
STAFF = {"staff", "liaison"}

TABLE: dict[str, Collection[str]] = {
    # What everybody may, to what is not private.
    "report": {"anybody", "hidden"},
    "follow": {"neighbour", "reports again"},
    "add": {"neighbour", "reports again", "follower", "reporter", *WORKERS},
    "urge": {"follower", "reporter", "leader", "deputy", *STAFF},
    # What only the one may who reported it.
    "withdraw": {"reporter"},
    "object": {"reporter"},
    "rate": {"reporter"},
    "close": {"reporter", "time is over"},
    "reopen": {"reporter", "said again", *STAFF},
    # The work.
    "accept": {*WORKERS, "property called"},
    "arrive": {*WORKERS, "property called"},
    "plan": {*WORKERS, "property called"},
    "resolve": {*WORKERS, "property called"},
    "transfer": WORKERS,
    "ask_time": WORKERS,
    "pause": WORKERS,
    "resume": {*WORKERS, "time is over", "said danger"},
    "refer": WORKERS,
    "decline": {"leader", *STAFF},
    "dismiss": {"leader", "deputy", *STAFF},
    "merge": {"leader", "deputy", *STAFF},
    "reclass": {"leader", "deputy", *STAFF},
    # What staff decide.
    "reassign": {*STAFF, "deputy alarmed"},
    "grant_time": STAFF,
    "refuse_time": STAFF,
    "supervise": STAFF,
    "queue": {*STAFF, "clock"},
    "decide": {"staff"},
    "retime": {"staff"},
    "defer": {"staff"},
    "refer_out": {"staff"},
    "list": {"staff"},
    # What nobody does.
    "regrade": {"said danger"},
    "remind": {"clock"},
    "alert": {"clock"},
    "street": {"clock"},
    "unreachable": {"clock"},
    "untold": {"clock"},
    "told": {"clock"},
}


@dataclass(frozen=True)
class Office:
    """The rows the rights of people come from, as they stand now."""

    people: Mapping[str, Row]
    grids: Mapping[str, Row]
    compounds: Mapping[str, Row]

    def capacities(self, person: str, matter: Matter, ticket: Row, calls: bool) -> set[str]:
        """In which capacities a person stands before a ticket. `calls`: it is an emergency or its alert was given."""
        who = self.people.get(person)
        community = who["community"] if who is not None else ""
        mine = person == matter.reporter
        if community and community != ticket["community"]:
            assert who is not None
            return self._visitor(who, matter, ticket)
        found = {"anybody"} | ({"reporter"} if mine else set())
        found |= {"follower"} if person in matter.followers else set()
        found |= {"neighbour"} if not ticket["private"] and not mine else set()
        if who is not None and who["listed"]:
            found |= self._offices(who, matter, ticket, calls)
        return found

    def _visitor(self, who: Row, matter: Matter, ticket: Row) -> set[str]:
        """At home elsewhere. Whoever reports what is reported already joins it, or adds to it; to do more than that they
        may hold no office anywhere."""
        mine, joined = who["id"] == matter.reporter, who["id"] in matter.followers
        found = {"anybody"} | ({"reports again"} if mine or joined or not ticket["private"] else set())
        if not who["listed"]:
            found |= ({"reporter"} if mine else set()) | ({"follower"} if joined else set())
        return found

    def _offices(self, who: Row, matter: Matter, ticket: Row, calls: bool) -> set[str]:
        roles, found = set(json.loads(who["roles"])), set()
        if roles & {"staff", "admin"}:
            found.add("staff")
        if "liaison" in roles:
            found.add("liaison")
        if who["id"] in (matter.handler, matter.first_responder):
            found.add("handler")
        grid = self.grids.get(ticket["grid"])
        if grid is not None:
            if who["id"] == grid["leader"]:
                found.add("leader")
            elif who["id"] in json.loads(grid["deputies"]):
                alarmed = matter.state == "reported" and matter.level >= 2
                found |= {"deputy", "deputy alarmed"} if alarmed else {"deputy"}
            works_here = self.compounds[grid["compound"]]["property"] == who["id"]
            if works_here and not ticket["private"] and (matter.state != "reported" or calls):
                found.add("property called")
        return found


def trespass(line: Row, before: Matter, ticket: Row, office: Office, sofar: Sequence[Row]) -> str:
    """Say what is wrong when `line` was written for somebody who had no right to its act; "" when all is well.

    `before` is the ticket as it stood; `sofar` are the lines of the same instant before this one.
    """
    emergency = ticket["severity"] == "emergency"
    capacities: set[str]
    if line["person"]:
        capacities = office.capacities(line["person"], before, ticket, emergency or before.level >= 2)
        said = [one for one in sofar if one["person"] == line["person"] and one["act"] in ("add", "follow")]
        capacities |= {"said danger"} if said and emergency else set()
        # Whoever may add to it may say that the fault has come again.
        again = line["reason"] == "again" and capacities & set(TABLE["add"])
        capacities |= {"said again"} if again else set()
        if line["act"] == "follow" and line["reason"]:
            capacities |= {"neighbour"} if capacities & {"leader", "deputy", *STAFF} else set()
    else:
        capacities = {"hidden", "clock"}
        capacities |= {"time is over"} if line["reason"] in ("pause_over", "review_over") else set()
    if line["act"] in ("decline", "dismiss") and before.objected:
        capacities -= {"leader", "deputy"}
    if capacities & set(TABLE[line["act"]]):
        return ""
    return f"{line['person'] or 'nobody'} as {sorted(capacities)} did {line['act']} to #{line['number']} ({before.state})"
