"""What passes between the floors: what was said (Inbound), what shall be said (Letter, Outgoing), what happens (Decision).

Nothing here knows a platform's words or a database.
"""

from __future__ import annotations

from handlers.messages.decided import Decision, Doubt, Onto, Refused
from handlers.messages.letters import Arrived, Button, Gist, Letter, NotDelivered, Outgoing, Rows, Say
from handlers.messages.said import Answer, Earlier, Event, Inbound, Piece, Sender
from storage.records import Weight, Window

__all__ = [
    "Answer",
    "Arrived",
    "Button",
    "Decision",
    "Doubt",
    "Earlier",
    "Event",
    "Gist",
    "Inbound",
    "Letter",
    "NotDelivered",
    "Onto",
    "Outgoing",
    "Piece",
    "Refused",
    "Rows",
    "Say",
    "Sender",
    "Weight",
    "Window",
]
