"""What people do: they write, send pictures, press buttons, edit, come and go. Each act tells the bot what Telegram would.

mei = telegram.user(2001, "梅姨", started=True)
message = await mei.says("3号楼电梯停了", group, photo=True)
press = await mei.presses("我也遇到", group)
"""

from __future__ import annotations

import asyncio
import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

from tests.platforms.telegram import formatting, media
from tests.platforms.telegram.asking import member
from tests.platforms.telegram.messages import Button, Message
from tests.platforms.telegram.refusals import JSON
from tests.platforms.telegram.world import Chat, Press, User, World

if TYPE_CHECKING:
    from tests.platforms.telegram.messages import File

Picture = bytes | bool  # True: some picture


@dataclass(eq=False)
class Person(User):
    """Somebody with a phone. `in_` is where they act: a group, or their private chat with the bot when left out."""

    world: World = field(kw_only=True)

    def __repr__(self) -> str:
        return f"{self.name}（{self.id}）"

    @property
    def chat(self) -> Chat:
        """The private chat with the bot."""
        return self.world.private(self)

    def sees(self, in_: Chat | None = None) -> list[Message]:
        """Return what stands in the chat before this person's eyes; ephemeral messages only for the one they are for."""
        return [message for message in (in_ or self.chat).messages if message.visible_to(self)]

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
        self.world.tell("callback_query", {**asked, "message": message.json()}, ("press", self.id))
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

    async def blocks_bot(self) -> None:
        self.blocked = True
        self.tell_standing(self.chat, "member", "kicked")

    async def unblocks_bot(self) -> None:
        self.blocked = False
        self.tell_standing(self.chat, "kicked", "member")

    def place(self, in_: Chat | None) -> Chat:
        """Return where the person acts, after checking that they can."""
        chat = in_ or self.chat
        if chat.owner:
            assert chat.owner is self, f"{self!r} cannot write in {chat!r}"
            assert not self.blocked, f"{self!r} has blocked the bot"
            self.started = True
        assert not chat.migrated_to, f"{chat!r} was upgraded; people are in {chat.migrated_to}"
        assert chat.has(self), f"{self!r} is not in {chat!r}"
        return chat

    def tell(self, kind: str, message: Message) -> None:
        """Tell the bot about a message, if privacy mode lets it see this one."""
        if hears(self.world, message):
            self.world.tell(kind, message.json(), (kind, message.chat.id))

    def tell_standing(self, chat: Chat, old: str, new: str) -> None:
        """Tell the bot how it stands in a chat now."""
        bot = self.world.bot
        told: JSON = {"chat": chat.json(), "from": self.json(), "date": self.world.now()}
        told |= {"old_chat_member": member(chat, bot, old), "new_chat_member": member(chat, bot, new)}
        self.world.tell("my_chat_member", told, ("member", chat.id))
        self.world.changed()

    def announce(self, chat: Chat, service: JSON, **more: Any) -> Message:
        """Put a service message into the chat; the bot hears it in any privacy mode while it is there."""
        message = self.world.post(chat, self, service=service, **more)
        self.tell("message", message)
        return message


def hears(world: World, message: Message) -> bool:
    """Say whether the bot is sent this message.

    With privacy mode on, a bot that is no administrator gets commands, mentions, replies to it and service messages.
    """
    chat = message.chat
    if chat.owner:
        return True
    if not chat.has(world.bot):
        return False
    if chat.hears_all or chat.is_admin(world.bot) or message.service:
        return True
    if message.reply_to and message.reply_to.sender is world.bot:
        return True
    encoded = message.words.encode("utf-16-le")
    for entity in message.entities:
        start, end = entity["offset"] * 2, (entity["offset"] + entity["length"]) * 2
        word = encoded[start:end].decode("utf-16-le").lower()
        own = f"@{world.bot.username}".lower()
        if entity["type"] == "mention" and word == own:
            return True
        if entity["type"] == "bot_command" and ("@" not in word or word.endswith(own)):
            return True
    return False
