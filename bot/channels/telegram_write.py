"""An Outgoing in Telegram's terms: plain text with entities, an inline keyboard, and what fits into how many units.

Never a parse mode: whatever a resident wrote stands there as they wrote it. Telegram counts offsets and lengths in
UTF-16 units.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from handlers.messages import Button, Outgoing, Rows
from storage.records import topic_of

TEXT_UNITS = 4096
CAPTION_UNITS = 1024
PRESS_BYTES = 64
ROW_BUTTONS = 8


Entity = Mapping[str, Any]
Keyboard = Sequence[Sequence[Mapping[str, str]]]


@dataclass(frozen=True, slots=True)
class Draft:
    """What will be asked of Telegram, in the plain words of its API. `chat` and `topic` are its numbers; `topic` None
    outside forums. `keyboard`: rows of inline buttons."""

    chat: int
    topic: int | None
    text: str
    entities: Sequence[Entity]
    keyboard: Keyboard
    photos: tuple[str, ...] = ()
    edit: int | None = None
    reply_to: int | None = None
    quiet: bool = False

    @property
    def markup(self) -> dict[str, Keyboard] | None:
        return {"inline_keyboard": self.keyboard} if self.keyboard else None

    def plainer(self, why: str) -> Draft | None:
        """Return the draft without the ornament Telegram refused in these words; None when it is not an ornament.

        A closed thread, a picture it cannot show or an address it does not like must not keep the words back.
        """
        why = why.lower()
        if self.topic is not None and ("thread not found" in why or "topic_deleted" in why):
            return replace(self, topic=None)
        if self.photos and any(
            word in why for word in ("photo", "image", "file", "media", "album", "too large")
        ):
            return replace(self, photos=())
        if self.keyboard and "url" in why:
            rows = [[button for button in row if "url" not in button] for row in self.keyboard]
            if rows != self.keyboard:
                return replace(self, keyboard=[row for row in rows if row])
        if self.entities and ("entit" in why or "user not found" in why):
            return replace(self, entities=())
        return None


def draft(out: Outgoing) -> Draft:
    """Return how Telegram is asked to say `out`.

    Raises ValueError when it can never be said: a button's data over 64 bytes, a button that does nothing, an address
    or message number that is not Telegram's.
    """
    chat = out.to.partition(":")[2].partition("/")[0]
    topic = topic_of(out.to)
    text, entities = words(out.heading, out.text)
    return Draft(
        chat=int(chat),
        # The general topic has number 1 in links, but sending to it with that number is refused.
        topic=int(topic) if topic and topic != "1" else None,
        text=text,
        entities=entities,
        keyboard=keyboard(out.buttons),
        photos=() if out.edit else out.photos,
        edit=int(out.edit) if out.edit else None,
        reply_to=int(out.reply_to) if out.reply_to else None,
        # In a group only what is loud rings; a private word is for one person and always does.
        quiet=chat.startswith("-") and not out.loud,
    )


def words(heading: str, text: str) -> tuple[str, list[Entity]]:
    """Return the whole text, cut to what a message holds, and its entities: the heading bold."""
    heading = heading.strip()
    whole = shorten("\n".join(part for part in (heading, text.strip("\n")) if part), TEXT_UNITS)
    entities: list[Entity] = []
    if heading:
        entities.append({"type": "bold", "offset": 0, "length": min(units(heading), units(whole))})
    return whole, entities


def shorten(text: str, most: int) -> str:
    """Return `text` in at most `most` UTF-16 units, cut at the end of a line where that keeps at least half of it."""
    if units(text) <= most:
        return text
    room = most - 1
    kept = text.encode("utf-16-le", "replace")[: room * 2].decode("utf-16-le", "ignore")
    line_end = kept.rfind("\n")
    if line_end > len(kept) // 2:
        kept = kept[: line_end + 1]
    return f"{kept}…"


def units(text: str) -> int:
    """Return the length as Telegram counts it."""
    return len(text) + sum(character > "\uffff" for character in text)


def keyboard(rows: Rows) -> Keyboard:
    """Return the inline keyboard; rows longer than Telegram shows are broken. Raises ValueError as `draft` does."""
    broken = [row[at : at + ROW_BUTTONS] for row in rows for at in range(0, len(row), ROW_BUTTONS)]
    return [[inline(button) for button in row] for row in broken]


def inline(button: Button) -> dict[str, str]:
    if button.url:
        return {"text": button.label, "url": button.url}
    if not 1 <= len(button.press.encode()) <= PRESS_BYTES:
        raise ValueError(
            f"button {button.label!r}: its data must be 1 to {PRESS_BYTES} bytes: {button.press!r}"
        )
    return {"text": button.label, "callback_data": button.press}
