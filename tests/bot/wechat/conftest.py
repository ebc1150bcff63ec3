"""A WeChat account in both modes, with our door behind it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from storage.database import Store, open_store
from tests.bot.serving import serving
from tests.bot.wechat.around import Account, account
from tests.databases import fresh_file
from tests.platforms.wechat import WeChatServer
from tests.platforms.wechat.server import AES_KEY


@pytest.fixture(params=["safe", "plaintext"])
async def there(request: pytest.FixtureRequest) -> AsyncIterator[Account]:
    async with WeChatServer(aes_key=AES_KEY if request.param == "safe" else None) as wechat:
        one = account(wechat, seconds=0.3)
        async with serving(one.hook) as address:
            one.address = address
            wechat.url = f"{address}/wechat"
            yield one


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    store = await open_store(fresh_file(tmp_path), patience=0)
    yield store
    await store.close()
