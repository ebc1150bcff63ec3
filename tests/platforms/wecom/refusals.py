"""The refusals WeCom gives: a number, and words nobody should compare.

Numbers are those of the published table (developer.work.weixin.qq.com/document/path/90313), the words those seen in
the wild. The documentation names no number for a response_code that was used, is unknown or too old: 42022 ("this code
was used, it can be used only once") and 40029 ("invalid code") are the nearest; a program must take any number there.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import Any

JSON = dict[str, Any]

WORDS = {
    -1: "system busy",
    40001: "invalid credential",
    40004: "invalid media type",
    40005: "invalid type",
    40007: "invalid media_id",
    40008: "invalid message type",
    40009: "invalid image size",
    40013: "invalid corpid",
    40014: "invalid access_token",
    40016: "invalid button size",
    40029: "invalid code",
    40032: "invalid userid list size",
    40035: "invalid parameter",
    40056: "invalid agentid",
    40058: "invalid Request Parameter",
    41001: "access_token missing",
    41002: "corpid missing",
    41004: "corpsecret missing",
    41005: "media data missing",
    41006: "media_id missing",
    42001: "access_token expired",
    42014: "taskid has existed or empty or exceed max len",
    42018: "invalid button key",
    42019: "button key missing",
    42020: "button name missing",
    42022: "code has been used",
    42045: "template_card.card_action missing or invalid",
    43001: "require GET method",
    43002: "require POST method",
    43012: "callback url required",
    44001: "empty media data",
    44002: "empty post data",
    44004: "empty content",
    45001: "media size out of limit",
    45002: "content size out of limit",
    45009: "api freq out of limit",
    47001: "data format error",
    60011: "no privilege to access/modify contact/party/agent",
    60020: "not allow to access from your ip",
    60111: "userid not found",
    81013: "user & party & tag all invalid",
    82001: "All touser & toparty & totag are empty",
    86001: "invalid chatid",
    86003: "chatid not exist",
    86006: "invalid chat member list size",
    86215: "chatid already exists",
    86216: "invalid chat member",
    93000: "invalid webhook url",
    301002: "not allow operate another agent with this accesstoken",
}
HINTS = itertools.count(1)


@dataclass
class Refused(Exception):
    """The call is not done. `why` says more than the number's own words. `status`: HTTP's, 200 for all that WeCom means."""

    code: int
    why: str = ""
    status: int = 200

    def __str__(self) -> str:
        return f"{self.code} {self.words}"

    @property
    def words(self) -> str:
        words = WORDS.get(self.code, "unknown error")
        return f"{self.why}. {words}" if self.why else words

    def body(self) -> JSON:
        more = f"hint: [{next(HINTS):016d}], from ip: 127.0.0.1, more info at"
        return {
            "errcode": self.code,
            "errmsg": f"{self.words}, {more} https://open.work.weixin.qq.com/devtool/query?e={self.code}",
        }


def bad(why: str) -> Refused:
    """40058: a parameter is missing, of another kind, or too long."""
    return Refused(40058, why)
