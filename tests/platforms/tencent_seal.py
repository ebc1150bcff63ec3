"""Tencent's envelope, as WeChat and WeCom both have it: AES-256-CBC under a 43-letter key, and a SHA-1 signature.

Written from the published scheme and not from wechatpy, so that one mistake cannot sit on both sides.
Source: developer.work.weixin.qq.com/document/path/90968 (加解密方案说明), /101033 (the robot's).
"""

from __future__ import annotations

import base64
import hashlib
import secrets
import struct

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

BLOCK = 32  # the padding goes to 32 bytes, although AES itself needs 16


class Broken(Exception):
    """The envelope is not what it should be; the text says in which way."""


def signature(*parts: str) -> str:
    """Sign as Tencent does: SHA-1 over the sorted parts, in hexadecimal digits."""
    return hashlib.sha1("".join(sorted(parts)).encode()).hexdigest()


def key_of(letters: str) -> bytes:
    key = base64.b64decode(letters + "=", validate=True)
    assert len(key) == 32, "an EncodingAESKey has 43 characters of base64"
    return key


def cipher(key: bytes) -> Cipher[modes.CBC]:
    return Cipher(algorithms.AES(key), modes.CBC(key[:16]))


def encrypt(key: bytes, plain: bytes) -> bytes:
    """Encrypt bare bytes; the pictures sent to a robot come like this."""
    missing = BLOCK - len(plain) % BLOCK
    writing = cipher(key).encryptor()
    return writing.update(plain + bytes([missing]) * missing) + writing.finalize()


def decrypt(key: bytes, sealed: bytes) -> bytes:
    """Raises Broken for what is not whole or not padded with 1 to 32 bytes."""
    if not sealed or len(sealed) % 16:
        raise Broken("no whole number of blocks")
    reading = cipher(key).decryptor()
    padded = reading.update(sealed) + reading.finalize()
    added = padded[-1]
    if not 1 <= added <= BLOCK or padded[-added:] != bytes([added]) * added:
        raise Broken("the padding is wrong")
    return padded[:-added]


def sealed(key: bytes, words: str, receiver: str) -> str:
    """Return `words` as they go over the line: 16 random bytes, their length, themselves, the receiver; all encrypted."""
    said = words.encode()
    plain = secrets.token_bytes(16) + struct.pack("!I", len(said)) + said + receiver.encode()
    return base64.b64encode(encrypt(key, plain)).decode()


def opened(key: bytes, text: str, receiver: str) -> str:
    """Return what stands in an envelope. Raises Broken."""
    try:
        whole = base64.b64decode(text, validate=True)
    except ValueError as bad:
        raise Broken("no base64") from bad
    plain = decrypt(key, whole)[16:]
    if len(plain) < 4 or len(plain) - 4 < (length := struct.unpack("!I", plain[:4])[0]):
        raise Broken("the length is wrong")
    if plain[4 + length :] != receiver.encode():
        raise Broken(f"sealed for {plain[4 + length :]!r}, not for {receiver!r}")
    try:
        return plain[4 : 4 + length].decode()
    except UnicodeDecodeError as bad:
        raise Broken("the words are no UTF-8") from bad
