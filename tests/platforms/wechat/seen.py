"""What a resident sees in the chat with the account."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html import unescape
from urllib.parse import parse_qs, urlsplit

LINK = re.compile(r"<a\s+[^>]*?href=[\"']([^\"']*)[\"'][^>]*>(.*?)</a>", re.DOTALL)
MENU = "weixin://bizmsgmenu"
OUT_OF_ORDER = "该公众号提供的服务出现故障，请稍后再试"


@dataclass(frozen=True)
class Choice:
    """One line of a message's menu to tap. `id` comes back as `bizmsgmenuid`."""

    id: str
    content: str


@dataclass(eq=False)
class Seen:
    """One message in a resident's chat.

    `how` it came: passive (the answer to a push), kefu (a customer-service message), template, subscribe (a subscription
    notice), fault (WeChat's own
    words that the account is out of order), said (the resident's own). `kind`: text image msgmenu template news voice video.
    `at`: the server's clock, in seconds. `url`: where a tap on a template message leads. `data`: a form's fields.
    """

    how: str
    kind: str
    at: float
    text: str = ""
    image: bytes | None = None
    menu: tuple[Choice, ...] = ()
    url: str = ""
    template: str = ""
    data: dict[str, str] = field(default_factory=dict)
    id: str = ""

    @property
    def choices(self) -> tuple[Choice, ...]:
        """What can be tapped to answer: the menu's lines and links of the kind weixin://bizmsgmenu in the text."""
        links = (
            Choice(words.get("msgmenuid", [""])[0], words.get("msgmenucontent", [label])[0])
            for address, label in LINK.findall(self.text)
            if address.startswith(MENU)
            for words in [parse_qs(urlsplit(unescape(address)).query)]
        )
        return (*self.menu, *links)

    @property
    def words(self) -> str:
        """The text as it looks on the phone: links by their label alone."""
        return LINK.sub(r"\2", self.text)

    def __str__(self) -> str:
        shown = self.words or f"[{self.kind}]"
        menu = "".join(f" 〔{choice.content}〕" for choice in self.menu if choice.content not in shown)
        return f"{self.how}: {shown}{menu}"

    __repr__ = __str__
