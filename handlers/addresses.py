"""Addresses of accounts and groups as people write them in a community file: `platform:id`."""

from __future__ import annotations

import re
from collections.abc import Mapping

from storage.records import Address

_NAME = r"[A-Za-z0-9@._-]{1,64}"

ACCOUNTS: Mapping[str, re.Pattern[str]] = {
    "telegram": re.compile(r"[1-9][0-9]{0,15}"),
    "wechat": re.compile(_NAME),
    "wecom": re.compile(_NAME),
    "web": re.compile(_NAME),
}
"""What the id of a person looks like on each platform."""

GROUPS: Mapping[str, re.Pattern[str]] = {
    "telegram": re.compile(r"-?[1-9][0-9]{0,15}(/[1-9][0-9]{0,9})?"),
    "wecom": re.compile(_NAME),
    "web": re.compile(_NAME),
}
"""What the id of a group looks like; personal WeChat groups cannot be served by a program."""


def read_address(text: str, kinds: Mapping[str, re.Pattern[str]]) -> Address:
    """Return the address. Raises ValueError when the platform has no such kind of id."""
    platform, _, own = text.partition(":")
    if platform not in kinds or kinds[platform].fullmatch(own) is None:
        raise ValueError(text)
    return Address(text)
