"""Which inline keyboards Telegram takes."""

import ipaddress
from urllib.parse import urlsplit

from tests.platforms.telegram.refusals import JSON, bad

MOST_BUTTONS = 100
MOST_IN_A_ROW = 8
MOST_DATA_BYTES = 64
ACTIONS = {
    "url", "callback_data", "web_app", "login_url", "switch_inline_query", "switch_inline_query_current_chat",
    "switch_inline_query_chosen_chat", "copy_text", "callback_game", "pay", "disabled",
}  # fmt: skip


def checked(keyboard: JSON) -> JSON | None:
    """Return the inline keyboard as it will stand, None when it has no buttons. Raises Refused (400)."""
    rows = [row for row in keyboard["inline_keyboard"] if row]
    if sum(map(len, rows)) > MOST_BUTTONS or any(len(row) > MOST_IN_A_ROW for row in rows):
        raise bad("reply markup is too long")
    for button in (button for row in rows for button in row):
        check_button(button)
    return {"inline_keyboard": rows} if rows else None


def check_button(button: JSON) -> None:
    if not button["text"].strip():
        raise bad("can't parse inline keyboard button: button text must be non-empty")
    actions = ACTIONS & button.keys()
    if not actions:
        raise bad("can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard")
    if len(actions) > 1:
        raise bad("can't parse inline keyboard button: exactly one action must be specified")
    if "callback_data" in button and not 1 <= len(button["callback_data"].encode()) <= MOST_DATA_BYTES:
        raise bad("BUTTON_DATA_INVALID")
    if "url" in button:
        check_url(button["url"])


def check_url(url: str) -> None:
    """A button leads to http(s) with a real host name or an address, or into Telegram (tg://)."""
    parts = urlsplit(url)
    if parts.scheme == "tg":
        return
    host = parts.hostname or ""
    if parts.scheme not in ("http", "https") or not ("." in host or is_address(host)):
        raise bad(f"inline keyboard button URL '{url}' is invalid: Wrong HTTP URL")


def is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
