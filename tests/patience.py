"""How long a test waits for what must come."""

from __future__ import annotations

PATIENCE = 60.0
"""Real seconds. Nobody waits so long for what comes; a busy machine may let everything take a hundred times as long."""
