"""README.md: what it tells people to type works, and what it names is there."""

from __future__ import annotations

import re
import tomllib

from bot.cli import COMMANDS
from bot.config_values import KNOWN
from handlers.community import read_community
from tests.clone import HERE

TEXT = (HERE / "README.md").read_text(encoding="utf-8")


def blocks(kind: str) -> list[str]:
    return re.findall(rf"```{kind}\n(.*?)```", TEXT, re.DOTALL)


def test_the_community_file_it_shows_can_be_imported_as_it_stands_with_and_without_a_policy():
    plain, policy = blocks("toml")
    assert read_community(tomllib.loads(plain)).warnings == ()
    changed = read_community(tomllib.loads(plain + policy))
    assert changed.warnings == ()
    assert changed.community.policy != read_community(tomllib.loads(plain)).community.policy


def test_it_names_every_command_and_no_other():
    table = TEXT.partition("## 命令")[2].partition("\n## ")[0]
    named = {
        word
        for cell in re.findall(r"^\| (`.*?) \|", table, re.MULTILINE)
        for word in re.findall(r"`(\w+)", cell)
    }
    assert named == set(COMMANDS)
    typed = set(re.findall(r"bin/huying ([a-z]+)", TEXT)) | set(re.findall(r"`huying ([a-z]+)", TEXT))
    assert typed <= set(COMMANDS)


def test_every_setting_it_names_is_known():
    assert set(re.findall(r"HUYING_[A-Z_]+[A-Z]", TEXT)) <= KNOWN | {"HUYING_DEBUG"}


def test_what_it_points_to_is_there():
    links = re.findall(r"\]\(([^)#:]+)\)", TEXT)
    rooms = re.findall(r"`((?:bot|handlers|storage|tests|requirements|\.ci)/[\w/.-]*)`", TEXT)
    assert [path for path in links + rooms if not (HERE / path).exists()] == []


def test_its_pictures_are_small_enough_for_a_slow_line():
    pictures = re.findall(r"\]\((docs/[\w-]+\.png)\)", TEXT)
    assert "docs/demo.png" in pictures
    assert [path for path in pictures if not 0 < (HERE / path).stat().st_size < 300_000] == []
