"""Telling photos and voices by their first bytes. Sources: the formats' own headers (JFIF, PNG, RIFF, Ogg, 3GPP)."""

from __future__ import annotations

import re
from collections.abc import Callable

STARTS: tuple[tuple[bytes, str, str], ...] = (
    (b"\xff\xd8\xff", "photo", ".jpg"),
    (b"\x89PNG\r\n\x1a\n", "photo", ".png"),
    (b"GIF87a", "photo", ".gif"),
    (b"GIF89a", "photo", ".gif"),
    (b"OggS", "voice", ".ogg"),
    (b"#!AMR", "voice", ".amr"),
    (b"ID3", "voice", ".mp3"),
)
ISO_BRANDS: dict[bytes, tuple[str, str]] = {
    b"M4A ": ("voice", ".m4a"),
    b"M4B ": ("voice", ".m4a"),
    b"mp42": ("voice", ".m4a"),
    b"isom": ("voice", ".m4a"),
    b"3gp4": ("voice", ".m4a"),
    b"3gp5": ("voice", ".m4a"),
    b"avif": ("photo", ".avif"),
}
FILM = re.compile(rb"hdlr.{8}vide", re.DOTALL)
"""A track's handler box: name, version and flags, four unused bytes, what the track is."""


def kind_of(data: bytes) -> tuple[str, str] | None:
    """Return `("photo" or "voice", suffix)`, or None for anything else."""
    for start, kind, suffix in STARTS:
        if data.startswith(start):
            return kind, suffix
    looks: tuple[Callable[[bytes], tuple[str, str] | None], ...] = (_riff, _iso, _bare_mp3)
    return next((found for look in looks if (found := look(data)) is not None), None)


def _riff(data: bytes) -> tuple[str, str] | None:
    return ("photo", ".webp") if data[:4] == b"RIFF" and data[8:12] == b"WEBP" else None


def _iso(data: bytes) -> tuple[str, str] | None:
    """A file of the ISO base format (ISO/IEC 14496-12) names its brand behind `ftyp`.

    Films and voices share brands: one with a track of moving pictures is a film, which may say where it was taken.
    """
    found = ISO_BRANDS.get(data[8:12]) if data[4:8] == b"ftyp" else None
    return None if found is None or (found[0] == "voice" and FILM.search(data)) else found


def _bare_mp3(data: bytes) -> tuple[str, str] | None:
    """An MP3 without tags starts with a frame: eleven set bits, then a version and layer III."""
    if len(data) < 4 or data[0] != 0xFF or data[1] & 0xE0 != 0xE0:
        return None
    version, layer, rate = data[1] >> 3 & 3, data[1] >> 1 & 3, data[2] >> 4
    return ("voice", ".mp3") if version != 1 and layer == 1 and rate not in (0, 15) else None
