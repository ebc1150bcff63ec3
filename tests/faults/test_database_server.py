"""Whatever befalls the PostgreSQL server under load: nothing is lost, doubled or late, and nobody has to help."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.checker import findings, nothing_is_wrong
from tests.faults.trial.form import KILLS, LONG, cast, say
from tests.faults.trial.killing import trial
from tests.faults.trial.server import BadlyTreated


@pytest.fixture
def seed(capsys: pytest.CaptureFixture[str]) -> str:
    return cast(capsys, "database-server")


@pytest.fixture
def server(seed: str) -> Iterator[BadlyTreated]:
    server = BadlyTreated(random.Random(seed), 60.0 if LONG else 2.0)
    try:
        yield server
    finally:
        server.stop()


async def test_the_database_server_hangs_up_crashes_and_is_gone_for_a_while(
    tmp_path: Path, server: BadlyTreated, seed: str, capsys: pytest.CaptureFixture[str]
) -> None:
    async with trial(tmp_path, server.url, "webhook", processes=2, seed=seed, long=LONG) as town:
        times = max(KILLS // 5, 3)
        troubles = iter([server.hang_up, server.crash, server.be_gone])

        async def trouble() -> str:
            return await next(troubles, server.something)()

        await town.trouble_often(times, trouble, lambda words: say(capsys, words))
        evidence = await town.settled(patient=LONG)
        say(capsys, town.figures(evidence.left))
        say(capsys, "\n".join(findings(evidence)) or "nothing is wrong")
        nothing_is_wrong(evidence)
        assert town.refused() == []
        assert [await program.stop() for program in town.programs] == [0, 0]
