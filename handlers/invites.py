"""Codes: single-use words that make somebody a grid leader, a property worker, staff, or join an account to its owner's
others. Only their hash is stored."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable
from unicodedata import normalize

from storage.records import DAY, MINUTE, Grid, Person, Role, Span

ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
"""No 0 and O, no 1 and I: a code is read out on the phone and copied by hand. Five bits a letter."""

LENGTH = 13
"""65 bits: nobody guesses one within its life, however many accounts they try from."""

VALID_FOR: Span = 7 * DAY


OWN_LENGTH = 8
"""40 bits: of a person's own code, which lives for minutes. It is read from one screen and typed into another."""

OWN_VALID_FOR: Span = 10 * MINUTE
GROUP = 4


ROLES = (
    Role.RESIDENT,
    Role.BUILDING_HEAD,
    Role.GRID_LEADER,
    Role.PROPERTY,
    Role.STAFF,
    Role.LIAISON,
    Role.VOLUNTEER,
    Role.ADMIN,
    Role.AUDITOR,
)
"""What a code may make somebody."""
IN_A_GRID = frozenset({Role.RESIDENT, Role.BUILDING_HEAD, Role.GRID_LEADER})
"""Roles that are somebody's in one grid: their codes name it."""


def foremost(person: Person) -> Role:
    """Return the role their code is told to give; whatever else they hold the file gives them as well."""
    return next((one for one in ROLES[1:] if one in person.roles), ROLES[0])


def grid_led(person: Person, grids: Iterable[Grid]) -> str | None:
    """Return the grid a leader's code names: the first they lead or help to lead."""
    if foremost(person) is not Role.GRID_LEADER:
        return None
    return next((one.id for one in grids if person.id in (one.leader, *one.deputies)), None)


def new_code(below: Callable[[int], int], length: int = LENGTH) -> str:
    """Return a fresh code. `below(n)` gives a random number under n (secrets.randbelow: the caller's matter)."""
    return "".join(ALPHABET[below(len(ALPHABET))] for _ in range(length))


def in_groups(code: str) -> str:
    """Return it as it is read out: `K7MP-QX3D`."""
    return "-".join(code[at : at + GROUP] for at in range(0, len(code), GROUP))


def may_be_code(typed: str) -> bool:
    """Tell whether it may be meant for a code; other words behind 绑定 are talk, and so is bind these two together."""
    parts = re.split("[ _-]+", normalize("NFKC", typed).strip())
    bare = "".join(parts)
    # A code is copied whole, or in its groups.
    return bare.isascii() and bare.isalnum() and (len(parts) == 1 or max(map(len, parts)) <= GROUP)


def code_hash(typed: str) -> str:
    """Return what is stored for a code, however it was typed: small letters, full width, in groups of four."""
    bare = "".join(char for char in normalize("NFKC", typed).upper() if char.isalnum())
    return hashlib.sha256(bare.encode()).hexdigest()
