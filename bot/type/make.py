"""How `face.otf` was cut: `python -m bot.type.make NotoSansCJK-Regular.ttc`. Needed only when the face changes."""

from __future__ import annotations

import sys
from collections.abc import Iterator

from fontTools.subset import Options, Subsetter, load_font, save_font

from bot.type import FACE, FAMILY

SIMPLIFIED = 2
"""Where the mainland's shapes stand in the collection."""

RARE = (
    "㑇㑊㕮㘎㙍㙘㙦㛃㛚㛹㟃㠇㠓㤘㥄㧐㧑㧟㫰㬊㬎㬚㭎㭕㮾㰀㳇㳘㳚㴔㵐㶲㸆㸌㺄㻬㽏㿠䁖䂮䃅䃎䅟䌹䎃䎖䏝䏡䏲䐃䓖䓛"
    "䓨䓫䓬䗖䗛䗪䗴䜣䝙䢺䢼䣘䥽䦃䲟䲠䲢䴓䴔䴕䴖䴗䴘䴙䶮"
)
"""Characters of the standard list that GBK cannot write; people's names have them."""
SIGNS = "✓・①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳–—•…‰′″‹›€™℃≈≠≤≥●○■□▲△▼▽◆◇★☆²³"
ALIKE = {"✔": "✓", "✕": "×", "✗": "×", "✘": "×", "☑": "✓", "☐": "□", "\u00a0": " "}
"""Signs the face lacks, drawn like others."""


def wanted() -> Iterator[int]:
    """Yield the code points the face shall have."""
    yield from map(ord, RARE + SIGNS)
    yield from range(0x9FA6, 0xA000)
    yield from range(0x20, 0x7F)
    yield from range(0xA0, 0x100)
    for point in range(0x80, 0xFFFF):
        try:
            chr(point).encode("gbk")
        except UnicodeEncodeError:
            continue
        yield point


def make(collection: str) -> None:
    """Write FACE from the collection."""
    options = Options(font_number=SIMPLIFIED, hinting=False, layout_features=[], name_IDs=["*"])
    options.drop_tables += ["BASE", "GPOS", "GSUB", "VORG", "vhea", "vmtx"]
    face = load_font(collection, options)
    assert face["name"].getDebugName(1) == FAMILY
    known = face.getBestCmap()
    for table in face["cmap"].tables:
        if table.isUnicode():
            table.cmap.update({ord(sign): known[ord(like)] for sign, like in ALIKE.items()})
    cutter = Subsetter(options)
    cutter.populate(unicodes=[*wanted(), *map(ord, ALIKE)])
    cutter.subset(face)
    save_font(face, str(FACE), options)


if __name__ == "__main__":
    make(*sys.argv[1:])
