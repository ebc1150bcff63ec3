"""/healthz: is the alarm alive, is the database there."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from storage.database import StorageFailed, Store

OLDEST_SWEEP = 30.0
"""Seconds after which a silent sweep means that deadlines are not acted on."""
PATIENCE = 3.0
"""Seconds the database has to answer."""


class Health:
    """Answers for the process. `sweep_age`: seconds since the last successful sweep, None before the first."""

    def __init__(self, store: Store, sweep_age: Callable[[], float | None]) -> None:
        self._store = store
        self._sweep_age = sweep_age

    async def answer(self, request: Request) -> Response:
        age = self._sweep_age()
        database = await self._database_answers()
        ok = database and age is not None and age <= OLDEST_SWEEP
        known = {"ok": ok, "sweep_age_seconds": None if age is None else round(age, 1), "database": database}
        return JSONResponse(known, 200 if ok else 503)

    async def _database_answers(self) -> bool:
        try:
            async with asyncio.timeout(PATIENCE), self._store.view() as turn:
                await turn.pulse.last()
        except (StorageFailed, TimeoutError):
            return False
        return True
