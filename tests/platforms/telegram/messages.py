"""What stands in a chat: messages with their words, photos and buttons, and how Telegram writes them as JSON."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tests.platforms.telegram.refusals import JSON

if TYPE_CHECKING:
    from tests.platforms.telegram.world import Chat, User

NUMBER_AROUND = re.compile(r"^#?\d+\s*[·.、]?\s*|\s*[·(（]?\s*#?\d+[)）]?$")


@dataclass(eq=False)
class File:
    """Bytes kept by Telegram. `id` is this sending's handle, `path` where the bytes are fetched."""

    id: str
    unique_id: str
    content: bytes
    path: str
    about: JSON = field(default_factory=dict)  # width and height, duration, mime_type, file_name

    def json(self) -> JSON:
        return {
            "file_id": self.id,
            "file_unique_id": self.unique_id,
            "file_size": len(self.content),
            **self.about,
        }


@dataclass(frozen=True)
class Button:
    """One inline button as a person sees it. `data` is what a press sends, `url` where it leads instead."""

    label: str
    data: str | None
    url: str | None

    def reads(self, label: str) -> bool:
        """Say whether this is the button called `label`; a number before or after the label is welcome."""
        return self.label == label or NUMBER_AROUND.sub("", self.label).strip() == label


@dataclass(eq=False)
class Message:
    """One message in a chat, as it is now. `history` holds the words it had before each edit, oldest first."""

    id: int
    chat: Chat
    sender: User
    date: int
    text: str = ""
    caption: str = ""
    entities: list[JSON] = field(default_factory=list)
    photo: list[File] = field(default_factory=list)  # the same picture in several sizes, smallest first
    voice: File | None = None
    document: File | None = None
    location: JSON | None = None
    other: JSON = field(
        default_factory=dict
    )  # content this server only carries (stickers, contacts, polls …)
    service: JSON = field(default_factory=dict)
    keyboard: JSON | None = None
    reply_keyboard: JSON | None = None
    reply_to: Message | None = None
    topic: int | None = None
    media_group_id: str | None = None
    sender_chat: Chat | None = None
    edit_date: int | None = None
    deleted: bool = False
    only_for: User | None = None
    ephemeral_id: int | None = None
    reactions: list[JSON] = field(default_factory=list)
    history: list[str] = field(default_factory=list)

    def __repr__(self) -> str:
        labels = "".join(f" [{label}]" for label in self.labels)
        to = f" (only {self.only_for.name})" if self.only_for else ""
        return f"{self.id} {self.sender.name}{to}: {self.words or self.kind}{labels}"

    @property
    def words(self) -> str:
        """The words a person reads: the text, or the caption under a picture."""
        return self.text or self.caption

    @property
    def kind(self) -> str:
        if self.service:
            return next(iter(self.service))
        carried = {
            "photo": self.photo,
            "voice": self.voice,
            "document": self.document,
            "location": self.location,
        }
        return next((name for name, what in carried.items() if what), next(iter(self.other), "text"))

    @property
    def buttons(self) -> list[list[Button]]:
        rows = (self.keyboard or {}).get("inline_keyboard", [])
        return [[Button(b["text"], b.get("callback_data"), b.get("url")) for b in row] for row in rows]

    @property
    def labels(self) -> list[str]:
        return [button.label for row in self.buttons for button in row]

    @property
    def edited(self) -> bool:
        return self.edit_date is not None

    @property
    def photos(self) -> list[File]:
        """The picture in its largest size, or nothing; an album is several messages, see `album`."""
        return self.photo[-1:]

    @property
    def album(self) -> list[Message]:
        """All messages of the album this one belongs to, in order; just itself when it is no album."""
        if self.media_group_id is None:
            return [self]
        return [other for other in self.chat.messages if other.media_group_id == self.media_group_id]

    def visible_to(self, user: User) -> bool:
        return not self.deleted and (self.only_for is None or self.only_for is user)

    def content(self) -> tuple[Any, ...]:
        """What an edit must change at least one thing of."""
        return self.text, self.caption, self.entities, self.media_ids(), self.keyboard

    def media_ids(self) -> list[str]:
        return [file.unique_id for file in (self.photo[-1:] + [f for f in (self.voice, self.document) if f])]

    def json(self, *, nested: bool = False) -> JSON:
        """Write the message as Telegram does. `nested`: inside another message, without its own reply."""
        said: JSON = {
            "message_id": self.id,
            "from": self.sender.json(),
            "chat": self.chat.json(),
            "date": self.date,
        }
        if self.sender_chat:
            said["sender_chat"] = self.sender_chat.json()
        if self.edit_date:
            said["edit_date"] = self.edit_date
        if self.only_for:
            said |= {
                "message_id": 0,
                "receiver_user": self.only_for.json(),
                "ephemeral_message_id": self.ephemeral_id,
            }
        said |= self.thread()
        if not nested and (answered := self.reply_to or self.topic_start()) and not answered.deleted:
            said["reply_to_message"] = answered.json(nested=True)
        if self.media_group_id:
            said["media_group_id"] = self.media_group_id
        said |= self.content_json()
        if self.keyboard:
            said["reply_markup"] = self.keyboard
        return said | self.service

    def content_json(self) -> JSON:
        said: JSON = dict(self.other)
        if self.photo:
            said["photo"] = [size.json() for size in self.photo]
        if self.voice:
            said["voice"] = self.voice.json()
        if self.document:
            said["document"] = self.document.json()
        if self.location:
            said["location"] = self.location
        word = "caption" if self.caption else "text"
        if self.words:
            said[word] = self.words
            if self.entities:
                said["caption_entities" if self.caption else "entities"] = self.entities
        return said

    def thread(self) -> JSON:
        """Topics say so; a reply in an ordinary supergroup also carries a thread number, which must not be sent to."""
        if self.topic:
            return {"message_thread_id": self.topic, "is_topic_message": True}
        if self.reply_to and self.chat.type == "supergroup" and not self.chat.is_forum:
            return {"message_thread_id": self.reply_to.thread().get("message_thread_id", self.reply_to.id)}
        return {}

    def topic_start(self) -> Message | None:
        """In a topic, a message that answers nobody is written as a reply to the topic's first service message."""
        return self.chat.find(self.topic) if self.topic and self.topic != self.id else None
