"""What `huying check` finds out about Telegram."""

from __future__ import annotations

from bot.channels.telegram import TelegramChannel
from bot.channels.telegram_probe import probe
from storage.records import Address
from tests.bot.telegram.around import GROUP

# --- check ---------------------------------------------------------------------------------------------------------


async def test_check_says_who_the_bot_is_what_it_hears_and_where_it_stands(telegram, channel, mei, group):
    telegram.supergroup(-1001000002, "第二网格", members=[mei], bot_admin=True)
    telegram.supergroup(-1001000003, "第三网格", members=[mei], bot_in=False)
    numbers = [-1001000001, -1001000002, -1001000003, -1009999999]
    chats = [Address(f"telegram:{number}") for number in numbers]
    findings = await probe(
        channel, [*chats, GROUP, Address("web:demo"), Address(f"{GROUP}/17"), Address("telegram:x")]
    )
    assert [finding.fine for finding in findings] == [True, True, True, True, False, False, False]
    assert "@huying_bot" in findings[0].words
    assert "privacy mode is off" in findings[1].words
    assert "administrator" in findings[3].words


async def test_check_says_when_privacy_mode_is_on(telegram, channel):
    telegram.world.privacy = True
    assert "privacy mode is on" in (await probe(channel, []))[1].words


async def test_check_says_that_a_token_is_wrong_and_nothing_else(telegram):
    channel = TelegramChannel("7700000001:wrong", telegram.api)
    findings = await probe(channel, [GROUP])
    assert [finding.fine for finding in findings] == [False]
    assert "HUYING_TELEGRAM_TOKEN" in findings[0].words
    await channel.close()
