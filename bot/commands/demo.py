"""`huying demo`: everything on this machine, with a sample community and a clock that runs fast."""

from __future__ import annotations

import argparse

HELP = "在本机演示：三个座位、示例社区，不联网 · try it here: three seats, a sample community, nothing leaves the machine"


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--port", type=int, default=8080, help="端口，0 为任意空闲 · port, 0 for any free one"
    )
    parser.add_argument(
        "--speed", type=float, default=12, help="时钟快几倍 · how many times faster the clocks run"
    )


def run(args: argparse.Namespace) -> int:
    import asyncio

    from bot import logs
    from bot.showing import show

    logs.configure()
    return asyncio.run(show(port=args.port, speed=args.speed))
