"""The invariants: looked at after everything that happens, each in words that say what was broken."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from storage.records import chat_of
from tests.properties import letters
from tests.properties.house import House
from tests.properties.picture import Picture
from tests.properties.replay import OPEN, Book
from tests.properties.rights import Office, trespass

Row = Mapping[str, Any]

RESIDENTS_ACTS = {"report", "follow", "add", "urge", "withdraw", "object", "reopen", "rate"}
"""Acts whose reason in the ledger is the program's own word: what residents say is no part of it."""

WAITED_FOR = {
    "accept": {"reported"},
    "arrive": {"accepted", "planned"},
    "plan": {"reported", "accepted", "on_site"},
    "resolve": OPEN,
    "meeting": OPEN,
}
"""In which states a ticket may be late with what a clock was there for."""


BOUND = ("seq", "community", "ticket", "number", "at", "act", "state", "person", "platform")
"""What of a line stands in its hash as it is; of its reason there stands a seal."""


def written(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


class Watch:
    """Remembers what was seen last, so that each new line, letter and follower is judged once."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.book = Book()
        self.last = house.picture()
        self.read = 0

    def look(self, *, alone: bool = True) -> None:
        """Judge everything that is new. `alone`: only one message was said since the last look."""
        picture = self.house.picture()
        assert not self.house.complaints.heard, self.house.complaints.heard[0][-1000:]
        assert not picture["set_aside"], picture["set_aside"][0]["why"]
        self._ledger(picture)
        self._numbers(picture)
        self._clocks(picture)
        self._followers(picture)
        self._letters(picture, alone=alone)
        self.last = picture

    # --- the ledger ------------------------------------------------------------------------------------------------

    def _ledger(self, picture: Picture) -> None:
        fresh = picture["ledger"][:]
        fresh = [line for line in fresh if line["seq"] > self.book.seq.get(line["community"], 0)]
        tickets = {ticket["id"]: ticket for ticket in picture["tickets"]}
        people = by_id(picture["people"])
        self.book.unite(people)
        office = Office(people, by_id(picture["grids"]), by_id(picture["compounds"]))
        sofar: dict[str, list[Row]] = defaultdict(list)
        for line in fresh:
            before = self.book.matters.get(line["ticket"])
            if before is not None:
                wrong = trespass(line, before, tickets[line["ticket"]], office, sofar[line["ticket"]])
                assert not wrong, wrong
            self.book.turn_page(line, people)
            sofar[line["ticket"]].append(line)
            if line["act"] in RESIDENTS_ACTS and not (before is not None and before.of_the_work(line)):
                assert not letters.MARK.search(line["reason"]), (
                    f"a resident's words in the ledger: {line['reason']}"
                )
        following: dict[str, set[str]] = defaultdict(set)
        for row in picture["followers"]:
            following[row["ticket"]].add(row["person"])
        assert not (wrong := self.book.differences(picture["tickets"], following)), wrong
        for ticket in picture["tickets"]:
            matter = self.book.matters[ticket["id"]]
            matter.handler = ticket["handler"] or "" if matter.handler == "?" else matter.handler

    def chain_holds(self) -> None:
        """Every line carries the hash of the one before it, as storage/sealing.py says in words."""
        heads: dict[str, str] = {}
        for line in self.house.picture()["ledger"]:
            previous = heads.get(line["community"], "0" * 64)
            assert line["previous"] == previous
            sealed = hashlib.sha256(written([line["salt"], line["reason"]]).encode()).hexdigest()
            bound = [line[name] for name in BOUND] + [[sealed] if line["reason"] else ""]
            text = f"{previous}\n{written(bound)}"
            heads[line["community"]] = hashlib.sha256(text.encode()).hexdigest()
            assert line["hash"] == heads[line["community"]]

    def _numbers(self, picture: Picture) -> None:
        numbers: dict[str, list[int]] = defaultdict(list)
        for ticket in picture["tickets"]:
            numbers[ticket["community"]].append(ticket["number"])
        for community, given in numbers.items():
            assert given == list(range(1001, 1001 + len(given))), f"{community} numbers its tickets {given}"

    # --- clocks ----------------------------------------------------------------------------------------------------

    def _clocks(self, picture: Picture) -> None:
        clocks: dict[str, dict[str, Row]] = defaultdict(dict)
        ran_out: list[tuple[str, str]] = []
        for deadline in picture["deadlines"]:
            if deadline["stage"] != "over":
                clocks[deadline["ticket"]][deadline["clock"]] = deadline
                continue
            ran_out.append((deadline["ticket"], deadline["clock"]))
        for ticket in picture["tickets"]:
            own, number = clocks[ticket["id"]], f"#{ticket['number']} ({ticket['state']})"
            running = {clock for clock, deadline in own.items() if deadline["due_at"] is not None}
            if ticket["state"] == "resolved":
                assert set(own) == {"review"}, f"{number} has {set(own)}"
            elif ticket["state"] not in OPEN:
                assert not own, f"{number} has ended, and {set(own)} run"
            else:
                assert "review" not in own, f"{number} is not done, and its review runs"
                assert ("accept" in own) <= (ticket["state"] == "reported"), f"{number} waits to be accepted"
                known = ticket["queued"] is not None or ticket["level"] >= 4
                assert running or known, f"{number} is open and nothing runs: it would end in silence"
                assert ("pause" in own) == (ticket["paused_at"] is not None), (
                    f"{number} pauses without an end"
                )
                if ticket["paused_at"] is None:
                    assert len(running) == len(own), f"{number} stands still without a pause: {own}"

        states = {ticket["id"]: ticket["state"] for ticket in picture["tickets"]}
        self._listed(picture)
        kept = [(ticket, clock) for ticket, clock in ran_out if states[ticket] not in WAITED_FOR[clock]]
        assert not kept, f"late with what nobody waits for any more: {kept}"

    def _listed(self, picture: Picture) -> None:
        """The console's list says what the tickets and their clocks say."""
        ends: dict[str, list[int]] = defaultdict(list)
        for one in picture["deadlines"]:
            if one["due_at"] is not None or one["stage"] == "over":
                ends[one["ticket"]].append(one["ends_at"])
        same = (
            "number",
            "grid",
            "state",
            "handler",
            "first_responder",
            "private",
            "category",
            "severity",
            "resolved_at",
        )
        listed = {row["ticket"]: row for row in picture["listings"]}
        for ticket in picture["tickets"]:
            row = listed.pop(ticket["id"])
            assert [row[name] for name in same] == [ticket[name] for name in same], f"listed otherwise: {row}"
            assert row["due_at"] == min(ends[ticket["id"]], default=2**62), f"listed as due otherwise: {row}"
        assert not listed, f"listed, and no tickets: {listed}"

    def nothing_is_overdue(self) -> None:
        """To be looked at after the alarm has rung."""
        picture, now = self.house.picture(), self.house.now
        late = [d for d in picture["deadlines"] if d["due_at"] is not None and d["due_at"] <= now]
        assert not late, f"still due at {now}: {late}"
        assert not [d for d in picture["dialogues"] if d["expires_at"] <= now], "a question outlived its time"

    # --- followers and letters ---------------------------------------------------------------------------------------

    def _followers(self, picture: Picture) -> None:
        before = {(row["ticket"], row["person"]) for row in self.last["followers"]}
        lost = before - {(row["ticket"], row["person"]) for row in picture["followers"]}
        assert not lost, f"these followed and do not any more: {lost}"

    def _letters(self, picture: Picture, *, alone: bool) -> None:
        newest = max((letter["id"] for letter in self.last["outbox"]), default=0)
        fresh = [letter for letter in picture["outbox"] if letter["id"] > newest]
        wrong = letters.told_too_often(picture) + letters.never_asked(picture)
        wrong += letters.said_twice(fresh) if alone else []
        wrong += letters.wrong_language(fresh, picture, self.last)
        post = self.house.post
        for delivered in post.letters[self.read :]:
            wrong += letters.misread(delivered) + letters.given_away(delivered, picture)
        self.read = len(post.letters)
        wrong += [f"letter {id} was sent {count} times" for id, count in post.sendings.items() if count > 1]
        assert not wrong, wrong

    def somebody_knows(self) -> None:
        """To be looked at when the post has gone: what nobody has taken yet stands before somebody's eyes."""
        picture, post = self.house.picture(), self.house.post
        cards = {c["ticket"] for c in picture["cards"] if chat_of(c["chat"]) not in post.shut}
        told = {
            letter["ticket"]
            for letter in picture["outbox"]
            if letter["kind"] in ("alert", "page") and letter["fate"] == "sent"
        }
        for ticket in picture["tickets"]:
            if ticket["state"] == "reported" and ticket["queued"] is None and ticket["level"] < 3:
                assert ticket["id"] in cards | told, f"#{ticket['number']} waits, and nobody was told"


def by_id(rows: Sequence[Row]) -> dict[str, Row]:
    return {row["id"]: row for row in rows}
