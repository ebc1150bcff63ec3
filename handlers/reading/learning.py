"""Learning weights from labelled messages: logistic regression with a quadratic penalty, by dual coordinate descent.

The method is that of Yu, Huang and Lin, "Dual coordinate descent methods for logistic regression and maximum entropy
models" (Machine Learning 85, 2011), one inner Newton step bounded by bisection. The same messages in the same order give
the same weights. Some ten thousand messages take a second or two for one question.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

MOST_ROUNDS = 60
INNER_STEPS = 30
_STRIDES = (7919, 6101, 4409, 3271, 2089, 1223, 541, 331, 127)
"""Primes: a step of one of these visits every message, unless their number is a multiple of it."""

CLOSE_ENOUGH = 1e-3
"""A round in which no message moved by more than this part of its bound is the last."""


@dataclass(frozen=True, slots=True)
class Lesson:
    """One labelled message for one question: its features, the answer, how much a mistake about it would cost, and what it
    is known to weigh beside those features."""

    features: AbstractSet[str]
    answer: bool
    cost: float = 1.0
    known: float = 0.0


def learn(
    lessons: Sequence[Lesson], strictness: float, start: Mapping[str, float] | None = None
) -> dict[str, float]:
    """Return the weights that answer the lessons with the smallest change from `start` (nothing: from zero).

    `strictness` is what a mistake costs against a large weight: small learns little from each message. The answer to a
    message is yes when the weights of its features add up to more than 0.
    """
    weights = dict(start or {})
    rows = [sorted(lesson.features) for lesson in lessons]
    bounds = [strictness * lesson.cost for lesson in lessons]
    held = [min(1e-3 * bound, 1e-8) for bound in bounds]
    known = [lesson.known for lesson in lessons]
    signs = [1.0 if lesson.answer else -1.0 for lesson in lessons]
    for row, sign, share in zip(rows, signs, held, strict=True):
        for feature in row:
            weights[feature] = weights.get(feature, 0.0) + sign * share
    for turn in range(MOST_ROUNDS):
        moved = 0.0
        for at in _order(len(rows), turn):
            row, sign, bound = rows[at], signs[at], bounds[at]
            margin = sign * (known[at] + sum(map(weights.__getitem__, row)))
            share = _share(held[at], bound, float(len(row)), margin)
            step = share - held[at]
            if step:
                held[at] = share
                moved = max(moved, abs(step) / bound)
                step *= sign
                for feature in row:
                    weights[feature] += step
        if moved < CLOSE_ENOUGH:
            break
    return weights


def _order(count: int, turn: int) -> Iterator[int]:
    """Give each number below `count` once, far apart from the one before it, in another order every turn."""
    stride = next((p for p in _STRIDES[turn % len(_STRIDES) :] if count % p), 1)
    return ((turn + step * stride) % count for step in range(count))


def _share(old: float, bound: float, size: float, margin: float) -> float:
    """Return the share t in (0, bound) of one message that solves size (t - old) + margin + log(t / (bound - t)) = 0."""
    low, high = 0.0, bound
    share = min(max(old, 1e-12 * bound), bound * (1 - 1e-12))
    for _ in range(INNER_STEPS):
        slope = size * (share - old) + margin + math.log(share / (bound - share))
        if abs(slope) < 1e-4:
            break
        if slope > 0:
            high = share
        else:
            low = share
        newer = share - slope / (size + bound / (share * (bound - share)))
        if not low < newer < high:
            newer = (low + high) / 2 if low > 0 else high / 10
        share = newer
    return share
