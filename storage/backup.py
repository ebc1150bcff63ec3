"""Copies of the whole database: made while work goes on, verified before they count, and put back."""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from storage.disk import name_whole, sync_folder
from storage.errors import BadDatabase, InUse, StorageFailed
from storage.migrate import known
from storage.tickets import FIRST_NUMBER

TICKETS = "tickets/"
"""What the counters of ticket numbers are called, before the community."""


def copy(source: Path, target: Path) -> None:
    """Write a consistent copy of `source` to `target`, which must not exist. Sync: call it beside the event loop.

    The copy appears under its name only when it is whole, verified and on the disk.
    Raises FileExistsError, StorageFailed.
    """
    check_free(target)
    part = target.with_name(f"{target.name}.part")
    try:
        part.unlink(missing_ok=True)
        with closing(sqlite3.connect(f"file:{source.absolute()}?mode=ro", uri=True)) as connection:
            connection.execute("VACUUM INTO ?", (str(part),))
        verify(part)
        with part.open("rb") as file:
            os.fsync(file.fileno())
        name_whole(part, target)
        sync_folder(target.parent)
    except (sqlite3.Error, BadDatabase) as error:
        raise StorageFailed(f"the backup failed: {error}") from error
    except OSError as error:
        if isinstance(error, FileExistsError):
            raise
        raise StorageFailed(f"the backup failed: {error}") from error
    finally:
        part.unlink(missing_ok=True)


def check_free(target: Path) -> None:
    """Raises FileExistsError."""
    if target.exists():
        raise FileExistsError(f"{target} exists already; a backup never overwrites")


def verify(path: Path) -> None:
    """Raise BadDatabase unless `path` is a whole database of Huying, of this program's age or older."""
    if not path.is_file():
        raise BadDatabase(f"there is no file {path}")
    try:
        with closing(sqlite3.connect(f"file:{path.absolute()}?mode=ro", uri=True)) as connection:
            (verdict,) = connection.execute("PRAGMA integrity_check(1)").fetchone()
            names = [name for (name,) in connection.execute("SELECT name FROM migrations")]
    except sqlite3.Error as error:
        raise BadDatabase(f"{path} is not a database of Huying: {error}") from error
    if verdict != "ok":
        raise BadDatabase(f"{path} is damaged: {verdict}")
    if newer := sorted(set(names) - set(known())):
        raise BadDatabase(f"{path} was written by a newer program (migration {newer[0]})")


def photos_in(path: Path) -> set[str]:
    """Return the hashes of the files a backup names: of its tickets, and in the talk of its web chat.

    Raises BadDatabase.
    """
    try:
        with closing(sqlite3.connect(f"file:{path.absolute()}?mode=ro", uri=True)) as connection:
            named = {sha256 for (sha256,) in connection.execute("SELECT sha256 FROM attachments")} - {None}
            shown = connection.execute("SELECT photos FROM web_messages WHERE photos <> '[]'").fetchall()
    except sqlite3.Error as error:
        raise BadDatabase(f"{path} is not a database of Huying: {error}") from error
    return named | {sha256 for (photos,) in shown for sha256 in json.loads(photos)}


@dataclass(frozen=True, slots=True)
class Former:
    """The database a backup has taken the place of, kept as `path`.

    `beyond`: the first and last ticket number each community had given out since the backup. Those tickets are only
    there; None when it cannot be read any more. `erasures`: how many there were since; they are done again when the program
    runs. None when that cannot be known, or cannot be written into so old a backup.
    """

    path: Path
    beyond: Mapping[str, tuple[int, int]] | None
    erasures: int | None


