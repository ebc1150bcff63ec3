"""A fresh town for every story, and every story on both databases."""

from __future__ import annotations

import inspect
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.databases import KIND, KINDS
from tests.stories.town import Town
from tests.stories.town import town as build
from tests.stories.wechat_town import WeChatTown, wechat_town


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Tell every story that lives in a town twice. Those of whole processes choose their database themselves."""
    in_town = not {"town", "there", "bare"}.isdisjoint(
        metafunc.fixturenames
    ) or "build(" in inspect.getsource(metafunc.function)
    if in_town:
        metafunc.fixturenames.append("kind_of_database")
        one = metafunc.definition.get_closest_marker("on_one_database")
        metafunc.parametrize("kind_of_database", KINDS[:1] if one else KINDS, indirect=True)


@pytest.fixture
def kind_of_database(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    kind: str = request.param
    monkeypatch.setenv(KIND, kind)
    return kind


@pytest.fixture
async def town(kind_of_database: str, tmp_path: Path) -> AsyncIterator[Town]:
    async with build(tmp_path) as built:
        yield built


@pytest.fixture
async def there(kind_of_database: str, tmp_path: Path) -> AsyncIterator[WeChatTown]:
    """A town with WeChat."""
    async with wechat_town(tmp_path) as built:
        yield built
