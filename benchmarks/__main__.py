"""`python -m benchmarks [NAME …] [-o FOLDER]` (or `huying bench`): every figure a ratio taken in one run on one machine.

Prints one table at the end; with `-o`, writes it there as figures.md, and the plot as figures.svg.
"""

from __future__ import annotations

import argparse
import os
import platform
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.figures import COLLECTED, INTO, Figure, collected, markdown, table
from benchmarks.plot import picture

PARTS = (
    "reports",
    "wechat",
    "letters",
    "storage",
    "sweep",
    "punctual",
    "million",
    "city",
    "reading",
    "console",
)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=" ".join(PARTS))
    parser.add_argument(
        "-o", "--into", type=Path, metavar="FOLDER", help="write figures.md and figures.svg there"
    )
    args = parser.parse_args()
    if unknown := [name for name in args.names if name not in PARTS]:
        parser.error(f"no benchmark {' '.join(unknown)}; there are: {' '.join(PARTS)}")
    with tempfile.TemporaryDirectory() as folder:
        kept = Path(folder) / "figures"
        kept.touch()
        env = os.environ | {COLLECTED: str(kept)}
        if args.into:
            args.into.mkdir(parents=True, exist_ok=True)
            env[INTO] = str(args.into)
        for name in args.names or PARTS:
            print(f"\n== {name}", flush=True)
            run = subprocess.run(
                [sys.executable, "-m", f"benchmarks.{name}"],
                env=os.environ | {COLLECTED: str(kept)},
                check=False,
            )
            if run.returncode:
                return run.returncode
        figures = collected(kept)
    print(f"\n== all, on {machine()}\n{table(figures)}")
    if args.into:
        write(args.into, figures)
    return 0


def machine() -> str:
    return f"{os.cpu_count()} cores, {platform.system()}, Python {platform.python_version()}"


def write(folder: Path, figures: list[Figure]) -> None:
    (folder / "figures.svg").write_text(picture(figures, f"Huying on {machine()}"), encoding="utf-8")
    page = f"# Figures · 数字\n\nOne run on {machine()}.\n\n![](figures.svg)\n\n{markdown(figures)}\n"
    (folder / "figures.md").write_text(page, encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
