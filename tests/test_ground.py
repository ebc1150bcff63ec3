"""The ground: locks with hashes, a package with everything in it, and nothing that belongs to one machine."""

from __future__ import annotations

import gettext
import re
import subprocess
import sys
import tomllib
import zipfile
from importlib import resources

import pytest

import texts_build
from tests.clone import HERE, in_clone, tracked

LOCKS = ("uv", "run", "dev", "audit")


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
    # What is installed lies in a folder of its own name everywhere.
    wrong = re.compile(rf"{hosts}|(?<![\w.\]/)])({paths})(?!huying\b)")
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
    assert wanted(groups["audit"]) <= set(names_in("audit"))


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
        ("handlers", "reading/words/weights.tsv"),
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
    assert not [name for name in held if name.endswith(".csv")], (
        "what the reader is measured with stays at home"
    )
    for catalogue in (path for path in files if path.suffix == ".po"):
        assert catalogue.with_suffix(".mo").as_posix() in held


def test_catalogues_are_compiled_as_they_are_written(tmp_path):
    po = tmp_path / "handlers" / "texts" / "zh" / "LC_MESSAGES" / "huying.po"
    po.parent.mkdir(parents=True)
    head = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\n'
    po.write_text(f'{head}msgid "review.ask"\nmsgstr "你看行吗？"\n', encoding="utf-8")
    (mo,) = texts_build.compile_catalogues(tmp_path)
    with mo.open("rb") as file:
        assert gettext.GNUTranslations(file).gettext("review.ask") == "你看行吗？"
