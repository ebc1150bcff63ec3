"""The command `huying`: finds the command that was asked for, runs it, and turns what fails into one clear line."""

from __future__ import annotations

import argparse
import io
import os
import sys
from collections.abc import Sequence
from importlib import import_module

from bot.terminal import Failed, note

ABOUT = "呼应：居民一呼，就有人应 · Huying: a call in the group gets a person and a clock, and is answered or climbs"
AFTER = "设置来自环境变量或 .env 文件 · settings come from the environment or a .env file (see README)"

# In the order people meet them.
COMMANDS = (
    "demo",
    "serve",
    "check",
    "migrate",
    "import",
    "invite",
    "qr",
    "login",
    "wechat",
    "wecom",
    "export",
    "ledger",
    "verify",
    "backup",
    "restore",
    "move",
    "read",
    "bench",
)


def parser(names: Sequence[str] = COMMANDS) -> argparse.ArgumentParser:
    """Return the parser that knows these commands. Each one's own words live in bot/commands/NAME.py."""
    whole = argparse.ArgumentParser(prog="huying", description=ABOUT, epilog=AFTER)
    commands = whole.add_subparsers(title="commands 命令", metavar="COMMAND", required=True)
    for name in names:
        # `import` is a word of Python's own, so its room is called import_.
        room = import_module(f"bot.commands.{'import_' if name == 'import' else name}")
        command = commands.add_parser(name, help=room.HELP, description=room.HELP)
        room.arguments(command)
        command.set_defaults(run=room.run)
    return whole


def main(words: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code: 0 done, 1 failed, 2 not understood, 130 interrupted."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # A terminal without Chinese shows question marks rather than a traceback.
            stream.reconfigure(errors="replace")
    words = sys.argv[1:] if words is None else words
    # Only the room that is asked for is opened: `read` must not wait for what `serve` needs.
    asked = [name for name in words[:1] if name in COMMANDS]
    args = parser(asked or COMMANDS).parse_args(words)
    try:
        code = int(args.run(args) or 0)
        sys.stdout.flush()
    except Failed as failed:
        note(f"huying: {failed}")
        return failed.code
    except KeyboardInterrupt:
        note("huying: 已停止 · stopped")
        return 130
    except BrokenPipeError:
        # The reader went away (`huying export ledger | head`). Python would complain once more while it closes stdout.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except Exception as error:  # noqa: BLE001 - the last line of defence: a person gets a line, never a traceback
        return _failed(error)
    return code


def _failed(error: Exception) -> int:
    """Tell in one line what went wrong; HUYING_DEBUG=1 shows where."""
    if os.environ.get("HUYING_DEBUG", "0") not in {"", "0"}:
        raise error
    from bot.config import BadSettings
    from bot.secret import Strike
    from storage.errors import BadDatabase, InUse, StorageFailed

    if isinstance(error, BadSettings):
        lines = error.problems
    elif isinstance(error, InUse):
        lines = [f"程序还在用这个数据库，先停下它 · {error}"]
    elif isinstance(error, BadDatabase | StorageFailed):
        lines = [f"数据库用不了 · {error}"]
    elif isinstance(error, OSError):
        lines = [f"系统不让 · {error.strerror or error}{f': {error.filename}' if error.filename else ''}"]
    else:
        what = " ".join(f"{type(error).__name__}: {error}".split())
        lines = [f"出了没想到的错 · unexpected: {what} （HUYING_DEBUG=1 shows where）"]
    for line in lines:
        note(f"huying: {Strike().clean(line)}")
    return 1
