"""The account's menu under the chat, with the platform's limits (自定义菜单: 创建接口)."""

from __future__ import annotations

from tests.platforms.wechat.refusals import JSON, Refused

WITH_KEY = {
    "click", "scancode_push", "scancode_waitmsg", "pic_sysphoto", "pic_photo_or_album", "pic_weixin", "location_select",
}  # fmt: skip
NAME_BYTES, SUB_NAME_BYTES, KEY_BYTES, URL_BYTES = 16, 60, 128, 1024


class Menu:
    """`buttons`: what is installed now; `ever`: every button that was, since phones show an old menu for a while."""

    def __init__(self) -> None:
        self.buttons: list[JSON] = []
        self.ever: list[JSON] = []

    def create(self, body: JSON) -> None:
        """Install a menu. Raises Refused for what WeChat would not show."""
        buttons = body.get("button")
        if not isinstance(buttons, list) or not 1 <= len(buttons) <= 3:
            raise Refused(40016)
        for button in buttons:
            subs = button.get("sub_button") or []
            if len(subs) > 5:
                raise Refused(40023)
            _named(button, NAME_BYTES, 40018)
            if not subs:
                _acting(button, 40017, 40019, 40020)
            for sub in subs:
                _named(sub, SUB_NAME_BYTES, 40025)
                _acting(sub, 40024, 40026, 40027)
        self.buttons = buttons
        self.ever += [
            leaf for button in buttons for leaf in (button.get("sub_button") or [button]) if "type" in leaf
        ]

    def get(self) -> JSON:
        if not self.buttons:
            raise Refused(46003)
        return {"menu": {"button": [{**button, "sub_button": _subs(button)} for button in self.buttons]}}

    def button(self, key: str) -> JSON:
        """Return the newest button with this key or name. Raises AssertionError listing what there is."""
        for button in reversed(self.ever):
            if key in (button.get("key"), button["name"]):
                return button
        shown = [f"{button['name']}={button.get('key', '')}" for button in self.ever]
        raise AssertionError(f"the account's menu has no 「{key}」; there are {shown}")


def _subs(button: JSON) -> list[JSON]:
    return [{**sub, "sub_button": []} for sub in button.get("sub_button") or []]


def _named(button: JSON, most: int, code: int) -> None:
    name = button.get("name")
    if not isinstance(name, str) or not 1 <= len(name.encode()) <= most:
        raise Refused(code)


def _acting(button: JSON, no_type: int, bad_key: int, bad_url: int) -> None:
    kind = button.get("type")
    if kind in WITH_KEY:
        key = button.get("key")
        if not isinstance(key, str) or not 1 <= len(key.encode()) <= KEY_BYTES:
            raise Refused(bad_key)
    elif kind == "view":
        url = button.get("url")
        if not isinstance(url, str) or not url.startswith(("http://", "https://")) or len(url) > URL_BYTES:
            raise Refused(bad_url)
    else:
        raise Refused(no_type)
