"""Invite codes: single-use words that make somebody a grid leader, a property worker, staff. Only their hash is stored."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from unicodedata import normalize

from storage.records import DAY, Span

ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
"""No 0 and O, no 1 and I: a code is read out on the phone and copied by hand. Five bits a letter."""

LENGTH = 13
"""65 bits: nobody guesses one within its life, however many accounts they try from."""

VALID_FOR: Span = 7 * DAY


def new_code(below: Callable[[int], int]) -> str:
    """Return a fresh code. `below(n)` gives a random number under n (secrets.randbelow: the caller's matter)."""
    return "".join(ALPHABET[below(len(ALPHABET))] for _ in range(LENGTH))


def code_hash(typed: str) -> str:
    """Return what is stored for a code, however it was typed: small letters, full width, in groups of four."""
    bare = "".join(char for char in normalize("NFKC", typed).upper() if char.isalnum())
    return hashlib.sha256(bare.encode()).hexdigest()
