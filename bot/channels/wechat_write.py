"""A letter in a service account's words: text, or a menu whose lines can be tapped. Pure."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from handlers.commands import Verb, read_press
from handlers.messages import Outgoing
from handlers.plainly import plain_words, typed

TEXT_BYTES = 2048
"""Of a customer-service message and of a passive answer alike."""
MOST_LINES = 8
"""Of a menu; nobody reads through more, and of many choices one is typed."""
FIRST_LINE = 101
"""As in WeChat's own example. It keeps whole numbers only; whatever else stands there is replaced by such ones."""

_UNPRINTED = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff\ud800-\udfff]")


def harmless(words: str) -> str:
    """Return words in which nothing is a link of somebody's own: WeChat shows <a href=…> as one, in our name."""
    return _UNPRINTED.sub("", words).replace("<", "＜")


def cut(words: str, most: int = TEXT_BYTES) -> str:
    """Return words of at most `most` bytes, without half a character."""
    whole = words.encode()
    if len(whole) <= most:
        return words
    return whole[: most - len("…".encode())].decode(errors="ignore") + "…"


def text_of(out: Outgoing) -> dict[str, Any]:
    """Return a text message: what to press is said in words."""
    return {"msgtype": "text", "text": {"content": cut(harmless(plain_words(out, out.language)))}}


def menu_of(out: Outgoing) -> dict[str, Any] | None:
    """Return a menu message, a line to tap for each button; None where a text serves better.

    A tapped line comes back as its words, so each is just what one would type.
    """
    buttons = [button for row in out.buttons for button in row]
    if any((order := read_press(button.press)) and order.verb is Verb.WITHDRAW for button in buttons):
        return None  # a report is not to be taken back by a slip of the thumb while reading on
    lines = [typed(button, out.language) for button in buttons if not button.url]
    if not 1 <= len(lines) <= MOST_LINES or not all(lines):
        return None
    pages = tuple(button for button in buttons if button.url)
    head = harmless(plain_words(replace(out, buttons=(pages,) if pages else ()), out.language))
    if len(head.encode()) + sum(len(line.encode()) + 1 for line in lines) > TEXT_BYTES:
        return None
    listed = [{"id": str(FIRST_LINE + at), "content": harmless(line)} for at, line in enumerate(lines)]
    return {"msgtype": "msgmenu", "msgmenu": {"head_content": head, "list": listed, "tail_content": ""}}
