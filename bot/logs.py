"""What the program says about itself: lines on standard error, coloured for a person, JSON for a machine.

No secret ever reaches a line: what is known to be secret is struck out of the finished text, and so is everything that
looks like a bot token or an access token, whoever logged it (httpx logs whole addresses, and Telegram's carry the token).
"""

from __future__ import annotations

import json
import logging
import re
import sys
from collections.abc import Iterable
from contextlib import AbstractContextManager
from typing import Any, TextIO
from urllib.parse import quote

import structlog

from bot.secret import Secret

STARS = "***"
# What the first group of a pattern finds is kept.
LOOKS_SECRET = (
    re.compile(r"(/bot)\d+:[A-Za-z0-9_-]+"),
    re.compile(r"()\b\d{6,}:[A-Za-z0-9_-]{30,}"),
    re.compile(r"((?:access_token|corpsecret|appsecret|secret|token)=)[^&\s\"']+"),
)
# These write one line for each call they make or serve.
CHATTY = ("httpx", "httpcore", "apscheduler", "uvicorn.access", "aiosqlite", "asyncio", "telegram")


def configure(
    secrets: Iterable[Secret] = (),
    *,
    level: int = logging.INFO,
    to: TextIO | None = None,
    as_json: bool | None = None,
) -> None:
    """Send every log line of the process, our own and the libraries', to `to` (standard error).

    `as_json`: None decides by whether a person is looking (a terminal). Lines carry the `ticket` bound by `about`.
    """
    to = to or sys.stderr
    if as_json is None:
        as_json = not to.isatty()
    steps: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.ExtraAdder(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    if as_json:
        steps.append(structlog.processors.format_exc_info)
        renderer: Any = structlog.processors.JSONRenderer(ensure_ascii=False, default=str)
    else:
        renderer = structlog.dev.ConsoleRenderer(colors=to.isatty())
    structlog.configure(
        processors=[*steps, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(to)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=steps,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                renderer,
                Strike(secrets),
            ],
        )
    )
    root = logging.getLogger()
    for old in list(root.handlers):
        root.removeHandler(old)
    root.addHandler(handler)
    root.setLevel(level)
    for name in CHATTY:
        logging.getLogger(name).setLevel(max(level, logging.WARNING))


def about(**what: Any) -> AbstractContextManager[None]:
    """Put what the work is about on every line logged inside: `with about(ticket=1024): …`."""
    return structlog.contextvars.bound_contextvars(**what)


class Strike:
    """Strikes secrets out of a finished line, tracebacks and all."""

    def __init__(self, secrets: Iterable[Secret]) -> None:
        words = {secret.reveal() for secret in secrets}
        written = {form for word in words for form in _forms(word)}
        # Longest first: a secret may be part of another. One of a few letters would strike out half of every line.
        self._words = sorted((form for form in written if len(form) >= 6), key=len, reverse=True)

    def __call__(self, logger: Any, method: str, line: Any) -> str:
        return self.clean(str(line))

    def clean(self, line: str) -> str:
        for word in self._words:
            line = line.replace(word, STARS)
        for pattern in LOOKS_SECRET:
            line = pattern.sub(rf"\g<1>{STARS}", line)
        return line


def _forms(word: str) -> tuple[str, ...]:
    """How a word may stand in a line: as it is, in an address, in JSON."""
    return word, quote(word, safe=""), json.dumps(word)[1:-1], json.dumps(word, ensure_ascii=False)[1:-1]
