"""What Huying makes of Telegram's refusals and of what goes wrong on the way."""

from __future__ import annotations

import asyncio

import pytest

from bot.channels.telegram import FILE_BYTES, TelegramChannel
from handlers.messages import NotDelivered, Outgoing
from storage.records import Address
from tests.bot.telegram.around import CARD, GROUP, MEI, refusal
from tests.platforms.telegram import TOKEN, a_photo

# The library announces a change of its own at every 429.
pytestmark = pytest.mark.filterwarnings("ignore:.*retry_after")


# --- refusals ------------------------------------------------------------------------------------------------------


async def test_who_blocked_the_bot_or_never_opened_it_is_out_of_reach_for_ever(channel, telegram, mei):
    await mei.blocks_bot()
    assert (await refusal(channel, Outgoing(MEI, "你好"))).forever
    telegram.user(2009, "生人")
    assert (await refusal(channel, Outgoing(Address("telegram:2009"), "你好"))).forever


@pytest.mark.parametrize(
    "words",
    [
        "Bad Request: not enough rights to send text messages to the chat",
        "Bad Request: TOPIC_CLOSED",
        "Bad Request: CHAT_WRITE_FORBIDDEN",
    ],
)
async def test_a_chat_that_does_not_exist_or_lets_nobody_speak_is_out_of_reach(
    channel, telegram, group, words
):
    assert (await refusal(channel, Outgoing(Address("telegram:-1009999999"), "你好"))).forever
    telegram.faults.refuse(400, words)
    assert (await refusal(channel, Outgoing(GROUP, "你好"))).forever


async def test_a_refusal_nobody_knows_is_about_the_letter_and_not_about_the_chat(channel, telegram, group):
    telegram.faults.refuse(400, "Bad Request: something new")
    failed = await refusal(channel, Outgoing(GROUP, "你好"))
    assert not any(
        (failed.forever, failed.wait, failed.everywhere, failed.unsure, failed.gone, failed.moved_to)
    )
    assert "Something new" in str(failed)


async def test_the_pause_telegram_asks_for_is_told_in_milliseconds(channel, telegram, group):
    telegram.faults.too_many(retry_after=37)
    failed = await refusal(channel, Outgoing(GROUP, "你好"))
    assert (failed.wait, failed.everywhere, failed.unsure) == (37_000, False, False)


async def test_a_group_that_became_a_supergroup_gives_its_new_address(channel, telegram, mei):
    old = telegram.group(-5001, "第一网格", admins=[mei])
    new = await mei.upgrades(old, -1005001)
    failed = await refusal(channel, Outgoing(Address("telegram:-5001"), "你好"))
    assert failed.moved_to == f"telegram:{new.id}"


@pytest.mark.parametrize("trouble", ["server_error", "bad_gateway"])
async def test_trouble_at_telegram_is_waited_out(channel, telegram, group, trouble):
    getattr(telegram.faults, trouble)()
    failed = await refusal(channel, Outgoing(GROUP, "你好"))
    assert (failed.everywhere, failed.unsure, failed.forever) == (True, False, False)


@pytest.mark.parametrize("trouble", ["hang", "drop_before", "drop_after"])
async def test_an_answer_that_never_came_leaves_us_unsure(telegram, group, trouble):
    channel = TelegramChannel(TOKEN, telegram.api, patience=0.3)
    getattr(telegram.faults, trouble)()
    failed = await refusal(channel, Outgoing(GROUP, "你好"))
    assert (failed.unsure, failed.wait, failed.forever) == (True, 0, False)
    await channel.close()


async def test_a_gateway_that_lost_patience_leaves_us_unsure(channel, telegram, group):
    telegram.faults.refuse(504, "Gateway Timeout")
    failed = await refusal(channel, Outgoing(GROUP, "你好"))
    assert (failed.unsure, failed.everywhere) == (True, False)


@pytest.mark.parametrize("words", ["Request Entity Too Large", "Content Too Large (413)"])
async def test_a_letter_too_heavy_for_telegram_is_its_own_trouble_and_not_everybodys(
    channel, telegram, group, words
):
    telegram.faults.refuse(413, words)
    failed = await refusal(channel, Outgoing(GROUP, "你好"))
    assert not any((failed.everywhere, failed.unsure, failed.forever, failed.wait))


