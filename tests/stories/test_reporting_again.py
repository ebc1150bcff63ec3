"""What is said about a matter that is reported already: joining it, adding to it, correcting it."""

from __future__ import annotations

from storage.records import Act, Category, State
from tests.stories.town import Town


async def test_a_neighbour_saying_the_same_in_other_words_joins_the_ticket(town: Town) -> None:
    await town.says(town.mei, "7号楼前垃圾点没人清")
    await town.says(town.chen, "一股味儿 垃圾堆成山 7号楼前")
    (ticket,) = await town.tickets()
    assert ticket.followers == 1
    assert "给您加上了" in town.last(town.group)
    assert "我也遇到 1" in town.cards()[0].labels


async def test_a_neighbour_saying_it_in_cantonese_joins_too(town: Town) -> None:
    await town.says(town.mei, "A座电梯停了")
    await town.says(town.chen, "我都係，A座冇電梯用")
    (ticket,) = await town.tickets()
    assert ticket.followers == 1


async def test_my_home_too_joins_the_last_report_of_the_group(town: Town) -> None:
    await town.says(town.mei, "3号楼停水了")
    await town.says(town.chen, "我家也是")
    assert (await town.ticket()).followers == 1
    assert len(town.seen(town.group)) == 1, "the card shows it; nothing more is said"


async def test_it_is_not_the_same_one_tap_makes_it_a_ticket_of_its_own(town: Town) -> None:
    await town.says(town.mei, "3号楼电梯停了")
    await town.says(town.chen, "3号楼电梯一直响")
    await town.presses(town.chen, "不是同一件")
    first, second = await town.tickets()
    assert (first.id, second.reporter == first.reporter) == ("jinghe-1001", False)
    assert second.words == "3号楼电梯一直响"


async def test_another_unit_is_another_matter(town: Town) -> None:
    await town.says(town.mei, "3号楼1单元电梯停了")
    await town.says(town.chen, "3号楼2单元电梯停了")
    assert len(await town.tickets()) == 2


async def test_two_service_orders_of_one_building_are_two_tickets(town: Town) -> None:
    await town.says(town.mei, "点单 3号楼想请人理发")
    await town.says(town.chen, "点单 3号楼要代办证明")
    assert len(await town.tickets()) == 2


async def test_the_same_again_by_its_reporter_adds_to_the_ticket(town: Town) -> None:
    await town.says(town.mei, "3号楼2单元电梯停了")
    await town.says(town.mei, "电梯停在那儿不动，停了半天了")
    (ticket,) = await town.tickets()
    assert ticket.followers == 0
    assert "您已经报过" in town.last(town.group)


async def test_a_neighbours_own_trouble_below_a_card_is_a_report_of_its_own(town: Town) -> None:
    await town.says(town.mei, "3号楼电梯停了")
    await town.says(town.chen, "5号楼楼道灯也坏了", reply_to=town.cards()[0])
    assert [t.category for t in await town.tickets()] == [Category.ELEVATOR, Category.LIGHTING]


async def test_a_reply_to_the_card_fills_in_the_floor(town: Town) -> None:
    await town.says(town.mei, "10号楼1单元墙面渗水")
    await town.says(town.mei, "在四楼拐角那里", reply_to=town.cards()[0])
    place = (await town.ticket()).place
    assert (place.building, place.unit, place.floor, place.landmark) == ("10", "1", "4", "拐角")
    assert "4层" in town.cards()[0].words
    assert "在四楼拐角那里" in town.last(town.leader)


async def test_a_reply_to_the_first_message_adds_words_and_keeps_the_place(town: Town) -> None:
    said = await town.says(town.mei, "3号楼2单元电梯停了")
    await town.says(town.mei, "里面显示屏也黑了", reply_to=said)
    assert (await town.ticket()).place.building == "3"
    async with town.store.view() as view:
        assert [r.words for r in await view.tickets.remarks("jinghe-1001")] == ["里面显示屏也黑了"]


async def test_a_neighbours_me_too_below_the_card_counts_once(town: Town) -> None:
    await town.says(town.mei, "3号楼电梯停了")
    await town.says(town.chen, "我家也是", reply_to=town.cards()[0])
    await town.says(town.chen, "我家也是", reply_to=town.cards()[0])
    assert (await town.ticket()).followers == 1


# --- edits ---


async def test_an_edited_message_corrects_its_ticket(town: Town) -> None:
    said = await town.says(town.mei, "3号楼2单元电梯停了")
    await town.mei.edits(said, "5号楼1单元电梯停了")
    await town.settle()
    (ticket,) = await town.tickets()
    assert (ticket.place.building, ticket.place.unit) == ("5", "1")
    assert ticket.words == "5号楼1单元电梯停了"
    assert town.cards()[0].words.startswith("#1001 电梯 · 5号楼1单元")
    assert "改成了" in town.last(town.leader)
    assert [entry.line.act for entry in await town.ledger()] == [Act.REPORT, Act.ADD]
    await town.says(town.leader, "看全程 1001", town.leader.chat)
    assert "梅姨 补充 改了原话" in town.last(town.leader)


async def test_an_edit_that_only_now_makes_it_a_call_is_a_report(town: Town) -> None:
    said = await town.says(town.mei, "3号楼")
    await town.mei.edits(said, "3号楼电梯停了")
    await town.settle()
    assert (await town.ticket()).place.building == "3"


async def test_an_edit_that_names_the_place_answers_the_question(town: Town) -> None:
    said = await town.says(town.mei, "电梯停了")
    await town.mei.edits(said, "3号楼2单元电梯停了")
    await town.settle()
    (ticket,) = await town.tickets()
    assert ticket.place.unit == "2"
    assert not any("是几号楼" in words for words in town.seen(town.group))
    await town.forward(minutes=11)
    assert len(await town.tickets()) == 1


async def test_an_edited_command_does_nothing(town: Town) -> None:
    await town.says(town.mei, "3号楼电梯停了")
    said = await town.says(town.leader, "好的马上")
    await town.leader.edits(said, "接单 1001")
    await town.settle()
    assert (await town.ticket()).state is State.REPORTED


async def test_somebody_elses_edit_or_a_late_one_changes_nothing(town: Town) -> None:
    said = await town.says(town.mei, "3号楼2单元电梯停了")
    await town.says(town.leader, "办结 1001 换了门机")
    await town.says(town.mei, "满意")
    before = town.seen(town.group)
    await town.mei.edits(said, "5号楼2单元电梯停了")
    await town.settle()
    assert (await town.ticket()).place.building == "3"
    assert town.seen(town.group) == before
