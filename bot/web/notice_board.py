"""/board/COMPOUND: who answers for what, for everybody to see; and the same as sheets of paper."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from bot.clock import WallClock
from bot.sheets import Way
from bot.web.kept import KeptPages, answered
from bot.web.pages import Pages
from bot.web.words import LANGUAGES, language_of, remember_language, word
from handlers import notice_board, roster
from handlers.notice_board import MOST_RESULTS, Board, Building
from handlers.periods import day_of
from handlers.weekly import WEEKDAYS
from handlers.wording import Tongue, clock_time, text
from storage.database import Store
from storage.records import DAY, HOUR, MINUTE, Compound, Directory, Instant, Posted, Span

HTML = "text/html; charset=utf-8"


def routes(store: Store, pages: Pages, clock: WallClock, wall: WallClock) -> list[BaseRoute]:
    """The addresses everybody may open. `clock` is the communities' time."""
    room = NoticeBoard(store, pages, clock, wall)
    return [
        Route("/board/{compound}", room.show, methods=["GET"]),
        Route("/board/{compound}/code.svg", room.code, methods=["GET"]),
    ]


class NoticeBoard:
    def __init__(self, store: Store, pages: Pages, clock: WallClock, wall: WallClock) -> None:
        self._store, self._pages, self._clock, self._kept = store, pages, clock, KeptPages(wall)

    async def show(self, request: Request) -> Response:
        """GET /board/COMPOUND, and with `?print=1` its sheet, or that of one `&building=PLACE`."""
        directory, compound = await self._asked(request)
        if "print" in request.query_params:
            return await self._sheet(request, directory, compound)
        language = language_of(request)

        async def make() -> bytes:
            now = self._clock.now()
            board = await board_of(self._store, directory, compound, now)
            return drawn(self._pages, board, language, now).encode()

        # The revision moves with everything staff change, so that what they hide is hidden at once.
        kept = await self._kept.get((compound.id, language, directory.revision), make)
        chosen = request.query_params.get("lang") in LANGUAGES
        answer = answered(request, kept, HTML, private=chosen)
        if chosen:
            remember_language(answer, language, secure=self._pages.site.secure)
        return answer

    async def _sheet(self, request: Request, directory: Directory, compound: Compound) -> Response:
        place = request.query_params.get("building", "")
        spot = directory.spots.get(place)
        if place and (spot is None or directory.grids[spot.grid].compound != compound.id):
            raise HTTPException(404)
        base, wanted = base_of(self._pages, request), [place] if place else []

        async def make() -> bytes:
            return sheets(self._pages, directory, compound, wanted, base, self._clock.now()).encode()

        kept = await self._kept.get((compound.id, "print", place, base, directory.revision), make)
        return answered(request, kept, HTML)

    async def code(self, request: Request) -> Response:
        """GET /board/COMPOUND/code.svg: the code that opens a report in this compound."""
        _, compound = await self._asked(request)
        base = base_of(self._pages, request)

        async def make() -> bytes:
            return Way("web", f"{base}/chat?place={compound.id}").drawn

        return answered(request, await self._kept.get((compound.id, "code", base), make), "image/svg+xml")

    async def _asked(self, request: Request) -> tuple[Directory, Compound]:
        directory = await self._store.directory()
        compound = directory.compounds.get(request.path_params["compound"])
        if compound is None:
            raise HTTPException(404)
        return directory, compound


def base_of(pages: Pages, request: Request) -> str:
    """Return where our pages are, as paper and codes have it."""
    return (pages.site.public_url or str(request.base_url)).rstrip("/")


def sheets(
    pages: Pages, directory: Directory, compound: Compound, buildings: Sequence[str], base: str, now: Instant
) -> str:
    """Return the sheets of these buildings, by their places; the compound's own where none is named.

    Paper does not change: what stands on a board for a minute only is left to the code that leads to the page.
    """
    board = notice_board.board(directory, compound, {}, (), now)
    if buildings:
        codes: list[tuple[Building | None, Way]] = [
            (one, Way("web", f"{base}/chat?place={one.place}"))
            for one in board.buildings
            if one.place in buildings
        ]
    else:
        codes = [(None, Way("web", f"{base}/chat?place={compound.id}"))]
    return pages.fragment(
        "board_sheet.html",
        "zh",
        board=board,
        sheets=codes,
        page=Way("web", f"{base}/board/{compound.id}"),
        rota=rota(directory, board),
        day=f"{day_of(now, board.zone):%Y-%m-%d}",
        en=partial(word, "en"),
    )


async def board_of(
    store: Store, directory: Directory, compound: Compound, now: Instant, posted: Posted | None = None
) -> Board:
    """Read what the board of a compound shows now, or would show if staff chose `posted`."""
    grids = [grid.id for grid in notice_board.grids_of(directory, compound.id)]
    week, month = notice_board.periods(now, directory.communities[compound.community].timezone)
    shown = posted or notice_board.posted_of(directory, compound.id)
    async with store.view() as turn:
        standing = await turn.notices.standing(grids, week, month, now) if shown.counts else {}
        results = await turn.notices.results(grids, now, MOST_RESULTS) if shown.results else []
    return notice_board.board(directory, compound, standing, results, now, shown)


def drawn(pages: Pages, board: Board, language: str, now: Instant, *, trial: bool = False) -> str:
    """Return the page of a board. `trial`: it is only shown to who thinks of choosing so."""
    tongue = Tongue(language, board.zone, now)
    return pages.fragment(
        "notice_board.html",
        language,
        board=board,
        trial=trial,
        clock=lambda at: clock_time(at, tongue),
        day=lambda at: clock_time(at, tongue).rpartition(" ")[0] or word(language, "public.today"),
        category=lambda key: text(f"category.{key}", language),
        took=lambda span: took(span, language),
        called=lambda buildings: notice_board.in_language(buildings, language),
        dialled=dialled,
        now=now,
    )


def took(span: Span, language: str) -> str:
    """Return how long something took, as people say it: minutes, hours, days."""
    if span < HOUR:
        return word(language, "public.minutes", count=max(1, span // MINUTE))
    if span < 2 * DAY:
        return word(language, "public.hours", count=round(span / HOUR))
    return word(language, "public.days", count=round(span / DAY))


def dialled(phone: str) -> str:
    """Return a number as a link dials it."""
    return "".join(c for c in phone if c in "+0123456789,;*#")


@dataclass(frozen=True, slots=True)
class RotaLine:
    """The same hours of a week, for one place: who is on duty on each of its seven days."""

    where: str
    hours: str
    days: tuple[str, ...]


def rota(directory: Directory, board: Board) -> Sequence[RotaLine]:
    """Return the weekly lines of the roster for this compound, as a sheet has them; none where duty is not shown."""
    if board.duty is None:
        return ()
    grids = {grid.id: grid.name for grid in notice_board.grids_of(directory, board.compound.id)}
    lines: dict[tuple[str, str], dict[str, list[str]]] = {}
    for one in directory.duties.get(board.compound.community, ()):
        if (
            roster.is_weekly(one)
            and one.person in directory.people
            and (one.grid is None or one.grid in grids)
        ):
            where = grids[one.grid] if one.grid else board.community
            days = lines.setdefault((where, f"{one.begins}–{one.ends}"), {})
            days.setdefault(one.day, []).append(directory.people[one.person].name)
    return [
        RotaLine(where, hours, tuple("、".join(days.get(day, ())) for day in WEEKDAYS))
        for (where, hours), days in sorted(lines.items())
    ]
