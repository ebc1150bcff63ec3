"""`huying demo` as a visitor starts it: a process that plays by itself and opens nothing to the outside."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import sys
import urllib.request
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from bot.past import FIRST, MATTERS
from tests.patience import PATIENCE

WATCHED = """
import sys
def watch(event, details):
    if event in ("socket.connect", "socket.bind", "socket.sendto") and isinstance(details[1], tuple):
        if details[1][0] not in ("127.0.0.1", "::1"):
            print("OUTSIDE", event, details[1], flush=True)
    elif event == "socket.getaddrinfo" and details[0] not in (None, "127.0.0.1", "::1", "localhost"):
        print("OUTSIDE", event, details[0], flush=True)
sys.addaudithook(watch)
from bot.cli import main
sys.exit(main(sys.argv[1:]))
"""
SPEED = "240"
"""Twenty times the usual: two minutes of the play are over in six seconds."""

SEEN = ("已结案（满意）", "没人接单", "已列入联席会议")


class Running:
    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.process = process
        self.said: list[str] = []
        self.base = ""

    async def read_until(self, words: str) -> None:
        assert self.process.stdout is not None
        async with asyncio.timeout(PATIENCE):
            async for line in self.process.stdout:
                self.said.append(line.decode())
                if words in self.said[-1]:
                    return
        raise AssertionError("".join(self.said))

    async def page(self, path: str = "/") -> str:
        def get() -> str:
            with urllib.request.urlopen(self.base + path) as answer:
                return str(answer.read().decode())

        return await asyncio.to_thread(get)

    async def stop(self) -> str:
        """Tell it to stop; return everything it said."""
        assert self.process.stdout is not None
        self.process.send_signal(signal.SIGINT)
        async with asyncio.timeout(PATIENCE):
            rest = await self.process.stdout.read()
            assert await self.process.wait() == 0
        return "".join(self.said) + rest.decode()


@asynccontextmanager
async def demo(folder: Path) -> AsyncIterator[Running]:
    mine = {name: value for name, value in os.environ.items() if not name.startswith("HUYING_")}
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-c", WATCHED, "demo", "--port", "0", "--speed", SPEED),
        cwd=folder,
        env={**mine, "PYTHONPATH": str(Path(__file__).parents[2]), "TMPDIR": str(folder)},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    running = Running(process)
    try:
        await running.read_until("Ctrl-C")
        running.base = re.findall(r"http://127\.0\.0\.1:\d+", running.said[0])[0]
        yield running
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def test_a_visitor_sees_one_report_done_and_another_in_the_queue_and_nothing_leaves_the_machine(
    tmp_path: Path,
) -> None:
    async with demo(tmp_path) as running:
        seats = re.findall(r"http://127\.0\.0\.1:\d+(/\S+)", "".join(running.said[1:4]))
        assert len(set(seats)) == 3
        async with asyncio.timeout(PATIENCE):
            page = ""
            while not all(words in page for words in SEEN):
                await asyncio.sleep(0.2)
                page = await running.page()
        assert f"#{FIRST + len(MATTERS)}" in page, "there was a past"
        for seat in seats:
            assert await running.page(seat)
        said = await running.stop()
    assert "OUTSIDE" not in said, said
    assert os.listdir(tmp_path) == [], "its folder goes with it"
