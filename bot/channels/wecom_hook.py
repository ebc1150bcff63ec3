"""Where WeCom tells what members do in the app: 200 is said only when it is stored, and nothing is called before."""

from __future__ import annotations

import structlog
from starlette.types import ASGIApp, Receive, Scope, Send

from bot.channels.tencent_door import Door, NotTheirs, body_of, respond
from bot.channels.wecom_app import CHANGED_WITHIN, pressing
from bot.channels.wecom_parse import Pushed, parse, response_code
from bot.clock import WallClock
from bot.config_wecom import WeCom
from handlers.desk import Desk
from handlers.messages import Window
from storage.database import Store
from storage.errors import StorageFailed

log = structlog.get_logger(__name__)

PATH = "/wecom"


class WeComHook:
    """The ASGI program WeCom posts to for an app; every other request is for `others`. `door` knows who is WeCom."""

    def __init__(
        self, door: Door, app: WeCom, desk: Desk, store: Store, clock: WallClock, others: ASGIApp
    ) -> None:
        self._door = door
        self._app = app
        self._desk = desk
        self._store = store
        self._clock = clock
        self._others = others

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] != PATH:
            await self._others(scope, receive, send)
            return
        try:
            status, content = await self._answer(scope, receive)
        except NotTheirs as wrong:
            log.warning("a push was turned away", path=PATH, status=wrong.status, why=wrong.why)
            status, content = wrong.status, b""
        await respond(send, status, content)

    async def _answer(self, scope: Scope, receive: Receive) -> tuple[int, bytes]:
        """Return the status and what is said back: nothing, but for the question whether this address is ours."""
        if scope["method"] not in ("GET", "POST"):
            raise NotTheirs(405, "neither GET nor POST")
        knock = self._door.knock(scope["query_string"])
        if scope["method"] == "GET":
            return 200, self._door.echo(knock)
        pushed = self._door.fields_xml(knock, await body_of(scope, receive))
        self._look(pushed)
        try:
            await self._take(pushed)
        except StorageFailed as failed:
            log.error("a push could not be stored; WeCom brings it again", why=str(failed))
            return 503, b""
        return 200, b""

    def _look(self, pushed: Pushed) -> None:
        """Raises NotTheirs for what was said to another app, even one that was given the same token and key."""
        if pushed.get("ToUserName") != self._app.corpid:
            raise NotTheirs(400, "meant for another company")
        if pushed.get("AgentID", str(self._app.agentid)) != str(self._app.agentid):
            raise NotTheirs(400, "meant for another app")

    async def _take(self, pushed: Pushed) -> None:
        """Give the desk what it says. Raises StorageFailed."""
        now, inbound = self._clock.now(), parse(pushed)
        if inbound is None:
            return
        if given := response_code(pushed):
            # Before the desk hears of it: the changed card leaves at once, and with this it can.
            task, code = given
            async with self._store.turn() as turn:
                turn.windows.open(pressing(task), Window("reply", now + CHANGED_WITHIN, 1, code))
        await self._desk.receive(inbound, now)