async def test_words_whose_picture_is_too_heavy_come_without_it(channel, telegram, folder, group):
    telegram.faults.refuse(413, "Request Entity Too Large", method="sendPhoto")
    await channel.send(Outgoing(GROUP, "修好了", photos=(folder.keep(a_photo()),)))
    assert (group.last.kind, group.last.text) == ("text", "修好了")


async def test_a_server_nobody_can_connect_to_has_surely_heard_nothing(folder, unused_tcp_port):
    channel = TelegramChannel(TOKEN, f"http://127.0.0.1:{unused_tcp_port}", folder)
    failed = await refusal(channel, Outgoing(GROUP, "你好"))
    assert (failed.everywhere, failed.unsure) == (True, False)
    await channel.close()


async def test_a_wrong_token_stops_everything_and_blames_no_chat(telegram, group):
    channel = TelegramChannel("7700000001:wrong", telegram.api)
    failed = await refusal(channel, Outgoing(GROUP, "你好"))
    assert (failed.everywhere, failed.forever, failed.wait > 0) == (True, False, True)
    assert "wrong" not in str(failed)
    await channel.close()


@pytest.mark.parametrize(
    "body", [b'{"ok": true}', b'{"ok": true, "result": {"date": 5}}', b"<html>hi</html>"]
)
async def test_an_answer_nobody_can_read_is_not_the_end_of_the_program(body):
    async def imitation(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        head = f"HTTP/1.1 200 OK\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"
        writer.write(head.encode() + body)
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(imitation, "127.0.0.1", 0)
    channel = TelegramChannel(TOKEN, f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}")
    failed = await refusal(channel, Outgoing(GROUP, "你好"))
    assert failed.unsure or failed.everywhere
    await channel.close()
    server.close()


# --- files, presses, names -----------------------------------------------------------------------------------------


async def test_a_photo_is_fetched_byte_for_byte(channel, telegram, group, mei):
    picture = a_photo(width=40)
    sent = await mei.says("漏水", group, photo=picture)
    assert await channel.fetch(sent.photos[0].id) == sent.photos[0].content


async def test_a_file_that_is_gone_or_too_large_is_so_for_ever(channel, telegram, group, mei):
    telegram.faults.refuse(400, "Bad Request: invalid file_id", method="getFile")
    with pytest.raises(NotDelivered) as caught:
        await channel.fetch("AgACAgUAAxkBAAInothing")
    assert caught.value.forever
    sent = await mei.says("", group, document=bytes(FILE_BYTES + 1))
    with pytest.raises(NotDelivered) as caught:
        await channel.fetch(sent.document.id)
    assert caught.value.forever


async def test_a_file_is_not_given_up_for_a_token_that_was_changed(channel, telegram, group, mei):
    sent = await mei.says("漏水", group, photo=a_photo())
    telegram.faults.refuse(401, "Unauthorized", method="getFile")
    with pytest.raises(NotDelivered) as caught:
        await channel.fetch(sent.photos[0].id)
    assert (caught.value.forever, caught.value.everywhere) == (False, True)


async def test_a_file_that_may_be_away_for_a_while_is_not_given_up_at_once(channel, telegram, group, mei):
    words = "Bad Request: wrong file_id or the file is temporarily unavailable"
    telegram.faults.refuse(400, words, method="getFile")
    with pytest.raises(NotDelivered) as caught:
        await channel.fetch("AgACAgUAAxkBAAIn")
    assert not any((caught.value.forever, caught.value.everywhere, caught.value.unsure))


async def test_a_press_is_answered_and_one_too_old_is_no_trouble(channel, group, mei):
    await channel.send(Outgoing(GROUP, "卡", buttons=CARD))
    press = await mei.presses("接单", group)
    await channel.answer(press.id, "水" * 300, alert=True)
    assert press.answer
    await channel.answer("12345", "晚了")


async def test_the_bot_knows_itself_and_installs_its_commands(channel, telegram):
    assert (await channel.me()).username == "huying_bot"
    await channel.set_commands({"report": "报修", "mine": "我的工单"})
    await channel.set_commands({"report": "report a problem"}, "en")
    assert await channel.bot.get_my_commands() != ()
    assert len(telegram.calls_of("getMe")) == 1
