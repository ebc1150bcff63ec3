"""Words as they are compared: however they were typed, one way of writing."""

from __future__ import annotations

import unicodedata

import opencc

_simplified = opencc.OpenCC("t2s")


def folded(text: str) -> str:
    """Return the words in lower case, half width and Simplified characters."""
    if text.isascii():
        return text.lower()
    folded: str = _simplified.convert(unicodedata.normalize("NFKC", text)).lower()
    return folded
