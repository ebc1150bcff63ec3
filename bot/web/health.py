"""/healthz: are deadlines being acted on, and can what comes in be stored. Everything else is /metrics' matter.

A platform that cannot be reached is no reason: starting again would not bring it back, and the calls of all others
would be missed meanwhile.
"""

from __future__ import annotations

import asyncio
from typing import Protocol

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from storage.database import StorageFailed, Store

OLDEST_SWEEP = 30.0
"""Seconds after which a silent sweep means that deadlines are not acted on."""
PATIENCE = 3.0
"""Seconds the database has to answer."""


class Sweeping(Protocol):
    """What the alarm tells: it sweeps, and so writes, every few seconds. See bot/alarm.py."""

    trouble: str

    def age(self) -> float | None: ...


class Health:
    """Answers for the process: 200 or 503, and why in one line of JSON, without anything secret."""

    def __init__(self, store: Store, sweeping: Sweeping) -> None:
        self._store = store
        self._sweeping = sweeping

    async def answer(self, request: Request) -> Response:
        age = self._sweeping.age()
        reason = await self._trouble(age)
        told = {
            "ok": not reason,
            "reason": reason,
            "sweep_age_seconds": None if age is None else round(age, 1),
        }
        return JSONResponse(told, 503 if reason else 200)

    async def _trouble(self, age: float | None) -> str:
        if not await self._database_answers():
            return "the database does not answer"
        if self._sweeping.trouble:
            return "the database cannot be written"
        if age is None:
            return "deadlines have not been swept yet"
        return f"deadlines have not been swept for {age:.0f} s" if age > OLDEST_SWEEP else ""

    async def _database_answers(self) -> bool:
        try:
            async with asyncio.timeout(PATIENCE), self._store.view() as turn:
                await turn.pulse.last()
        except (StorageFailed, TimeoutError):
            return False
        return True
