"""Short or long: what `make faults` sets, and how a long trial tells what it does."""

from __future__ import annotations

import os

import pytest

LONG = os.environ.get("FAULTS") == "long"
KILLS = int(os.environ.get("FAULTS_KILLS", "100" if LONG else "3"))


def cast(capsys: pytest.CaptureFixture[str], what: str) -> str:
    """Return the seed of this trial, and say it where it can be read afterwards."""
    seed = os.environ.get("FAULTS_SEED") or (os.urandom(4).hex() if LONG else what)
    say(capsys, f"{what}: FAULTS_SEED={seed}")
    return seed


def say(capsys: pytest.CaptureFixture[str], words: str) -> None:
    if LONG:
        with capsys.disabled():
            print(words, flush=True)
