"""Access tokens: fetched in two ways that know nothing of each other, expiring, and replaced at any moment.

`token` gives a new one at every call; `stable_token` the same one until five minutes before its end, or a new one by force.
An old token still works for five minutes after its natural successor came, and not at all after a forced one.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable

from tests.platforms.wechat.refusals import JSON, Refused

LIFE = 7200
OVERLAP = 300
FORCE_PAUSE = 30
FORCES_A_DAY = 20
SHAPE = re.compile(r"[A-Za-z0-9_-]{60,512}")


class Tokens:
    """Every token that was given out. `life`: seconds a new one lives; `forced`: how often today by force."""

    def __init__(self, appid: str, secret: str, clock: Callable[[], float]) -> None:
        self.appid, self.secret, self.clock = appid, secret, clock
        self.life = LIFE
        self.listed = True  # False: this machine's address is not in the account's IP white list
        self.ends: dict[str, float] = {}  # when each token ends; one that was replaced by force is gone
        self.stable = self.plain = ""
        self.given = 0
        self.forces: list[float] = []

    def rotate(self) -> None:
        """Replace every token, as when somebody else fetches one by force: what the program holds is dead from now on."""
        self.ends.clear()
        self.stable = self.plain = ""

    def check(self, token: str | None) -> None:
        """Raises Refused for a token that does not open the door (41001, 40014, 40001, 42001)."""
        if not token:
            raise Refused(41001)
        if not SHAPE.fullmatch(token):
            raise Refused(40014)
        if token not in self.ends:
            raise Refused(40001)
        if self.clock() >= self.ends[token]:
            raise Refused(42001)

    def ask_plain(self, appid: str | None, secret: str | None, grant: str | None) -> JSON:
        """Answer /cgi-bin/token: always a new one; the last one has five minutes left."""
        self._admit(appid, secret, grant)
        if self.plain in self.ends:
            self.ends[self.plain] = min(self.ends[self.plain], self.clock() + OVERLAP)
        self.plain = self._new()
        return {"access_token": self.plain, "expires_in": self.life}

    def ask_stable(self, appid: str | None, secret: str | None, grant: str | None, force: bool) -> JSON:
        """Answer /cgi-bin/stable_token."""
        self._admit(appid, secret, grant)
        now = self.clock()
        left = self.ends.get(self.stable, now) - now
        if force and not (self.forces and now - self.forces[-1] < FORCE_PAUSE):
            self.forces = [at for at in self.forces if now - at < 86400]
            if len(self.forces) >= FORCES_A_DAY:
                raise Refused(45009)
            self.forces.append(now)
            self.ends.pop(self.stable, None)
            left = 0
        if left < OVERLAP:
            self.stable, left = self._new(), self.life
        return {"access_token": self.stable, "expires_in": int(left)}

    def _admit(self, appid: str | None, secret: str | None, grant: str | None) -> None:
        if not self.listed:
            raise Refused(40164)
        if not appid:
            raise Refused(41002)
        if not secret:
            raise Refused(41004)
        if grant != "client_credential":
            raise Refused(40002)
        if appid != self.appid:
            raise Refused(40013)
        if not secrets.compare_digest(secret, self.secret):
            raise Refused(40125)

    def _new(self) -> str:
        self.given += 1
        token = f"{self.given}_{secrets.token_urlsafe(99)}"
        self.ends[token] = self.clock() + self.life
        return token
