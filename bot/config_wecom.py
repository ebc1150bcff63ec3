"""WeCom's settings: its app, its robot for groups, and the groups' own webhooks. Each of the three may be set alone."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from bot.config_values import Values
from bot.secret import Secret

WECOM_API = "https://qyapi.weixin.qq.com"


@dataclass(frozen=True, slots=True)
class WeCom:
    """An app of a company on WeCom."""

    corpid: str
    agentid: int
    secret: Secret
    token: Secret
    aes_key: Secret
    api: str


@dataclass(frozen=True, slots=True)
class WeComBot:
    """WeCom's robot for groups (智能机器人)."""

    token: Secret
    aes_key: Secret
    api: str


@dataclass(frozen=True, slots=True)
class WeComWebhooks:
    """Groups on WeCom that take messages at an address of their own: the key of each, by the name it has with us."""

    keys: Mapping[str, Secret]
    api: str


def wecom(found: Values) -> WeCom | None:
    secret, token, key = (
        found.secret("WECOM_SECRET"),
        found.secret("WECOM_TOKEN"),
        found.aes_key("WECOM_AES_KEY"),
    )
    agent = found.text("WECOM_AGENTID")
    # The robot and the webhooks are asked at the same address, and need no app.
    others = found.set_names("WECOM_BOT_TOKEN", "WECOM_BOT_AES_KEY", "WECOM_WEBHOOKS")
    if not found.whole("WECOM", "CORPID AGENTID SECRET TOKEN AES_KEY", "" if others else "API"):
        return None
    if not re.fullmatch(r"[0-9]{1,12}", agent):
        found.wrong("WECOM_AGENTID", f"须是数字，现在是 {agent}", "must be a number")
        return None
    if not secret or not token or not key:
        return None
    return WeCom(found.text("WECOM_CORPID"), int(agent), secret, token, key, _api(found))


def wecom_bot(found: Values) -> WeComBot | None:
    token, key = found.secret("WECOM_BOT_TOKEN"), found.aes_key("WECOM_BOT_AES_KEY")
    found.whole("WECOM_BOT", "TOKEN AES_KEY")
    return WeComBot(token, key, _api(found)) if token and key else None


def wecom_webhooks(found: Values) -> WeComWebhooks | None:
    """NAME=KEY,NAME=KEY: a community file writes such a group as wecom:webhook.NAME."""
    keys: dict[str, Secret] = {}
    for entry in re.split(r"[,\s]+", found.text("WECOM_WEBHOOKS")):
        if not entry:
            continue
        name, _, key = entry.partition("=")
        if not re.fullmatch(r"[A-Za-z0-9_-]{1,32}", name) or not re.fullmatch(r"[A-Za-z0-9_-]{12,64}", key):
            # The entry itself may hold the key: it is told by its place.
            found.wrong(
                "WECOM_WEBHOOKS",
                f"第 {len(keys) + 1} 项不是“名称=KEY”，KEY 是群机器人网址里 key= 后面的一串",
                f"entry {len(keys) + 1} is no NAME=KEY; KEY is what stands after key= in the group's webhook address",
            )
            return None
        if name in keys:
            found.wrong("WECOM_WEBHOOKS", f"{name} 写了两次", f"{name} is there twice")
            return None
        keys[name] = Secret(key)
    return WeComWebhooks(keys, _api(found)) if keys else None


def _api(found: Values) -> str:
    """Where all of them are asked; what is wrong with it is said once, by whoever comes first."""
    return found.url("WECOM_API", WECOM_API) or WECOM_API
