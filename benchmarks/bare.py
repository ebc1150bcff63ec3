"""Parsing alone: an endpoint of the same kind as ours that reads each update with python-telegram-bot and forgets it."""

from __future__ import annotations

import sys

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from telegram import Update


async def receive(request: Request) -> Response:
    Update.de_json(await request.json(), None)
    return Response()


if __name__ == "__main__":
    app = Starlette(routes=[Route("/telegram", receive, methods=["POST"])])
    uvicorn.run(
        app, port=int(sys.argv[1]), log_level="warning", access_log=False, server_header=False, loop="asyncio"
    )
