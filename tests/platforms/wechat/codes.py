"""QR codes with a scene (生成带参数的二维码): what is on them comes back with the scan."""

from __future__ import annotations

import secrets
from collections.abc import Callable

from tests.platforms.wechat.refusals import JSON, Refused

LONGEST_SCENE = 64
LONGEST_LIFE = 2_592_000  # seconds, 30 days
MOST_PERMANENT = 100_000


class Codes:
    """Every code that was made. `permanent`: how many of the 100,000 lasting ones are taken."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self.clock = clock
        self.tickets: dict[str, str] = {}  # scene → ticket
        self.scenes: dict[str, str] = {}  # address → scene
        self.permanent: set[str] = set()

    def create(self, body: JSON) -> JSON:
        """Answer qrcode/create. Raises Refused 40053 for a scene no code can carry."""
        action = body.get("action_name")
        info = body.get("action_info")
        scene = info.get("scene") if isinstance(info, dict) else None
        if not isinstance(scene, dict):
            raise Refused(40053)
        if action in ("QR_STR_SCENE", "QR_LIMIT_STR_SCENE"):
            carried = scene.get("scene_str")
            good = isinstance(carried, str) and 1 <= len(carried) <= LONGEST_SCENE
        elif action in ("QR_SCENE", "QR_LIMIT_SCENE"):
            carried = scene.get("scene_id")
            most = 2**32 - 1 if action == "QR_SCENE" else MOST_PERMANENT
            good = isinstance(carried, int) and 1 <= carried <= most
        else:
            raise Refused(40053, "invalid action_name")
        if not good:
            raise Refused(40053)
        return self._made(str(carried), "LIMIT" in str(action), body.get("expire_seconds", 60))

    def _made(self, scene: str, lasting: bool, life: object) -> JSON:
        if lasting:
            if scene not in self.permanent and len(self.permanent) >= MOST_PERMANENT:
                raise Refused(45029, "qrcode count out of limit")
            self.permanent.add(scene)
        url = f"http://weixin.qq.com/q/{secrets.token_urlsafe(18)}"
        self.scenes[url] = scene
        said: JSON = {"ticket": self.ticket_of(scene), "url": url}
        return said if lasting else {**said, "expire_seconds": min(int(str(life)), LONGEST_LIFE)}

    def ticket_of(self, scene: str) -> str:
        """Return the ticket of a scene; codes may have been printed before this server ran."""
        return self.tickets.setdefault(scene, "gQ" + secrets.token_urlsafe(68))

    def scene_of(self, scene_or_url: str) -> str:
        """Return the scene behind a code's address; a scene is itself. Raises AssertionError for a strange address."""
        if not scene_or_url.startswith(("http://", "https://")):
            return scene_or_url
        assert scene_or_url in self.scenes, f"{scene_or_url} was not made by qrcode/create"
        return self.scenes[scene_or_url]
