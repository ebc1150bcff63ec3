"""No pattern of the program can be made to think for longer than its text is long."""

from __future__ import annotations

import ast
import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bot.channels.telegram_plain import plain
from bot.web.say import tidy_words
from handlers.conversation import hear
from handlers.wording import legible
from tests.bot.telegram.updates import message, read

ROOT = Path(__file__).parents[2]
CALLS = {"compile", "match", "fullmatch", "search", "sub", "findall", "finditer", "split"}


def patterns() -> Iterator[tuple[str, str, str]]:
    """Give every pattern that stands in the program: where, how it is used, and itself."""
    for room in sorted(
        path for floor in ("bot", "handlers", "storage") for path in (ROOT / floor).rglob("*.py")
    ):
        for node in ast.walk(ast.parse(room.read_text("utf-8"))):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.args):
                continue
            if ast.unparse(node.func.value) != "re" or node.func.attr not in CALLS:
                continue
            try:
                pattern = ast.literal_eval(node.args[0])
            except ValueError:
                continue  # put together at run time: those of reading/ have their own test
            yield (
                f"{room.relative_to(ROOT)}:{node.lineno}",
                node.func.attr if node.func.attr in ("match", "fullmatch") else "search",
                pattern if isinstance(pattern, str) else pattern.decode("latin1"),
            )


ALL = list(patterns())


def snares(pattern: str) -> list[str]:
    """Return what is repeated to make a pattern try again and again: each letter it knows, and pairs of them."""
    letters = sorted(set(re.sub(r"\\[a-zA-Z]", "a1 ", pattern)) & set("aA1- _.:=/@#\n\t'\"号楼\\")) or ["a"]
    return [*letters, *(one + other for one in letters[:6] for other in letters[:6]), "a", "1", " ", "\n"]


def seconds(work: Callable[[str], object], text: str) -> float:
    started = time.process_time()
    work(text)
    return time.process_time() - started


def test_the_search_finds_the_patterns() -> None:
    assert len(ALL) > 25


def grows_with_its_text(work: Callable[[str], object], snare: str, end: str) -> bool:
    short, long = (snare * (size // len(snare)) + end for size in (4_000, 16_000))
    # Four times is linear and sixteen is the square; what takes no time at all cannot be told apart. The first time may
    # have to load something, or to clear up what other tests have left: so twice.
    took = seconds(work, long)
    if took < 0.05:
        return True
    return min(took, seconds(work, long)) <= 8 * max(min(seconds(work, short) for _ in range(3)), 0.001)


@pytest.mark.parametrize(("where", "how", "pattern"), ALL, ids=[where for where, _, _ in ALL])
def test_a_text_four_times_as_long_takes_a_pattern_four_times_as_long(
    where: str, how: str, pattern: str
) -> None:
    work = getattr(re.compile(pattern), how)
    slow = [
        (s, end) for s in snares(pattern) for end in ("", "\0", "!") if not grows_with_its_text(work, s, end)
    ]
    assert slow == []


@pytest.mark.parametrize(
    "snare", [" ", "\t", "@", "@huying_bot", " @huying_bo", "，", "/", "/report ", "1-", "3号楼"]
)
@pytest.mark.parametrize("end", ["", "!", "@huying_bot"])
def test_a_text_four_times_as_long_is_parsed_and_heard_in_four_times_the_time(snare: str, end: str) -> None:
    def taken_in(text: str) -> None:
        said = message(text="x" + text)
        plain({"update_id": 1, "message": said})
        inbound = read(message=said)
        assert inbound is not None
        hear(inbound)
        legible(text)
        tidy_words(text)

    assert grows_with_its_text(taken_in, snare, end)


def test_a_pattern_that_backtracks_would_be_caught() -> None:
    assert not grows_with_its_text(re.compile(r"a*b").search, "a", "")
