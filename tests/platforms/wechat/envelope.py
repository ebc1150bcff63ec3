"""What makes a push trustworthy: its signature, and in safe mode the AES envelope around its words.

Written from the platform's description (消息加解密技术方案) with `cryptography` alone, so that a program which leans on a
library's reading of it is tried against another one.
"""

from __future__ import annotations

import base64
import hashlib
import secrets
import struct

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

# The platform pads to 32 bytes although AES has blocks of 16.
BLOCK = 32


class Broken(Exception):
    """The envelope is not what it should be; the text says in which way."""


def signature(*parts: str) -> str:
    """Sign as WeChat does: SHA-1 over the sorted parts, in hexadecimal digits."""
    return hashlib.sha1("".join(sorted(parts)).encode()).hexdigest()


def a_nonce() -> str:
    """Return ten digits or fewer, as WeChat's nonces are."""
    return str(secrets.randbelow(2**31))


class Envelope:
    """Seals and opens. `receive_id` is the appid; `aes_key` the 43 characters of the EncodingAESKey, None in plaintext mode."""

    def __init__(self, token: str, receive_id: str, aes_key: str | None) -> None:
        self.token = token
        self.receive_id = receive_id
        self.key = base64.b64decode(aes_key + "=", validate=True) if aes_key else None
        assert self.key is None or len(self.key) == 32, "an EncodingAESKey has 43 characters of base64"

    def signed(self, timestamp: int, nonce: str | None = None) -> dict[str, str]:
        """Return the three words in the address of every request from WeChat."""
        nonce = nonce or a_nonce()
        signed = signature(self.token, str(timestamp), nonce)
        return {"signature": signed, "timestamp": str(timestamp), "nonce": nonce}

    def msg_signature(self, timestamp: str, nonce: str, encrypted: str) -> str:
        """Sign the sealed words together with the address's timestamp and nonce."""
        return signature(self.token, timestamp, nonce, encrypted)

    def seal(self, words: str, receive_id: str | None = None) -> str:
        """Encrypt: 16 random bytes, the length in network order, the words, the receiver's id, padding."""
        said = words.encode()
        whole = secrets.token_bytes(16) + struct.pack("!I", len(said)) + said
        whole += (self.receive_id if receive_id is None else receive_id).encode()
        padding = BLOCK - len(whole) % BLOCK
        sealing = self._cipher().encryptor()
        return base64.b64encode(
            sealing.update(whole + bytes([padding]) * padding) + sealing.finalize()
        ).decode()

    def open(self, encrypted: str) -> str:
        """Decrypt what the program sealed. Raises Broken."""
        try:
            sealed = base64.b64decode(encrypted, validate=True)
        except ValueError as bad:
            raise Broken("Encrypt is no base64") from bad
        if not sealed or len(sealed) % 16:
            raise Broken("Encrypt is no whole number of blocks")
        opening = self._cipher().decryptor()
        whole = opening.update(sealed) + opening.finalize()
        padding = whole[-1]
        if not 1 <= padding <= BLOCK or whole[-padding:] != bytes([padding]) * padding:
            raise Broken("the padding is wrong")
        whole = whole[16:-padding]
        if len(whole) < 4 or len(whole) - 4 < (length := struct.unpack("!I", whole[:4])[0]):
            raise Broken("the length is wrong")
        if whole[4 + length :] != self.receive_id.encode():
            raise Broken(f"sealed for {whole[4 + length :]!r}, not for {self.receive_id}")
        try:
            return whole[4 : 4 + length].decode()
        except UnicodeDecodeError as bad:
            raise Broken("the words are no UTF-8") from bad

    def _cipher(self) -> Cipher[modes.CBC]:
        assert self.key, "plaintext mode has no key"
        return Cipher(algorithms.AES(self.key), modes.CBC(self.key[:16]))
