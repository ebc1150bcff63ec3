"""The checker follows letters to WeChat and WeCom: each damage's docstring is what is to be said."""

from __future__ import annotations

import asyncio
import copy
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.faults.checker import Evidence, findings
from tests.faults.tencent_town import WORDS, tencent_town

Damage = Callable[[Evidence], None]


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Evidence:
    return asyncio.run(a_while(tmp_path_factory.mktemp("whole")))


async def a_while(folder: Path) -> Evidence:
    """One report, taken up, told by a customer-service message; what follows cannot be told any more."""
    async with tencent_town(folder, template=False) as there:
        await there.mei.says(WORDS)
        await there.settle()
        await there.wang.presses("接单")
        await there.settle()
        there.wechat.faults.refuse(45015, path="message/custom/send", times=None)
        await there.wang.says("办结 1001 换了门机")
        await there.settle()
        await there.in_steps(2, minutes=2)
        return await there.evidence()


def letter(e: Evidence, way: str) -> dict[str, Any]:
    return next(row for row in e.left.outbox if str(row["sent_message"]).startswith(way))


def a_letter_went_no_way(e: Evidence) -> None:
    """went no way there is"""
    letter(e, "kefu:")["sent_message"] = "pigeon:1"


def an_answer_was_never_given(e: Evidence) -> None:
    """are said to stand"""
    e.told = [one for one in e.told if one.way != "passive"]


def a_message_is_written_down_and_does_not_stand(e: Evidence) -> None:
    """kefu messages are said to stand"""
    e.told = [one for one in e.told if one.way != "kefu"]


def a_card_is_nowhere(e: Evidence) -> None:
    """are said to stand"""
    e.told = [one for one in e.told if one.way != "app"]


def a_message_was_repeated_with_nothing_to_blame(e: Evidence) -> None:
    """and in no letter, with 0 to blame"""
    e.told.append(next(one for one in e.told if one.way == "kefu"))


def a_card_was_repeated_with_nothing_to_blame(e: Evidence) -> None:
    """and in no letter, with 0 to blame"""
    e.told.append(replace(next(one for one in e.told if one.way == "app"), message="another task"))


def a_lost_answer_is_no_reason_for_three(e: Evidence) -> None:
    """and in no letter, with 1 to blame"""
    one = next(one for one in e.told if one.way == "kefu")
    e.told += [replace(one, answered=False), one]


def it_was_taken_as_sent_and_stands_nowhere(e: Evidence) -> None:
    """was taken as sent and stands nowhere"""
    letter(e, "kefu:").update(sent_message="", ticket="jinghe-1077")


def a_call_in_silence(e: Evidence) -> None:
    """called nobody, and nobody else was called"""
    kept = next(row for row in e.left.outbox if row["fate"] == "untold")
    kept["kind"] = "page"


DAMAGES = [
    value
    for value in list(globals().values())
    if getattr(value, "__annotations__", {}).get("e") == "Evidence"
]


def test_what_is_whole_has_no_findings(whole: Evidence) -> None:
    assert findings(whole) == []
    assert {one.way for one in whole.told} >= {"kefu", "passive", "app"}
    assert any(row["fate"] == "untold" for row in whole.left.outbox)


def test_one_repetition_after_a_lost_answer_is_allowed(whole: Evidence) -> None:
    evidence = copy.deepcopy(whole)
    one = next(one for one in evidence.told if one.way == "kefu")
    evidence.told.append(replace(one, answered=False))
    letter(evidence, "kefu:")["attempts"] = 2
    assert findings(evidence) == []


@pytest.mark.parametrize("damage", [d for d in DAMAGES if d.__name__ != "letter"], ids=lambda d: d.__name__)
def test_planted_damage_is_found_and_named(whole: Evidence, damage: Damage) -> None:
    evidence = copy.deepcopy(whole)
    damage(evidence)
    assert any((damage.__doc__ or "?") in finding for finding in findings(evidence)), findings(evidence)
