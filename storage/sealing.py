"""How a line of the ledger is bound to those before it, and how words may be taken out of its reason without breaking that.

The hash of a line is SHA-256 over the previous hash (64 zeros for the first line), a line feed, and the JSON array
`[seq, community, ticket, number, at, act, state, person, platform, reason]` in UTF-8 without spaces. A line about the
community itself has null for its ticket and its state, and number 0.

In the place of a reason stands `[seal]`: SHA-256 over the JSON array `[salt, reason]`, the salt the line's own and random. So what was
done, by whom and when is bound for ever, and so is what was said of it, until somebody's erasure takes words out of it: the
reason is written anew under a new salt, the line keeps the first seal, and a later line of the chain (an erasure) names the new
one. Without the first salt nobody can tell from the seal what the words were, however many they try.

Lines from before there were seals have their reason itself in that place: it stays as it is.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping
from typing import Any

from storage.plain import as_json
from storage.records import anew_in

NOTHING_BEFORE = "0" * 64
FIELDS = ("community", "ticket", "number", "at", "act", "state", "person", "platform")


def new_salt() -> str:
    return secrets.token_hex(16)


def seal_of(salt: str, reason: str) -> str:
    return hashlib.sha256(as_json([salt, reason]).encode()).hexdigest()


def hash_of(seq: int, line: Mapping[str, Any], previous: str) -> str:
    """Return the hash that belongs to `line` (a row, by its columns) as number `seq` behind `previous`."""
    seal = line["seal"] or (seal_of(line["salt"], line["reason"]) if line["salt"] else "")
    written = as_json([seq, *(line[name] for name in FIELDS), [seal] if seal else line["reason"]])
    return hashlib.sha256(f"{previous}\n{written}".encode()).hexdigest()


class Anews:
    """Goes along a chain, line by line, and tells at its end whether just those reasons were written anew of which the chain
    says so, by a line of the same ticket, and stand there as it says last. It remembers as many lines as were."""

    def __init__(self) -> None:
        self._stands: dict[int, tuple[str | None, str]] = {}
        self._said: dict[int, tuple[str | None, str]] = {}

    def read(self, line: Mapping[str, Any]) -> None:
        if line["seal"]:
            self._stands[line["seq"]] = (line["ticket"], seal_of(line["salt"], line["reason"]))
        if (anew := anew_in(line["act"], line["ticket"], line["reason"])) is not None:
            self._said[anew.seq] = (line["ticket"], anew.seal)

    def wrong(self) -> int | None:
        """Return the first line whose reason is another than the chain says last; None for none."""
        stands, said = self._stands, self._said
        return min(
            (seq for seq in stands.keys() | said.keys() if stands.get(seq) != said.get(seq)), default=None
        )
