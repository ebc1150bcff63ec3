"""A WeCom app speaks to its members and to the groups it has made: cards that can be changed, texts, pictures.

What WeCom lets be done to a card that stands is kept like what may be said in a chat (storage/windows.py): each code it
gives lets the card be changed once within 72 hours, one comes when the card is sent and one with each press; and within
24 hours it can be taken back.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import uuid
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, Protocol

import structlog

from bot.channels.tencent_client import Caller
from bot.channels.tencent_errors import NotAnswered, TencentError, meaning
from bot.channels.tencent_numbers import Then
from bot.channels.wecom_parse import PLATFORM
from bot.channels.wecom_write import Card, Draft, draft, plain
from bot.channels.wecom_write import card as card_of
from bot.clock import WallClock
from handlers.messages import Outgoing, Weight, Window
from handlers.wording import text
from storage.database import Store
from storage.records import HOUR, MINUTE, Address, Instant, Span, address

log = structlog.get_logger(__name__)

CHANGED_WITHIN: Span = 72 * HOUR - MINUTE
TAKEN_BACK_WITHIN: Span = 24 * HOUR - MINUTE
MEDIA_LAST: Span = 71 * HOUR
"""An uploaded picture may be sent for three days."""
REMEMBERED = 256


class Photos(Protocol):
    """Where the bytes of kept photos lie: storage.media.MediaFolder."""

    def open(self, sha256: str) -> bytes:
        """Return the bytes. Raises OSError when they are not there."""
        ...


class App:
    """One app of the company. `caller` asks as it; `clock` is the field's, by which WeCom's codes end for us."""

    def __init__(self, caller: Caller, agentid: int, store: Store, photos: Photos, clock: WallClock) -> None:
        self.caller = caller
        self._agentid = agentid
        self._store = store
        self._photos = photos
        self._clock = clock
        self._uploaded: OrderedDict[str, tuple[str, Instant]] = OrderedDict()
        self._said: OrderedDict[tuple[Address, Draft], int] = OrderedDict()

    # --- to a member -----------------------------------------------------------------------------------------------

    async def tell(self, out: Outgoing) -> str:
        """Say it, or change the card `out.edit` names; return the card's task, or the message's number.

        Raises TencentError, NotDelivered.
        """
        if out.edit is None:
            return await self._tell(out, draft(out))
        if await self._change(out, out.edit):
            return out.edit
        if not out.anew:
            return out.edit
        message = await self._tell(replace(out, edit=None), draft(out))
        # Only now: a card that was taken away before the new one stands would leave nothing there.
        await self._take_back(out.edit)
        return message

    async def _tell(self, out: Outgoing, what: Draft) -> str:
        task = uuid.uuid4().hex
        answer: dict[str, Any] = {}
        touser = {"touser": _own(out.to), "agentid": self._agentid}

        async def speak(message: dict[str, Any]) -> None:
            answer.update(await self.caller.call("POST", "/cgi-bin/message/send", json=touser | message))

        card: list[dict[str, Any]] = []
        if what.card is not None:
            card.append({"msgtype": "template_card", "template_card": what.card | {"task_id": task}})
        await self._in_order(out.to, what, speak, card)
        if what.card is None:
            return str(answer.get("msgid", ""))
        now = self._clock.now()
        async with self._store.turn() as turn:
            if code := answer.get("response_code"):
                turn.windows.open(changing(task), kept(what.card, str(code), now + CHANGED_WITHIN))
            if sent := answer.get("msgid"):
                turn.windows.open(taking_back(task), Window("reply", now + TAKEN_BACK_WITHIN, 1, str(sent)))
        return task

    async def _in_order(
        self, to: Address, what: Draft, speak: Callable[[dict[str, Any]], Any], last: Sequence[dict[str, Any]]
    ) -> None:
        """Say the parts of a letter one after the other; of one that broke off, the parts that are not there yet."""
        texts = [{"msgtype": "text", "text": {"content": words}} for words in what.texts]
        steps: list[str | dict[str, Any]] = [*what.photos, *texts, *last]
        key = (to, replace(what, card=None))
        for step in steps[self._said.get(key, 0) :]:
            message = await self._picture(step) if isinstance(step, str) else step
            if message is not None:
                await speak(message)
            _remember(self._said, key, self._said.get(key, 0) + 1)
        self._said.pop(key, None)

    async def _change(self, out: Outgoing, task: str) -> bool:
        """Show the card as it is now; False when WeCom lets it be changed no more, or it is not worth its code but worth
        a message.

        Where nobody pressed there is one code only: it is for when there is something else to press, because a button
        that does nothing any more misleads more than a word too few.
        """
        made, _ = card_of(out)
        while True:
            async with self._store.turn() as turn:
                own = await turn.windows.take(changing(task), Weight.MUCH, self._clock.now())
                pressed = await turn.windows.take(pressing(task), Weight.MUCH, self._clock.now())
                shown, _, code = own.data.partition(" ") if own else ("", "", "")
                if own and not pressed and shown == print_of(made):
                    await turn.windows.give_back(changing(task), own)
                    return not out.anew
            if pressed is None and own is None:
                return False
            try:
                await self._update(out.to, made, pressed.data if pressed else code)
            except TencentError as failed:
                lost = (
                    isinstance(failed, NotAnswered)
                    or meaning(PLATFORM, failed.number).then not in OWN_TROUBLE
                )
                async with self._store.turn() as turn:
                    if own and (pressed or lost):
                        await turn.windows.give_back(changing(task), own)
                    if pressed and lost:
                        # Used up or not, nobody knows; if it was, the next attempt is told so and takes another.
                        await turn.windows.give_back(pressing(task), pressed)
                if lost:
                    raise
                log.info("a card could not be changed with this code", why=str(failed))
            else:
                if own and pressed:
                    async with self._store.turn() as turn:
                        turn.windows.open(changing(task), kept(made, code, own.until))
                return True

    async def _update(self, to: Address, made: Card, code: str) -> None:
        asked = {"userids": [_own(to)], "agentid": self._agentid, "response_code": code}
        await self.caller.call(
            "POST", "/cgi-bin/message/update_template_card", json=asked | {"template_card": made}
        )

    async def _take_back(self, task: str) -> None:
        async with self._store.turn() as turn:
            sent = await turn.windows.take(taking_back(task), Weight.MUCH, self._clock.now())
        if sent is None:
            return
        try:
            await self.caller.call("POST", "/cgi-bin/message/recall", json={"msgid": sent.data})
        except TencentError as failed:
            # The new card stands already; an old one beside it is a blemish.
            log.warning("an old card could not be taken back", why=str(failed))

    # --- to a group the app has made -------------------------------------------------------------------------------

    async def tell_group(self, out: Outgoing) -> str:
        """Say it in words alone; what is said in a group stays as it is. Raises TencentError, NotDelivered."""
        if out.edit and not out.anew:
            return out.edit

        async def speak(message: dict[str, Any]) -> None:
            chat = {"chatid": _own(out.to), "safe": 0}
            await self.caller.call("POST", "/cgi-bin/appchat/send", json=chat | message)

        await self._in_order(out.to, plain(out, aside=text("plain.in_app", out.language)), speak, [])
        return f"appchat:{uuid.uuid4().hex[:12]}"

    # --- pictures --------------------------------------------------------------------------------------------------

    async def _picture(self, sha256: str) -> dict[str, Any] | None:
        """Return the message that shows a photo; a lost or odd one must not keep the words back."""
        known, until = self._uploaded.get(sha256, ("", 0))
        if known and self._clock.now() < until:
            return _image(known)
        try:
            content = await asyncio.to_thread(self._photos.open, sha256)
            answer = await self.caller.call(
                "POST",
                "/cgi-bin/media/upload",
                params={"type": "image"},
                files={"media": (f"{sha256[:16]}.jpg", content, "image/jpeg")},
            )
        except OSError as lost:
            log.warning("a photo cannot be read", sha256=sha256, why=str(lost))
            return None
        except TencentError as failed:
            if isinstance(failed, NotAnswered) or meaning(PLATFORM, failed.number).then not in OWN_TROUBLE:
                raise
            log.warning("a photo was not taken", sha256=sha256, why=str(failed))
            return None
        media = str(answer["media_id"])
        _remember(self._uploaded, sha256, (media, self._clock.now() + MEDIA_LAST))
        return _image(media)

    async def look(self) -> dict[str, Any]:
        """Ask what the company's console says of the app. Raises TencentError."""
        return await self.caller.call("GET", "/cgi-bin/agent/get", params={"agentid": self._agentid})

    async def fetch(self, media: str) -> bytes:
        """Return the bytes of what a member sent; WeCom keeps them for three days. Raises TencentError."""
        return await self.caller.download("/cgi-bin/media/get", {"media_id": media})


