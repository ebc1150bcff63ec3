"""Whoever writes English in private is answered in English from then on, and told how to have it otherwise.

WeChat and WeCom say of nobody which language they read.
"""

from __future__ import annotations

import re
from dataclasses import replace

from handlers.dialogue import reply
from handlers.known import Known
from handlers.messages import Decision, Inbound, Say
from handlers.wording import text

_WORD = re.compile(r"[A-Za-z]{2,}")
_HAN = re.compile(r"[\u3400-\u9fff]")
_GREETINGS = frozenset(
    {"hello", "hi", "hey", "help", "my tickets", "report", "complaint", "notice board", "on duty", "my data"}
)
FEW = 4
"""Words that make a sentence: ok, thanks and brand names are everybody's."""


def is_english(words: str) -> bool:
    """True for a sentence of Latin letters with no Chinese in it, and for what English speakers begin with."""
    if _HAN.search(words) or "://" in words:
        return False
    bare = words.strip(" .,!?").lower()
    return bare in _GREETINGS or len(_WORD.findall(words)) >= FEW


def as_spoken(known: Known, inbound: Inbound) -> tuple[Known, Decision]:
    """Return what is known with the speaker in the language they write, and what they are told when that is new."""
    speaker = known.speaker
    if speaker is None or speaker.language != "zh" or not inbound.private or not is_english(inbound.text):
        return known, Decision()
    speaker = replace(speaker, language="en")
    told = reply(inbound, Say("language.set", {"done": text("language.noticed", "en")}))
    return replace(known, speaker=speaker), Decision(people=(speaker,), letters=(told,))
