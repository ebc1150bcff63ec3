"""Ports that are known before anybody listens on them."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def held_port() -> Iterator[int]:
    """Give a port of 127.0.0.1 that is nobody else's meanwhile: who connects is refused until our program listens there.

    A socket that is bound and does not listen keeps the port: the kernel gives it to no other socket that asks for
    just any port, and lets a server that names it listen (SO_REUSEADDR on both), as often as it is started.
    """
    with socket.socket() as holding:
        holding.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        holding.bind(("127.0.0.1", 0))
        port: int = holding.getsockname()[1]
        yield port
