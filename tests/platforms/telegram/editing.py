"""The methods that change what stands in a chat: edits, deletions, reactions, and the answer to a pressed button."""

from __future__ import annotations

from typing import Any

from tests.platforms.telegram import keyboard
from tests.platforms.telegram.media import Uploads
from tests.platforms.telegram.messages import Message
from tests.platforms.telegram.refusals import JSON, NOT_MODIFIED, QUERY_TOO_OLD, bad
from tests.platforms.telegram.sending import album_content, caption_content, text_content
from tests.platforms.telegram.world import Chat, World

ANSWER_WITHIN = 15.0
DELETE_WITHIN = 48 * 3600
REACTIONS = set("👍👎🔥🥰👏😁🤔🤯😱🤬😢🎉🤩🤮💩🙏👌🤡🥱🥴😍🐳🌚🌭💯🤣🍌🏆💔🤨😐🍓🍾💋🖕😈😴😭🤓👻👀🎃🙈😇😨🤝🤗🫡🎅🎄💅🤪🗿🆒💘🙉🦄😘💊🙊😎👾😡") | {
    "❤", "❤️", "⚡", "🕊", "✍", "☃", "❤‍🔥", "👨‍💻", "🤷‍♂", "🤷", "🤷‍♀",
}  # fmt: skip


def edit_message_text(world: World, values: JSON, uploads: Uploads) -> JSON:
    message = editable(world, values)
    if not message.text:
        raise bad("there is no text in the message to edit")
    return edit(world, message, values, **text_content(values)).json()


def edit_message_caption(world: World, values: JSON, uploads: Uploads) -> JSON:
    message = editable(world, values)
    if message.kind not in ("photo", "voice", "document"):
        raise bad("there is no caption in the message to edit")
    return edit(world, message, values, **caption_content(values)).json()


def edit_message_reply_markup(world: World, values: JSON, uploads: Uploads) -> JSON:
    return edit(world, editable(world, values), values).json()


def edit_message_media(world: World, values: JSON, uploads: Uploads) -> JSON:
    message = editable(world, values)
    nothing: JSON = {"photo": [], "document": None, "voice": None, "text": ""}
    content = album_content(world, values["media"], uploads)
    if message.media_group_id and media_kind(content) != message.kind:
        raise bad("can't use the media of the specified type in the album")
    return edit(world, message, values, **(nothing | content)).json()


def media_kind(content: JSON) -> str:
    return "photo" if content.get("photo") else "document"


def editable(world: World, values: JSON) -> Message:
    """Return the bot's own message a call wants to edit. Raises Refused (400, 403)."""
    if "inline_message_id" in values:
        raise bad("MESSAGE_ID_INVALID")
    if "chat_id" not in values:
        raise bad("chat_id is empty")
    if "message_id" not in values:
        raise bad("message identifier is not specified")
    message = world.writable(values["chat_id"]).find(values["message_id"])
    if message is None:
        raise bad("message to edit not found")
    if message.sender is not world.bot or message.service or message.reply_keyboard:
        raise bad("message can't be edited")
    return message


def edit(world: World, message: Message, values: JSON, **content: Any) -> Message:
    """Change words, media and buttons together; buttons that are not given again go away, as Telegram has it."""
    markup = values.get("reply_markup")
    before, words = message.content(), message.words
    was = {name: getattr(message, name) for name in (*content, "keyboard")}
    for name, what in {**content, "keyboard": keyboard.checked(markup) if markup else None}.items():
        setattr(message, name, what)
    if message.content() == before:
        for name, what in was.items():
            setattr(message, name, what)
        raise NOT_MODIFIED
    if message.words != words:
        message.history.append(words)
    message.edit_date = world.now()
    world.changed()
    return message


def ephemeral(world: World, values: JSON) -> Message:
    chat = world.writable(values["chat_id"])
    for message in chat.messages:
        told = message.only_for and message.only_for.id == values["receiver_user_id"]
        if told and message.ephemeral_id == values["ephemeral_message_id"]:
            return message
    raise bad("message to edit not found")


def edit_ephemeral_message_text(world: World, values: JSON, uploads: Uploads) -> bool:
    edit(world, ephemeral(world, values), values, **text_content(values))
    return True


def edit_ephemeral_message_reply_markup(world: World, values: JSON, uploads: Uploads) -> bool:
    edit(world, ephemeral(world, values), values)
    return True


def delete_ephemeral_message(world: World, values: JSON, uploads: Uploads) -> bool:
    remove(world, ephemeral(world, values))
    return True


def delete_message(world: World, values: JSON, uploads: Uploads) -> bool:
    chat = world.writable(values["chat_id"])
    message = chat.find(values["message_id"])
    if message is None:
        raise bad("message to delete not found")
    check_deletable(world, chat, message)
    remove(world, message)
    return True


def delete_messages(world: World, values: JSON, uploads: Uploads) -> bool:
    """Delete those that can be found; the others are skipped."""
    chat = world.writable(values["chat_id"])
    if len(values["message_ids"]) > 100:
        raise bad("too many message identifiers specified")
    for message in filter(None, map(chat.find, values["message_ids"])):
        check_deletable(world, chat, message)
        remove(world, message)
    return True


def check_deletable(world: World, chat: Chat, message: Message) -> None:
    own, admin = message.sender is world.bot, chat.is_admin(world.bot)
    if not (own or admin or chat.owner):
        raise bad("message can't be deleted")
    if world.now() - message.date > DELETE_WITHIN and not admin:
        raise bad("message can't be deleted for everyone")


def remove(world: World, message: Message) -> None:
    message.deleted = True
    world.changed()


def set_message_reaction(world: World, values: JSON, uploads: Uploads) -> bool:
    message = world.writable(values["chat_id"]).find(values["message_id"])
    if message is None:
        raise bad("message to react not found")
    reactions = values.get("reaction", [])
    if len(reactions) > 1:
        raise bad("REACTIONS_TOO_MANY")
    if any(reaction.get("emoji") not in REACTIONS for reaction in reactions):
        raise bad("REACTION_INVALID")
    message.reactions = reactions
    world.changed()
    return True


def answer_callback_query(world: World, values: JSON, uploads: Uploads) -> bool:
    press = world.presses.get(values["callback_query_id"])
    if press is None or press.answered or world.clock() - press.at > ANSWER_WITHIN:
        raise QUERY_TOO_OLD
    if len(values.get("text", "")) > 200:
        raise bad("MESSAGE_TOO_LONG")
    press.answered = True
    press.answer = values.get("text", "")
    press.alert = values.get("show_alert", False)
    press.url = values.get("url")
    world.changed()
    return True


def create_forum_topic(world: World, values: JSON, uploads: Uploads) -> JSON:
    chat = world.writable(values["chat_id"])
    if not chat.is_forum:
        raise bad("the chat is not a forum")
    if not chat.is_admin(world.bot):
        raise bad("not enough rights to create a topic")
    if not 1 <= len(values["name"]) <= 128:
        raise bad("TOPIC_TITLE_EMPTY")
    topic = {"name": values["name"], "icon_color": values.get("icon_color", 0x6FB9F0)}
    start = world.post(chat, world.bot, service={"forum_topic_created": topic})
    start.topic = start.id
    return {"message_thread_id": start.id, **topic}
