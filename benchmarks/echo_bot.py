"""The bare bot to compare with: stock python-telegram-bot, polling, answers each message, stores nothing."""

from __future__ import annotations

import os

from telegram import Update
from telegram.ext import Application, ContextTypes, MessageHandler, filters


async def echo(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
    assert update.message is not None
    await update.message.reply_text(update.message.text or "")


def main() -> None:
    api = os.environ["HUYING_TELEGRAM_API"]
    application = (
        Application.builder()
        .token(os.environ["HUYING_TELEGRAM_TOKEN"])
        .base_url(f"{api}/bot")
        .base_file_url(f"{api}/file/bot")
        .build()
    )
    application.add_handler(MessageHandler(filters.TEXT, echo))
    application.run_polling(poll_interval=0.0, drop_pending_updates=False)


if __name__ == "__main__":
    main()
