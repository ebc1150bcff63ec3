"""An Outgoing in WeCom's terms: a card with buttons where there are any, else plain text, and what fits into either.

A phone cuts off what is too long for a card without a word, and the platform what is too long for a text. So nothing
longer is sent: what a card cannot hold goes before it as text, and long texts go in parts.
Source: developer.work.weixin.qq.com/document/path/90236 (messages), /94888 (changed cards), /101032 (lengths).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from handlers.messages import Button, Outgoing
from handlers.plainly import plain_words, typed
from handlers.wording import text as words_of

TEXT_BYTES = 2048
TITLE, BESIDE, BODY = 26, 30, 112
"""Characters a card shows of its title, of the line below it, and of its text."""
IN_ROW, IN_MENU = 6, 3
"""Buttons a card may have, and entries of its menu."""
LABEL, KEY_BYTES = 10, 1024

Card = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Draft:
    """What will be asked of WeCom, in this order: pictures (by hash), texts, and the card last, with its buttons."""

    texts: tuple[str, ...] = ()
    card: Card | None = None
    photos: tuple[str, ...] = ()

    @property
    def messages(self) -> int:
        return len(self.photos) + len(self.texts) + (self.card is not None)


def draft(out: Outgoing) -> Draft:
    """Return how the app says `out` to a member. A card without a task: see `card`."""
    buttons = [button for row in out.buttons for button in row]
    if not _fit(buttons):
        return plain(out)
    made, whole = card(out)
    if whole:
        return Draft((), made, out.photos)
    # All of it was just read above: half of it once more would only be in the way of the buttons.
    made = made | {"sub_title_text": words_of("card.above", out.language)}
    return Draft(parts(out.heading, out.text), made, out.photos)


def plain(out: Outgoing, aside: str = "") -> Draft:
    """Return it in words alone: where there are no buttons (groups), or too many of them. `aside` stands before what
    is to be typed, where it is typed elsewhere."""
    if not aside or not out.buttons:
        return Draft(parts(plain_words(out, out.language)), photos=out.photos)
    orders = [word for row in out.buttons for button in row if (word := typed(button, out.language))]
    pages = [f"{button.label}：{button.url}" for row in out.buttons for button in row if button.url]
    to_type = [f"{aside}{' / '.join(orders)}"] if orders else []
    return Draft(parts(out.heading, out.text, *to_type, *pages), photos=out.photos)


def card(out: Outgoing) -> tuple[Card, bool]:
    """Return the card of `out`, and whether all its words are on it. Without buttons it says how the matter stands
    where they were: WeCom knows no card of that kind without one."""
    title, beside, left = _heading(out)
    body, whole = _body(left)
    made: Card = {"card_type": "button_interaction", "main_title": {"title": title}}
    if beside:
        made["main_title"]["desc"] = beside
    if body.quoted:
        made["quote_area"] = {"type": 0, "quote_text": body.quoted}
    if body.said:
        made["sub_title_text"] = body.said
    buttons = [button for row in out.buttons for button in row]
    if not buttons:
        over = (out.gist.state if out.gist else "")[:LABEL] or words_of("press.over", out.language)
        return made | {"button_list": [{"text": over, "style": 4, "key": "-"}], "replace_text": over}, whole
    shown = _in_row(buttons)
    made["button_list"] = [_button(button, first=at == 0) for at, button in enumerate(shown)]
    if menu := [button for button in buttons if button not in shown]:
        entries = [{"text": _label(button), "key": button.press} for button in menu]
        made["action_menu"] = {"desc": words_of("button.more", out.language), "action_list": entries}
    return made, whole


def parts(*sections: str, most: int = TEXT_BYTES) -> tuple[str, ...]:
    """Return the sections, a line break between them, as texts of at most `most` bytes, broken between lines as far as
    lines are short enough."""
    lines = "\n".join(section for section in sections if section).strip("\n").split("\n")
    found: list[str] = []
    room = ""
    for line in lines:
        for piece in _pieces(line, most):
            longer = f"{room}\n{piece}" if room else piece
            if len(longer.encode()) > most:
                found.append(room)
                longer = piece
            room = longer
    return tuple(text for text in (*found, room) if text.strip())


def _pieces(line: str, most: int) -> list[str]:
    """Return a line in pieces of at most `most` bytes; no character is cut in two."""
    found = []
    while len(line.encode()) > most:
        kept = line.encode()[:most].decode(errors="ignore")
        found.append(kept)
        line = line[len(kept) :]
    return [*found, line]


# --- the card's words ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Body:
    quoted: str
    said: str


def _heading(out: Outgoing) -> tuple[str, str, str]:
    """Return title, the line below it, and the text that is left; a letter without a heading lends its first line."""
    heading, text = out.heading.strip(), out.text.strip("\n")
    if not heading:
        heading, _, text = text.partition("\n")
    if len(heading) <= TITLE:
        return heading, "", text
    # #1025 紧急 · 电梯困人 · 鑫海花城东区3号楼2单元: what stands before a dot is short enough, the rest stands below.
    ends = [found.start() for found in re.finditer(r" · |（|，|。|：", heading)]
    fitting = [end for end in ends if 0 < end <= TITLE]
    if fitting:
        title, beside = heading[: fitting[-1]], heading[fitting[-1] :].lstrip(" ·，。：")
        if len(beside) <= BESIDE:
            return title, beside, text
    return heading[: TITLE - 1] + "…", "", f"{heading}\n{text}"


def _body(text: str) -> tuple[_Body, bool]:
    """Return a resident's own words as a quotation, the rest as the card's text, and whether that is all of it."""
    lines = text.split("\n") if text else []
    quoted = lines.pop(0) if lines and lines[0].startswith("“") and lines[0].endswith("”") else ""
    said = "\n".join(lines).strip("\n")
    if len(said) <= BODY:
        return _Body(quoted, said), True
    return _Body(quoted, said[: BODY - 1].rstrip() + "…"), False


# --- its buttons -----------------------------------------------------------------------------------------------------


def _fit(buttons: Sequence[Button]) -> bool:
    """Say whether all of them fit on a card; what only opens pages needs none."""
    keys = [button.press for button in buttons if button.press]
    return (
        bool(keys)
        and len(set(keys)) == len(keys)
        and len(buttons) <= IN_ROW + IN_MENU
        and len(buttons) - len(keys) <= IN_ROW
        and all(len(key.encode()) <= KEY_BYTES for key in keys)
        and all(0 < len(_label(button)) <= LABEL for button in buttons)
    )


def _in_row(buttons: Sequence[Button]) -> list[Button]:
    """Return the buttons that stand on the card itself: the first ones, and all that open pages."""
    pages = [button for button in buttons if button.url]
    orders = [button for button in buttons if not button.url][: IN_ROW - len(pages)]
    return [button for button in buttons if button in orders or button in pages]


def _button(button: Button, *, first: bool) -> dict[str, Any]:
    made: dict[str, Any] = {"text": _label(button), "style": 1 if first else 2}
    return made | ({"type": 1, "url": button.url} if button.url else {"key": button.press})


def _label(button: Button) -> str:
    """Return the button's words; the English beside the contract's Chinese ones goes where both are too long."""
    label = button.label.strip()
    if len(label) <= LABEL:
        return label
    return re.sub(r"\s{1,3}[A-Za-z][A-Za-z' -]{0,40}(?=\s|$)", "", label)
