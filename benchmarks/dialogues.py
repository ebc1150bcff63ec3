"""How often talk over several messages leads to what its author expects: `python -m benchmarks.dialogues [ID …]`.

Each dialogue is played through the real desk on a real database (tests/handlers/dialogues/). Those that were given with
the task are counted by themselves; of the others every third is held out, and it is never listed what is wrong there.
The fresh ones were written afterwards by somebody else; when they were first played, before anybody who works on the desk
had seen one, 33 of 40 came out right.
Below each wrong one stands what the reader made of its messages, so that it can be told whose mistake it is. `--labelled` shows the desk apart from the reader: what is a call, and of what, its author says.
"""

from __future__ import annotations

import argparse
import asyncio
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from handlers import conversation
from handlers.reading import DEFAULT, Reading, Urgency, Words, read
from storage.records import Category, Kind
from tests.handlers.dialogues.ground import DIALOGUES, dialogues, lay
from tests.handlers.dialogues.play import Played, as_labelled, play


def parts(told: list[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    """Return those given with the task, those that may be looked at, every third of the rest, which is held out, and
    those written afresh."""
    others = [one for one in told if one["id"].startswith("N")]
    return {
        "given": [one for one in told if one["id"].startswith("D")],
        "looked at": [one for at, one in enumerate(others) if at % 3 != 2],
        "held out": [one for at, one in enumerate(others) if at % 3 == 2],
        "fresh": [one for one in told if one["id"].startswith("F")],
    }


async def played(told: list[dict[str, Any]], *, labelled: bool = False) -> list[Played]:
    """Play them. `labelled`: whether a message is a call, and of what, is taken from its author and not read."""
    with tempfile.TemporaryDirectory() as folder:
        template = await lay(Path(folder))
        results = []
        for one in told:
            with given(as_labelled(one) if labelled else {}):
                results.append(await play(template, one))
        return results


@contextmanager
def given(labels: Mapping[str, tuple[str, bool]]) -> Iterator[None]:
    """Let the desk hear what messages are from their labels; where they say is read all the same."""

    def labelled(text: str, words: Words = DEFAULT) -> Reading:
        reading = read(text, words)
        if text not in labels:
            return reading
        category, danger = labels[text]
        if not category:
            return replace(reading, is_report=False, sure=min(reading.sure, 0.3), emergency="")
        urgency = Urgency.EMERGENCY if danger else Urgency.NORMAL
        kind, what = reading.kind or Kind.REPAIR, Category(category)
        return replace(
            reading, is_report=True, sure=0.95, kind=kind, category=what, urgency=urgency, follow_up=""
        )

    conversation.read = labelled
    try:
        yield
    finally:
        conversation.read = read


def show(one: Played) -> None:
    print(f"\n{one.told['id']} {one.told['desc']}")
    for fault in one.faults:
        print(f"    {fault}")
    for message, action in zip(one.told["messages"], one.actions, strict=True):
        print(
            f"    {message['sender']} {message['text']!r} → {action}   read: {heard(read(message['text']))}"
        )


def heard(reading: Reading) -> str:
    """Return a reading in a few words."""
    what = f"{reading.category or '-'}" + (" EMERGENCY" if reading.urgency is Urgency.EMERGENCY else "")
    parts = (reading.building, reading.unit, reading.floor, reading.room, reading.place)
    where = "/".join(parts) if any(parts) else ""
    return f"{reading.sure} {what} {where} {reading.follow_up}".strip()


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("ids", nargs="*", metavar="ID", help="show these, right or wrong")
    arguments.add_argument("--labelled", action="store_true", help="take from their author what messages are")
    asked = arguments.parse_args()
    told = dialogues(DIALOGUES)
    if asked.ids:
        some = [one for one in told if one["id"] in asked.ids]
        for one in asyncio.run(played(some, labelled=asked.labelled)):
            show(one)
        return
    for name, some in parts(told).items():
        results = asyncio.run(played(some, labelled=asked.labelled))
        wrong = [one for one in results if one.faults]
        exact = sum(one.actions == one.told["expected"]["actions"] for one in results)
        print(
            f"{name:>10}: {len(results) - len(wrong)} of {len(results)} right; every message as expected in {exact}"
        )
        if name != "held out":
            for one in wrong:
                show(one)


if __name__ == "__main__":
    main()
