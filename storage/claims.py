"""Names that at most one process on a database holds: the line to a platform, the polling of one, the fetching of photos.

On SQLite a name is a locked file beside the database; on PostgreSQL see storage/postgres_watch.py. Either way a name is
free again at once when the process that held it dies, however it dies.
"""

from __future__ import annotations

import asyncio
import fcntl
import os
from collections.abc import Awaitable, Callable
from pathlib import Path

from storage.errors import StorageFailed


class Claim:
    """A name held. `lost` is set when somebody else may hold it by now: the connection that held it broke."""

    def __init__(self, name: str, give_up: Callable[[], Awaitable[None]]) -> None:
        self.name = name
        self.lost = asyncio.Event()
        self._give_up: Callable[[], Awaitable[None]] | None = give_up

    async def release(self) -> None:
        """Let others have it; nothing when that was done before."""
        give_up, self._give_up = self._give_up, None
        if give_up is not None:
            await give_up()


def claim_file(database: Path, name: str) -> Claim | None:
    """Hold the name among the processes that use this file; None when it is held. Raises StorageFailed."""
    file = database.with_name(f"{database.name}.{name.replace('/', '-')}.lock")
    try:
        descriptor = os.open(file, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            return None
        except OSError:
            os.close(descriptor)
            raise
    except OSError as error:
        raise StorageFailed(f"{file} cannot be locked: {error}") from error

    async def give_up() -> None:
        # The file stays: to take it away would leave another process with a lock on a file nobody else can see.
        os.close(descriptor)

    return Claim(name, give_up)
