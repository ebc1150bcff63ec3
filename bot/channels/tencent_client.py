"""Calls of Tencent's API: each waited for a bounded time, in threads of the platform's own, every refusal in words.

wechatpy makes the requests and reads the answers; whatever it raises ends here, because it carries addresses with
tokens in them.
"""

from __future__ import annotations

import asyncio
import json as json_
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import requests
import wechatpy
import wechatpy.enterprise
from wechatpy.client.base import BaseWeChatClient
from wechatpy.exceptions import WeChatClientException

from bot.channels.tencent_errors import TOKEN_REFUSED, Lost, NotAnswered, TencentError, refused
from bot.channels.tencent_http import CONNECT_SECONDS, READ_SECONDS, Hands, Job, Session, Stopping, TooMuch
from bot.channels.tencent_token import TokenKeeper
from bot.clock import SystemClock, WallClock
from bot.config import WeChat, WeCom
from storage.database import Store

CALL_SECONDS = 12.0
"""For one request and the wait for a free thread: as long as connecting and the first byte may take. With a token to be
fetched before it, a letter is still within the 25 s that delivery gives it."""
FILE_SECONDS = 60.0
"""The same where a file goes up or comes down."""
ANSWER_BYTES = 1024 * 1024
FINAL = frozenset({404, 413})
"""What the machines before Tencent say that will not be otherwise next time: no such interface, and too heavy."""
STOPPING = "we are stopping"
FILE_BYTES = 20 * 1024 * 1024
"""Above anything a resident can send: Tencent gives no temporary file of more than 20 MB."""

Files = Mapping[str, tuple[str, bytes, str]]
"""Form fields with a file each: its name, its bytes, its type."""


class ServiceClient(wechatpy.WeChatClient):  # type: ignore[misc]  # wechatpy has no types
    """wechatpy for a service account, at the address given."""

    def fetch_access_token(self) -> None:
        raise AssertionError("the token comes from TokenKeeper")


class WorkClient(wechatpy.enterprise.WeChatClient):  # type: ignore[misc]  # wechatpy has no types
    """wechatpy for a WeCom app, at the address given."""

    def fetch_access_token(self) -> None:
        raise AssertionError("the token comes from TokenKeeper")


