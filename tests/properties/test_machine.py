"""Everybody says, presses and edits whatever they like, time passes, the program is restarted: what must hold, holds.

`make test` takes the same few examples every time. `HUYING_PROPERTIES=long` (or a number of examples) looks at others,
chosen afresh each time: run it for as long as there is time, and put what it finds into a story of its own.
"""

from __future__ import annotations

import os
from random import Random
from typing import Any

from hypothesis import HealthCheck, note, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from handlers.commands import Verb
from handlers.messages import Answer, Event
from storage.records import HOUR, Address, Role
from tests.properties.house import PAUSES, House, reworded
from tests.properties.people import CAST, FILES, GROUP, GROUPS
from tests.properties.rights import Office, trespass
from tests.properties.watch import Watch, by_id
from tests.properties.words import CALLS, RESTS, SAYINGS

WANTED = os.environ.get("HUYING_PROPERTIES", "")

WHO = st.sampled_from([*CAST, *CAST, "nobody"])
WHERE = st.sampled_from(["private", "private", "private1", GROUP, GROUP, *GROUPS])
PICK = st.integers(0, 10_000)

ORDERS = {
    "accept": "接单", "arrive": "到场", "plan": "方案", "resolve": "办结", "decline": "不予受理", "transfer": "转办", "pause": "等配件",
    "resume": "继续", "ask_time": "延期", "refer": "上会", "reassign": "改派", "grant_time": "准延", "refuse_time": "不准延",
    "supervise": "督办", "queue": "列入会议", "decide": "决议", "follow": "我也遇到", "add": "补充", "urge": "催办", "withdraw": "撤销",
    "rate": "满意", "reopen": "不满意", "object": "有异议", "merge": "并案",
}  # fmt: skip
"""The word for each act."""


