"""A fresh town for every story."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.stories.town import Town
from tests.stories.town import town as build


@pytest.fixture
async def town(tmp_path: Path) -> AsyncIterator[Town]:
    async with build(tmp_path) as built:
        yield built
