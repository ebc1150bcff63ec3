"""What `huying check` says about Telegram: the token, privacy mode, and how the bot stands in each bound group."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from telegram import ChatMember
from telegram.error import BadRequest, ChatMigrated, Forbidden, InvalidToken, TelegramError

from bot.channels.telegram import TelegramChannel
from bot.channels.telegram_parse import ABSENT, PLATFORM
from storage.records import Address, address, chat_of, platform_of


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at. `fine`: nothing to do about it. `words`: one line, in Chinese and English."""

    fine: bool
    words: str


async def probe(channel: TelegramChannel, chats: Iterable[Address]) -> list[Finding]:
    """Return what was found, trouble and all; raises nothing. `chats` of other platforms are passed over."""
    try:
        me = await channel.bot.get_me()
    except InvalidToken:
        return [
            Finding(False, "Telegram：令牌无效，请核对 HUYING_TELEGRAM_TOKEN · the bot token is not valid")
        ]
    except TelegramError as failed:
        return [Finding(False, f"Telegram：连不上 · cannot be reached: {failed.message}")]
    findings = [Finding(True, f"Telegram：机器人 @{me.username} · the bot is @{me.username}")]
    if me.can_read_all_group_messages:
        findings.append(
            Finding(True, "Telegram：隐私模式关，读得到群里每句话 · privacy mode is off, it reads the group")
        )
    else:
        findings.append(
            Finding(
                True,
                "Telegram：隐私模式开，非管理员时只看得到 @、命令和回复 · privacy mode is on: unless it is an "
                "administrator, it sees only mentions, commands and replies (BotFather /setprivacy, then add it again)",
            )
        )
    for chat in dict.fromkeys(chat_of(chat) for chat in chats if platform_of(chat) == PLATFORM):
        findings.append(await standing(channel, chat, me.id))
    return findings


async def standing(channel: TelegramChannel, chat: Address, bot: int) -> Finding:
    """Return how the bot stands in one chat."""
    number = chat.partition(":")[2]
    try:
        member = await channel.bot.get_chat_member(int(number), bot)
    except ValueError:
        return Finding(False, f"{chat}：不是 Telegram 的群号 · not a number of Telegram's")
    except ChatMigrated as moved:
        new = address(PLATFORM, moved.new_chat_id)
        return Finding(False, f"{chat}：群已升级，新号 {new} · the group became {new}")
    except (Forbidden, BadRequest) as refused:
        return Finding(False, f"{chat}：机器人不在群里 · the bot is not in this chat: {refused.message}")
    except Exception as failed:  # noqa: BLE001 - one odd answer must not keep the other findings back
        return Finding(False, f"{chat}：没查到 · could not be looked at: {failed}")
    if member.status in ABSENT:
        return Finding(False, f"{chat}：机器人不在群里 · the bot is not in this chat")
    if member.status == ChatMember.ADMINISTRATOR:
        return Finding(
            True, f"{chat}：机器人是管理员，读得到每句话 · the bot is an administrator, it reads everything"
        )
    return Finding(True, f"{chat}：机器人在群里 · the bot is a member")
