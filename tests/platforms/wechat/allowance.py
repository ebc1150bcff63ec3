"""How many customer-service messages an account may send somebody, and until when.

The rules of June 2023 (服务号文档, 客服消息下发规则): 5 within 48 hours after a message; 3 within a minute after a tap on the
account's menu, a follow or a scan. A tap on a *message's* menu counts as the latter, though it arrives as a text. A new
act gives the full number again; nothing adds up.
"""

from __future__ import annotations

from dataclasses import dataclass

from tests.platforms.wechat.refusals import Refused

TALK = (48 * 3600.0, 5)
TOUCH = (60.0, 3)


@dataclass
class Window:
    """`until`: when it closes, in seconds; at that very instant it is closed. `left`: messages still free."""

    until: float = 0.0
    left: int = 0


class Allowance:
    """One resident's windows."""

    def __init__(self) -> None:
        self.talk = Window()
        self.touch = Window()

    def talked(self, now: float) -> None:
        """They sent a message."""
        self.talk = Window(now + TALK[0], TALK[1])

    def touched(self, now: float) -> None:
        """They tapped a menu, followed or scanned a code."""
        self.touch = Window(now + TOUCH[0], TOUCH[1])

    def closed(self) -> None:
        """They unfollowed."""
        self.talk, self.touch = Window(), Window()

    def left(self, now: float) -> int:
        """Return how many messages may be sent now."""
        return sum(window.left for window in (self.touch, self.talk) if now < window.until)

    def spend(self, now: float) -> None:
        """Count one message, against the window that closes first. Raises Refused 45015 (closed) or 45047 (used up)."""
        live = [window for window in (self.touch, self.talk) if now < window.until]
        if not live:
            raise Refused(45015)
        for window in live:
            if window.left:
                window.left -= 1
                return
        raise Refused(45047)
