"""`make` on a fresh clone: what it would do, in which order; and the first step, which has only Python to lean on."""

from __future__ import annotations

import ast
import importlib.util
import os
import subprocess
from pathlib import Path
from types import ModuleType

import pytest

from tests.clone import HERE, in_clone


@pytest.fixture(scope="module")
def ground() -> ModuleType:
    spec = importlib.util.spec_from_file_location("ground", HERE / "requirements" / "ground.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def planned(folder: Path, target: str) -> str:
    """Return what `make target` would do."""
    env = {name: value for name, value in os.environ.items() if not name.startswith("MAKE")} | {"LC_ALL": "C"}
    done = subprocess.run(
        ["make", "-n", target], cwd=folder, capture_output=True, text=True, check=True, env=env
    )
    return done.stdout


def test_make_run_alone_builds_everything_and_starts_the_demo(tmp_path):
    plan = planned(in_clone(tmp_path), "run")
    steps = [
        "ground.py venv",
        "sync --quiet --require-hashes requirements/run.txt",
        "-e .",
        "texts_build.py",
        "huying demo",
    ]
    assert [step for step in steps if step in plan] == steps
    assert sorted(plan.index(step) for step in steps) == [plan.index(step) for step in steps]


def test_make_test_and_make_check_bring_their_own_tools(tmp_path):
    clone = in_clone(tmp_path)
    for target in ("test", "faults", "check"):
        plan = planned(clone, target)
        assert "requirements/dev.txt" in plan
        # Nor are they taken out again before they are used.
        assert "requirements/run.txt" not in plan
    check = planned(clone, "check")
    assert [
        tool for tool in ("ruff check", "ruff format --check", "mypy", "lint-imports") if tool not in check
    ] == []


def test_what_is_built_is_not_built_again_but_a_changed_text_is(tmp_path):
    clone = in_clone(tmp_path)
    (clone / "handlers/texts/zh/LC_MESSAGES").mkdir(parents=True, exist_ok=True)
    po = clone / "handlers/texts/zh/LC_MESSAGES/made_up.po"
    po.touch()
    (clone / ".venv").mkdir()
    for number, stamp in enumerate(("uv", "run", "texts")):
        (clone / f".venv/{stamp}.stamp").touch()
        os.utime(clone / f".venv/{stamp}.stamp", (4e9 + number, 4e9 + number))
    assert planned(clone, "setup") == "make: Nothing to be done for 'setup'.\n"
    os.utime(po, (4.1e9, 4.1e9))
    plan = planned(clone, "setup")
    assert "texts_build.py" in plan
    assert "sync" not in plan


def test_make_run_does_not_take_the_tools_of_the_tests_away(tmp_path):
    clone = in_clone(tmp_path)
    (clone / ".venv").mkdir()
    (clone / ".venv/dev.stamp").touch()
    plan = planned(clone, "run")
    assert "requirements/dev.txt" in plan
    assert "requirements/run.txt" not in plan


def test_the_check_that_others_run_is_the_same(tmp_path):
    script = (HERE / ".ci" / "run").read_text(encoding="utf-8")
    assert os.access(HERE / ".ci" / "run", os.X_OK)
    assert "set -euo pipefail" in script
    assert script.index("make check") < script.index("make test")


# --- mirrors, and Pythons without their tools -------------------------------------------------------------------------


def test_uv_is_told_what_pip_was_told(ground):
    told = {
        "index-url": "https://mirror.example/simple",
        "extra-index-url": "https://a.example/simple https://b.example/simple",
        "find-links": "/srv/wheels /srv/more",
        "trusted-host": "mirror.example",
        "cert": "/srv/ca.pem",
        "timeout": "180",
    }
    env = ground.uv_environment(told, {"PATH": "/bin"})
    assert env == {
        "PATH": "/bin",
        "UV_PYTHON_DOWNLOADS": "never",
        "UV_DEFAULT_INDEX": told["index-url"],
        "UV_INDEX": told["extra-index-url"],
        "UV_INDEX_STRATEGY": "unsafe-best-match",
        "UV_FIND_LINKS": "/srv/wheels,/srv/more",
        "UV_INSECURE_HOST": "mirror.example",
        "SSL_CERT_FILE": "/srv/ca.pem",
        "UV_HTTP_TIMEOUT": "180",
    }


def test_what_uv_is_told_itself_wins(ground):
    env = ground.uv_environment({"index-url": "https://a.example"}, {"UV_DEFAULT_INDEX": "https://b.example"})
    assert env["UV_DEFAULT_INDEX"] == "https://b.example"


def test_nothing_told_changes_nothing(ground):
    assert ground.uv_environment({}, {}) == {"UV_PYTHON_DOWNLOADS": "never"}


def test_a_mirror_in_pips_file_or_in_a_variable_is_found_and_the_variable_wins(ground, tmp_path, monkeypatch):
    for name in list(os.environ):
        if name.startswith("PIP_"):
            monkeypatch.delenv(name)
    config = tmp_path / "pip.conf"
    config.write_text("[global]\nindex-url = https://file.example/simple\ntimeout = 9\n", encoding="utf-8")
    monkeypatch.setenv("PIP_CONFIG_FILE", str(config))
    assert ground.pip_settings()["index-url"] == "https://file.example/simple"
    monkeypatch.setenv("PIP_INDEX_URL", "https://variable.example/simple")
    told = ground.pip_settings()
    assert (told["index-url"], told["timeout"]) == ("https://variable.example/simple", "9")


def stub(folder: Path, script: str) -> str:
    python = folder / "python3"
    python.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    python.chmod(0o755)
    return str(python)


def test_a_python_without_ensurepip_and_pip_is_told_what_to_install(ground, tmp_path, monkeypatch):
    bare = stub(tmp_path, 'mkdir -p .venv/bin; case "$*" in *--without-pip*) exit 0;; esac; exit 1')
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(ground, "interpreter", lambda: bare)
    with pytest.raises(SystemExit) as left:
        ground.make_venv(Path(".venv"))
    assert "python3-venv" in str(left.value)
    assert not Path(".venv").exists()


def test_a_pip_outside_helps_a_python_without_ensurepip(ground, tmp_path, monkeypatch):
    script = 'echo "$*" >> calls; case "$*" in "-m venv .venv") exit 1;; esac; exit 0'
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(ground, "interpreter", lambda: stub(tmp_path, script))
    ground.make_venv(Path(".venv"))
    installed = Path("calls").read_text(encoding="utf-8").splitlines()[-1]
    assert installed.startswith("-m pip --python .venv/bin/python install")
    assert "--require-hashes" in installed


def test_a_python_too_old_is_named_unless_a_fitting_one_is_on_the_path(ground, tmp_path, monkeypatch):
    old = stub(tmp_path, "echo 3 8")
    monkeypatch.setattr(ground.sys, "executable", old)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(SystemExit) as left:
        ground.interpreter()
    assert "3.11" in str(left.value)
    (tmp_path / "python3.12").write_text("#!/bin/sh\necho 3 12\n", encoding="utf-8")
    (tmp_path / "python3.12").chmod(0o755)
    assert ground.interpreter() == str(tmp_path / "python3.12")


def test_an_old_python_can_read_the_first_step_far_enough_to_be_told():
    source = (HERE / "requirements" / "ground.py").read_text(encoding="utf-8")
    ast.parse(source, feature_version=(3, 7))
