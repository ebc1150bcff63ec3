"""The world behind the API: one service account, its residents, and everything WeChat keeps of them.

`World.changed` wakes whoever waits for something to happen.
"""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Callable
from typing import TYPE_CHECKING

from tests.platforms.watching import Changes
from tests.platforms.wechat import passive
from tests.platforms.wechat.codes import Codes
from tests.platforms.wechat.envelope import Envelope
from tests.platforms.wechat.menu import Menu
from tests.platforms.wechat.pusher import Push, Pusher
from tests.platforms.wechat.refusals import Refused
from tests.platforms.wechat.seen import OUT_OF_ORDER, Seen
from tests.platforms.wechat.shelf import Shelf
from tests.platforms.wechat.templates import Templates
from tests.platforms.wechat.tokens import Tokens
from tests.platforms.wechat.xml import Fields

if TYPE_CHECKING:
    from tests.platforms.wechat.residents import Resident

Clock = Callable[[], float]


class World(Changes):
    """Everything one service account has to do with. `clock` and `wall` give seconds since 1970."""

    def __init__(
        self, original_id: str, envelope: Envelope, tokens: Tokens, clock: Clock, wall: Clock
    ) -> None:
        super().__init__()
        self.original_id = original_id
        self.envelope = envelope
        self.tokens = tokens
        self.clock = clock
        self.api = ""
        self.residents: dict[str, Resident] = {}
        self.shelf = Shelf(clock)
        self.menu = Menu()
        self.codes = Codes(clock)
        self.templates = Templates()
        self.pusher = Pusher(envelope, original_id, wall)
        self.pushes: list[Push] = []
        self.failures: list[str] = []
        self.msg_ids = itertools.count(24_305_218_573_455_012)
        self.job_ids = itertools.count(2_003_163_836)
        self.errands: set[asyncio.Task[None]] = set()

    def now(self) -> int:
        return int(self.clock())

    def reader(self, openid: object) -> Resident:
        """Return the resident a call is meant for. Raises Refused 40003 for one this account never met."""
        resident = self.residents.get(openid) if isinstance(openid, str) else None
        if resident is None:
            raise Refused(40003)
        return resident

    def shows(self, resident: Resident, seen: Seen) -> Seen:
        """Put a message into the resident's chat."""
        resident.chat.append(seen)
        self.changed()
        return seen

    async def push(self, resident: Resident, fields: Fields, *, quiet: bool = False) -> Push:
        """Tell the program and show the resident what comes of it; `quiet`: nobody is there to see it."""
        whole: Fields = {"ToUserName": self.original_id, "FromUserName": resident.openid, **fields}
        push = await self.pusher.push(resident.openid, whole)
        self.pushes.append(push)
        trouble = "; ".join(push.troubles) if push.answer is None else ""
        try:
            seen = passive.said(self, push)
        except passive.Wrong as wrong:
            seen, trouble = None, str(wrong)
        if trouble and not self.pusher.gone.is_set():
            self.failures.append(f"{resident!r} {push!r}: {trouble}")
            seen = Seen("fault", "text", self.clock(), OUT_OF_ORDER)
        if seen and not quiet:
            self.shows(resident, seen)
        self.changed()
        return push

    def later(self, resident: Resident, fields: Fields) -> None:
        """Push an event nobody waits for, beside whatever is going on."""

        async def errand() -> None:
            await self.push(resident, fields, quiet=True)

        task = asyncio.get_running_loop().create_task(errand())
        self.errands.add(task)
        task.add_done_callback(self.errands.discard)
