"""Is it a present, unresolved call? One walk over the words found, from left to right.

A *matter* is something wrong: words that say it alone, two words that say it together, or a thing beside something
bad. Frames (a notice, an advertisement, a memory, a joke …) speak for or against the whole message, or against the
matters before or after them. The walk does a bounded number of steps per word: each matter is put on a stack once and
taken off once.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from handlers.reading.lexicon import FAULT, Frame, Hit, Pair, Word, Words
from storage.records import Category, Kind

_BOUND = 2.0
_BIND_WITHIN = 7
_BIND_BEFORE = 3
_MENDS_WITHIN = 40
_KEEPS = 8
_UNREAL_WITHIN = 16
_FORBIDS_WITHIN = 25
_STOPS = ",.!?;:。、"
_SENTENCE_ENDS = ".!?;。"
_DENIALS = ("没", "没有", "不是", "并非", "没再", "不再", "未", "不会", "不算", "别", "不")
_ASKED = ("是不是", "有没有", "会不会", "是否")
_NOT_YET = ("没", "不", "未", "何时", "什么时候", "能不能", "尽快", "希望", "才能", "早日", "早点", "赶紧", "等", "多久", "怎么", "如何", "谁", "望", "求", "及时", "得到", "予以", "以便", "直到")  # fmt: skip
_AS_PLACE = ("里", "口", "间", "内", "旁", "外", "厅", "边", "附近", "前面", "后面", "侧")
_AS_PLACE_STRICT = (
    "上的",
    "上有",
    "上种",
    "旁",
    "口",
    "外面",
    "边上",
    "附近",
    "前面",
    "后面",
    "那边",
    "侧",
    "对面",
)


@dataclass(slots=True)
class Matter:
    """Something wrong, as found: what says it, from where to where, and how much it weighs."""

    said: str
    start: int
    end: int
    category: Category
    kind: Kind
    weight: float
    emergency: str = ""


@dataclass(slots=True)
class Found:
    """What one walk found: matters that stand, how much each frame weighs, and which things were named."""

    matters: list[Matter] = field(default_factory=list)
    ended: list[Matter] = field(default_factory=list)
    frames: dict[str, tuple[float, list[str]]] = field(default_factory=dict)
    things: list[tuple[int, Category, str, float]] = field(default_factory=list)
    private: int = 0
    ends_asking: bool = False
    spoilt: bool = False

    def weighs(self, frame: str) -> float:
        return self.frames[frame][0] if frame in self.frames else 0.0


class Walk:
    """The walk itself. `text` is normalised; `hits` are its words in order."""

    def __init__(self, text: str, hits: Iterable[Hit], words: Words) -> None:
        self.text = text
        self.words = words
        self.found = Found()
        self._first_at: dict[int, tuple[int, int, Word]] = {}
        self._then_at: dict[int, tuple[int, int, Word]] = {}
        self._thing: tuple[int, int, Category | None, str] | None = None
        self._bad: tuple[int, int, Kind, str] | None = None
        self._unreal_until = -1
        self._forbidden_until = -1
        self.found.ends_asking = text.rstrip("?!。.~").endswith("吗")
        for start, end, word in hits:
            self._step(start, end, word)

    def _step(self, start: int, end: int, word: Word) -> None:
        found = self.found
        if word.frames:
            for frame in word.frames:
                self._frame(frame, start, end, word.text)
        if word.emergency:
            self._matter(word.text, start, end, word.emergency.category, Kind.REPAIR, word.emergency)
        for category, kind, weight in word.faults:
            self._matter(word.text, start, end, category, kind, weight=weight)
        if word.first or word.then:
            self._pairs(start, end, word)
        if word.things or word.private:
            self._name(start, end, word)
        if word.bad:
            self._spoil(start, end, word.bad, word.text)
        for category in word.hints:
            found.things.append((start, category, word.text, 0.6))

    # --- things and what is bad about them --------------------------------------------------------------------------

    def _name(self, start: int, end: int, word: Word) -> None:
        if word.private:
            self.found.private += 1
            self._thing = (start, end, None, word.text)
            return
        if self._thing and self._thing[2] is None and -3 <= start - self._thing[1] <= 1:
            # 洗衣机排水管: the part of a private thing is private.
            self._thing = (self._thing[0], end, None, word.text)
            return
        place = self._as_place(end, word)
        for category in word.things:
            self.found.things.append((start, category, word.text, 0.4 if place else 1.6))
        if place:
            return
        self._thing = (start, end, word.things[0], word.text)
        if self._bad and 0 <= start - self._bad[1] <= _BIND_BEFORE and not self._stopped(self._bad[1], start):
            bad = self._bad
            self._bad = None
            self._matter(bad[3] + "…" + word.text, bad[0], end, word.things[0], bad[2], weight=_BOUND)

    def _as_place(self, end: int, word: Word) -> bool:
        lift = Category.ELEVATOR in word.things
        return self.text.startswith(_AS_PLACE if lift else _AS_PLACE_STRICT, end)

    def _spoil(self, start: int, end: int, kind: Kind, said: str) -> None:
        if self._denied(start):
            return
        thing = self._thing
        if thing and thing[1] <= start and self._distance(thing[1], start) <= _BIND_WITHIN:
            if thing[2] is not None:
                self._matter(thing[3] + "…" + said, thing[0], end, thing[2], kind, weight=_BOUND)
            return
        self._bad = (start, end, kind, said)
        self.found.spoilt = True

    def _pairs(self, start: int, end: int, word: Word) -> None:
        place = bool(word.things) and self._as_place(end, word)
        for mine, theirs, numbers in (
            (self._first_at, self._then_at, word.first),
            (self._then_at, self._first_at, word.then),
        ):
            for number in numbers:
                pair = self.words.pairs[number]
                if place and mine is self._first_at and not pair.name and pair.category in word.things:
                    continue
                other = theirs.get(number)
                if pair.straight and mine is self._first_at:
                    other = None
                if other and other[0] != start and self._distance(other[1], start) <= pair.within:
                    self._pair(pair, other, (start, end, word), mine is self._then_at)
                mine[number] = (start, end, word)

    def _pair(
        self, pair: Pair, one: tuple[int, int, Word], two: tuple[int, int, Word], straight: bool
    ) -> None:
        then = two if straight else one
        if self._denied(then[0]) or (not pair.name and self._private_between(one[0], two[1])):
            return
        kind = then[2].bad or Kind.REPAIR
        kind = next((one for category, one, _ in then[2].faults if category == pair.category), kind)
        said = f"{one[2].text}…{two[2].text}"
        self._matter(said, one[0], two[1], pair.category, kind, pair if pair.name else None, pair.weight)

    def _private_between(self, start: int, end: int) -> bool:
        thing = self._thing
        return thing is not None and thing[2] is None and thing[0] < end and start < thing[1]

    # --- matters ----------------------------------------------------------------------------------------------------

    def _matter(
        self, said: str, start: int, end: int, category: Category, kind: Kind,
        emergency: Pair | None = None, weight: float = FAULT,
    ) -> None:  # fmt: skip
        if self._denied(start):
            return
        weight = emergency.weight if emergency else weight
        if start < self._unreal_until:
            weight *= 0.25
        if start < self._forbidden_until:
            weight *= 0.2
        if not emergency and self._asked(start, end):
            weight *= 0.45
        thing = self._thing
        if thing and thing[2] is None and -2 <= start - thing[1] <= 3 and not emergency:
            weight *= 0.3
        if self.text[end : end + 1] == "?" and not emergency:
            weight *= 0.55
        if self._likened(start, end):
            weight *= 0.1
        self.found.matters.append(
            Matter(said, start, end, category, kind, weight, emergency.name if emergency else "")
        )

    def _denied(self, start: int) -> bool:
        before = self.text[max(0, start - 3) : start]
        return before.endswith(_DENIALS) and not before.endswith(
            (*_ASKED, "还没", "要不", "差别", "特别", "别不")
        )

    def _asked(self, start: int, end: int) -> bool:
        """Whether 是不是, 会不会 … stand right before the matter, in it, or right after it."""
        around = self.text[max(0, start - 4) : min(end, start + 24) + 3]
        return any(asked in around for asked in _ASKED)

    def _likened(self, start: int, end: int) -> bool:
        """Whether the matter stands inside 跟…一样, 像…似的."""
        after = self.text[end : end + 9]
        if "一样" not in after and "似的" not in after:
            return False
        before = self.text[max(0, start - 4) : start]
        return any(like in before for like in "跟像如") and not any(
            stop in after.split("一样")[0] for stop in _STOPS
        )

    # --- frames -----------------------------------------------------------------------------------------------------

    def _frame(self, frame: Frame, start: int, end: int, said: str) -> None:
        name = frame.name
        if name in ("mended", "calmed"):
            if any(word in self.text[max(0, start - 5) : start] for word in _NOT_YET):
                frame = self.words.frames["unmended"]
            else:
                self._end(start, calmed=name == "calmed")
        elif name == "unreal":
            self._unreal_until = self._sentence_end(end, _UNREAL_WITHIN)
        elif name == "forbidden":
            self._forbidden_until = end + _FORBIDS_WITHIN
        elif name == "denied" or (name == "tail_question" and not self._question(start)):
            return
        weight, said_before = self.found.frames.get(frame.name, (0.0, []))
        if said in said_before:
            return
        bound = max if frame.weight < 0 else min
        self.found.frames[frame.name] = bound(weight + frame.weight, frame.most), [*said_before[-6:], said]

    def _end(self, at: int, calmed: bool) -> None:
        """What was wrong before `at` is mended; emergencies only when it says that all is calm."""
        matters = self.found.matters
        kept: list[Matter] = []
        while matters and at - matters[-1].start <= _MENDS_WITHIN and len(kept) < _KEEPS:
            matter = matters.pop()
            (kept if matter.emergency and not calmed else self.found.ended).append(matter)
        matters.extend(reversed(kept))

    def _question(self, at: int) -> bool:
        """A question right after a matter asks whether it is so; weaken that matter."""
        weakened = False
        for matter in reversed(self.found.matters[-6:]):
            if 0 <= at - matter.end <= 2 and not matter.emergency:
                matter.weight *= 0.45
                weakened = True
        return weakened or not (self.found.matters or "request" in self.found.frames)

    # --- distances --------------------------------------------------------------------------------------------------

    def _distance(self, start: int, end: int) -> int:
        """Characters from `start` to `end`; a comma counts three, the end of a sentence eight."""
        between = self.text[start:end] if end - start < 32 else ""
        if end <= start:
            return 0
        if not between:
            return end - start
        return len(between) + sum(2 if c in ",:、" else 7 for c in between if c in _STOPS)

    def _stopped(self, start: int, end: int) -> bool:
        return any(stop in self.text[start:end] for stop in _STOPS)

    def _sentence_end(self, start: int, most: int) -> int:
        for at in range(start, min(len(self.text), start + most)):
            if self.text[at] in _SENTENCE_ENDS:
                return at
        return start + most
