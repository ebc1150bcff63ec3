"""`huying bench`: how much this machine carries, against a bare echo bot on the same server."""

from __future__ import annotations

import argparse
import subprocess
import sys
from pathlib import Path

from bot.terminal import Failed

HELP = "测这台机器能承受多少 · measure what this machine carries (needs the source folder)"


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("words", nargs="*", metavar="NAME", help="只测这些 · only these")


def run(args: argparse.Namespace) -> int:
    bench = Path(__file__).parents[2] / "benchmarks" / "__main__.py"
    if not bench.exists():
        raise Failed(
            "这里没有 benchmarks 目录，请在源码里运行 · no benchmarks here: run it from the source folder"
        )
    return subprocess.run(
        [sys.executable, "-m", "benchmarks", *args.words], cwd=bench.parents[1], check=False
    ).returncode
