"""Photos and voices as files, named by the hash of what is in them. No database here.

A photo is told by its content, never by its name or declared type. It is drawn anew as an upright JPEG, so that
everything that is not picture stays behind: EXIF with the place where it was taken, comments, what hides behind the
end. Voices are kept as they came.
"""

from __future__ import annotations

import hashlib
import io
import os
import tempfile
import threading
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageOps

from storage.disk import sync_folder
from storage.errors import StorageFailed
from storage.media_types import kind_of

LARGEST = 20 * 1024 * 1024
"""Bytes. As much as a bot may download from Telegram."""
MOST_PIXELS = 60_000_000
"""Of a JPEG. Telephones take 12 to 50 million; a bomb unfolds to billions."""
MOST_PIXELS_WHOLE = 30_000_000
"""Of anything else, which can only be unfolded whole: eight bytes a pixel while it is made small. The longest
screenshots have 25 million."""
LONGEST_SIDE = 4096
"""Pixels. Enough to read a meter on, and within what Telegram takes (width and height together 10,000, 10 MB)."""
QUALITY = 88
# Where Pillow itself begins to warn. Said here because it can only be said for the whole process.
Image.MAX_IMAGE_PIXELS = MOST_PIXELS
_ONE_AT_A_TIME = threading.Lock()
"""An unfolded photo takes up to a third of a gigabyte; ten that come together must not take three."""
DRAWN = ("JPEG", "PNG", "GIF", "WEBP", "AVIF")
PHOTO = "photo"


@dataclass(frozen=True, slots=True)
class Kept:
    """What stands in the folder now. `size` in bytes, `width` and `height` in pixels (0 for a voice)."""

    sha256: str
    kind: str
    size: int
    width: int = 0
    height: int = 0


class NotKept(Exception):
    """The bytes cannot be kept, and trying again will not help. `reason`: empty, too_large, not_media or broken."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class MediaFolder:
    """Files lie as `ab/abcdef….jpg`. All methods are sync and slow: call them beside the event loop."""

    def __init__(self, path: Path) -> None:
        self.root = path

    def put(self, data: bytes, declared: str) -> Kept:
        """Keep a photo or voice and return what was kept; the same picture twice is one file.

        `declared` is the type its sender claims; only the content counts. Raises NotKept, and StorageFailed when the
        folder cannot be written.
        """
        if not data:
            raise NotKept("empty")
        if len(data) > LARGEST:
            raise NotKept("too_large")
        found = kind_of(data)
        if found is None:
            raise NotKept("not_media")
        kind, suffix = found
        width = height = 0
        if kind == PHOTO:
            with _ONE_AT_A_TIME:
                data, width, height = cleaned(data)
            suffix = ".jpg"
        sha256 = hashlib.sha256(data).hexdigest()
        self._write(data, sha256, suffix)
        return Kept(sha256, kind, len(data), width, height)

    def path(self, sha256: str) -> Path:
        """Return where the file lies, or would lie when there is none. Raises FileNotFoundError for what is no hash."""
        # The name comes from outside: nothing but a hash may become part of a path.
        if len(sha256) != 64 or not set(sha256) <= set("0123456789abcdef"):
            raise FileNotFoundError(sha256)
        folder = self.root / sha256[:2]
        return next(folder.glob(f"{sha256}.*"), folder / f"{sha256}.jpg")

    def open(self, sha256: str) -> bytes:
        """Return the bytes. Raises FileNotFoundError."""
        return self.path(sha256).read_bytes()

    def remove(self, sha256: str) -> None:
        """Delete the file; nothing when there is none. Raises StorageFailed when the folder cannot be written."""
        try:
            self.path(sha256).unlink(missing_ok=True)
        except OSError as error:
            raise StorageFailed(f"the media folder cannot be written: {error}") from error

    def _write(self, data: bytes, sha256: str, suffix: str) -> None:
        target = self.root / sha256[:2] / f"{sha256}{suffix}"
        try:
            if target.exists():
                return
            if not target.parent.is_dir():
                target.parent.mkdir(parents=True, exist_ok=True)
                sync_folder(self.root)
            # Under its name it is whole or not there: a crash in between leaves only a nameless leftover.
            descriptor, part = tempfile.mkstemp(dir=target.parent, prefix=".part-")
            try:
                with os.fdopen(descriptor, "wb") as file:
                    file.write(data)
                    file.flush()
                    os.fsync(file.fileno())
                os.replace(part, target)
            finally:
                Path(part).unlink(missing_ok=True)
            sync_folder(target.parent)
        except OSError as error:
            raise StorageFailed(f"the media folder cannot be written: {error}") from error


def cleaned(data: bytes) -> tuple[bytes, int, int]:
    """Return an image as a JPEG with nothing but its picture, upright: bytes, width and height.

    Raises NotKept: too_large for too many pixels, broken for what cannot be drawn.
    """
    try:
        image = Image.open(io.BytesIO(data), formats=DRAWN)
        # Opening reads the header only: nothing is unfolded yet.
        if image.width * image.height > (MOST_PIXELS if image.format == "JPEG" else MOST_PIXELS_WHOLE):
            raise NotKept("too_large")
        return _drawn(image)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise NotKept("too_large") from error
    except (OSError, ValueError, SyntaxError, EOFError, ArithmeticError, MemoryError, KeyError) as error:
        # What Pillow's readers raise over broken files has no common name.
        raise NotKept("broken") from error


def _drawn(image: Image.Image) -> tuple[bytes, int, int]:
    # Made small before anything is made of it: at its full size each step would hold one more copy of every pixel.
    # A JPEG is even unfolded at half or a quarter of its size here.
    image.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    upright = ImageOps.exif_transpose(image)
    bare = Image.new("RGB", upright.size, "white")
    if upright.mode in ("RGBA", "LA", "PA") or "transparency" in upright.info:
        see_through = upright.convert("RGBA")
        bare.paste(see_through, mask=see_through.getchannel("A"))
    else:
        bare.paste(upright.convert("RGB"))
    out = io.BytesIO()
    bare.save(out, "JPEG", quality=QUALITY)
    return out.getvalue(), bare.width, bare.height
