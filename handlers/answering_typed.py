"""A choice of an open question typed instead of tapped: by its number (1, １, 一, 选1, 第一个) or by its own words.

What is typed for an order instead of a button is read in handlers/commands.py.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping

from handlers.dialogue import CHOICES, Step, numbered
from handlers.messages import Inbound
from handlers.questions import COMMON
from handlers.reading.numerals import number
from handlers.wording import text
from storage.records import Dialogue

_AROUND = " \t\n,，。.、!！~～:：;；()[]【】“”\"'「」"
"""What people put around a number or a name, or quote from the question. +1, 3# and 是？ are something else."""

_KEYCAP = str.maketrans("", "", "\ufe0f\u20e3")
SAID: Mapping[Step, Mapping[str, str]] = {
    Step.CONFIRM: dict.fromkeys(("登记", "是", "是的", "对", "1", "都登记", "两件都登记"), "yes")
    | dict.fromkeys(("不是", "不用", "不", "不登记", "2"), "no"),
    Step.OPENLY: dict.fromkeys(("匿名转", "匿名"), "anonymous")
    | dict.fromkeys(("实名",), "named")
    | dict.fromkeys(("算了", "我自己说", "不用", "不转"), "never"),
    Step.WHAT: {text(f"category.{one}", "zh"): one for one in COMMON},
}
"""What people say for a choice beside its number and its own words."""

_BY_NUMBER = re.compile(
    r"(?:我?选|回复?|第){0,3}\s{0,3}([0-9]{1,2}|[一二三四五六七八九])\s{0,3}(?:个|项|条|种)?(?:吧|的)?"
)
_AGREED = ("好", "好的", "行", "可以", "要", "要的", "嗯", "是", "是的", "对", "对的", "yes", "ok")
_REFUSED = ("不", "不要", "不用", "不用了", "不需要", "no")
_BOTH = re.compile(r"([\u4e00-\u9fff]+) ([A-Za-z][\x20-\x7e’]+)")
"""A label in both languages: 登记 File it."""


def picked(dialogue: Dialogue, inbound: Inbound, *, addressed: bool) -> str | None:
    """Return the value of the choice these words are; "" for a number that is none of the numbers; None: something else.

    `addressed`: said to us. Among neighbours a bare number may be anything. What comes with a photo has more to say.
    """
    step, words = Step(dialogue.step), inbound.text
    if inbound.pieces:
        return SAID.get(step, {}).get(words.strip())
    value = named(dialogue, words)
    if value is None and inbound.private:
        value = agreed(dialogue, words)
    if value is None and addressed:
        value = called(dialogue, words)
    return value if value is not None else SAID.get(step, {}).get(bare(words))


def answers(dialogue: Dialogue | None, inbound: Inbound) -> bool:
    """True for the words of a choice, said to the question and below no other message: 等配件 is an order otherwise."""
    if dialogue is None or inbound.press is not None or inbound.reply_to not in (None, dialogue.question):
        return False
    return named(dialogue, inbound.text) is not None


def named(dialogue: Dialogue, words: str) -> str | None:
    """Return the value of the choice these words are, alone or behind its number; None when they are none, or two."""
    said, choices = bare(words), dialogue.data.get(CHOICES, ())
    counted = numbered([label for label, _ in choices])
    whole, partly = set(), set()
    for at, (label, value) in enumerate(choices, start=1):
        if said == bare(label):
            whole.add(str(value))
        elif any(said == bare(name) or (counted and said == bare(f"{at}{name}")) for name in _names(label)):
            partly.add(str(value))
    fitting = whole or partly
    return fitting.pop() if said and len(fitting) == 1 else None


def agreed(dialogue: Dialogue, words: str) -> str | None:
    """Return the value of the choice that 好的 or 不用 is to a question that asks for a yes, from who is alone with us.

    要匿名吗？不用: then by name. 要不要我匿名转？不用: then not at all.
    """
    values = [value for _, value in dialogue.data.get(CHOICES, ())]
    said = bare(words)
    if said in _AGREED:
        return next((value for value in values if value in ("yes", "anonymous")), None)
    if said in _REFUSED:
        return next((value for value in values if value in ("no", "named", "never")), None)
    return None


def called(dialogue: Dialogue, words: str) -> str | None:
    """Return the value of the choice with this number, "" for a number that none of several has; None when no number
    is meant: a building's number is the building."""
    choices = dialogue.data.get(CHOICES, ())
    by_number = _BY_NUMBER.fullmatch(bare(words))
    if by_number is None or not choices or not numbered([label for label, _ in choices]):
        return None
    at = int(number(by_number[1]))
    if 1 <= at <= len(choices):
        return str(choices[at - 1][1])
    return "" if len(choices) > 1 else None


def _names(label: str) -> tuple[str, ...]:
    both = _BOTH.fullmatch(label)
    if label.startswith("#"):
        return label, label[1:]
    return (label, both[1], both[2]) if both else (label,)


def bare(words: str) -> str:
    """Full-width as half-width, ① and 1️⃣ as 1, in small letters, without spaces and what stands around it."""
    same = unicodedata.normalize("NFKC", words.translate(_KEYCAP)).strip(_AROUND)
    return "".join(same.lower().replace("’", "'").split())
