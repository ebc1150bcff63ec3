"""docs/privacy.md says what the program does."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bot.backups import KEPT_DAYS
from handlers.wording import text
from storage.records import DAY, TERMS, Keep
from storage.tidying import AGES

PAGE = (Path(__file__).parents[1] / "docs" / "privacy.md").read_text("utf-8")


@pytest.mark.parametrize("keep", Keep)
def test_each_kind_stands_there_with_its_days_and_bounds(keep: Keep) -> None:
    term = TERMS[keep]
    row = re.search(
        rf"^\| {text(f'retention.{keep}', 'zh')} .*?\| (\d+) \| (\d+)–(\d+) \|", PAGE, re.MULTILINE
    )
    assert row
    assert tuple(map(int, row.groups())) == (term.usual, term.least, term.most)


def test_what_is_the_same_everywhere_is_as_the_program_has_it() -> None:
    for words, kind in (
        ("letters", "tidy_letters"),
        ("web chat", "tidy_web_messages"),
        ("first answers", "tidy_inbox"),
        ("set aside", "tidy_set_aside"),
        ("learns from", "tidy_examples"),
    ):
        assert re.search(rf"{words} {AGES[kind] // DAY}\b", PAGE), words
    assert f"备份 backups {KEPT_DAYS} 天" in PAGE
