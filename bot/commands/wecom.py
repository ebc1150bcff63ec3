"""`huying wecom group`: a group of the company's members in which the app tells alerts and agendas."""

from __future__ import annotations

import argparse
import asyncio
import re

from bot.terminal import Failed, say

HELP = "企业微信：建一个接收警报和议程的值班群 · make a group of members for alerts and agendas"


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("what", choices=("group",), help="建群 · a group")
    parser.add_argument(
        "members", nargs="+", metavar="USERID", help="成员帐号，至少两人 · two members or more"
    )
    parser.add_argument("--name", default="呼应值班", help="群名，默认 呼应值班 · what the group is called")
    parser.add_argument("--id", default="", metavar="CHATID", help="群ID，只用字母数字，默认由企业微信给")


def run(args: argparse.Namespace) -> int:
    members = list(dict.fromkeys(member.removeprefix("wecom:") for member in args.members))
    if len(members) < 2:
        raise Failed("群里至少要两个人 · a group needs two members", code=2)
    if args.id and not re.fullmatch(r"[0-9A-Za-z]{1,32}", args.id):
        raise Failed("群ID 只能是 1–32 个字母或数字 · 1 to 32 letters and digits", code=2)
    return asyncio.run(_group(members, args.name, args.id))


async def _group(members: list[str], name: str, chatid: str) -> int:
    from bot.channels.tencent_client import wecom_caller
    from bot.channels.tencent_errors import TencentError
    from bot.config import from_surroundings
    from bot.opening import opened

    settings = from_surroundings()
    if settings.wecom is None:
        raise Failed("没有设置 HUYING_WECOM_CORPID 等，先设好应用 · no WeCom app is set")
    asked = {"name": name, "owner": members[0], "userlist": members} | ({"chatid": chatid} if chatid else {})
    async with opened(settings) as store:
        caller = wecom_caller(settings.wecom, store)
        try:
            made = await caller.call("POST", "/cgi-bin/appchat/create", json=asked)
            # Nobody sees a group in which nothing was said.
            hello = {
                "chatid": made["chatid"],
                "msgtype": "text",
                "text": {"content": f"{name}：警报和会议议程发在这里。"},
            }
            await caller.call("POST", "/cgi-bin/appchat/send", json=hello)
        except TencentError as refused:
            raise Failed(f"企业微信：{refused}") from refused
        finally:
            await caller.close()
    say(f'建好了，写进社区文件 · made; into the community file:\nstaff_chats = ["wecom:{made["chatid"]}"]')
    return 0