class Caller:
    """Calls one platform's API. `keeper`: None where no token is needed, as for the group robot alone."""

    def __init__(self, platform: str, client: BaseWeChatClient, api: str) -> None:
        self.platform = platform
        self.api = api
        self.keeper: TokenKeeper | None = None
        self._client = client
        self._client.API_BASE_URL = api
        self._client._http = Session(api)
        self._hands = Hands(platform)

    async def call(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, str | int] | None = None,
        json: Mapping[str, Any] | None = None,
        files: Files | None = None,
        with_token: bool = True,
    ) -> dict[str, Any]:
        """Return what the platform answers to `method` (GET, POST) at `path` (`/cgi-bin/…`; or, without the token, a
        whole address the platform gave us). Raises TencentError."""
        request: dict[str, Any] = {"largest": ANSWER_BYTES}
        if json is not None:
            # As it is, because escapes are refused; half a character, which somebody's phone cut, becomes a mark.
            request["data"] = json_.dumps(json, ensure_ascii=False).encode("utf-8", "replace")
            request["headers"] = {"Content-Type": "application/json"}
        if files is not None:
            request["files"] = dict(files)
        seconds = CALL_SECONDS if files is None else FILE_SECONDS
        answer = await self._answer(method, path, params, request, seconds, with_token)
        if not isinstance(answer, dict):
            raise self._unreadable(path, answer)
        return answer

    async def download(self, path: str, params: Mapping[str, str | int]) -> bytes:
        """Return a file. Raises TencentError."""
        answer = await self._answer("GET", path, params, {"largest": FILE_BYTES}, FILE_SECONDS, True)
        if not isinstance(answer, requests.Response):
            raise self._not_answered(path, "no file in the answer", Lost.ELSEWHERE)
        return answer.content

    async def close(self) -> None:
        """Break off what hangs; nobody is waited for."""
        self._hands.close()
        if self.keeper is not None:
            await self.keeper.close()
        self._client._http.close()

    # --- one call --------------------------------------------------------------------------------------------------

    async def _answer(
        self,
        method: str,
        path: str,
        params: Mapping[str, str | int] | None,
        request: dict[str, Any],
        seconds: float,
        with_token: bool,
    ) -> Any:
        """One request; with a token that is refused, one more with another token."""
        ask = {"GET": self._client.get, "POST": self._client.post}[method]
        request["timeout"] = (CONNECT_SECONDS, READ_SECONDS)
        if not with_token or self.keeper is None:
            # As pairs, because wechatpy adds a token of its own to a mapping that has none.
            pairs = list((params or {}).items())
            return await self._wait(path, partial(ask, path, params=pairs, **request), seconds)
        if not path.startswith("/"):
            raise ValueError("the token goes to the platform's own address only")

        async def once(token: str) -> Any:
            given = {**(params or {}), "access_token": token}
            return await self._wait(path, partial(ask, path, params=given, **request), seconds)

        token = await self.keeper.get()
        try:
            return await once(token)
        except TencentError as failed:
            if failed.number not in TOKEN_REFUSED:
                raise
        return await once(await self.keeper.get(refused=token))

    async def _wait(self, path: str, ask: Callable[[], Any], seconds: float) -> Any:
        try:
            job = self._hands.do(ask)
        except Stopping:
            raise self._not_answered(path, STOPPING, Lost.UNSENT) from None
        waiting = asyncio.wrap_future(job.future)
        sent = False
        try:
            await asyncio.wait({waiting}, timeout=seconds)
        finally:
            late = not waiting.done()
            if late:
                waiting.cancel()
                sent = job.break_off()
        if late:
            lost = Lost.UNSURE if sent else Lost.UNSENT
            raise self._not_answered(path, f"no answer within {seconds:.0f} s", lost)
        broken = waiting.exception()
        if broken is not None:
            # A new error, so that nothing that knows the whole address hangs on to it.
            raise self._told(path, broken, job)
        return waiting.result()

    def _told(self, path: str, failed: BaseException, job: Job) -> TencentError:
        """Return what went wrong, in words without addresses."""
        match failed:
            case WeChatClientException(errcode=int(number)):
                return refused(self.platform, number, str(failed.errmsg), path_only(path))
            case WeChatClientException() if failed.response.status_code in FINAL:
                return refused(self.platform, failed.response.status_code, "HTTP", path_only(path))
            case WeChatClientException():
                status = failed.response.status_code
                lost = Lost.UNSURE if status == 504 else Lost.ELSEWHERE
                return self._not_answered(path, f"HTTP {status}", lost)
            case TooMuch():
                words = str(failed)
            case Stopping():
                words = STOPPING
            case requests.exceptions.Timeout():
                words = "no answer in time" if job.sent else "no connection in time"
            case requests.exceptions.ConnectionError():
                words = "the connection broke" if job.sent else "no connection"
            case _:
                words = type(failed).__name__
        return self._not_answered(path, words, Lost.UNSURE if job.sent else Lost.UNSENT)

    def _unreadable(self, path: str, answer: Any) -> TencentError:
        """What is no JSON at all came from something else in Tencent's place; half of one is half of Tencent's yes."""
        content = answer.content if isinstance(answer, requests.Response) else b""
        lost = Lost.UNSURE if content.lstrip().startswith(b"{") else Lost.ELSEWHERE
        return self._not_answered(path, "an answer not in Tencent's words", lost)

    def _not_answered(self, path: str, words: str, lost: Lost) -> NotAnswered:
        sent = "" if lost is not Lost.UNSENT else "; nothing was sent"
        return NotAnswered(
            self.platform, f"{self.platform} {path_only(path)}: {words}{sent}", lost, path_only(path)
        )


def path_only(path: str) -> str:
    """What may be told of an address: nothing of what stands behind its question mark."""
    return path.partition("?")[0]


def wechat_caller(settings: WeChat, store: Store, wall: WallClock | None = None) -> Caller:
    """Return the caller of a service account."""
    caller = Caller("wechat", ServiceClient(settings.appid, "", auto_retry=False), settings.api)

    async def ask(force: bool) -> dict[str, Any]:
        body = {"grant_type": "client_credential", "appid": settings.appid, "force_refresh": force}
        body["secret"] = settings.secret.reveal()
        return await caller.call("POST", "/cgi-bin/stable_token", json=body, with_token=False)

    name = f"wechat/token/{settings.appid}"
    caller.keeper = TokenKeeper("wechat", name, store, ask, wall or SystemClock())
    return caller


def wecom_caller(settings: WeCom, store: Store, wall: WallClock | None = None) -> Caller:
    """Return the caller of a WeCom app. WeCom cannot be forced: a token it took back is replaced by asking again."""
    caller = bare_caller("wecom", settings.api)

    async def ask(force: bool) -> dict[str, Any]:
        who = {"corpid": settings.corpid, "corpsecret": settings.secret.reveal()}
        return await caller.call("GET", "/cgi-bin/gettoken", params=who, with_token=False)

    name = f"wecom/token/{settings.corpid}/{settings.agentid}"
    caller.keeper = TokenKeeper("wecom", name, store, ask, wall or SystemClock())
    return caller


def bare_caller(platform: str, api: str) -> Caller:
    """Return a caller without a token: for the group robot's answers and the groups' webhooks."""
    return Caller(platform, WorkClient("", "", auto_retry=False), api)
