"""`huying check` asks WeChat what is wrong, and `huying wechat menu` installs the account's menu."""

from __future__ import annotations

import asyncio

import pytest

from bot.config import BadSettings, load
from tests.bot.folder import Folder, Run
from tests.platforms.wechat import WeChatServer

WHOLE = {
    "HUYING_WECHAT_APPID": "wx1",
    "HUYING_WECHAT_SECRET": "s" * 32,
    "HUYING_WECHAT_TOKEN": "HuyingOnlyForTests",
    "HUYING_WECHAT_AES_KEY": "k" * 43,
    "HUYING_PUBLIC_URL": "https://huying.example.org",
}


def test_a_whole_account_has_nothing_to_be_warned_of():
    settings = load(WHOLE)
    assert settings.wechat is not None
    assert settings.warnings == ()


@pytest.mark.parametrize("public", ["", "http://huying.example.org"])
def test_an_address_wechat_cannot_push_to_safely_is_warned_of(public: str) -> None:
    (line,) = load({**WHOLE, "HUYING_PUBLIC_URL": public}).warnings
    assert "/wechat" in line


@pytest.mark.parametrize("token", ["ab", "a" * 33, "has space", "only_here"])
def test_a_token_wechats_form_would_not_take_is_warned_of(token: str) -> None:
    (line,) = load({**WHOLE, "HUYING_WECHAT_TOKEN": token}).warnings
    assert "WECHAT_TOKEN" in line


@pytest.mark.parametrize("missing", ["APPID", "SECRET", "TOKEN"])
@pytest.mark.parametrize("empty", ["", "  "])
def test_half_an_account_names_what_is_missing(missing: str, empty: str) -> None:
    with pytest.raises(BadSettings) as bad:
        load({**WHOLE, f"HUYING_WECHAT_{missing}": empty})
    assert f"还缺 HUYING_WECHAT_{missing} " in bad.value.problems[0]


def test_a_key_that_is_wrong_is_not_called_absent() -> None:
    with pytest.raises(BadSettings) as bad:
        load({**WHOLE, "HUYING_WECHAT_AES_KEY": "k" * 42})
    assert ("AES_KEY" in bad.value.problems[0], bad.value.rest.warnings) == (True, ())


# --- check --------------------------------------------------------------------------------------------------------------


async def checked(folder: Folder, wechat: WeChatServer, **settings: str) -> list[str]:
    """The lines `huying check` says about WeChat."""
    done = await asyncio.to_thread(
        folder.huying, "check", **{**wechat.settings(), **WHOLE_ADDRESS, **settings}
    )
    assert wechat.secret not in done.out + done.err
    return [line for line in done.out.splitlines() if "微信" in line]


WHOLE_ADDRESS = {"HUYING_PUBLIC_URL": "https://huying.example.org"}


async def test_check_finds_a_whole_account_good_but_for_its_menu(folder: Folder) -> None:
    await asyncio.to_thread(folder.settle)
    async with WeChatServer() as wechat:
        account, template, menu = await checked(folder, wechat)
    assert account.startswith("好")
    assert "工单编号、工单类型、处理状态、更新时间、处理说明" in template
    assert (menu.startswith("注意"), "huying wechat menu" in menu) == (True, True)


async def test_check_says_which_address_the_whitelist_lacks(folder: Folder) -> None:
    await asyncio.to_thread(folder.settle)
    async with WeChatServer() as wechat:
        wechat.faults.refuse(
            40164, "invalid ip 203.0.113.7 ipv6 ::ffff:203.0.113.7, not in whitelist", times=None
        )
        (line,) = await checked(folder, wechat)
    assert line.startswith("错误")
    assert "203.0.113.7" in line
    assert "白名单" in line


async def test_check_says_that_the_secret_is_wrong(folder: Folder) -> None:
    await asyncio.to_thread(folder.settle)
    async with WeChatServer() as wechat:
        (line,) = await checked(folder, wechat, HUYING_WECHAT_SECRET="0" * 32)
    assert line.startswith("错误")
    assert "HUYING_WECHAT_SECRET" in line


async def test_a_secret_that_was_changed_is_wrong_though_the_last_token_is_still_good(folder: Folder) -> None:
    await asyncio.to_thread(folder.settle)
    async with WeChatServer() as wechat:
        assert (await checked(folder, wechat))[0].startswith("好")
        (line,) = await checked(folder, wechat, HUYING_WECHAT_SECRET="0" * 32)
    assert line.startswith("错误")
    assert "HUYING_WECHAT_SECRET" in line


