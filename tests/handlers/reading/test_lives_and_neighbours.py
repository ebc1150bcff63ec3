"""Two mistakes that would hurt: a life overheard, and a neighbour accused."""

from __future__ import annotations

import pytest

from handlers.reading import Urgency, read


@pytest.mark.parametrize("text", ["有人困住了", "里面有人困住了", "老人困里面了", "有人被困 在5号楼"])
def test_somebody_trapped_is_an_emergency_without_another_word(text: str) -> None:
    assert read(text).urgency is Urgency.EMERGENCY


@pytest.mark.parametrize("text", ["我被工作困住了", "困了，睡觉去了", "堵车困在高架上了", "孩子困了闹觉"])
def test_being_tired_or_held_up_is_none(text: str) -> None:
    assert not read(text).is_report


def test_rubbish_nobody_collects_accuses_no_neighbour() -> None:
    assert not read("3号楼楼下垃圾三天没人清").about_person
    assert read("楼下那家天天把垃圾堆门口 3号楼").about_person
