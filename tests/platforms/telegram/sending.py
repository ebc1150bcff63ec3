"""The methods that put something into a chat: sendMessage and its kin, albums, copies, chat actions."""

from __future__ import annotations

from typing import Any

from tests.platforms.telegram import formatting, keyboard, media
from tests.platforms.telegram.media import Uploads
from tests.platforms.telegram.messages import Message
from tests.platforms.telegram.refusals import JSON, bad
from tests.platforms.telegram.world import Chat, User, World

ACTIONS = {
    "typing", "upload_photo", "record_video", "upload_video", "record_voice", "upload_voice", "upload_document",
    "choose_sticker", "find_location", "record_video_note", "upload_video_note",
}  # fmt: skip
COPIED = ("text", "caption", "entities", "photo", "voice", "document", "location", "other")


def send_message(world: World, values: JSON, uploads: Uploads) -> JSON:
    chat = world.writable(values["chat_id"])
    return post(world, chat, values, **text_content(values)).json()


def send_photo(world: World, values: JSON, uploads: Uploads) -> JSON:
    chat = world.writable(values["chat_id"])
    photo = media.photo_sent(world, media.upload_of(values.get("photo"), uploads, "photo"))
    return post(world, chat, values, photo=photo, **caption_content(values)).json()


def send_voice(world: World, values: JSON, uploads: Uploads) -> JSON:
    chat = world.writable(values["chat_id"])
    voice = media.file_sent(world, media.upload_of(values.get("voice"), uploads, "voice"), "voice")
    return post(world, chat, values, voice=voice, **caption_content(values)).json()


def send_document(world: World, values: JSON, uploads: Uploads) -> JSON:
    chat = world.writable(values["chat_id"])
    document = media.file_sent(
        world, media.upload_of(values.get("document"), uploads, "document"), "documents"
    )
    return post(world, chat, values, document=document, **caption_content(values)).json()


def send_location(world: World, values: JSON, uploads: Uploads) -> JSON:
    chat = world.writable(values["chat_id"])
    if not (-90 <= values["latitude"] <= 90 and -180 <= values["longitude"] <= 180):
        raise bad("wrong location specified")
    where = {"latitude": values["latitude"], "longitude": values["longitude"]}
    return post(world, chat, values, location=where).json()


def send_contact(world: World, values: JSON, uploads: Uploads) -> JSON:
    chat = world.writable(values["chat_id"])
    contact = {
        name: values[name] for name in ("phone_number", "first_name", "last_name", "vcard") if name in values
    }
    return post(world, chat, values, other={"contact": contact}).json()


def send_media_group(world: World, values: JSON, uploads: Uploads) -> list[JSON]:
    chat = world.writable(values["chat_id"])
    items = values["media"]
    if not 2 <= len(items) <= 10:
        raise bad(f"too {'few' if len(items) < 2 else 'many'} messages to send as an album")
    kinds = {item["type"] for item in items}
    if len(kinds) > 1 and kinds & {"document", "audio"}:
        raise bad("can't use the media of the specified type in the album")
    album = media.album_number()
    contents = [album_content(world, item, uploads) for item in items]
    return [post(world, chat, values, media_group_id=album, **content).json() for content in contents]


def album_content(world: World, item: JSON, uploads: Uploads) -> JSON:
    named = media.upload_of(item["media"], uploads, "")
    if item["type"] == "photo":
        return {"photo": media.photo_sent(world, named), **caption_content(item)}
    if item["type"] == "document":
        return {"document": media.file_sent(world, named, "documents"), **caption_content(item)}
    raise bad("can't use the media of the specified type in the album")


def copy_message(world: World, values: JSON, uploads: Uploads) -> JSON:
    chat = world.writable(values["chat_id"])
    original = world.readable(values["from_chat_id"]).find(values["message_id"])
    if original is None:
        raise bad("message to copy not found")
    if original.service:
        raise bad("message can't be copied")
    content = {name: getattr(original, name) for name in COPIED}
    if "caption" in values and not original.text:
        content |= caption_content(values)
    return {"message_id": post(world, chat, values, **content).id}


def send_chat_action(world: World, values: JSON, uploads: Uploads) -> bool:
    chat = world.writable(values["chat_id"])
    topic_of(world, chat, values.get("message_thread_id"))
    if values["action"] not in ACTIONS:
        raise bad("wrong parameter action in request")
    return True


def text_content(values: JSON) -> JSON:
    """Return the formatted words of a text message. Raises Refused (400) when empty, too long or malformed."""
    text, entities = formatting.read(values.get("text", ""), values.get("parse_mode"), values.get("entities"))
    if not text:
        raise bad("message text is empty")
    if formatting.units(text) > formatting.TEXT_LIMIT:
        raise bad("message is too long")
    return {"text": text, "entities": entities}


def caption_content(values: JSON) -> JSON:
    given = values.get("caption_entities")
    caption, entities = formatting.read(values.get("caption", ""), values.get("parse_mode"), given)
    if formatting.units(caption) > formatting.CAPTION_LIMIT:
        raise bad("message caption is too long")
    return {"caption": caption, "entities": entities}


def post(world: World, chat: Chat, values: JSON, **content: Any) -> Message:
    """Put the bot's message into the chat after checking where it goes, what it answers and which buttons it has."""
    if chat.standing.get(world.bot.id) == "restricted":
        raise bad("not enough rights to send text messages to the chat")
    reply_to = answered(world, chat, values.get("reply_parameters"))
    topic = topic_of(world, chat, values.get("message_thread_id")) or (reply_to.topic if reply_to else None)
    markup = values.get("reply_markup") or {}
    return world.post(
        chat,
        world.bot,
        reply_to=reply_to,
        topic=topic,
        keyboard=keyboard.checked(markup) if "inline_keyboard" in markup else None,
        reply_keyboard=markup if markup and "inline_keyboard" not in markup else None,
        only_for=receiver(world, chat, values.get("ephemeral_message_parameters")),
        **content,
    )


def answered(world: World, chat: Chat, reply: JSON | None) -> Message | None:
    """Return the message a reply goes to. One in another chat is checked, but not shown. Raises Refused (400)."""
    if reply is None or "message_id" not in reply:
        return None
    there = world.readable(reply["chat_id"]) if "chat_id" in reply else chat
    found = there.find(reply["message_id"])
    if found is None and not reply.get("allow_sending_without_reply"):
        raise bad("message to be replied not found")
    return found if there is chat else None


def topic_of(world: World, chat: Chat, thread: int | None) -> int | None:
    """Return the forum topic to send to. The general topic has no number: 1 is refused like any unknown one."""
    if not thread:
        return None
    start = chat.find(thread)
    if not chat.is_forum or thread == 1 or start is None or "forum_topic_created" not in start.service:
        raise bad("message thread not found")
    if thread in chat.closed_topics and not chat.is_admin(world.bot):
        raise bad("TOPIC_CLOSED")
    return thread


def receiver(world: World, chat: Chat, ephemeral: JSON | None) -> User | None:
    """Return the one member who shall see an ephemeral message in a group."""
    if ephemeral is None:
        return None
    user = world.users.get(ephemeral["receiver_user_id"])
    if chat.owner or user is None or not chat.has(user):
        raise bad("user not found")
    return user
