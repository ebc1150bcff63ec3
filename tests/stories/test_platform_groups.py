"""Groups as Telegram has them: topics, upgrades, anonymous administrators, coming and going, privacy mode."""

from __future__ import annotations

from pathlib import Path

from storage.records import Act, Address, State
from tests.stories.town import NOON, TOWN, Town
from tests.stories.town import town as build


async def test_in_a_forum_card_question_and_answer_stay_in_their_topic(tmp_path: Path) -> None:
    async with build(tmp_path, forum=True) as town:
        repairs = await town.leader.opens_topic("报修", town.group)
        chat = await town.leader.opens_topic("闲聊", town.group)
        await town.says(town.mei, "电梯又停了，门打不开", topic=repairs)
        question = town.group.last
        assert "是几号楼" in question.words
        assert question.topic == repairs
        await town.says(town.chen, "早上好", topic=chat)
        await town.presses(town.mei, "3")
        card = town.cards()[0]
        assert card.topic == repairs
        await town.says(town.mei, "2单元", topic=repairs)
        assert "3号楼2单元" in card.words
        await town.presses(town.leader, "接单")
        await town.says(town.chen, "办结 1001 换了灯泡", topic=chat)
        refusal = town.group.last
        assert "由网格长和物业来办" in refusal.words
        assert refusal.topic == chat
        assert all(message.topic for message in town.group.messages if message.sender.is_bot)
        assert len(town.cards()) == 1
        assert not town.refusals()


async def test_a_group_that_becomes_a_supergroup_in_mid_ticket_takes_everything_along(tmp_path: Path) -> None:
    text = TOWN.replace("telegram:-1001000001", "telegram:-500")
    async with build(tmp_path, text=text, group_id=-500) as town:
        await town.says(town.mei, "3号楼2单元电梯停了")
        assert len(town.cards()) == 1
        await town.says(town.chen, "楼道灯又坏了")
        assert "是几号楼" in town.group.last.words
        old = town.group
        town.group = await town.leader.upgrades(old, -1001000777)
        await town.settle()
        directory = await town.store.directory()
        assert directory.grids["xinhai-east-1"].chats == (Address("telegram:-1001000777"),)
        # The question waits in the new group: its answer is heard there.
        await town.says(town.chen, "5号楼")
        assert (await town.ticket(1002)).place.building == "5"
        assert town.cards(1002)
        # And the first ticket goes on: its old card cannot be edited from here, so it comes anew.
        await town.says(town.leader, "接单 1001")
        assert (await town.ticket(1001)).state is State.ACCEPTED
        assert any("王芳已受理" in card.words for card in town.cards(1001))
        await town.forward(hours=5)
        assert [ticket.number for ticket in await town.queue()]
        async with town.store.view() as view:
            cards = await view.cards.of("jinghe-1001")
        assert all("-500" not in card.chat for card in cards)


async def test_a_letter_on_its_way_to_a_group_that_just_moved_follows_it(tmp_path: Path) -> None:
    text = TOWN.replace("telegram:-1001000001", "telegram:-500")
    async with build(tmp_path, text=text, group_id=-500, started=False) as town:
        await town.says(town.mei, "3号楼2单元电梯停了")
        await town.presses(town.leader, "接单")
        hang = town.telegram.faults.hang(method="sendMessage", chat=town.group)
        await town.leader.says("办结 1001 换了门机", town.group)
        await town.telegram.wait_for(lambda: hang.met == 1)
        old = town.group
        town.group = await town.leader.upgrades(old, -1001000777)
        hang.release()
        await town.settle()
        assert any("说是办好了" in words for words in town.seen(town.group))
        await town.presses(town.mei, "满意")
        assert (await town.ticket()).state is State.CLOSED


async def test_an_anonymous_administrator_reports_and_is_kindly_refused_an_act(town: Town) -> None:
    await town.says(town.leader, "3号楼2单元电梯停了", as_anonymous=True)
    ticket = await town.ticket()
    assert ticket.reporter is None
    assert len(town.cards()) == 1
    await town.says(town.leader, "接单 1001", as_anonymous=True)
    assert "请用您本人的身份" in town.last(town.group)
    assert (await town.ticket()).state is State.REPORTED
    # The button carries the real person even there.
    assert "已接单" in await town.presses(town.leader, "接单")
    assert (await town.ticket()).first_responder == "wangfang"


