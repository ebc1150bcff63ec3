"""Bodies that are too long, or come drop by drop, at Tencent's doors, which stand in front of the pages' own limits."""

from __future__ import annotations

import asyncio

import pytest

from bot.channels import tencent_door
from bot.channels.tencent_door import BODY_BYTES
from tests.patience import PATIENCE
from tests.security.gates import Gate, Program, Push

pytestmark = pytest.mark.asyncio(loop_scope="module")


class Line:
    """One connection, on which a request goes out piece by piece."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer

    @classmethod
    async def to(cls, there: Program) -> Line:
        return cls(*await asyncio.open_connection("127.0.0.1", there.house.port))

    async def head(self, push: Push, *headers: str) -> None:
        lines = [f"POST {push.address} HTTP/1.1", "Host: x", *headers, "", ""]
        await self.say("\r\n".join(lines).encode())

    async def say(self, piece: bytes) -> None:
        self._writer.write(piece)
        await self._writer.drain()

    async def answer(self) -> int:
        """Return the status that comes, within ten seconds."""
        async with asyncio.timeout(PATIENCE):
            return int((await self._reader.readuntil(b"\r\n\r\n")).split()[1])

    async def end(self) -> None:
        self._writer.close()
        async with asyncio.timeout(PATIENCE):
            await asyncio.wait([asyncio.ensure_future(self._reader.read())])


async def test_the_longest_body_is_taken_and_one_byte_more_is_not(there: Program, gate: Gate) -> None:
    push = gate.push()
    before = await there.counts()
    statuses = []
    for size in (BODY_BYTES + 1, BODY_BYTES * 50):
        line = await Line.to(there)
        await line.head(push, f"Content-Length: {size}")
        await line.say(push.body + b" " * (BODY_BYTES + 1 - len(push.body)))
        statuses.append(await line.answer())
        await line.end()
    assert statuses == [413, 413]
    assert await there.counts() == before
    line = await Line.to(there)
    await line.head(push, f"Content-Length: {BODY_BYTES}")
    await line.say(push.body + b" " * (BODY_BYTES - len(push.body)))
    assert await line.answer() == 200
    await line.end()
    await there.settle()


async def test_what_is_declared_as_too_long_is_not_waited_for(there: Program, gate: Gate) -> None:
    line = await Line.to(there)
    await line.head(gate.push(), f"Content-Length: {BODY_BYTES + 1}")
    assert await line.answer() == 413
    await line.end()


async def test_a_body_in_pieces_is_counted_though_nothing_was_declared(there: Program, gate: Gate) -> None:
    push = gate.push()
    before = await there.counts()
    line = await Line.to(there)
    await line.head(push, "Transfer-Encoding: chunked")
    piece = b" " * 8192
    for _ in range(BODY_BYTES // len(piece) + 1):
        await line.say(b"%x\r\n%s\r\n" % (len(piece), piece))
    assert await line.answer() == 413
    await line.end()
    assert await there.counts() == before


async def test_a_right_push_in_small_pieces_is_taken(there: Program, gate: Gate) -> None:
    push = gate.push()
    line = await Line.to(there)
    await line.head(push, "Transfer-Encoding: chunked")
    for at in range(0, len(push.body), 50):
        await line.say(b"%x\r\n%s\r\n" % (len(push.body[at : at + 50]), push.body[at : at + 50]))
    await line.say(b"0\r\n\r\n")
    assert await line.answer() == 200
    await line.end()
    await there.settle()


async def test_a_body_that_comes_drop_by_drop_holds_no_place(
    there: Program, gate: Gate, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tencent_door, "BODY_SECONDS", 0.2)
    push = gate.push()
    before = await there.counts()
    line = await Line.to(there)
    await line.head(push, f"Content-Length: {len(push.body)}")
    dripping = asyncio.create_task(drip(line, push.body))
    assert await line.answer() == 408
    dripping.cancel()
    await asyncio.gather(dripping, return_exceptions=True)
    await line.end()
    assert await there.counts() == before


async def drip(line: Line, body: bytes) -> None:
    """A byte now and then: never so long a pause that nothing seems to come."""
    for at in range(len(body)):
        await line.say(body[at : at + 1])
        await asyncio.sleep(0.01)


async def test_who_hangs_up_in_the_middle_leaves_nothing_behind(there: Program, gate: Gate) -> None:
    push = gate.push()
    before = (await there.counts(), len(there.heard))
    for _ in range(20):
        line = await Line.to(there)
        await line.head(push, f"Content-Length: {len(push.body)}")
        await line.say(push.body[:-5])
        await line.end()
    assert (await there.counts(), len(there.heard)) == before
    assert await there.status(push) == 200
    await there.settle()
