"""Invites and login links: who gets them, how long they hold, and that only their hash is kept."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path

import pytest

from handlers.invites import ALPHABET, LENGTH, code_hash, new_code
from storage.records import DAY, Role
from tests.platforms.telegram import TOKEN, TelegramServer


def code_of(out: str) -> str:
    return out.splitlines()[0].split("\t")[1]


def taken(folder, code, now=0):
    invites = []

    async def take(store):
        async with store.turn() as turn:
            invites.append(await turn.invites.take(code_hash(code), now))

    folder.in_store(take)
    return invites[0]


def test_a_code_opens_the_role_and_grid_it_was_made_for_once(folder):
    folder.settle()
    done = folder.huying("invite", "grid_leader", "--grid", "xinhai-east-1")
    code = code_of(done.out)
    assert done.code == 0
    assert f"绑定 {code}" in done.out
    assert "http://127.0.0.1:8080/chat" in done.out
    invite = taken(folder, code.lower())
    assert (invite.role, invite.grid, invite.community) == (Role.GRID_LEADER, "xinhai-east-1", "jinghe")
    assert taken(folder, code) is None


def test_a_code_may_be_for_a_person_of_the_file(folder):
    folder.settle()
    done = folder.huying("invite", "lilei")
    assert "给 for\t李雷" in done.out
    invite = taken(folder, code_of(done.out))
    assert (invite.person, invite.role, invite.grid) == ("lilei", Role.GRID_LEADER, "xinhai-east-1")


def test_a_code_holds_seven_days_unless_told_otherwise(folder):
    folder.settle()
    week, day = folder.huying("invite", "staff"), folder.huying("invite", "staff", "--days", "1")
    lives = [taken(folder, code_of(done.out)).expires_at for done in (week, day)]
    assert 5.9 * DAY < lives[0] - lives[1] < 6.1 * DAY


def test_only_the_hash_of_a_code_is_stored(folder):
    folder.settle()
    code = code_of(folder.huying("invite", "staff").out)
    stored = b"".join(path.read_bytes() for path in Path().glob("huying.db*"))
    assert code.encode() not in stored
    assert code_hash(code).encode() in stored


def test_a_code_cannot_be_guessed_or_misread():
    assert len(set(ALPHABET)) == len(ALPHABET) == 32
    assert LENGTH * 5 >= 60
    assert not set("01OI") & set(ALPHABET)
    drawn = iter(range(100))
    assert new_code(lambda below: next(drawn)) == ALPHABET[:LENGTH]


@pytest.mark.parametrize("typed", ["ab23-cdef 4567h", "ＡＢ２３ＣＤＥＦ４５６７Ｈ", " AB23CDEF4567H\n"])
def test_however_a_code_is_typed_it_is_the_same(typed):
    assert code_hash(typed) == code_hash("AB23CDEF4567H")


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["grid_leader"], 2),
        (["grid_leader", "--grid", "none"], 1),
        (["staff", "--community", "none"], 1),
        (["staff", "--grid", "xinhai-east-1", "--community", "none"], 1),
        (["queen"], 2),
        (["lilei", "--grid", "xinhai-east-1"], 2),
        (["staff", "--days", "0"], 2),
    ],
)
def test_an_invite_nobody_could_use_is_not_made(folder, words, code):
    folder.settle()
    done = folder.huying("invite", *words)
    assert (done.code, done.out) == (code, "")
    assert done.err


async def test_the_telegram_link_names_the_bot_as_telegram_does(folder):
    await asyncio.to_thread(folder.settle)
    async with TelegramServer(limits=False) as telegram:
        folder.set(TELEGRAM_TOKEN=TOKEN, TELEGRAM_API=telegram.api)
        done = await asyncio.to_thread(folder.huying, "invite", "staff")
    assert done.code == 0
    assert f"https://t.me/{telegram.bot.username}?start={code_of(done.out)}" in done.out


def test_where_there_is_no_link_it_is_said_where_to_type_the_code(folder):
    folder.settle()
    folder.set(WECHAT_APPID="wx1", WECHAT_SECRET="s" * 32, WECHAT_TOKEN="tests", WECHAT_AES_KEY="k" * 43)
    folder.set(
        WECOM_CORPID="ww1", WECOM_AGENTID="1", WECOM_SECRET="s", WECOM_TOKEN="t", WECOM_AES_KEY="k" * 43
    )
    done = folder.huying("invite", "staff")
    lines = dict(line.split("\t") for line in done.out.splitlines())
    code = code_of(done.out)
    assert f"关注服务号后发 绑定 {code}" in lines["微信 WeChat"]
    assert f"在应用里发 绑定 {code}" in lines["企业微信 WeCom"]


async def test_without_telegram_the_code_is_given_all_the_same(folder):
    await asyncio.to_thread(folder.settle)
    folder.set(TELEGRAM_TOKEN=TOKEN, TELEGRAM_API="http://127.0.0.1:9")
    done = await asyncio.to_thread(folder.huying, "invite", "staff")
    assert done.code == 0
    assert "t.me" not in done.out
    assert f"/start {code_of(done.out)}" in done.err
    assert TOKEN not in done.out + done.err


@pytest.mark.parametrize("named", ["lilei", "李雷"])
def test_a_login_link_is_printed_for_an_id_or_a_name(folder, named):
    folder.settle()
    folder.set(PUBLIC_URL="https://huying.example.org/")
    done = folder.huying("login", named)
    assert done.code == 0
    assert re.fullmatch(r"https://huying\.example\.org/console/login\?token=[\w-]{40,}\n", done.out)


def test_an_unknown_person_gets_no_link_but_the_nearest_name(folder):
    folder.settle()
    done = folder.huying("login", "lilie")
    assert (done.code, done.out) == (1, "")
    assert "lilei" in done.err
