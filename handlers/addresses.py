"""Addresses of accounts and groups as people write them in a community file: `platform:id`."""

from __future__ import annotations

import re
from collections.abc import Mapping

from storage.records import Address

_NAME = r"[A-Za-z0-9@._-]{1,64}"
_USERID = r"[A-Za-z0-9][A-Za-z0-9@._-]{0,63}"
"""A member of a company on WeCom. None begins with `_`, so that with it an address of somebody outside may begin."""

ACCOUNTS: Mapping[str, re.Pattern[str]] = {
    "telegram": re.compile(r"[1-9][0-9]{0,15}"),
    "wechat": re.compile(_NAME),
    "wecom": re.compile(_USERID),
    "web": re.compile(_NAME),
}
"""What the id of a person looks like on each platform."""

GROUPS: Mapping[str, re.Pattern[str]] = {
    "telegram": re.compile(r"-?[1-9][0-9]{0,15}(/[1-9][0-9]{0,9})?"),
    "wecom": re.compile(rf"webhook\.[A-Za-z0-9_-]{{1,32}}|(?!webhook\.){_NAME}"),
    "web": re.compile(_NAME),
}
"""What the id of a group looks like: on WeCom a chat's, or webhook.NAME of one with a webhook; personal WeChat groups cannot be served by a program."""


def read_address(text: str, kinds: Mapping[str, re.Pattern[str]]) -> Address:
    """Return the address. Raises ValueError when the platform has no such kind of id."""
    platform, _, own = text.partition(":")
    if platform not in kinds or kinds[platform].fullmatch(own) is None:
        raise ValueError(text)
    if platform == "wecom" and kinds is ACCOUNTS:
        own = own.lower()  # WeCom does not tell capitals from small letters in a userid
    return Address(f"{platform}:{own}")
