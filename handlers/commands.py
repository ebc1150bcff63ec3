"""Typed words and pressed buttons → Order. The words are in verbs.py."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from handlers.reading.normalise import simplified
from handlers.verbs import ALONE as ALONE
from handlers.verbs import AT_THE_TABLE as AT_THE_TABLE
from handlers.verbs import ENGLISH as ENGLISH
from handlers.verbs import FOLLOWED as FOLLOWED
from handlers.verbs import ON_TICKET as ON_TICKET
from handlers.verbs import OPENING as OPENING
from handlers.verbs import SLASHED as SLASHED
from handlers.verbs import WAITING as WAITING
from handlers.verbs import Verb as Verb

BUTTON_BYTES = 64


_NUMBER = r"#[0-9]{1,9}|[0-9]{4,9}"
_ENGLISH = re.compile(
    rf"(?:({_NUMBER})[ ,:]+)?({'|'.join(sorted(ENGLISH, key=len, reverse=True))})"
    rf"(?:[ ,:]+({_NUMBER}))?(?:[ ,:]+(.*))?",
    re.IGNORECASE | re.DOTALL,
)
_BY_VALUE = {verb.value: verb for verb in Verb}
_VERBS = sorted(ON_TICKET, key=len, reverse=True)
_FULL_WIDTH = str.maketrans("０１２３４５６７８９＃　：", "0123456789# :")
_SEPARATORS = " \t\n\u3000,，。.:：、;；!！~～"
_COUNTED = "号栋幢座楼层室房户单天日月年点时小分个人元块米度%-"
"""What a number right before it counts or names: no ticket's number."""


@dataclass(frozen=True, slots=True)
class Order:
    """A verb, the ticket it is about (by number as typed, or by id from a button), and what was said besides.

    `word` is the word used: 等配件 and 等天气 are both PAUSE.
    """

    verb: Verb
    number: int | None = None
    ticket: str | None = None
    rest: str = ""
    word: str = ""


def press(verb: Verb, ticket: str, arg: str = "") -> str:
    """Return button data for a verb on a ticket; at most 64 bytes, as the platforms allow."""
    return _short(f"{verb.value}:{ticket}" + (f":{arg}" if arg else ""))


def choose(step: str, value: str) -> str:
    """Return button data for a choice inside a dialogue."""
    return _short(f"={step}:{value}")


def _short(data: str) -> str:
    if len(data.encode()) > BUTTON_BYTES:
        raise ValueError(f"button data over {BUTTON_BYTES} bytes: {data}")
    return data


def read_press(data: str) -> Order | None:
    """Return the order a button stands for; None for a choice inside a dialogue or data we never wrote."""
    verb, _, rest = data.partition(":")
    ticket, _, arg = rest.partition(":")
    known = _BY_VALUE.get(verb)
    if known is None or not ticket:
        return None
    return Order(known, ticket=ticket, rest=arg)


def read_choice(data: str) -> tuple[str, str] | None:
    """Return (step, value) of a choice inside a dialogue; None for anything else."""
    step, found, value = data[1:].partition(":")
    return (step, value) if data.startswith("=") and found else None


def read_text(text: str) -> Order | None:
    """Return the order a text gives, or None when it is ordinary talk.

    `接单 1024`, `接单1024`, `#1024 接单`, `1024接单`, `办结 1024 换了灯泡`, `接单` alone. A ticket word that is followed
    by other words needs a number: "满意度调查" and "接单的师傅人呢" are talk. 報修 and 催辦 1024 are read as 报修 and
    催办 1024; the report's own words stay as they are written.
    """
    text = text.strip()
    order = _read(text)
    if order is not None or text.isascii():
        return order
    plain = simplified(text)
    order = _read(plain) if plain != text and len(plain) == len(text) else None
    if order is not None and order.word in OPENING:
        return replace(order, rest=text[len(order.word) :].strip(_SEPARATORS))
    return order


