"""What can happen in a neighbourhood, one method for each kind of thing; after each, the invariants are looked at.

Arguments are plain and picked by number where they mean something that is there (a letter, a message): so a story keeps
a meaning when parts of it are left out.
"""

from __future__ import annotations

from typing import Any

from handlers.commands import Verb
from handlers.messages import Answer, Event
from storage.records import Address, Role, chat_of
from tests.properties.house import House, reworded
from tests.properties.people import CAST, GROUP, GROUPS
from tests.properties.rights import Office, trespass
from tests.properties.watch import Watch, by_id

ORDERS = {
    "accept": "接单", "arrive": "到场", "plan": "方案", "resolve": "办结", "decline": "不予受理", "transfer": "转办", "pause": "等配件",
    "resume": "继续", "ask_time": "延期", "refer": "上会", "reassign": "改派", "grant_time": "准延", "refuse_time": "不准延",
    "supervise": "督办", "queue": "列入会议", "decide": "决议", "defer": "缓议", "refer_out": "转部门", "list": "挂账", "follow": "我也遇到", "add": "补充", "urge": "催办", "withdraw": "撤销",
    "rate": "满意", "reopen": "不满意", "object": "有异议", "merge": "并案",
}  # fmt: skip
"""The word for each act."""


OFTEN_TWICE = 5
"""Every so many messages one comes twice, at once."""


