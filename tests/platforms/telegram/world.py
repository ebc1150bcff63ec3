"""The world behind the Bot API: people, chats and what stands in them, as one bot meets them.

Everything here is what Telegram itself knows. `World.tell` is the one way news reaches the bot's queue of updates, and
`World.changed` wakes whoever waits for something to happen.
"""

from __future__ import annotations

import itertools
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.platforms.telegram.messages import File, Message
from tests.platforms.telegram.refusals import CHAT_NOT_FOUND, JSON, forbidden, upgraded
from tests.platforms.watching import Changes

ANONYMOUS_ADMIN = 1087968824
PRESENT = ("creator", "administrator", "member", "restricted")

Clock = Callable[[], float]


@dataclass(eq=False)
class User:
    """A person or a bot. `started`: has opened the private chat with the bot; `blocked`: has blocked the bot."""

    id: int
    name: str
    username: str | None = None
    is_bot: bool = False
    language_code: str | None = "zh-hans"
    started: bool = False
    blocked: bool = False
    deactivated: bool = False  # the account was deleted

    def json(self) -> JSON:
        said: JSON = {"id": self.id, "is_bot": self.is_bot, "first_name": self.name}
        if self.username:
            said["username"] = self.username
        if self.language_code and not self.is_bot:
            said["language_code"] = self.language_code
        return said


@dataclass(eq=False)
class Chat:
    """A private chat, group or supergroup. `standing` maps a user id to the person's status in it."""

    id: int
    type: str
    title: str
    owner: User | None = None  # the person of a private chat
    is_forum: bool = False
    # Privacy mode works as it was when the bot came in; turning it off takes effect only after adding the bot again.
    hears_all: bool = False
    standing: dict[int, str] = field(default_factory=dict)
    everything: list[Message] = field(default_factory=list)  # deleted messages too
    closed_topics: set[int] = field(default_factory=set)
    migrated_to: int | None = None
    chat_instance: str = field(default_factory=lambda: str(secrets.randbits(63)))
    by_id: dict[int, Message] = field(default_factory=dict)
    ids: itertools.count[int] = field(
        default_factory=lambda: itertools.count(2)
    )  # 1 tells that the group was made
    ephemeral_ids: itertools.count[int] = field(default_factory=lambda: itertools.count(1))

    @property
    def messages(self) -> list[Message]:
        """What stands in the chat now, oldest first: nothing deleted, every message with its present words."""
        return [message for message in self.everything if not message.deleted]

    @property
    def last(self) -> Message:
        """The newest message. Raises AssertionError in an empty chat."""
        assert self.messages, f"nothing stands in {self.title}"
        return self.messages[-1]

    @property
    def text(self) -> str:
        """Everything that stands in the chat as one text, for messages of failing tests and quick looks."""
        return "\n".join(map(repr, self.messages))

    def __repr__(self) -> str:
        return f"{self.title}（{self.id}）"

    def find(self, message_id: int | None) -> Message | None:
        """Return the live message with this number, seen by everyone; None when there is none."""
        message = self.by_id.get(message_id or 0)
        return None if message is None or message.deleted else message

    def has(self, user: User) -> bool:
        return self.owner is user if self.owner else self.standing.get(user.id) in PRESENT

    def is_admin(self, user: User) -> bool:
        return self.standing.get(user.id) in ("creator", "administrator")

    def json(self) -> JSON:
        if self.owner:
            said: JSON = {"id": self.id, "type": "private", "first_name": self.owner.name}
            return {**said, "username": self.owner.username} if self.owner.username else said
        said = {"id": self.id, "type": self.type, "title": self.title}
        return {**said, "is_forum": True} if self.is_forum else said


@dataclass(eq=False)
class Press:
    """A pressed button. `answer` is the toast the bot showed: None until it answered, then its text (may be empty).

    `leads_to` is the address of a button that opens one instead of asking the bot.
    """

    id: str
    person: User
    message: Message
    data: str | None
    at: float
    answered: bool = False
    answer: str | None = None
    alert: bool = False
    url: str | None = None
    leads_to: str | None = None


