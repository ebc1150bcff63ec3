"""The joint meeting in the console: called, held and closed by forms, the same orders as in the staff chat."""

from __future__ import annotations

import httpx
import pytest
from starlette.requests import Request

from bot.web.console.meeting_forms import Lacking, about_meetings, at_the_table
from bot.web.console.meeting_page import sitting
from bot.web.console.office import Asking, Office
from bot.web.console.tables import drawn
from bot.web.pages import Pages, Site
from bot.web.uploads import Form
from handlers.sight import sight
from storage.records import (
    DAY,
    Act,
    Category,
    Meeting,
    MeetingState,
    Outcome,
    Party,
    Person,
    Place,
    Reason,
    Seat,
)
from storage.sessions import Session
from tests.bot.web.town_hall import NOON, Hall, Staff, filled, seen

ROOM = "/console/meeting"


@pytest.fixture
async def queued(hall: Hall) -> Hall:
    """#1024 a lamp open for nine days, #1025 one in the other grid, #1026 a private quarrel: all on the list."""
    on_list = {"queued": Reason.RESOLVE_MISSED, "queued_at": NOON}
    await hall.ticket(1024, **on_list, reported_at=NOON - 9 * DAY, followers=3)
    await hall.ticket(1025, **on_list, grid="east-2")
    await hall.ticket(1026, **on_list, category=Category.NEIGHBOR_DISPUTE, private=True, words="天天半夜拉琴")
    return hall


async def sends(staff: Staff, page: str, to: str, do: str, item: int = 0, **fields: str) -> httpx.Response:
    """Send the page's form that does this; return the page it leads to."""
    text = (await staff.get(page)).text
    forms = [one for one in text.split("<form")[1:] if f'action="{to}"' in one and f'value="{do}"' in one]
    if item:
        forms = [one for one in forms if f'name="item" value="{item}"' in one]
    data = filled("<form" + forms[0].partition("</form>")[0]) | fields
    answer = await staff.post(to, data=data)
    return await staff.get(answer.headers["location"]) if answer.status_code == 303 else answer


async def opened(staff: Staff) -> str:
    page = await sends(staff, ROOM, f"{ROOM}/act", "open")
    return page.url.path


async def outcomes(hall: Hall) -> dict[str, Outcome]:
    async with hall.store.view() as view:
        (meeting, *_) = [m for m in await view.meetings.of("jinghe") if m.begun_at is not None]
        return {item.ticket: item.outcome for item in await view.meetings.items(meeting.id)}


async def test_the_overview_says_what_waits_and_when_it_is_heard(queued: Hall) -> None:
    async with queued.staff() as staff:
        text = seen(await staff.get(ROOM))
    assert "待议名单 3" in text
    assert text.index("#1024") < text.index("#1025")
    assert "9 天" in text
    assert "鑫海花城东区同类 2 项，一并议" in text
    assert "没有排着的会议" in text


async def test_a_whole_meeting_by_forms(queued: Hall) -> None:
    async with queued.staff() as staff:
        table = await opened(staff)
        act = f"{table}/act"
        page = await sends(
            staff,
            table,
            act,
            "here",
            **{"here.zhang": "1", "others": "居民代表吴婆 城管", "recorder": "刘云"},
        )
        assert "到会够数" in seen(page)
        page = await sends(staff, table, act, "resolve", 1024, words="更换灯具，11月25日前报价", responsible="zhang", helpers="社区、消防", date="2026-11-28")  # fmt: skip
        assert "决议 更换灯具，11月25日前报价 责任人 张师傅 协办 社区、消防" in seen(page)
        assert "已议 1 / 3 项" in seen(page)
        await sends(staff, table, act, "refer", 1025, department="供电", words="换线路", date="2026-12-05")
        page = await sends(staff, table, act, "close", sure="yes")
    text = seen(page)
    assert "径河社区联席会议纪要 2026年第1次" in text
    assert "1. #1024 照明" in text
    assert "责任人 张师傅 协办 社区、消防" in text
    assert await outcomes(queued) == {
        "jinghe-1024": Outcome.RESOLVED,
        "jinghe-1025": Outcome.REFERRED,
        "jinghe-1026": Outcome.DEFERRED,
    }
    acts = [entry.line.act for entry in await queued.ledger() if entry.line.person == "zhaomin"]
    assert acts == [
        Act.CALL_MEETING, Act.DECIDE, Act.REASSIGN, Act.REFER_OUT, Act.DEFER, Act.CLOSE_MEETING,
    ]  # fmt: skip


