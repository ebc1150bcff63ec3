"""Tencent's error numbers that a letter, a photo or a token can meet: what they say, and what is to be done.

`{ip}` stands for our own address, which Tencent tells together with the refusal. Sources: see tencent_errors.py.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum, auto


class Then(Enum):
    """What the caller can do about a refusal."""

    NEVER = auto()
    """Nothing will ever reach this reader here: tell somebody else."""
    UNTOLD = auto()
    """The platform lets nothing be said to them now: kept until they speak again."""
    GONE = auto()
    """The message to be replaced is not there any more."""
    LETTER = auto()
    """This letter or file is not taken as it is."""
    FILE = auto()
    """The file is not there any more. Nobody's fault, and no letter's."""
    BUSY = auto()
    """Try again in a moment."""
    MINUTE = auto()
    """Too much: a minute's pause everywhere. Nobody says when it is enough of one: WeCom blocks for a minute, an hour or a
    day, and WeChat's day begins anew when its administrator says so."""
    NOWHERE = auto()
    """The address that is set knows no such interface: a gateway of the office's lets only some of them through."""
    SETTINGS = auto()
    """Nothing works until a person has put something right."""


Table = Mapping[int, tuple[str, Then]]

EITHER: Table = {
    -1: ("系统繁忙，稍后再试 · the platform is busy", Then.BUSY),
    404: ("这个地址没有这个接口 · this address knows no such interface", Then.NOWHERE),
    413: ("消息或文件太大 · the message or file is too large", Then.LETTER),
    40004: ("不支持的文件类型 · a kind of file it does not take", Then.LETTER),
    40005: ("不支持的文件类型 · a kind of file it does not take", Then.LETTER),
    40006: ("文件太大或太小 · the file is too large or too small", Then.LETTER),
    40007: (
        "素材不存在或已过期（临时素材保存3天） · the file is not there any more: kept for 3 days",
        Then.FILE,
    ),
    40008: ("不支持的消息类型 · a kind of message it does not take", Then.LETTER),
    40009: ("图片太大 · the picture is too large", Then.LETTER),
    40033: ("含有不允许的字符 · a character it does not take", Then.LETTER),
    40035: ("参数不对 · a wrong parameter", Then.LETTER),
    40058: ("参数不对 · a wrong parameter", Then.LETTER),
    41001: ("请求没有带 access_token · the token was missing", Then.SETTINGS),
    41004: ("请求没有带 secret · the secret was missing", Then.SETTINGS),
    44001: ("文件是空的 · the file is empty", Then.LETTER),
    44004: ("消息是空的 · the message is empty", Then.LETTER),
    45001: ("文件太大 · the file is too large", Then.LETTER),
    45002: ("消息太长 · the message is too long", Then.LETTER),
    47001: ("请求读不懂 · the request cannot be read", Then.LETTER),
}

WECHAT: Table = {
    40001: (
        "AppSecret 不对，或 access_token 已失效，请核对 HUYING_WECHAT_SECRET · the secret is wrong or the token "
        "not the latest: check HUYING_WECHAT_SECRET",
        Then.SETTINGS,
    ),
    40003: ("OpenID 不对：不是这个公众号的关注者 · not a follower of this account", Then.NEVER),
    40013: (
        "AppID 不对，请核对 HUYING_WECHAT_APPID · wrong app id: check HUYING_WECHAT_APPID",
        Then.SETTINGS,
    ),
    40014: ("access_token 无效 · the token is not valid", Then.SETTINGS),
    40037: (
        "模板编号不对，请核对 HUYING_WECHAT_TEMPLATE · wrong template: check HUYING_WECHAT_TEMPLATE",
        Then.UNTOLD,
    ),
    40066: ("这个地址没有这个接口 · this address knows no such interface", Then.NOWHERE),
    40125: (
        "AppSecret 不对，请核对 HUYING_WECHAT_SECRET · wrong secret: check HUYING_WECHAT_SECRET",
        Then.SETTINGS,
    ),
    40164: (
        "本机 IP {ip} 不在白名单，请到公众平台“基本配置—IP白名单”加上 · our address {ip} is not on the account's "
        "IP whitelist: add it there",
        Then.SETTINGS,
    ),
    40243: (
        "AppSecret 已被冻结，请到公众平台解冻 · the secret is frozen: release it on the platform",
        Then.SETTINGS,
    ),
    41002: ("请求没有带 AppID · the app id was missing", Then.SETTINGS),
    42001: ("access_token 已过期 · the token has expired", Then.SETTINGS),
    43004: ("对方没有关注公众号 · they do not follow the account", Then.NEVER),
    43019: ("对方在公众号的黑名单里 · they are on the account's blacklist", Then.NEVER),
    43101: ("对方没有订阅这个通知，或已退订 · they did not subscribe to this notice", Then.UNTOLD),
    43107: ("订阅通知被封禁，请登录公众平台查看 · notices are banned: look on the platform", Then.UNTOLD),
    43108: ("同时给一个人发了几条通知 · several notices to one person at once", Then.BUSY),
    45009: (
        "今天的调用次数用完了，明天零点恢复，或在公众平台清零 · today's calls are used up, until midnight or until they are "
        "set to zero on the platform",
        Then.MINUTE,
    ),
    45011: ("调用太频繁，下一分钟再试 · too many calls this minute", Then.MINUTE),
    45015: ("对方超过48小时没有说话，或已取消关注 · they wrote nothing for 48 hours, or left", Then.UNTOLD),
    45047: ("对方说话后能发的条数用完了 · what may be said after their last words is used up", Then.UNTOLD),
    45168: ("通知里有敏感词 · the notice has words that are not allowed", Then.UNTOLD),
    46004: ("没有这个用户 · there is no such person", Then.NEVER),
    47003: ("模板内容不符合要求 · the template does not take these words", Then.UNTOLD),
    48001: ("公众号没有这个接口的权限 · the account may not use this interface", Then.UNTOLD),
    48002: ("对方关闭了“接收消息” · they switched messages of the account off", Then.NEVER),
    48004: ("接口被封禁，请登录公众平台查看 · the interface is banned: look on the platform", Then.UNTOLD),
    48008: ("公众号没有发这类消息的权限 · the account may not send this kind of message", Then.UNTOLD),
    50002: ("对方账号受限，可能已冻结或注销 · their account is limited, frozen or gone", Then.NEVER),
    50005: ("对方没有关注公众号 · they do not follow the account", Then.NEVER),
    50007: ("公众号已被冻结 · the account is frozen", Then.SETTINGS),
    61004: ("本机 IP {ip} 不在白名单 · our address {ip} is not on the IP whitelist", Then.SETTINGS),
    89501: ("本机 IP 正在等待管理员确认 · our address waits for the administrator's consent", Then.SETTINGS),
    89503: (
        "本机 IP 调用需要管理员确认，请管理员在微信里同意 · calls from our address need the administrator's consent",
        Then.SETTINGS,
    ),
    89506: (
        "管理员24小时内两次拒绝了本机 IP · the administrator refused our address twice in a day",
        Then.SETTINGS,
    ),
    89507: (
        "管理员1小时内拒绝了本机 IP · the administrator refused our address within the hour",
        Then.SETTINGS,
    ),
}

