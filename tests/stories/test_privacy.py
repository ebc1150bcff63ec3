"""梅姨 asks what is stored about her, and has it erased: nothing of her is left anywhere, and the ledger holds."""

from __future__ import annotations

import re
from dataclasses import replace

import httpx

from bot.ledger_lines import told
from bot.web.porter import Porter
from bot.wiping import Wiper
from storage.proof import verify
from storage.records import Act, Address, Meeting, MeetingItem, Outcome, Party, Seat, State, resident_id
from tests.stories.town import Town
from tests.whole_dump import files, mentions

MEI = Address("telegram:2001")
HERS = ("梅姨", "telegram:2001", "13987654321", "洗衣机", "半夜拉琴", "钥匙在门口", "1503")
"""What she is called, her account, the phone she typed, words of hers, her door."""

TABLE = (
    Seat(Party.COMMUNITY, "赵敏", "zhaomin", here=True),
    Seat(Party.RESIDENTS, "业主代表梅姨", here=True),
    Seat(Party.RESIDENTS, "居民代表陈叔"),
)


async def lived(town: Town) -> None:
    """She has reported in the group and in private, added words and photos, followed a neighbour's report, and rated."""
    await town.says(town.mei, "3号楼2单元1503厨房水管漏水，洗衣机泡了，电话13987654321", photo=True)
    await town.says(town.leader, "接单 1001")
    await town.says(town.mei, "补充 1001 钥匙在门口地垫下面")
    await town.says(town.leader, "办结 1001 换了水管")
    await town.presses(town.mei, "满意", town.mei.chat)
    await town.says(town.mei, "投诉 5栋那家天天半夜拉琴", town.mei.chat)
    await town.presses(town.mei, "匿名", town.mei.chat)
    await town.says(town.chen, "7号楼1单元电梯停了")
    await town.says(town.mei, "我也遇到 1003")
    async with town.store.turn() as turn:
        held = Meeting("jinghe-m1", "jinghe", "zhaomin", town.clock.now(), town.clock.now(), seats=TABLE)
        turn.meetings.save(held)
        for ticket, words in (("jinghe-1001", "先给1503梅姨回话"), ("jinghe-1002", "找梅姨，13987654321")):
            item = MeetingItem("jinghe-m1", ticket, Outcome.DEFERRED, words, town.clock.now(), "zhaomin")
            turn.meetings.decide(item)
    await town.settle()


async def erased(town: Town) -> None:
    await town.says(town.mei, "删除我的信息", town.mei.chat)
    await town.presses(town.mei, "确定删除", town.mei.chat)
    for _ in range(2):
        await town.forward(minutes=1)
    while await Wiper(town.store, town.media).look():
        pass


async def test_what_is_stored_is_told_to_her_alone(town: Town) -> None:
    await lived(town)
    before = len(town.seen(town.group))
    await town.says(town.mei, "我的信息")
    (told,) = town.about(town.mei, "这里存着您的")
    for piece in ("称呼：梅姨", "Telegram", "#1001", "#1002", "#1003", "730 天", "删除我的信息"):
        assert piece in told
    (said,) = town.seen(town.group)[before:]
    assert "私聊" in said
    assert "梅姨" not in said
    async with town.store.view() as view:
        last = (await view.ledger.entries("jinghe", 0, 999))[-1].line
    assert (last.act, last.ticket, last.person) == (Act.DISCLOSE, "", resident_id(MEI))


async def test_nothing_of_her_is_left_anywhere_and_the_ledger_holds(town: Town) -> None:
    await lived(town)
    assert {word for _, word in mentions(town.store, *HERS)} == set(HERS)
    assert files(town.media.root)
    await erased(town)
    assert "已经删除" in town.last(town.mei)
    # What an open matter is about is kept until it is over; after that, nothing.
    assert mentions(town.store, *HERS) == {("tickets", "半夜拉琴"), ("listings", "半夜拉琴")}
    assert files(town.media.root) == set()
    await town.says(town.leader, "接单 1002", town.leader.chat)
    await town.says(town.leader, "办结 1002 说好了", town.leader.chat)
    await town.forward(hours=24 * 5)
    assert mentions(town.store, *HERS) == set()
    verdict = await verify(town.store)
    assert verdict.ok, verdict
    async with town.store.view() as view:
        acts = [entry.line for entry in await view.ledger.entries("jinghe", 0, 999)]
        nobody = await view.people.meant_by({line.person for line in acts if line.person.startswith("r-")})
    erasures = [(line.ticket, line.person) for line in acts if line.act is Act.ERASE]
    assert erasures == [("jinghe-1001", ""), ("jinghe-1002", ""), ("", "")]
    assert {person.name for person in nobody.values()} == {"陈叔"}


async def spoken_of(town: Town) -> None:
    """What those who work on her matters have typed about her, on one of hers and on one she followed."""
    await town.says(town.leader, "接单 1002", town.leader.chat)
    await town.says(town.leader, "上会 1002 梅姨1503说了，13987654321，还是不肯", town.leader.chat)
    await town.says(town.leader, "补充 1001 1503梅姨签过字", town.leader.chat)
    await town.says(town.leader, "接单 1003")
    await town.says(town.leader, "办结 1003 按梅姨 139 8765 4321 说的换了，物业电话027-83001234")
    async with town.store.turn() as turn:
        staff = Address("web:staff")
        typed = "办结 1003 按梅姨 139 8765 4321 说的换了"
        await turn.web.add(staff, "赵敏", None, typed, at=town.clock.now())
    await town.settle()