def restore(backup: Path, target: Path) -> Former | None:
    """Put a verified backup in the place of `target`. The program must not be running on it.

    What stood there is kept beside it (None when nothing did), and its ticket numbers are not given out again: they
    stand in chats, under buttons that would then mean another matter.
    Raises BadDatabase (the backup is not usable), InUse, StorageFailed.
    """
    verify(backup)
    fresh = target.with_name(f"{target.name}.restoring")
    try:
        fresh.unlink(missing_ok=True)
        with closing(sqlite3.connect(f"file:{backup.absolute()}?mode=ro", uri=True)) as connection:
            connection.execute("VACUUM INTO ?", (str(fresh),))
        verify(fresh)
        former = None
        if target.exists():
            kept = _set_aside(target)
            try:
                former = Former(kept, _count_on(fresh, kept), _erase_again(fresh, kept))
            except sqlite3.Error:
                os.replace(kept, target)
                raise
        with fresh.open("rb") as file:
            os.fsync(file.fileno())
        os.replace(fresh, target)
        sync_folder(target.parent)
    except (sqlite3.Error, OSError) as error:
        raise StorageFailed(f"restoring failed: {error}") from error
    finally:
        fresh.unlink(missing_ok=True)
    return former


def _count_on(fresh: Path, former: Path) -> dict[str, tuple[int, int]] | None:
    """Set the restored ticket counters to where the former ones stood, and say which numbers lie between."""
    try:
        given_out = _ticket_counters(former)
    except sqlite3.Error:
        return None
    known = _ticket_counters(fresh)
    behind = {name: last for name, last in given_out.items() if last > known.get(name, 0)}
    with closing(sqlite3.connect(fresh)) as connection, connection:
        connection.executemany(
            "INSERT INTO counters (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
            behind.items(),
        )
    return {
        name.removeprefix(TICKETS): (known.get(name, FIRST_NUMBER - 1) + 1, last)
        for name, last in behind.items()
    }


def _erase_again(fresh: Path, former: Path) -> int | None:
    """Write down in the restored database who was erased since, and return how many erasures those were: they are done
    again when the program runs. See Former."""
    try:
        with closing(sqlite3.connect(f"file:{former.absolute()}?mode=ro", uri=True)) as old:
            known = _tables(old)
            erased = old.execute("SELECT person, at FROM erased").fetchall() if "erased" in known else []
    except sqlite3.Error:
        return None
    with closing(sqlite3.connect(fresh)) as connection, connection:
        if "erased" not in _tables(connection):
            return None if erased else 0
        before = {person for (person,) in connection.execute("SELECT person FROM erased")}
        since = [(person, at) for person, at in erased if person not in before]
        connection.executemany("INSERT INTO erased (person, at, rest) VALUES (?, ?, '')", since)
    # Somebody had several ids, erased at one moment; those below zero are the ones they would be given.
    return len({at for _, at in since if at > 0})


def _tables(connection: sqlite3.Connection) -> set[str]:
    return {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}


def _ticket_counters(path: Path) -> dict[str, int]:
    with closing(sqlite3.connect(f"file:{path.absolute()}?mode=ro", uri=True)) as connection:
        return dict(
            connection.execute("SELECT name, value FROM counters WHERE name LIKE ?", (f"{TICKETS}%",))
        )


def _set_aside(target: Path) -> Path:
    """Move the database, with what its log still holds, out of the way."""
    try:
        with closing(sqlite3.connect(target, timeout=0, isolation_level=None)) as connection:
            # Leaving WAL succeeds only when nobody else has the file open, and brings the log into the file.
            connection.execute("PRAGMA journal_mode = DELETE")
    except sqlite3.OperationalError as error:
        raise InUse(f"{target} is in use; stop the program first ({error})") from error
    except sqlite3.DatabaseError:
        # A damaged database is exactly why one restores: it is kept as it is, log and all.
        for suffix in ("-wal", "-shm"):
            log = target.with_name(target.name + suffix)
            if log.exists():
                os.replace(log, _free_name(target).with_suffix(f".before{suffix}"))
    kept = _free_name(target)
    os.replace(target, kept)
    return kept


def _free_name(target: Path) -> Path:
    number = 1
    while (name := target.with_name(f"{target.name}.before-restore-{number}")).exists():
        number += 1
    return name
