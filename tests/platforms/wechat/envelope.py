"""What makes a push of WeChat's trustworthy: its signature, and in safe mode the envelope around its words."""

from __future__ import annotations

import secrets

from tests.platforms import tencent_seal
from tests.platforms.tencent_seal import Broken as Broken
from tests.platforms.tencent_seal import key_of
from tests.platforms.tencent_seal import signature as signature


def a_nonce() -> str:
    """Return ten digits or fewer, as WeChat's nonces are."""
    return str(secrets.randbelow(2**31))


class Envelope:
    """Seals and opens. `receive_id` is the appid; `aes_key` the 43 characters of the EncodingAESKey, None in plaintext mode."""

    def __init__(self, token: str, receive_id: str, aes_key: str | None) -> None:
        self.token = token
        self.receive_id = receive_id
        self.key = key_of(aes_key) if aes_key else None

    def signed(self, timestamp: int, nonce: str | None = None) -> dict[str, str]:
        """Return the three words in the address of every request from WeChat."""
        nonce = nonce or a_nonce()
        signed = signature(self.token, str(timestamp), nonce)
        return {"signature": signed, "timestamp": str(timestamp), "nonce": nonce}

    def msg_signature(self, timestamp: str, nonce: str, encrypted: str) -> str:
        """Sign the sealed words together with the address's timestamp and nonce."""
        return signature(self.token, timestamp, nonce, encrypted)

    def seal(self, words: str, receive_id: str | None = None) -> str:
        """Encrypt, for ourselves or for somebody else."""
        return tencent_seal.sealed(self._key(), words, self.receive_id if receive_id is None else receive_id)

    def open(self, encrypted: str) -> str:
        """Decrypt what the program sealed. Raises Broken."""
        return tencent_seal.opened(self._key(), encrypted, self.receive_id)

    def _key(self) -> bytes:
        assert self.key, "plaintext mode has no key"
        return self.key