async def test_every_form_sent_twice_is_done_once(queued: Hall) -> None:
    async with queued.staff() as staff:
        table = await opened(staff)
        text = (await staff.get(table)).text
        form = next(
            one for one in text.split("<form")[1:] if 'value="defer"' in one and 'value="1024"' in one
        )
        data = filled("<form" + form.partition("</form>")[0]) | {"words": "等报价"}
        first, again = [await staff.post(f"{table}/act", data=data) for _ in range(2)]
        assert first.headers["location"] == again.headers["location"]
        overview = (await staff.get(ROOM)).text
        call = next(one for one in overview.split("<form")[1:] if 'value="call"' in one)
        called = filled("<form" + call.partition("</form>")[0]) | {"date": "2026-11-27", "time": "15:00"}
        for _ in range(2):
            await staff.post(f"{ROOM}/act", data=called)
    assert len(await queued.ledger(Act.DEFER)) == 1
    async with queued.store.view() as view:
        assert len(await view.meetings.of("jinghe")) == 2


async def test_a_meeting_is_called_moved_and_called_off(queued: Hall) -> None:
    async with queued.staff() as staff:
        page = await sends(
            staff, ROOM, f"{ROOM}/act", "call", date="2026-11-27", time="15:00", place="党群中心"
        )
        assert "联席会议定在 11月27日周五 15:00，党群中心" in seen(page)
        page = await sends(staff, ROOM, f"{ROOM}/act", "move", date="2026-11-30", time="09:30")
        assert "改到 11月30日周一 09:30" in seen(page)
        page = await sends(staff, ROOM, f"{ROOM}/act", "off", words="停电", sure="yes")
        assert "取消了" in seen(page)
        assert "没有排着的会议" in seen(page)


async def test_what_was_written_comes_back_when_it_says_too_little(queued: Hall) -> None:
    async with queued.staff() as staff:
        table = await opened(staff)
        page = await sends(staff, table, f"{table}/act", "resolve", 1024, words="更换灯具")
        assert page.status_code == 422
        assert "请选日期" in seen(page)
        assert "更换灯具" in page.text
        page = await sends(staff, table, f"{table}/act", "close")
        assert page.status_code == 422
    assert await outcomes(queued) == {}


async def test_who_only_reads_sees_the_table_and_changes_nothing(queued: Hall) -> None:
    async with queued.staff() as staff:
        table = await opened(staff)
        form = next(one for one in (await staff.get(table)).text.split("<form")[1:] if 'value="close"' in one)
        data = filled("<form" + form.partition("</form>")[0]) | {"sure": "yes"}
    for person in ("hanmei", "liuyun"):
        async with queued.staff(person) as reader:
            page = await reader.get(table)
            assert "#1024" in page.text
            assert f'action="{table}/act" method="post" class="do"' not in page.text
            csrf = filled("<form" + page.text.split("<form")[1])["csrf"]
            assert (await reader.post(f"{table}/act", data=data | {"csrf": csrf})).status_code == 403
    for person in ("wangfang", "zhang"):
        async with queued.staff(person) as other:
            for page in (ROOM, table, f"{table}/live"):
                assert (await other.get(page)).status_code == 403
    async with queued.staff("sunli") as elsewhere:
        assert (await elsewhere.get(table)).status_code == 404
    assert not await queued.ledger(Act.CLOSE_MEETING)


async def test_residents_are_masked_at_the_table_and_numbers_in_the_minutes_of_who_only_reads(
    hall: Hall,
) -> None:
    """The table is thrown on a wall, before everybody who has come; who has to reach somebody opens the ticket."""
    async with hall.store.turn() as turn:
        await turn.people.save(Person("r-chen", "jinghe", "陈大明"))
    said = {
        "words": "3号楼502漏水，打13800138000",
        "place": Place("3", "2", "5", "502"),
        "reporter": "r-chen",
    }
    await hall.ticket(1024, queued=Reason.RESOLVE_MISSED, queued_at=NOON, **said)
    shown = []
    async with hall.staff() as staff, hall.staff("hanmei") as auditor:
        table = await opened(staff)
        shown += [await staff.get(ROOM), await staff.get(table), await auditor.get(table)]
        await sends(staff, table, f"{table}/act", "defer", 1024, words="先打13800138000")
        shown.append(await auditor.get(table))
        await sends(staff, table, f"{table}/act", "close", sure="yes")
        over = await staff.get(table)
        shown.append(await auditor.get(table))
    assert "13800138000" in over.text, "staff may call"
    assert "陈**" in shown[1].text
    for page in shown:
        assert not [one for one in ("陈大明", "13800138000", "502") if one in seen(page)], page.url
    assert "138****8000" in shown[-1].text


