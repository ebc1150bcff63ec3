"""The seal of one of WeCom's callbacks."""

from __future__ import annotations

from dataclasses import dataclass

from tests.platforms import tencent_seal
from tests.platforms.tencent_seal import Broken as Broken
from tests.platforms.tencent_seal import key_of


@dataclass(frozen=True)
class Seal:
    """One callback's `token` and 43-letter `aes_key`. `receiver`: the corpid, or "" for the robot."""

    token: str
    aes_key: str
    receiver: str = ""

    def signature(self, timestamp: str, nonce: str, encrypted: str) -> str:
        return tencent_seal.signature(self.token, timestamp, nonce, encrypted)

    def close(self, text: str) -> str:
        """Return `text` as it goes over the line."""
        return tencent_seal.sealed(key_of(self.aes_key), text, self.receiver)

    def open(self, encrypted: str) -> str:
        """Return what stands in an envelope. Raises Broken."""
        return tencent_seal.opened(key_of(self.aes_key), encrypted, self.receiver)

    def check(self, signature: str, timestamp: str, nonce: str, encrypted: str) -> None:
        """Raises Broken when the signature is another one."""
        if signature != self.signature(timestamp, nonce, encrypted):
            raise Broken("has a wrong signature")

    def encrypt(self, plain: bytes) -> bytes:
        """Encrypt bare bytes; the pictures sent to a robot come like this."""
        return tencent_seal.encrypt(key_of(self.aes_key), plain)

    def decrypt(self, encrypted: bytes) -> bytes:
        """Raises Broken for what is not whole or not padded with 1 to 32 bytes."""
        return tencent_seal.decrypt(key_of(self.aes_key), encrypted)
