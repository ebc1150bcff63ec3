"""Which messages of a group the bot is sent."""

from __future__ import annotations

from tests.platforms.telegram.messages import Message
from tests.platforms.telegram.world import World


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
