"""Words nobody may read by accident: in a log line, a traceback, a printed settings object."""

from __future__ import annotations

import hmac
import secrets

from storage.database import Store

KEPT_AS = "secret"


class Secret:
    """A token, password or key. It prints as stars; `reveal()` is the only way to the words."""

    __slots__ = ("_words",)

    def __init__(self, words: str) -> None:
        self._words = words

    def reveal(self) -> str:
        return self._words

    def matches(self, shown: str | None) -> bool:
        """Whether `shown` is this secret, in a time that does not tell how much of it was right."""
        return shown is not None and hmac.compare_digest(self._words.encode(), shown.encode())

    def __repr__(self) -> str:
        return "Secret(***)"

    __str__ = __repr__

    def __format__(self, spec: str) -> str:
        return repr(self)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and self.matches(other._words)

    def __hash__(self) -> int:
        return hash(self._words)


async def signing_secret(store: Store, given: Secret | None) -> Secret:
    """Return what cookies and links are signed with: the one that is set, else one made once and kept in the store."""
    if given is not None:
        return given
    async with store.turn() as turn:
        kept = await turn.tokens.get(KEPT_AS)
        if kept is None:
            kept = secrets.token_urlsafe(32)
            await turn.tokens.set(KEPT_AS, kept)
    return Secret(kept)
