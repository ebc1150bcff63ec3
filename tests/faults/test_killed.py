"""kill -9 at random moments under load: what was acknowledged is there, once, and every letter owed is sent.

The short form kills a few times. `make faults` kills at least a hundred times on each database (FAULTS=long); the dice
are cast anew each time there, and FAULTS_SEED repeats a run's.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.faults.checker import nothing_is_wrong
from tests.faults.trial.killing import trial

LONG = os.environ.get("FAULTS") == "long"
KILLS = int(os.environ.get("FAULTS_KILLS", "100" if LONG else "4"))


def cast(capsys: pytest.CaptureFixture[str], what: str) -> str:
    """Return the seed of this trial, and say it where it can be read afterwards."""
    seed = os.environ.get("FAULTS_SEED") or (os.urandom(4).hex() if LONG else what)
    say(capsys, f"{what}: FAULTS_SEED={seed}")
    return seed


def say(capsys: pytest.CaptureFixture[str], words: str) -> None:
    if LONG:
        with capsys.disabled():
            print(words, flush=True)


@pytest.mark.parametrize("mode", ["polling", "webhook"])
async def test_whenever_it_is_killed_nothing_is_lost_doubled_or_late(
    tmp_path: Path, mode: str, capsys: pytest.CaptureFixture[str]
) -> None:
    database = f"sqlite:///{tmp_path / 'huying.db'}"
    seed = cast(capsys, f"sqlite-{mode}")
    async with trial(tmp_path, database, mode, seed=seed, long=LONG) as town:
        await town.kill_often(KILLS, lambda words: say(capsys, words))
        evidence = await town.settled(patient=LONG)
        say(capsys, town.figures(evidence.left))
        nothing_is_wrong(evidence)
        assert town.refused() == []
        assert len(evidence.left.tickets) > 5 * KILLS
        assert await town.programs[0].stop() == 0
