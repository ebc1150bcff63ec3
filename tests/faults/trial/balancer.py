"""What stands before several processes: gives each connection to one of those that answer."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Sequence
from contextlib import suppress


class Balancer:
    """A TCP balancer on 127.0.0.1. A connection whose process dies is closed, like its answer."""

    def __init__(self, ports: Sequence[int], dice: random.Random) -> None:
        self._ports = ports
        self._dice = dice
        self._server: asyncio.Server | None = None

    async def __aenter__(self) -> Balancer:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        return self

    async def __aexit__(self, *trouble: object) -> None:
        assert self._server is not None
        self._server.close()

    @property
    def url(self) -> str:
        assert self._server is not None
        return f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            for port in self._dice.sample(self._ports, len(self._ports)):
                with suppress(OSError):
                    there, back = await asyncio.open_connection("127.0.0.1", port)
                    break
            else:
                return
            await asyncio.wait(
                {asyncio.create_task(_pour(reader, back)), asyncio.create_task(_pour(there, writer))},
                return_when=asyncio.FIRST_COMPLETED,
            )
            back.close()
        finally:
            writer.close()


async def _pour(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        while piece := await reader.read(65536):
            writer.write(piece)
            await writer.drain()
