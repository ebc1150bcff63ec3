"""Telegram as a channel, with python-telegram-bot: send, fetch, answer, and what the two doors for updates need."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any, Protocol

import structlog
from telegram import (
    Bot,
    BotCommand,
    InputFile,
    InputMediaPhoto,
    User,
)
from telegram.error import BadRequest, InvalidToken, TelegramError

from bot.channels.telegram_errors import NO_TEXT, NOT_MODIFIED, TOO_OLD, judged, refusal
from bot.channels.telegram_parse import KINDS, PLATFORM
from bot.channels.telegram_transport import LARGEST, TooMuch, Transport
from bot.channels.telegram_write import CAPTION_UNITS, Draft, draft, shorten, units
from handlers.messages import NotDelivered, Outgoing

log = structlog.get_logger(__name__)

FILE_BYTES = LARGEST
"""What a bot may download, by Telegram's own limit."""
CONNECTIONS = 64
TOAST_UNITS = 200
ALBUM_MOST = 10
REMEMBERED = 256
POLL_SECONDS = 25
UPDATES_AT_ONCE = 100
NO_PREVIEW = {"is_disabled": True}


class Photos(Protocol):
    """Where the bytes of kept photos lie: storage.media.MediaFolder."""

    def open(self, sha256: str) -> bytes:
        """Return the bytes. Raises OSError when they are not there."""
        ...


class RawBot(Bot):
    """A Bot that can be asked and answered in Telegram's own plain words.

    An update it could not read must not hold back the others; and of a message sent only its number is of interest:
    the library's objects for what goes out and what comes back cost more than the sending.
    """

    async def ask(self, method: str, **parameters: Any) -> Any:
        """Return what Telegram answers, as it is. Parameters that are None are left out."""
        return await self._post(method, parameters)

    async def raw_updates(self, offset: int | None, seconds: int, *, patience: float) -> list[Any]:
        asked = {
            "timeout": seconds,
            "limit": UPDATES_AT_ONCE,
            "allowed_updates": list(KINDS),
            "offset": offset,
        }
        found = await self._post("getUpdates", asked, read_timeout=seconds + patience)
        if not isinstance(found, list):
            raise TelegramError("getUpdates did not answer with a list")
        return found


