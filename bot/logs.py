"""What the program says about itself: lines on standard error, coloured for a person, JSON for a machine.

No secret ever reaches a line: what is known to be secret is struck out of the finished text, and so is everything that
looks like a bot token or an access token, whoever logged it (httpx logs whole addresses, and Telegram's carry the token).
Nor do residents' words, phones, rooms or chats: a line names a ticket by `ticket` and `community` (storage.records.in_log)
and a letter by its number, and whoever may look into the database finds the rest there.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from typing import Any, TextIO

import structlog

from bot.log_lines import in_json, indented_traceback, shown_values
from bot.secret import Secret, Strike
from storage.records import Clock, Line, Reason, in_log

PLAIN_REASONS = frozenset({*Clock, *Reason})

acts = structlog.get_logger("ledger")

# These write one line for each call they make or serve.
CHATTY = (
    "httpx",
    "httpcore",
    "apscheduler",
    "uvicorn.access",
    "aiosqlite",
    "asyncio",
    "telegram",
    "urllib3",
    "wechatpy",
)


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
    as_json = not to.isatty() if as_json is None else as_json
    steps: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.ExtraAdder(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    if as_json:
        steps.append(structlog.processors.format_exc_info)
    structlog.configure(
        processors=[*steps, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=False,
    )
    written = [*(_as_json() if as_json else _for_eyes(to)), _struck(Strike(secrets))]
    meta = structlog.stdlib.ProcessorFormatter.remove_processors_meta
    formatter = structlog.stdlib.ProcessorFormatter(foreign_pre_chain=steps, processors=[meta, *written])
    _to_one_place(to, formatter, level)


def _as_json() -> list[Any]:
    return [
        structlog.processors.JSONRenderer(ensure_ascii=False, default=str),
        lambda logger, method, line: in_json(line),
    ]


def _for_eyes(to: TextIO) -> list[Any]:
    # Not the renderer's own traceback, which shows the values of variables: people's words are among them.
    return [
        shown_values,
        structlog.dev.ConsoleRenderer(colors=to.isatty(), exception_formatter=indented_traceback),
    ]


def _to_one_place(to: TextIO, formatter: logging.Formatter, level: int) -> None:
    """Have the libraries' lines written as our own are."""
    handler = logging.StreamHandler(to)
    handler.setFormatter(formatter)
    # No line says where in the program, in which thread or task it was logged; finding that out is half its cost.
    # Source: https://docs.python.org/3/howto/logging.html#optimization
    logging._srcfile = None
    logging.logThreads = logging.logProcesses = logging.logMultiprocessing = False
    root = logging.getLogger()
    for old in list(root.handlers):
        root.removeHandler(old)
    root.addHandler(handler)
    root.setLevel(level)
    for name in CHATTY:
        logging.getLogger(name).setLevel(max(level, logging.WARNING))


@contextmanager
def for_a_command(secrets: Iterable[Secret] = ()) -> Iterator[None]:
    """Send what a command logs to standard error, warnings and worse only: standard output is its answer's alone."""
    before, strike = structlog.get_config(), _struck(Strike(secrets))
    structlog.configure(
        processors=[structlog.processors.add_log_level, structlog.dev.ConsoleRenderer(colors=False), strike],
        wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING),
        logger_factory=lambda *names: structlog.PrintLogger(sys.stderr),
        cache_logger_on_first_use=False,
    )
    try:
        yield
    finally:
        structlog.configure(**before)


def about(**what: Any) -> AbstractContextManager[None]:
    """Put what the work is about on every line logged inside: `with about(letter=7, **in_log(ticket)): …`."""
    return structlog.contextvars.bound_contextvars(**what)


def tell(lines: Sequence[Line]) -> None:
    """Write a line for every act that was committed: so the log alone has each ticket's outline."""
    if not lines:
        return
    bound = acts.bind()
    for line in lines:
        # A reason may be somebody's words; one of the program's own is a single word of these.
        why = {"reason": line.reason} if line.reason in PLAIN_REASONS else {}
        what = {"state": line.state, **in_log(line.ticket)} if line.ticket else {"community": line.community}
        bound.info(line.act, platform=line.platform, **why, **what)


def _struck(strike: Strike) -> Callable[[Any, str, Any], str]:
    """Return the last step of a line's making: what is written is what was struck."""
    return lambda logger, method, line: strike.clean(str(line))
