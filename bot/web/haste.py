"""How much one account may say in a minute: a hand on the keyboard never comes near it, a script is slowed down."""

from __future__ import annotations

from collections import deque

from storage.records import MINUTE, SECOND, Instant

MOST = 20
"""Messages a minute."""


class Haste:
    """Remembers, for a minute, when each account spoke."""

    def __init__(self) -> None:
        self._said: dict[str, deque[Instant]] = {}
        self._tidied: Instant = 0

    def seconds_to_wait(self, account: str, now: Instant) -> int:
        """Return 0 and count this message, or after how many seconds the account may speak again.

        What is refused is not counted: who waits that long is heard. `now` is the machine's own time.
        """
        self._forget(now)
        said = self._said.setdefault(account, deque(maxlen=MOST))
        if len(said) == MOST and (left := said[0] + MINUTE - now) > 0:
            return -(-left // SECOND)
        said.append(now)
        return 0

    def _forget(self, now: Instant) -> None:
        if 0 <= now - self._tidied < MINUTE:
            return
        # A clock that was set back must lock nobody out: what lies ahead of it is forgotten like what is long ago.
        self._said = {who: said for who, said in self._said.items() if 0 <= now - said[-1] < MINUTE}
        self._tidied = now
