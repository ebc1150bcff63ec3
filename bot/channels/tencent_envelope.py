"""What Tencent pushes, out of its envelope, and our answers into theirs. Nothing here knows who asks, or when.

The encryption is WeChat's and WeCom's alike: AES-256-CBC, the key's first half as the first block, around 16 random
characters, the length, the text and the id of whom it is for. Source:
https://developer.work.weixin.qq.com/document/path/90968. wechatpy does it with the same cipher, but checks neither
the padding nor the length and builds its cipher anew for each message.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import re
import secrets
from collections.abc import Mapping, Sequence
from typing import Any
from xml.parsers import expat

import orjson
from wechatpy.crypto.base import WeChatCipher

from storage.records import SECOND, Instant

BLOCK = 32
DEEPEST = 8
"""Levels. Tencent's deepest message, a card with several choices answered, has 6."""
MOST_FIELDS = 500
LAST_SECOND = 10**11
"""In the year 5138. Beyond what a time is counted in soon ends the databases' whole numbers."""
NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
"""What no XML may hold; a phone's keyboard now and then lets it through."""
Fields = dict[str, Any]
"""A message by its fields' names: texts, Fields within, or a list of either where a name comes several times."""


class NotTheirs(Exception):
    """It is not what Tencent sends us. `status`: HTTP's, `why`: for the log; it holds nothing of what came."""

    def __init__(self, status: int, why: str) -> None:
        super().__init__(why)
        self.status = status
        self.why = why


class Seal:
    """Opens what is encrypted for us, and encrypts for Tencent. `receiver`: our app id or corp id; "" for a robot."""

    def __init__(self, aes_key: str, receiver: str) -> None:
        """Raises ValueError when `aes_key` is not the 43 characters that stand for a key."""
        key = base64.b64decode(f"{aes_key}=")
        if len(key) != 32:
            raise ValueError("an AES key has 43 characters")
        self._cipher = WeChatCipher(key)
        self._receiver = receiver.encode()

    def open(self, encrypted: str) -> str:
        """Return the text. Raises NotTheirs, also when it was meant for somebody else."""
        try:
            # Strictly: else a stranger's spaces would be passed over, and one push be signed in many ways.
            sealed = binascii.a2b_base64(encrypted, strict_mode=True)
        except ValueError:
            raise NotTheirs(400, "no base64") from None
        if not sealed or len(sealed) % 16:
            raise NotTheirs(400, "cut short")
        plain: bytes = self._cipher.decrypt(sealed)
        padding = plain[-1]
        if not 1 <= padding <= BLOCK or plain[-padding:] != bytes((padding,)) * padding:
            raise NotTheirs(400, "the padding is wrong")
        end = 20 + int.from_bytes(plain[16:20], "big")
        if end > len(plain) - padding:
            raise NotTheirs(400, "the length is wrong")
        if plain[end:-padding] != self._receiver:
            raise NotTheirs(400, "meant for another account")
        # Half a character at the end of what somebody wrote is no reason to lose all of it.
        return plain[20:end].decode("utf-8", "replace")

    def close(self, text: str) -> str:
        """Return the text encrypted."""
        content = text.encode("utf-8", "replace")
        plain = b"".join(
            (secrets.token_hex(8).encode(), len(content).to_bytes(4, "big"), content, self._receiver)
        )
        padding = BLOCK - len(plain) % BLOCK
        return base64.b64encode(self._cipher.encrypt(plain + bytes((padding,)) * padding)).decode()


def signature(*words: str) -> str:
    """Return the signature over the token and the words that come with a push, in whatever order."""
    return hashlib.sha1("".join(sorted(words)).encode()).hexdigest()


def read_xml(text: str) -> Fields:
    """Return the fields of Tencent's XML. Raises NotTheirs for what is none, and for what would cost much to read.

    Entities and document types are refused; attributes are passed over. Texts are stripped; an empty field is "".
    """
    return _Reader().read(NOT_XML.sub("", text))


