"""What people do: they write, send pictures, press buttons, edit. Each act tells the bot what Telegram would.

mei = telegram.user(2001, "梅姨", started=True)
message = await mei.says("3号楼电梯停了", group, photo=True)
press = await mei.presses("我也遇到", group)
"""

from __future__ import annotations

import asyncio
import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

from tests.platforms.telegram import formatting, media
from tests.platforms.telegram.membership import Member
from tests.platforms.telegram.messages import Button, Message
from tests.platforms.telegram.refusals import JSON
from tests.platforms.telegram.world import Chat, Press

if TYPE_CHECKING:
    from tests.platforms.telegram.messages import File

Picture = bytes | bool  # True: some picture


@dataclass(eq=False)
class Person(Member):
    """Somebody with a phone. `in_` is where they act: a group, or their private chat with the bot when left out."""

    async def says(
        self,
        text: str = "",
        in_: Chat | None = None,
        *,
        photo: Picture | None = None,
        album: Sequence[Picture] | None = None,
        caption: str = "",
        voice: bytes | None = None,
        document: bytes | None = None,
        location: tuple[float, float] | None = None,
        reply_to: Message | None = None,
        topic: int | None = None,
        as_anonymous: bool = False,
    ) -> Message:
        """Send a message and return it; of an album the first one (all: `.album`). Beside media, `text` is the caption."""
        chat = self.place(in_)
        common: JSON = {"reply_to": reply_to, "topic": topic or (reply_to.topic if reply_to else None)}
        if as_anonymous:
            assert chat.is_admin(self), (
                f"{self!r} is no administrator of {chat!r}, only those write anonymously"
            )
            common["sender_chat"] = chat
        sender = self.world.anonymous if as_anonymous else self
        words = caption or text
        assert formatting.units(words) <= formatting.TEXT_LIMIT, "Telegram's apps split longer messages"
        if album:
            common["media_group_id"] = media.album_number()
        contents = self.contents(photo, album, voice, document, location)
        posted = []
        for n, content in enumerate(contents):
            shown = formatting.trimmed(words if n == 0 else "", [])
            content["caption" if any(content.values()) else "text"] = shown.text
            posted.append(self.world.post(chat, sender, entities=shown.entities, **content, **common))
        for message in posted:
            self.tell("message", message)
        await asyncio.sleep(0)
        return posted[0]

    def contents(
        self,
        photo: Picture | None,
        album: Sequence[Picture] | None,
        voice: bytes | None,
        document: bytes | None,
        location: tuple[float, float] | None,
    ) -> list[JSON]:
        if album:
            return [{"photo": self.picture(one)} for one in album]
        content: JSON = {}
        if photo is not None:
            content["photo"] = self.picture(photo)
        if voice is not None:
            content["voice"] = self.world.keep(voice, "voice", duration=3, mime_type="audio/ogg")
        if document is not None:
            content["document"] = self.world.keep(document, "documents", file_name="file.bin")
        if location is not None:
            content["location"] = {"latitude": location[0], "longitude": location[1]}
        return [content]

    def picture(self, photo: Picture) -> list[File]:
        return media.sizes(self.world, media.a_photo() if isinstance(photo, bool) else photo)

    async def edits(self, message: Message, text: str) -> Message:
        """Change one's own words (or the caption) and tell the bot."""
        assert message.sender is self, f"{self!r} cannot edit {message!r}"
        message.history.append(message.words)
        shown = formatting.trimmed(text, [])
        setattr(message, "text" if message.kind == "text" else "caption", shown.text)
        message.entities, message.edit_date = shown.entities, self.world.now()
        self.world.changed()
        self.tell("edited_message", message)
        await asyncio.sleep(0)
        return message

    async def deletes(self, message: Message) -> None:
        """Delete a message; Telegram tells bots nothing about it."""
        message.deleted = True
        self.world.changed()
        await asyncio.sleep(0)

    async def presses(self, label: str, in_: Chat | None = None, *, containing: str = "") -> Press:
        """Press the newest visible button called `label` (a number before or after it is welcome).

        `containing` narrows to messages with these words. Raises AssertionError listing the visible buttons when there is
        none. The press is told to the bot at once; its `.answer` stays None until the bot answers.
        """
        chat = self.place(in_)
        for message in reversed(self.sees(chat)):
            buttons = [button for row in message.buttons for button in row]
            for button in sorted(buttons, key=lambda button: button.label != label):
                if button.reads(label) and containing in message.words:
                    return await self.press(message, button)
        visible = "\n".join(f"  {message!r}" for message in self.sees(chat) if message.labels) or "  (none)"
        raise AssertionError(f"{self!r} sees no button 「{label}」 in {chat!r}; visible buttons:\n{visible}")

    async def press(self, message: Message, button: Button) -> Press:
        """Press this very button, even on a message that is gone or was changed since."""
        press = Press(
            str(secrets.randbits(63)), self, message, button.data, self.world.clock(), leads_to=button.url
        )
        if button.data is None:
            if button.url and "t.me/" in button.url:
                await self.follows(button.url)
            return press
        self.world.presses[press.id] = press
        instance = message.chat.chat_instance
        asked: JSON = {"id": press.id, "from": self.json(), "chat_instance": instance, "data": button.data}
        gone: JSON = {"chat": message.chat.json(), "message_id": message.id, "date": 0}
        asked["message"] = gone if message.deleted else message.json()
        self.world.tell("callback_query", asked, ("press", self.id))
        await asyncio.sleep(0)
        return press

    async def starts(self, payload: str = "") -> Message:
        """Open the private chat with the bot, as a deep link with this payload does."""
        self.blocked = False
        return await self.says(f"/start {payload}".strip())

    async def follows(self, link: str) -> Message:
        """Follow a link to the bot (https://t.me/huying_bot?start=PAYLOAD)."""
        parts = urlsplit(link)
        assert parts.path == f"/{self.world.bot.username}", f"{link} does not lead to the bot"
        payload = parse_qs(parts.query).get("start", [""])[0]
        assert re.fullmatch(r"[A-Za-z0-9_-]{0,64}", payload), f"Telegram drops the payload of {link}"
        return await self.starts(payload)
