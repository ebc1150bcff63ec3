"""Small words that tell what is said about a ticket that is there, in messages that are no call by themselves.

They count only beside such a ticket: alone they mean nothing, and the reader's own verdict on calls is not touched.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from importlib import resources

Marks = tuple[str, ...]

_SAID: Mapping[str, Marks] = {
    name: tuple(words.split())
    for name, words in tomllib.loads(
        resources.files(__package__).joinpath("hints.toml").read_text(encoding="utf-8")
    ).items()
}
# Every message is asked for most of them, and one expression finds any of them ten times as fast as one after another.
_ANY: Mapping[str, re.Pattern[str]] = {
    name: re.compile("|".join(map(re.escape, marks))) for name, marks in _SAID.items()
}
LONGEST_JOINING = 16
_ALSO = re.compile(
    r"也(?:是的?|闻到|听到|听见|是这样|一样|这样|停|没|坏|不|堵|漏|黑|断)(?:了|水|电|气|暖|网|亮|热|通|行|动|有|着)*[啊呀呢的！!。~ ]*$"
)
_FROM_A_ROOM = re.compile(r"(?:我们?|俺们?|咱们?)家?[0-9]{3,4}室?也")
_ALL_WELL = re.compile(r"没事(?:了|儿)?[\s，,。；;！!]")
_CLAUSES = re.compile(r"[\s，,。；;！!？?、]+")


def of_a_ticket(words: str) -> bool:
    """True when any of these words is in it, or a ticket's number, or one more household."""
    return (
        "#" in words
        or joins_from(words)
        or any(_any(words, name) for name in ("urging", "again", "wrong", "mistaken", "called_off", "done"))
    )


def urges(words: str) -> bool:
    return _any(words, "urging")


def misses_somebody(words: str) -> bool:
    """True for 咋还不来修, 到底什么时候弄: nothing else is asked for in such words, as a parcel is in 什么时候到."""
    return _any(words, "missed") or (urges(words) and _any(words, "work"))


def says_again(words: str) -> bool:
    return _any(words, "again")


def says_unmended(words: str) -> bool:
    """True for 根本没修, 还在漏: whatever it is, it was to be mended."""
    return _any(words, "unmended")


def calls_off(words: str) -> bool:
    """True for 没事了, 没事 是楼下烧纸, 不用来了, 来水了; not when it is asked, hoped or denied."""
    return (_any(words, "called_off") or _ALL_WELL.match(words) is not None) and not asks(words)


def sends_away(words: str) -> bool:
    """True for 别派人了, 误报: whatever else is said, nobody is wanted."""
    return _any(words, "sent_away") and not asks(words)


def asks(words: str) -> bool:
    """True for what asks, hopes or denies that something is over."""
    return _any(words.replace("撤了吧", "").replace("撤销吧", ""), "asked")


def says_done(words: str) -> bool:
    """True for 修好了, 搞定; not for what will be done or was long ago."""
    return _any(words, "done") and not not_yet(words)


def not_yet(words: str) -> bool:
    return _any(words, "not_yet")


def joins_in(words: str) -> bool:
    return _any(words, "me_too") or _ALSO.search(words) is not None


def joins_from(words: str) -> bool:
    """True for 我家602也是, 我们1102也冰凉, 2单元也停了, +1 爬楼爬得腿都断了: one more household, which may say which."""
    also = adds_one(words) or _ALSO.search(words) is not None or _FROM_A_ROOM.match(words) is not None
    return also and len(words) <= LONGEST_JOINING


def adds_one(words: str) -> bool:
    return words.lstrip().startswith(("+1", "＋1"))


def joins_something_else(words: str) -> bool:
    return _any(words, "anything_else")


def says_reported(words: str) -> bool:
    """True for who says that they have reported it before."""
    return _any(words, "reported")


def says_besides(words: str) -> bool:
    """True for 另外…, 对了…: another matter begins."""
    return words.lstrip().startswith(_SAID["besides"])


def courteous(words: str) -> bool:
    return _any(words, "thanks")


def points_back(words: str) -> bool:
    return _any(words, "back") and not _any(words, "thanks")


def points_at(words: str) -> bool:
    """True for 那棵树, 这个井盖: something that was spoken of before."""
    return any(mark in words for mark in "那这它")


def cries_for_help(words: str) -> bool:
    """True for 快打119, 快跑: it says that there is danger, not where or what."""
    return _any(words, "help")


def corrected(words: str) -> str | None:
    """Return what is meant instead: "902打错了 是602" → "是602", "是402 不是204" → "是402"; None when nothing is corrected."""
    clauses = [clause for clause in _CLAUSES.split(words) if clause]
    meant = [_affirmed(clause) for clause in clauses]
    rest = " ".join(clause for clause in meant if clause)
    denied = any("不是" in clause for clause in clauses) and any("是" in clause for clause in meant)
    return rest if rest and (_any(words, "wrong") or denied) else None


def mistaken(words: str) -> bool:
    """True for 搞错了 是我自己家开关跳了; not for 看错了 不是井盖 是地砖, which says what it is instead."""
    instead = "不是" in words and "自己" not in words
    return _any(words, "mistaken") and not instead and not asks(words)


def takes_back(words: str) -> bool:
    """True for 打错了, 刚才说错了: something said before is meant, however long ago."""
    return _any(words, "wrong")


def _affirmed(clause: str) -> str:
    """Return a clause without what it takes back."""
    for mark in _SAID["wrong"]:
        if mark in clause:
            clause = clause.partition(mark)[2].removeprefix("了")
    if "不是" not in clause:
        return clause
    before, _, after = clause.partition("不是")
    return before if "是" in before else after[after.find("是") :] if "是" in after else ""


def _any(words: str, name: str) -> bool:
    return _ANY[name].search(words) is not None
