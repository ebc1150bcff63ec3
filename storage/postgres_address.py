"""What may be said of a PostgreSQL address and of why it leads nowhere: never the password."""

from __future__ import annotations

import socket
from urllib.parse import urlsplit

import asyncpg


def named(url: str) -> str:
    """Return `HOST/NAME` of `postgresql://USER:PASSWORD@HOST/NAME?…`, as far as it can be read."""
    try:
        parts = urlsplit(url)
        if "@" in parts.path + parts.query + parts.fragment:
            # A special character ended the password early: what stands where the host is looked for is a piece of it.
            return "…"
        return f"{parts.hostname or ''}{f':{parts.port}' if parts.port else ''}{parts.path}"
    except ValueError:
        # What stands where the port is looked for may be a piece of the password.
        return "…"


def why_not(error: Exception) -> str:
    """Return why no connection came about, in one line."""
    match error:
        case asyncpg.InvalidPasswordError():
            return "the server does not take this user and password"
        case asyncpg.InvalidCatalogNameError():
            return "the server has no such database"
        case TimeoutError():
            return "no answer"
        case socket.gaierror():
            return "no such host (special characters in the password are written as %40 for @)"
        case asyncpg.PostgresError() | OSError():
            return " ".join(str(error).split())
        case _:
            # Its words may repeat what stood in the address.
            return (
                "the address cannot be read; it looks like postgresql://USER:PASSWORD@HOST/NAME,"
                " and special characters in the password are written as %40 for @"
            )
