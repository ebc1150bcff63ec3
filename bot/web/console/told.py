"""Who was told of a ticket, when, and whether it arrived: the outbox, read for people. And where a conversation opens."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from bot.channels.console import PLATFORM
from bot.web.words import word
from handlers.chronicle import Names
from handlers.known import chat_index
from handlers.wording import text
from storage.letter_rows import Posted
from storage.records import Address, Directory, Fate, Instant, chat_of, platform_of, topic_of

SUPERGROUP = "-100"
"""How the ids of Telegram's larger groups begin; only those have addresses for their messages."""
BY_LINK = "telegram"
"""The platform whose conversations have addresses."""

NAMED = frozenset({"telegram", "web", "wechat", "wecom"})

HOW = {"web": "ticket.open_web", "wecom": "ticket.open_wecom", "wechat": "ticket.open_wechat"}
"""What can be done on platforms whose conversations have no addresses."""


@dataclass(frozen=True, slots=True)
class Told:
    """One letter. `at`: when it was sent, or was owed if it has not been; `fate` as a word of the page's texts."""

    reader: str
    kind: str
    platform: str
    at: Instant
    fate: Fate
    tries: int


def told_of(
    posted: Iterable[Posted], names: Names, directory: Directory, readers: Mapping[str, str]
) -> list[Told]:
    """Return the letters for a page. `readers`: who is behind accounts that were written to directly, and who somebody is
    now that was joined to another since."""
    found = []
    for one in posted:
        letter = one.letter
        route = one.chat or (letter.routes[0] if letter.routes else None)
        found.append(
            Told(
                reader=reader_of(letter.reader, names, directory, readers),
                kind=letter.kind.value,
                platform=platform_name(platform_of(route), names.language) if route else "",
                at=one.sent_at or letter.at,
                fate=letter.fate,
                tries=letter.attempts + (letter.fate is Fate.SENT),
            )
        )
    return found


def reader_of(reader: str, names: Names, directory: Directory, readers: Mapping[str, str]) -> str:
    """Return who was written to: a person, a grid's group, the staff's, or somebody in a chat of their own."""
    if ":" not in reader:
        return names.of(readers.get(reader, reader))
    if platform_of(Address(reader)) == PLATFORM:
        return names.of(reader.partition(":")[2])
    chat, index = chat_of(Address(reader)), chat_index(directory)
    if person := index.people.get(chat) or readers.get(chat):
        return names.of(person)
    if (grid := index.grid(directory, chat)) is not None:
        return word(names.language, "ticket.reader_group", grid=grid.name)
    if index.staff_community(directory, chat) is not None:
        return word(names.language, "ticket.reader_staff")
    return text("reporter.resident", names.language)


def platform_name(platform: str, language: str) -> str:
    """Return how people call it; what has no name of its own is called as in the settings."""
    if platform == PLATFORM:
        return word(language, "console.title")
    return text(f"platform.{platform}", language) if platform in NAMED else platform


def link_to(chat: Address, message: str = "") -> str:
    """Return an address that opens the conversation (at the message, where one is given), "" where there is none."""
    if platform_of(chat) != BY_LINK:
        return ""
    id = chat_of(chat).partition(":")[2]
    if id.startswith(SUPERGROUP) and id[1:].isdecimal() and message.isdecimal():
        topic = topic_of(chat)
        return f"https://t.me/c/{id.removeprefix(SUPERGROUP)}/{f'{topic}/' if topic else ''}{message}"
    return f"tg://user?id={id}" if id.isdecimal() else ""
