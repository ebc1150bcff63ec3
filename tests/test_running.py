"""docs/running.md and deploy/: what they name is there, what they promise is set, and nothing is left unexplained."""

from __future__ import annotations

import asyncio
import json
import os
import re
import shutil
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families
from starlette.requests import Request

from bot.alarm import SAFETY_SECONDS
from bot.cli import COMMANDS
from bot.config_values import KNOWN
from bot.metrics import Metrics
from bot.process import LAST_RESORT_SECONDS
from bot.web.health import OLDEST_SWEEP
from tests.clone import HERE
from tests.stories.town import town

TEXT = (HERE / "docs" / "running.md").read_text(encoding="utf-8")
UNIT = HERE / "deploy" / "huying.service"
CONTAINER = (HERE / "deploy" / "Containerfile").read_text(encoding="utf-8")


def source() -> str:
    return "\n".join(
        file.read_text(encoding="utf-8")
        for floor in ("bot", "handlers")
        for file in (HERE / floor).rglob("*.py")
    )


def unit() -> dict[str, list[str]]:
    """Return the unit's settings by name; some stand more than once."""
    found: dict[str, list[str]] = defaultdict(list)
    for line in UNIT.read_text(encoding="utf-8").splitlines():
        if "=" in line and not line.startswith("#"):
            name, _, value = line.partition("=")
            found[name].append(value)
    return found


def steps() -> list[tuple[str, str]]:
    """Return the container's instructions, each in one piece."""
    whole = re.sub(r"\\\n\s*", " ", re.sub(r"^#.*\n", "", CONTAINER, flags=re.MULTILINE))
    return [(word, rest) for word, _, rest in (line.partition(" ") for line in whole.splitlines()) if word]


# --- the page -------------------------------------------------------------------------------------------------------


def test_every_command_and_setting_it_names_is_known() -> None:
    assert set(re.findall(r"HUYING_[A-Z_]+[A-Z]", TEXT)) <= KNOWN
    assert set(re.findall(r"\bhuying ([a-z]{3,})\b(?!\.)", TEXT)) - {"huying"} <= set(COMMANDS)


def test_what_it_points_to_is_there() -> None:
    links = [HERE / "docs" / path for path in re.findall(r"\]\(([^)#:]+)\)", TEXT)]
    rooms = [HERE / path for path in re.findall(r"\b((?:deploy|tests)/[\w/.]*\w/?)", TEXT)]
    assert [path for path in links + rooms if not path.exists()] == []
    headings = {
        re.sub(r"[^\w -]", "", title).strip().lower().replace(" ", "-")
        for title in re.findall(r"^##+ (.*)", TEXT, re.MULTILINE)
    }
    assert set(re.findall(r"\]\(#([^)]+)\)", TEXT)) <= headings


async def test_every_figure_is_explained_and_every_one_explained_is_there(tmp_path: Path) -> None:
    async with town(tmp_path) as built:
        await built.sweep()
        house, folder = built.house, tmp_path / "backups"
        folder.mkdir()
        (folder / "huying-2026-11-22-030000.tar").touch()
        metrics = Metrics(
            built.store,
            house.desk,
            house.alarm,
            house.delivery.lines,
            built.clock,
            {"backups": folder},
            house.seconds,
        )
        answer = await metrics.answer(Request({"type": "http", "headers": []}))
        await metrics.close()
    families = {
        family.name: family.type for family in text_string_to_metric_families(bytes(answer.body).decode())
    }
    ours = {
        f"{name}_total" if kind == "counter" else name
        for name, kind in families.items()
        if name.startswith("huying_")
        and not name.endswith("_created")  # the library's own, beside each counter
    }
    table = TEXT.partition("## 指标")[2].partition("\n## ")[0]
    assert set(re.findall(r"`(huying_\w+)", table)) == ours


def test_every_line_of_the_log_it_explains_is_one_the_program_writes() -> None:
    table = TEXT.partition("## 日志")[2].partition("\n## ")[0].partition("| `event` |")[2]
    events = [
        event
        for cell in re.findall(r"^\| (`.*?) \|", table, re.MULTILINE)
        for event in re.findall(r"`(.+?)`", cell)
    ]
    assert len(events) > 20
    written = source().replace("%s", "…")
    for event in events:
        fixed = re.sub(r"(trouble|trouble is over): \w+$", r"\1: …", event)
        assert fixed.strip("… ") in written, event


def test_what_health_answers_is_what_the_page_says() -> None:
    table = TEXT.partition("## 健康")[2].partition("\n## ")[0]
    for reason in re.findall(r"^\| `(.*?)` \|", table, re.MULTILINE):
        if reason != "reason":
            assert reason.partition(" …")[0] in source(), reason
    assert f"{OLDEST_SWEEP:.0f} 秒没有扫成" in table


