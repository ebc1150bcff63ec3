"""What the disks say: how much room is left, and when the newest backup was made.

Asked in threads: a folder on another machine may not answer for ever once that machine is away, and no deadline waits
for that. While it has not answered nothing is told of it, and it is not asked a second time.
"""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import structlog

from bot.backups import newest

log = structlog.get_logger(__name__)

BACKUPS = "backups"
"""The name of the folder in which backups lie."""
PATIENCE = 1.0
"""Seconds a disk has to answer."""


@dataclass(frozen=True, slots=True)
class Disk:
    """What one folder's disk said. `free`: bytes. `backup_at`: when its newest backup was made, in seconds since 1970."""

    free: float
    backup_at: float | None


class Disks:
    """`folders`: by the name they have in the figures. `told`: those that answered when they were last asked."""

    def __init__(self, folders: Mapping[str, Path]) -> None:
        self.told: Mapping[str, Disk] = {}
        self._folders = folders
        self._asked: dict[str, asyncio.Task[Disk]] = {}

    async def look(self) -> None:
        """Ask all that do not owe an answer yet, and wait a moment for them."""
        fresh = {
            name: asyncio.create_task(asyncio.to_thread(_ask, folder, name == BACKUPS), name=f"disk {name}")
            for name, folder in self._folders.items()
            if name not in self._asked or self._asked[name].done()
        }
        self._asked |= fresh
        if fresh:
            await asyncio.wait(fresh.values(), timeout=PATIENCE)
        told = {}
        for name, asked in self._asked.items():
            if not asked.done():
                log.warning("a disk does not answer", folder=name)
            elif failed := asked.exception():
                log.warning("a disk cannot be asked", folder=name, why=str(failed))
            else:
                told[name] = asked.result()
        self.told = told


def _ask(folder: Path, backups: bool) -> Disk:
    # A folder that is made only when there is something to keep in it lies on its parent's disk.
    there = next(one for one in (folder, *folder.absolute().parents) if one.is_dir())
    last = newest(folder) if backups and folder.is_dir() else None
    return Disk(float(shutil.disk_usage(there).free), None if last is None else last.stat().st_mtime)
