"""Which of the account's notices its setting names: a template message, or a subscription notice (订阅通知).

Both are forms that the platform approved, told apart by the list they stand in. A template message goes to any follower; a
subscription notice to whoever agreed to it: for long, where the account is one of public service, or once for each time
they agreed. Sources: developers.weixin.qq.com, 服务号, 获取已有模板列表 and 发送订阅通知.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from bot.channels.tencent_client import Caller
from bot.channels.tencent_errors import TencentError, unknown_there
from bot.channels.wechat_template import Field, fields_of

NO_RIGHT = frozenset({48001, 48004, 48008})
"""An account that may send one of the two only need not be let see the other's list."""
ONCE = 2
"""A list's `type` of a notice that may be sent once for each consent."""


@dataclass(frozen=True, slots=True)
class Notice:
    """One form. `way`: which of the two, in the words of the ledger (handlers/story.py); `fields`: none where its list does
    not tell them; `once`: for one consent it is sent once."""

    way: Literal["template", "subscribe"]
    fields: tuple[Field, ...]
    once: bool = False

    @property
    def path(self) -> str:
        """Where it is sent."""
        return "/cgi-bin/message/" + ("template/send" if self.way == "template" else "subscribe/bizsend")


UNLISTED = Notice("template", ())
"""What is in no list may be a template message all the same."""


def hidden(error: TencentError) -> bool:
    """Say whether it is only that this list may not be seen, or that the address which is set does not have it."""
    return error.number in NO_RIGHT or unknown_there(error)


async def find_notice(caller: Caller, template: str) -> Notice | None:
    """Return what the account has by this id; None when that is in neither list. Raises TencentError, also when it was not
    found because one list may not be seen."""
    refused: TencentError | None = None
    for look in (_template_message, _subscription_notice):
        try:
            notice = await look(caller, template)
        except TencentError as failed:
            if not hidden(failed):
                raise
            refused = failed
            continue
        if notice is not None:
            return notice
    if refused is not None:
        raise refused
    return None


async def _template_message(caller: Caller, template: str) -> Notice | None:
    answer = await caller.call("GET", "/cgi-bin/template/get_all_private_template")
    for one in answer.get("template_list") or ():
        if one.get("template_id") == template:
            return Notice("template", fields_of(str(one.get("content", ""))))
    return None


async def _subscription_notice(caller: Caller, template: str) -> Notice | None:
    answer = await caller.call("GET", "/wxaapi/newtmpl/gettemplate")
    for one in answer.get("data") or ():
        if one.get("priTmplId") == template:
            fields = fields_of(str(one.get("content", "")))
            return Notice("subscribe", fields, once=one.get("type") == ONCE)
    return None
