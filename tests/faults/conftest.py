"""A fresh town for every fault, and the checker behind each."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot import alarm
from bot.channels import telegram_poll
from tests.faults.checker import nothing_is_wrong
from tests.faults.evidence_of import evidence_of
from tests.stories.town import Town
from tests.stories.town import town as build


@pytest.fixture
async def town(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Town]:
    """Pauses after a failure are short; everything else is as it always is."""
    monkeypatch.setattr(alarm, "RETRY_SECONDS", 0.05)
    monkeypatch.setattr(telegram_poll, "FIRST_PAUSE", 0.05)
    monkeypatch.setattr(telegram_poll, "LONGEST_PAUSE", 0.1)
    monkeypatch.setattr("bot.supervising.RESTART_SECONDS", 0.05)
    async with build(tmp_path) as built:
        yield built
        await built.settle()
        nothing_is_wrong(await evidence_of(built))
