"""What is weighed in a message: runs of one to three characters or Latin words, and the dangers named in it.

A place or a number weighs for what it is and not for which one it is: 3号楼 and 十二栋 are the same to the weights.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import KeysView

from handlers.reading.lexicon import Danger, Index, split
from handlers.reading.loading import packaged

_N = r"(?:[0-9]{1,3}+|[一二三四五六七八九十百]{1,3}+)"
_PIECES = re.compile(
    r"(?P<said_house>(?:building|bldg|block|blk|tower)\.? ?[0-9a-z]{1,3}+(?![0-9a-z]))"
    r"|(?P<said_stairs>unit ?[0-9a-d]{1,2}+(?![0-9a-z]))"
    r"|(?P<said_level>(?:floor|level) ?[0-9]{1,2}+(?![0-9])|[0-9]{1,2}+(?:st|nd|rd|th) floor|[0-9]{1,2}+/?f(?![a-z]))"
    r"|(?P<said_door>(?:room|rm|apt|flat)\.? ?[0-9]{1,4}+[a-z]?+(?![0-9a-z]))"
    rf"|(?P<house>(?:[a-z][0-9]{{0,2}}+|{_N}[a-z]?+)(?:号楼|号院|栋楼?+|幢|座|#楼?+))"
    rf"|(?P<stairs>(?:{_N}|[东西南北中甲乙丙丁])单元)"
    rf"|(?P<level>(?:负|地下)?+{_N}(?:楼|层)|顶楼|顶层)"
    r"|(?P<dashed>(?:[a-z]?[0-9]{1,2}+[a-z]?|[a-z])[-/][0-9]{1,4}+(?:[-/][0-9]{1,4}+){0,2}+)"
    r"|(?P<door>(?<![0-9])[0-9]{3,4}+(?![0-9])室?+)"
    r"|(?P<number>[0-9]{1,20}+(?:[.:][0-9]{1,8}+)?+)"
    r"|(?P<latin>[a-z]{1,30}+(?:'[a-z]{1,3}+)?+)"
    r"|(?P<loud>[!?]{1,40}+)"
    r"|(?P<pause>[,、;:~…。.\-\"'() |/]{1,40}+)"
)
_STANDS_FOR = {
    "house": "\ue000", "stairs": "\ue001", "level": "\ue002", "dashed": "\ue003", "door": "\ue004", "number": "\ue005",
    "pause": ",",
}  # fmt: skip
STANDING = frozenset(_STANDS_FOR.values())
"""What stands for a place, a number or a pause."""

_SAYS_WHERE = {*STANDING, "!"}
_PLAIN_NAMES = {symbol: f"<{name}>" for name, symbol in _STANDS_FOR.items() if name != "pause"}
_AROUND = re.compile(
    r"就?在|就?是|小区|我家|我们?|住|这里|那里|这边|那边|旁边?|附近|对面|前面?|后面?|里面?|外面?|上面|下面|中间|边上|拐角|门口|的|和|与"
)
_LONGEST_WHERE = 40
"""A text longer than this says more than where."""

EDGE = "\ue00f"
"""Stands before the first and behind the last piece."""

LONGEST = 3
"""Pieces in a run."""

DANGER = "\ue010"
"""Stands before the name of a danger; alone it says that one is named."""

IN_ENGLISH = "英文 in English"
ENGLISH = "\ue011"
"""What a message in Latin letters has: how often those are calls says nothing about the others."""

LOOKED_AT = 1200
"""Characters that are weighed; a longer letter has said by then what it wants."""

_SMALL = frozenset(split(packaged("marks")["english"]["small"]))
"""What every English sentence is held together by. Few English messages are learned from, and in those these words
would come to weigh as much as what is told: 'a' and 'with' cried out for help."""

Piece = tuple[str, str]


def english(plain: str) -> bool:
    """True for a normalised text of Latin letters alone."""
    return plain.isascii() and any("a" <= one <= "z" for one in plain)


def of_latin(feature: str) -> bool:
    """True for a feature with a Latin word in it, and for being written in English."""
    return feature == ENGLISH or any("a" <= one <= "z" for one in feature)


def pieces(plain: str) -> list[Piece]:
    """Return the pieces of a normalised text: what each stands for among the weights, and its own words."""
    plain = plain[:LOOKED_AT]
    small = _SMALL if english(plain) else frozenset()  # among Chinese words 'a' is an area and 'it' a trade
    found: list[Piece] = []
    at = 0
    for piece in _PIECES.finditer(plain):
        start, end = piece.span()
        if start > at:
            found += [(c, c) for c in plain[at:start]]
        at = end
        name = (piece.lastgroup or "").removeprefix("said_")
        said = piece.group()
        if name == "latin":
            if said not in small:
                found.append((f" {said}", f" {said}"))
        elif not said.strip():
            continue  # the blank between two Latin words
        elif name == "loud":
            found.append(("?" if "?" in said else "!", said))
        else:
            found.append((_STANDS_FOR[name], said))
    found += [(c, c) for c in plain[at:]]
    return found


def runs(found: list[Piece]) -> dict[str, None]:
    """Return every run of one, two and three pieces, each once.

    In the order they are said, as the keys of a dict: what is added up in the order of a set differs in its last digit from
    process to process.
    """
    row = [EDGE, *[symbol for symbol, _ in found], EDGE]
    some = dict.fromkeys(row)
    some.update(dict.fromkeys(map("".join, itertools.pairwise(row))))
    some.update(dict.fromkeys(map("".join, zip(row, row[1:], row[2:], strict=False))))
    del some[EDGE]
    return some


def only_where(plain: str, landmarks: Index) -> bool:
    """True for a text that says where and nothing else: 3号楼, 就在西门岗亭旁边, 我住5栋."""
    rest, done = "", 0
    for at, said in landmarks.find(plain[:_LONGEST_WHERE]):
        rest += plain[done:at] if at > done else ""
        done = max(done, at + len(said))
    rest += plain[done:]
    return len(plain) <= _LONGEST_WHERE and all(
        symbol in _SAYS_WHERE for symbol, _ in pieces(_AROUND.sub("", rest))
    )


def features(plain: str, dangers: list[Danger]) -> KeysView[str]:
    """Return everything weighed in a normalised text that names these dangers, each once, always in the same order."""
    some = runs(pieces(plain))
    if english(plain):
        some[ENGLISH] = None
    if dangers:
        some[DANGER] = None
        some.update(dict.fromkeys(DANGER + danger.name for danger in dangers))
    return some.keys()


def readable(feature: str) -> str:
    """Return a feature as people may read it: <house>电梯 for a run, 电梯困人! for a danger."""
    if feature == ENGLISH:
        return IN_ENGLISH
    if feature.startswith(DANGER):
        return feature[1:] + "!"
    for symbol, name in _PLAIN_NAMES.items():
        feature = feature.replace(symbol, name)
    return feature.replace(EDGE, "·")
