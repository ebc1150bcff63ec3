"""A grid's group, its people, and the bot's own library at work on the test server."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup
from telegram.request import HTTPXRequest

from tests.platforms.telegram import Chat, Person, TelegramServer
from tests.platforms.telegram.validate import fit
from tests.platforms.wechat_trial import Trial
from tests.platforms.wecom_program import Company


def library(telegram: TelegramServer) -> Bot:
    """Return the bot's library on this server, kept from proxies of the machine and from loading certificates (50 ms)."""
    plain = {"trust_env": False, "verify": False}
    requests = (HTTPXRequest(httpx_kwargs=plain) for _ in range(2))
    return Bot(
        telegram.token,
        f"{telegram.api}/bot",
        f"{telegram.api}/file/bot",
        request=next(requests),
        get_updates_request=next(requests),
    )


class Scene:
    """A server whose clock only tests turn, one group with a resident and its leader, and a bot."""

    def __init__(self) -> None:
        self.now = 1_790_000_000.0  # seconds since 1970
        self.telegram = TelegramServer(clock=lambda: self.now, limits=False)
        self.mei: Person = self.telegram.user(2001, "梅姨", started=True)
        self.wang: Person = self.telegram.user(1001, "王芳", username="wangfang")
        self.group: Chat = self.telegram.supergroup(-1001000001, "第一网格", [self.mei], admins=[self.wang])
        self.bot: Bot
        self.offset = 0

    async def news(self, **wanted: Any) -> list[Any]:
        """Take what happened since the last look."""
        updates = await self.bot.get_updates(offset=self.offset, **wanted)
        self.offset = max([self.offset, *(update.update_id + 1 for update in updates)])
        return list(updates)


@pytest.fixture
async def scene() -> AsyncIterator[Scene]:
    """Whatever a test does, what the server wrote must be what the published description allows."""
    scene = Scene()
    told: list[dict[str, Any]] = []
    tell = scene.telegram.world.tell

    def listening(kind: str, payload: dict[str, Any], queue: object) -> None:
        told.append({"update_id": 1, kind: payload})
        tell(kind, payload, queue)

    scene.telegram.world.tell = listening
    async with scene.telegram as telegram:
        async with library(telegram) as scene.bot:
            yield scene
        assert not telegram.unknown_parameters
    unknown: list[str] = []
    for update in told:
        fit(update, ["Update"], "update", unknown)
    for message in (message for chat in telegram.world.chats.values() for message in chat.everything):
        fit(message.json(), ["Message"], "message", unknown)
    assert not unknown


def keyboard(*labels: str) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup(
        [[InlineKeyboardButton(label, callback_data=f"do:{label}") for label in labels]]
    )


@pytest.fixture(params=["safe", "plaintext"])
async def trial(request: pytest.FixtureRequest) -> AsyncIterator[Trial]:
    """A WeChat account in both modes, with a bare program behind it."""
    async with Trial(safe=request.param == "safe") as trial:
        yield trial


@pytest.fixture
async def company() -> AsyncIterator[Company]:
    async with Company() as company:
        yield company
