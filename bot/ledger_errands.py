"""The errands about the ledger: a file of it, and its proof."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from bot.clock import WallClock
from bot.errands import Doing, NotDone
from bot.ledger_export import COLUMNS, TITLE, WIDTHS, explained, in_words, pages, row
from bot.ledger_lines import Told
from bot.spreadsheets import Csv, Sheet, Xlsx
from handlers.desk import troubles
from handlers.sight import Chamber, Sight, sight
from handlers.troubles import Lasting, Trouble
from handlers.wording import word
from storage.database import Store
from storage.proof import verify
from storage.records import Directory, ErrandKind, Scope, Sought

FILE = "ledger"
"""What the file is called where it lies; whoever fetches it gets it under a name of its own."""


def wanted(sought: Sought, seen: Sight, directory: Directory, name: str) -> dict[str, Any]:
    """Return what an export is to hold, as its errand has it. `name`: of the file, without its ending."""
    return {
        "since": sought.since,
        "until": sought.until,
        "grid": sought.grid,
        "compound": sought.compound,
        "category": sought.category,
        "act": sought.act,
        "persons": sought.persons,
        "grids": sought.scope.grids,
        "private": sought.scope.private,
        "masked": not seen.personal,
        "words": in_words(sought, directory),
        "name": name,
    }


def sought_of(wanted: Mapping[str, Any], seen: Sight) -> Sought:
    """Return the lines an export holds, if they are all still theirs to see. Raises NotDone."""
    scope = seen.scope
    grids = None if wanted["grids"] is None else tuple(wanted["grids"])
    fewer = scope.grids is not None and (grids is None or not set(grids) <= set(scope.grids))
    if (
        Chamber.LEDGER not in seen.chambers
        or fewer
        or (wanted["private"] and not scope.private)
        or not (wanted["masked"] or seen.personal)
    ):
        raise NotDone("rights")
    return Sought(
        Scope(scope.community, grids, wanted["private"], scope.person),
        wanted["since"],
        wanted["until"],
        wanted["grid"],
        wanted["compound"],
        wanted["category"],
        wanted["act"],
        None if wanted["persons"] is None else tuple(wanted["persons"]),
    )


class LedgerFile:
    """Makes the file. `clock` is the community's time, which it shows."""

    def __init__(self, store: Store, clock: WallClock) -> None:
        self._store, self._clock = store, clock

    async def __call__(self, doing: Doing) -> Mapping[str, Any]:
        errand, directory = doing.errand, await self._store.directory()
        person = directory.people.get(errand.person)
        if person is None:
            raise NotDone("rights")
        seen = sight(person, directory)
        sought = sought_of(errand.wanted, seen)
        zone = ZoneInfo(directory.communities[sought.scope.community].timezone)
        path = doing.folder / FILE
        lines = 0
        with ExitStack() as stack:
            sheet = await asyncio.to_thread(_sheet, errand.kind, path, stack)
            async with self._store.view() as view:
                first, last = await view.ledger.extent(sought)
                seq, hash = await view.ledger.head(sought.scope.community)
                async for page in pages(view, directory, [sought], masked=errand.wanted["masked"]):
                    # Beside the event loop: cells are made and written for seconds.
                    await asyncio.to_thread(_write, sheet, page, zone)
                    lines += len(page)
                    doing.at(page[-1].entry.seq - first + 1, last - first + 1)
            about = explained(
                sought, directory, at=self._clock.now(), by=person.name, lines=lines, head=(seq, hash)
            )
            sheet.explain(about)
            await asyncio.to_thread(sheet.close)
        size = path.stat().st_size
        return {"lines": lines, "bytes": size, "seq": seq, "hash": hash, "at": self._clock.now()}


def _sheet(kind: ErrandKind, path: Path, stack: ExitStack) -> Sheet:
    if kind is ErrandKind.XLSX:
        return Xlsx(path, TITLE, COLUMNS, WIDTHS, aside=path.parent)
    to = stack.enter_context(path.open("w", encoding="utf-8-sig", newline=""))
    return Csv(to, "\r\n", COLUMNS)


def _write(sheet: Sheet, page: list[Told], zone: ZoneInfo) -> None:
    for line in page:
        sheet.write(row(line, zone))


class Proof:
    """Proves a community's ledger; staff are told when it does not stand, and when it does again."""

    def __init__(self, store: Store, clock: WallClock) -> None:
        self._store, self._clock = store, clock
        self._me = secrets.token_hex(8)

    async def __call__(self, doing: Doing) -> Mapping[str, Any]:
        community = doing.errand.community
        verdict = await verify(self._store, community, doing.at)
        now = self._clock.now()
        if verdict.ok:
            await troubles.ended(self._store, Trouble.LEDGER, community, self._me, now)
        else:
            why = word(f"ledger_bad.{verdict.why}")
            lasting = Lasting(Trouble.LEDGER, community, now, why, self._me, now)
            await troubles.found(self._store, lasting)
        return {
            "ok": verdict.ok,
            "lines": verdict.lines,
            "seq": verdict.first_bad_seq,
            "why": verdict.why,
            "ticket": verdict.ticket.rpartition("-")[2],
            "at": now,
        }
