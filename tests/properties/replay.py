"""The ledger read aloud: what a ticket must look like by its lines alone. Knows nothing of the program's rules."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

Row = Mapping[str, Any]

STEPS = {
    "reported": {"accept": "accepted", "decline": "declined", "dismiss": "declined", "withdraw": "withdrawn", "merge": "merged"},
    "accepted": {
        "arrive": "on_site", "plan": "planned", "resolve": "resolved", "decline": "declined", "dismiss": "declined", "withdraw": "withdrawn",
        "merge": "merged",
    },
    "on_site": {
        "plan": "planned", "resolve": "resolved", "decline": "declined", "dismiss": "declined", "withdraw": "withdrawn", "merge": "merged",
    },
    "planned": {
        "arrive": "planned", "plan": "planned", "resolve": "resolved", "decline": "declined", "dismiss": "declined", "withdraw": "withdrawn",
        "merge": "merged",
    },
    "resolved": {"close": "closed", "reopen": "accepted"},
    "closed": {"reopen": "accepted"},
    "declined": {"object": "reported"},
    "withdrawn": {},
    "merged": {},
}  # fmt: skip
"""Every step there is. What stands in no row changes no state."""

TAKEN = ("accepted", "on_site", "planned")
OPEN = ("reported", *TAKEN)
WHILE = {
    **dict.fromkeys(
        ("reclass", "follow", "urge", "transfer", "grant_time", "refuse_time", "refer", "reassign", "supervise", "decide", "defer", "refer_out", "list",
         "regrade", "remind", "alert", "queue", "street"), OPEN,
    ),
    **dict.fromkeys(("ask_time", "pause", "resume"), TAKEN),
    "add": (*OPEN, "resolved"),
    "retime": (*OPEN, "resolved"),
    "rate": ("resolved", "closed"),
    **dict.fromkeys(("unreachable", "untold", "told", "see", "disclose", "erase"), tuple(STEPS)),
}  # fmt: skip
"""In which states what changes no state may be done."""

TAKES = {"arrive", "resolve", "plan", "refer", "transfer", "ask_time", "pause"}
"""Whoever does one of these to what nobody took has taken it."""


@dataclass
class Matter:
    """A ticket as its lines have it. `handler` is "?" while only the community's policy knows it."""

    ticket: str
    number: int
    reporter: str
    state: str = "reported"
    first_responder: str = ""
    handler: str = "?"
    handler_name: str = ""
    level: int = 0
    queued: str | None = None
    queued_at: int | None = None
    followers: set[str] = field(default_factory=set)
    reopened: int = 0
    objected: int = 0
    accepted_at: int | None = None
    arrived_at: int | None = None
    resolved_at: int | None = None
    closed_at: int | None = None
    paused_at: int | None = None
    pause_reason: str = ""
    plan: str = ""
    decision: str = ""
    note: str = ""
    rating: str = ""
    merged_into: str | None = None
    last_urged_at: int | None = None

    def of_the_work(self, line: Row) -> bool:
        """True for words of whoever did the work, said after it: they belong to the note of what was done."""
        worker = line["person"] in (self.handler, self.first_responder) and line["person"] != self.reporter
        return self.state == "resolved" and worker and line["reason"] not in CODES


CODES = ("words", "photo", "place", "edit")
"""What the reason of an addition says where it does not repeat what was said."""

BARE = ("见照片", "已处理")
"""The note of work that was shown, or done, without a word."""

SAME = (
    "number", "state", "level", "queued", "queued_at", "reopened", "objected", "accepted_at", "arrived_at", "resolved_at",
    "closed_at", "paused_at", "pause_reason", "plan", "decision", "note", "rating", "merged_into", "last_urged_at",
)  # fmt: skip
"""What the ledger and the stored ticket must agree in, word for word."""


