"""What every channel can do. A channel parses and sends; it judges nothing."""

from __future__ import annotations

from typing import Protocol, runtime_checkable

from handlers.messages import Outgoing


class Channel(Protocol):
    """One platform. `platform` is the word before the colon of its addresses."""

    platform: str

    async def send(self, out: Outgoing) -> str:
        """Say it, or replace what `out.edit` names; return the platform's id of the message.

        Raises NotDelivered with what the caller can do about it.
        """
        ...

    async def fetch(self, ref: str) -> bytes:
        """Return the bytes of a photo or voice. Raises NotDelivered (`forever` when it is gone or too large)."""
        ...


@runtime_checkable
class Counting(Protocol):
    """A channel that knows how many messages a letter will be."""

    def messages(self, out: Outgoing) -> int: ...
