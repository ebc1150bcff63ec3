"""Everybody says, presses and edits whatever they like, time passes, the program is restarted: what must hold, holds.

`make test` lives through the same examples every time. With `HUYING_PROPERTIES=300` in the environment the machine
looks at 300 examples (and test_walks.py goes 300 walks) chosen afresh each time: run it for as long as there is time, and
tell what it finds as a story of its own in test_found.py.
"""

from __future__ import annotations

import os

from hypothesis import HealthCheck, note, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from handlers.commands import Verb
from handlers.messages import Event
from storage.records import HOUR, Role
from tests.properties.house import PAUSES
from tests.properties.life import Life
from tests.properties.people import CAST, FILES, GROUP, GROUPS
from tests.properties.walk import LOST_FOR_WORDS, SEATS
from tests.properties.words import CALLS, RESTS, SAYINGS

WANTED = int(os.environ.get("HUYING_PROPERTIES", "0"))

NAMED = st.sampled_from(list(CAST))
WHO = st.sampled_from([*CAST, *CAST, "nobody"])
RESIDENT = st.sampled_from(["梅姨", "陈叔", "小林"])
WHERE = st.sampled_from(SEATS)
PICK = st.integers(0, 1_000)
RECENT = st.integers(0, 5) | PICK


class Neighbourhood(RuleBasedStateMachine):
    """Few rules of many kinds, so that each example has some of every kind."""

    def __init__(self) -> None:
        super().__init__()
        self.life = Life()

    def teardown(self) -> None:
        self.life.end()

    @initialize(who=RESIDENT, text=st.sampled_from(CALLS))
    def somebody_calls(self, who: str, text: str) -> None:
        self.life.says(who, GROUP, text)
        self.life.post_goes()

    @rule(data=st.data())
    def somebody_speaks(self, data: st.DataObject) -> None:
        kind = data.draw(
            st.sampled_from(["says", "says", "calls", "shows", "pins", "replies", "edits", "all_say"])
        )
        said = data.draw(SAYINGS)
        if kind == "says":
            self.life.says(data.draw(WHO), data.draw(WHERE), said, data.draw(st.booleans()))
        elif kind == "calls":
            self.life.says(data.draw(RESIDENT), data.draw(WHERE), data.draw(st.sampled_from(CALLS)))
        elif kind == "shows":
            piece = data.draw(st.sampled_from(["photo", "voice", "video", "file"]))
            self.life.shows(data.draw(WHO), data.draw(WHERE), said, piece, data.draw(st.booleans()))
        elif kind == "pins":
            self.life.pins(data.draw(WHO), data.draw(WHERE))
        elif kind == "replies":
            self.life.replies(data.draw(NAMED), data.draw(RECENT), said, data.draw(st.booleans()))
        elif kind == "edits":
            self.life.edits(data.draw(RECENT), said)
        else:
            self.life.all_say(*data.draw(st.lists(st.tuples(WHO, WHERE, SAYINGS), min_size=2, max_size=5)))

    @rule(data=st.data())
    def somebody_acts(self, data: st.DataObject) -> None:
        """Types an order they have the right to, so that tickets get somewhere."""
        if found := self.life.possible_orders():
            who, word, number = data.draw(st.sampled_from(found))
            rest = data.draw(st.sampled_from(RESTS)) or LOST_FOR_WORDS.get(word, "")
            note(f"{who}: {word} {number} {rest}")
            self.life.says(who, data.draw(WHERE), f"{word} {number} {rest}".strip())

    @rule(data=st.data())
    def somebody_answers(self, data: st.DataObject) -> None:
        if waiting := self.life.asked():
            who, where = data.draw(st.sampled_from(waiting))
            self.life.says(who, where, data.draw(SAYINGS))

    @rule(which=RECENT, button=PICK, stranger=st.just("") | NAMED)
    def somebody_presses(self, which: int, button: int, stranger: str) -> None:
        self.life.presses(which, button, stranger)

    @rule(span=st.sampled_from(PAUSES), how=st.sampled_from(["waits", "waits", "waits", "is_off"]))
    def time_passes(self, span: int, how: str) -> None:
        getattr(self.life, how)(span)

    @rule(how=st.sampled_from(["post_goes", "post_goes", "post_is_slow"]))
    def the_post_goes(self, how: str) -> None:
        getattr(self.life, how)()

    @rule(data=st.data())
    def something_goes_wrong(self, data: st.DataObject) -> None:
        kind = data.draw(st.sampled_from(TROUBLES))
        life = self.life
        if kind == "restarts":
            life.restarts()
        elif kind == "set_back":
            life.set_back(data.draw(st.sampled_from([1000, HOUR])))
        elif kind in ("comes_again", "deletes"):
            getattr(life, kind)(data.draw(RECENT))
        elif kind == "shut":
            life.happens(data.draw(st.sampled_from([Event.BLOCKED, Event.UNBLOCKED])), data.draw(NAMED))
        elif kind == "thrown out":
            life.happens(
                data.draw(st.sampled_from([Event.REMOVED, Event.ADDED])), data.draw(st.sampled_from(GROUPS))
            )
        elif kind == "invited":
            grid = data.draw(st.sampled_from([None, "east-1", "east-2", "luwan-1"]))
            life.invited(data.draw(NAMED), data.draw(st.sampled_from(Role)), grid)
        elif kind == "forges":
            number, rest = data.draw(st.integers(1000, 1006)), data.draw(st.sampled_from(["", *RESTS]))
            life.forges(data.draw(NAMED), data.draw(WHERE), data.draw(st.sampled_from(Verb)), number, rest)
        else:
            life.reads_in(data.draw(st.sampled_from(sorted(FILES))))


TROUBLES = [
    "restarts",
    "comes_again",
    "comes_again",
    "deletes",
    "set_back",
    "shut",
    "thrown out",
    "invited",
    "forges",
    "reads in",
]

Neighbourhood.TestCase.settings = settings(
    max_examples=WANTED or 30,
    stateful_step_count=60 if WANTED else 30,
    derandomize=not WANTED,
    database=None,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    print_blob=bool(WANTED),
)
TestNeighbourhood = Neighbourhood.TestCase
