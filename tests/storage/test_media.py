from __future__ import annotations

import hashlib
import io
import random
import struct
import zlib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from PIL import Image

from storage.database import StorageFailed
from storage.media import LARGEST, LONGEST_SIDE, MediaFolder, NotKept, cleaned
from storage.media_types import kind_of

GPS = {1: "N", 2: (30.0, 37.0, 12.5), 3: "E", 4: (114.0, 8.0, 1.0)}
VOICES = {
    ".ogg": b"OggS\0\2" + b"\0" * 40,
    ".amr": b"#!AMR\n" + b"\x3c" * 40,
    ".mp3": b"ID3\4\0\0\0\0\0\0" + b"\xff\xfb\x90\x64" * 10,
    ".m4a": b"\0\0\0\x20ftypM4A \0\0\0\0" + b"\0" * 40,
}


def a_film(brand: bytes) -> bytes:
    """As much of a film as says that it is one."""
    return b"\0\0\0\x18ftyp" + brand + bytes(60) + b"\0\0\0\x21hdlr" + bytes(8) + b"vide" + bytes(12)


@pytest.fixture
def folder(tmp_path: Path) -> MediaFolder:
    return MediaFolder(tmp_path / "media")


def a_picture(width: int = 60, height: int = 40, mode: str = "RGB") -> Image.Image:
    image = Image.new(mode, (width, height), 200 if mode == "L" else "white")
    image.paste(Image.new(mode, (width // 2, height // 2), 10 if mode == "L" else "red"), (0, 0))
    return image


def written(image: Image.Image, format: str = "JPEG", **options: object) -> bytes:
    out = io.BytesIO()
    image.save(out, format, **options)
    return out.getvalue()


def with_gps(orientation: int = 1) -> bytes:
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x010F] = "某手机"
    exif.get_ifd(0x8825).update(GPS)
    return written(a_picture(), exif=exif, comment=b"Meiyi's home")


def files(folder: MediaFolder) -> list[Path]:
    return [path for path in folder.root.rglob("*") if path.is_file()]


def refused(folder: MediaFolder, data: bytes, declared: str = "image/jpeg") -> str:
    with pytest.raises(NotKept) as no:
        folder.put(data, declared)
    assert files(folder) == []
    return no.value.reason


def a_png(width: int, height: int, data: bytes) -> bytes:
    """A PNG that claims a size and brings whatever data."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(data))
        + chunk(b"IEND", b"")
    )


def test_a_photo_is_kept_under_the_hash_of_what_lies_there(folder: MediaFolder) -> None:
    kept = folder.put(written(a_picture()), "image/jpeg")
    data = folder.open(kept.sha256)
    assert (kept.kind, kept.width, kept.height) == ("photo", 60, 40)
    assert hashlib.sha256(data).hexdigest() == kept.sha256
    assert kept.size == len(data)
    assert folder.path(kept.sha256) == folder.root / kept.sha256[:2] / f"{kept.sha256}.jpg"
    assert files(folder) == [folder.path(kept.sha256)]


def test_the_same_photo_twice_is_one_file(folder: MediaFolder) -> None:
    first = folder.put(written(a_picture()), "image/jpeg")
    before = folder.path(first.sha256).stat()
    assert folder.put(written(a_picture()), "application/octet-stream") == first
    assert files(folder) == [folder.path(first.sha256)]
    assert folder.path(first.sha256).stat().st_ino == before.st_ino


def test_where_and_with_what_it_was_taken_stays_behind(folder: MediaFolder) -> None:
    data = with_gps()
    assert Image.open(io.BytesIO(data)).getexif().get_ifd(0x8825)
    kept = folder.open(folder.put(data, "image/jpeg").sha256)
    image = Image.open(io.BytesIO(kept))
    assert not image.getexif()
    assert "comment" not in image.info
    for secret in (b"Exif", b"Meiyi", "某手机".encode()):
        assert secret not in kept


def test_what_hides_behind_the_end_of_a_photo_stays_behind(folder: MediaFolder) -> None:
    hidden = b"PK\x03\x04<script>alert(1)</script>"
    assert hidden not in folder.open(folder.put(written(a_picture()) + hidden, "image/jpeg").sha256)


def test_a_photo_taken_sideways_stands_upright(folder: MediaFolder) -> None:
    kept = folder.put(with_gps(orientation=6), "image/jpeg")
    assert (kept.width, kept.height) == (40, 60)
    corner = Image.open(folder.path(kept.sha256)).getpixel((35, 5))
    assert isinstance(corner, tuple)
    assert corner[0] > 200 > 100 > corner[1]  # red: the left upper quarter has turned to the right


@pytest.mark.parametrize(
    ("format", "mode"),
    [
        ("PNG", "RGB"),
        ("PNG", "RGBA"),
        ("PNG", "P"),
        ("PNG", "L"),
        ("GIF", "P"),
        ("WEBP", "RGB"),
        ("WEBP", "RGBA"),
        ("JPEG", "CMYK"),
        ("JPEG", "L"),
    ],
)
def test_every_kind_of_picture_becomes_a_plain_jpeg(folder: MediaFolder, format: str, mode: str) -> None:
    source = a_picture().convert(mode)
    kept = folder.put(written(source, format), "")
    image = Image.open(folder.path(kept.sha256))
    assert (image.format, image.mode, image.size) == ("JPEG", "RGB", (60, 40))
    assert not image.info.get("icc_profile")


def test_what_is_see_through_becomes_white(folder: MediaFolder) -> None:
    kept = folder.put(written(Image.new("RGBA", (8, 8), (0, 0, 0, 0)), "PNG"), "")
    assert Image.open(folder.path(kept.sha256)).getpixel((4, 4)) == (255, 255, 255)


def test_a_large_photo_is_brought_to_a_size_one_can_send(folder: MediaFolder) -> None:
    kept = folder.put(written(Image.new("RGB", (6000, 1500))), "")
    assert (kept.width, kept.height) == (LONGEST_SIDE, 1024)


def test_the_largest_photos_of_telephones_and_the_longest_screenshots_are_kept(folder: MediaFolder) -> None:
    kept = folder.put(written(Image.new("RGB", (8160, 6120), "red")), "")
    assert (kept.width, kept.height) == (LONGEST_SIDE, 3072)
    assert folder.put(written(Image.new("RGB", (1080, 20_000)), "PNG"), "").height == LONGEST_SIDE


def test_photos_are_unfolded_one_at_a_time(folder: MediaFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    unfolding = most = 0

    def watched(data: bytes) -> tuple[bytes, int, int]:
        nonlocal unfolding, most
        unfolding += 1
        most = max(most, unfolding)
        try:
            return cleaned(data)
        finally:
            unfolding -= 1

    monkeypatch.setattr("storage.media.cleaned", watched)
    photos = [written(Image.new("RGB", (1500, 1500 + n))) for n in range(8)]
    with ThreadPoolExecutor(8) as pool:
        assert len(list(pool.map(lambda photo: folder.put(photo, ""), photos))) == 8
    assert most == 1


@pytest.mark.parametrize("format", ["GIF", "WEBP", "PNG"])
def test_of_moving_pictures_the_first_is_kept(folder: MediaFolder, format: str) -> None:
    moving = written(a_picture(), format, save_all=True, append_images=[Image.new("RGB", (60, 40), "blue")])
    image = Image.open(folder.path(folder.put(moving, "").sha256))
    assert image.size == (60, 40)
    corner = image.convert("RGB").getpixel((2, 2))
    assert isinstance(corner, tuple)
    assert corner[0] > 200 > 100 > corner[2]


def test_nothing_is_nothing(folder: MediaFolder) -> None:
    assert refused(folder, b"") == "empty"


def test_thirty_megabytes_are_too_many(folder: MediaFolder) -> None:
    assert refused(folder, written(a_picture()) + bytes(30 * 1024 * 1024)) == "too_large"
    assert refused(folder, bytes(LARGEST + 1)) == "too_large"


def test_a_bomb_is_not_unfolded(folder: MediaFolder) -> None:
    assert refused(folder, a_png(60_000, 60_000, bytes(1_000))) == "too_large"
    assert refused(folder, a_png(6_000, 6_000, bytes(1_000))) == "too_large"
    assert refused(folder, a_png(1, 2**31 - 1, b"")) == "too_large"


@pytest.mark.parametrize(
    "data",
    [
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"%PDF-1.7\n",
        b"MZ\x90\0",
        b"PK\x03\x04",
        b"<html>",
        b"GIF",
        b"RIFF\0\0\0\0WAVE",
        b"\0\0\0\x20ftypqt  ",
        b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + bytes(60),
        a_film(b"isom"),
        a_film(b"mp42"),
        a_film(b"3gp5"),
        b"\0",
        "电梯停了".encode(),
    ],
)
def test_what_is_neither_photo_nor_voice_is_refused_whatever_it_says_it_is(
    folder: MediaFolder, data: bytes
) -> None:
    assert refused(folder, data) == "not_media"


def test_a_voice_that_says_it_is_a_photo_is_a_voice(folder: MediaFolder) -> None:
    assert folder.put(VOICES[".ogg"], "image/jpeg").kind == "voice"


def test_a_photo_cut_off_on_its_way_is_broken_however_little_is_missing(folder: MediaFolder) -> None:
    whole = written(Image.effect_noise((200, 200), 50))
    for kept in (len(whole) - 2, len(whole) // 2):
        assert refused(folder, whole[:kept]) == "broken"


def test_a_broken_photo_is_told_from_a_foreign_file(folder: MediaFolder) -> None:
    whole = written(a_picture(), "PNG")
    assert refused(folder, whole[: len(whole) // 2]) == "broken"
    assert refused(folder, b"\xff\xd8\xff\xe0") == "broken"
    assert refused(folder, b"RIFF\4\0\0\0WEBPVP8 ") == "broken"
    assert refused(folder, a_png(0, 0, b"")) == "broken"


@pytest.mark.filterwarnings("ignore::UserWarning:PIL")
def test_no_mangled_picture_gets_past_with_another_error(folder: MediaFolder) -> None:
    luck = random.Random(1024)
    reasons = set()
    for source in (with_gps(), *(written(a_picture(), format) for format in ("PNG", "GIF", "WEBP"))):
        for _ in range(60):
            data = bytearray(source)
            for _ in range(luck.randint(1, 8)):
                data[luck.randrange(4, len(data))] = luck.randrange(256)
            try:
                folder.put(bytes(data[: luck.randint(12, len(data))]), "")
            except NotKept as no:
                reasons.add(no.reason)
    assert reasons <= {"broken", "not_media", "too_large"}


@pytest.mark.parametrize("suffix", VOICES)
def test_a_voice_is_kept_as_it_came(folder: MediaFolder, suffix: str) -> None:
    kept = folder.put(VOICES[suffix], "audio/whatever")
    assert (kept.kind, kept.width, kept.height) == ("voice", 0, 0)
    assert folder.path(kept.sha256).suffix == suffix
    assert folder.open(kept.sha256) == VOICES[suffix]


def test_an_mp3_without_a_tag_is_told_by_its_frames() -> None:
    assert kind_of(b"\xff\xfb\x90\x64" + b"\0" * 10) == ("voice", ".mp3")
    assert kind_of(b"\xff\xff\xff\xff") is None
    assert kind_of(b"\xff\xfb") is None


@pytest.mark.parametrize(
    "asked", ["", "../../etc/passwd", "..", "a" * 63, "A" * 64, "*" * 64, "a" * 63 + "/"]
)
def test_nothing_but_a_hash_becomes_a_path(folder: MediaFolder, asked: str) -> None:
    with pytest.raises(FileNotFoundError):
        folder.path(asked)
    with pytest.raises(FileNotFoundError):
        folder.open(asked)


def test_a_photo_that_is_not_there_is_not_there(folder: MediaFolder) -> None:
    assert not folder.path("ab" * 32).exists()
    with pytest.raises(FileNotFoundError):
        folder.open("ab" * 32)


def test_a_folder_that_cannot_be_written_says_so_and_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "media").write_text("a file where the folder should be")
    with pytest.raises(StorageFailed, match="media folder"):
        MediaFolder(tmp_path / "media").put(written(a_picture()), "")
