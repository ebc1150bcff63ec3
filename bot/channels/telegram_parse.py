"""What Telegram says, turned into an Inbound. Pure: no network, no clock of its own."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime
from typing import Any

from telegram import (
    CallbackQuery,
    Chat,
    ChatMember,
    ChatMemberUpdated,
    MaybeInaccessibleMessage,
    Message,
    MessageEntity,
    Update,
    User,
)

from handlers.messages import Earlier, Event, Inbound, Piece, Sender
from storage.records import Address, Instant, address

PLATFORM = "telegram"
KINDS = ("message", "edited_message", "callback_query", "my_chat_member")
"""The kinds of update we ask for; what is not asked for is never sent."""

TELEGRAM_ITSELF = 777000
GROUPS = (Chat.GROUP, Chat.SUPERGROUP)
ABSENT = (ChatMember.LEFT, ChatMember.BANNED)
COMMAND = re.compile(r"/([A-Za-z0-9_]{1,32})(?:@([A-Za-z0-9_]{3,32}))?(?=\s|$)")
PAYLOAD = re.compile(r"/start\s+([A-Za-z0-9_-]{1,64})\s*$")


def update_of(raw: dict[str, Any]) -> Update:
    """Return what Telegram wrote as an Update. Raises whatever python-telegram-bot raises for what it cannot read.

    Of a member only matters whether they are there: the library refuses an administrator who lacks one of a dozen
    rights, and every version of the Bot API adds some.
    """
    raw = storable(raw)
    if not isinstance(raw["update_id"], int):
        raise ValueError("an update without a number")
    if isinstance(change := raw.get("my_chat_member"), dict):
        members = {name: here_or_not(change[name]) for name in ("old_chat_member", "new_chat_member")}
        raw = {**raw, "my_chat_member": {**change, **members}}
    update = Update.de_json(raw, None)
    if update is None:
        raise ValueError("an empty update")
    return update


def storable(node: Any) -> Any:
    """Return a JSON value whose texts every database can hold: no half characters, no NUL."""
    if isinstance(node, str):
        return node.encode("utf-8", "replace").decode("utf-8").replace("\0", "")
    if isinstance(node, dict):
        return {storable(key): storable(value) for key, value in node.items()}
    return [storable(part) for part in node] if isinstance(node, list) else node


def here_or_not(member: dict[str, Any]) -> dict[str, Any]:
    status = member["status"]
    here = member.get("is_member", True) if status == ChatMember.RESTRICTED else status not in ABSENT
    return {"user": member["user"], "status": ChatMember.MEMBER if here else ChatMember.LEFT}


def parse(update: Update, me: User, now: Instant) -> Inbound | None:
    """Return what was said or done, or None for what concerns nobody (a poll, a pinned message, another bot).

    `now` dates what Telegram gives no time for: a press. Raises for nothing that a well-formed update can hold; an
    update that python-telegram-bot itself cannot read never gets here.
    """
    key = f"{PLATFORM}:{update.update_id}"
    if update.callback_query:
        return pressed(update.callback_query, key, now)
    if update.my_chat_member:
        return membership(update.my_chat_member)
    if message := update.message or update.edited_message:
        if message.chat.type not in (Chat.PRIVATE, *GROUPS):
            return None
        return happened(message, me) or said(message, key, me, edited=update.message is None)
    return None


# --- words and pictures --------------------------------------------------------------------------------------------


def said(message: Message, key: str, me: User, *, edited: bool) -> Inbound | None:
    """Return what a person wrote or sent; None when nobody or a machine did, or nothing that can be a report."""
    if by_machine(message):
        return None
    words = without_mention(message, me)
    mentioned = words != (message.text or message.caption or "").strip()
    command = COMMAND.match(words)
    if command and command[2]:
        if command[2].lower() != (me.username or "").lower():
            return None
        words = f"/{command[1]}{words[command.end() :]}"
    location = None if edited else whereabouts(message)
    if not words and message.venue:
        words = f"{message.venue.title} {message.venue.address}".strip()
    pieces = pieces_of(message)
    answered = answered_message(message)
    to_bot = bool(command) or mentioned or (answered is not None and answered.from_user == me)
    if not (words or pieces or location or to_bot):
        return None
    payload = PAYLOAD.match(words)
    return Inbound(
        key=key,
        at=milliseconds(message.edit_date if edited and message.edit_date else message.date),
        chat=where(message),
        private=message.chat.type == Chat.PRIVATE,
        sender=sender_of(message),
        text=words,
        pieces=pieces,
        message=str(message.message_id),
        reply_to=str(answered.message_id) if answered else None,
        to_bot=to_bot,
        edited=edited,
        album=message.media_group_id,
        location=location,
        start=payload[1] if payload else None,
        answers=earlier(answered) if answered else None,
    )


def earlier(message: Message) -> Earlier | None:
    """Return the message that is answered, as far as a report could be made of it; None for a bot's."""
    if by_machine(message):
        return None
    return Earlier(sender_of(message), (message.text or message.caption or "").strip(), pieces_of(message))