class TelegramChannel:
    """One bot. `api`: the Bot API server, no trailing slash. `patience`: seconds to wait for any one answer."""

    platform = PLATFORM

    def __init__(self, token: str, api: str, photos: Photos | None = None, *, patience: float = 10.0) -> None:
        self.patience = patience
        self._photos = photos
        self._requests = [Transport(CONNECTIONS, patience=patience), Transport(2, patience=patience)]
        self.bot = RawBot(
            token,
            base_url=f"{api}/bot",
            base_file_url=f"{api}/file/bot",
            request=self._requests[0],
            get_updates_request=self._requests[1],
        )
        self._me: User | None = None
        self._asking = asyncio.Lock()
        self._half_said: dict[tuple[int, tuple[str, ...]], list[int]] = {}

    async def close(self) -> None:
        for request in self._requests:
            await request.shutdown()

    async def me(self) -> User:
        """Return the bot's own account, asked for once. Raises TelegramError."""
        if self._me is None:
            # Those who ask meanwhile wait in their order: updates are taken in behind this question.
            async with self._asking:
                if self._me is None:
                    self._me = await self.bot.get_me()
        return self._me

    async def ping(self) -> None:
        """Ask something harmless. Raises NotDelivered while Telegram does not answer."""
        try:
            await self.bot.get_me()
        except Exception as failed:
            raise refusal(failed) from failed

    # --- out -------------------------------------------------------------------------------------------------------

    async def send(self, out: Outgoing) -> str:
        """Say it, or replace what `out.edit` names; return the number of the message that carries the words.

        Raises NotDelivered, or ValueError when it can never be said (see telegram_write.draft). An ornament that
        Telegram refuses (a picture, a link, a topic that is gone) is left away rather than the words.
        """
        now = draft(out)
        while True:
            try:
                return str(await self._say(now))
            except Exception as failed:
                judgement = failed.message if isinstance(failed, TelegramError) and judged(failed) else ""
                plainer = now.plainer(judgement)
                if plainer is None:
                    raise refusal(failed) from failed
                log.warning("telegram refused a part of a letter", why=judgement)
                now = plainer

    async def _say(self, draft: Draft) -> int:
        if draft.edit is not None:
            return await self._edit(draft, draft.edit)
        images = await self._images(draft.photos)
        if len(images) == 1 and units(draft.text) <= CAPTION_UNITS:
            return await self._photo(draft, images[0], words=True)
        pictures = await self._pictures_first(draft, images) if images else []
        if pictures and not draft.text:
            message = pictures[0]
        else:
            sent = await self.bot.ask(
                "sendMessage",
                text=draft.text,
                entities=draft.entities or None,
                reply_markup=draft.markup,
                link_preview_options=NO_PREVIEW,
                **self._place(draft),
            )
            message = int(sent["message_id"])
        self._half_said.pop((draft.chat, draft.photos), None)
        return message

    async def _edit(self, draft: Draft, message: int) -> int:
        try:
            await self._edit_words(draft, message)
        except BadRequest as refused:
            if NOT_MODIFIED not in refused.message.lower():
                raise
        return message

    async def _edit_words(self, draft: Draft, message: int) -> None:
        try:
            await self.bot.ask(
                "editMessageText",
                chat_id=draft.chat,
                message_id=message,
                text=draft.text,
                entities=draft.entities or None,
                reply_markup=draft.markup,
                link_preview_options=NO_PREVIEW,
            )
        except BadRequest as refused:
            # A letter with one picture carries its words as the caption.
            if NO_TEXT not in refused.message.lower():
                raise
            await self.bot.ask(
                "editMessageCaption",
                chat_id=draft.chat,
                message_id=message,
                caption=shorten(draft.text, CAPTION_UNITS),
                caption_entities=draft.entities or None,
                reply_markup=draft.markup,
            )

    async def _photo(self, draft: Draft, image: bytes, *, words: bool) -> int:
        sent = await self.bot.ask(
            "sendPhoto",
            photo=InputFile(image),
            caption=draft.text or None if words else None,
            caption_entities=draft.entities or None if words else None,
            reply_markup=draft.markup if words else None,
            **self._place(draft),
        )
        return int(sent["message_id"])

    async def _pictures_first(self, draft: Draft, images: Sequence[bytes]) -> list[int]:
        """Send the pictures of a letter whose words follow, those that are not there yet from an earlier attempt."""
        while len(self._half_said) >= REMEMBERED:
            del self._half_said[next(iter(self._half_said))]
        sent = self._half_said.setdefault((draft.chat, draft.photos), [])
        while part := images[len(sent) : len(sent) + ALBUM_MOST]:
            if len(part) == 1:
                sent.append(await self._photo(draft, part[0], words=False))
            else:
                album = [InputMediaPhoto(image) for image in part]
                messages = await self.bot.ask("sendMediaGroup", media=album, **self._place(draft))
                sent.extend(int(message["message_id"]) for message in messages)
        return sent

    def _place(self, draft: Draft) -> dict[str, Any]:
        """Where and how a new message stands, the same for every kind of it."""
        answer = {"message_id": draft.reply_to, "allow_sending_without_reply": True}
        return {
            "chat_id": draft.chat,
            "message_thread_id": draft.topic,
            "reply_parameters": answer if draft.reply_to else None,
            "disable_notification": draft.quiet or None,
        }

    async def _images(self, photos: Sequence[str]) -> list[bytes]:
        """Return the bytes of those photos that can be read; a lost file must not keep the words back."""
        images: list[bytes] = []
        if (folder := self._photos) is None:
            return images
        for sha256 in photos:
            try:
                images.append(await asyncio.to_thread(folder.open, sha256))
            except OSError as lost:
                log.warning("a photo cannot be read", sha256=sha256, why=str(lost))
        return images

    # --- the rest of what a bot does -------------------------------------------------------------------------------

    async def fetch(self, ref: str) -> bytes:
        """Return the bytes of a photo or voice. Raises NotDelivered, `forever` when it is gone or over 20 MB."""
        try:
            file = await self.bot.get_file(ref)
        except Exception as failed:
            raise refusal(failed) from failed
        if (file.file_size or 0) > FILE_BYTES:
            raise NotDelivered(f"file is too big: {file.file_size} bytes", forever=True)
        try:
            content = bytes(await file.download_as_bytearray())
        except InvalidToken as gone:
            # The library takes any 404 for a wrong token; with one, the question before would have failed.
            raise NotDelivered(f"the file is gone: {gone}", forever=True) from gone
        except TooMuch as large:
            raise NotDelivered(f"file is too big: {large}", forever=True) from large
        except Exception as failed:
            raise refusal(failed) from failed
        return content

    async def answer(self, query: str, toast: str = "", alert: bool = False) -> None:
        """End the little clock on a pressed button. A failure is logged, never raised: the act itself is done."""
        try:
            await self.bot.answer_callback_query(query, shorten(toast, TOAST_UNITS) or None, show_alert=alert)
        except TelegramError as failed:
            if not any(words in failed.message.lower() for words in TOO_OLD):
                log.warning("a press was not answered", why=failed.message)

    async def set_commands(self, commands: Mapping[str, str], language: str | None = None) -> None:
        """Install the menu of commands, name → what it does; `language` (en) for readers of it only."""
        await self.bot.set_my_commands(
            [BotCommand(*command) for command in commands.items()], language_code=language
        )

    async def updates(self, offset: int | None, seconds: int = POLL_SECONDS) -> list[Any]:
        """Return the updates from `offset` on as Telegram wrote them, waiting at most `seconds` for the first."""
        return await self.bot.raw_updates(offset, seconds, patience=self.patience)
