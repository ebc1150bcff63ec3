"""What can go wrong below, each error named by what the caller can do about it."""

from __future__ import annotations


class StorageFailed(Exception):
    """Full disk, locked, read-only, gone or broken file. Nothing of the turn was stored: try again later."""


class BadDatabase(Exception):
    """The database cannot be used at all; the message is one clear line for the person who set it."""


class InUse(BadDatabase):
    """A program works on the database that is to be replaced: stop it first."""


class NewerSchema(BadDatabase):
    """The database was written by a newer program: install that one, this one would harm it."""


class StaleTicket(Exception):
    """The ticket was changed since it was read: read it again and decide again."""


class Contradiction(Exception):
    """The rows contradict each other (a key twice, a person who is not there). A retry cannot help; nothing stored."""


class ReadOnlyTurn(Exception):
    """A writing method was called in a view. A mistake of the program."""
