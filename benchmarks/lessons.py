"""Learns the packaged weights from the labelled messages: `python -m benchmarks.lessons`.

Writes handlers/reading/words/weights.tsv. The same messages give the same file; its first line says from which it was
made. The sealed part of the measuring set is never among them.
"""

from __future__ import annotations

import csv
import hashlib
from collections import Counter
from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import replace
from pathlib import Path

from handlers.reading import dangers, features
from handlers.reading.learning import Lesson, learn
from handlers.reading.lexicon import Words
from handlers.reading.loading import load_words
from handlers.reading.normalise import normalise
from handlers.reading.weights import BIAS, FIRST_CATEGORY, QUESTIONS, Row
from storage.records import Category

Message = Mapping[str, str]

DATA = Path(__file__).parent.parent / "tests" / "handlers" / "reading" / "data"
LESSONS = (DATA / "lessons.csv", DATA / "messages.csv")
PRIMER = DATA / "primer.csv"
"""Words of each category in the shortest of sentences: they teach the categories and nothing else, since what is said so
baldly says little about what people say."""

BATCH_COSTS = {"primer": 0.2, "O1": 6.0, "O2": 3.0, "O3": 3.0, "O4": 3.0}
"""A mistake about a message of the primer costs little; about what everybody types in just these words (O1 and the
following), much."""

ENGLISH_BATCH = "E1"
"""English by the project's own hand, in few sentences often repeated: see weights_of."""

WEIGHTS = Path(__file__).parent.parent / "handlers" / "reading" / "words" / "weights.tsv"

SEEN_IN = 4
"""Features of fewer messages than this are left out: they would only remember those messages."""

STRICTNESS = 1.0
COSTS = {"call": 0.8, "danger": 6.0}
"""What a missed yes costs, against a wrong one."""

LEAST = 2
"""Weights below this many hundredths are left out."""


def read(paths: Sequence[Path] = LESSONS) -> list[Message]:
    rows: list[Message] = []
    for path in paths:
        with path.open(encoding="utf-8", newline="") as file:
            rows += csv.DictReader(file)
    return rows


def made_from(paths: Sequence[Path] = LESSONS) -> str:
    """Return the fingerprint of the messages and of what turns them into weights."""
    digest = hashlib.sha256()
    for path in (*paths, PRIMER, Path(__file__)):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def is_call(row: Message) -> bool:
    return row["is_report"] == "1"


Asked = Callable[[Message], bool]


def questions() -> dict[str, tuple[Asked, Asked]]:
    """Return for each question of whom it is asked, and when the answer is yes."""
    asked: dict[str, tuple[Asked, Asked]] = {
        "call": (lambda row: True, is_call),
        "danger": (
            lambda row: "borderline=emergency" not in row["note"],
            lambda row: row["urgency"] == "emergency",
        ),
        "pressing": (is_call, lambda row: row["urgency"] != "normal"),
        "complaint": (is_call, lambda row: row["kind"] == "complaint"),
        "asking": (lambda row: not is_call(row), lambda row: row["kind"] == "consult"),
    }
    return asked | {category.value: _about(category.value) for category in Category}


def _about(name: str) -> tuple[Asked, Asked]:
    """Is it about this category? Not asked of a call that could as well be: `alt=` in its note."""
    return (
        lambda row: is_call(row) and f"alt={name}" not in row["note"],
        lambda row: row["category"] == name,
    )


def weights_of(rows: Sequence[Message], words: Words) -> dict[str, Row]:
    """Return the weights learned from these messages and the primer: feature → a weight for each question.

    The English batch is learned after the others, and of Latin words alone: what both languages have in common, a place, a
    number, a pause, the name of a danger, weighs what the others taught, and more English makes Chinese read no otherwise.
    """
    rows = [*rows, *read([PRIMER])]
    seen: list[Set[str]] = []
    for row in rows:
        plain = normalise(row["text"], words)
        seen.append(features.features(plain, dangers.named(plain, words)))
    often = Counter(feature for some in seen for feature in some)
    kept = {feature for feature, times in often.items() if times >= SEEN_IN}
    heard = [(some & kept) | {BIAS} for some in seen]
    table: dict[str, list[float]] = {}
    for column, (name, (of_whom, yes)) in enumerate(questions().items()):
        asked = [
            (row["batch"] == ENGLISH_BATCH, Lesson(some, yes(row), _costs(name, row, yes(row))))
            for row, some in zip(rows, heard, strict=True)
            if of_whom(row) and (row["batch"] != "primer" or column >= FIRST_CATEGORY)
        ]
        first = learn([_in_any_language(one) for own, one in asked if not own], STRICTNESS)
        later = learn(
            [_beside(first, one) for _, one in asked if features.ENGLISH in one.features], STRICTNESS
        )
        for weights in first, later:
            for feature, weight in weights.items():
                table.setdefault(feature, [0.0] * len(QUESTIONS))[column] += weight
    return {feature: tuple(row) for feature, row in table.items()}


def _in_any_language(lesson: Lesson) -> Lesson:
    return replace(lesson, features=lesson.features - {features.ENGLISH})


def _beside(first: Mapping[str, float], lesson: Lesson) -> Lesson:
    """Return the lesson of its Latin words alone, beside what all of it weighs already."""
    own = frozenset(filter(features.of_latin, lesson.features))
    return replace(lesson, features=own, known=sum(first.get(one, 0.0) for one in sorted(lesson.features)))


def _costs(question: str, row: Message, yes: bool) -> float:
    return BATCH_COSTS.get(row["batch"], 1.0) * (COSTS.get(question, 1.0) if yes else 1.0)


def written(table: Mapping[str, Row], of: str) -> str:
    lines = [
        f"# Made by python -m benchmarks.lessons from {of}; hundredths.",
        "\t".join(["feature", *QUESTIONS]),
    ]
    for feature in sorted(table):
        hundredths = [round(weight * 100) for weight in table[feature]]
        kept = [str(n) if abs(n) >= LEAST else "" for n in hundredths]
        while kept and not kept[-1]:
            kept.pop()
        if kept:
            lines.append("\t".join([feature, *kept]))
    return "\n".join(lines) + "\n"


def main() -> None:
    rows = read()
    words = load_words(table={})
    table = weights_of(rows, words)
    WEIGHTS.write_text(written(table, made_from()), "utf-8")
    print(f"{len(rows)} messages, {len(table)} features, {WEIGHTS.stat().st_size / 1024:.0f} kB")


if __name__ == "__main__":
    main()