async def test_what_others_do_shows_in_pieces_without_forms(queued: Hall) -> None:
    async with queued.staff() as staff:
        table = await opened(staff)
        before = await as_it_stands(queued, table)
        assert set(before) == {"progress", "attending", "item-1024", "item-1025", "item-1026"}
        assert not any("<form" in html for html in before.values())
        await sends(staff, table, f"{table}/act", "defer", 1024, words="等报价")
        await queued.ticket(1030, queued=Reason.REFERRED, queued_at=NOON + 1)
        after = await as_it_stands(queued, table)
    changed = {name for name, html in after.items() if before.get(name) != html}
    assert changed == {"progress", "item-1024", "item-1030"}
    assert "等报价" in after["item-1024"]


async def as_it_stands(hall: Hall, table: str) -> dict[str, str]:
    house, directory = hall.house, await hall.store.directory()
    clock, person = house.clock, directory.people["zhaomin"]
    office = Office(
        hall.store, house.media, house.desk, house.webchat, Pages(Site()), clock, clock, lambda *one: None
    )  # fmt: skip
    one = Asking(
        Request({"type": "http", "headers": []}), Session("name", "zhaomin", NOON, NOON, NOON + 1, ""), person,
        sight(person, directory), directory, directory.communities["jinghe"], "zh", "csrf", NOON,
    )  # fmt: skip
    async with hall.store.view() as view:
        meeting = await view.meetings.get(table.rpartition("/")[2])
        assert meeting is not None
        found = drawn(office, await sitting(view, one, meeting))
        return {name: element.html for name, element in found.elements.items()}


# --- the forms as orders --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "order"),
    [
        ({"do": "open"}, "开会"),
        ({"do": "call", "date": "2026-11-27", "time": "15:00", "place": "党群 中心"}, "开会 2026-11-27 15:00 党群 中心"),
        ({"do": "move", "date": "2026-11-27", "time": "15:00"}, "改期 2026-11-27 15:00"),
        ({"do": "off", "sure": "yes"}, "取消会议"),
        ({"do": "off"}, None),
        ({"do": "call", "date": "2026-11-27"}, None),
        ({"do": "call", "date": "散会", "time": "15:00"}, None),
        ({}, None),
    ],
)  # fmt: skip
def test_a_form_about_meetings_is_one_order(said: dict[str, str], order: str | None) -> None:
    if order is None:
        with pytest.raises(Lacking):
            about_meetings(Form(said, ()))
    else:
        assert about_meetings(Form(said, ())) == order


@pytest.mark.parametrize(
    ("said", "orders"),
    [
        ({"do": "resolve", "item": "7", "words": "换灯\n换线", "date": "2026-11-28", "office": "红色 物业"}, ["决议 #7 2026-11-28 换灯\n换线 责任人 红色 物业"]),
        ({"do": "resolve", "item": "7", "words": "换灯"}, None),
        ({"do": "resolve", "item": "7", "date": "2026-11-28"}, None),
        ({"do": "defer", "item": "7", "words": "等报价"}, ["缓议 #7 等报价"]),
        ({"do": "defer", "item": "7 散会", "words": "x"}, None),
        ({"do": "refer", "item": "7", "office": "供电 公司"}, ["转部门 #7 供电公司"]),
        ({"do": "refer", "item": "7"}, None),
        ({"do": "list", "item": "7", "words": "没钱", "date": "2026-12-31"}, ["挂账 #7 2026-12-31 没钱"]),
        ({"do": "here", "seat.zhang": "1", "seat.chenjie": "1", "here.zhang": "1"}, ["到会 zhang", "没到 chenjie"]),
        ({"do": "close"}, None),
    ],
)  # fmt: skip
def test_a_form_at_the_table_becomes_its_orders(said: dict[str, str], orders: list[str] | None) -> None:
    table = _Table()
    if orders is None:
        with pytest.raises(Lacking):
            at_the_table(Form(said, ()), table)  # type: ignore[arg-type]
    else:
        assert at_the_table(Form(said, ()), table) == orders  # type: ignore[arg-type]


class _Table:
    """Chen Jie is here, nobody else."""

    def __init__(self) -> None:
        seats = (Seat(Party.COMMUNITY, "陈洁", "chenjie", here=True), Seat(Party.PROPERTY, "张师傅", "zhang"))
        self.meeting = Meeting(
            "jinghe-m1", "jinghe", "", NOON, NOON, state=MeetingState.UNDER_WAY, seats=seats
        )
