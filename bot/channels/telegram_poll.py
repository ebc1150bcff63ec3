"""Long polling that loses nothing: the offset moves only after everything before it is stored.

python-telegram-bot's own Updater confirms updates before they are dealt with and loses them when killed.
"""

from __future__ import annotations

import asyncio
from typing import Any

import structlog
from telegram.error import Conflict, InvalidToken, RetryAfter, TelegramError

from bot.channels.telegram import TelegramChannel
from bot.channels.telegram_errors import pause_asked
from bot.channels.telegram_intake import Intake
from handlers.troubles import Why
from handlers.wording import word
from storage.errors import StorageFailed

log = structlog.get_logger(__name__)

FIRST_PAUSE = 0.5
LONGEST_PAUSE = 30.0
SHORTEST_POLL = 0.3


class Polling:
    """Asks for updates for ever; `run` is a supervised task that ends only by being cancelled.

    `trouble`: why Telegram answers, but gives us nothing of what people say; empty when it does.
    """

    def __init__(self, channel: TelegramChannel, intake: Intake) -> None:
        self._channel = channel
        self._intake = intake
        self._offset: int | None = None
        self._pause = FIRST_PAUSE
        self._webhook_gone = False
        self.trouble: Why = ""

    async def run(self) -> None:
        while True:
            try:
                await self.once()
                self._pause = FIRST_PAUSE
                self.trouble = ""
            except (TelegramError, StorageFailed) as failed:
                await self._wait_after(failed)

    async def once(self) -> None:
        """Ask once and take in what comes. Raises TelegramError or StorageFailed; the same updates then come again."""
        if not self._webhook_gone:
            # While a webhook is set, Telegram refuses to be asked. What waits for it is not dropped.
            await self._channel.bot.delete_webhook(drop_pending_updates=False)
            self._webhook_gone = True
        await self._channel.me()
        asked_at = asyncio.get_running_loop().time()
        batch = await self._channel.updates(self._offset)
        if not batch:
            # A server that does not wait for news, as it was asked to, is not asked without end.
            await asyncio.sleep(max(0.0, asked_at + SHORTEST_POLL - asyncio.get_running_loop().time()))
            return
        # Started in order and finished together, so that the desk can put them into one transaction.
        results = await asyncio.gather(*(self._intake.take(raw) for raw in batch), return_exceptions=True)
        for result in results:
            if isinstance(result, BaseException):
                raise result
        self._offset = max(number(raw) for raw in batch) + 1
        if self._offset == 0:
            raise TelegramError("updates without numbers cannot be confirmed")

    async def _wait_after(self, failed: Exception) -> None:
        pause = self._pause
        self._pause = min(self._pause * 2, LONGEST_PAUSE)
        if isinstance(failed, RetryAfter):
            pause = pause_asked(failed) / 1000
        elif isinstance(failed, Conflict):
            self._webhook_gone = False
            self.trouble = word("trouble.rival")
            log.error("another program polls with the same bot token, or set a webhook", why=failed.message)
        elif isinstance(failed, InvalidToken):
            self.trouble = word("trouble.token")
            log.error("Telegram does not know this bot token", why="check HUYING_TELEGRAM_TOKEN")
        elif isinstance(failed, StorageFailed):
            log.error("updates could not be stored; Telegram keeps them", why=str(failed))
        else:
            log.warning("no updates from Telegram", why=str(failed), pause=pause)
        await asyncio.sleep(pause)


def number(raw: Any) -> int:
    """Return the number of an update, -1 for what has none."""
    found = raw.get("update_id") if isinstance(raw, dict) else None
    return found if isinstance(found, int) else -1
