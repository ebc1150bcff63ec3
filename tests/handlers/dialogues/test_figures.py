"""The figures on written dialogues, as floors: a change by which fewer come out right fails here.

What they are today: `python -m benchmarks.dialogues`.
"""

from __future__ import annotations

import pytest

from benchmarks.dialogues import parts, played
from tests.handlers.dialogues.ground import DIALOGUES, dialogues


@pytest.mark.parametrize(
    ("part", "right"), [("given", 10), ("looked at", 48), ("held out", 16), ("fresh", 34)]
)
async def test_dialogues_come_out_as_their_authors_expect(part: str, right: int) -> None:
    results = await played(parts(dialogues(DIALOGUES))[part])
    assert sum(not one.faults for one in results) >= right
