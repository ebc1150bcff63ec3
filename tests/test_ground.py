"""The ground: what everybody needs before the first line of Huying runs."""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from importlib import resources
from pathlib import Path
from types import ModuleType

import pytest

HERE = Path(__file__).parents[1]
LOCKS = ("uv", "run", "dev")


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


@pytest.fixture(scope="module")
def ground() -> ModuleType:
    spec = importlib.util.spec_from_file_location("ground", HERE / "requirements" / "ground.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_no_file_names_a_registry_or_somebodys_machine():
    # Put together here, so that this file does not name them either.
    hosts = "|".join(
        [
            "py" + "pi\\.org",
            "python" + "hosted",
            "py" + "pi\\.tuna",
            "mirrors?\\.(aliyun|cloud|ustc)",
            "npm" + "js",
        ]
    )
    paths = "|".join("/" + name + "/" for name in ("root", "home", "work", "opt", "Users"))
    wrong = re.compile(rf"{hosts}|(?<![\w.\]/)])({paths})")
    found = []
    for file in tracked():
        try:
            text = file.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        found += [f"{file.relative_to(HERE)}: {one.group()}" for one in wrong.finditer(text)]
    assert found == []


def names_in(lock: str) -> dict[str, str]:
    """Return {name: its entry} of a lock."""
    text = (HERE / "requirements" / f"{lock}.txt").read_text(encoding="utf-8")
    entries = re.split(r"\n(?=\S)", text.strip())
    return {re.split(r"[=\[ ]", entry, maxsplit=1)[0].lower(): entry for entry in entries}


@pytest.mark.parametrize("lock", LOCKS)
def test_every_requirement_is_pinned_and_hashed(lock):
    for name, entry in names_in(lock).items():
        assert re.match(r"[A-Za-z0-9._-]+(\[[a-z,]+\])?==[^ ]+", entry), name
        assert "--hash=sha256:" in entry, name
        assert "--index-url" not in entry
        assert "://" not in entry


def wanted(requirements: list[object]) -> set[str]:
    plain = [one for one in requirements if isinstance(one, str)]
    return {re.split(r"[<>=\[;~! ]", one, maxsplit=1)[0].lower() for one in plain}


def test_the_locks_hold_what_the_project_asks_for():
    project = tomllib.loads((HERE / "pyproject.toml").read_text(encoding="utf-8"))
    groups = project["dependency-groups"]
    run = wanted(project["project"]["dependencies"]) | wanted(groups["build"])
    assert run <= set(names_in("run"))
    assert run | wanted(groups["dev"]) <= set(names_in("dev"))
    assert wanted(groups["ground"]) == set(names_in("uv"))


def test_tests_run_on_what_people_run():
    run, dev = (
        {name: re.sub(r" ;[^\\]*\\", " \\\\", entry) for name, entry in names_in(lock).items()}
        for lock in ("run", "dev")
    )
    assert {name: entry for name, entry in dev.items() if name in run} == run


def test_everything_the_program_reads_is_in_the_package():
    for package, pattern in (
        ("storage", "migrations/*.sql"),
        ("storage", "queries/*.sql"),
        ("handlers", "reading/words/*.toml"),
        ("handlers", "*.toml"),
        ("bot", "web/templates/*.html"),
        ("bot", "web/static/*.js"),
        ("bot", "web/static/*.css"),
    ):
        with resources.as_file(resources.files(package)) as folder:
            assert list(folder.glob(pattern)), f"{package}/{pattern}"


def test_a_wheel_holds_every_file_of_the_three_floors_and_the_texts_ready_made(tmp_path):
    clone = in_clone(tmp_path / "clone")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path / "dist")]
    subprocess.run(command, cwd=clone, check=True, capture_output=True)
    (wheel,) = (tmp_path / "dist").glob("*.whl")
    held = set(zipfile.ZipFile(wheel).namelist())
    floors = ("bot", "handlers", "storage")
    files = [
        path.relative_to(clone) for floor in floors for path in (clone / floor).rglob("*") if path.is_file()
    ]
    assert {path.as_posix() for path in files} - held == set()
    for catalogue in (path for path in files if path.suffix == ".po"):
        assert catalogue.with_suffix(".mo").as_posix() in held


def test_catalogues_are_compiled_as_they_are_written(tmp_path):
    spec = importlib.util.spec_from_file_location("texts_build", HERE / "texts_build.py")
    assert spec is not None
    assert spec.loader is not None
    texts_build = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(texts_build)
    po = tmp_path / "handlers" / "texts" / "zh" / "LC_MESSAGES" / "huying.po"
    po.parent.mkdir(parents=True)
    head = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\n'
    po.write_text(f'{head}msgid "review.ask"\nmsgstr "你看行吗？"\n', encoding="utf-8")
    (mo,) = texts_build.compile_catalogues(tmp_path)
    import gettext

    with mo.open("rb") as file:
        assert gettext.GNUTranslations(file).gettext("review.ask") == "你看行吗？"


# --- make ----------------------------------------------------------------------------------------------------------


def planned(folder: Path, target: str) -> str:
    """Return what `make target` would do."""
    env = {name: value for name, value in os.environ.items() if not name.startswith("MAKE")}
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
    assert "requirements/dev.txt" in planned(clone, "test")
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
