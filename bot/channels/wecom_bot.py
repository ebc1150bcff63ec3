"""The group robot speaks: what could not go back with the response goes by a response_url, one message to each.

It also brings what people showed it. Source: developer.work.weixin.qq.com/document/path/101138, /100719.
"""

from __future__ import annotations

import base64
import hashlib
from urllib.parse import urlsplit

import structlog
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from bot.channels.tencent_client import Caller
from bot.channels.tencent_errors import Lost, NotAnswered, TencentError, meaning, unknown_there
from bot.channels.tencent_http import this_machine
from bot.channels.tencent_numbers import Then
from bot.channels.wecom_bot_parse import FROM_ROBOT
from bot.channels.wecom_bot_write import later
from bot.channels.wecom_parse import PLATFORM
from bot.clock import WallClock
from bot.secret import Secret
from handlers.messages import NotDelivered, Outgoing, Window
from handlers.plainly import plain_words
from storage.database import Store

log = structlog.get_logger(__name__)

TENCENT = (".weixin.qq.com",)
PICTURES = (*TENCENT, ".myqcloud.com", ".qpic.cn")
"""Whose machines answer, and on whose pictures lie."""
BLOCK = 32


class Robot:
    """One robot. `caller` asks without a token; `api`: WeCom's own address, of which response_urls are."""

    def __init__(self, caller: Caller, aes_key: Secret, api: str, store: Store, clock: WallClock) -> None:
        self.caller = caller
        self._key = base64.b64decode(f"{aes_key.reveal()}=")
        self._api = api
        self._store = store
        self._clock = clock

    async def tell(self, out: Outgoing, *, among: bool) -> str:
        """Say it where somebody has spoken within the hour; return `reply:` and a number. `among`: in a group, where it
        hears only who calls it by its name.

        Nothing the robot has said can be changed. Raises NotDelivered, `untold` when it may not speak, and TencentError.
        """
        if out.edit and not out.anew:
            return out.edit
        if out.caption:
            return ""  # it shows no pictures
        said = later(plain_words(out, out.language, among=among))
        while (window := await self._take(out)) is not None:
            if not is_theirs(window.data, self._api, TENCENT):
                log.warning("a response_url of somebody else's is not called")
                continue
            try:
                await self.caller.call("POST", window.data, json=said, with_token=False)
            except TencentError as failed:
                if isinstance(failed, NotAnswered):
                    if failed.lost is not Lost.UNSURE:
                        await self._give_back(out, window)
                    raise
                if meaning(PLATFORM, failed.number).then not in (Then.LETTER, Then.NOWHERE):
                    await self._give_back(out, window)
                    raise
                log.info("a response_url takes nothing any more", why=str(failed))
            else:
                return f"reply:{hashlib.sha256(window.data.encode()).hexdigest()[:12]}"
        raise NotDelivered("window_over", untold=True)

    async def fetch(self, ref: str) -> bytes:
        """Return a picture or file as it was before it was encrypted for us; it lies there for five minutes.

        Raises TencentError, and NotDelivered for what is not WeCom's or cannot be opened.
        """
        url = ref.removeprefix(FROM_ROBOT)
        if not is_theirs(url, self._api, PICTURES):
            raise NotDelivered("a file that does not lie with WeCom", forever=True)
        try:
            return self._opened(await self.caller.download(url, {}))
        except TencentError as failed:
            if unknown_there(failed):
                raise NotDelivered("a file that does not lie there any more", forever=True) from failed
            raise

    def _opened(self, sealed: bytes) -> bytes:
        if not sealed or len(sealed) % 16:
            raise NotDelivered("a file that was cut short", forever=True)
        reading = Cipher(algorithms.AES(self._key), modes.CBC(self._key[:16])).decryptor()
        padded = reading.update(sealed) + reading.finalize()
        padding = padded[-1]
        if not 1 <= padding <= BLOCK or not padded.endswith(bytes((padding,)) * padding):
            raise NotDelivered("a file that was not encrypted for us", forever=True)
        return padded[:-padding]

    async def _take(self, out: Outgoing) -> Window | None:
        async with self._store.turn() as turn:
            return await turn.windows.take(out.to, out.weight, self._clock.now())

    async def _give_back(self, out: Outgoing, window: Window) -> None:
        async with self._store.turn() as turn:
            await turn.windows.give_back(out.to, window)


def is_theirs(url: str, api: str, domains: tuple[str, ...]) -> bool:
    """Say whether the address is WeCom's: on its own machines, or where its `api` is set to be. One on this very machine,
    as a proxy or a trial is, may have its other addresses here as well."""
    try:
        asked, there = urlsplit(url), urlsplit(api)
        host, home = asked.hostname or "", there.hostname or ""
    except ValueError:
        return False
    if asked.scheme == "https" and f".{host}".endswith(domains):
        return True
    return asked[:2] == there[:2] or (asked.scheme == "http" and this_machine(host) and this_machine(home))