def by_machine(message: Message) -> bool:
    """Say whether another bot wrote it, or Telegram carried it over from a linked channel."""
    if message.is_automatic_forward or (message.from_user and message.from_user.id == TELEGRAM_ITSELF):
        return True
    # Anonymous administrators and people who write as a channel come with a bot as their stand-in.
    return bool(message.from_user and message.from_user.is_bot and not message.sender_chat)


def sender_of(message: Message) -> Sender | None:
    if message.sender_chat or message.from_user is None:
        return None
    return person(message.from_user)


def person(user: User) -> Sender:
    name = called(user.id, user.first_name or "", user.last_name or "", user.username or "")
    return Sender(address(PLATFORM, user.id), name)


def called(id: int, first: str, last: str, username: str) -> str:
    return f"{first} {last}".strip() or username or str(id)


def where(message: MaybeInaccessibleMessage) -> Address:
    """Return the chat's address, with the topic when it is a forum's: other thread numbers are not for sending to."""
    topic = message.message_thread_id if isinstance(message, Message) and message.is_topic_message else None
    return address(PLATFORM, message.chat.id, topic if message.chat.type in GROUPS else None)


def answered_message(message: Message) -> Message | None:
    """Return the message this one answers. In a topic everything "answers" the message that opened the topic."""
    answered = message.reply_to_message
    if answered is None or answered.forum_topic_created:
        return None
    if message.is_topic_message and answered.message_id == message.message_thread_id:
        return None
    return answered


def without_mention(message: Message, me: User) -> str:
    """Return the words without the bot's own @name wherever it stands."""
    words = message.text or message.caption or ""
    entities = message.entities or message.caption_entities
    for entity in sorted(entities, key=lambda entity: entity.offset, reverse=True):
        if entity.type == MessageEntity.TEXT_MENTION and entity.user and entity.user.id == me.id:
            words = cut(words, entity.offset, entity.length)
    if me.username:
        name = rf"(?<![A-Za-z0-9_@/.])@{re.escape(me.username)}(?![A-Za-z0-9_])"
        # The blanks before it are looked at from their first one only: from each of them would be their number squared.
        words = re.sub(rf"(?<![ \t])[ \t]*{name}[ \t,，:：]*", " ", words, flags=re.IGNORECASE)
    return words.strip()


def cut(words: str, offset: int, length: int) -> str:
    """Return `words` without a stretch that is counted in UTF-16 units, as Telegram counts."""
    units = words.encode("utf-16-le", "surrogatepass")
    return (units[: offset * 2] + units[(offset + length) * 2 :]).decode("utf-16-le", "replace")


