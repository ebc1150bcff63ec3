"""`make audit`: weaknesses are named, and who could not ask never says that all is well."""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.clone import HERE, in_clone

PATH = HERE / "requirements" / "audit.py"


@pytest.fixture(scope="module")
def audit() -> Any:
    spec = importlib.util.spec_from_file_location("audit", PATH)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    # dataclasses look their module up by name.
    sys.modules["audit"] = module
    spec.loader.exec_module(module)
    yield module
    del sys.modules["audit"]


def answering(folder: Path, said: str, code: int = 0) -> list[str]:
    """A program that says this, whatever it is asked."""
    program = folder / "answers.py"
    program.write_text(
        f"import sys\nprint({said!r})\nprint('no way out', file=sys.stderr)\nsys.exit({code})\n"
    )
    return [sys.executable, str(program)]


WELL = {"name": "jinja2", "version": "3.1.6", "vulns": []}
WEAK = {"name": "pillow", "version": "9.0", "vulns": [{"id": "PYSEC-1", "fix_versions": ["9.1"]}]}
UNKNOWN = {"name": "aiosql", "skip_reason": "Dependency not found"}


@pytest.mark.parametrize(
    ("packages", "code", "says"),
    [
        ([WELL], 0, "no known weakness"),
        ([WELL, WEAK], 1, "pillow 9.0\tPYSEC-1\t9.1"),
        ([WELL, UNKNOWN], 2, "not audited"),
        ([UNKNOWN, WEAK], 1, "PYSEC-1"),
        ([], 2, "not audited"),
    ],
)
def test_what_the_service_says_is_told(
    audit: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str], packages: list[Any], code: int, says: str
) -> None:
    assert audit.main(answering(tmp_path, json.dumps({"dependencies": packages}))) == code
    told = capsys.readouterr()
    assert says in told.out + told.err


@pytest.mark.parametrize("said", ["", "null", "[]", "<html>"])
def test_a_service_that_cannot_be_reached_is_no_good_news(
    audit: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str], said: str
) -> None:
    assert audit.main(answering(tmp_path, said, 1)) == 2
    assert "not audited" in capsys.readouterr().err


def test_the_audit_is_no_part_of_the_tests_and_has_an_environment_of_its_own(tmp_path: Path) -> None:
    clone = in_clone(tmp_path)
    plans = {
        target: subprocess.run(
            ["make", "-n", target], cwd=clone, capture_output=True, text=True, check=True
        ).stdout
        for target in ("audit", "test")
    }
    assert "requirements/audit.txt" in plans["audit"]
    assert "--require-hashes" in plans["audit"]
    assert "/audit" not in plans["test"]
