"""What a file system must be asked for explicitly."""

from __future__ import annotations

import errno
import os
from pathlib import Path


def sync_folder(folder: Path) -> None:
    """Make a new name in a folder survive a power cut."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def name_whole(part: Path, file: Path) -> None:
    """Give a finished file its name; `part` may be gone afterwards. Raises FileExistsError, OSError."""
    try:
        # A hard link, unlike a rename, refuses to replace a file somebody made meanwhile.
        os.link(part, file)
    except FileExistsError:
        raise
    except OSError:
        # Memory sticks and some network drives have no hard links.
        if file.exists():
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(file)) from None
        part.rename(file)
