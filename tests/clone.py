"""What a fresh clone holds: the files git knows, as they stand now."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

HERE = Path(__file__).parents[1]


def tracked() -> list[Path]:
    """Return the files git knows; where there is no git (an unpacked archive), the test that asks is passed over."""
    if not (HERE / ".git").exists() or not shutil.which("git"):
        pytest.skip("not a git checkout")
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=HERE, capture_output=True, text=True, check=True)
    return [HERE / name for name in listed.stdout.split("\0") if name and (HERE / name).is_file()]


def in_clone(target: Path) -> Path:
    """Copy what git knows, as it stands now, into a folder of its own."""
    for file in tracked():
        copy = target / file.relative_to(HERE)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(file, copy)
    return target
