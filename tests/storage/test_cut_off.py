"""The wire to the server is cut, or stands still, and neither end is told: as a firewall does that forgot us."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from urllib.parse import parse_qs, urlsplit

import pytest

from storage import postgres, postgres_watch
from storage.database import StorageFailed, Store, open_store
from tests.storage.things import report


class Wire:
    """Stands on 127.0.0.1 between a program and its server. While not `passing`, what is said on the connections there
    are goes nowhere; after `cut` it never does, on those, and each end takes the other to be there."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self._socket = f"{parse_qs(parts.query)['host'][0]}/.s.PGSQL.5432"
        self._name = parts.path
        self._passing = asyncio.Event()
        self._passing.set()

    async def __aenter__(self) -> Wire:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        return self

    async def __aexit__(self, *trouble: object) -> None:
        self._server.close()

    @property
    def url(self) -> str:
        return f"postgresql://postgres@127.0.0.1:{self._server.sockets[0].getsockname()[1]}{self._name}"

    def stand_still(self) -> None:
        self._passing.clear()

    def go_on(self) -> None:
        self._passing.set()

    def cut(self) -> None:
        """Those there are; who connects from now on has a wire of their own."""
        self._passing.clear()
        self._passing = asyncio.Event()
        self._passing.set()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_unix_connection(self._socket)
        passing = self._passing
        pouring = [
            asyncio.create_task(_pour(reader, back, passing)),
            asyncio.create_task(_pour(there, writer, passing)),
        ]
        await asyncio.wait(pouring, return_when=asyncio.FIRST_COMPLETED)
        for one in pouring:
            one.cancel()
        for end in (writer, back):
            end.close()


async def _pour(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, passing: asyncio.Event) -> None:
    with suppress(OSError):
        while piece := await reader.read(65536):
            await passing.wait()
            writer.write(piece)
            await writer.drain()


@pytest.fixture
async def wire(postgres_store: Store) -> AsyncIterator[Wire]:
    async with Wire(postgres_store.url) as wire:
        yield wire


async def test_a_turn_does_not_wait_for_a_connection_that_was_cut_while_it_stood_idle(
    wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgres, "SILENCE_SECONDS", 0.2)
    store = await open_store(wire.url)
    async with store.turn() as turn:
        report(turn, 1001)
    wire.cut()
    async with asyncio.timeout(postgres.ANSWER_SECONDS / 2), store.turn() as turn:
        assert await turn.tickets.get("jinghe-1001") is not None
    await store.close()


async def test_a_name_given_out_after_nobody_waited_for_it_any_more_is_not_held_for_ever(
    wire: Wire, postgres_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = await open_store(wire.url)
    held = await store.claim("poll/telegram")
    assert held is not None
    monkeypatch.setattr(postgres_watch, "BEAT", 0.2)
    wire.stand_still()
    with pytest.raises(StorageFailed):
        await store.claim("line/telegram")
    wire.go_on()
    async with asyncio.timeout(20):
        # Only now has the server heard of it. Whose connection was in doubt holds nothing any more.
        while await postgres_store.claim("line/telegram") is None:  # noqa: ASYNC110 - there is nothing to be told by
            await asyncio.sleep(0.05)
    assert held.lost.is_set()
    await store.close()


async def test_a_driver_that_lost_count_of_the_answers_is_trouble_with_the_connection(
    postgres_store: Store,
) -> None:
    """A session ended in the middle of a statement leaves the driver busy; the next statement must not be our mistake."""
    with pytest.raises(StorageFailed):
        async with postgres_store.turn() as turn:
            writer = postgres_store._writer
            busy = asyncio.create_task(writer.fetch("SELECT pg_sleep(5)", {}))
            await asyncio.sleep(0)
            await turn.tokens.set("a", "lost")
    with pytest.raises(StorageFailed):
        await busy
    async with postgres_store.turn() as turn:
        await turn.tokens.set("a", "kept")
    async with postgres_store.view() as view:
        assert await view.tokens.get("a") == "kept"
