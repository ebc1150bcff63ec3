"""Buildings of a grid as people list them, and the place id each one has in QR codes and links."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable

from handlers.places import bare

MOST = 400
"""Buildings in one entry; a longer run is a typing mistake."""

_RUN = re.compile(r"([0-9]{1,5})\s*[-–—~～至到]\s*([0-9]{1,5})")
_LETTERS = re.compile(r"([A-Z])[座栋幢]?\s*[-–—~～至到]\s*([A-Z])([座栋幢]?)")
_ENDING = re.compile(r"(?<=[0-9])\s*(?:号楼|栋|幢|#)(?=\s*[-–—~～至到]|$)")
_PLAIN = re.compile(r"[A-Za-z0-9]{1,12}")


def expand(written: str) -> list[str]:
    """Return the buildings one entry stands for: "1-12" → 1 … 12, "A-C座" → A座 B座 C座, "A座" → itself.

    Numbers lose 号楼, 栋 and leading zeros, so that "03栋" is 3 however a neighbour writes it.
    Raises ValueError for a run that goes backwards or is longer than MOST.
    """
    text = written.strip()
    run = _RUN.fullmatch(_ENDING.sub("", text))
    if run is not None:
        first, last = int(run[1]), int(run[2])
        if last < first or last - first >= MOST:
            raise ValueError(written)
        return [str(number) for number in range(first, last + 1)]
    letters = _LETTERS.fullmatch(text)
    if letters is not None:
        if letters[2] < letters[1]:
            raise ValueError(written)
        return [chr(code) + letters[3] for code in range(ord(letters[1]), ord(letters[2]) + 1)]
    plain = bare(text)
    return [plain] if plain.isascii() and plain.isdigit() else [text]


def fold(buildings: Iterable[str]) -> list[str]:
    """Return the entries that `expand` to these buildings in this order, three numbers or more in a row as a run."""
    runs: list[list[str]] = []
    for name in buildings:
        if runs and len(runs[-1]) < MOST and _follows(runs[-1][-1], name):
            runs[-1].append(name)
        else:
            runs.append([name])
    return [entry for run in runs for entry in ([f"{run[0]}-{run[-1]}"] if len(run) > 2 else run)]


def _follows(one: str, other: str) -> bool:
    return one.isascii() and one.isdigit() and other == str(int(one) + 1)


def spot_id(compound: str, building: str) -> str:
    """Return the place id of a building: ASCII, at most 48 characters, always the same for the same names.

    It is made from the compound and not the grid, so that printed codes outlive a new division into grids. Names
    beyond letters and digits keep those and get a short hash: A座 → `…_A-5f0c4ddc1e`.
    """
    if _PLAIN.fullmatch(building):
        return f"{compound}_{building}"
    letters = "".join(re.findall(r"[A-Za-z0-9]", building))[:12]
    return f"{compound}_{letters}-{hashlib.sha256(building.encode()).hexdigest()[:10]}"
