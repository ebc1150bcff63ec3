"""`huying serve`: the real thing."""

from __future__ import annotations

import argparse

HELP = "正式运行 · run for real: platforms, web pages, alarm and deliveries"


def arguments(parser: argparse.ArgumentParser) -> None:
    pass


def run(args: argparse.Namespace) -> int:
    import asyncio

    from bot import logs, service
    from bot.config import from_surroundings

    settings = from_surroundings()
    logs.configure(settings.secrets())
    for line in settings.warnings:
        service.say(line)
    return asyncio.run(service.serve(settings)) or 0
