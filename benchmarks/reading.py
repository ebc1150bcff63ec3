"""How well and how fast messages are read: `python -m benchmarks.reading [--wrong] [FILE …]`.

Every batch of messages is by a writer of its own, who had not seen the reader:
- *sealed*: a third of the measuring set that nothing was ever learned from and nobody looks at;
- *strangers*: the rest of it, each batch read by weights learned from all the others;
- *learned*: the same, read by the packaged weights, which were learned from them too;
- *ordinary* and *treacherous chat*: further batches of chatter, each read by weights learned without it.
Takes five minutes. `--wrong` lists what is misread among the strangers; the sealed part is never listed.
"""

from __future__ import annotations

import argparse
import csv
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks import lessons
from benchmarks.figures import Figure, report
from handlers.reading import DEFAULT, Words, as_json, load_words, read

SET = lessons.DATA / "messages.csv"
SEALED = lessons.DATA / "sealed.csv"
ORDINARY = ("B2",)
"""Batches whose chatter is ordinary: short, and little of it has the words of calls."""

TREACHEROUS = ("B3", "B4", "B5", "B6", "B7")
"""Batches whose chatter is full of addresses and of what breaks, leaks and smells elsewhere in life."""

PLACE = ("building", "unit", "floor", "room")
Row = dict[str, str]


@dataclass
class Figures:
    """Counts of one part of the set, and the rates made of them."""

    counts: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list, repr=False)

    def rate(self, right: str, *of: str) -> float:
        whole = sum(self.counts[name] for name in of)
        return self.counts[right] / whole if whole else 1.0

    @property
    def precision(self) -> float:
        return self.rate("found", "found", "false")

    @property
    def recall(self) -> float:
        return self.rate("found", "found", "missed")

    @property
    def false_alarms(self) -> float:
        return self.rate("false", "chatter")

    @property
    def category(self) -> float:
        return self.rate("category", "found")

    @property
    def place(self) -> float:
        return self.rate("place", "calls")

    @property
    def emergencies(self) -> float:
        return self.rate("emergency", "emergencies")


def load(path: Path = SET) -> list[Row]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def strangers(rows: Sequence[Row], more: Sequence[lessons.Message]) -> Figures:
    """Return the figures of messages whose whole batch was kept from the weights they are read with.

    `more` are further messages to learn from.
    """
    together = Figures()
    for batch in sorted({row["batch"] for row in rows}):
        others = [row for row in [*more, *rows] if row["batch"] != batch]
        words = load_words(table=lessons.weights_of(others, load_words(table={})))
        figures = measure([row for row in rows if row["batch"] == batch], words)
        together.counts += figures.counts
        together.wrong += figures.wrong
    return together


def measure(rows: Iterable[Row], words: Words = DEFAULT) -> Figures:
    figures = Figures()
    counts = figures.counts
    for row in rows:
        full = read(row["text"], words)
        reading = as_json(full)
        call = row["is_report"] == "1"
        if not call:
            counts["chatter"] += 1
            if reading["is_report"]:
                counts["false"] += 1
                figures.wrong.append(f"FALSE  {reading['category']}  {reading['sure']}  {row['text']}")
            continue
        counts["calls"] += 1
        counts["found" if reading["is_report"] else "missed"] += 1
        if not reading["is_report"]:
            figures.wrong.append(f"MISSED {row['category']}  {reading['sure']}  {row['text']}")
        elif reading["category"] in (row["category"], *also(row)):
            counts["category"] += 1
        else:
            figures.wrong.append(
                f"CATEGORY {row['category']} read {reading['category']}  {reading['sure']}  {row['text']}"
            )
        if all(getattr(full, part) == row[part] for part in PLACE):
            counts["place"] += 1
        else:
            got = "/".join(getattr(full, part) for part in PLACE)
            figures.wrong.append(f"PLACE  {'/'.join(row[part] for part in PLACE)} read {got}  {row['text']}")
        if row["urgency"] == "emergency":
            counts["emergencies"] += 1
            if reading["urgency"] == "emergency":
                counts["emergency"] += 1
            else:
                figures.wrong.append(f"EMERGENCY missed  {reading['sure']}  {row['text']}")
        elif reading["urgency"] == "emergency":
            counts["overstated"] += 1
            figures.wrong.append(f"OVERSTATED {row['urgency']}  {reading['sure']}  {row['text']}")
        counts["urgency"] += reading["urgency"] == row["urgency"]
        counts["kind"] += reading["kind"] == row["kind"]
    return figures


