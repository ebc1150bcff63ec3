"""What the group robot says, in the JSON it says it in. WeCom shows it as markdown.

Source: developer.work.weixin.qq.com/document/path/101031 (at once), /101138 (by response_url).
"""

from __future__ import annotations

import re
import uuid
from typing import Any

from bot.channels.wecom_write import parts

MARKDOWN_BYTES = 20_480

MARKS = str.maketrans({"<": "＜", ">": "＞", "`": "＇", "[": "［", "]": "］", "*": "＊", "~": "～"})
"""What would make a resident's words a link, a picture, a coloured line, or call all who are there by name."""
LINE_MARKS = re.compile(r"^(\s*)(#{1,6}(?=\s)|[-*+](?=\s)|[0-9]{1,3}\.(?=\s)|-{3,}$|\*{3,}$)", re.MULTILINE)
"""What would make a line a heading, an entry of a list, or a rule across."""


def as_markdown(text: str) -> str:
    """Return the words so that they are shown as they are, in as many bytes as are taken."""
    plain = LINE_MARKS.sub(lambda found: f"{found[1]}\u200b{found[2]}", text.translate(MARKS))
    return parts(plain, most=MARKDOWN_BYTES)[0]


def at_once(text: str, *, welcome: bool) -> dict[str, Any]:
    """Return the answer that goes back with the response: a stream that is finished where it begins, or, to whoever has
    just opened the conversation, a text."""
    if welcome:
        return {"msgtype": "text", "text": {"content": parts(text, most=MARKDOWN_BYTES)[0]}}
    stream = {"id": uuid.uuid4().hex, "finish": True, "content": as_markdown(text)}
    return {"msgtype": "stream", "stream": stream}


def later(text: str) -> dict[str, Any]:
    """Return the one message a response_url takes."""
    return {"msgtype": "markdown", "markdown": {"content": as_markdown(text)}}
