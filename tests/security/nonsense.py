"""What nobody would send who means well: pieces for fuzzing, and ways to spoil what is right."""

from __future__ import annotations

import copy
from typing import Any

from hypothesis import strategies as st

SNARES = st.sampled_from(
    [
        *(
            "",
            " ",
            "\0",
            "\ud800",
            "\u202e王芳",
            "\u200b",
            "=1+1",
            "<script>alert(1)</script>",
            "{person}",
            "%s%n",
        ),
        *(
            "../../etc/passwd",
            "'; DROP TABLE tickets; --",
            "\x1b[2J",
            "a" * 5_000,
            "号楼" * 2_000,
            "9" * 5_000,
        ),
        *("1-" * 2_000, "绑定 " + "A" * 3_000, "#" * 3_000, "接单 " * 1_000, "jinghe-1001", "telegram:1001"),
    ]
)
WORDS = SNARES | st.text(max_size=60) | st.text("3号楼电梯停了着火接单办结绑定#=:-0123456789 \n", max_size=40)
LEAVES = st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.floats() | WORDS
ANYTHING = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(WORDS, inner, max_size=4),
    max_leaves=12,
)


def places(node: Any) -> list[tuple[Any, Any]]:
    """Return every place in a JSON value, as (container, key)."""
    keys = list(node) if isinstance(node, dict) else range(len(node)) if isinstance(node, list) else []
    return [place for key in keys for place in [(node, key), *places(node[key])]]


@st.composite
def spoilt(draw: st.DrawFn, right: Any) -> Any:
    """Draw a right value with a few of its places changed, doubled or gone."""
    value = copy.deepcopy(right)
    for _ in range(draw(st.integers(1, 3))):
        there = places(value)
        if not there:
            break
        container, key = draw(st.sampled_from(there))
        match draw(st.sampled_from(["change", "drop", "double", "move"])):
            case "change":
                container[key] = draw(ANYTHING)
            case "drop":
                del container[key]
            case "double" if isinstance(container, list):
                container.append(copy.deepcopy(container[key]))
            case _:
                other, where = draw(st.sampled_from(there))
                if (
                    where in other
                    if isinstance(other, dict)
                    else isinstance(where, int) and where < len(other)
                ):
                    other[where] = copy.deepcopy(container[key])
    return value


@st.composite
def mangled(draw: st.DrawFn, right: bytes) -> bytes:
    """Draw right bytes with a few of them changed, cut out or repeated."""
    data = bytearray(right)
    for _ in range(draw(st.integers(1, 6))):
        at, length = draw(st.integers(0, len(data))), draw(st.integers(0, 40))
        match draw(st.sampled_from(["change", "cut", "repeat", "end"])):
            case "change":
                data[at : at + length] = draw(st.binary(min_size=length, max_size=length))
            case "cut":
                del data[at : at + length]
            case "repeat":
                data[at:at] = data[at : at + length] * draw(st.integers(1, 5))
            case _:
                del data[at:]
    return bytes(data)
