"""Files that came or go: uploaded media live three days, a picture for the robot five minutes.

Source: developer.work.weixin.qq.com/document/path/90253 (upload), /90254 (get), /100719 (the robot's pictures).
"""

from __future__ import annotations

import itertools
import secrets
from dataclasses import dataclass

from tests.platforms.telegram.media import a_photo as a_photo
from tests.platforms.wecom.refusals import JSON, Refused
from tests.platforms.wecom.world import World

LIFE = 3 * 86400
ROBOT_LIFE = 300
MB = 1 << 20
MOST = {"image": 10 * MB, "voice": 2 * MB, "video": 10 * MB, "file": 20 * MB}
LEAST = 5  # "more than 5 bytes"
BEGINNINGS = {"image": (b"\xff\xd8\xff", b"\x89PNG"), "voice": (b"#!AMR",)}
TYPES = {"image": "image/jpeg", "voice": "audio/amr", "video": "video/mp4"}


@dataclass(frozen=True)
class File:
    """A kept file. `until` in seconds by the world's clock; exactly then it is gone."""

    id: str
    kind: str
    content: bytes
    name: str
    until: float


class Media:
    """All files. Those for the robot lie apart: they are fetched by an address and are encrypted."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.files: dict[str, File] = {}
        self.numbers = itertools.count(1)

    def keep(self, kind: str, content: bytes, name: str = "", life: int = LIFE) -> File:
        name = (
            name
            or f"{kind}{next(self.numbers)}.{ {'image': 'jpg', 'voice': 'amr', 'video': 'mp4'}.get(kind, 'bin') }"
        )
        file = File(secrets.token_urlsafe(32), kind, content, name, self.world.clock() + life)
        self.files[file.id] = file
        return file

    def get(self, media_id: object) -> File:
        """Raises Refused 40007 for unknown and old ones, 41006 for none."""
        if not media_id:
            raise Refused(41006)
        file = self.files.get(str(media_id))
        if file is None or self.world.clock() >= file.until:
            raise Refused(40007)
        return file

    def upload(self, kind: object, upload: tuple[str, bytes] | None) -> JSON:
        if kind not in MOST:
            raise Refused(40005)
        if upload is None:
            raise Refused(41005)
        name, content = upload
        if len(content) <= LEAST:
            raise Refused(44001)
        if len(content) > MOST[str(kind)]:
            raise Refused(40009 if kind == "image" else 45001)
        if not content.startswith(BEGINNINGS.get(str(kind), b"")):
            raise Refused(40004)
        file = self.keep(str(kind), content, name)
        created = str(self.world.now())
        return {"errcode": 0, "errmsg": "", "type": file.kind, "media_id": file.id, "created_at": created}