def may_be_talk(order: Order, text: str) -> bool:
    """True for report, complaint and service order before further words and no colon: report cards are out today."""
    opens = FOLLOWED.get(order.word) in (Verb.REPORT, Verb.COMPLAIN, Verb.SERVICES)
    return opens and text.strip()[len(order.word) :][:1] == " "


def _read(text: str) -> Order | None:
    if text.startswith("/"):
        name, _, rest = text[1:].partition(" ")
        verb = SLASHED.get(name.lower())
        return Order(verb, rest=rest.strip(), word=name) if verb else None
    plain = text.translate(_FULL_WIDTH)
    for alone in (plain, plain.lower()):
        if alone in ALONE:
            return Order(ALONE[alone], word=alone)
    table = _at_the_table(text)
    if table is not None:
        return table
    number, rest = _leading_number(plain)
    for word in _VERBS:
        if not rest.startswith(word):
            continue
        tail = rest[len(word) :]
        if number is None:
            return _verb_first(word, tail)
        if not tail or tail[0] in _SEPARATORS:
            return Order(ON_TICKET[word], number, rest=tail.strip(_SEPARATORS), word=word)
        return None
    for word, verb in FOLLOWED.items():
        if plain.lower().startswith(word) and plain[len(word) :][:1] in _SEPARATORS:
            return Order(verb, rest=text[len(word) :].strip(_SEPARATORS), word=word)
    for word, verb in OPENING.items():
        if plain.startswith(word):
            return Order(verb, rest=text[len(word) :].strip(_SEPARATORS), word=word)
    return _in_english(plain)


def _at_the_table(text: str) -> Order | None:
    """开会, 开会 周五 15:00, 到会 张师傅 李代表"""
    lowered = text.lower()
    for word, verb in AT_THE_TABLE.items():
        rest = text[len(word) :]
        if lowered.startswith(word) and (not rest or rest[0] in _SEPARATORS):
            return Order(verb, rest=rest.strip(_SEPARATORS), word=word)
    return None


def _in_english(text: str) -> Order | None:
    """accept 1024, 1024 Accept, done 1024 changed the bulb"""
    found = _ENGLISH.fullmatch(text) if text[:1].isascii() else None
    if found is None or (found[1] is None) == (found[3] is None):
        return None
    word = found[2].lower()
    return Order(
        ENGLISH[word],
        int((found[1] or found[3]).lstrip("#")),
        rest=(found[4] or "").strip(),
        word=WAITING.get(word, found[2]),
    )


def _verb_first(word: str, tail: str) -> Order | None:
    bare = tail.strip(_SEPARATORS)
    if not bare:
        return Order(ON_TICKET[word], word=word)
    number, rest = _leading_number(bare)
    if number is None or _counts_something(bare):
        # "办结 换了灯泡" below a card: a space is the least that makes it an order; the desk wants the card, too.
        return Order(ON_TICKET[word], rest=bare, word=word) if tail[0] in " :，," else None
    return Order(ON_TICKET[word], number, rest=rest.strip(_SEPARATORS), word=word)


def _counts_something(text: str) -> bool:
    """True when the number `text` begins with belongs to the words after it: 补充 3号楼, 延期 2天, 补充 1202室."""
    body = text.lstrip("0123456789")
    return (
        body[:1] in tuple(_COUNTED) if len(text) - len(body) > 3 else body[:1] not in ("", *_SEPARATORS, "#")
    )


def _leading_number(text: str) -> tuple[int | None, str]:
    """Split a ticket number (1 to 9 digits, with or without #) off the front."""
    body = text[1:].lstrip() if text.startswith("#") else text
    digits = 0
    while digits < len(body) and body[digits] in "0123456789":
        digits += 1
    if not 1 <= digits <= 9:
        return None, text
    return int(body[:digits]), body[digits:].lstrip(_SEPARATORS)
