"""Random walks through the life of a neighbourhood, and a way to make a walk that went wrong short enough to read."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from random import Random
from typing import Any

from handlers.commands import ON_TICKET, Verb
from handlers.messages import Event
from storage.records import DAY, HOUR, MINUTE, SECOND, Role
from tests.properties.life import Life
from tests.properties.people import CAST, FILES, GROUP, GROUPS
from tests.properties.words import ALONE_WORDS, ANSWERS, CALLS, FOLLOW_UPS, ODD, RESTS

Move = tuple[str, tuple[Any, ...]]
"""The name of a method of Life, and what it is called with."""

RESIDENTS = ("梅姨", "陈叔", "小林", "Ann {xyzzy}")
SEATS = ("private", "private1", GROUP, GROUP, *GROUPS)
STRONG = {
    "接单": 4,
    "到场": 2,
    "办结": 4,
    "满意": 2,
    "不满意": 4,
    "有异议": 4,
    "不予受理": 2,
    "决议": 3,
    "补充": 1,
    "我也遇到": 3,
}
"""Words that carry a ticket on are said more often than others."""
LOST_FOR_WORDS = {
    "方案": "换一台",
    "不予受理": "不归我们",
    "转办": "张师傅",
    "改派": "李雷",
    "延期": "等配件",
    "决议": "物业7天内修好",
}
SPANS = (
    SECOND,
    5 * SECOND,
    MINUTE,
    2 * MINUTE,
    5 * MINUTE,
    6 * MINUTE,
    11 * MINUTE,
    31 * MINUTE,
    2 * HOUR,
    5 * HOUR,
    DAY,
    4 * DAY,
)


class Walker:
    """Chooses what happens next, by chance but not blindly: most of it carries some ticket on."""

    def __init__(self, seed: int) -> None:
        self.chance = Random(seed)

    def next(self, life: Life) -> Move:
        kinds: dict[Callable[[Life], Move], int] = {
            self._call: 10, self._order: 30, self._press: 14, self._answer: 12, self._talk: 10, self._below: 6, self._edit: 4,
            self._show: 4, self._wait: 14, self._post: 8, self._many: 3, self._trouble: 8,
        }  # fmt: skip
        (kind,) = self.chance.choices(list(kinds), list(kinds.values()))
        return kind(life)

    def _call(self, life: Life) -> Move:
        pick = self.chance.choice
        return "says", (
            pick(RESIDENTS if self.chance.random() < 0.8 else list(CAST)),
            pick(SEATS),
            pick(CALLS),
        )

    def _order(self, life: Life) -> Move:
        found = life.possible_orders()
        if not found:
            return self._call(life)
        words = sorted({word for _, word, _ in found})
        (wanted,) = self.chance.choices(words, [STRONG.get(word, 1) for word in words])
        who, word, number = self.chance.choice([one for one in found if one[1] == wanted])
        rest = self.chance.choice(RESTS) or (
            "" if self.chance.random() < 0.4 else LOST_FOR_WORDS.get(word, "")
        )
        if word == "并案":
            rest = str(self.chance.randint(1001, 1000 + len(life.watch.book.matters)))
        return "says", (who, self.chance.choice(SEATS), f"{word} {number} {rest}".strip())

    def _press(self, life: Life) -> Move:
        stranger = self.chance.choice(["", "", "", *CAST])
        which = self.chance.randrange(6) if self.chance.random() < 0.7 else self.chance.randrange(1000)
        if self.chance.random() < 0.05:
            verb, rest = self.chance.choice(list(Verb)), self.chance.choice(RESTS)
            return "forges", (
                self.chance.choice(list(CAST)),
                GROUP,
                verb,
                self.chance.randint(1000, 1006),
                rest,
            )
        return "presses", (which, self.chance.randrange(12), stranger)

    def _answer(self, life: Life) -> Move:
        waiting = life.asked()
        if not waiting:
            return self._talk(life)
        who, where = self.chance.choice(waiting)
        return "says", (who, where, self.chance.choice((*ANSWERS, *RESTS, *CALLS)))

    def _talk(self, life: Life) -> Move:
        said = self.chance.choice((FOLLOW_UPS, ANSWERS, ODD, ALONE_WORDS, tuple(ON_TICKET)))
        who = self.chance.choice([*CAST, "nobody"])
        return "says", (who, self.chance.choice(SEATS), self.chance.choice(said), self.chance.random() < 0.3)

    def _below(self, life: Life) -> Move:
        said = self.chance.choice((*FOLLOW_UPS, *FOLLOW_UPS, *CALLS, *ANSWERS, *ON_TICKET))
        return "replies", (
            self.chance.choice(list(CAST)),
            self.chance.randrange(20),
            said,
            self.chance.random() < 0.2,
        )

    def _edit(self, life: Life) -> Move:
        return "edits", (self.chance.randrange(12), self.chance.choice((*CALLS, *ODD, *ANSWERS)))

    def _show(self, life: Life) -> Move:
        who, where = self.chance.choice([*CAST, "nobody"]), self.chance.choice(SEATS)
        if self.chance.random() < 0.2:
            return "pins", (who, where)
        kind = self.chance.choice(["photo", "photo", "voice", "file"])
        return "shows", (
            who,
            where,
            self.chance.choice(("", "", *CALLS, *ANSWERS)),
            kind,
            self.chance.random() < 0.5,
        )

    def _wait(self, life: Life) -> Move:
        name = self.chance.choices(["waits", "is_off", "set_back"], [12, 2, 1])[0]
        span = self.chance.choice(SPANS)
        return name, (min(span, HOUR) if name == "set_back" else span,)

    def _post(self, life: Life) -> Move:
        return "post_goes", ()

    def _many(self, life: Life) -> Move:
        moves = [
            self._call(life) if self.chance.random() < 0.5 else self._order(life)
            for _ in range(self.chance.randint(2, 5))
        ]
        return "all_say", tuple(args[:3] for _, args in moves)

    def _trouble(self, life: Life) -> Move:
        pick = self.chance.choice
        some = pick(RESIDENTS)
        return pick(
            [
                ("restarts", ()),
                ("restarts", ()),
                ("comes_again", (self.chance.randrange(10),)),
                ("comes_again", (self.chance.randrange(10),)),
                ("happens", (pick([Event.BLOCKED, Event.UNBLOCKED]), pick(list(CAST)))),
                ("happens", (pick([Event.REMOVED, Event.ADDED]), pick(GROUPS))),
                ("deletes", (self.chance.randrange(1000),)),
                ("invited", (some, pick(list(Role)), pick([None, "east-1", "east-2", "luwan-1"]))),
                ("reads_in", (pick(sorted(FILES)),)),
            ]
        )


def walk(seed: int, steps: int, desks: int = 1) -> tuple[list[Move], AssertionError | None]:
    """Walk; return what happened, and what was broken at its end (None: nothing was)."""
    life, walker, done = Life(desks), Walker(seed), []
    try:
        for _ in range(steps):
            move = walker.next(life)
            done.append(move)
            make(life, move)
            if walker.chance.random() < 0.6:
                done.append((walker.chance.choice(["post_goes", "post_goes", "post_is_slow"]), ()))
                make(life, done[-1])
    except AssertionError as broken:
        return done, broken
    finally:
        life.end()
    return done, None


def make(life: Life, move: Move) -> None:
    name, args = move
    getattr(life, name)(*args)


def told(moves: Sequence[Move]) -> AssertionError | None:
    """Live through these moves once more; return what they broke."""
    life = Life()
    try:
        for move in moves:
            make(life, move)
    except AssertionError as broken:
        return broken
    finally:
        life.end()
    return None


def shortest(moves: list[Move], like: AssertionError) -> list[Move]:
    """Leave out whatever is not needed for the same thing to go wrong."""
    same, size = where(like), max(1, len(moves) // 2)
    while True:
        at, left_out = 0, False
        while at < len(moves):
            fewer = moves[:at] + moves[at + size :]
            broken = told(fewer)
            if broken is not None and where(broken) == same:
                moves, left_out = fewer, True
            else:
                at += size
        if size == 1 and not left_out:
            return moves
        size = max(1, size // 2)


def where(broken: AssertionError) -> tuple[str, int]:
    """The place in these tests that complained: the same complaint in another story."""
    trace = broken.__traceback__
    assert trace is not None
    while trace.tb_next is not None:
        trace = trace.tb_next
    return trace.tb_frame.f_code.co_filename, trace.tb_lineno
