"""What is set for WeCom, what `huying check` says of it, and the group `huying wecom group` makes."""

from __future__ import annotations

import asyncio

import pytest

from bot.config import BadSettings, load
from tests.bot.folder import COMMUNITY, Folder
from tests.platforms.wecom import SECRET, WeComServer

KEY = "only-for-tests-webhook-key-0001"
AES = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
ON_WECOM = COMMUNITY.replace(
    'staff_chats = ["telegram:-1009000001"]', 'staff_chats = ["wecom:duty", "wecom:webhook.street"]'
)


def problems(**env: str) -> list[str]:
    with pytest.raises(BadSettings) as bad:
        load({f"HUYING_WECOM_{name}": value for name, value in env.items()})
    return bad.value.problems


def test_webhooks_alone_need_no_app() -> None:
    settings = load(
        {"HUYING_WECOM_WEBHOOKS": f"duty={KEY}, street={KEY}2", "HUYING_WECOM_API": "http://127.0.0.1:1"}
    )
    assert settings.wecom is settings.wecom_bot is None
    assert settings.wecom_webhooks is not None
    assert sorted(settings.wecom_webhooks.keys) == ["duty", "street"]
    assert settings.wecom_webhooks.api == "http://127.0.0.1:1"


def test_webhooks_may_come_from_a_file(tmp_path) -> None:
    (tmp_path / "webhooks").write_text(f"duty={KEY}\nstreet={KEY}2\n", encoding="utf-8")
    settings = load({"HUYING_WECOM_WEBHOOKS_FILE": str(tmp_path / "webhooks")})
    assert settings.wecom_webhooks is not None
    assert settings.wecom_webhooks.keys["street"].reveal() == f"{KEY}2"


@pytest.mark.parametrize("odd", [KEY, f"值班={KEY}", "duty=short", f"duty={KEY},duty={KEY}", "duty"])
def test_an_odd_webhook_is_named_by_its_place_and_its_key_is_not_told(odd: str) -> None:
    (line,) = problems(WEBHOOKS=odd)
    assert "HUYING_WECOM_WEBHOOKS" in line
    assert KEY not in line


def test_the_robot_alone_needs_no_app_and_half_of_it_is_named() -> None:
    settings = load({"HUYING_WECOM_BOT_TOKEN": "t", "HUYING_WECOM_BOT_AES_KEY": AES})
    assert settings.wecom_bot is not None
    assert settings.wecom is None
    assert "HUYING_WECOM_BOT_AES_KEY" in problems(BOT_TOKEN="t")[0]


def test_an_address_of_wecom_and_nothing_else_is_half_a_setting() -> None:
    assert "HUYING_WECOM_CORPID" in problems(API="http://127.0.0.1:1")[0]


# --- check ----------------------------------------------------------------------------------------------------------


async def checked(folder: Folder, wecom: WeComServer, **settings: str) -> str:
    """What `huying check` says about WeCom."""
    public = {"HUYING_PUBLIC_URL": "https://huying.example.org"}
    done = await asyncio.to_thread(folder.huying, "check", **{**wecom.settings(), **public, **settings})
    assert SECRET not in done.out + done.err
    return "\n".join(line for line in done.out.splitlines() if "企业微信" in line)


async def test_check_names_the_app_and_finds_nothing_wrong_with_what_is_there(folder: Folder) -> None:
    await asyncio.to_thread(folder.settle, ON_WECOM)
    async with WeComServer() as wecom:
        wang = wecom.member("WangFang", "王芳")
        wecom.appchat("duty", "值班", [wang])
        said = await checked(folder, wecom, HUYING_WECOM_WEBHOOKS=f"street={KEY}")
    assert "企业微信应用：呼应" in said
    assert "错误" not in said


async def test_check_names_every_group_and_member_that_is_not_there(folder: Folder) -> None:
    await asyncio.to_thread(folder.settle, ON_WECOM)
    async with WeComServer() as wecom:
        said = await checked(folder, wecom, HUYING_WECOM_BOT_TOKEN="", HUYING_WECOM_BOT_AES_KEY="")
    assert "wecom:duty：没有这个群，运行 huying wecom group" in said
    assert "wecom:wangfang：" in said
    assert "没有 street 的 KEY" in said


async def test_check_tells_the_platforms_refusal_in_words(folder: Folder) -> None:
    await asyncio.to_thread(folder.settle)
    async with WeComServer() as wecom:
        await checked(folder, wecom)
        # The token of before is still good: that must not hide it.
        assert "HUYING_WECOM_SECRET" in await checked(folder, wecom, HUYING_WECOM_SECRET="wrong")
        wecom.faults.refuse(60020, path="agent/get")
        assert "可信IP" in await checked(folder, wecom)


async def test_groups_on_wecom_without_wecom_are_a_problem(folder: Folder) -> None:
    await asyncio.to_thread(folder.settle, ON_WECOM)
    done = await asyncio.to_thread(folder.huying, "check")
    assert "企业微信群 wecom:duty：没有应用，也没有机器人" in done.out
    assert "没有 street 的 KEY" in done.out


# --- a group --------------------------------------------------------------------------------------------------------


async def test_a_group_is_made_and_the_line_for_the_community_file_is_printed(folder: Folder) -> None:
    await asyncio.to_thread(folder.settle)
    async with WeComServer() as wecom:
        for userid, name in (("wangfang", "王芳"), ("lilei", "李雷")):
            wecom.member(userid, name)
        words = ("wecom", "group", "wecom:wangfang", "lilei", "--id", "duty")
        done = await asyncio.to_thread(folder.huying, *words, **wecom.settings())
        assert done.code == 0, done.err
        assert 'staff_chats = ["wecom:duty"]' in done.out
        assert "警报和会议议程" in wecom.world.groups["duty"].last.text
        again = await asyncio.to_thread(folder.huying, *words, **wecom.settings())
    assert again.code == 1
    assert "86215" in again.err


async def test_a_group_of_one_or_without_an_app_is_refused_with_one_line(folder: Folder) -> None:
    alone = await asyncio.to_thread(folder.huying, "wecom", "group", "wangfang")
    assert alone.code == 2
    without = await asyncio.to_thread(folder.huying, "wecom", "group", "wangfang", "lilei")
    assert without.code == 1
    assert "HUYING_WECOM_CORPID" in without.err