WECOM: Table = {
    40001: (
        "Secret 不对，请核对 HUYING_WECOM_SECRET · wrong secret: check HUYING_WECOM_SECRET",
        Then.SETTINGS,
    ),
    40003: ("没有这个成员 · there is no such member", Then.NEVER),
    40013: (
        "企业ID不对，请核对 HUYING_WECOM_CORPID · wrong corp id: check HUYING_WECOM_CORPID",
        Then.SETTINGS,
    ),
    40014: ("access_token 无效 · the token is not valid", Then.SETTINGS),
    40031: ("没有这些成员 · there are no such members", Then.NEVER),
    40050: ("没有这个群 · there is no such group", Then.NEVER),
    40056: (
        "应用ID不对，请核对 HUYING_WECOM_AGENTID · wrong agent id: check HUYING_WECOM_AGENTID",
        Then.SETTINGS,
    ),
    40091: (
        "Secret 不对，请核对 HUYING_WECOM_SECRET · wrong secret: check HUYING_WECOM_SECRET",
        Then.SETTINGS,
    ),
    41002: ("请求没有带企业ID · the corp id was missing", Then.SETTINGS),
    42001: ("access_token 已过期 · the token has expired", Then.SETTINGS),
    40029: ("卡片更新码无效或已过期 · the code to update the card with is not valid any more", Then.GONE),
    42014: ("卡片编号用过了或不对 · the card's id was used before, or is none", Then.LETTER),
    42016: ("要更新的卡片已经不在 · the card to be updated is not there any more", Then.GONE),
    43004: (
        "成员没有绑定微信或没有关注微工作台 · the member does not follow the workplace account",
        Then.NEVER,
    ),
    45009: ("调用太频繁，被暂时拦截 · too many calls, blocked for a while", Then.MINUTE),
    45033: ("同时调用太多 · too many calls at once", Then.BUSY),
    46004: ("没有这个成员 · there is no such member", Then.NEVER),
    48002: ("应用没有这个接口的权限 · the app may not use this interface", Then.SETTINGS),
    49008: ("群已经解散 · the group was dissolved", Then.NEVER),
    50002: ("成员不在权限范围 · the member is out of the app's reach", Then.NEVER),
    50003: (
        "应用已停用，请到管理后台启用 · the app is switched off: switch it on in the console",
        Then.SETTINGS,
    ),
    60011: ("应用对这个成员没有权限 · the app has no right to this member", Then.NEVER),
    60020: (
        "本机 IP {ip} 不在企业可信IP里，请到管理后台“应用—企业可信IP”加上 · our address {ip} is not among the app's "
        "trusted addresses: add it in the console",
        Then.SETTINGS,
    ),
    60021: ("成员不在应用的可见范围 · the member cannot see the app", Then.NEVER),
    60111: ("没有这个成员 · there is no such member", Then.NEVER),
    81013: ("成员已删除，或不在应用的可见范围 · the member is gone or cannot see the app", Then.NEVER),
    82001: ("没有指定收件人 · nobody was named", Then.LETTER),
    86001: ("群ID不对 · the group's id is not valid", Then.NEVER),
    86003: ("没有这个群 · there is no such group", Then.NEVER),
    92000: ("成员不在应用的可见范围 · the member cannot see the app", Then.NEVER),
    93000: ("群机器人的地址不对，或已被移出群 · the group's webhook is wrong, or was taken out", Then.NEVER),
    93004: ("群机器人被停用 · the group's webhook was switched off", Then.NEVER),
    93008: ("不在群里 · not in the group", Then.NEVER),
    301002: (
        "Secret 和应用ID不是同一个应用的，请核对 HUYING_WECOM_AGENTID · the secret belongs to another app: check "
        "HUYING_WECOM_AGENTID",
        Then.SETTINGS,
    ),
    301042: ("本机 IP {ip} 不在白名单 · our address {ip} is not on the IP whitelist", Then.SETTINGS),
    2000002: ("没有这个企业ID · there is no such corp id", Then.SETTINGS),
}