async def test_what_others_typed_about_her_names_her_no_more_and_the_chain_proves_the_rest(
    town: Town,
) -> None:
    await lived(town)
    await spoken_of(town)
    async with town.store.view() as view:
        before = await view.ledger.entries("jinghe", 0, 999)
    typed = {word for entry in before for word in HERS if word in entry.line.reason}
    assert {"梅姨", "13987654321", "1503"} <= typed
    await erased(town)
    assert mentions(town.store, *HERS, "139 8765 4321") == {("tickets", "半夜拉琴"), ("listings", "半夜拉琴")}
    async with town.store.view() as view:
        after = await view.ledger.entries("jinghe", 0, 999)
        story = [line.why for line in await told(view, await town.store.directory(), after)]
    reasons = [entry.line.reason for entry in after]
    assert any("********说了，****，还是不肯" in one for one in reasons)
    # Others' numbers on others' matters stay.
    assert "按**** **** 说的换了，物业电话027-83001234" in reasons
    assert [entry.hash for entry in after[: len(before)]] == [entry.hash for entry in before]
    assert any("已遮住" in one for one in story)
    verdict = await verify(town.store)
    assert verdict.ok, verdict


async def test_whoever_writes_again_afterwards_is_somebody_new(town: Town) -> None:
    await lived(town)
    await erased(town)
    await town.says(town.mei, "3号楼2单元电梯停了", town.mei.chat)
    again = await town.ticket(1004)
    assert again.reporter not in (None, resident_id(MEI))
    assert again.place.room == ""
    await town.says(town.mei, "我的工单", town.mei.chat)
    assert "#1001" not in town.last(town.mei)
    assert "#1004" in town.last(town.mei)
    # And may have that erased as well.
    await erased(town)
    await town.says(town.mei, "4号楼2单元电梯停了", town.mei.chat)
    assert (await town.ticket(1005)).reporter not in (None, again.reporter, resident_id(MEI))


async def test_only_who_says_yes_is_erased_and_nobody_in_office_is_asked(town: Town) -> None:
    await lived(town)
    await town.says(town.mei, "删除我的信息")
    assert "私聊" in town.last(town.group)
    await town.says(town.mei, "删除我的信息", town.mei.chat)
    assert "#1002" in town.last(town.mei)
    await town.says(town.mei, "好的", town.mei.chat)  # what cannot be undone takes more than a yes
    await town.says(town.mei, "是", town.mei.chat)
    assert (await town.ticket(1001)).reporter == resident_id(MEI)
    await town.says(town.mei, "先不删", town.mei.chat)
    await town.says(town.mei, "确定删除", town.mei.chat)
    assert (await town.ticket(1001)).reporter == resident_id(MEI)
    await town.says(town.leader, "删除我的信息", town.leader.chat)
    assert "社区工作人员" in town.last(town.leader)
    await town.says(town.lin, "我的信息", town.lin.chat)
    assert town.last(town.lin) == "这里没有存您的信息。"


async def test_an_ended_matter_keeps_that_it_was_and_an_open_one_what_it_is_about(town: Town) -> None:
    await lived(town)
    await erased(town)
    ended, open_one, followed = [await town.ticket(number) for number in (1001, 1002, 1003)]
    assert (ended.state, ended.words, ended.reporter, ended.place.room) == (State.CLOSED, "", None, "")
    assert (ended.place.building, ended.note, ended.rating) == ("3", "换了水管", "good")
    assert open_one.reporter is None
    assert "拉琴" in open_one.words
    assert followed.followers == 0


async def test_that_a_representative_came_to_the_meeting_stays_and_who_it_was_does_not(town: Town) -> None:
    await lived(town)
    await erased(town)
    async with town.store.view() as view:
        held = await view.meetings.get("jinghe-m1")
    assert held is not None
    assert held.seats == (TABLE[0], replace(TABLE[1], name="居民代表（已删除）"), TABLE[2])


async def test_the_link_shows_all_of_it_and_is_kept_nowhere(town: Town) -> None:
    await lived(town)
    await town.says(town.mei, "我的信息", town.mei.chat)
    link = re.search(r"http://\S+/me\?token=([\w-]{43})", town.last(town.mei))
    assert link
    assert mentions(town.store, link[1]) == set()
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{town.house.port}") as browser:
        assert "1503" not in (await browser.get(link[0])).text
        entered = await browser.post("/me", data={"token": link[1]}, follow_redirects=True)
        told = (await browser.get("/me/my-data.json")).json()
    for piece in ("梅姨", "telegram:2001", "洗衣机", "1503", "钥匙在门口", "半夜拉琴"):
        assert piece in entered.text
    assert [ticket["number"] for ticket in told["reported"]] == [1001, 1002]


async def test_where_nobody_outside_can_open_our_pages_the_staff_are_asked(town: Town) -> None:
    await lived(town)
    town.house.desk.opening = Porter("", lambda: "http://127.0.0.1:1").open
    await town.says(town.mei, "我的信息", town.mei.chat)
    assert "请找社区工作人员" in town.last(town.mei)
    assert "http" not in town.last(town.mei)