async def test_the_bot_thrown_out_of_its_group_goes_on_in_private_and_comes_back(town: Town) -> None:
    await town.says(town.mei, "3号楼2单元电梯停了")
    await town.leader.removes_bot(town.group)
    await town.settle()
    for who in (town.leader, town.staff_room):
        assert sum("移出了“第一网格”的群" in words for words in town.seen(who)) == 1
    # The leader works on privately, the reporter hears of it privately.
    await town.presses(town.leader, "接单", town.leader.chat)
    assert (await town.ticket()).state is State.ACCEPTED
    await town.says(town.leader, "办结 1001 换了门机", town.leader.chat)
    assert "说是办好了" in town.last(town.mei)
    # A new report comes in private meanwhile.
    await town.says(town.chen, "5号楼1单元水管漏水", town.chen.chat)
    assert (await town.ticket(1002)).state is State.REPORTED
    assert "#1002" in town.last(town.leader)
    await town.leader.adds_bot(town.group)
    await town.settle()
    greetings = [words for words in town.seen(town.group) if words.startswith("大家好")]
    assert len(greetings) == 1
    assert "王芳" in greetings[0]
    await town.says(town.lin, "7号楼3单元电梯停了")
    assert town.cards(1003)


async def test_without_group_and_leader_the_next_rung_is_told_at_once(tmp_path: Path) -> None:
    async with build(tmp_path, leader_started=False) as town:
        await town.leader.removes_bot(town.group)
        await town.settle()
        await town.says(town.mei, "3号楼2单元电梯停了", town.mei.chat)
        await town.settle()
        assert town.clock.now() == NOON
        acts = [entry.line.act for entry in await town.ledger()]
        assert Act.UNREACHABLE in acts
        assert Act.ALERT in acts
        for reader in (town.deputy, town.property, town.staff, town.staff_room):
            assert "没人接单" in town.last(reader)


async def test_thrown_out_of_the_staff_chat_each_of_the_staff_hears_what_it_would_have(town: Town) -> None:
    await town.staff.removes_bot(town.staff_room)
    await town.settle()
    assert "移出了径河社区的值班群" in town.last(town.staff)
    await town.says(town.mei, "3号楼2单元电梯停了")
    await town.forward(hours=5)
    assert any("已列入联席会议" in words for words in town.seen(town.staff))


async def test_an_unbound_group_is_told_what_to_write_into_the_community_file(town: Town) -> None:
    other = town.telegram.supergroup(-1005550000, "别的群", [town.mei], bot_in=False)
    await town.mei.adds_bot(other)
    await town.settle()
    assert len(town.seen(other)) == 1
    assert '"telegram:-1005550000"' in town.last(other)
    await town.says(town.mei, "3号楼2单元电梯停了", other)
    assert len(town.seen(other)) == 1
    assert not await town.tickets()


async def test_with_privacy_mode_on_mention_command_and_reply_work(tmp_path: Path) -> None:
    async with build(tmp_path, privacy=True) as town:
        await town.says(town.mei, "3号楼2单元电梯停了")
        assert not await town.tickets()
        await town.says(town.mei, "@huying_bot 3号楼2单元电梯停了")
        assert (await town.ticket(1001)).place.building == "3"
        await town.says(town.chen, "/report@huying_bot 5号楼1单元楼道灯坏了")
        assert (await town.ticket(1002)).place.building == "5"
        await town.says(town.lin, "/report")
        assert "发生了什么事" in town.last(town.group)
        await town.says(town.lin, "7号楼门口的路灯不亮", reply_to=town.group.last)
        assert (await town.ticket(1003)).place.building == "7"
        await town.says(town.mei, "现在一点动静都没有，门打不开", reply_to=town.cards(1001)[0])
        async with town.store.view() as view:
            remarks = await view.tickets.remarks("jinghe-1001")
        assert [remark.words for remark in remarks] == ["现在一点动静都没有，门打不开"]
        assert "已接单" in await town.presses(town.leader, "接单", containing="1001")
        # Turned off at BotFather, and the bot added again: now the group is read.
        town.telegram.privacy = False
        await town.leader.removes_bot(town.group)
        await town.leader.adds_bot(town.group)
        await town.says(town.chen, "8号楼2单元水管爆了")
        assert (await town.ticket(1004)).place.building == "8"
