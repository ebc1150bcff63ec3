"""`huying check` says everything that stands in the way, at once, and changes nothing."""

from __future__ import annotations

import asyncio
import os
import tomllib

import pytest

from bot.commands.check import communities
from handlers.community import directory_of, read_community
from storage.database import open_store
from tests.bot.folder import COMMUNITY
from tests.platforms.opinion import OpinionServer
from tests.platforms.telegram import TOKEN, TelegramServer


def test_a_settled_installation_is_good(folder):
    folder.settle()
    done = folder.huying("check")
    assert done.code == 0, done.out
    assert "problem" not in done.out
    assert "径河社区" in done.out


def test_everything_wrong_is_said_at_once(folder):
    folder.set(HTTP="x", WECHAT_APPID="wx", MEDIA="gone/media", TELEGRAM_TOKN="1:a")
    done = folder.huying("check")
    assert done.code == 1
    for word in (
        "HUYING_HTTP",
        "HUYING_WECHAT_SECRET",
        "gone/media",
        "HUYING_TELEGRAM_TOKEN",
        "huying import",
    ):
        assert word in done.out, word
    assert not (folder.path / "huying.db").exists()
    assert len(done.err.splitlines()) == 1


def test_a_database_without_a_community_is_a_problem(folder):
    folder.huying("migrate")
    done = folder.huying("check")
    assert (done.code, "huying import" in done.out) == (1, True)


def test_a_database_that_waits_for_migration_is_a_problem(folder):
    asyncio.run(make_empty())
    done = folder.huying("check")
    assert (done.code, "huying migrate" in done.out) == (1, True)
    assert "0001" in done.out


async def make_empty():
    await (await open_store("sqlite:///huying.db")).close()


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_read_only_database_is_a_problem(folder):
    folder.settle()
    (folder.path / "huying.db").chmod(0o400)
    assert folder.huying("check").code == 1


def test_a_file_that_is_no_database_is_a_problem_among_others(folder):
    folder.write("huying.db", "no database" * 1000)
    folder.set(WECOM_BOT_TOKEN="x")
    done = folder.huying("check")
    assert done.code == 1
    assert "HUYING_WECOM_BOT_AES_KEY" in done.out
    assert "huying.db" in done.out


def test_people_nobody_can_write_to_are_a_warning(folder):
    folder.settle()
    text = (
        (folder.path / "jinghe.toml").read_text(encoding="utf-8").replace('accounts = ["telegram:1002"]', "")
    )
    folder.huying("import", folder.write("jinghe.toml", text))
    done = folder.huying("check")
    assert done.code == 0
    (line,) = [line for line in done.out.splitlines() if "李雷" in line]
    assert line.startswith("注意 warning")
    assert "huying invite lilei" in line
    assert "jinghe：没有 street_chats" in done.out


async def test_telegram_says_who_the_bot_is_and_which_groups_it_reads(folder):
    await asyncio.to_thread(folder.settle)
    async with TelegramServer(limits=False, privacy=True) as telegram:
        wang = telegram.user(1001, "王芳", started=True)
        telegram.supergroup(-1001000001, "第一网格", [wang])
        folder.set(TELEGRAM_TOKEN=TOKEN, TELEGRAM_API=telegram.api)
        done = await asyncio.to_thread(folder.huying, "check")
    assert "隐私模式开" in done.out
    assert done.code == 1
    (absent,) = [line for line in done.out.splitlines() if line.startswith("错误")]
    assert "telegram:-1009000001" in absent


async def test_a_wrong_token_is_a_problem_and_is_not_shown(folder):
    await asyncio.to_thread(folder.settle)
    wrong = "987654321:AAHh-Zx_0123456789abcdefghijklmnopq"
    async with TelegramServer(limits=False) as telegram:
        folder.set(TELEGRAM_TOKEN=wrong, TELEGRAM_API=telegram.api)
        done = await asyncio.to_thread(folder.huying, "check")
    assert done.code == 1
    assert "HUYING_TELEGRAM_TOKEN" in done.out
    assert wrong not in done.out + done.err


def test_links_that_open_on_this_machine_only_are_a_warning(folder):
    folder.settle()
    assert "HUYING_PUBLIC_URL" in folder.huying("check").out
    folder.set(PUBLIC_URL="https://huying.example.org")
    assert "HUYING_PUBLIC_URL" not in folder.huying("check").out


async def test_a_second_opinion_is_asked_whether_it_answers(folder):
    async with OpinionServer() as endpoint:
        asked = f'[reading]\nsecond_opinion = "{endpoint.address}"\nmodel = "qwen"\n'
        await asyncio.to_thread(folder.settle, COMMUNITY + asked)
        folder.set(OPINION_KEY=endpoint.key)
        done = await asyncio.to_thread(folder.huying, "check")
        (line,) = [line for line in done.out.splitlines() if "second opinion" in line]
        assert line.startswith("好　ok")
        folder.set(OPINION_KEY="sk-wrong-0123456789")
        done = await asyncio.to_thread(folder.huying, "check")
        (line,) = [line for line in done.out.splitlines() if "second opinion" in line]
        assert line.startswith("注意 warning")
        assert "HUYING_OPINION_KEY" in line
    assert done.code == 0
    assert "sk-wrong" not in done.out + done.err


def test_a_key_nobody_uses_and_an_endpoint_nobody_answers_at_are_said_in_words(folder):
    folder.settle()
    folder.set(OPINION_KEY="sk-0123456789")
    (line,) = [line for line in folder.huying("check").out.splitlines() if "OPINION_KEY" in line]
    assert line.startswith("注意 warning")
    assert "[reading]" in line
    folder.settle(COMMUNITY + '[reading]\nsecond_opinion = "http://127.0.0.1:9/v1"\nmodel = "qwen"\n')
    done = folder.huying("check")
    (line,) = [line for line in done.out.splitlines() if "second opinion" in line]
    assert "连不上这个网址" in line
    assert "OPINION_KEY" not in done.out


def test_a_year_whose_holidays_nobody_put_in_is_a_warning_that_names_the_page():
    november = 1_795_406_400_000  # 2026-11-23
    without = (
        COMMUNITY.replace("[holidays.2027]", "[holidays.2026]")
        .replace('"2027-', '"2026-')
        .replace("..2027-", "..2026-")
    )
    known, bare = (directory_of(read_community(tomllib.loads(text))) for text in (COMMUNITY, without))
    assert not [one for one in communities(known, november, "http://here") if "放假" in one.line]
    (found,) = (one for one in communities(bare, november, "http://here") if "放假" in one.line)
    assert found.level == "warning"
    assert "http://here/console/policy/holidays/2027" in found.line
