"""Numerals as people write them, in either script."""

from __future__ import annotations

_DIGIT = {c: i for i, c in enumerate("零一二三四五六七八九")} | {
    c: i for i, c in enumerate("零壹贰叁肆伍陆柒捌玖")
}
_DIGIT |= {"〇": 0, "两": 2, "幺": 1}
_TENS = {"十": "十", "拾": "十", "廿": "二十", "卅": "三十"}

CHINESE = "零一二三四五六七八九十百〇两幺廿卅壹贰叁肆伍陆柒捌玖"
"""What a Chinese numeral begins with. 拾 only continues one: alone it is mostly 收拾."""


def number(text: str) -> str:
    """Return a numeral in either script as Arabic digits: 十二 → 12, 三〇二 → 302, 5 → 5; letters upper case."""
    if not text or text[0] not in CHINESE:
        return str(int(text)) if text.isdigit() else text.upper()
    letter = text[-1].upper() if text[-1].isascii() else ""
    text = "".join(_TENS.get(c, c) for c in (text[:-1] if letter else text))
    if "十" not in text and "百" not in text:
        return str(int("".join(str(_DIGIT[c]) for c in text))) + letter
    total = 0
    unit = 0
    for c in text:
        if c == "百":
            total += (unit or 1) * 100
            unit = 0
        elif c == "十":
            total += (unit or 1) * 10
            unit = 0
        else:
            unit = _DIGIT[c]
    return str(total + unit) + letter
