"""The month in words: 本月疏通下水 3 处、维修路灯和楼道灯 2 盏. What was solved, with the verb and the counting word of each."""

from __future__ import annotations

from collections.abc import Mapping

from handlers.messages import Say
from storage.records import Category

ORDER = {category.value: number for number, category in enumerate(Category)}


def parts(done: Mapping[str, int]) -> list[Say]:
    """Return a part of a sentence for each category of which anything was solved, the most first."""
    some = [category for category in done if done[category] > 0]
    some.sort(key=lambda category: (-done[category], ORDER.get(category, len(ORDER))))
    return [Say(f"done.{category}", {"count": done[category]}) for category in some]


def in_words(done: Mapping[str, int]) -> Say:
    """Return all of it as one sentence."""
    said = parts(done)
    if not said:
        return Say("done.nothing")
    return Say("done.all", {"count": sum(done.values()), "parts": {"names": said}})
