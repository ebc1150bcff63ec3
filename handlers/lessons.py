"""What a community's corrections teach its reader, and what that would change, told before anything changes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from handlers.reading import Reading, Urgency, Words, dangers, features, load_words, read
from handlers.reading.learning import Lesson as Question
from handlers.reading.learning import learn
from handlers.reading.normalise import normalise
from handlers.reading.weights import BIAS, CALL, NOTHING, QUESTIONS
from storage.records import Category, Directory, Example

STRICTNESS = 0.2
"""What a misread example costs against a change of weights: so little that strangers are hardly carried along."""

DOUBLINGS = 6
"""How often that is doubled for an example which is still misread: people's word about these very words shall count."""

LEAST = 0.005
"""A change smaller than this is none."""

MOST_WEIGHED = 200
"""So many changes are told, the largest."""

FIXED = "\ue01e"
"""Stands before the name of what weighs in a message and is not to be learned."""

Weights = Mapping[str, Mapping[str, float]]


def words_of(directory: Directory, community: str) -> Words:
    """Return what a community's messages are read with: the packaged words, its file's, and what it has learned."""
    lesson = directory.lessons.get(community)
    return load_words(directory.communities[community].words, lesson.weights if lesson else None)


@dataclass(frozen=True, slots=True)
class Misread:
    """An example, and how it is read at present: otherwise."""

    example: Example
    reading: Reading


@dataclass(frozen=True, slots=True)
class Changed:
    """A message of the measuring set that would be read otherwise."""

    words: str
    before: Reading
    after: Reading

    @property
    def loses_a_danger(self) -> bool:
        return self.before.urgency is Urgency.EMERGENCY and self.after.urgency is not Urgency.EMERGENCY


@dataclass(frozen=True, slots=True)
class Report:
    """What would be learned. `examples`: those that count; `new`: how many the last lesson did not know. `misread`: today,
    `still`: afterwards. `weights`: the differences from the shipped ones; `heaviest`: (feature, question, how much),
    largest first. `changed`: of the measuring set."""

    examples: tuple[Example, ...]
    new: int
    misread: tuple[Misread, ...]
    still: tuple[Misread, ...]
    weights: Weights
    heaviest: tuple[tuple[str, str, float], ...]
    changed: tuple[Changed, ...]

    @property
    def dangers_lost(self) -> tuple[Changed, ...]:
        return tuple(one for one in self.changed if one.loses_a_danger)


def study(directory: Directory, community: str, given: Sequence[Example], measure: Iterable[str]) -> Report:
    """Return what the examples of a community teach, and what that would change.

    It is always learned from the shipped weights and all examples that are kept: the same examples teach the same, in
    however many lessons. Of the same words the last that was said of them counts. `measure`: messages to try it on.
    """
    lesson, extra = directory.lessons.get(community), directory.communities[community].words
    examples = tuple({one.words: one for one in given}.values())
    weights = _learned(extra, examples)
    today, then = words_of(directory, community), load_words(extra, weights)
    changes = (Changed(text, read(text, today), read(text, then)) for text in measure)
    return Report(
        examples=examples,
        new=sum(1 for one in examples if lesson is None or one.at > lesson.at),
        misread=_misread(examples, today),
        still=_misread(examples, then),
        weights=weights,
        heaviest=_heaviest(weights),
        changed=tuple(one for one in changes if _verdict(one.before) != _verdict(one.after)),
    )


def _misread(examples: Iterable[Example], words: Words) -> tuple[Misread, ...]:
    readings = ((one, read(one.words, words)) for one in examples)
    return tuple(Misread(one, reading) for one, reading in readings if not right(one, reading))


def right(example: Example, reading: Reading) -> bool:
    """True when it is read as people say: whether it is a call, and its category where they named one."""
    if reading.is_report != example.call:
        return False
    return not example.call or example.category in (None, reading.category)


def _verdict(reading: Reading) -> tuple[Any, ...]:
    return reading.is_report, reading.category if reading.is_report else None, reading.urgency


# --- learning -----------------------------------------------------------------------------------------------------------


def _learned(extra: Mapping[str, Any], examples: Sequence[Example]) -> dict[str, dict[str, float]]:
    """Return by how much weights differ after the examples: feature → question → weight.

    Only whether a message is a call and what it is about is learned, never how dangerous something is; and words that
    name a danger now are no lesson in staying silent: a drill called off must not make the next cry less heard.
    """
    words = load_words(extra)
    heard = [_Heard(one, words) for one in examples]
    different: dict[str, dict[str, float]] = {}
    for _ in range(1 + DOUBLINGS):
        different = _answered(words, heard)
        then = load_words(extra, different)
        wrong = [
            one for one in heard if one.teaches and not right(one.example, read(one.example.words, then))
        ]
        if not wrong:
            break
        for one in wrong:
            one.cost *= 2
    return different


def _answered(words: Words, heard: Sequence[_Heard]) -> dict[str, dict[str, float]]:
    different: dict[str, dict[str, float]] = {}
    _answer(different, words, CALL, [(one, one.example.call) for one in heard if one.teaches])
    named = [one for one in heard if one.example.call and one.example.category is not None]
    meant = {one.example.category for one in named}
    mistaken = {one.category for one in named if one.category is not one.example.category}
    for category in Category:
        if mistaken and category in meant | mistaken:
            question = QUESTIONS.index(category.value, CALL + 1)
            _answer(different, words, question, [(one, one.example.category is category) for one in named])
    return different


class _Heard:
    """An example with its features, and how it is read as shipped. `teaches`: whether it is a call."""

    def __init__(self, example: Example, words: Words) -> None:
        plain = normalise(example.words, words)
        reading = read(example.words, words)
        self.example = example
        self.features = features.features(plain, dangers.named(plain, words))
        self.signs = [words.signs[said] for _, said in words.sign_index.find(plain)]
        self.teaches = example.call or reading.urgency is not Urgency.EMERGENCY
        self.category = reading.category
        self.cost = 1.0


def _answer(
    different: dict[str, dict[str, float]],
    words: Words,
    question: int,
    asked: Sequence[tuple[_Heard, bool]],
) -> None:
    """Learn the answers to one question and note what that changes.

    What weighs in every message, and the community's own words, stay as they are: they stand among the features under
    a name of their own, whose change is forgotten.
    """
    lessons: list[Question] = []
    start: dict[str, float] = {}
    for heard, answer in asked:
        fixed = words.weights.get(BIAS, NOTHING)[question] + sum(row[question] for row in heard.signs)
        name = f"{FIXED}{fixed}"
        start |= {one: words.weights.get(one, NOTHING)[question] for one in heard.features} | {name: fixed}
        lessons.append(Question(heard.features | {name}, answer, heard.cost))
    for feature, weight in learn(lessons, STRICTNESS, start).items():
        change = round(weight - start[feature], 3)
        if abs(change) >= LEAST and not feature.startswith(FIXED):
            different.setdefault(feature, {})[QUESTIONS[question]] = change


def _heaviest(weights: Weights) -> tuple[tuple[str, str, float], ...]:
    flat = [(feature, name, change) for feature, own in weights.items() for name, change in own.items()]
    flat.sort(key=lambda one: (-abs(one[2]), one[0], one[1]))
    return tuple((features.readable(feature), name, change) for feature, name, change in flat[:MOST_WEIGHED])
