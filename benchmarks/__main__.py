"""`python -m benchmarks [NAME …]` (or `huying bench`): every figure a ratio taken in one run on one machine."""

from __future__ import annotations

import subprocess
import sys

PARTS = ("reports", "sweep", "reading")


def main() -> int:
    names = sys.argv[1:] or list(PARTS)
    unknown = [name for name in names if name not in PARTS]
    if unknown:
        print(f"no benchmark {' '.join(unknown)}; there are: {' '.join(PARTS)}", file=sys.stderr)
        return 2
    for name in names:
        done = subprocess.run([sys.executable, "-m", f"benchmarks.{name}"], check=False)
        if done.returncode:
            return done.returncode
    return 0


if __name__ == "__main__":
    sys.exit(main())
