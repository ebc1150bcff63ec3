"""The bare bot to compare with: stock python-telegram-bot, answers each message, stores nothing.

`python -m benchmarks.echo_bot PORT SECRET` listens for its webhook on 127.0.0.1:PORT; without words it polls.
"""

from __future__ import annotations

import os
import sys

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
    if len(sys.argv) == 1:
        application.run_polling(poll_interval=0.0, drop_pending_updates=False)
        return
    port, secret = sys.argv[1:]
    application.run_webhook(
        port=int(port),
        url_path="telegram",
        secret_token=secret,
        webhook_url=f"http://127.0.0.1:{port}/telegram",
    )


if __name__ == "__main__":
    main()
