"""What each feature weighs, for each question asked of a message.

The questions are the columns of `words/weights.tsv`: is it a call, is it dangerous, is it pressing, is it a complaint
(or a repair), does it ask for information, and is it about this category. The file is made from the labelled messages by
`python -m benchmarks.lessons` and read as it is; a community's own weights are added to it.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from functools import cache
from importlib.resources import files

from storage.records import Category

CALL, DANGER, PRESSING, COMPLAINT, ASKING = range(5)
QUESTIONS = ("call", "danger", "pressing", "complaint", "asking", *(category.value for category in Category))
FIRST_CATEGORY = 5
BIAS = "\ue01f"
"""The feature every message has."""

Row = tuple[float, ...]
Table = Mapping[str, Row]
NOTHING: Row = (0.0,) * len(QUESTIONS)


@cache
def shipped() -> dict[str, Row]:
    """Return the packaged weights."""
    return parsed(files(__package__).joinpath("words", "weights.tsv").read_text("utf-8").splitlines())


def parsed(lines: Sequence[str]) -> dict[str, Row]:
    """Return the weights of a file like `words/weights.tsv`. Raises ValueError when its columns are not the questions of
    today."""
    head = next(line for line in lines if not line.startswith("#"))
    if head.split("\t")[1:] != list(QUESTIONS):
        raise ValueError(
            "weights.tsv answers other questions: make it anew with python -m benchmarks.lessons"
        )
    # Written in hundredths: a few hundred different numbers, shared by all rows.
    number = {str(n): n / 100 for n in range(-2000, 2001)} | {"": 0.0}
    table: dict[str, Row] = {}
    for line in lines:
        if line.startswith("#") or line is head:
            continue
        feature, *written = line.split("\t")
        table[feature] = (*map(number.__getitem__, written), *NOTHING[len(written) :])
    return table


def differences(learned: Mapping[str, Mapping[str, float]]) -> dict[str, Row]:
    """Return what a community learned (feature → question → weight) as rows to be added to the packaged ones.

    They stand beside the packaged table, which all communities share. What was learned by an older program may answer
    questions of then: those are left out.
    """
    return {feature: tuple(said.get(name, 0.0) for name in QUESTIONS) for feature, said in learned.items()}


def merged(table: Table, learned: Table) -> Table:
    """Return one table of both."""
    if not learned:
        return table
    return {**table, **{one: added([table.get(one, NOTHING), row]) for one, row in learned.items()}}


def rows(features: Collection[str], table: Table, learned: Table) -> list[Row]:
    """Return the weights of those features that have any, the one all messages have among them."""
    found = list(filter(None, map(table.get, features)))
    if learned:
        found += filter(None, map(learned.get, features))
    found.append(table.get(BIAS, NOTHING))
    return found


def added(rows: Sequence[Row]) -> Row:
    """Return what all of them weigh together, for every question."""
    return tuple(map(sum, zip(*rows, strict=True)))


def of_one(rows: Sequence[Row], question: int) -> float:
    """Return what all of them weigh together for one question."""
    return sum([row[question] for row in rows])


def likely(weight: float) -> float:
    """Return the probability that a weight stands for, 0 to 1."""
    return 1 / (1 + math.exp(-max(-40.0, min(40.0, weight))))