def also(row: Row) -> tuple[str, ...]:
    """Return the other acceptable categories of a row, from `alt=` in its note."""
    notes = row["note"].split(";")
    return tuple(note.removeprefix("alt=") for note in notes if note.startswith("alt="))


def summary(name: str, figures: Figures) -> None:
    counts = figures.counts
    print(
        f"{name:>10}: {counts['calls'] + counts['chatter']} messages, precision {figures.precision:.3f}, "
        f"recall {figures.recall:.3f}, false alarms {figures.false_alarms:.3%}, category {figures.category:.3f}, "
        f"place {figures.place:.3f}, emergencies {counts['emergency']}/{counts['emergencies']} "
        f"(overstated {counts['overstated']}), urgency {figures.rate('urgency', 'calls'):.3f}, "
        f"kind {figures.rate('kind', 'calls'):.3f}"
    )


def speed(rows: Sequence[Row]) -> float:
    """Return microseconds per message, the best of five rounds."""
    texts = [row["text"] for row in rows]
    best = float("inf")
    for _ in range(5):
        start = time.perf_counter()
        for text in texts:
            read(text)
        best = min(best, time.perf_counter() - start)
    return best / len(texts) * 1e6


def chatter(batches: Sequence[str], rows: Sequence[lessons.Message]) -> Figures:
    """Return the figures of the chatter of these batches, each read by weights learned without it."""
    talk = [dict(row) for row in rows if row["batch"] in batches and not lessons.is_call(row)]
    return strangers(talk, [row for row in rows if row["batch"] not in batches])


def told(of: str, figures: Figures) -> list[Figure]:
    """Return what the issue asks for of these figures, as lines of the table."""
    return [
        Figure("reading", f"{of}: precision", figures.precision, "", at_least=0.95),
        Figure("reading", f"{of}: recall", figures.recall, "", at_least=0.90),
        Figure("reading", f"{of}: category", figures.category, "", at_least=0.90),
        Figure("reading", f"{of}: building, unit, floor and room", figures.place, "", at_least=0.93),
        Figure("reading", f"{of}: emergencies found", figures.emergencies, "", at_least=1.0),
    ]


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("files", nargs="*", type=Path, help="other labelled sets, read whole")
    arguments.add_argument("--wrong", action="store_true", help="list what strangers' messages are misread")
    given = arguments.parse_args()
    for path in given.files:
        figures = measure(load(path))
        summary(path.stem, figures)
        if given.wrong:
            print("\n".join(figures.wrong))
    if given.files:
        return
    rows, sealed = load(), load(SEALED)
    learned = lessons.read(lessons.LESSONS[:1])
    of_sealed, of_strangers = measure(sealed), strangers(rows, learned)
    of_chat, of_treacherous = (chatter(batches, [*learned, *rows]) for batches in (ORDINARY, TREACHEROUS))
    for name, figures in ("sealed", of_sealed), ("strangers", of_strangers), ("learned", measure(rows)):
        summary(name, figures)
    if given.wrong:
        print("\n".join(of_strangers.wrong))
    report(
        [
            *told("sealed", of_sealed),
            *told("strangers", of_strangers),
            Figure("reading", "ordinary chat taken for calls", of_chat.false_alarms * 100, "%", at_most=0.5),
            Figure("reading", "treacherous chat taken for calls", of_treacherous.false_alarms * 100, "%"),
            Figure("reading", "a message", speed(rows), "µs", at_most=150),
        ]
    )


if __name__ == "__main__":
    main()