class Life:
    """A community, its neighbour, and everybody in them."""

    def __init__(self, desks: int = 1) -> None:
        self.house = House(desks)
        self.watch = Watch(self.house)

    def end(self) -> None:
        """Raises AssertionError when the ledger's chain is broken."""
        try:
            self.watch.chain_holds()
        finally:
            self.house.close()

    def _said(self, who: str, where: str, text: str = "", **more: Any) -> Answer:
        if who == "nobody" and where not in GROUPS:
            where = GROUP
        (answer,) = self.house.hears(self.house.inbound(who, where, self.house.marked(text), **more))
        self.watch.look()
        if len(self.house.said) % OFTEN_TWICE == 0:
            self._comes_again(len(self.house.said) - 1)
        return answer

    # --- talk ------------------------------------------------------------------------------------------------------

    def says(self, who: str, where: str, text: str, to_bot: bool = False) -> None:
        self._said(who, where, text, to_bot=to_bot)

    def shows(self, who: str, where: str, text: str, kind: str = "photo", album: bool = False) -> None:
        self._said(who, where, text, pieces=(self.house.piece(kind),), album="a" if album else None)

    def pins(self, who: str, where: str) -> None:
        self._said(who, where, location=(30.65, 114.2))

    def replies(self, who: str, which: int, text: str, gone: bool = False) -> None:
        """To a message of the bot, or to one that has been deleted."""
        letters = self.house.post.letters
        if letters:
            below = letters[-1 - which % len(letters)]
            where = below.chat if below.chat in GROUPS else "private"
            self._said(who, where, text, reply_to="99999" if gone else below.message, to_bot=not gone)

    def edits(self, which: int, text: str) -> None:
        old = self.house.said[-1 - which % len(self.house.said)] if self.house.said else None
        if old is not None and old.event is None and old.press is None:
            key = f"{old.key}:edit:{len(self.house.said)}"
            self.house.hears(reworded(old, key, self.house.marked(text)))
            self.watch.look()

    def all_say(self, *many: tuple[str, str, str]) -> None:
        """Several speak at the same moment, and the first message comes twice."""
        house, spoken = self.house, []
        for who, where, text in many:
            spoken.append(house.inbound(who, GROUP if who == "nobody" else where, house.marked(text)))
            house.said.append(spoken[-1])
        del house.said[-len(spoken) :]
        house.hears(*spoken, spoken[0])
        self.watch.look(alone=False)

    # --- buttons -----------------------------------------------------------------------------------------------------

    def presses(self, which: int, button: int, stranger: str = "") -> None:
        """A button of any message that ever stood anywhere: by somebody of that chat, or by a stranger."""
        pressable = [letter for letter in self.house.post.letters if letter.presses]
        if pressable:
            letter = pressable[-1 - which % len(pressable)]
            who = stranger or next((n for n, p in CAST.items() if letter.chat in p.accounts), "梅姨")
            press = letter.presses[button % len(letter.presses)]
            where = letter.chat
            if where not in GROUPS:
                where = (
                    f"private{CAST[who].accounts.index(where)}" if where in CAST[who].accounts else "private"
                )
            self._pressed(who, where, press, letter.message)

    def forges(self, who: str, where: str, verb: Verb, number: int, rest: str = "") -> None:
        """A press nobody's button stands for."""
        self._pressed(who, where, f"{verb}:jinghe-{number}" + (f":{rest}" if rest else ""), "7")

    def _pressed(self, who: str, where: str, press: str, message: str) -> None:
        owed = len(self.house.picture()["outbox"])
        answer = self._said(who, where, press=press, message=message)
        told = answer.toast or len(self.house.picture()["outbox"]) > owed
        assert told, f"{who} pressed {press} and nothing happened"
        assert len(answer.toast) <= 200, f"{who} pressed {press} and gets too long a toast: {answer.toast}"

    # --- time ----------------------------------------------------------------------------------------------------------

    def waits(self, span: int) -> None:
        self.house.forward(span)
        self._settled()

    def is_off(self, span: int) -> None:
        """The machine stands still for so long, then everything is due at once."""
        self.house.forward(span, running=False)
        self._settled()

    def set_back(self, span: int) -> None:
        self.house.now -= span

    def post_goes(self) -> None:
        self.house.carry()
        self.watch.look()
        self.watch.somebody_knows()

    def post_is_slow(self) -> None:
        """Letters are on their way while people go on talking."""
        self.house.carry(rounds=1)
        self.watch.look()

    def _settled(self) -> None:
        self.watch.look(alone=False)
        self.watch.nothing_is_overdue()
        self.watch.somebody_knows()

    # --- trouble -------------------------------------------------------------------------------------------------------

    def restarts(self) -> None:
        self.house.run(self.house.post.come_home(self.house.store, self.house.desk))
        before = self.house.picture()
        self.house.restart()
        assert self.house.picture() == before, "a restart changed something"

    def comes_again(self, which: int) -> None:
        """What was taken once is answered the same and changes nothing, however often its platform brings it."""
        kept = {row["key"] for row in self.house.picture()["inbox"]}
        taken = [n for n, one in enumerate(self.house.said) if one.key in kept]
        if taken:
            self._comes_again(taken[-1 - which % len(taken)])

    def _comes_again(self, number: int) -> None:
        before = self.house.picture()
        inbound, answer = self.house.again(number)
        first = self.house.answers[inbound.key]
        # Words that mean something only as an answer are mere talk once the question is over.
        talk = answer == Answer() and inbound.press is None
        assert talk or (answer.toast, answer.alert, answer.repeat) == (first.toast, first.alert, True), answer
        assert self.house.picture() == before, f"{inbound.key} came twice and did something twice"

    def happens(self, event: Event, where: str) -> None:
        """Somebody (by name) blocks the bot, or a group throws it out; or the other way round."""
        chats = [Address(where)] if where in GROUPS else [Address(a) for a in CAST[where].accounts]
        for chat in chats:
            self.house.happens(event, chat)
        self.watch.look(alone=False)

    def deletes(self, which: int) -> None:
        """Somebody deletes a message of the bot."""
        standing = sorted(self.house.post.standing)
        if standing:
            self.house.deletes(standing[which % len(standing)])

    def invited(self, who: str, role: Role, grid: str | None) -> None:
        code = self.house.invite(role, grid, "luwan" if grid == "luwan-1" else "jinghe")
        self._said(who, "private", f"绑定 {code}")

    def reads_in(self, name: str) -> None:
        self.house.read_in(name)
        self.watch.look()

    # --- who could do what ---------------------------------------------------------------------------------------------

    def possible_orders(self) -> list[tuple[str, str, int]]:
        """Everything somebody has the right to and the ticket's state allows: who, the word, the ticket's number."""
        picture = self.house.picture()
        office = Office(by_id(picture["people"]), by_id(picture["grids"]), by_id(picture["compounds"]))
        owners = {account["address"]: account["person"] for account in picture["accounts"]}
        found = []
        for ticket in picture["tickets"]:
            matter = self.watch.book.matters[ticket["id"]]
            for act, word in ORDERS.items():
                if not self.watch.book.allows(matter, act):
                    continue
                for who, person in CAST.items():
                    line = {
                        "person": owners.get(person.accounts[0], ""),
                        "act": act,
                        "reason": "",
                        "number": 0,
                    }
                    home = office.people.get(line["person"])
                    near = home is not None and home["community"] == ticket["community"]
                    if near and not trespass(line, matter, ticket, office, []):
                        found.append((who, word, ticket["number"]))
        return found

    def asked(self) -> list[tuple[str, str]]:
        """Who has been asked something and has not answered yet: who, and where."""
        found = []
        for dialogue in self.house.picture()["dialogues"]:
            for who, person in CAST.items():
                if dialogue["account"] in person.accounts:
                    private = chat_of(dialogue["chat"]) not in map(chat_of, GROUPS)
                    seat = f"private{person.accounts.index(dialogue['account'])}"
                    found.append((who, seat if private else dialogue["chat"]))
        return found
