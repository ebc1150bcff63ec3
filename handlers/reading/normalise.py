"""One way of writing for all ways of typing: width, script, emoji, blanks, spelling."""

from __future__ import annotations

import re
import unicodedata

import opencc

from handlers.reading.lexicon import Words

LOOKED_AT = 4096
"""Characters of a message that are looked at: the most a Telegram message can hold."""

_simplified = opencc.OpenCC("t2s")

# Stickers and pictures that a client writes as words: [图片] [视频] [捂脸].
_PLACEHOLDER = re.compile(r"\[[^\[\]\n]{1,6}+\]")
# What nobody sees, and half surrogate pairs, which are no text to anybody.
_NOISE = re.compile(
    "[\ud800-\udfff\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufe00-\ufe0f\ufeff\u20e3\ue000-\uf8ff\u0000-\u0008\u000e-\u001f\u007f]"
)
_PICTURE = re.compile(
    "[\u2190-\u21ff\u2300-\u27bf\u2900-\u297f\u2b00-\u2bff\U0001f000-\U0001faff\U000e0000-\U000e007f]"
)
# Who is spoken to. A name says nothing of the matter, and may be the grid leader's; that the property is called does.
_MENTION = re.compile(r"(?<![a-z0-9])@[^\s@,:。!?;]{1,24}+(?=[\s,:。!?;]|$)[\s,:]{0,4}+")
_IN_CHARGE = ("物业", "管家", "网格", "社区", "客服", "保安", "经理", "师傅", "居委", "维修", "管理")
_NUMERALS = {*"0123456789一二三四五六七八九十"}
_BLANKS = re.compile(r"\s++")
_BETWEEN_DIGITS = re.compile(r"(?<=[0-9一二三四五六七八九十a-z])[—–－―‐‑−~杠](?=[0-9一二三四五六七八九十])")
# What a message may begin with and says nothing of the matter.
_GREETING = re.compile(
    r"(?:大家(?:早上|上午|中午|下午|晚上)?好|各位(?:邻居|业主|街坊|家人)?们?好?|(?:早上|上午|中午|下午|晚上)好|你好|您好|(?:hello|hi)(?![a-z])"
    r"|哈喽|在吗|请问(?:一下)?|早[安啊呀]?(?:大家|各位)?(?=[,!。~])|(?:大家|(?:邻居|街坊|业主|家人|亲)们?)(?=[,!。~:])|[,!。~、:?]){1,6}+"
)


def simplified(text: str) -> str:
    """Return it in Simplified Chinese."""
    plain: str = _simplified.convert(text)
    return plain


def normalise(text: str, words: Words) -> str:
    """Return `text` as the word lists are written: Simplified, lower case, half width, without emoji, blanks or the
    greeting it begins with.

    Whoever is called by @ becomes 物业 when they are in charge, and nothing otherwise. A blank stays only between two Latin
    letters or digits, where removing it would make a new word or number. Only the first LOOKED_AT characters are looked at.
    """
    text = unicodedata.normalize("NFKC", text[:LOOKED_AT])[:LOOKED_AT]
    if not text.isascii():
        text = _NOISE.sub("", text.replace("’", "'"))
        text = _PICTURE.sub(" ", simplified(text))
    text = _PLACEHOLDER.sub(" ", text.lower())
    text = squeeze(_MENTION.sub(_called, text))
    text = _BETWEEN_DIGITS.sub("-", text)
    greeting = _GREETING.match(text)
    return respell(text[greeting.end() :] if greeting else text, words)


def _called(mention: re.Match[str]) -> str:
    return "@物业," if any(title in mention.group() for title in _IN_CHARGE) else ""


def squeeze(text: str) -> str:
    """Remove blanks and line breaks, except single ones between Latin letters or digits."""

    def kept(blank: re.Match[str]) -> str:
        start, end = blank.span()
        if start == 0 or end == len(text):
            return ""
        before, after = text[start - 1], text[end]
        return " " if before.isascii() and after.isascii() and before.isalnum() and after.isalnum() else ""

    return _BLANKS.sub(kept, text)


def respell(text: str, words: Words) -> str:
    """Replace misspelt and dialect words by the ones the lists know."""
    parts: list[str] = []
    done = 0
    for at, typed in words.spelling_index.find(text):
        if at < done or (typed[0] == "楼" and text[at - 1 : at] in _NUMERALS):
            continue  # 2楼到6楼 is no 2楼道6楼
        parts.append(text[done:at])
        parts.append(words.spelling[typed])
        done = at + len(typed)
    if not done:
        return text
    parts.append(text[done:])
    return "".join(parts)
