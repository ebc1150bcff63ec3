"""What WeChat's, WeCom's and the robot's doors check before anything of a push is believed.

The order is what makes a stranger cheap: the address line alone first, then at most 64 KiB, then the signature, and
only what is signed is decrypted and read. Whatever is wrong is one error with a status of 4xx, and stores nothing.
"""

from __future__ import annotations

import asyncio
import hmac
import re
from collections import OrderedDict
from dataclasses import dataclass
from urllib.parse import parse_qsl

import orjson
from starlette.types import Receive, Scope, Send

from bot.channels.tencent_envelope import Fields, Seal, read_json, read_xml, signature, text_of, write_xml
from bot.channels.tencent_envelope import NotTheirs as NotTheirs
from bot.clock import WallClock
from bot.secret import Secret
from storage.records import MINUTE, SECOND, Instant, Span

BODY_BYTES = 64 * 1024
"""Tencent's longest push, a text of 2,048 bytes twice over in three encodings, stays far below."""
BODY_SECONDS = 10.0
"""The platforms themselves wait five for the answer."""
QUERY_BYTES = 4096
OFF: Span = 5 * MINUTE
"""How far a push's time may lie from the machine's, before or behind."""
AGAIN: Span = 20 * SECOND
"""Tencent repeats a push three times, five seconds apart. After that nobody has a reason to."""
KEPT: Span = 2 * OFF + AGAIN
"""After that a push is too old anyway, even one whose time lay ahead."""
MOST_SEEN = 50_000
"""Pushes remembered: eighty a second for all the time in which one is not too old."""
GIVEN = ("signature", "msg_signature", "timestamp", "nonce", "echostr")
LINE = re.compile(r"[!-~]{0,2048}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Knock:
    """What stands in a push's address line; "" what does not."""

    signature: str
    msg_signature: str
    timestamp: str
    nonce: str
    echostr: str


class Door:
    """One platform's door.

    `aes_key`: None where messages come in plaintext; `receiver`: our app id or corp id, "" for the robot.
    `line_signed`: the address line has a signature of its own, as WeChat's has.
    """

    def __init__(
        self,
        token: Secret,
        aes_key: Secret | None,
        receiver: str,
        wall: WallClock,
        *,
        line_signed: bool = False,
    ) -> None:
        if not (line_signed or aes_key):
            raise ValueError("a door where nothing is signed would listen to anybody")
        self._token = token.reveal()
        self._seal = Seal(aes_key.reveal(), receiver) if aes_key else None
        self._wall = wall
        self._line_signed = line_signed
        self._seen: OrderedDict[str, tuple[Instant, int]] = OrderedDict()

    def knock(self, query: bytes) -> Knock:
        """Look at the address line alone. Raises NotTheirs."""
        given = _given(query)
        if not re.fullmatch(r"[0-9]{1,12}", given["timestamp"], re.ASCII) or not given["nonce"]:
            raise NotTheirs(400, "no timestamp or nonce")
        knock = Knock(**given)
        if abs(self._wall.now() - int(knock.timestamp) * SECOND) > OFF:
            raise NotTheirs(403, "too old, or this machine's clock is wrong")
        # In safe mode the message's own signature is enough; one on the line that is wrong is refused all the same.
        bare = self._seal is not None and knock.msg_signature and not knock.signature
        if self._line_signed and not bare and not self._signed(knock.signature, knock):
            raise NotTheirs(403, "the signature is wrong")
        if not (self._line_signed or knock.msg_signature):
            raise NotTheirs(403, "no signature")
        return knock

    def echo(self, knock: Knock) -> bytes:
        """Return what proves to the platform that this address is ours. Raises NotTheirs."""
        if not knock.echostr:
            raise NotTheirs(400, "nothing to echo")
        if self._line_signed and knock.signature:
            # WeChat asks in plain words whatever the mode, and its signature has been looked at.
            return knock.echostr.encode()
        return self._open(knock, knock.echostr).encode()

    def fields_xml(self, knock: Knock, body: bytes) -> Fields:
        """Return what was pushed as XML, out of its envelope. Raises NotTheirs."""
        outer = read_xml(_text(body))
        if self._seal is None:
            self._first(knock.signature, hash(body))
            if outer.keys() <= {"ToUserName", "Encrypt", "AgentID"}:
                raise NotTheirs(400, "encrypted, and HUYING_WECHAT_AES_KEY is not set")
            return outer
        if "Encrypt" not in outer:
            raise NotTheirs(400, "in plaintext, though an AES key is set: choose the safe mode there")
        return read_xml(self._take(knock, text_of(outer, "Encrypt")))

    def fields_json(self, knock: Knock, body: bytes) -> Fields:
        """Return what was pushed as JSON, out of its envelope. Raises NotTheirs."""
        return read_json(self._take(knock, text_of(read_json(body, words=False), "encrypt")))

    def sealed_xml(self, knock: Knock, xml: str) -> bytes:
        """Return our answer in the envelope it is awaited in: none in plaintext mode."""
        if self._seal is None:
            return xml.encode("utf-8", "replace")
        encrypted, at = self._seal.close(xml), self._wall.now() // SECOND
        signed = signature(self._token, str(at), knock.nonce, encrypted)
        return write_xml(
            (("Encrypt", encrypted), ("MsgSignature", signed), ("TimeStamp", at), ("Nonce", knock.nonce))
        ).encode()

    def sealed_json(self, knock: Knock, text: str) -> bytes:
        """The same for the robot's JSON."""
        assert self._seal is not None, "the robot's messages are always encrypted"
        encrypted, at = self._seal.close(text), self._wall.now() // SECOND
        signed = signature(self._token, str(at), knock.nonce, encrypted)
        return orjson.dumps(
            {"encrypt": encrypted, "msgsignature": signed, "timestamp": at, "nonce": knock.nonce}
        )

    # --- one after the other ---------------------------------------------------------------------------------------

    def _take(self, knock: Knock, encrypted: str) -> str:
        text = self._open(knock, encrypted)
        self._first(knock.msg_signature, 0)
        return text

    def _open(self, knock: Knock, encrypted: str) -> str:
        if not self._signed(knock.msg_signature, knock, encrypted):
            raise NotTheirs(403, "the message's signature is wrong")
        assert self._seal is not None, "what is not encrypted was turned away before"
        return self._seal.open(encrypted)

    def _signed(self, shown: str, knock: Knock, *more: str) -> bool:
        return hmac.compare_digest(shown, signature(self._token, knock.timestamp, knock.nonce, *more))

    def _first(self, signed: str, content: int) -> None:
        """Take it the first time, and for a while after that; only what is signed gets so far.

        A plaintext body is not signed, so a signature stands for the body it came with first. Two processes each
        remember their own; what one lets through a second time the inbox knows.
        """
        now = self._wall.now()
        since, known = self._seen.setdefault(signed, (now, content))
        if known != content or not -AGAIN <= now - since <= AGAIN:
            raise NotTheirs(403, "seen before")
        oldest, _ = next(iter(self._seen.values()))
        if len(self._seen) > MOST_SEEN or now - oldest > KEPT:
            self._seen.popitem(last=False)


def _given(query: bytes) -> dict[str, str]:
    """Return what is asked for of the address line, each at most once."""
    if len(query) > QUERY_BYTES:
        raise NotTheirs(400, "the address is too long")
    given = dict.fromkeys(GIVEN, "")
    try:
        pairs = parse_qsl(query.decode("ascii"), keep_blank_values=True, max_num_fields=20)
    except ValueError:
        raise NotTheirs(400, "the address cannot be read") from None
    for name, value in pairs:
        if name not in given:
            continue
        # A plus sign that was not escaped reads as a space; base64 has no other.
        value = value.replace(" ", "+")
        if given[name] or not LINE.fullmatch(value):
            raise NotTheirs(400, f"a wrong {name}")
        given[name] = value
    return given


def _text(body: bytes) -> str:
    try:
        return body.decode()
    except UnicodeDecodeError:
        raise NotTheirs(400, "no UTF-8") from None


async def body_of(scope: Scope, receive: Receive) -> bytes:
    """Return the body. Raises NotTheirs as soon as it is too long, declared or counted, comes too slowly, or breaks off."""
    declared = next((value for name, value in scope["headers"] if name == b"content-length"), b"0")
    if not declared.isdigit() or int(declared[:20]) > BODY_BYTES:
        raise NotTheirs(413, "longer than any push")
    try:
        async with asyncio.timeout(BODY_SECONDS):
            return await _counted(receive)
    except TimeoutError:
        raise NotTheirs(408, "slower than any platform") from None


async def _counted(receive: Receive) -> bytes:
    body = b""
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise NotTheirs(400, "hung up")
        part: bytes = message.get("body", b"")
        body += part
        if len(body) > BODY_BYTES:
            raise NotTheirs(413, "longer than any push")
        if not message.get("more_body", False):
            return body


async def respond(send: Send, status: int, content: bytes = b"", kind: str = "text/plain") -> None:
    """Answer one request."""
    headers = [
        (b"content-type", f"{kind}; charset=utf-8".encode()),
        (b"content-length", str(len(content)).encode()),
    ]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": content})
