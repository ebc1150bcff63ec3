"""The table `[reading]` of a community file: whom to ask about messages the reader is unsure of, if anybody."""

from __future__ import annotations

import re
from ipaddress import ip_address

from handlers.tables import Row, quoted
from storage.records import SecondOpinion

LONGEST_ADDRESS = 200

_ADDRESS = re.compile(
    r"(?P<scheme>https?)://(?P<host>\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9.-]+)(?::(?P<port>[0-9]{1,5}))?(?:/[A-Za-z0-9._~/-]*)?"
)


def read_reading(file: Row) -> SecondOpinion | None:
    """Return what a whole file says about it; mistakes are collected in `file`."""
    row = file.table("reading")
    if row is None:
        return None
    address = row.text("second_opinion", required=True, longest=LONGEST_ADDRESS).rstrip("/")
    model = row.text("model", required=True)
    row.close()
    if address and not _fits(address):
        row.wrong(
            "second_opinion",
            f"{quoted(address)} 应是 https:// 开头的网址，例如 https://api.example.com/v1；http:// 只能用在自己的机器上",
            "must be an address such as https://api.example.com/v1; http:// only for a machine of your own network",
        )
        return None
    return SecondOpinion(address, model) if address and model else None


def write_reading(asked: SecondOpinion | None) -> dict[str, str]:
    """Return the table that reads back as this."""
    return {} if asked is None else {"second_opinion": asked.address, "model": asked.model}


def _fits(address: str) -> bool:
    """True for https, and for http where nobody outside could read along."""
    parts = _ADDRESS.fullmatch(address)
    if parts is None or not 0 < int(parts["port"] or 1) < 65536:
        return False
    return parts["scheme"] == "https" or _of_ours(parts["host"].strip("[]"))


def _of_ours(host: str) -> bool:
    """True for this machine, a private network, and a name without a dot, which only such a network knows."""
    try:
        return ip_address(host).is_private
    except ValueError:
        return "." not in host and ":" not in host