async def test_an_api_nobody_answers_at_is_said_in_words(folder: Folder) -> None:
    await asyncio.to_thread(folder.settle)
    async with WeChatServer() as wechat:
        settings = wechat.settings()
    (line,) = await checked(folder, wechat, **settings)
    assert line.startswith("错误")
    assert f"连不上 {settings['HUYING_WECHAT_API']}" in line


async def test_check_says_what_is_wrong_with_the_template(folder: Folder) -> None:
    await asyncio.to_thread(folder.settle)
    async with WeChatServer() as wechat:
        gone = await checked(folder, wechat, HUYING_WECHAT_TEMPLATE="gone")
        assert "HUYING_WECHAT_TEMPLATE" in gone[1]
        odd = wechat.world.templates.add("缴费", "金额:{{amount1.DATA}}\n车牌:{{car_number2.DATA}}\n")
        unfit = await checked(folder, wechat, HUYING_WECHAT_TEMPLATE=odd.id)
        assert "金额、车牌" in unfit[1]
        none = await checked(folder, wechat, HUYING_WECHAT_TEMPLATE="")
        assert (none[1].startswith("注意"), "48小时" in none[1]) == (True, True)


async def test_check_says_when_it_is_a_subscription_notice(folder: Folder) -> None:
    await asyncio.to_thread(folder.settle)
    async with WeChatServer() as wechat:
        notice = wechat.world.templates.notice.id
        found = (await checked(folder, wechat, HUYING_WECHAT_TEMPLATE=notice))[1]
    assert found.startswith("好")
    assert "订阅通知：受理编号、诉求内容" in found


async def test_check_without_a_database_says_that_it_could_not_look(folder: Folder) -> None:
    async with WeChatServer() as wechat:
        (line,) = await checked(folder, wechat)
        assert wechat.calls == []
    assert line.startswith("注意")


# --- menu ---------------------------------------------------------------------------------------------------------------


async def menu(folder: Folder, wechat: WeChatServer, *words: str) -> Run:
    return await asyncio.to_thread(folder.huying, "wechat", "menu", *words, **wechat.settings())


async def test_the_menu_is_installed_once(folder: Folder) -> None:
    await asyncio.to_thread(folder.settle)
    async with WeChatServer() as wechat:
        done = await menu(folder, wechat)
        assert (done.code, "菜单装好了：报修、投诉、我的工单" in done.out) == (0, True)
        assert [button["key"] for button in wechat.world.menu.buttons] == ["报修", "投诉", "我的工单"]
        again = await menu(folder, wechat)
        assert (again.code, "没有改动" in again.out) == (0, True)
        assert len(wechat.calls_of("menu/create")) == 1
        assert any("好" in line and "菜单" in line for line in await checked(folder, wechat))


async def test_another_menu_is_left_alone_unless_it_is_to_be_replaced(folder: Folder) -> None:
    await asyncio.to_thread(folder.settle)
    async with WeChatServer() as wechat:
        wechat.world.menu.create({"button": [{"type": "view", "name": "官网", "url": "https://x.cn"}]})
        done = await menu(folder, wechat)
        assert (done.code, "官网" in done.err, "--replace" in done.err) == (1, True, True)
        removed = await menu(folder, wechat, "--remove")
        assert (removed.code, "官网" in removed.err) == (1, True)
        replaced = await menu(folder, wechat, "--replace")
        assert (replaced.code, "换掉了 官网" in replaced.out) == (0, True)


async def test_our_menu_is_taken_away_when_asked(folder: Folder) -> None:
    await asyncio.to_thread(folder.settle)
    async with WeChatServer() as wechat:
        await menu(folder, wechat)
        assert "撤掉了" in (await menu(folder, wechat, "--remove")).out
        assert wechat.world.menu.buttons == []
        assert "没有菜单" in (await menu(folder, wechat, "--remove")).out


async def test_a_refusal_is_said_in_words(folder: Folder) -> None:
    await asyncio.to_thread(folder.settle)
    async with WeChatServer() as wechat:
        wechat.faults.refuse(48001, path="menu/get")
        done = await menu(folder, wechat)
    assert (done.code, "没有这个接口的权限" in done.err) == (1, True)
    assert len(done.err.strip().splitlines()) == 1


def test_without_an_account_there_is_no_menu(folder: Folder) -> None:
    folder.settle()
    done = folder.huying("wechat", "menu")
    assert (done.code, "没有设置 HUYING_WECHAT_APPID" in done.err) == (1, True)
