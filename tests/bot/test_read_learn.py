"""`huying read --learn`: the report, taking it over, undoing it; and reading with a community's own words."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest

from storage.database import open_store
from storage.records import Category, Example

CRY = "3号楼电梯里困了个老人"
UNHEARD = "姐妹们今天又去老地方了哈哈"
NOW = 1_770_000_000_000


@pytest.fixture
def taught(folder):
    """A community whose leader has put the reader right twice."""
    toml = Path(__file__).parents[2].joinpath("bot", "sample.toml").read_text("utf-8")
    own = '\n[words]\nlandmarks = ["老石磨"]\n[words.nicknames]\n"小白楼" = "3号楼"\n'
    folder.path.joinpath("own.toml").write_text(toml + own, "utf-8")
    assert folder.huying("import", "own.toml").code == 0
    give(
        folder,
        Example("jinghe", NOW, UNHEARD, False, None, True, None, "wangfang"),
        Example("jinghe", NOW, "3号楼楼道灯坏了", True, Category.LIGHTING, True, Category.POWER, "chenjie"),
    )
    return folder


def give(folder, *examples):
    async def given():
        store = await open_store(f"sqlite:///{folder.path}/huying.db")
        async with store.turn() as turn:
            for one in examples:
                turn.examples.add(one)
        await store.close()

    asyncio.run(given())


def is_call(folder, words, *more):
    done = folder.huying("read", "--json", words, *more)
    assert done.code == 0, done.err
    return json.loads(done.out)["is_report"]


def test_the_report_says_what_is_misread_and_what_would_change_and_changes_nothing(taught):
    done = taught.huying("read", "--learn")
    assert done.code == 0
    assert "径河社区 jinghe" in done.out
    assert "现在读对 right today\t0/2" in done.out
    assert "学了读对 right afterwards\t2/2" in done.out
    assert "lighting → power\t“3号楼楼道灯坏了”\t陈洁 2026-02-02 10:40" in done.out
    assert "量尺里会变 changed in the measuring set\t" in done.out
    assert "--apply" in done.out.splitlines()[-1]
    assert not is_call(taught, UNHEARD, "--community", "jinghe")


def test_taken_over_it_is_read_with_and_forgotten_it_is_not(taught):
    done = taught.huying("read", "--learn", "--apply")
    assert (done.code, "用上了" in done.out) == (0, True)
    assert is_call(taught, UNHEARD, "--community", "jinghe")
    assert not is_call(taught, UNHEARD), "others read as shipped"
    again = taught.huying("read", "--learn").out
    assert "现在读对 right today\t2/2" in again
    assert "新的 new 0" in again
    assert "学过 learned\t" in again
    assert "忘了" in taught.huying("read", "--learn", "--forget").out
    assert not is_call(taught, UNHEARD, "--community", "jinghe")
    assert "没有学过" in taught.huying("read", "--learn", "--forget").out
    assert "现在读对 right today\t0/2" in taught.huying("read", "--learn").out, "the examples are kept"


def test_a_lesson_that_would_silence_a_danger_is_not_taken_over(taught, monkeypatch):
    from handlers import lessons

    whole = lessons.study

    def silencing(*args):
        from dataclasses import replace

        from handlers.reading import read

        report = whole(*args)
        lost = lessons.Changed(CRY, read(CRY), read("哈哈哈"))
        return replace(report, changed=(lost,))

    with monkeypatch.context() as instead:
        instead.setattr(lessons, "study", silencing)
        done = taught.huying("read", "--learn", "--apply")
    assert done.code == 1
    assert CRY in done.err
    assert not is_call(taught, UNHEARD, "--community", "jinghe")


def test_it_is_tried_on_messages_of_ones_own(taught):
    taught.path.joinpath("ours.csv").write_text(f"text,note\n{UNHEARD},\n谢谢,\n", "utf-8")
    done = taught.huying("read", "--learn", "--against", "ours.csv")
    assert "changed in the measuring set\t1/2" in done.out
    taught.path.joinpath("other.csv").write_text("words\nx\n", "utf-8")
    for name in ("other.csv", "nowhere.csv", "."):
        done = taught.huying("read", "--learn", "--against", name)
        assert (done.code, len(done.err.splitlines())) == (1, 1)


def test_a_communitys_own_words_are_read_with(taught):
    plain = json.loads(taught.huying("read", "--json", "小白楼电梯困人了").out)
    own = json.loads(taught.huying("read", "--json", "小白楼电梯困人了", "--community", "jinghe").out)
    assert (plain["building"], own["building"]) == ("", "3")


def test_without_corrections_there_is_nothing_to_learn(folder):
    toml = Path(__file__).parents[2].joinpath("bot", "sample.toml")
    assert folder.huying("import", str(toml)).code == 0
    done = folder.huying("read", "--learn")
    assert (done.code, "还没有例子" in done.out) == (0, True)
    assert "--apply" not in done.out


@pytest.mark.parametrize(
    "words",
    [
        ["--apply", "x"],
        ["--forget"],
        ["--learn", "x"],
        ["--learn", "--json"],
        ["--learn", "--apply", "--forget"],
    ],
)
def test_what_does_not_go_together_is_said_in_a_line(folder, words):
    done = folder.huying("read", *words)
    assert (done.code, len(done.err.splitlines())) == (2, 1)


@pytest.mark.parametrize(
    "words", [["--learn"], ["--community", "jinghe", "x"], ["--learn", "--community", "x"]]
)
def test_a_community_or_a_database_that_is_not_there_is_said_in_a_line(folder, words):
    done = folder.huying("read", *words)
    assert (done.code, len(done.err.splitlines())) == (1, 1)
