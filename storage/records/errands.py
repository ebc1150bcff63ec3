"""What was asked for in the console and takes longer than a page may."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from storage.records.basics import Instant


class ErrandKind(StrEnum):
    """XLSX and CSV: the ledger as a file. VERIFY: the proof of the ledger. CHARTS: pictures for letters about figures.
    WHAT_IF: a month's tickets run through a proposed policy."""

    XLSX = "xlsx"
    CSV = "csv"
    VERIFY = "verify"
    CHARTS = "charts"
    WHAT_IF = "what_if"


class ErrandState(StrEnum):
    """WAITING: nobody has begun. UNDER_WAY: some process is at it. DONE, FAILED: it is over."""

    WAITING = "waiting"
    UNDER_WAY = "under_way"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Errand:
    """`person` asked for it, "" for the calendar. `wanted`: what exactly, as its kind has it. `done` of `total`: how far
    it is, in lines. `beat_at`: when the process that is at it last said so. `said`: what came of it, as its kind has it;
    under `pictures` the hashes, by name, of files that it put in the media folder and that go when it goes.
    """

    id: str
    kind: ErrandKind
    community: str
    person: str
    asked_at: Instant
    wanted: Mapping[str, Any] = field(default_factory=dict)
    state: ErrandState = ErrandState.WAITING
    done: int = 0
    total: int = 0
    beat_at: Instant = 0
    said: Mapping[str, Any] = field(default_factory=dict)

    @property
    def open(self) -> bool:
        """Not over yet."""
        return self.state in (ErrandState.WAITING, ErrandState.UNDER_WAY)