class _Reader:
    """Builds the fields while expat reads. xmltodict does so too, with no limit to depth or number."""

    def __init__(self) -> None:
        self._open: list[Fields] = [{}]
        self._names: list[str] = []
        self._text: list[str] = []
        self._count = 0

    def read(self, text: str) -> Fields:
        parser = expat.ParserCreate("utf-8")
        parser.buffer_text = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text.append
        parser.StartDoctypeDeclHandler = parser.EntityDeclHandler = _forbidden
        try:
            parser.Parse(text, True)
        except (expat.ExpatError, UnicodeEncodeError):
            raise NotTheirs(400, "no XML") from None
        (root,) = self._open[0].values()
        if not isinstance(root, dict):
            raise NotTheirs(400, "no fields")
        return root

    def _start(self, name: str, attributes: object) -> None:
        self._count += 1
        if len(self._names) >= DEEPEST or self._count > MOST_FIELDS:
            raise NotTheirs(400, "deeper or longer than any message")
        self._names.append(name)
        self._open.append({})
        self._text.clear()

    def _end(self, name: str) -> None:
        self._names.pop()
        fields = self._open.pop()
        value: Any = fields or "".join(self._text).strip()
        self._text.clear()
        around = self._open[-1]
        if name not in around:
            around[name] = value
        elif isinstance(around[name], list):
            around[name].append(value)
        else:
            around[name] = [around[name], value]


def _forbidden(*what: object) -> None:
    raise NotTheirs(400, "a document type")


def read_json(text: str | bytes, *, words: bool = True) -> Fields:
    """Return the fields of the robot's JSON. Raises NotTheirs. `words`: there are somebody's words in it, which may
    hold what no XML and no database takes; an envelope has none, and a stranger's is to cost little."""
    try:
        found = _clean(_loads(text)) if words else orjson.loads(text)
    except (ValueError, RecursionError):
        raise NotTheirs(400, "no JSON") from None
    if not isinstance(found, dict):
        raise NotTheirs(400, "no fields")
    return found


def _loads(text: str | bytes) -> Any:
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        # It takes no half characters, and somebody's whole call may stand around one.
        return json.loads(text)


def _clean(value: Any) -> Any:
    """The same without what neither XML nor the database may hold."""
    if isinstance(value, str):
        return NOT_XML.sub("", value)
    if isinstance(value, dict):
        return {NOT_XML.sub("", name): _clean(one) for name, one in value.items()}
    if isinstance(value, list):
        return [_clean(one) for one in value]
    return value


def text_of(fields: Mapping[str, Any], name: str, default: str | None = None) -> str:
    """Return a field that holds text. Raises NotTheirs when it holds something else, or is absent without default."""
    value = fields.get(name, default)
    if not isinstance(value, str):
        raise NotTheirs(400, f"no {name}")
    return value


def number_of(fields: Mapping[str, Any], name: str, default: int | None = None) -> int:
    """Return a field that holds a whole number of at most 18 digits. Raises NotTheirs."""
    value = fields.get(name, default)
    if isinstance(value, str) and re.fullmatch(r"[0-9]{1,18}", value, re.ASCII):
        return int(value)
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) < 10**18:
        return value
    raise NotTheirs(400, f"no {name}")


def time_of(fields: Mapping[str, Any], name: str) -> Instant:
    """Return when it was, by a field of whole seconds since 1970. Raises NotTheirs, also for what no clock will show."""
    seconds = number_of(fields, name)
    if not 0 <= seconds < LAST_SECOND:
        raise NotTheirs(400, f"no {name}")
    return seconds * SECOND


def write_xml(fields: Sequence[tuple[str, str | int]]) -> str:
    """Return Tencent's XML. No text can end its field before its end, whatever somebody wrote."""
    return f"<xml>{''.join(_field(name, value) for name, value in fields)}</xml>"


def _field(name: str, value: str | int) -> str:
    if isinstance(value, int):
        return f"<{name}>{value}</{name}>"
    text = NOT_XML.sub("", value).replace("]]>", "]]]]><![CDATA[>")
    return f"<{name}><![CDATA[{text}]]></{name}>"


def text_reply(to: str, sender: str, text: str, seconds: int) -> str:
    """Return the XML of a text in answer to a push: `to` and `sender` are its FromUserName and ToUserName, `seconds`
    the time of the answer."""
    return write_xml(
        (
            ("ToUserName", to),
            ("FromUserName", sender),
            ("CreateTime", seconds),
            ("MsgType", "text"),
            ("Content", text),
        )
    )
