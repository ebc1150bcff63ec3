"""Tencent's envelope: AES-256-CBC under a 43-letter key, and a SHA-1 signature over the sorted words.

Written from the published scheme and not from wechatpy, so that one mistake cannot sit on both sides.
Source: developer.work.weixin.qq.com/document/path/90968 (加解密方案说明), /101033 (the robot's).
"""

from __future__ import annotations

import base64
import hashlib
import secrets
import struct
from dataclasses import dataclass

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

BLOCK = 32  # the padding goes to 32 bytes, although AES itself needs 16


class BrokenSeal(Exception):
    """What came back cannot be opened; the text says why."""


@dataclass(frozen=True)
class Seal:
    """One callback's `token` and 43-letter `aes_key`. `receiver`: the corpid, or "" for the robot."""

    token: str
    aes_key: str
    receiver: str = ""

    @property
    def key(self) -> bytes:
        return base64.b64decode(self.aes_key + "=")

    def signature(self, timestamp: str, nonce: str, encrypted: str) -> str:
        return hashlib.sha1("".join(sorted([self.token, timestamp, nonce, encrypted])).encode()).hexdigest()

    def close(self, text: str) -> str:
        """Return `text` as it goes over the line: 16 random bytes, its length, itself, the receiver; all encrypted."""
        words = text.encode()
        plain = secrets.token_bytes(16) + struct.pack("!I", len(words)) + words + self.receiver.encode()
        return base64.b64encode(self.encrypt(plain)).decode()

    def open(self, encrypted: str) -> str:
        """Return what stands in an envelope. Raises BrokenSeal."""
        try:
            plain = self.decrypt(base64.b64decode(encrypted, validate=True))
            length = struct.unpack("!I", plain[16:20])[0]
            words, receiver = plain[20 : 20 + length].decode(), plain[20 + length :].decode()
        except (ValueError, struct.error) as broken:
            raise BrokenSeal(f"cannot be decrypted: {broken}") from broken
        if receiver != self.receiver:
            raise BrokenSeal(f"is meant for {receiver!r} and not for {self.receiver!r}")
        return words

    def check(self, signature: str, timestamp: str, nonce: str, encrypted: str) -> None:
        """Raises BrokenSeal when the signature is another one."""
        if signature != self.signature(timestamp, nonce, encrypted):
            raise BrokenSeal("has a wrong signature")

    def encrypt(self, plain: bytes) -> bytes:
        """Encrypt bare bytes; the pictures sent to a robot come like this."""
        missing = BLOCK - len(plain) % BLOCK
        writing = Cipher(algorithms.AES(self.key), modes.CBC(self.key[:16])).encryptor()
        return writing.update(plain + bytes([missing]) * missing) + writing.finalize()

    def decrypt(self, encrypted: bytes) -> bytes:
        """Raises ValueError for what is not whole or not padded with 1 to 32 bytes."""
        reading = Cipher(algorithms.AES(self.key), modes.CBC(self.key[:16])).decryptor()
        padded = reading.update(encrypted) + reading.finalize()
        added = padded[-1] if padded else 0
        if not 1 <= added <= BLOCK or padded[-added:] != bytes([added]) * added:
            raise ValueError("bad padding")
        return padded[:-added]
