"""docs/reading.md: what it tells people to write is taken, in either kind of file, and what it names is there."""

from __future__ import annotations

import re
import tomllib

import pytest

from bot import community_files
from bot.cli import main
from handlers.commands import ON_TICKET
from handlers.community import read_community, write_community
from handlers.reading.own import BY_CATEGORY, LISTS, PAIRS
from handlers.sureness import SURE, UNSURE
from storage.records import Category
from tests.clone import HERE

TEXT = (HERE / "docs" / "reading.md").read_text(encoding="utf-8")
SAMPLE = (HERE / "bot" / "sample.toml").read_text(encoding="utf-8")


def shown():
    """The sample community with the first block of the page, which is about words."""
    block, *_ = re.findall(r"```toml\n(.*?)```", TEXT, re.DOTALL)
    return tomllib.loads(SAMPLE + block)


def test_every_list_there_is_is_shown_and_no_other():
    assert set(shown()["words"]) == LISTS | PAIRS | BY_CATEGORY


def test_the_words_it_shows_are_taken_and_come_back_from_either_kind_of_file(tmp_path):
    loaded = read_community(shown())
    assert loaded.community.words == shown()["words"]
    for name, write in (("own.toml", community_files.write_toml), ("own.xlsx", community_files.write_xlsx)):
        write(write_community(loaded), tmp_path / name)
        read = community_files.read(tmp_path / name)
        assert (read.mistakes, read.content["words"]) == ([], shown()["words"])


def test_it_says_how_sure_is_sure_enough():
    assert f"把握 {SURE} 以上" in TEXT
    assert f"{UNSURE} 到 {SURE}" in TEXT
    assert f"from {SURE} on" in TEXT
    assert f"{UNSURE} to {SURE}" in TEXT


def test_it_names_every_category():
    told = TEXT.partition("类别 · categories")[2].partition("\n\n")[0]
    assert set(re.findall(r"`(\w+)`", told)) == set(Category)


def test_the_orders_it_names_are_known():
    assert {"改类", "误报"} <= set(ON_TICKET)
    assert "`改类 1024 漏水`" in TEXT
    assert "`误报 1024`" in TEXT


def test_every_option_it_names_is_known(capsys):
    with pytest.raises(SystemExit):
        main(["read", "--help"])
    known = capsys.readouterr().out
    assert [option for option in set(re.findall(r"--[a-z]+", TEXT)) if option not in known] == []
