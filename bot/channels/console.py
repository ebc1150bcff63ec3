"""The console as a platform: what is said there is answered on the page at once, and nothing can be told there later."""

from __future__ import annotations

from handlers.messages import NotDelivered, Outgoing

PLATFORM = "console"


class ConsoleChannel:
    """Only what no page took in time comes here: whoever acted has closed the page, and will see it when it is opened."""

    platform = PLATFORM

    async def send(self, out: Outgoing) -> str:
        """Raises NotDelivered, always."""
        raise NotDelivered("the page that asked is gone", forever=True)

    async def fetch(self, ref: str) -> bytes:
        """Raises NotDelivered, always: photos come with their bytes."""
        raise NotDelivered("the console keeps no files", forever=True)
