"""Tencent's refusals in words, for WeChat and WeCom, and what each means for the letter it met.

The same number may mean two things on the two platforms, so each has a table of its own. Sources, both read in 2026:
WeChat's https://developers.weixin.qq.com/doc/oplatform/developers/errCode/errCode.html and WeCom's
https://developer.work.weixin.qq.com/document/path/90313.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum, auto

from bot.channels.tencent_numbers import EITHER, WECHAT, WECOM, Then
from bot.secret import Strike
from handlers.messages import NotDelivered
from storage.records import MINUTE, SECOND, Span

BUSY: Span = 5 * SECOND
ONE_GROUP = "/cgi-bin/webhook/"
"""What is too much here is too much in that one group."""
CHANGES = "/cgi-bin/message/update_template_card"
"""The one interface that changes what stands; all others say something new."""
MOST_WORDS = 200
"""Characters kept of Tencent's own words; the `rid` at their end is what its support asks for."""
STRIKE = Strike()
TOKEN_REFUSED = frozenset({40001, 40014, 42001})
"""The token is not, or not any more, what the platform gave out."""
THEIR_ADDRESS = re.compile(r"(?:invalid ip|from ip:|requestIP:)\s*([0-9a-fA-F.:]+[0-9a-fA-F])")


class Lost(Enum):
    """How far a request came that got no answer of Tencent's."""

    UNSENT = auto()
    """Nothing of it left this machine: it may be repeated at will."""
    UNSURE = auto()
    """It may have been acted upon."""
    ELSEWHERE = auto()
    """Something between us and Tencent answered, or Tencent itself in distress: it was not acted upon."""


class TencentError(Exception):
    """A call that did not succeed. `number` is Tencent's errcode, 0 when none came; the message has the words.

    The message never holds a secret, a token or an address.
    """

    def __init__(self, platform: str, number: int, words: str, path: str = "") -> None:
        super().__init__(words)
        self.platform = platform
        self.number = number
        self.path = path


class NotAnswered(TencentError):
    """No answer of Tencent's came: the network, a gateway, a pause too long, or no token to be had."""

    def __init__(self, platform: str, words: str, lost: Lost, path: str = "") -> None:
        super().__init__(platform, 0, words, path)
        self.lost = lost


@dataclass(frozen=True, slots=True)
class Meaning:
    words: str
    then: Then


def meaning(platform: str, number: int) -> Meaning:
    """Return what a number means; one in no table is the letter's own trouble."""
    table = WECOM if platform == "wecom" else WECHAT
    words, then = table.get(number) or EITHER.get(number) or ("", Then.LETTER)
    return Meaning(words, then)


def unknown_there(error: TencentError) -> bool:
    """Say whether the address that is set answered, but knows no such interface."""
    return meaning(error.platform, error.number).then is Then.NOWHERE


def refused(platform: str, number: int, errmsg: str, path: str = "") -> TencentError:
    """Return the error for an errcode, with Tencent's own words behind ours. `path`: which interface was called."""
    own = STRIKE.clean(errmsg)[:MOST_WORDS]
    words = meaning(platform, number).words or "腾讯没有接受 · Tencent did not take it"
    if found := THEIR_ADDRESS.search(errmsg):
        words = words.replace("{ip}", found[1])
    return TencentError(platform, number, f"{platform} {number} {words.replace('{ip}', '?')} ({own})", path)


def refusal(error: TencentError, *, fetching: bool = False) -> NotDelivered:
    """Return what a failed call means for the letter it carried, or for the file it was `fetching`."""
    why = str(error)
    if isinstance(error, NotAnswered):
        unsure = error.lost is Lost.UNSURE
        anew = error.path != CHANGES
        return NotDelivered(why, unsure=unsure, anew=anew, everywhere=not unsure)
    if error.path.startswith(ONE_GROUP) and error.number == 45009:
        return NotDelivered(why, wait=MINUTE)
    match meaning(error.platform, error.number).then:
        case Then.NEVER:
            return NotDelivered(why, forever=True)
        case Then.UNTOLD:
            return NotDelivered(why, untold=True)
        case Then.GONE:
            return NotDelivered(why, gone=True)
        case Then.BUSY:
            return NotDelivered(why, wait=BUSY)
        case Then.FILE:
            return NotDelivered(why, forever=fetching)
        case Then.MINUTE | Then.NOWHERE | Then.SETTINGS:
            return NotDelivered(why, wait=MINUTE, everywhere=True)
    return NotDelivered(why)
