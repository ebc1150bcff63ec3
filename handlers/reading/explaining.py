"""Why a message was read as it was: its words with what each weighed."""

from __future__ import annotations

from collections.abc import Sequence

from handlers.reading.features import DANGER, EDGE, LONGEST, Piece
from handlers.reading.lexicon import Danger
from handlers.reading.weights import BIAS, NOTHING, Table

LEAST = 0.15
"""Less than this is not worth a word."""

MOST = 8
"""So many words are told, the heaviest first."""


def words(pieces: Sequence[Piece], question: int, table: Table) -> list[tuple[str, float]]:
    """Return the words that speak for or against, with what each weighs, the heaviest first.

    The weight of a run is shared out evenly among its pieces, so that all words, the dangers and the bias add up to the
    whole. What is a word is told by the weights themselves: the runs that weigh most are.
    """
    row = [EDGE, *[symbol for symbol, _ in pieces], EDGE]
    shares = [0.0] * len(row)
    seen: set[str] = set()
    for length in range(1, LONGEST + 1):
        for at in range(len(row) - length + 1):
            run = "".join(row[at : at + length])
            if run not in seen:
                seen.add(run)
                share = table.get(run, NOTHING)[question] / length
                shares[at : at + length] = [before + share for before in shares[at : at + length]]
    shares[1] += shares[0]
    shares[-2] += shares[-1]
    found: dict[str, float] = {}
    for start, end in _cut(row[1:-1], question, table):
        said = "".join(said for _, said in pieces[start:end])
        found[said] = found.get(said, 0.0) + sum(shares[start + 1 : end + 1])
    heavy = [(said, weight) for said, weight in found.items() if abs(weight) >= LEAST]
    return sorted(heavy, key=lambda one: -abs(one[1]))[:MOST]


def _cut(symbols: Sequence[str], question: int, table: Table) -> list[tuple[int, int]]:
    """Return the cut of the pieces into runs of up to LONGEST that together weigh most, for or against."""
    best: list[tuple[float, int]] = [(0.0, 0)]
    for end in range(1, len(symbols) + 1):
        choices = []
        for start in range(max(0, end - LONGEST), end):
            inside = sum(
                table.get("".join(symbols[left:right]), NOTHING)[question]
                for left in range(start, end)
                for right in range(left + 1, end + 1)
            )
            choices.append((best[start][0] + abs(inside), start))
        best.append(max(choices))
    cuts: list[tuple[int, int]] = []
    end = len(symbols)
    while end:
        cuts.append((best[end][1], end))
        end = best[end][1]
    return cuts[::-1]


def dangers(named: Sequence[Danger], question: int, table: Table) -> list[tuple[str, float]]:
    """Return the dangers named, with their weights; what naming any weighs goes to the first."""
    weights = [table.get(DANGER + danger.name, NOTHING)[question] for danger in named]
    if weights:
        weights[0] += table.get(DANGER, NOTHING)[question]
    return [(f"[{danger.name}]", weight) for danger, weight in zip(named, weights, strict=True)]


def bias(question: int, table: Table) -> float:
    """Return what every message weighs before a word of it is read."""
    return table.get(BIAS, NOTHING)[question]
