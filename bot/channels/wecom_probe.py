"""What `huying check` says about WeCom: the app, the groups and members of the community file, the webhooks."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from bot.channels.tencent_errors import TencentError, unknown_there
from bot.channels.tencent_probe import Finding, level, prove, why
from bot.channels.wecom import NO_SUCH_GROUP, WEBHOOK
from bot.channels.wecom_app import App
from bot.channels.wecom_parse import PLATFORM
from storage.records import Address, platform_of

MOST_ASKED = 50
"""Members looked at one by one: who leads and who is on duty comes first."""


async def probe(
    app: App | None,
    *,
    robot: bool,
    webhooks: Iterable[str],
    groups: Sequence[Address],
    members: Sequence[Address],
) -> list[Finding]:
    """Return what was found, trouble and all; raises nothing. `groups`, `members`: what the community file names on
    WeCom; `webhooks`: the names that have a key."""
    found = _webhooks(set(webhooks), groups)
    own = [one for one in groups if not _name(one).startswith(WEBHOOK)]
    if robot:
        found.append(Finding("good", "企业微信机器人：设好了，在群里 @ 它就应 · the robot is set"))
    if app is None:
        if own and not robot:
            found.append(
                Finding(
                    "problem",
                    f"企业微信群 {_listed(own)}：没有应用，也没有机器人，发不进去 · nothing speaks there",
                )
            )
        if members:
            words = "没有设置应用，通知不到他们 · no app is set to tell them anything"
            found.append(Finding("problem", f"企业微信成员 {_listed(members)}：{words}"))
        return found
    try:
        await prove(app.caller)
    except TencentError as failed:
        return [*found, Finding("problem", f"企业微信应用：{why(failed, app.caller)}")]
    try:
        name = (await app.look()).get("name", "")
        found.append(Finding("good", f"企业微信应用：{name} · WeCom knows the app and our address"))
    except TencentError as failed:
        found.append(Finding(level(failed), f"企业微信应用：{why(failed, app.caller)}"))
        if not unknown_there(failed):
            return found
    found += [one for group in own if (one := await _group(app, group, robot=robot))]
    found += [one for member in members[:MOST_ASKED] if (one := await _member(app, member))]
    return found


def _webhooks(keys: set[str], groups: Sequence[Address]) -> list[Finding]:
    named = {_name(one).removeprefix(WEBHOOK) for one in groups if _name(one).startswith(WEBHOOK)}
    found = []
    if missing := sorted(named - keys):
        words = f"HUYING_WECOM_WEBHOOKS 里没有 {'、'.join(missing)} 的 KEY · no key for {' '.join(missing)}"
        found.append(Finding("problem", f"企业微信群 webhook：{words}"))
    if unused := sorted(keys - named):
        words = f"社区文件里没有 wecom:webhook.{unused[0]} · no community file names {' '.join(unused)}"
        found.append(Finding("warning", f"企业微信群 webhook：{words}"))
    return found


async def _group(app: App, group: Address, *, robot: bool) -> Finding | None:
    try:
        await app.caller.call("GET", "/cgi-bin/appchat/get", params={"chatid": _name(group)})
    except TencentError as failed:
        if failed.number != NO_SUCH_GROUP:
            return Finding(level(failed), f"企业微信群 {group}：{why(failed, app.caller)}")
        if robot:
            words = "不是应用建的群；机器人在群里的话，有人 @ 它才能说话 · there the robot speaks when it is mentioned"
            return Finding("warning", f"企业微信群 {group}：{words}")
        words = "没有这个群，运行 huying wecom group 建一个 · no such group: huying wecom group makes one"
        return Finding("problem", f"企业微信群 {group}：{words}")
    return None


async def _member(app: App, member: Address) -> Finding | None:
    try:
        await app.caller.call("GET", "/cgi-bin/user/get", params={"userid": _name(member)})
    except TencentError as failed:
        return Finding(level(failed), f"企业微信成员 {member}：{why(failed, app.caller)}")
    return None


def on_wecom(addresses: Iterable[Address]) -> list[Address]:
    """Return those of the addresses that are WeCom's, each once."""
    return [one for one in dict.fromkeys(addresses) if platform_of(one) == PLATFORM]


def _name(address: Address) -> str:
    return address.partition(":")[2]


def _listed(addresses: Sequence[Address]) -> str:
    more = f" 等 {len(addresses)} 个" if len(addresses) > 3 else ""
    return "、".join(addresses[:3]) + more
