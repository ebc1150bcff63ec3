"""Template cards: what WeCom refuses in them, and what a phone shows of them.

Lengths the documentation demands are refused beyond. Lengths it only advises ("建议不超过") are not: the phone cuts those
texts off, so they are gathered in `World.clipped`. Buttons are the exception: their text is advice as well, and yet
more than ten characters were seen refused with 40016.
Source: developer.work.weixin.qq.com/document/path/90236, /94888 (the app's cards), /101032 (the robot's).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from tests.platforms.wecom.refusals import JSON, Refused, bad

TASK_ID = re.compile(r"[0-9A-Za-z_\-@]{1,128}", re.ASCII)
NOTICES = ("text_notice", "news_notice")
PRESSED = ("button_interaction", "vote_interaction", "multiple_interaction")
BUTTONS, BUTTON_TEXT, KEY = 6, 10, 1024
LINK = {"type", "url", "appid", "pagepath"}
CARD = {
    "card_type",
    "sub_title_text",
    "task_id",
    "replace_text",
    "feedback",
    "button_selection",
    "emphasis_content",
}
FIELDS = {
    "source": {"icon_url", "desc", "desc_color"},
    "action_menu": {"desc", "action_list"},
    "main_title": {"title", "desc"},
    "quote_area": LINK | {"title", "quote_text"},
    "horizontal_content_list": {"type", "keyname", "value", "url", "media_id", "userid"},
    "jump_list": LINK | {"title", "question"},
    "card_action": LINK,
    "button_list": {"text", "style", "key", "type", "url"},
}
LISTS = {"horizontal_content_list": 6, "jump_list": 3, "vertical_content_list": 4}


@dataclass(frozen=True)
class Button:
    """A button as the phone shows it. `key` comes back when it is pressed."""

    label: str
    key: str

    def reads(self, label: str) -> bool:
        """Whether this is the button somebody means by `label`: a number before or after it is welcome."""
        return re.sub(r"^\d+\s*|\s*\d+$", "", self.label) == label or self.label == label


def check(card: object, *, new: bool = True, callbacks: bool = True) -> JSON:
    """Return the card if WeCom takes it. Raises Refused. `new`: not the update of another, so that it needs a task_id.

    `callbacks`: somebody listens to its buttons.
    """
    if not isinstance(card, dict):
        raise bad("template_card missing")
    kind = card.get("card_type")
    if kind not in (*NOTICES, *PRESSED):
        raise bad("template_card.card_type invalid")
    if kind in ("vote_interaction", "multiple_interaction", "news_notice"):
        raise Refused(501, f"this test server does not do {kind}", 501)
    title = main_title(card)
    if not title and not card.get("sub_title_text"):
        raise bad("template_card.main_title.title missing")
    for name, most in LISTS.items():
        several = card.get(name, [])
        if not isinstance(several, list) or len(several) > most:
            raise bad(f"template_card.{name} invalid list size")
    for one in card.get("horizontal_content_list", []):
        check_line(one)
    if kind == "text_notice":
        check_action(card.get("card_action"))
    if kind == "button_interaction":
        check_buttons(card)
        if not callbacks:
            raise Refused(43012)
    if new and (kind in PRESSED or "action_menu" in card):
        check_task(card.get("task_id"))
    return card


def main_title(card: JSON) -> str:
    heading = card.get("main_title", {})
    if not isinstance(heading, dict) or not all(isinstance(text, str) for text in heading.values()):
        raise bad("template_card.main_title invalid")
    return str(heading.get("title", ""))


def check_line(line: object) -> None:
    if not isinstance(line, dict) or not isinstance(line.get("keyname"), str) or not line["keyname"]:
        raise bad("template_card.horizontal_content_list.keyname missing")
    needs = {1: "url", 2: "media_id", 3: "userid"}.get(line.get("type", 0))
    if needs and not line.get(needs):
        raise bad(f"template_card.horizontal_content_list.{needs} missing")


def check_action(action: object) -> None:
    needs = {1: "url", 2: "appid"}.get(action.get("type", 0)) if isinstance(action, dict) else None
    if not needs or not isinstance(action, dict) or not action.get(needs):
        raise Refused(42045)


def check_buttons(card: JSON) -> None:
    buttons = card.get("button_list")
    if not isinstance(buttons, list) or not 1 <= len(buttons) <= BUTTONS:
        raise Refused(40016)
    for button in buttons:
        if not isinstance(button, dict) or not isinstance(button.get("text"), str) or not button["text"]:
            raise Refused(42020)
        if len(button["text"]) > BUTTON_TEXT:
            raise Refused(40016)
        if button.get("type", 0) == 1:
            if not button.get("url"):
                raise bad("template_card.button_list.url missing")
        elif not button.get("key"):
            raise Refused(42019)
        elif not isinstance(button["key"], str) or len(button["key"].encode()) > KEY:
            raise Refused(42018)
    keys = [button["key"] for button in buttons if button.get("key")]
    if len(set(keys)) < len(keys):
        raise Refused(42018)


def check_task(task: object) -> None:
    if not isinstance(task, str) or not TASK_ID.fullmatch(task):
        raise Refused(42014)


def buttons(card: JSON) -> list[Button]:
    """Return what can be pressed. A card whose buttons were replaced by a word has nothing left to press."""
    if card.get("replace_text") or card.get("card_type") != "button_interaction":
        return []
    return [Button(one["text"], one["key"]) for one in card["button_list"] if one.get("type", 0) != 1]


def text(card: JSON) -> str:
    """Return everything that can be read on the card but its buttons, a line each."""
    heading, quote = card.get("main_title", {}), card.get("quote_area", {})
    lines = [heading.get("title", ""), heading.get("desc", "")]
    lines += [quote.get("title", ""), quote.get("quote_text", ""), card.get("sub_title_text", "")]
    lines += [
        f"{one['keyname']} {one.get('value', '')}".strip() for one in card.get("horizontal_content_list", [])
    ]
    lines += [one["title"] for one in card.get("jump_list", [])]
    return "\n".join([line for line in [*lines, card.get("replace_text", "")] if line])


def clipped(card: JSON) -> Iterator[str]:
    """Give every text a phone would cut off, as `field (length > most): text`."""
    heading = card.get("main_title", {})
    texts = [
        ("main_title.title", heading.get("title", ""), 26),
        ("main_title.desc", heading.get("desc", ""), 30),
    ]
    texts += [("sub_title_text", card.get("sub_title_text", ""), 112)]
    texts += [("source.desc", card.get("source", {}).get("desc", ""), 13)]
    for line in card.get("horizontal_content_list", []):
        texts += [("keyname", line["keyname"], 5), ("value", line.get("value", ""), 26)]
    texts += [("jump_list.title", one.get("title", ""), 13) for one in card.get("jump_list", [])]
    for field, words, most in texts:
        if len(words) > most:
            yield f"{field} ({len(words)} > {most}): {words}"


def unknown(card: JSON) -> Iterator[str]:
    """Give every field the documentation does not know."""
    yield from (f"template_card.{name}" for name in card if name not in CARD and name not in FIELDS)
    for name, known in FIELDS.items():
        inside = card.get(name, [])
        for one in inside if isinstance(inside, list) else [inside]:
            yield from (f"{name}.{field}" for field in one if field not in known)
