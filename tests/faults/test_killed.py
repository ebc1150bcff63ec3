"""kill -9 at random moments under load: what was acknowledged is there, once, and every letter owed is sent.

The short form kills a few times. `make faults` kills at least a hundred times on each database (FAULTS=long); the dice
are cast anew each time there, and FAULTS_SEED repeats a run's.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.databases import fresh_database
from tests.faults.checker import findings, nothing_is_wrong
from tests.faults.trial.form import KILLS, LONG, cast, say
from tests.faults.trial.killing import trial

WAYS = [("sqlite", "polling", 2), ("postgres", "webhook", 2), ("sqlite", "webhook", 1)]
"""Database, how updates come, how many processes. The short form has each database and each way in once."""


@pytest.mark.parametrize(("kind", "mode", "processes"), WAYS if LONG else WAYS[:2])
async def test_whenever_it_is_killed_nothing_is_lost_doubled_or_late(
    tmp_path: Path, kind: str, mode: str, processes: int, capsys: pytest.CaptureFixture[str]
) -> None:
    seed = cast(capsys, f"{kind}-{mode}")
    async with (
        fresh_database(tmp_path, kind) as database,
        trial(tmp_path, database, mode, processes=processes, seed=seed, long=LONG) as town,
    ):
        await town.kill_often(KILLS, lambda words: say(capsys, words))
        evidence = await town.settled(patient=LONG)
        say(capsys, town.figures(evidence.left))
        say(capsys, "\n".join(findings(evidence)) or "nothing is wrong")
        nothing_is_wrong(evidence)
        assert town.refused() == []
        assert len(evidence.left.tickets) > 2 * KILLS
        assert [await program.stop() for program in town.programs] == [0] * processes
