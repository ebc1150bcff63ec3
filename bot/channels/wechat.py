"""A WeChat service account as a channel: a customer-service message while a window is open, else a template message or a
subscription notice.

WeChat counts what may be said to a person; we count with it (storage/windows.py), so that the last place is there for
what matters most. What fits nowhere is untold: it is kept for when they speak again.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import uuid
from collections.abc import Mapping
from typing import Any, Protocol

import structlog

from bot.channels.tencent_client import Caller
from bot.channels.tencent_errors import Lost, NotAnswered, TencentError, refusal, unknown_there
from bot.channels.wechat_notice import UNLISTED, Notice, find_notice, hidden
from bot.channels.wechat_parse import PLATFORM
from bot.channels.wechat_template import USUAL, filled
from bot.channels.wechat_write import menu_of, text_of
from bot.clock import WallClock
from handlers.messages import NotDelivered, Outgoing, Weight, Window
from storage.database import Store
from storage.records import Address

log = structlog.get_logger(__name__)

MOST_PHOTOS = 3
REMEMBERED = 256
PHOTO_TYPES = {b"\xff\xd8": "jpg", b"\x89P": "png", b"GI": "gif"}

WINDOW_OVER = {45015: "window_over", 45047: "quota_used"}
"""Nothing may be said now, and why, in the words of the ledger (handlers/story.py)."""
NO_MENU = frozenset({40008, 40033, 45002, 47001, 48001, 48008})
"""A menu is not taken as it is; words may be."""


class Photos(Protocol):
    """Where the bytes of kept photos lie: storage.media.MediaFolder."""

    def open(self, sha256: str) -> bytes:
        """Return the bytes. Raises OSError when they are not there."""
        ...


class WeChatChannel:
    """One service account. `template`: the id of its template message or subscription notice, None: it has none; `zone`:
    of the times in it.

    The id that send() returns begins with how it went: `kefu:`, `template:` or `subscribe:`.
    """

    platform = PLATFORM

    def __init__(
        self,
        caller: Caller,
        store: Store,
        clock: WallClock,
        *,
        template: str | None = None,
        photos: Photos | None = None,
        zone: str = "Asia/Shanghai",
    ) -> None:
        self.caller = caller
        self._store = store
        self._clock = clock
        self._template = template
        self._notice: Notice | None = None
        self._photos = photos
        self._zone = zone
        self._shown: dict[tuple[Address, tuple[str, ...]], int] = {}

    async def close(self) -> None:
        await self.caller.close()

    async def ping(self) -> None:
        """Ask something harmless. Raises NotDelivered while WeChat does not answer."""
        try:
            await self.caller.call("GET", "/cgi-bin/getcallbackip")
        except TencentError as failed:
            if not unknown_there(failed):
                raise refusal(failed) from failed

    async def fetch(self, ref: str) -> bytes:
        """Return the bytes of a photo or voice; WeChat keeps them for three days. Raises NotDelivered."""
        try:
            return await self.caller.download("/cgi-bin/media/get", {"media_id": ref})
        except TencentError as failed:
            raise refusal(failed, fetching=True) from failed

    async def send(self, out: Outgoing) -> str:
        """Say it, in the way that is open now; return how it went and the message's number.

        Nothing said here can be changed, so a change that is not worth a message of its own is not said. Raises
        NotDelivered, `untold` when nothing may be said to them.
        """
        if out.edit and not out.anew:
            return out.edit
        window = await self._take(out.to, out.weight)
        if window is None:
            return await self._by_notice(out, await self._why_shut(out.to))
        try:
            await self._show_photos(out)
            await self._say(out)
        except TencentError as failed:
            if failed.number in WINDOW_OVER:
                await self._close_windows(out.to)
                return await self._by_notice(out, WINDOW_OVER[failed.number])
            if not_taken(failed):
                await self._give_back(out.to, window)
            raise refusal(failed) from failed
        self._shown.pop((out.to, out.photos), None)
        return f"kefu:{uuid.uuid4().hex[:12]}"

    # --- customer-service messages ---------------------------------------------------------------------------------

    async def _say(self, out: Outgoing) -> None:
        menu = menu_of(out)
        if menu is not None:
            try:
                await self._custom(out.to, menu)
                return
            except TencentError as failed:
                if failed.number not in NO_MENU:
                    raise
                log.warning("wechat takes no menu; it is said in words", why=str(failed))
        await self._custom(out.to, text_of(out))

    async def _custom(self, to: Address, message: Mapping[str, Any]) -> None:
        await self.caller.call(
            "POST", "/cgi-bin/message/custom/send", json={"touser": openid_of(to), **message}
        )

    async def _show_photos(self, out: Outgoing) -> None:
        """Show the first few before the words, as long as two more things may be said besides; a lost one holds back
        no words."""
        while len(self._shown) >= REMEMBERED:
            del self._shown[next(iter(self._shown))]
        photos = out.photos[:MOST_PHOTOS]
        for sha256 in photos[self._shown.get((out.to, out.photos), 0) :]:
            content = await self._content(sha256)
            window = await self._take(out.to, Weight.LITTLE) if content else None
            if content is None or window is None:
                return
            try:
                await self._show(out.to, content)
            except TencentError as failed:
                if failed.number in WINDOW_OVER:
                    raise
                if not_taken(failed):
                    await self._give_back(out.to, window)
                log.warning("a photo was not taken; the words go alone", why=str(failed))
                return
            # What is said twice because its words failed shows its photos once.
            self._shown[out.to, out.photos] = self._shown.get((out.to, out.photos), 0) + 1

    async def _content(self, sha256: str) -> bytes | None:
        if self._photos is None:
            return None
        try:
            return await asyncio.to_thread(self._photos.open, sha256)
        except OSError as lost:
            log.warning("a photo cannot be read", sha256=sha256, why=str(lost))
            return None

    async def _show(self, to: Address, content: bytes) -> None:
        suffix = PHOTO_TYPES.get(content[:2], "jpg")
        kind = "image/jpeg" if suffix == "jpg" else f"image/{suffix}"
        answer = await self.caller.call(
            "POST",
            "/cgi-bin/media/upload",
            params={"type": "image"},
            files={"media": (f"photo.{suffix}", content, kind)},
        )
        await self._custom(to, {"msgtype": "image", "image": {"media_id": answer.get("media_id", "")}})

    # --- template messages and subscription notices ------------------------------------------------------------------

    async def _by_notice(self, out: Outgoing, shut: str) -> str:
        """Say what it is about in the form the account has. Raises NotDelivered, untold where there is none for it: `shut`
        is why nothing else may be said."""
        if self._template is None or out.gist is None:
            raise NotDelivered(shut, untold=True)
        try:
            notice = await self._found_notice(self._template)
            data = filled(notice.fields or USUAL, out.gist, self._zone)
            message = {"touser": openid_of(out.to), "template_id": self._template, "data": data}
            if notice.way == "template":
                # Of two with one number within ten minutes WeChat sends one: a lost answer repeats nothing.
                message["client_msg_id"] = fingerprint(out.to, data)
            answer = await self.caller.call("POST", notice.path, json=message)
        except TencentError as failed:
            told = refusal(failed)
            if told.untold:
                log.warning("the template was not taken", why=str(failed))
                raise NotDelivered(shut, untold=True) from failed
            raise told from failed
        # Of a subscription notice WeChat tells no number.
        number = answer.get("msgid", "") if notice.way == "template" else uuid.uuid4().hex[:12]
        return f"{notice.way}:{number}"

    async def _found_notice(self, template: str) -> Notice:
        """Return the account's form, asked for once; where no list tells it, a template message, and where its list does
        not tell its fields, those that most templates of old had: whether it takes them WeChat itself says. Raises
        TencentError."""
        if self._notice is None:
            try:
                self._notice = await find_notice(self.caller, template)
            except TencentError as failed:
                if not hidden(failed):
                    raise
        if self._notice is None:
            log.warning("none of the account's lists has such a template", template=template)
        return self._notice or UNLISTED

    # --- windows ---------------------------------------------------------------------------------------------------

    async def _take(self, chat: Address, weight: Weight) -> Window | None:
        async with self._store.turn() as turn:
            return await turn.windows.take(chat, weight, self._clock.now())

    async def _why_shut(self, chat: Address) -> str:
        async with self._store.view() as view:
            return "quota_used" if await view.windows.any_open(chat, self._clock.now()) else "window_over"

    async def _give_back(self, chat: Address, window: Window) -> None:
        async with self._store.turn() as turn:
            await turn.windows.give_back(chat, window)

    async def _close_windows(self, chat: Address) -> None:
        """WeChat says that nothing may be said any more: it has counted, or forgotten, what we have not."""
        now = self._clock.now()
        async with self._store.turn() as turn:
            for kind in ("touch", "talk"):
                turn.windows.open(chat, Window(kind, now, 0))


def openid_of(chat: Address) -> str:
    return chat.partition(":")[2]


def not_taken(failed: TencentError) -> bool:
    """True when WeChat surely did not do it."""
    return not (isinstance(failed, NotAnswered) and failed.lost is Lost.UNSURE)


def fingerprint(to: Address, data: Mapping[str, Any]) -> str:
    """Return 32 characters that are the same for the same words to the same person."""
    return hashlib.sha256(f"{to} {json.dumps(data, sort_keys=True)}".encode()).hexdigest()[:32]