def whereabouts(message: Message) -> tuple[float, float] | None:
    """Return (latitude, longitude). A live location's later points come as edits and are nobody's news."""
    location = message.venue.location if message.venue else message.location
    return (location.latitude, location.longitude) if location else None


def pieces_of(message: Message) -> tuple[Piece, ...]:
    """Return the photo in its largest size, the voice, the video or the file the message carries."""
    if message.photo:
        return piece(
            "photo", max(message.photo, key=lambda size: (size.width * size.height, size.file_size or 0))
        )
    if message.animation:
        return ()  # a moving joke, and its `document` says the same again
    if sound := message.voice or message.audio:
        return piece("voice", sound)
    if film := message.video or message.video_note:
        return piece("video", film)
    if document := message.document:
        return piece("photo" if (document.mime_type or "").startswith("image/") else "file", document)
    return ()


def piece(kind: str, file: Any) -> tuple[Piece]:
    return (Piece(kind, file.file_id, file.file_size or 0),)


# --- presses and events ---------------------------------------------------------------------------------------------


def pressed(query: CallbackQuery, key: str, now: Instant) -> Inbound | None:
    """Return a press of one of our buttons. The one who pressed is named even if they are an anonymous admin."""
    if query.message is None or query.data is None:
        return None
    return Inbound(
        key=key,
        at=now,
        chat=where(query.message),
        private=query.message.chat.type == Chat.PRIVATE,
        sender=person(query.from_user),
        press=query.data,
        message=str(query.message.message_id),
        to_bot=True,
    )


def membership(change: ChatMemberUpdated) -> Inbound | None:
    """Return that the bot was added or removed, blocked or unblocked; None when only its rights changed."""
    before, after = (
        member.status not in ABSENT for member in (change.old_chat_member, change.new_chat_member)
    )
    if before == after or change.chat.type not in (Chat.PRIVATE, *GROUPS):
        return None
    if change.chat.type == Chat.PRIVATE:
        event = Event.UNBLOCKED if after else Event.BLOCKED
    else:
        event = Event.ADDED if after else Event.REMOVED
    news = event_in(change.chat, event, milliseconds(change.date))
    return replace(news, sender=None if change.from_user.is_bot else person(change.from_user))


def happened(message: Message, me: User) -> Inbound | None:
    """Return what a service message says about the bot's own place in the chat; None for every other message."""
    chat, at = message.chat, milliseconds(message.date)
    if message.migrate_to_chat_id:
        return migrated(chat.id, message.migrate_to_chat_id, at)
    if message.migrate_from_chat_id:
        return migrated(message.migrate_from_chat_id, chat.id, at)
    created = message.group_chat_created or message.supergroup_chat_created
    if created or any(user.id == me.id for user in message.new_chat_members):
        return event_in(chat, Event.ADDED, at)
    if message.left_chat_member and message.left_chat_member.id == me.id:
        return event_in(chat, Event.REMOVED, at)
    return None


def event_in(chat: Chat, event: Event, at: Instant) -> Inbound:
    # Telegram tells of one change twice, as a service message and as my_chat_member, under two update numbers but
    # one date: a key made of the change itself lets the inbox see that it is one.
    key = f"{PLATFORM}:{event}:{chat.id}:{at}"
    return Inbound(key, at, address(PLATFORM, chat.id), chat.type == Chat.PRIVATE, None, event=event)


def migrated(old: int, new: int, at: Instant) -> Inbound:
    """Return that group `old` became supergroup `new`; both of them tell it, and it is one event."""
    key = f"{PLATFORM}:{Event.MIGRATED}:{old}:{new}"
    moved_to = address(PLATFORM, new)
    return Inbound(key, at, address(PLATFORM, old), False, None, event=Event.MIGRATED, moved_to=moved_to)


def milliseconds(moment: datetime) -> Instant:
    """Return a datetime of python-telegram-bot, which is aware and whole seconds, as an instant."""
    return round(moment.timestamp()) * 1000
