"""What `huying read` tells: true, adding up, in words."""

from __future__ import annotations

import re

import pytest

from benchmarks.reading import load
from handlers.reading import DEFAULT, as_json, explain, load_words, read
from handlers.reading.features import pieces, runs
from handlers.reading.normalise import normalise
from handlers.reading.weights import likely

SOME = [row["text"] for row in load()][::9]
ODD = ["", "😂", "3号楼", "就在西门旁边", "我们小区的", "还没人来", "想预约上门理发，3号楼501", "着火了着火了，我的股票", "[图片]", "。。。", "电梯坏了电梯坏了"]  # fmt: skip
NUMBER = re.compile(r" ([+-][0-9]+\.[0-9]{2})(?:（|$)")


def questions(why: tuple[str, ...]) -> dict[str, tuple[float, list[float]]]:
    """Return what was told for each question: what it weighs, and its parts."""
    told: dict[str, tuple[float, list[float]]] = {}
    name = ""
    for line in why:
        found = NUMBER.search(line)
        if found and line.startswith("  "):
            told[name][1].append(float(found[1]))
        elif found:
            name = line[: found.start()]
            told[name] = (float(found[1]), [])
    return told


@pytest.mark.parametrize("text", [pytest.param(text, id=str(at)) for at, text in enumerate(ODD + SOME)])
def test_what_is_told_adds_up_and_is_how_it_was_read(text: str) -> None:
    reading = read(text)
    told = questions(explain(text))
    for name, (whole, parts) in told.items():
        assert sum(parts) == pytest.approx(whole, abs=0.01 * (len(parts) + 1)), name
    assert likely(told["是报事 call"][0]) == pytest.approx(reading.sure, abs=0.003)
    about = as_json(reading)["category"]
    if about and reading.sure > 0.1:
        assert f"类别 {about}" in told
    assert not reading.emergency or "险情 danger" in told


def test_own_words_and_what_was_learned_are_among_what_is_told() -> None:
    own = load_words({"faults": {"elevator": ["大白今天又犯困"]}}, {"\ue00f小": {"call": 30.0}})
    assert "  大白今天又犯困 +3.00" in explain("大白今天又犯困", own)
    whole, parts = questions(explain("小熊来了", own))["是报事 call"]
    assert whole > 20
    assert sum(parts) == pytest.approx(whole, abs=0.1)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("3号楼2单元", "只说了在哪里"),
        ("还没人来", "跟进前面的事 · follows up an earlier message: urge"),
        ("想预约上门理发，3号楼501", "点单"),
    ],
)
def test_what_decides_without_weights_is_told_first(text: str, told: str) -> None:
    assert explain(text)[0].startswith(told)


def test_it_says_from_what_sureness_on_a_message_is_a_call_and_a_danger() -> None:
    why = "\n".join(explain("楼道里好大一股煤气味"))
    assert "从 0.5 起是报事" in why
    assert "从 0.15 起是险情" in why


def test_it_tells_whole_words() -> None:
    told = [
        line.split()[0] for line in explain("请问楼道灯坏了三天，单元门禁刷卡没反应") if line.startswith("  ")
    ]
    assert {"楼道", "灯坏了", "三天", "门禁", "没反应"} <= set(told)


def test_what_is_weighed_comes_in_the_order_it_is_said() -> None:
    """A set would come in another order in every process, and a sum of exactly nothing be a little more or less."""
    assert list(runs(pieces("灯坏"))) == [
        "灯",
        "坏",
        "\ue00f灯",
        "灯坏",
        "坏\ue00f",
        "\ue00f灯坏",
        "灯坏\ue00f",
    ]


def test_every_word_told_was_said() -> None:
    for text in SOME[::5]:
        for line in explain(text.lower()):
            said = line.strip().rsplit(" ", 1)[0]
            if line.startswith("  ") and not said.startswith(("[", "其余", "每句话")):
                assert said.split()[-1] in "".join(said for _, said in pieces(normalise(text, DEFAULT))), line
