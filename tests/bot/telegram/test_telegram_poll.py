"""Polling: no update is confirmed before it is stored."""

from __future__ import annotations

import asyncio
import json

import pytest
import structlog

from bot.channels.telegram_poll import Polling
from handlers.messages import Button, Outgoing
from tests.bot.telegram.around import GROUP

# --- polling -------------------------------------------------------------------------------------------------------


async def test_what_is_said_reaches_the_desk_in_order_and_is_confirmed(polling, telegram, desk, mei, group):
    for n in range(120):
        await mei.says(f"第{n}", group)
    await telegram.wait_for(lambda: telegram.pending == 0)
    assert desk.texts == [f"第{n}" for n in range(120)]


async def test_messages_of_one_batch_are_at_the_desk_together(channel, intake, telegram, desk, mei, group):
    desk.gate.clear()
    for n in range(20):
        await mei.says(f"第{n}", group)
    polling = Polling(channel, intake)
    once = asyncio.create_task(polling.once())
    await telegram.wait_for(lambda: len(desk.heard) == 20)
    assert telegram.pending == 20
    desk.gate.set()
    await once


async def test_what_could_not_be_stored_comes_again(polling, telegram, desk, mei, group):
    desk.failing = 3
    await mei.says("3号楼漏水", group)
    await telegram.wait_for(lambda: telegram.pending == 0)
    assert desk.texts == ["3号楼漏水"] * 4
    assert len({inbound.key for inbound in desk.heard}) == 1


async def test_an_update_nobody_can_read_is_set_aside_with_its_words_and_the_rest_goes_on(
    polling, telegram, desk, mei, group
):
    telegram.updates.put({"message": {"message_id": "五", "text": "坏的"}}, "odd")
    telegram.updates.put({"callback_query": 17}, "odd")
    await mei.says("好的", group)
    await telegram.wait_for(lambda: telegram.pending == 0)
    assert desk.texts == ["好的"]
    assert [json.loads(raw).keys() for _, raw, _ in desk.aside] == [
        {"update_id", "message"},
        {"update_id", "callback_query"},
    ]
    assert "坏的" in desk.aside[0][1]
    assert desk.aside[0][0].startswith("telegram:7")


async def test_a_message_the_desk_stumbles_over_is_set_aside_alone(polling, telegram, desk, mei, group):
    desk.stumbles_over.add("怪的")
    await mei.says("怪的", group)
    await mei.says("好的", group)
    await telegram.wait_for(lambda: telegram.pending == 0)
    assert desk.texts == ["怪的", "好的"]
    assert [why for _, _, why in desk.aside] == ["RuntimeError: a mistake in a rule"]


async def test_chatter_among_bots_is_confirmed_and_never_reaches_the_desk(
    polling, telegram, desk, mei, group
):
    await mei.says("/report@other_bot 漏水", group)
    await telegram.wait_for(lambda: telegram.pending == 0)
    assert (desk.heard, desk.aside) == ([], [])


async def test_a_press_is_answered_right_after_it_is_stored(polling, channel, telegram, desk, mei, group):
    await channel.send(Outgoing(GROUP, "卡", buttons=((Button("接单", "a:1024"),),)))
    desk.toast = "已受理"
    press = await mei.presses("接单", group)
    await telegram.wait_for(lambda: press.answer)
    assert (press.answer, press.alert) == ("已受理", True)
    assert desk.heard[0].press == "a:1024"


async def test_a_press_with_nothing_to_say_is_answered_too(polling, channel, telegram, desk, mei, group):
    await channel.send(Outgoing(GROUP, "卡", buttons=((Button("接单", "a:1024"),),)))
    desk.stumbles_over.add("")
    press = await mei.presses("接单", group)
    await telegram.wait_for(lambda: press.answered)
    assert press.answer == ""


@pytest.mark.parametrize("trouble", ["server_error", "bad_gateway", "drop_before", "drop_after"])
async def test_polling_goes_on_after_any_trouble(polling, telegram, desk, mei, group, trouble):
    getattr(telegram.faults, trouble)(times=2, method="getUpdates")
    getattr(telegram.faults, trouble)(times=2, method="getMe")
    getattr(telegram.faults, trouble)(times=2, method="deleteWebhook")
    await mei.says("3号楼漏水", group)
    await telegram.wait_for(lambda: telegram.pending == 0)
    assert set(desk.texts) == {"3号楼漏水"}


async def test_a_webhook_left_over_is_taken_away_and_nothing_that_waits_is_dropped(
    telegram, channel, intake, desk, mei, group
):
    await channel.bot.set_webhook("https://old.example/telegram", allowed_updates=["message"])
    await mei.says("3号楼漏水", group)
    await Polling(channel, intake).once()
    assert desk.texts == ["3号楼漏水"]


async def test_another_program_with_the_same_token_is_named_in_the_log(
    telegram, channel, intake, monkeypatch
):
    monkeypatch.setattr("bot.channels.telegram_poll.FIRST_PAUSE", 0.01)
    telegram.faults.refuse(409, "Conflict: terminated by other getUpdates request", method="getUpdates")
    with structlog.testing.capture_logs() as lines:
        running = asyncio.create_task(Polling(channel, intake).run())
        await telegram.wait_for(lambda: any(line["log_level"] == "error" for line in lines))
        running.cancel()
        await asyncio.wait({running})
    assert "same bot token" in next(line["event"] for line in lines if line["log_level"] == "error")


async def test_only_the_kinds_we_read_are_asked_for(telegram, channel, intake, mei, group):
    await mei.says("漏水", group)
    await Polling(channel, intake).once()
    assert telegram.updates.allowed == ["message", "edited_message", "callback_query", "my_chat_member"]
