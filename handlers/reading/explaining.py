"""Why a message was read as it was: its words with what each weighed."""

from __future__ import annotations

from collections.abc import Sequence

from handlers.reading.features import DANGER, EDGE, ENGLISH, IN_ENGLISH, LONGEST, STANDING, Piece
from handlers.reading.lexicon import Danger
from handlers.reading.weights import BIAS, NOTHING, Table

LEAST = 0.15
"""Less than this is not worth a word."""

MOST = 8
"""So many words are told, the heaviest first."""

REST = "其余 the rest"
EVERY = "每句话 every message"

Part = tuple[str, float]


def words(pieces: Sequence[Piece], questions: Sequence[int], table: Table) -> list[list[Part]]:
    """Return for each question the words that speak for or against, with what each weighs, the heaviest first.

    The weight of a run is shared out evenly among its pieces, so that all words, the dangers and the bias add up to the
    whole; what is too light to tell is told together as the rest. The words are the same for all questions.
    """
    symbols = [symbol for symbol, _ in pieces]
    cuts = _cut(symbols, table)
    return [_told(pieces, cuts, _shares([EDGE, *symbols, EDGE], question, table)) for question in questions]


def _shares(row: Sequence[str], question: int, table: Table) -> list[float]:
    """Return what each of the pieces between the edges weighs; of an empty message, one share for what its edges weigh."""
    shares = [0.0] * len(row)
    seen = {EDGE}
    for length in range(1, LONGEST + 1):
        for at in range(len(row) - length + 1):
            run = "".join(row[at : at + length])
            if run not in seen:  # what is said twice weighs once
                seen.add(run)
                share = table.get(run, NOTHING)[question] / length
                for place in range(at, at + length):
                    shares[place] += share
    if len(row) == 2:
        return [sum(shares)]
    shares[1] += shares[0]
    shares[-2] += shares[-1]
    return shares[1:-1]


def _cut(symbols: Sequence[str], table: Table) -> list[tuple[int, int]]:
    """Return the cut of the pieces into words of up to LONGEST.

    What is a word is told by the weights: the pairs that weigh most, for whatever question, and the three that weigh more
    together than their pairs. A place or a number is a word by itself.
    """

    def heavy(start: int, end: int) -> float:
        return sum(map(abs, table.get("".join(symbols[start:end]), NOTHING)))

    pairs = [heavy(at, at + 2) for at in range(len(symbols) - 1)]
    best: list[tuple[float, int]] = [(0.0, 0)]
    for end in range(1, len(symbols) + 1):
        choices = [(best[end - 1][0], end - 1)]
        if end >= 2 and STANDING.isdisjoint(symbols[end - 2 : end]):
            choices.append((best[end - 2][0] + pairs[end - 2], end - 2))
            if end >= 3 and symbols[end - 3] not in STANDING:
                inside = (pairs[end - 3] + pairs[end - 2]) / 2
                choices.append((best[end - 3][0] + inside + heavy(end - 3, end), end - 3))
        best.append(max(choices))
    cuts: list[tuple[int, int]] = []
    end = len(symbols)
    while end:
        cuts.append((best[end][1], end))
        end = best[end][1]
    return cuts[::-1]


def _told(pieces: Sequence[Piece], cuts: Sequence[tuple[int, int]], shares: Sequence[float]) -> list[Part]:
    found: dict[str, float] = {}
    for start, end in cuts:
        said = "".join(said for _, said in pieces[start:end]).strip()
        found[said] = found.get(said, 0.0) + sum(shares[start:end])
    heaviest = sorted(found.items(), key=lambda one: -abs(one[1]))
    told = [one for one in heaviest[:MOST] if abs(one[1]) >= LEAST]
    return [*told, (REST, sum(shares) - sum(weight for _, weight in told))]


def dangers(named: Sequence[Danger], question: int, table: Table) -> list[Part]:
    """Return the dangers named, with their weights; what naming any weighs goes to the first."""
    weights = [table.get(DANGER + danger.name, NOTHING)[question] for danger in named]
    if weights:
        weights[0] += table.get(DANGER, NOTHING)[question]
    return [(f"[{danger.name}]", weight) for danger, weight in zip(named, weights, strict=True)]


def bias(question: int, table: Table) -> Part:
    """Return what every message weighs before a word of it is read."""
    return EVERY, table.get(BIAS, NOTHING)[question]


def english(question: int, table: Table) -> Part:
    """Return what a message weighs for being written in English."""
    return IN_ENGLISH, table.get(ENGLISH, NOTHING)[question]
