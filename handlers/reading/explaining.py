"""Why a message was read as it was: each stretch of its words with what it weighed."""

from __future__ import annotations

from collections.abc import Sequence

from handlers.reading.features import DANGER, EDGE, LONGEST, Piece
from handlers.reading.lexicon import Danger
from handlers.reading.weights import BIAS, NOTHING, Table

LEAST = 0.15
"""Less than this is not worth a word."""

MOST = 8
"""So many stretches are told, the heaviest first."""


def stretches(pieces: Sequence[Piece], question: int, table: Table) -> list[tuple[str, float]]:
    """Return the stretches of neighbouring pieces that speak for or against, with their weights, the heaviest first.

    The weight of a run is shared out evenly among its pieces, so that all stretches, the dangers and the bias add up to
    the whole.
    """
    symbols = [EDGE, *[symbol for symbol, _ in pieces], EDGE]
    shares = [0.0] * len(symbols)
    seen: set[str] = set()
    for length in range(1, LONGEST + 1):
        for at in range(len(symbols) - length + 1):
            run = "".join(symbols[at : at + length])
            if run in seen:
                continue
            seen.add(run)
            share = table.get(run, NOTHING)[question] / length
            for piece in range(at, at + length):
                shares[piece] += share
    shares[1] += shares[0]
    shares[-2] += shares[-1]
    found: list[tuple[str, float]] = []
    for (_, said), share in zip(pieces, shares[1:-1], strict=True):
        if found and (found[-1][1] >= 0) == (share >= 0):
            found[-1] = found[-1][0] + said, found[-1][1] + share
        else:
            found.append((said, share))
    return sorted((one for one in found if abs(one[1]) >= LEAST), key=lambda one: -abs(one[1]))[:MOST]


def dangers(named: Sequence[Danger], question: int, table: Table) -> list[tuple[str, float]]:
    """Return the dangers named, with their weights; what naming any weighs goes to the first."""
    weights = [table.get(DANGER + danger.name, NOTHING)[question] for danger in named]
    if weights:
        weights[0] += table.get(DANGER, NOTHING)[question]
    return [(f"[{danger.name}]", weight) for danger, weight in zip(named, weights, strict=True)]


def bias(question: int, table: Table) -> float:
    """Return what every message weighs before a word of it is read."""
    return table.get(BIAS, NOTHING)[question]
