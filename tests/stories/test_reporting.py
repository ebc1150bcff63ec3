"""One message, or several: what becomes a ticket, what joins one, what is asked about, and what is left alone."""

from __future__ import annotations

from storage.records import Category, State
from tests.stories.town import Town
from tests.stories.unsure import unsure_of

CHATTER = [
    "谁家有电钻借一下",
    "路灯终于亮了",
    "哈哈哈",
    "收物业费了吗",
    "早上好",
    "谢谢王姐",
    "[图片]",
    "👍👍👍",
    "今晚广场舞还跳吗",
    "孩子学校明天放假吗",
    "团购的草莓到了，来3号楼下拿",
    "有没有人拼车去汉口",
    "昨天电梯修好了，点赞",
    "我家空调不制冷了，谁认识修空调的",
    "接单的师傅人真好",
    "满意度调查在哪填",
    "/",
    "@王芳 在吗",
]


async def test_one_clear_message_is_a_ticket_at_once_with_its_card_below_it(town: Town) -> None:
    said = await town.says(town.mei, "3号楼2单元楼道灯坏了，黑漆漆的")
    ticket = await town.ticket()
    assert (ticket.category, ticket.place.building, ticket.place.unit) == (Category.LIGHTING, "3", "2")
    assert ticket.words == "3号楼2单元楼道灯坏了，黑漆漆的"
    (card,) = town.cards()
    assert card.reply_to is not None
    assert card.reply_to.id == said.id
    assert card.words.startswith("#1001 照明 · 3号楼2单元")
    assert town.seen(town.group) == [card.words], "nothing but the card"


async def test_chatter_is_left_alone(town: Town) -> None:
    for words in CHATTER:
        await town.says(town.mei, words)
        assert (words, town.seen(town.group), town.seen(town.mei)) == (words, [], [])
    assert await town.tickets() == []


async def test_chatter_below_the_card_is_left_alone(town: Town) -> None:
    await town.says(town.mei, "3号楼电梯停了")
    card = town.cards()[0]
    for words in ("谢谢王姐", "辛苦了", "好的", "哈哈 又来了", "我也要坐电梯下去买菜"):
        await town.says(town.chen, words, reply_to=card)
    assert len(town.seen(town.group)) == 1
    assert len(await town.tickets()) == 1


async def test_several_messages_of_one_person_become_one_report(town: Town) -> None:
    await town.says(town.mei, "电梯又坏了")
    assert town.last(town.group) == "收到，电梯。是几号楼？"
    await town.says(town.mei, "3号楼")
    await town.says(town.mei, "2单元")
    (ticket,) = await town.tickets()
    assert (ticket.place.building, ticket.place.unit) == ("3", "2")
    assert town.cards()[0].words.startswith("#1001 电梯 · 3号楼2单元")
    assert town.seen(town.group)[0] == "记下了，谢谢。", "the question turns into thanks"


async def test_messages_sent_in_one_breath_leave_no_question_behind(town: Town) -> None:
    for words in ("电梯坏了", "3号楼2单元"):
        await town.mei.says(words, town.group)
    await town.settle()
    (ticket,) = await town.tickets()
    assert (ticket.place.building, ticket.place.unit) == ("3", "2")
    assert not any("是几号楼" in words for words in town.seen(town.group))


async def test_the_rest_of_the_story_goes_with_the_report_that_still_waits(town: Town) -> None:
    await town.says(town.mei, "电梯坏了")
    await town.says(town.mei, "电梯一直嗡嗡响，门也关不上")
    await town.says(town.mei, "3号楼2单元的")
    (ticket,) = await town.tickets()
    assert "电梯坏了" in ticket.words
    assert "嗡嗡响" in ticket.words


async def test_two_matters_of_one_person_are_two_tickets(town: Town) -> None:
    await town.says(town.mei, "6栋楼道灯坏了")
    await town.says(town.mei, "对了5栋门口垃圾三天没收了")
    first, second = await town.tickets()
    assert (first.category, first.place.building) == (Category.LIGHTING, "6")
    assert (second.category, second.place.building) == (Category.SANITATION, "5")


async def test_a_second_matter_does_not_swallow_the_first_one_whose_place_is_still_asked(town: Town) -> None:
    await town.says(town.mei, "楼道灯坏了")
    await town.says(town.mei, "对了5栋门口垃圾三天没收了")
    first, second = await town.tickets()
    assert first.category is Category.LIGHTING
    assert second.place.building == "5"
    assert "没等到楼号，已先登记" in town.seen(town.group)[0]


async def test_a_new_breakdown_after_the_old_ticket_was_closed_is_a_new_ticket(town: Town) -> None:
    await town.says(town.mei, "7-2-602 漏雨了")
    await town.says(town.leader, "办结 1001 补好了")
    await town.says(town.mei, "满意")
    await town.forward(hours=24 * 20)
    await town.says(town.mei, "7-2-602 又漏雨了")
    assert [t.state for t in await town.tickets()] == [State.CLOSED, State.REPORTED]


async def test_a_caption_is_a_report_as_words_are(town: Town) -> None:
    await town.says(town.mei, "单元门玻璃碎了 3栋2单元", photo=True)
    ticket = await town.ticket()
    assert (ticket.category, ticket.place.building, ticket.place.unit) == (Category.DOOR_ACCESS, "3", "2")


# --- unsure ---

PERHAPS = unsure_of(Category.ELEVATOR)


async def test_an_unsure_message_is_one_quiet_question_to_its_writer(town: Town) -> None:
    said = await town.says(town.mei, PERHAPS)
    question = town.group.last
    assert question.words == "要帮您登记这件事吗？（电梯）"
    assert question.labels == ["登记", "不是"]
    assert question.reply_to is not None
    assert question.reply_to.id == said.id
    assert await town.tickets() == []


async def test_file_it_goes_on_with_the_report(town: Town) -> None:
    await town.says(town.mei, PERHAPS)
    await town.presses(town.mei, "登记")
    await town.says(town.mei, "3号楼")
    (ticket,) = await town.tickets()
    assert ticket.words.startswith(PERHAPS)


async def test_no_report_files_nothing(town: Town) -> None:
    await town.says(town.mei, PERHAPS)
    assert await town.presses(town.mei, "不是") == "好的，不登记。"
    assert town.last(town.group) == "好的，不登记。"
    assert await town.tickets() == []


async def test_yes_and_no_may_be_typed(town: Town) -> None:
    await town.says(town.mei, PERHAPS)
    await town.says(town.mei, "不是")
    assert town.last(town.group) == "好的，不登记。"


async def test_an_unanswered_question_whether_is_dropped_kindly(town: Town) -> None:
    await town.says(town.mei, PERHAPS)
    await town.forward(minutes=11)
    assert await town.tickets() == []
    assert "这件事没有登记" in town.last(town.group)
    assert town.group.last.labels == []
