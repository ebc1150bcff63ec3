"""How well and how fast messages are read: `python -m benchmarks.reading [--wrong] [FILE …]`.

The measuring set is in two parts: every third message is held out, and `--wrong` never lists how those are misread.
The held-out figures still flatter, because the same hands wrote the messages and then the word lists. What a batch
of new messages got at its very first reading, before any word was added for it, is the honest guess for strangers'
messages (precision / recall / category / place; emergencies found; false alarms):

    284 messages, vivid paraphrases          0.82 / 0.63 / 0.79 / 0.93;   7 of 17;  11.9 %
    131 messages, everyday and traps         0.89 / 0.91 / 0.92 / 0.95;  10 of 11;  10.6 %
    160 messages, two thirds of them traps   0.69 / 0.86 / 0.88 / 0.98;   7 of 8;   17.3 %
    150 messages, two thirds of them traps   0.80 / 0.82 / 0.93 / 0.96;   3 of 6;   11.5 %
     99 traps                                                                        9.1 %

A trap is chatter that speaks of the very things calls are about. Plain chat seldom does.
"""

from __future__ import annotations

import argparse
import csv
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from handlers.reading import as_json, read

SET = Path(__file__).parent.parent / "tests" / "handlers" / "reading" / "data" / "messages.csv"
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


def parts(rows: Sequence[Row]) -> dict[str, list[Row]]:
    """Return the part that may be looked at, and the part held out: every third."""
    return {
        "looked at": [row for at, row in enumerate(rows) if at % 3 != 2],
        "held out": [row for at, row in enumerate(rows) if at % 3 == 2],
    }


def measure(rows: Iterable[Row]) -> Figures:
    figures = Figures()
    counts = figures.counts
    for row in rows:
        reading = as_json(read(row["text"]))
        call = row["is_report"] == "1"
        if not call:
            counts["chatter"] += 1
            if reading["is_report"]:
                counts["false"] += 1
                figures.wrong.append(f"FALSE  {reading['category']}  {row['text']}  {reading['why']}")
            continue
        counts["calls"] += 1
        counts["found" if reading["is_report"] else "missed"] += 1
        if not reading["is_report"]:
            figures.wrong.append(f"MISSED {row['category']}  {row['text']}  {reading['why']}")
        elif reading["category"] in (row["category"], *also(row)):
            counts["category"] += 1
        else:
            figures.wrong.append(
                f"CATEGORY {row['category']} read {reading['category']}  {row['text']}  {reading['why']}"
            )
        full = read(row["text"])
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
                figures.wrong.append(f"EMERGENCY missed  {row['text']}  {reading['why']}")
        elif reading["urgency"] == "emergency":
            counts["overstated"] += 1
            figures.wrong.append(f"OVERSTATED {row['urgency']}  {row['text']}  {reading['why']}")
        counts["urgency"] += reading["urgency"] == row["urgency"]
        counts["kind"] += reading["kind"] == row["kind"]
    return figures


def also(row: Row) -> tuple[str, ...]:
    """Return the other acceptable categories of a row, from `alt=` in its note."""
    notes = row["note"].split(";")
    return tuple(note.removeprefix("alt=") for note in notes if note.startswith("alt="))


def report(name: str, figures: Figures) -> None:
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


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("files", nargs="*", type=Path, help="other labelled sets, read whole")
    arguments.add_argument(
        "--wrong", action="store_true", help="list what is misread (never of the part held out)"
    )
    given = arguments.parse_args()
    for path in given.files or [SET]:
        rows = load(path)
        for name, some in (parts(rows) if path == SET else {path.stem: rows}).items():
            figures = measure(some)
            report(name, figures)
            if given.wrong and name != "held out":
                print("\n".join(figures.wrong))
        print(f"{speed(rows):.0f} µs per message")


if __name__ == "__main__":
    main()
