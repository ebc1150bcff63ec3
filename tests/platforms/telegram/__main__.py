"""The test server by itself: `python -m tests.platforms.telegram --port 8081`."""

import argparse
import asyncio
import contextlib

from tests.platforms.telegram.server import TOKEN, TelegramServer


def furnish(telegram: TelegramServer) -> None:
    """Put the people and groups of the sample community there."""
    mei = telegram.user(2001, "梅姨", started=True)
    wang = telegram.user(1001, "王芳", started=True)
    li = telegram.user(1002, "李雷", started=True)
    telegram.supergroup(-1001000001, "第一网格", [mei, li], admins=[wang])
    telegram.supergroup(-1009000001, "社区值班", [wang, li])


async def serve(options: argparse.Namespace) -> None:
    telegram = TelegramServer(
        token=options.token, port=options.port, limits=not options.no_limits, privacy=options.privacy
    )
    furnish(telegram)
    async with telegram:
        print(f"HUYING_TELEGRAM_API={telegram.api}\nHUYING_TELEGRAM_TOKEN={telegram.token}")
        print(f"people act by POST {telegram.api}/play, GET shows the chats (see play.py)", flush=True)
        await asyncio.Event().wait()


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.platforms.telegram", description=__doc__)
    parser.add_argument("--port", type=int, default=8081, help="port on 127.0.0.1; 0 takes a free one")
    parser.add_argument("--token", default=TOKEN, help="the bot's token")
    parser.add_argument("--no-limits", action="store_true", help="never answer 429 by itself")
    parser.add_argument("--privacy", action="store_true", help="turn the bot's privacy mode on")
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(serve(parser.parse_args()))


if __name__ == "__main__":
    main()
