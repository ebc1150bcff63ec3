"""`huying read` shows what the reader sees."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

KEYS = [
    "is_report",
    "sure",
    "kind",
    "category",
    "urgency",
    "building",
    "unit",
    "floor",
    "room",
    "place",
    "why",
]


def test_it_prints_what_it_saw_and_why(folder):
    done = folder.huying("read", "3号楼2单元电梯停了")
    assert done.code == 0
    assert "楼栋 building\t3" in done.out
    assert "elevator" in done.out
    assert "why" in done.out


def test_a_grid_leader_can_read_it(folder):
    lines = folder.huying("read", "3号楼2单元电梯里有人困住了").out.splitlines()
    for line in ("是报事 is_report\t是 yes", "种类 kind\t报修 repair", "类别 category\t电梯 elevator", "缓急 urgency\t紧急 emergency"):  # fmt: skip
        assert line in lines
    assert any("是报事 call" in line and "从 0.5 起是报事" in line for line in lines)
    assert any("险情 danger" in line for line in lines)
    assert any("类别 elevator" in line for line in lines)
    assert "种类 kind\t闲聊 none" in folder.huying("read", "哈哈").out.splitlines()


def test_without_a_text_it_asks_which(folder):
    done = folder.huying("read")
    assert (done.code, len(done.err.splitlines())) == (2, 1)


def test_each_line_in_is_one_object_out_with_the_keys_of_the_contract(folder):
    texts = ["3号楼电梯停了", "谁家有电钻借一下", "", "😀\n第二行", "<b>&\"'"]
    given = "".join(json.dumps(text) + "\n" for text in texts).encode()
    done = folder.process("read", "--json", given=given)
    answers = [json.loads(line) for line in done.out.splitlines()]
    assert done.code == 0
    assert len(answers) == len(texts)
    assert all(list(answer) == KEYS for answer in answers)
    assert (answers[0]["is_report"], answers[1]["is_report"]) == (True, False)


def test_a_bad_line_is_answered_in_its_place_and_the_rest_goes_on(folder):
    given = b'"a"\nnope\n\n5\n"\xff"\n"\\ud83d"\n' + b"[" * 100_000 + b'\n"last"'
    done = folder.process("read", "--json", given=given)
    answers = [json.loads(line) for line in done.out.splitlines()]
    assert done.code == 1
    assert ["error" in answer for answer in answers] == [False, True, True, True, True, False, True, False]
    assert len(done.err.splitlines()) == 1


def test_every_answer_comes_before_the_next_line_is_sent(folder):
    """Whoever feeds it may wait for each answer: nothing may sit in a buffer."""
    command = [sys.executable, "-m", "bot", "read", "--json"]
    env = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=env) as reader:
        assert reader.stdin is not None
        assert reader.stdout is not None
        for text in ("电梯坏了", "谢谢"):
            reader.stdin.write(json.dumps(text).encode() + b"\n")
            reader.stdin.flush()
            assert "is_report" in json.loads(reader.stdout.readline())
        reader.stdin.close()
        assert reader.wait(30) == 0


def test_it_loads_neither_a_platform_nor_a_database(folder):
    """It must start quickly."""
    program = (
        "import sys; from bot.cli import main; main(['read', 'x']); "
        "print([name for name in sys.modules if name.split('.')[0] in ('telegram', 'aiosqlite', 'httpx', 'asyncio')])"
    )
    env = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, env=env
    )
    assert done.stdout.splitlines()[-1] == "[]"
