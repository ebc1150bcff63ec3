"""systemd is told when the program is ready and that it acts on deadlines; what it cannot hear delays nobody."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.process import alive, listening, notify
from tests.patience import PATIENCE
from tests.platforms.telegram import TelegramServer
from tests.stories.serving import serving


@pytest.fixture
def systemd(tmp_path: Path) -> Iterator[socket.socket]:
    """The socket systemd listens on."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as line:
        line.bind(str(tmp_path / "notify"))
        line.settimeout(20)
        yield line


def test_a_sign_is_one_datagram(systemd: socket.socket, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NOTIFY_SOCKET", systemd.getsockname())
    assert notify("READY=1")
    alive()
    assert [systemd.recv(99), systemd.recv(99)] == [b"READY=1", b"WATCHDOG=1"]


def test_a_name_that_begins_with_an_at_sign_is_an_abstract_one() -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as line:
        line.bind(f"\0huying-test-{os.getpid()}")
        line.settimeout(20)
        assert notify("READY=1", {"NOTIFY_SOCKET": f"@huying-test-{os.getpid()}"})
        assert line.recv(99) == b"READY=1"


def test_nobody_there_and_nobody_listening_are_no_trouble(tmp_path: Path) -> None:
    assert not notify("READY=1", {})
    assert not notify("READY=1", {"NOTIFY_SOCKET": str(tmp_path / "gone")})


def test_a_listener_that_does_not_read_holds_nobody_up(systemd: socket.socket) -> None:
    heard = [notify("WATCHDOG=1", {"NOTIFY_SOCKET": systemd.getsockname()}) for _ in range(5000)]
    assert heard[0]
    assert not heard[-1]


@pytest.mark.parametrize("which", [signal.SIGTERM, signal.SIGINT])
async def test_a_signal_is_heard(which: signal.Signals) -> None:
    with listening() as told:
        assert not told.is_set()
        os.kill(os.getpid(), which)
        async with asyncio.timeout(PATIENCE):
            await told.wait()


async def test_the_program_says_ready_then_alive_by_its_sweeps_then_stopping(
    tmp_path: Path, systemd: socket.socket, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NOTIFY_SOCKET", systemd.getsockname())
    async with TelegramServer(limits=False) as telegram, serving(tmp_path, telegram) as program:
        said = [await asyncio.to_thread(systemd.recv, 99) for _ in range(3)]
        assert sorted(said) == [b"READY=1", b"WATCHDOG=1", b"WATCHDOG=1"]
        assert await program.stop() == 0
        systemd.setblocking(False)
        while (last := systemd.recv(99)) == b"WATCHDOG=1":
            pass
        assert last == b"STOPPING=1"
