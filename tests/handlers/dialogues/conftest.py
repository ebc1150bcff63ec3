"""A place to talk: tickets and messages in short lines, and what came of each message."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

from tests.handlers.dialogues.ground import lay
from tests.handlers.dialogues.play import Played, play

Talk = Callable[[str], Awaitable[Played]]


@pytest.fixture(scope="session")
def kept() -> Iterator[Path]:
    with TemporaryDirectory() as folder:
        yield Path(folder)


@pytest.fixture
async def talk(kept: Path) -> Talk:
    """Play a talk of lines: `T1 elevator 3/1//501 5h A [closed]` is a ticket, `A 0.5 words` a message in minute 0.5.

    A place is building/unit/floor/room/landmark. `>bot:T1 words` replies to a card, `[photo]` is a photo without words.
    """
    template = kept / "ground.db"
    if not template.exists():
        await lay(kept)

    async def played(lines: str) -> Played:
        told: dict[str, Any] = {"id": "own", "desc": "", "open_tickets": [], "messages": []}
        for line in lines.strip().splitlines():
            parts = line.split()
            if parts[0][0] == "T" and len(parts[0]) > 1:
                told["open_tickets"].append(_ticket(parts))
            else:
                told["messages"].append(_message(line.strip(), len(told["messages"]) + 1))
        return await play(template, told | {"expected": {"ticket_after": None, "outcome": "none"}})

    return played


def _ticket(parts: list[str]) -> dict[str, Any]:
    building, unit, floor, room, place = (parts[2].split("/") + [""] * 4)[:5]
    where = {"building": building, "unit": unit, "floor": floor, "room": room, "place": place}
    told = {"id": parts[0], "category": parts[1], "urgency": "normal", "reporter": parts[4]}
    status = {"status": parts[5]} if len(parts) > 5 else {}
    return told | where | {"age_hours": float(parts[3].rstrip("h"))} | status


def _message(line: str, mid: int) -> dict[str, Any]:
    sender, minute, words = line.split(" ", 2)
    told: dict[str, Any] = {"sender": sender, "t_min": float(minute), "kind": "text", "mid": mid}
    if words.startswith(">"):
        told["reply_to"], words = words[1:].split(" ", 1)
    if words == "[photo]":
        return told | {"kind": "photo", "text": ""}
    return told | {"text": words}
