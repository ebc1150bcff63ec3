"""Whatever is thrown at the bot: it answers kindly, loses nothing and shows no seams."""

from __future__ import annotations

import pytest

from storage.records import HOUR, Act, Level, State
from tests.stories.town import NOON, Town


@pytest.fixture
async def reported(town: Town) -> Town:
    """梅姨 has reported #1001."""
    await town.says(town.mei, "3号楼2单元电梯停了")
    return town


def aside(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.message for record in caplog.records if "set aside" in record.message]


# --- buttons nobody knows ---
@pytest.mark.parametrize(
    "data",
    ["", "x", "accept", "accept:", "accept:nowhere-1", "=building", "=building:3", "=more:x", "=nonsense:1", "=:",
     "accept:jinghe-1999", "take_up:jinghe-1001", "显:示", "a" * 64],
)  # fmt: skip
async def test_a_foreign_button_is_answered_with_a_toast_and_changes_nothing(
    reported: Town, data: str, caplog: pytest.LogCaptureFixture
) -> None:
    telegram = reported.telegram
    card = reported.cards()[0]
    query = {
        "id": "77",
        "from": reported.chen.json(),
        "chat_instance": "1",
        "data": data,
        "message": card.json(),
    }
    telegram.injects({"callback_query": query})
    await reported.settle()
    await reported.telegram.wait_for(lambda: reported.telegram.calls_of("answerCallbackQuery"))
    assert (await reported.ticket()).state is State.REPORTED
    assert not aside(caplog), "understood as nothing, not set aside as a fault"


async def test_another_tickets_button_is_judged_by_that_ticket(reported: Town) -> None:
    await reported.says(reported.chen, "5号楼停水了")
    mine, his = reported.cards(1001)[0], reported.cards(1002)[0]
    press = await reported.mei.press(his, next(b for row in his.buttons for b in row if b.reads("我也遇到")))
    await reported.settle()
    assert press.answer == "已跟进，有消息会告诉您"
    assert (await reported.ticket(1002)).followers == 1
    assert (await reported.ticket(1001)).followers == 0
    assert mine.words != his.words


# --- whatever is thrown at it ---
async def test_markup_is_shown_as_it_was_written(town: Town) -> None:
    nasty = "<b>&*_[]()`~>#+-=|{}.!\\ {person} %s {0}"
    mallory = town.telegram.user(6666, "<i>{until}&_*", started=True)
    await town.says(mallory, f"3号楼电梯停了 {nasty}", mallory.chat)
    assert nasty in town.cards(1001, town.leader.chat)[0].words
    await town.forward(minutes=6)
    assert any("<i>{until}&_*" in words for words in town.seen(town.deputy))
    await town.says(town.leader, f"办结 1001 修好 {nasty}")
    assert f"修好 {nasty}" in town.last(mallory)
    assert not town.refusals()


async def test_a_message_as_long_as_telegram_allows_is_one_ticket_with_a_card_that_shows_its_buttons(
    town: Town,
) -> None:
    long = "3号楼2单元电梯停了，" + "没有人管，" * 1000
    await town.says(town.mei, long[:4096])
    assert (await town.ticket()).words == long[:4096].strip()
    assert "接单 · 13:05 前" in town.cards(1001, town.leader.chat)[0].words, "the clock is not cut off"
    assert not town.refusals()
    await town.says(town.mei, ("补充 1001 " + "很急，" * 2000)[:4096])
    await town.forward(minutes=40)
    assert (await town.ticket()).level >= Level.ALERT
    assert not town.refusals()


async def test_invisible_and_turning_characters_do_not_reach_the_card(town: Town) -> None:
    await town.says(town.mei, "\u202e3号楼\u200b电梯停了\u2066")
    ticket = await town.ticket()
    assert ticket.words == "3号楼电梯停了"
    assert ticket.place.building == "3"


async def test_a_name_that_shows_as_nothing_is_called_a_resident(town: Town) -> None:
    ghost = town.telegram.user(7777, "\u200b\u202e", started=True)
    await town.says(ghost, "3号楼电梯停了", ghost.chat)
    await town.forward(minutes=6)
    assert any("居民 13:00 报" in words for words in town.seen(town.deputy))


async def test_the_same_update_twice_is_one_ticket(town: Town) -> None:
    town.telegram.repeats_updates(1)
    await town.says(town.mei, "3号楼电梯停了")
    assert len(await town.tickets()) == 1
    assert [entry.line.act for entry in await town.ledger()] == [Act.REPORT]


async def test_a_clock_set_back_answers_all_the_same(town: Town) -> None:
    await town.says(town.mei, "3号楼电梯停了")
    await town.clock.turn_to(NOON - HOUR)
    await town.says(town.leader, "接单 1001")
    assert (await town.ticket()).state is State.ACCEPTED
