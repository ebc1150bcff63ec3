"""How the command line speaks: answers on standard output, everything else on standard error."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from types import TracebackType
from typing import Self


class Failed(Exception):
    """The command could not do its work. Its message is the one clear line people see; `code` is the exit code."""

    def __init__(self, line: str, *, code: int = 1) -> None:
        super().__init__(line)
        self.code = code


def check_writable_name(file: Path) -> None:
    """Raise Failed where no file of this name can be made, before any work is done for it."""
    if file.is_dir():
        raise Failed(f"{file} 是目录，请给文件名 · {file} is a folder: name a file")
    if not file.absolute().parent.is_dir():
        raise Failed(f"没有目录 {file.parent} · there is no folder {file.parent}")


def say(line: str = "") -> None:
    """Write a line of the answer."""
    print(line, file=sys.stdout)


def note(line: str) -> None:
    """Write a line that is not part of the answer."""
    print(line, file=sys.stderr)


class Progress:
    """How far long work has come, on standard error: a moving bar on a terminal, a line every ten seconds elsewhere.

    `total` may be 0 when unknown. Used as `with Progress("导出 exporting", total) as bar: bar.at(done)`.
    """

    WIDTH = 24

    def __init__(self, what: str, total: int = 0) -> None:
        self.what = what
        self.total = total
        self._moving = sys.stderr.isatty()
        self._said_at = time.monotonic()
        self._drawn = False

    def __enter__(self) -> Self:
        return self

    def of(self, done: int, total: int) -> None:
        """Say that `done` of `total` is done, where the total is only known on the way."""
        self.total = total
        self.at(done)

    def at(self, done: int) -> None:
        """Say that `done` of `total` is done, if it is time to."""
        now = time.monotonic()
        if now - self._said_at < (0.1 if self._moving else 10):
            return
        self._said_at = now
        if not self._moving:
            note(f"{self.what}：{self._figure(done)}")
            return
        full = self.WIDTH * min(done, self.total) // self.total if self.total else 0
        bar = f"[{'█' * full}{'·' * (self.WIDTH - full)}] " if self.total else ""
        print(f"\r\x1b[K{self.what} {bar}{self._figure(done)}", end="", file=sys.stderr, flush=True)
        self._drawn = True

    def _figure(self, done: int) -> str:
        return f"{done:,}/{self.total:,}" if self.total else f"{done:,}"

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._drawn:
            print("\r\x1b[K", end="", file=sys.stderr, flush=True)
