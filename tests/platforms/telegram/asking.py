"""The methods that ask: who the bot is, what a chat is, who stands how in it, where a file lies, which commands are set."""

from __future__ import annotations

import json
import re

from tests.platforms.telegram.media import LARGEST_DOWNLOAD, Uploads
from tests.platforms.telegram.refusals import JSON, bad
from tests.platforms.telegram.validate import TYPES
from tests.platforms.telegram.world import PRESENT, Chat, User, World

COMMAND = re.compile(r"[a-z0-9_]{1,32}")


def granted(kind: str, answer: bool) -> JSON:
    """Return every yes-or-no field the description demands of this kind of member, all with one answer."""
    return {name: answer for name, types, required, *_ in TYPES[kind] if required and types == ["Boolean"]}


def get_me(world: World, values: JSON, uploads: Uploads) -> JSON:
    return {
        **world.bot.json(),
        "can_join_groups": True,
        "can_read_all_group_messages": not world.privacy,
        "supports_inline_queries": False,
        "can_connect_to_business": False,
        "has_main_web_app": False,
    }


def get_chat(world: World, values: JSON, uploads: Uploads) -> JSON:
    chat = world.readable(values["chat_id"])
    full: JSON = {"accent_color_id": 0, "max_reaction_count": 11, "accepted_gift_types": no_gifts()}
    if not chat.owner:
        full["permissions"] = {"can_send_messages": True, "can_send_photos": True}
    return {**chat.json(), **full}


def no_gifts() -> JSON:
    kinds = (
        "unlimited_gifts",
        "limited_gifts",
        "unique_gifts",
        "premium_subscription",
        "gifts_from_channels",
    )
    return dict.fromkeys(kinds, False)


def get_chat_member(world: World, values: JSON, uploads: Uploads) -> JSON:
    chat = world.readable(values["chat_id"])
    user = world.users.get(values["user_id"])
    if user is None:
        raise bad("PARTICIPANT_ID_INVALID")
    return member(chat, user)


def get_chat_administrators(world: World, values: JSON, uploads: Uploads) -> list[JSON]:
    chat = world.readable(values["chat_id"])
    if chat.owner:
        raise bad("there are no administrators in the private chat")
    admins = (
        world.users[number] for number in chat.standing if number != world.bot.id or chat.is_admin(world.bot)
    )
    return [member(chat, user) for user in admins if chat.is_admin(user)]


def get_chat_member_count(world: World, values: JSON, uploads: Uploads) -> int:
    chat = world.readable(values["chat_id"])
    return 2 if chat.owner else sum(status in PRESENT for status in chat.standing.values())


def member(chat: Chat, user: User, status: str | None = None) -> JSON:
    """Write how a person stands in a chat; `status` when it is another than now's."""
    status = status or ("member" if chat.owner else chat.standing.get(user.id, "left"))
    said: JSON = {"user": user.json(), "status": status}
    if status == "creator":
        said["is_anonymous"] = False
    if status == "administrator":
        said |= {**granted("ChatMemberAdministrator", True), "is_anonymous": False}
    if status == "kicked":
        said["until_date"] = 0
    if status == "restricted":
        said |= {**granted("ChatMemberRestricted", False), "is_member": True, "until_date": 0}
    return said


def leave_chat(world: World, values: JSON, uploads: Uploads) -> bool:
    chat = world.writable(values["chat_id"])
    if chat.owner:
        raise bad("chat member status can't be changed in private chats")
    chat.standing[world.bot.id] = "left"
    world.changed()
    return True


def get_file(world: World, values: JSON, uploads: Uploads) -> JSON:
    file = world.files.get(values["file_id"])
    if file is None:
        raise bad("wrong file_id or the file is temporarily unavailable")
    if len(file.content) > LARGEST_DOWNLOAD:
        raise bad("file is too big")
    return {
        "file_id": file.id,
        "file_unique_id": file.unique_id,
        "file_size": len(file.content),
        "file_path": file.path,
    }


def scope_of(values: JSON) -> str:
    return json.dumps(
        [values.get("scope", {"type": "default"}), values.get("language_code", "")], sort_keys=True
    )


def set_my_commands(world: World, values: JSON, uploads: Uploads) -> bool:
    if len(values["commands"]) > 100:
        raise bad("BOT_COMMANDS_TOO_MUCH")
    for command in values["commands"]:
        if not COMMAND.fullmatch(command["command"]):
            raise bad("BOT_COMMAND_INVALID")
        if not 1 <= len(command["description"]) <= 256:
            raise bad("BOT_COMMAND_DESCRIPTION_INVALID")
    world.commands[scope_of(values)] = values["commands"]
    world.changed()
    return True


def get_my_commands(world: World, values: JSON, uploads: Uploads) -> list[JSON]:
    return world.commands.get(scope_of(values), [])


def delete_my_commands(world: World, values: JSON, uploads: Uploads) -> bool:
    world.commands.pop(scope_of(values), None)
    return True


def yes(world: World, values: JSON, uploads: Uploads) -> bool:
    """Set what this server does not keep (names, descriptions, the menu button)."""
    return True
