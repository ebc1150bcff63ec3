"""`huying demo`: everything on this machine, with a sample community and a clock that runs fast."""

from __future__ import annotations

import argparse
import logging
import socket

HELP = "在本机演示：三个座位、示例社区，不联网 · try it here: three seats, a sample community, nothing leaves the machine"

SPEED = 12.0
"""The demo's hour takes five minutes: a report nobody takes reaches the meeting's queue within two."""


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--port",
        type=_port,
        help="端口，默认 8080，被占用就换一个；0 为任意空闲 · 8080, or a free one when that is taken",
    )
    parser.add_argument(
        "--speed",
        type=_speed,
        default=SPEED,
        help="时钟快几倍，1 到 1000，默认 12 · how many times faster the clocks run",
    )


def _port(typed: str) -> int:
    if not typed.isdecimal() or int(typed[:6]) > 65535:
        raise argparse.ArgumentTypeError("须是 0 到 65535 · must be 0 to 65535")
    return int(typed)


def _speed(typed: str) -> float:
    try:
        speed = float(typed)
    except ValueError:
        speed = 0.0
    if not 1 <= speed <= 1000:
        raise argparse.ArgumentTypeError("须是 1 到 1000 · must be 1 to 1000")
    return speed


def run(args: argparse.Namespace) -> int:
    import asyncio

    from bot import logs
    from bot.showing import show

    # What a visitor should see of it stands on the page; a letter that finds nobody is part of the play.
    logs.configure(level=logging.ERROR)
    return asyncio.run(show(port=free(8080) if args.port is None else args.port, speed=args.speed))


def free(port: int) -> int:
    """Return the port if it is free on loopback, else 0 for any."""
    with socket.socket() as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind(("127.0.0.1", port))
        except OSError:
            return 0
    return port