class World(Changes):
    """All users, chats and files one bot can meet, and its clock (seconds since 1970)."""

    def __init__(self, bot: User, clock: Clock) -> None:
        super().__init__()
        self.bot = bot
        self.clock = clock
        self.privacy = True
        self.users: dict[int, User] = {bot.id: bot}
        self.chats: dict[int, Chat] = {}
        self.files: dict[str, File] = {}
        self.paths: dict[str, File] = {}
        self.presses: dict[str, Press] = {}
        self.commands: dict[str, list[JSON]] = {}  # what setMyCommands said, by scope and language
        # Private chats and basic groups share one row of numbers, every supergroup counts for itself.
        self.account_ids = itertools.count(1)
        self.tell: Callable[[str, JSON, object], None] = lambda kind, payload, queue: None
        self.anonymous = self.add_user(
            User(ANONYMOUS_ADMIN, "Group", "GroupAnonymousBot", is_bot=True, language_code=None)
        )

    def now(self) -> int:
        return int(self.clock())

    def add_user(self, user: User) -> User:
        self.users[user.id] = user
        return user

    def add_chat(self, chat: Chat) -> Chat:
        if chat.type != "supergroup":
            chat.ids = self.account_ids
        self.chats[chat.id] = chat
        return chat

    def private(self, user: User) -> Chat:
        return self.chats.get(user.id) or self.add_chat(Chat(user.id, "private", user.name, owner=user))

    def writable(self, chat_id: int | str) -> Chat:
        """Return the chat the bot may write to. Raises Refused (400, 403) in Telegram's words."""
        person = self.users.get(chat_id) if isinstance(chat_id, int) else None
        if person is not None:
            if person.is_bot:
                raise forbidden(
                    "bots can't send messages to bots"
                    if person is not self.bot
                    else "the bot can't send messages to itself"
                )
            if person.deactivated:
                raise forbidden("user is deactivated")
            if not person.started:
                raise forbidden("bot can't initiate conversation with a user")
            if person.blocked:
                raise forbidden("bot was blocked by the user")
            return self.private(person)
        chat = self.chats.get(chat_id) if isinstance(chat_id, int) else None
        if chat is None:
            raise CHAT_NOT_FOUND
        if chat.migrated_to:
            raise upgraded(chat.migrated_to)
        standing, kind = chat.standing.get(self.bot.id), chat.type
        if standing == "kicked":
            raise forbidden(f"bot was kicked from the {kind} chat")
        if standing not in PRESENT:
            raise forbidden(f"bot is not a member of the {kind} chat")
        return chat

    def readable(self, chat_id: int | str) -> Chat:
        """Return a chat the bot may ask about: an old group after its upgrade and a person who blocked it, too."""
        chat = self.chats.get(chat_id) if isinstance(chat_id, int) else None
        if chat is not None and (chat.owner or chat.migrated_to):
            return chat
        return self.writable(chat_id)

    def post(self, chat: Chat, sender: User, **content: Any) -> Message:
        """Put a new message into the chat and return it."""
        only_for = content.get("only_for")
        number = 0 if only_for else next(chat.ids)
        if only_for:
            content["ephemeral_id"] = next(chat.ephemeral_ids)
        message = Message(number, chat, sender, self.now(), **content)
        chat.everything.append(message)
        if not only_for:
            chat.by_id[number] = message
        self.changed()
        return message

    def keep(self, content: bytes, kind: str, **about: Any) -> File:
        """Store bytes as Telegram does and return their file; `kind` is the folder (photos, voice, documents)."""
        extension = {"photos": "jpg", "voice": "oga"}.get(kind, "bin")
        path = f"{kind}/file_{len(self.files)}.{extension}"
        file = File(
            f"AgACAgUAAxkBAAI{secrets.token_urlsafe(30)}", secrets.token_urlsafe(11), content, path, about
        )
        self.files[file.id] = self.paths[path] = file
        return file
