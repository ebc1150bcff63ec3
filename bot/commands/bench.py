"""`huying bench`: how much this machine carries, each figure beside something else measured in the same run."""

from __future__ import annotations

import argparse
import subprocess
import sys
from pathlib import Path

from bot.terminal import Failed

HELP = "测这台机器能承受多少 · measure what this machine carries (needs the source folder)"


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("words", nargs="*", metavar="NAME", help="只测这些 · only these")
    parser.add_argument(
        "-o", "--into", metavar="FOLDER", help="把表和图写到这个目录 · write the table and the plot there"
    )


def run(args: argparse.Namespace) -> int:
    bench = Path(__file__).parents[2] / "benchmarks" / "__main__.py"
    if not bench.exists():
        raise Failed(
            "这里没有 benchmarks 目录，请在源码里运行 · no benchmarks here: run it from the source folder"
        )
    into = ["-o", str(Path(args.into).absolute())] if args.into else []
    return subprocess.run(
        [sys.executable, "-m", "benchmarks", *args.words, *into], cwd=bench.parents[1], check=False
    ).returncode
