"""Pushes as Tencent makes them, with wechatpy's own encryption, so that our door is held against somebody else's."""

from __future__ import annotations

import json
from dataclasses import dataclass
from urllib.parse import urlencode

import pytest
from wechatpy.crypto import PrpCrypto, WeChatCrypto
from wechatpy.utils import WeChatSigner

from bot.channels.tencent_door import Door, NotTheirs
from bot.secret import Secret
from storage.records import SECOND, Instant

TOKEN = "huying-token"
AES_KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
APPID = "wx5823bf96d3bd56c7"
NOW: Instant = 1_793_000_000_000
CRYPTO = WeChatCrypto(TOKEN, AES_KEY, APPID)
ROBOT = WeChatCrypto(TOKEN, AES_KEY, "")
CALL = "3号楼2单元电梯停在5楼"


class Wall:
    """A machine's clock that stands still until it is set."""

    def __init__(self) -> None:
        self.at: Instant = NOW

    def now(self) -> Instant:
        return self.at

    def seconds_until(self, instant: Instant) -> float:
        return max(0.0, (instant - self.at) / SECOND)

    async def until(self, instant: Instant) -> None:
        self.at = max(self.at, instant)


@dataclass(frozen=True, slots=True)
class Push:
    """One request: what stands behind the question mark, and the body."""

    query: bytes
    body: bytes


def signed(*words: str) -> str:
    signer = WeChatSigner()
    signer.add_data(*words)
    return str(signer.signature)


def message(text: str = CALL, number: int = 7001) -> str:
    """What a resident says, as WeChat tells it."""
    return (
        "<xml><ToUserName><![CDATA[gh_1]]></ToUserName><FromUserName><![CDATA[oMei]]></FromUserName>"
        f"<CreateTime>{NOW // SECOND}</CreateTime><MsgType><![CDATA[text]]></MsgType>"
        f"<Content><![CDATA[{text}]]></Content><MsgId>{number}</MsgId></xml>"
    )


def query(*, line_signed: bool = True, at: Instant = NOW, nonce: str = "1372623149", **more: str) -> bytes:
    seconds = str(at // SECOND)
    known = {"signature": signed(TOKEN, seconds, nonce)} if line_signed else {}
    return urlencode({**known, "timestamp": seconds, "nonce": nonce, **more}).encode()


def safe(
    inner: str | None = None,
    *,
    crypto: WeChatCrypto = CRYPTO,
    at: Instant = NOW,
    nonce: str = "1372623149",
    token: str = TOKEN,
    line_signed: bool = True,
) -> Push:
    """A push in safe mode."""
    encrypted = encrypt(message() if inner is None else inner, crypto)
    return sealed(encrypted, at=at, nonce=nonce, token=token, line_signed=line_signed)


def encrypt(inner: str, crypto: WeChatCrypto = CRYPTO) -> str:
    return str(PrpCrypto(crypto.key).encrypt(inner, crypto._id).decode())


def sealed(
    encrypted: str,
    *,
    at: Instant = NOW,
    nonce: str = "1372623149",
    token: str = TOKEN,
    line_signed: bool = True,
) -> Push:
    """A rightly signed envelope around whatever is given."""
    mark = signed(token, str(at // SECOND), nonce, encrypted)
    body = f"<xml><ToUserName><![CDATA[gh_1]]></ToUserName><Encrypt><![CDATA[{encrypted}]]></Encrypt></xml>"
    line = query(line_signed=line_signed, at=at, nonce=nonce, encrypt_type="aes", msg_signature=mark)
    return Push(line, body.encode())


def robot(inner: object, nonce: str = "77") -> Push:
    """A push to the group robot."""
    encrypted = encrypt(inner if isinstance(inner, str) else json.dumps(inner), ROBOT)
    mark = signed(TOKEN, str(NOW // SECOND), nonce, encrypted)
    line = query(line_signed=False, nonce=nonce, msg_signature=mark)
    return Push(line, json.dumps({"encrypt": encrypted}).encode())


def wechat_door(wall: Wall, *, plain: bool = False) -> Door:
    return Door(Secret(TOKEN), None if plain else Secret(AES_KEY), APPID, wall, line_signed=True)


def robot_door(wall: Wall) -> Door:
    return Door(Secret(TOKEN), Secret(AES_KEY), "", wall)


def read(door: Door, push: Push) -> dict[str, object]:
    return door.fields_xml(door.knock(push.query), push.body)


def refused(door: Door, push: Push) -> NotTheirs:
    """Return how the door refused the push; it must, in words that hold nothing of what came."""
    with pytest.raises(NotTheirs) as told:
        read(door, push)
    assert 400 <= told.value.status < 500
    assert CALL not in told.value.why
    return told.value
