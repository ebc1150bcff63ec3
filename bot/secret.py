"""Words nobody may read by accident: in a log line, a traceback, a printed settings object."""

from __future__ import annotations

import hmac
import json
import re
from collections.abc import Iterable
from urllib.parse import quote

STARS = "***"
# What the first group of a pattern finds is kept.
LOOKS_SECRET = (
    re.compile(r"(/bot)\d+:[A-Za-z0-9_-]+"),
    re.compile(r"()\b\d{6,}:[A-Za-z0-9_-]{30,}"),
    re.compile(r"((?:access_token|corpsecret|appsecret|secret|token)=)[^&\s\"']+"),
)


class Secret:
    """A token, password or key. It prints as stars; `reveal()` is the only way to the words."""

    __slots__ = ("_words",)

    def __init__(self, words: str) -> None:
        self._words = words

    def reveal(self) -> str:
        return self._words

    def matches(self, shown: str | None) -> bool:
        """Whether `shown` is this secret, in a time that does not tell how much of it was right."""
        return shown is not None and hmac.compare_digest(_bytes(self._words), _bytes(shown))

    def __repr__(self) -> str:
        return "Secret(***)"

    __str__ = __repr__

    def __format__(self, spec: str) -> str:
        return repr(self)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and self.matches(other._words)

    def __hash__(self) -> int:
        return hash(self._words)


class Strike:
    """Strikes secrets out of a finished line: those it is given, and whatever looks like a token."""

    def __init__(self, known: Iterable[Secret] = ()) -> None:
        words = {secret.reveal() for secret in known}
        written = {form for word in words for form in _forms(word)}
        # Longest first: a secret may be part of another. One of a few letters would strike out half of every line.
        self._words = sorted((form for form in written if len(form) >= 6), key=len, reverse=True)

    def clean(self, line: str) -> str:
        for word in self._words:
            line = line.replace(word, STARS)
        for pattern in LOOKS_SECRET:
            line = pattern.sub(rf"\g<1>{STARS}", line)
        return line


def _bytes(words: str) -> bytes:
    # What a stranger shows may be no text at all; it is then wrong, not an error.
    return words.encode(errors="surrogatepass")


def _forms(word: str) -> tuple[str, ...]:
    """How a word may stand in a line: as it is, in an address, in JSON."""
    return word, quote(word, safe=""), json.dumps(word)[1:-1], json.dumps(word, ensure_ascii=False)[1:-1]
