"""Waiting for something to happen on a platform: every change wakes whoever looks."""

from __future__ import annotations

import asyncio
from abc import abstractmethod
from collections.abc import Callable
from typing import TypeVar

from tests.patience import PATIENCE

T = TypeVar("T")


class Changes:
    """What the worlds of all platforms can: say that something changed, and wait for it."""

    def __init__(self) -> None:
        self._waiting: set[asyncio.Future[None]] = set()

    def changed(self) -> None:
        for waiter in self._waiting:
            if not waiter.done():
                waiter.set_result(None)
        self._waiting.clear()

    def change(self) -> asyncio.Future[None]:
        """Return a future that is done at the next change of anything."""
        waiter: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.add(waiter)
        return waiter


class Watching:
    """A server whose tests wait for what its world shows."""

    world: Changes

    @abstractmethod
    def scene(self) -> str:
        """Tell what is to be seen, for a failing test."""

    async def wait_for(self, happened: Callable[[], T], timeout: float = PATIENCE) -> T:  # noqa: ASYNC109
        """Wait until `happened()` is true and return what it gave. Raises AssertionError with what is to be seen instead.

        Looked at after every change in this world, and every 50 ms for what changes outside it. `timeout` in real
        seconds.
        """
        loop = asyncio.get_running_loop()
        until = loop.time() + timeout
        while not (result := happened()):
            left = until - loop.time()
            if left <= 0:
                raise AssertionError(f"did not happen within {timeout} s\n{self.scene()}")
            await asyncio.wait({self.world.change()}, timeout=min(left, 0.05))
        return result
