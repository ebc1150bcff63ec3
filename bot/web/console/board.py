"""/console: what must happen next, lane by lane, with the clocks that run; live."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from bot.web.console.drawing import Drawing, Looking
from bot.web.console.filters import Choices
from bot.web.console.office import Office
from bot.web.console.stirring import Boards
from bot.web.console.watchers import change_id
from bot.web.console.watching import since_of, streamed
from handlers.sight import Chamber


def routes(office: Office) -> list[BaseRoute]:
    drawing = Drawing(office)
    boards = Boards(office, drawing)
    office.watching.append(boards)
    board = BoardRoom(office, drawing, boards)
    return [
        Route("/console", board.show, methods=["GET"]),
        Route("/console/live", board.live, methods=["GET"]),
    ]


class BoardRoom:
    def __init__(self, office: Office, drawing: Drawing, boards: Boards) -> None:
        self._office, self._drawing, self._boards = office, drawing, boards

    async def show(self, request: Request) -> Response:
        """GET /console."""
        asking = await self._office.asked(request, Chamber.BOARD)
        looking, drawing = Looking.of(asking), self._drawing
        async with self._office.store.view() as turn:
            troubles = await drawing.troubles(turn, looking, asking.now)
            board, _, _ = await drawing.board(turn, looking, asking.now, troubles)
            heads = await turn.ledger.heads([asking.community.id])
        return self._office.page(
            asking,
            "console/board_page.html",
            board=board,
            chosen=looking.filters,
            told=looking.filters.told(asking),
            since=change_id(heads[asking.community.id], asking.directory.revision),
            pace=self._office.pace,
            choices=Choices.of(asking),
        )

    async def live(self, request: Request) -> Response:
        """GET /console/live: what changes on the board, until the session is over."""
        asking = await self._office.asked(request, Chamber.BOARD)
        return streamed(self._boards.events(asking, since_of(request)))