class Book:
    """All matters of all communities, line by line."""

    def __init__(self) -> None:
        self.matters: dict[str, Matter] = {}
        self.seq: dict[str, int] = {}

    def turn_page(self, line: Row, people: Mapping[str, Row]) -> None:
        """Take one more line. Raises AssertionError when it cannot stand where it stands."""
        last = self.seq.get(line["community"], 0)
        assert line["seq"] == last + 1, (
            f"the ledger of {line['community']} jumps from {last} to {line['seq']}"
        )
        self.seq[line["community"]] = line["seq"]
        if line["ticket"] is None:
            assert (line["number"], line["state"]) == (0, None), "about no ticket, with a state or a number"
            return
        if line["act"] == "report":
            assert line["ticket"] not in self.matters, f"{line['ticket']} is reported twice"
            self.matters[line["ticket"]] = Matter(line["ticket"], line["number"], line["person"])
        else:
            matter = self.matters[line["ticket"]]
            self._step(matter, line)
            self._write_down(matter, line, people)
        assert line["state"] == self.matters[line["ticket"]].state, f"after {line['act']}: {line['state']}"

    def unite(self, people: Mapping[str, Row]) -> None:
        """Whoever was two people and is one now stands everywhere under the one name, and follows nothing of their own."""

        def now(id: str) -> str:
            while id in people and people[id]["joined_to"]:
                id = people[id]["joined_to"]
            return id

        for matter in self.matters.values():
            matter.reporter = now(matter.reporter)
            matter.first_responder, matter.handler = now(matter.first_responder), now(matter.handler)
            matter.followers = {now(id) for id in matter.followers} - {matter.reporter}

    def allows(self, matter: Matter, act: str) -> bool:
        """True when the matter stands in a state in which the act can be done, if need be by accepting it on the way."""
        on_the_way = "accepted" if matter.state == "reported" and act in TAKES else matter.state
        return any(act in STEPS[state] or state in WHILE.get(act, ()) for state in (matter.state, on_the_way))

    def _step(self, matter: Matter, line: Row) -> None:
        act, before = line["act"], matter.state
        if act in STEPS[before]:
            matter.state = STEPS[before][act]
        else:
            assert before in WHILE.get(act, ()), f"{act} in state {before}"
        if before in OPEN and matter.state not in OPEN:
            matter.paused_at, matter.pause_reason, matter.queued, matter.queued_at = None, "", None, None

    def _write_down(self, m: Matter, line: Row, people: Mapping[str, Row]) -> None:
        act, at, who, reason = line["act"], line["at"], line["person"], line["reason"]
        if act == "accept":
            m.accepted_at, m.handler, m.handler_name = at, who, ""
            m.first_responder = m.first_responder or who
        elif act == "arrive":
            m.arrived_at = m.arrived_at or at
        elif act == "plan":
            m.plan = reason
        elif act == "resolve":
            m.resolved_at, m.note = at, reason
        elif act == "add" and m.of_the_work(line):
            m.note = f"{'' if m.note in BARE else m.note} {reason}".strip()[:500]
        elif act in ("close", "decline", "dismiss", "withdraw", "merge"):
            m.closed_at = at
            m.note = reason if act in ("decline", "dismiss") else m.note
            m.merged_into = f"{line['community']}-{reason[1:]}" if act == "merge" else None
        elif act == "reopen":
            m.reopened, m.level, m.rating, m.note = m.reopened + 1, 0, "", ""
            m.arrived_at = m.resolved_at = m.closed_at = None
        elif act == "object":
            assert not m.objected, "objected twice"
            m.objected, m.level, m.note = 1, 0, ""
            m.accepted_at = m.arrived_at = m.closed_at = None
        elif act == "pause":
            assert m.paused_at is None, "paused twice"
            m.paused_at, m.pause_reason = at, reason[:100]
        elif act == "resume":
            assert m.paused_at is not None, "resumed without a pause"
            m.paused_at, m.pause_reason = None, ""
        elif act == "rate":
            m.rating = reason
        elif act == "urge":
            m.last_urged_at = at
        elif act == "decide":
            m.decision, m.queued, m.queued_at = reason, None, None
        elif act == "refer_out":
            self._hand_over(m, line, people)
            m.decision, m.queued, m.queued_at = f"转{reason}"[:500], None, None
        elif act == "list":
            m.decision, m.queued, m.queued_at = f"挂账：{reason}"[:500], None, None
        elif act in ("transfer", "reassign"):
            self._hand_over(m, line, people)
        elif act in ("remind", "alert", "street"):
            m.level = max(m.level, {"remind": 1, "alert": 2, "street": 4}[act])
        elif act in ("queue", "refer"):
            assert m.queued is None, "queued twice"
            why = "referred" if act == "refer" else "by_staff" if who else reason
            m.queued, m.queued_at, m.level = why, at, max(m.level, 3)
        elif act == "follow":
            m.followers |= self._joining(m, line)

    def _joining(self, m: Matter, line: Row) -> set[str]:
        """Who joins: the one who said so, or everybody of the ticket that was merged into this one."""
        if not line["reason"]:
            assert line["person"] not in {*m.followers, m.reporter}, f"{line['person']} follows twice"
            return {line["person"]}
        other = self.matters[f"{line['community']}-{line['reason'][1:]}"]
        assert other.merged_into == m.ticket
        return {other.reporter, *other.followers} - {"", m.reporter} - m.followers

    def _hand_over(self, m: Matter, line: Row, people: Mapping[str, Row]) -> None:
        name = line["reason"].partition("：")[0]
        named = [
            p
            for p in people.values()
            if p["name"] == name and p["community"] == line["community"] and p["listed"]
        ]
        m.handler = named[0]["id"] if named else ""
        m.handler_name = "" if named else line["reason"]

    def differences(self, tickets: Sequence[Row], followers: Mapping[str, set[str]]) -> list[str]:
        """What the ledger and the stored tickets do not agree in."""
        found = [f"{t['id']} is in no ledger" for t in tickets if t["id"] not in self.matters]
        found += [f"{m} has no ticket" for m in self.matters.keys() - {t["id"] for t in tickets}]
        for ticket in tickets:
            m = self.matters[ticket["id"]]
            for name in SAME:
                if getattr(m, name) != ticket[name]:
                    found.append(f"#{m.number} {name}: ledger {getattr(m, name)!r}, ticket {ticket[name]!r}")
            if m.reporter != (ticket["reporter"] or ""):
                found.append(f"#{m.number} reporter")
            if m.first_responder != (ticket["first_responder"] or ""):
                found.append(f"#{m.number} first responder")
            if m.handler != "?" and m.handler != (ticket["handler"] or ""):
                found.append(f"#{m.number} handler: ledger {m.handler!r}, ticket {ticket['handler']!r}")
            if not m.handler_name.startswith(ticket["handler_name"]) or bool(m.handler_name) != bool(
                ticket["handler_name"]
            ):
                found.append(f"#{m.number} handler's name: {m.handler_name!r} {ticket['handler_name']!r}")
            if m.followers != followers.get(ticket["id"], set()) or len(m.followers) != ticket["followers"]:
                found.append(
                    f"#{m.number} followers: {m.followers} {followers.get(ticket['id'])} {ticket['followers']}"
                )
        return found
