"""What a process owes to whoever started it: it says when it is ready and alive, hears when it shall end, and ends.

systemd is told by one datagram to the socket named in NOTIFY_SOCKET (sd_notify(3)); without that nobody is told.
"""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import structlog

log = structlog.get_logger(__name__)

LAST_RESORT_SECONDS = 9.8


def notify(words: str, env: Mapping[str, str] = os.environ) -> bool:
    """Tell systemd `READY=1`, `WATCHDOG=1` or `STOPPING=1`; False when nobody listens.

    A name that begins with @ stands for one in the abstract name space, whose first byte is zero.
    """
    name = env.get("NOTIFY_SOCKET", "")
    if not name:
        return False
    address = "\0" + name[1:] if name.startswith("@") else name
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as line:
        # Its buffer may be full while systemd is busy: a sign of life may be lost, deadlines may not wait for it.
        line.setblocking(False)
        try:
            line.sendto(words.encode(), address)
        except OSError as trouble:
            log.warning("systemd did not hear", words=words, why=str(trouble))
            return False
    return True


def alive() -> None:
    """Feed systemd's watchdog. Called after sweeps that went through, and by nobody else: who no longer acts on
    deadlines shall be started again."""
    notify("WATCHDOG=1")


@contextmanager
def listening() -> Iterator[asyncio.Event]:
    """Give an event that SIGTERM and SIGINT set, instead of ending the process there and then."""
    told = asyncio.Event()
    loop = asyncio.get_running_loop()
    for which in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(which, told.set)
    try:
        yield told
    finally:
        for which in (signal.SIGTERM, signal.SIGINT):
            loop.remove_signal_handler(which)


def leave_in_time() -> None:
    """End the process when stopping takes too long: a look-up of a name that hangs in its thread, for one, would keep
    it for minutes. What was acknowledged is stored by then; the rest is taken up again at the next start."""

    def leave() -> None:
        log.error("stopping took too long")
        os._exit(0)

    last_resort = threading.Timer(LAST_RESORT_SECONDS, leave)
    last_resort.daemon = True
    last_resort.start()
