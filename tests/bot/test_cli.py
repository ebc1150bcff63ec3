"""The command line: every command explains itself, and what fails is one clear line."""

from __future__ import annotations

import errno
import io
import os
import re
import socket
import subprocess
import sys
from types import SimpleNamespace

import pytest

from bot import terminal
from bot.cli import COMMANDS
from bot.commands import demo


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself_in_both_languages(folder, command):
    done = folder.huying(command, "--help")
    assert done.code == 0
    assert command in done.out
    assert re.search("[一-鿿]", done.out)
    assert re.search("[a-z]{3}", done.out)


def test_the_list_of_commands_names_every_one(folder):
    done = folder.huying("--help")
    assert done.code == 0
    assert all(re.search(rf"^ +{command}\b", done.out, re.MULTILINE) for command in COMMANDS)


@pytest.mark.parametrize("words", [[], ["dance"], ["read", "--loud"], ["import"], ["export", "dreams"]])
def test_what_is_not_understood_exits_with_two(folder, words):
    done = folder.huying(*words)
    assert (done.code, done.out) == (2, "")


@pytest.mark.parametrize(
    "words",
    [
        ["demo", "--port", "65536"],
        ["demo", "--port", "-1"],
        ["demo", "--port", "x"],
        ["demo", "--speed", "0"],
        ["demo", "--speed", "nan"],
        ["demo", "--speed", "inf"],
        ["demo", "--speed", "x"],
    ],
)
def test_a_demo_that_could_not_run_is_not_understood(folder, words):
    done = folder.huying(*words)
    assert (done.code, done.out) == (2, "")
    assert "must be" in done.err


@pytest.mark.parametrize(
    "words",
    [
        ["export", "ledger", "-o", "none/l.csv"],
        ["export", "ledger", "-o", "."],
        ["export", "community", "-o", "none/c.toml"],
        ["backup", "none/b.tar"],
        ["backup", "."],
        ["restore", "none.tar"],
        ["restore", "."],
        ["export", "ledger", "--until", "9999-12-31"],
    ],
)
def test_a_file_that_cannot_be_is_one_line_that_names_it(folder, words):
    folder.settle()
    done = folder.huying(*words)
    assert (done.code in (1, 2), done.out) == (True, "")
    assert len(done.err.splitlines()) == 1
    assert "Errno" not in done.err
    assert "unexpected" not in done.err
    assert words[-1].partition("/")[0] in done.err


def test_a_disk_that_says_no_is_one_line(folder, monkeypatch):
    def full(args):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), "huying.db")

    monkeypatch.setattr("bot.commands.verify.run", full)
    done = folder.huying("verify")
    assert done.err == "huying: 系统不让 · No space left on device: huying.db\n"


def test_the_module_does_what_the_console_script_does(folder):
    script = subprocess.run(
        [f"{sys.prefix}/bin/huying", "--help"], capture_output=True, text=True, check=True
    )
    assert script.stdout == folder.process("--help").out


@pytest.mark.parametrize(
    "words",
    [["verify"], ["invite", "staff"], ["login", "x"], ["export", "ledger"], ["ledger", "1"], ["backup", "b"]],
)
def test_without_a_database_every_command_says_which_one_makes_it(folder, words):
    done = folder.huying(*words)
    assert (done.code, done.out) == (1, "")
    assert len(done.err.splitlines()) == 1
    assert "huying import" in done.err
    assert list(folder.path.iterdir()) == []


def test_bad_settings_are_named_one_a_line_and_nothing_runs(folder):
    folder.set(HTTP="x", TELEGRAM_MODE="webhook")
    done = folder.huying("verify")
    assert done.code == 1
    assert len(done.err.splitlines()) >= 3
    assert all(line.startswith("huying: ") for line in done.err.splitlines())
    assert "HUYING_TELEGRAM_TOKEN" in done.err


def test_a_file_that_is_no_database_is_one_clear_line(folder):
    folder.write("huying.db", "not a database " * 100)
    done = folder.huying("verify")
    assert (done.code, len(done.err.splitlines())) == (1, 1)
    assert "huying.db" in done.err


def test_something_unexpected_is_one_line_and_debug_shows_where(folder, monkeypatch):
    def stumble(args):
        raise ZeroDivisionError("over\nnothing")

    monkeypatch.setattr("bot.commands.verify.run", stumble)
    done = folder.huying("verify")
    assert (done.code, len(done.err.splitlines())) == (1, 1)
    assert "ZeroDivisionError: over nothing" in done.err
    folder.set(DEBUG="1")
    with pytest.raises(ZeroDivisionError):
        folder.huying("verify")


def test_an_interrupt_ends_quietly(folder, monkeypatch):
    def interrupted(args):
        raise KeyboardInterrupt

    monkeypatch.setattr("bot.commands.verify.run", interrupted)
    done = folder.huying("verify")
    assert (done.code, len(done.err.splitlines())) == (130, 1)


def test_a_reader_that_went_away_is_no_trouble(folder):
    folder.settle()
    command = f"{sys.executable} -m bot export ledger | true; echo ${{PIPESTATUS[0]}}"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=True)
    assert "Traceback" not in done.stderr
    assert "Exception ignored" not in done.stderr


def test_migrate_makes_the_database_and_then_has_nothing_to_do(folder):
    first = folder.huying("migrate")
    assert (first.code, (folder.path / "huying.db").exists()) == (0, True)
    assert "applied" in first.out
    assert "up to date" in folder.huying("migrate").out


# --- progress --------------------------------------------------------------------------------------------------------


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize("screen", [Terminal(), io.StringIO()])
def test_only_a_terminal_sees_a_moving_bar(screen, monkeypatch):
    seconds = iter(range(0, 1000, 5))
    monkeypatch.setattr(sys, "stderr", screen)
    monkeypatch.setattr(terminal, "time", SimpleNamespace(monotonic=lambda: next(seconds)))
    with terminal.Progress("导出", 40) as bar:
        for done in range(0, 41, 10):
            bar.at(done)
    text = screen.getvalue()
    if screen.isatty():
        assert "[██████······" in text
        assert text.endswith("\r\x1b[K")
    else:
        assert text == "导出：10/40\n导出：30/40\n"


def test_a_demo_whose_port_is_taken_finds_another():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert demo.free(port) == 0
    assert demo.free(port) == port
