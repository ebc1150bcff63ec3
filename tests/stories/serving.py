"""`huying serve` as a process of its own, on a folder with an imported community, against a Telegram in the test."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sqlite3
import sys
from collections.abc import AsyncIterator
from contextlib import ExitStack, asynccontextmanager, closing
from pathlib import Path
from typing import Any

from tests.patience import PATIENCE
from tests.platforms.telegram import TOKEN, TelegramServer
from tests.ports import held_port
from tests.stories.town import TOWN

ROOT = Path(__file__).parents[2]
QUICK = """
[policy.ordinary]
accept = "2s"
arrive = "2s"
resolve = "5s"
[policy.major]
accept = "2s"
arrive = "2s"
resolve = "3s"
"""


class Serving:
    """One folder, its settings, and the processes run in it one after the other.

    `database`: another than the folder's own SQLite file. `public_url`: where Telegram finds it when not at its port.
    """

    def __init__(
        self,
        folder: Path,
        telegram: TelegramServer,
        mode: str,
        *,
        database: str = "",
        public_url: str = "",
    ) -> None:
        self.folder = folder
        self.database = database or f"sqlite:///{folder / 'huying.db'}"
        self.process: asyncio.subprocess.Process | None = None
        self.output = ""
        self._address = ExitStack()
        self.port = self._address.enter_context(held_port())
        self.settings = {
            "HUYING_DATABASE": self.database,
            "HUYING_MEDIA": str(folder / "media"),
            "HUYING_HTTP": f"127.0.0.1:{self.port}",
            "HUYING_PUBLIC_URL": public_url or f"http://127.0.0.1:{self.port}",
            "HUYING_TELEGRAM_TOKEN": TOKEN,
            "HUYING_TELEGRAM_API": telegram.api,
            "HUYING_TELEGRAM_MODE": mode,
        }
        if mode == "webhook":
            self.settings["HUYING_TELEGRAM_SECRET"] = "only-for-tests-0123456789"

    async def huying(self, *words: str) -> tuple[int, str]:
        """Run a command to its end and return (code, everything it said)."""
        process = await self._spawn(*words)
        async with asyncio.timeout(PATIENCE):
            said, _ = await process.communicate()
        assert process.returncode is not None
        return process.returncode, said.decode()

    async def start(self) -> None:
        """Serve; return when it does."""
        self.process = await self._spawn("serve")
        assert self.process.stdout is not None
        async with asyncio.timeout(PATIENCE):
            self.output = ""
            async for line in self.process.stdout:
                self.output += line.decode()
                if "在运行 · serving" in line.decode():
                    break
            else:
                raise AssertionError("it did not start")
        self._draining = asyncio.create_task(self.process.stdout.read())

    async def stop(self) -> int:
        """Tell it to stop; return its code."""
        return await self._end(signal.SIGTERM)

    async def kill(self) -> None:
        await self._end(signal.SIGKILL)

    async def _end(self, how: signal.Signals) -> int:
        assert self.process is not None
        self.process.send_signal(how)
        async with asyncio.timeout(PATIENCE):
            code = await self.process.wait()
            self.output += (await self._draining).decode()
        self.process = None
        return code

    async def _spawn(self, *words: str) -> asyncio.subprocess.Process:
        mine = {name: value for name, value in os.environ.items() if not name.startswith("HUYING_")}
        return await asyncio.create_subprocess_exec(
            sys.executable,
            *("-m", "bot", *words),
            cwd=self.folder,
            env={**mine, **self.settings, "PYTHONPATH": str(ROOT)},
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )

    def log(self) -> list[dict[str, Any]]:
        """What the last process wrote, each line as what it says. Asked for when it has ended."""
        return [json.loads(line) for line in self.output.splitlines()]

    def rows(self, sql: str) -> list[Any]:
        """Ask the database itself, past the program."""
        with closing(sqlite3.connect(self.folder / "huying.db", timeout=10)) as file:
            return file.execute(sql).fetchall()


@asynccontextmanager
async def serving(
    folder: Path, telegram: TelegramServer, mode: str = "polling", text: str = TOWN + QUICK
) -> AsyncIterator[Serving]:
    """Import the community and serve it."""
    (folder / "town.toml").write_text(text, encoding="utf-8")
    program = Serving(folder, telegram, mode)
    code, said = await program.huying("import", "town.toml")
    assert code == 0, said
    await program.start()
    try:
        yield program
    finally:
        if program.process is not None:
            await program.kill()
