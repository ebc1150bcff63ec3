"""The test server: WeChat with one service account, listening on 127.0.0.1.

async with WeChatServer() as wechat:
    wechat.url = "http://127.0.0.1:8080/wechat"
    mei = wechat.resident("oMei", "梅姨")
    await mei.says("3号楼电梯停了")
    assert "1024" in mei.last.text
"""

from __future__ import annotations

import asyncio
import time

from aiohttp import web

from tests.platforms.watching import Watching
from tests.platforms.wechat.envelope import Envelope
from tests.platforms.wechat.faults import Faults
from tests.platforms.wechat.protocol import Call, Protocol
from tests.platforms.wechat.pusher import Push
from tests.platforms.wechat.refusals import JSON
from tests.platforms.wechat.residents import Resident
from tests.platforms.wechat.tokens import Tokens
from tests.platforms.wechat.world import Clock, World

APPID = "wx5823bf96d3bd56c7"
SECRET = "0b1f6a3d9c2e48f7a5b6c7d8e9f00112"
TOKEN = "HuyingOnlyForTests"
AES_KEY = "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C"
ORIGINAL_ID = "gh_7f083739789a"


class WeChatServer(Watching):
    """One service account's WeChat. `clock` gives seconds since 1970 and rules dates, windows, tokens and media.

    `wall` is the time on the door (the signatures' timestamps), which programs compare with their machine's clock.
    `aes_key=None`: plaintext mode. `url`: where the account's program takes pushes.
    """

    world: World

    def __init__(
        self,
        *,
        appid: str = APPID,
        secret: str = SECRET,
        token: str = TOKEN,
        aes_key: str | None = AES_KEY,
        original_id: str = ORIGINAL_ID,
        url: str = "",
        port: int = 0,
        clock: Clock = time.time,
        wall: Clock = time.time,
    ) -> None:
        self.appid, self.secret, self.token, self.aes_key = appid, secret, token, aes_key
        self.port = port
        envelope = Envelope(token, appid, aes_key)
        self.world = World(original_id, envelope, Tokens(appid, secret, clock), clock, wall)
        self.pusher = self.world.pusher
        self.url = url
        self.faults = Faults()
        self.calls: list[Call] = []
        self._runner: web.AppRunner | None = None

    async def __aenter__(self) -> WeChatServer:
        await self.start()
        return self

    async def __aexit__(self, *trouble: object) -> None:
        await self.stop()

    async def start(self) -> None:
        """Listen; after `stop` on the same port as before, with everything as it was."""
        self._runner = web.AppRunner(
            Protocol(self).app, access_log=None, shutdown_timeout=0.1, handler_cancellation=True
        )
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self.port, reuse_address=True)
        await site.start()
        self.port = self._runner.addresses[0][1]
        self.world.api = f"http://127.0.0.1:{self.port}"
        self.pusher.start()

    async def stop(self) -> None:
        """Be gone, as in an outage: nothing listens, open calls end, nothing is pushed."""
        errands = list(self.world.errands)
        for errand in errands:
            errand.cancel()
        await asyncio.gather(*errands, return_exceptions=True)
        await self.pusher.stop()
        if self._runner:
            await self._runner.cleanup()
        self._runner = None

    @property
    def api(self) -> str:
        """The address that stands for https://api.weixin.qq.com."""
        return self.world.api

    @property
    def url(self) -> str:
        return self.pusher.url

    @url.setter
    def url(self, url: str) -> None:
        self.pusher.url = url

    async def verify(self) -> None:
        """Save the address as the account's administrator does. Raises AssertionError when WeChat would not take it."""
        await self.pusher.verify()

    # The world ----------------------------------------------------------------------------------------------------

    def resident(self, openid: str, name: str, *, following: bool = True) -> Resident:
        """Add somebody. `following`: they follow the account already, since long ago: no window is open."""
        resident = Resident(self.world, openid, name, following=following)
        self.world.residents[openid] = resident
        return resident

    def rotate(self) -> None:
        """Replace the access tokens behind the program's back; what it holds is refused from now on (40001)."""
        self.world.tokens.rotate()

    # What happened ------------------------------------------------------------------------------------------------

    @property
    def refusals(self) -> list[Call]:
        """The calls WeChat refused by itself, not by a test's order."""
        return [call for call in self.calls if call.refusal and not call.ordered]

    @property
    def failures(self) -> list[str]:
        """Pushes the program did not answer, or answered with what WeChat does not take."""
        return self.world.failures

    @property
    def pushes(self) -> list[Push]:
        """What residents did, as far as it is over."""
        return self.world.pushes

    def calls_of(self, path: str, openid: str | None = None) -> list[Call]:
        """Return the calls of one path ("message/custom/send"), to one resident if given, oldest first."""
        return [call for call in self.calls if call.path == path and openid in (None, call.openid)]

    def scene(self) -> str:
        """Tell what stands in every chat, what failed and the last calls, for a failing test."""
        chats = (f"— {who!r}\n{who.text}" for who in self.world.residents.values() if who.chat)
        calls = "\n".join(repr(call)[:300] for call in self.calls[-8:])
        return "\n".join([*chats, f"— failures: {self.failures}; last calls:", calls])

    def log(self, call: Call) -> None:
        self.calls.append(call)
        self.world.changed()

    def settings(self) -> dict[str, str]:
        """Return Huying's settings for this account."""
        said: JSON = {
            "APPID": self.appid,
            "SECRET": self.secret,
            "TOKEN": self.token,
            "AES_KEY": self.aes_key,
        }
        said |= {"API": self.api, "TEMPLATE": self.world.templates.work_order.id}
        return {f"HUYING_WECHAT_{name}": str(value) for name, value in said.items() if value}
