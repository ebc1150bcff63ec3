"""What `huying check` says about a WeChat service account: its key, our address, its template, its menu."""

from __future__ import annotations

from bot.channels.tencent_client import Caller
from bot.channels.tencent_errors import TencentError
from bot.channels.tencent_probe import Finding, level, prove, why
from bot.channels.wechat_menu import installed, is_ours
from bot.channels.wechat_notice import Notice, find_notice
from bot.channels.wechat_template import unfit


async def probe(caller: Caller, template: str | None) -> list[Finding]:
    """Return what was found, trouble and all; raises nothing. `template`: id of the template message or subscription
    notice; None: none is set."""
    try:
        # It is told only to whom the whitelist knows.
        await prove(caller)
    except TencentError as failed:
        return [Finding("problem", f"微信服务号：{why(failed, caller)}")]
    found = [Finding("good", "微信服务号：AppID、AppSecret 和 IP 白名单都对 · WeChat knows us")]
    found.append(await _template(caller, template))
    found.append(await _menu(caller))
    return found


async def _template(caller: Caller, template: str | None) -> Finding:
    if template is None:
        words = (
            "微信服务号：没有设置 HUYING_WECHAT_TEMPLATE，居民超过48小时没说话就通知不到，消息等他们下次来说 · "
            "without a template message, news waits for residents who wrote nothing for 48 hours"
        )
        return Finding("warning", words)
    try:
        notice = await find_notice(caller, template)
    except TencentError as failed:
        return Finding(level(failed), f"微信服务号 模板消息、订阅通知：{failed}")
    if notice is None:
        words = "账号里没有这个模板，请核对 HUYING_WECHAT_TEMPLATE · the account has no such template"
        return Finding("problem", f"微信服务号 模板消息、订阅通知：{words}")
    kind = "模板消息" if notice.way == "template" else "订阅通知"
    how, words = _fitness(notice)
    return Finding(how, f"微信服务号 {kind}：{words}")


def _fitness(notice: Notice) -> tuple[str, str]:
    """Return how good it is for news of a ticket: the finding's level and words."""
    if not notice.fields:
        return "warning", (
            "列表里查不到它的字段，不一定能发，最好换一个模板 · its list tells no fields of it, so that it may not be taken: "
            "better choose another template"
        )
    if wrong := unfit(notice.fields):
        return "problem", (
            f"“{'、'.join(wrong)}”填不了，请换一个只有工单编号、内容、状态、时间这些字段的模板 · "
            "nothing of a ticket fits into these fields: choose another template"
        )
    labels = "、".join(field.label or field.name for field in notice.fields)
    if notice.once:
        return "warning", (
            f"{labels}；是一次性订阅，居民每同意一次只能收到一条，最好换成长期订阅的模板 · "
            "sent once for each consent: a long-term one is better"
        )
    if notice.way == "subscribe":
        return "good", f"{labels}；长期订阅，只发给同意过的居民 · a long-term one, for residents who agreed"
    return "good", f"{labels} · the template is there"


async def _menu(caller: Caller) -> Finding:
    try:
        there = await installed(caller)
    except TencentError as failed:
        return Finding("warning", f"微信服务号 菜单：{failed}")
    if is_ours(there):
        return Finding("good", "微信服务号 菜单：报修、投诉、我的工单 · our menu is installed")
    words = "没有装，运行 huying wechat menu · not installed: run huying wechat menu"
    return Finding("warning", f"微信服务号 菜单：{words}")
