"""What `huying check` says of Tencent's platforms, in common: one line of it, and why a call did not succeed."""

from __future__ import annotations

from typing import NamedTuple

from bot.channels.tencent_client import Caller
from bot.channels.tencent_errors import NotAnswered, TencentError, unknown_there


class Finding(NamedTuple):
    """One thing looked at. `level`: good, warning or problem, as `huying check` means them."""

    level: str
    words: str


async def prove(caller: Caller) -> None:
    """Show the platform our id and secret, whatever token is kept from before. Raises TencentError."""
    assert caller.keeper is not None, "a caller without a token has nothing to prove"
    await caller.keeper.prove()


def level(failed: TencentError) -> str:
    """Return how bad it is that something could not be looked at."""
    return "warning" if unknown_there(failed) else "problem"


def why(failed: TencentError, caller: Caller) -> str:
    """Return in words why a call did not succeed."""
    if isinstance(failed, NotAnswered):
        return f"连不上 {caller.api}，请看网络和防火墙 · cannot be reached ({failed})"
    return str(failed)