class Neighbourhood(RuleBasedStateMachine):
    """A community, its neighbour, and everybody in them."""

    def __init__(self) -> None:
        super().__init__()
        self.house = House()
        self.watch = Watch(self.house)
        self.alone = True

    def teardown(self) -> None:
        try:
            self.watch.chain_holds()
        finally:
            self.house.close()

    def _said(self, who: str, where: str, text: str = "", **more: Any) -> Answer:
        if who == "nobody" and where.startswith("private"):
            where = GROUP
        answer, = self.house.hears(self.house.inbound(who, where, text, **more))
        return answer

    # --- talk ------------------------------------------------------------------------------------------------------

    @initialize(who=st.sampled_from(["梅姨", "陈叔", "小林"]), text=st.sampled_from(CALLS))
    def a_first_call(self, who: str, text: str) -> None:
        self._said(who, GROUP, self.house.marked(text))

    @rule(who=WHO, where=WHERE, text=SAYINGS, to_bot=st.booleans())
    def says(self, who: str, where: str, text: str, to_bot: bool) -> None:
        self._said(who, where, self.house.marked(text), to_bot=to_bot)

    @rule(who=st.sampled_from(["梅姨", "陈叔", "小林", "李雷"]), where=st.sampled_from(["private", GROUP]), text=st.sampled_from(CALLS))
    def calls(self, who: str, where: str, text: str) -> None:
        self._said(who, where, self.house.marked(text))

    @rule(who=WHO, where=WHERE, text=SAYINGS, kind=st.sampled_from(["photo", "voice", "video", "file"]), album=st.booleans())
    def shows(self, who: str, where: str, text: str, kind: str, album: bool) -> None:
        self._said(who, where, self.house.marked(text), pieces=(self.house.piece(kind),), album="a" if album else None)

    @rule(who=WHO, where=WHERE)
    def sends_a_pin(self, who: str, where: str) -> None:
        self._said(who, where, location=(30.65, 114.2))

    @rule(who=WHO, which=PICK, text=SAYINGS, gone=st.booleans())
    def replies(self, who: str, which: int, text: str, gone: bool) -> None:
        """To a message of the bot, or to one that has been deleted."""
        letters = self.house.post.letters
        if not letters:
            return
        below = letters[which % len(letters)]
        where = below.chat if below.chat in GROUPS else "private"
        self._said(who, where, self.house.marked(text), reply_to="99999" if gone else below.message, to_bot=not gone)

    @rule(which=PICK, text=SAYINGS)
    def edits(self, which: int, text: str) -> None:
        old = self.house.said[which % len(self.house.said)]
        if old.event is None and old.press is None:
            key = f"{old.key}:edit:{len(self.house.said)}"
            self.house.hears(reworded(old, key, self.house.marked(text)))

    @rule(many=st.lists(st.tuples(WHO, WHERE, SAYINGS), min_size=2, max_size=6))
    def all_at_once(self, many: list[tuple[str, str, str]]) -> None:
        self.alone = False
        house = self.house
        spoken = []
        for who, where, text in many:
            one = house.inbound(who, GROUP if who == "nobody" else where, house.marked(text))
            house.said.append(one)
            spoken.append(one)
        house.said = house.said[: -len(spoken)]
        house.hears(*spoken, spoken[0])

    # --- buttons -----------------------------------------------------------------------------------------------------

    @rule(which=PICK, button=PICK, stranger=st.none() | WHO)
    def presses(self, which: int, button: int, stranger: str | None) -> None:
        """A button of any message that ever stood anywhere: by somebody of that chat, or by anybody."""
        pressable = [letter for letter in self.house.post.letters if letter.presses]
        if not pressable:
            return
        letter = pressable[-1 - which % len(pressable)]
        who = stranger or next((n for n, p in CAST.items() if letter.chat in p.accounts), "梅姨")
        where = letter.chat if letter.chat in GROUPS else "private"
        press = letter.presses[button % len(letter.presses)]
        self._pressed(who, where, press, letter.message)

    @rule(who=WHO, where=WHERE, verb=st.sampled_from(Verb), number=st.integers(1000, 1009), rest=st.sampled_from(["", *RESTS]))
    def forges_a_press(self, who: str, where: str, verb: Verb, number: int, rest: str) -> None:
        self._pressed(who, where, f"{verb}:jinghe-{number}" + (f":{rest}" if rest else ""), "7")

    def _pressed(self, who: str, where: str, press: str, message: str) -> None:
        note(f"presses {press}")
        owed = len(self.house.picture()["outbox"])
        answer = self._said(who, where, press=press, message=message)
        told = answer.toast or len(self.house.picture()["outbox"]) > owed
        assert told, f"{who} pressed {press} and nothing happened"
        assert len(answer.toast) <= 200

    # --- the work ----------------------------------------------------------------------------------------------------

    @rule(chance=st.randoms(use_true_random=False), rest=st.sampled_from(RESTS[2:]))
    def somebody_who_may_acts(self, chance: Random, rest: str) -> None:
        """Types an order they have the right to, so that tickets get somewhere."""
        picture = self.house.picture()
        office = Office(by_id(picture["people"]), by_id(picture["grids"]), by_id(picture["compounds"]))
        owners = {account["address"]: account["person"] for account in picture["accounts"]}
        tickets = [t for t in picture["tickets"] if t["community"] == "jinghe"]
        if not tickets:
            return
        ticket = chance.choice(tickets)
        matter = self.watch.book.matters[ticket["id"]]
        may = []
        for who, person in CAST.items():
            for act in ORDERS:
                line = {"person": owners.get(person.accounts[0], ""), "act": act, "reason": "", "number": 0}
                if line["person"] and not trespass(line, matter, ticket, office, []):
                    may.append((who, act))
        if may:
            who, act = chance.choice(may)
            note(f"{who}: {ORDERS[act]} {ticket['number']} {rest}")
            self._said(who, "private", f"{ORDERS[act]} {ticket['number']} {self.house.marked(rest)}".strip())

    # --- time --------------------------------------------------------------------------------------------------------

    @rule(span=st.sampled_from(PAUSES))
    def time_passes(self, span: int) -> None:
        self.house.forward(span)
        self._settled()

    @rule(span=st.sampled_from(PAUSES))
    def the_machine_is_off(self, span: int) -> None:
        self.house.forward(span, running=False)
        self._settled()

    @rule(span=st.sampled_from([1000, HOUR]))
    def the_clock_is_set_back(self, span: int) -> None:
        self.house.now -= span

    @rule()
    def the_post_goes(self) -> None:
        self.house.carry()
        self.watch.somebody_knows()

    def _settled(self) -> None:
        self.watch.nothing_is_overdue()
        self.watch.somebody_knows()

    # --- trouble -----------------------------------------------------------------------------------------------------

    @rule()
    def the_program_is_restarted(self) -> None:
        before = self.house.picture()
        self.house.restart()
        assert self.house.picture() == before, "a restart changed something"

    @precondition(lambda self: self.house.said)
    @rule(which=PICK)
    def a_message_comes_again(self, which: int) -> None:
        """What was taken once is answered the same and changes nothing."""
        kept = {row["key"] for row in self.house.picture()["inbox"]}
        taken = [n for n, one in enumerate(self.house.said) if one.key in kept]
        if not taken:
            return
        before = self.house.picture()
        inbound, answer = self.house.again(taken[which % len(taken)])
        first = self.house.answers[inbound.key]
        assert (answer.toast, answer.alert, answer.repeat) == (first.toast, first.alert, True)
        assert self.house.picture() == before, f"{inbound.key} came twice and did something twice"

    @rule(who=st.sampled_from(list(CAST)), event=st.sampled_from([Event.BLOCKED, Event.UNBLOCKED]))
    def blocks_the_bot(self, who: str, event: Event) -> None:
        self.house.happens(event, Address(CAST[who].accounts[0]))

    @rule(group=st.sampled_from(GROUPS), event=st.sampled_from([Event.REMOVED, Event.ADDED]))
    def the_bot_is_thrown_out(self, group: Address, event: Event) -> None:
        self.house.happens(event, group)

    @rule(which=PICK)
    def a_message_of_the_bot_is_deleted(self, which: int) -> None:
        standing = sorted(self.house.post.standing)
        if standing:
            self.house.deletes(standing[which % len(standing)])

    @rule(who=st.sampled_from(list(CAST)), role=st.sampled_from(Role), grid=st.sampled_from([None, "east-1", "east-2", "luwan-1"]))
    def somebody_is_invited(self, who: str, role: Role, grid: str | None) -> None:
        code = self.house.invite(role, grid, "luwan" if grid == "luwan-1" else "jinghe")
        self._said(who, "private", f"绑定 {code}")

    @rule(name=st.sampled_from(sorted(FILES)))
    def a_community_file_is_read_in(self, name: str) -> None:
        self.house.read_in(name)

    # --- what must hold ------------------------------------------------------------------------------------------------

    @invariant()
    def all_is_well(self) -> None:
        self.watch.look(alone=self.alone)
        self.alone = True


SHORT = settings(max_examples=40, stateful_step_count=40, derandomize=True, database=None)
LONG = settings(max_examples=int(WANTED) if WANTED.isdigit() else 2000, stateful_step_count=70)

Neighbourhood.TestCase.settings = settings(
    LONG if WANTED else SHORT, deadline=None, suppress_health_check=list(HealthCheck), print_blob=bool(WANTED)
)
TestNeighbourhood = Neighbourhood.TestCase
