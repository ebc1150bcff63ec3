"""Sheets to print and put up in a stairwell: one building each, with a code that knows which building it hangs in."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache, partial

import segno

from bot.web.pages import Pages, Site
from bot.web.words import word
from handlers.places import called
from storage.records import Directory, Grid, Spot

ORDER = ("wechat", "web", "telegram")
"""The code most people here can scan goes first, and is printed large."""


@dataclass(frozen=True, slots=True)
class Way:
    """One channel a building's code opens: `channel` wechat, web or telegram; `link` is what the code says."""

    channel: str
    link: str

    @property
    def code(self) -> str:
        """The QR code as SVG, to stand inside a page."""
        return self.drawn.decode()

    @property
    def drawn(self) -> bytes:
        """The same as bytes."""
        return _drawn(self.link)


# A code costs about three milliseconds, a compound's sheets show the same one on each; of a link there is but one code.
@lru_cache(maxsize=512)
def _drawn(link: str) -> bytes:
    """Return a link's QR code as SVG; M: what a tenth of a wet or torn corner hides can still be read."""
    drawn = io.BytesIO()
    segno.make(link, error="m", micro=False).save(
        drawn, kind="svg", xmldecl=False, border=2, omitsize=True, title=link
    )
    return drawn.getvalue()


@dataclass(frozen=True, slots=True)
class Sheet:
    """What is printed for one building. `phone` is the community's service phone, and may be empty."""

    building: str
    compound: str
    community: str
    leader: str
    phone: str
    ways: Sequence[Way]


def spots_of(directory: Directory, grid: Grid) -> list[Spot]:
    """Return the grid's buildings with their place ids, in the order of the community file."""
    order = {building: at for at, building in enumerate(grid.buildings)}
    return sorted(
        (spot for spot in directory.spots.values() if spot.grid == grid.id), key=lambda s: order[s.building]
    )


def sheet(directory: Directory, spot: Spot, ways: Sequence[Way]) -> Sheet:
    grid = directory.grids[spot.grid]
    community = directory.communities[grid.community]
    return Sheet(
        building=called(spot.building, grid),
        compound=directory.compounds[grid.compound].name,
        community=community.name,
        leader=directory.people[grid.leader].name,
        phone=community.service_phone,
        ways=sorted(ways, key=lambda way: ORDER.index(way.channel)),
    )


def printed(sheets: Sequence[Sheet]) -> str:
    """Return them as one HTML file that needs nothing else, a page of A4 each."""
    return Pages(Site()).fragment("sheets.html", "zh", sheets=sheets, en=partial(word, "en"))
