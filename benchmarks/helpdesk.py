"""What django-helpdesk's `escalate_tickets` does in the same run, installed into an environment of its own.

For every ticket that is due the command lowers the priority number, writes a follow-up with the change, and mails the
submitter, the owner and the queue's copy (three mails a ticket; here into memory, so no mail server is waited for). It
keeps one period per queue, counted in days, and no clock, rung or queue beyond that. What it runs on is Django's SQLite
as it comes: each statement a transaction of its own. Only the command is timed: no process start, no migration.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

PINNED = (
    "django==5.2.19",
    "django-helpdesk==2.6.1",
    "asgiref==3.13.0",
    "beautifulsoup4==4.15.0",
    "django-cleanup==9.0.0",
    "django-model-utils==5.0.0",
    "djangorestframework==3.18.3",
    "email-reply-parser==0.5.12",
    "markdown==3.11.3",
    "nh3==0.3.8",
    "oauthlib==4.0.1",
    "requests==2.34.2",
    "requests-oauthlib==2.0.0",
    "sqlparse==0.6.1",
)
TICKETS = 500
TIMES = 2
PATIENCE = 300
THERE = Path(__file__).with_name("helpdesk_there.py")


@dataclass(frozen=True)
class Escalated:
    """Tickets escalated in a second; None when it could not be installed or run, and `note` says why."""

    per_second: float | None
    note: str


def measure() -> Escalated:
    """Install it, let it escalate TICKETS due tickets, and return how fast that went."""
    with tempfile.TemporaryDirectory() as name:
        python = Path(name) / "env" / "bin" / "python"
        try:
            _run(sys.executable, "-m", "venv", str(python.parent.parent))
            _run(str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *PINNED)
            runs = [_escalate(python, Path(name) / f"run{at}") for at in range(TIMES)]
        except (OSError, subprocess.SubprocessError) as failed:
            said = getattr(failed, "stderr", None) or str(failed)
            return Escalated(None, f"django-helpdesk not measured: {said.strip().splitlines()[-1][:120]}")
    note = f"its escalate_tickets, {TICKETS} due, {3 * TICKETS:,} mails in memory, the better of {TIMES}"
    return Escalated(TICKETS / min(runs), note)


def _escalate(python: Path, folder: Path) -> float:
    """Return the seconds one run takes."""
    folder.mkdir()
    # -P: beside the script lie modules of ours that have the names of theirs.
    told = json.loads(_run(str(python), "-P", str(THERE), str(folder), str(TICKETS)).splitlines()[-1])
    if (told["followups"], told["mails"]) != (TICKETS, 3 * TICKETS):
        raise RuntimeError(f"of {TICKETS} due tickets {told} came of it")
    return float(told["seconds"])


def _run(*command: str) -> str:
    done = subprocess.run(command, check=True, capture_output=True, text=True, timeout=PATIENCE)
    return done.stdout
