"""What an import would change, told before and after it in a few lines."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from handlers.community import Loaded

DUTY = "值班 duty"

NAMED = 6
"""How many names a line of the summary gives before it ends in …"""


def changes(before: Loaded | None, after: Loaded | None) -> list[str]:
    """Return a line for each table that is not as it was; nothing when all are."""
    lines = [*_head(before, after)]
    old, new = _tables(before), _tables(after)
    if after is not None and after.duties is None:
        new.pop(DUTY)  # the file does not speak of it: it stays
    return lines + [line for name in new if (line := _line(name, old[name], new[name]))]


def _tables(loaded: Loaded | None) -> dict[str, dict[str, object]]:
    """Return what is compared: by table, by id. What residents told us about their homes is no matter of the file's."""
    people = loaded.people if loaded else ()
    return {
        "小区 compound": {one.id: one for one in loaded.compounds} if loaded else {},
        "网格 grid": {one.id: one for one in loaded.grids} if loaded else {},
        "人员 person": {one.id: (one.name, one.roles, one.phone, one.language) for one in people},
        "账号 account": {one.address: one.person for one in loaded.accounts} if loaded else {},
        "放假 holidays": {str(one.year): one for one in loaded.community.policy.holidays} if loaded else {},
        DUTY: {f"{one.day} {one.begins} {one.person}": one for one in (loaded.duties or ())}
        if loaded
        else {},
    }


def _head(before: Loaded | None, after: Loaded | None) -> Iterator[str]:
    if after is None:
        return
    new = after.community
    if before is None:
        yield f"社区 community\t＋ {new.id} {new.name}"
    elif before.community != new:
        old = before.community
        fields = [name for name in new.__slots__ if getattr(old, name) != getattr(new, name)]
        yield f"社区 community\t～ {' '.join(fields)}"


def _line(name: str, before: Mapping[str, object], after: Mapping[str, object]) -> str:
    signs = {
        "＋": [key for key in after if key not in before],
        "～": [key for key in after if key in before and before[key] != after[key]],
        "－": [key for key in before if key not in after],
    }
    parts = [f"{sign}{len(keys)} {_named(keys)}" for sign, keys in signs.items() if keys]
    return f"{name}\t{'  '.join(parts)}" if parts else ""


def _named(keys: list[str]) -> str:
    return " ".join(keys[:NAMED]) + (" …" if len(keys) > NAMED else "")


def stay_as_they_are(numbers: Sequence[int]) -> list[str]:
    """Return the line about running clocks that another policy would move, by their tickets' numbers, soonest first; none
    where there are none. An import moves none."""
    if not numbers:
        return []
    named = _named([f"#{number}" for number in dict.fromkeys(numbers)])
    return [
        f"时限 clocks\t{len(numbers)} 个正在走的照旧 {named}：要一起改，在控制台的时限规则里改 · "
        f"{len(numbers)} that run stay as they are; to move them change the policy in the console"
    ]
