"""The type face for paper and pictures: one file with Chinese outlines, so that no machine has to have one installed.

`face.otf` is Noto Sans CJK SC Regular cut down to what GBK can write and the rare characters of the standard list
(通用规范汉字表), made by `make.py`; its licence lies beside it. PDF pages (fpdf2) and pictures (resvg) draw with it.
"""

from __future__ import annotations

import unicodedata
from functools import cache
from pathlib import Path

FACE = Path(__file__).with_name("face.otf")
FAMILY = "Noto Sans CJK SC"

GETA = "〓"
"""What a printer sets for a character it has no type for: seen at once, and never mistaken for another."""


@cache
def characters() -> frozenset[int]:
    """Return the code points the face can draw."""
    from fontTools.ttLib import TTFont

    with TTFont(FACE, lazy=True) as face:
        return frozenset(face.getBestCmap())


def drawable(text: str) -> str:
    """Return the text as the face can draw it: 〓 for each character it lacks, and no marks that are not seen anyway.

    Line ends stay; joiners, direction marks and variation selectors go, because nothing is seen of them.
    """
    known = characters()
    return "".join(
        character if ord(character) in known or character == "\n" else GETA
        for character in text
        if ord(character) in known or not _unseen(character)
    )


def _unseen(character: str) -> bool:
    selector = "\ufe00" <= character <= "\ufe0f" or "\U000e0100" <= character <= "\U000e01ef"
    return selector or (unicodedata.category(character) in ("Cf", "Cc") and character != "\n")