def run(script: str, said: str = "", **env: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["sh", "-c", script],
        input=said,
        env={"PATH": os.environ["PATH"]} | env,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_every_command_has_the_settings_and_each_word_whole(tmp_path: Path) -> None:
    (block,) = re.findall(r"^huying\(\) \{\n.*?^\}\n", TEXT, re.MULTILINE | re.DOTALL)
    (tmp_path / "huying.env").write_text("HUYING_DATABASE='postgresql://h:a$b&c d@db/h'\n")
    # sudo and the program are not on every machine that runs tests; what lies between them is the page's.
    program = tmp_path / "huying"
    program.write_text('#!/bin/sh\npwd; echo "$HUYING_DATABASE"; printf "<%s>" "$@"\n')
    program.chmod(0o700)
    here = block.replace("/opt/huying/bin/huying", str(program)).replace("/var/lib/huying", str(tmp_path))
    here = here.replace("/etc/huying", str(tmp_path))
    done = run('sudo() { shift 2; "$@"; }\n' + here + "huying ledger 1024 'a  b' '$x'")
    assert done.stdout.splitlines() == [
        str(tmp_path),
        "postgresql://h:a$b&c d@db/h",
        "<ledger><1024><a  b><$x>",
    ], done.stderr


@pytest.mark.skipif(not shutil.which("jq"), reason="this machine has no jq")
def test_a_tickets_story_is_found_among_lines_that_are_systemds_own() -> None:
    (command,) = re.findall(r"\| (jq .*)", TEXT)
    ours = '{"ticket": "#1024", "community": "jinghe", "event": "sent"}'
    done = run(command, f"Started huying.service - Huying.\n{ours}\n{ours.replace('1024', '1025')}\n12\n")
    assert (done.returncode, done.stdout.count("\n"), '"#1024"' in done.stdout) == (0, 1, True), done.stderr


# --- the unit -------------------------------------------------------------------------------------------------------


def test_the_unit_waits_for_readiness_and_feeds_on_good_sweeps() -> None:
    told = unit()
    assert told["Type"] == ["notify"]
    assert told["ExecStart"] == ["/opt/huying/bin/huying serve"]
    assert told["Restart"] == ["always"]
    # Several sweeps may be missed before it is started again, and /healthz says so before that.
    assert float(told["WatchdogSec"][0]) > OLDEST_SWEEP
    assert OLDEST_SWEEP >= 3 * SAFETY_SECONDS
    assert float(told["TimeoutStopSec"][0]) > LAST_RESORT_SECONDS


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="this machine has no systemd")
def test_systemd_itself_finds_nothing_wrong_with_the_unit() -> None:
    looked = subprocess.run(
        ["systemd-analyze", "verify", str(UNIT)], capture_output=True, text=True, timeout=60, check=False
    )
    mine = [line for line in (looked.stdout + looked.stderr).splitlines() if "huying.service" in line]
    assert [line for line in mine if "is not executable" not in line] == []


# --- the container --------------------------------------------------------------------------------------------------


def test_the_container_is_built_from_what_is_here_and_from_checked_packages() -> None:
    said = steps()
    copied = [
        word for name, rest in said if name == "COPY" and "--from" not in rest for word in rest.split()[:-1]
    ]
    assert [path for path in copied if not (HERE / path).exists()] == []
    # All that building the package needs, and nothing of the machine it is built on.
    assert {"pyproject.toml", "README.md", "LICENSE", "texts_build.py", "bot", "handlers", "storage"} <= set(
        copied
    )
    installs = [rest for name, rest in said if name == "RUN" and "pip install" in rest]
    assert len(installs) == 2
    assert "--require-hashes" in installs[0]
    assert "--no-index" in installs[1]
    assert "://" not in CONTAINER.replace("sqlite://", "")


def test_the_container_runs_as_nobody_in_particular() -> None:
    last = dict(steps())
    assert last["USER"] == "10001:10001"
    assert "HUYING_HTTP=0.0.0.0:8080" in last["ENV"]
    assert (last["ENTRYPOINT"], last["CMD"]) == ('["huying"]', '["serve"]')
    assert set(re.findall(r"HUYING_[A-Z]+", CONTAINER)) <= KNOWN
    bases = [rest.partition(" AS ")[0] for name, rest in steps() if name == "FROM"]
    assert len(set(bases)) == 1
    assert re.fullmatch(r"python:3\.\d+-slim", bases[0])


async def test_the_containers_health_check_asks_the_program_and_no_proxy(tmp_path: Path) -> None:
    command = json.loads(dict(steps())["HEALTHCHECK"].partition("CMD ")[2])
    assert "8080" in command[-1]

    async def ask(port: int) -> int:
        here = [sys.executable, *command[1:-1], command[-1].replace("8080", str(port))]
        env = {"http_proxy": "http://127.0.0.1:1"}
        asked = await asyncio.create_subprocess_exec(*here, env=env, stderr=asyncio.subprocess.DEVNULL)
        return await asked.wait()

    async with town(tmp_path) as built:
        port = built.house.port
        await built.sweep()
        assert await ask(port) == 0
    assert await ask(port) != 0
