"""Connections that dawdle are ended: a request's head has to come within seconds, whoever sends it byte by byte.

What a body takes is security.BodyLimit's matter: it has to keep a pace.
"""

from __future__ import annotations

import asyncio
import os
from collections import Counter
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

from bot.web.crowd import network_of

LARGEST_HEAD = 32 * 1024
"""Bytes. Browsers and platforms send one to four thousand."""
LARGEST_REST = 1024 * 1024
"""Bytes that may still come of a request that was refused."""
MOST_OF_ONE = 200
"""Connections from one address, unless a proxy somewhere else speaks for everybody (FORWARDED_ALLOW_IPS)."""

_open: Counter[str] = Counter()


class PatientProtocol(HttpToolsProtocol):
    """uvicorn's protocol, which itself waits for ever."""

    head_seconds = 10.0
    """From the connection, or from a further request's first byte, to the end of its head."""

    def connection_made(self, transport: Any) -> None:
        super().connection_made(transport)
        self._unread = 0
        self._last_cycle: RequestResponseCycle | None = None
        self._dawdles: asyncio.TimerHandle | None = None
        self._who = network_of(self.client[0]) if self.client else None
        if self._who is not None:
            _open[self._who] += 1
        if (
            self._who is not None
            and _open[self._who] > MOST_OF_ONE
            and not os.environ.get("FORWARDED_ALLOW_IPS")
        ):
            transport.abort()
        else:
            self._wait_for_head()

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if self._is_heard():
            self._stop_waiting()
            return
        if self._dawdles is None:
            self._wait_for_head()
        self._unread += len(data)
        if self._unread > (LARGEST_REST if self.cycle is not None and self.cycle.more_body else LARGEST_HEAD):
            self.transport.close()

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_waiting()
        if self._who is not None:
            _open[self._who] -= 1
            if not _open[self._who]:
                del _open[self._who]
        super().connection_lost(exc)

    def _is_heard(self) -> bool:
        """True when what came ended a head, or belongs to a request that is being answered."""
        begun = self.cycle is not self._last_cycle
        self._last_cycle = self.cycle
        return begun or (self.cycle is not None and not self.cycle.response_complete)

    def _wait_for_head(self) -> None:
        self._unread = 0
        self._dawdles = self.loop.call_later(self.head_seconds, self.transport.close)

    def _stop_waiting(self) -> None:
        if self._dawdles is not None:
            self._dawdles.cancel()
            self._dawdles = None