OWN_TROUBLE = frozenset({Then.LETTER, Then.FILE, Then.GONE, Then.NOWHERE})
"""What of a refusal is about this one thing: asking again, or for something else, is no use."""


def changing(task: str) -> Address:
    """Return the place under which the code is kept that came with a card when it was sent."""
    return address(PLATFORM, f"card.{task}")


def pressing(task: str) -> Address:
    """Return the place under which the codes are kept that came with each press of a card's buttons."""
    return address(PLATFORM, f"press.{task}")


def taking_back(task: str) -> Address:
    """Return the place under which a card's message is kept while it may be taken back."""
    return address(PLATFORM, f"sent.{task}")


def kept(card: Card, code: str, until: Instant) -> Window:
    """Return the code as it is kept: with what there is to press on the card that stands."""
    return Window("reply", until, 1, f"{print_of(card)} {code}")


def print_of(card: Card) -> str:
    """Return a short hash of what can be pressed on a card."""
    shown = [card["button_list"], card.get("action_menu"), card.get("replace_text")]
    return hashlib.sha256(json.dumps(shown, sort_keys=True).encode()).hexdigest()[:16]


def _image(media: str) -> dict[str, Any]:
    return {"msgtype": "image", "image": {"media_id": media}}


def _own(chat: Address) -> str:
    return chat.partition(":")[2]


def _remember(where: OrderedDict[Any, Any], key: Any, value: Any) -> None:
    where[key] = value
    where.move_to_end(key)
    if len(where) > REMEMBERED:
        where.popitem(last=False)
