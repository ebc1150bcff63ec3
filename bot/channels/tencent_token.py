"""The access token: kept in the database, fetched by one process at a time, asked anew some minutes before its end.

A token the platform refuses is asked for again once, and only if the platform gives the very same one back is it made
to give another: forcing takes it from everybody who still uses the old one, and is allowed 20 times a day.
Sources: https://developers.weixin.qq.com/doc/service/api/base/api_getstableaccesstoken and
https://developer.work.weixin.qq.com/document/path/91039.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import structlog

from bot.channels.tencent_errors import Lost, NotAnswered, TencentError
from bot.clock import WallClock
from storage.database import Store
from storage.errors import StorageFailed
from storage.records import HOUR, MINUTE, SECOND, Instant, Span

log = structlog.get_logger(__name__)

AHEAD: Span = 4 * MINUTE
"""WeChat gives the next token out 5 minutes before the end of the last, and takes both for that time."""
SOON: Span = 30 * SECOND
"""Between two askings for a token that is still good, and between two forced ones, as WeChat demands."""
LONGEST: Span = 24 * HOUR
PATIENCE = 12.0
"""Seconds for a token, whoever fetches it."""
LOOK_AGAIN = 0.1
"""Seconds after which it is looked whether another process has fetched the token by now."""

Ask = Callable[[bool], Awaitable[dict[str, Any]]]
"""Asks the platform for a token; True: for another than the last."""


@dataclass(frozen=True, slots=True)
class Token:
    """`ends`: it is taken before that; `renew`: ask for the next one from then on; `forced`: when one was last forced."""

    words: str
    ends: Instant
    renew: Instant
    forced: Instant = 0

    def __repr__(self) -> str:
        return f"Token(***, ends={self.ends})"

    def as_text(self) -> str:
        return json.dumps(
            {"token": self.words, "ends": self.ends, "renew": self.renew, "forced": self.forced}
        )

    @classmethod
    def of(cls, text: str | None) -> Token | None:
        """What as_text() wrote; None for nothing, or for what another version wrote."""
        try:
            kept = json.loads(text or "")
            return cls(str(kept["token"]), int(kept["ends"]), int(kept["renew"]), int(kept["forced"]))
        except (ValueError, TypeError, KeyError):
            return None


class TokenKeeper:
    """Has the token of one app. `name`: what it is called in the database; it tells apart platforms and apps."""

    def __init__(self, platform: str, name: str, store: Store, ask: Ask, wall: WallClock) -> None:
        self._platform = platform
        self._name = name
        self._store = store
        self._ask = ask
        self._wall = wall
        self._known: Token | None = None
        self._getting: dict[str, asyncio.Task[Token]] = {}

    async def get(self, refused: str = "") -> str:
        """Return a token that should be good; `refused`: the one the platform has just not taken.

        Raises TencentError. However many ask at once, one of them asks the platform.
        """
        now, known = self._wall.now(), self._known
        if known is not None and known.words != refused and now < known.renew:
            return known.words
        task = self._getting.get(refused)
        if task is None:
            task = self._getting[refused] = asyncio.create_task(self._get(refused), name=self._name)
            task.add_done_callback(partial(self._got, refused))
        try:
            # Whoever stops waiting does not stop it for the others.
            return (await asyncio.shield(task)).words
        except TencentError as failed:
            if known is None or known.words == refused or self._wall.now() >= known.ends:
                raise
            log.warning("the next token could not be had; the last one is still good", why=str(failed))
            return known.words

    async def prove(self) -> None:
        """Ask the platform for a token whatever is kept: it looks at our id and secret. Raises TencentError."""
        self._read(await self._ask(False), 0)

    async def close(self) -> None:
        """Nobody waits for a token any more."""
        for task in (tasks := list(self._getting.values())):
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _got(self, refused: str, task: asyncio.Task[Token]) -> None:
        self._getting.pop(refused, None)
        if not task.cancelled():
            task.exception()  # looked at, because all who asked may have stopped waiting

    async def _get(self, refused: str) -> Token:
        try:
            async with asyncio.timeout(PATIENCE):
                while (token := await self._in_turn(refused)) is None:  # noqa: ASYNC110 - another process has it
                    await asyncio.sleep(LOOK_AGAIN)
        except StorageFailed as failed:
            words = f"{self._platform}: no token, the database is away: {failed}"
            raise NotAnswered(self._platform, words, Lost.UNSENT) from failed
        except TimeoutError:
            words = f"{self._platform}: no token within {PATIENCE:.0f} s"
            raise NotAnswered(self._platform, words, Lost.UNSENT) from None
        self._known = token
        return token

    async def _in_turn(self, refused: str) -> Token | None:
        """Return what is kept when that will do, else what the platform gives; None while another process asks it."""
        kept = await self._kept()
        if self._will_do(kept, refused):
            return kept
        claim = await self._store.claim(f"token/{self._platform}")
        if claim is None:
            return None
        try:
            # Another process may have fetched it in the meantime.
            kept = await self._kept()
            if self._will_do(kept, refused):
                return kept
            token = await self._fetch(refused, kept.forced if kept else 0)
            async with self._store.turn() as turn:
                await turn.tokens.set(self._name, token.as_text())
        finally:
            await claim.release()
        log.info("a new token", platform=self._platform, minutes=(token.ends - self._wall.now()) // MINUTE)
        return token

    async def _kept(self) -> Token | None:
        async with self._store.view() as view:
            return Token.of(await view.tokens.get(self._name))

    def _will_do(self, kept: Token | None, refused: str) -> bool:
        now = self._wall.now()
        return kept is not None and kept.words != refused and now < kept.renew <= now + LONGEST

    async def _fetch(self, refused: str, forced: Instant) -> Token:
        token = self._read(await self._ask(False), forced)
        if token.words != refused:
            return token
        if self._wall.now() - forced < SOON:
            words = f"{self._platform}: the token was refused again right after a new one was forced"
            raise NotAnswered(self._platform, words, Lost.ELSEWHERE)
        return self._read(await self._ask(True), self._wall.now())

    def _read(self, answer: dict[str, Any], forced: Instant) -> Token:
        words, seconds = answer.get("access_token"), answer.get("expires_in")
        # Not isinstance(): True is an int as well.
        if not (
            isinstance(words, str) and words and type(seconds) is int and 0 < seconds * SECOND <= LONGEST
        ):
            raise NotAnswered(self._platform, f"{self._platform}: an answer without a token", Lost.ELSEWHERE)
        now = self._wall.now()
        ends = now + seconds * SECOND
        return Token(words, ends, max(ends - AHEAD, now + min(SOON, seconds * SECOND)), forced)
