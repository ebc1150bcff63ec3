"""The directory is changed by forms: looked at twice, every mistake beside its field, made once, and told in the ledger."""

from __future__ import annotations

import pytest

from storage.proposals import LIFE
from storage.records import Act, Role, State
from tests.bot.web.town_hall import Hall, seen

WANG = "/console/directory/person/wangfang"
FIRST = "/console/directory/grid/east-1"


async def test_a_leaders_phone_is_changed_and_nothing_before_it_is_confirmed(hall: Hall):
    async with hall.staff() as staff:
        look = await staff.propose(WANG, phone="13900000009")
        assert "电话 13800000001 → 13900000009" in seen(look)
        assert (await hall.store.directory()).people["wangfang"].phone == "13800000001"
        done = await staff.confirm(look)
        assert done.status_code == 303
        assert "已保存" in (await staff.get(done.headers["location"])).text
    assert (await hall.store.directory()).people["wangfang"].phone == "13900000009"
    (entry,) = await hall.ledger(Act.CHANGE_DIRECTORY)
    assert (entry.line.person, entry.line.reason) == ("zhaomin", "～人员 wangfang：电话")


async def test_a_form_nobody_touched_changes_nothing(hall: Hall):
    async with hall.staff() as staff:
        for page in (WANG, FIRST, "/console/directory/compound/east", "/console/directory/community/jinghe"):
            answer = await staff.fill(page)
            assert answer.headers["location"].endswith("&same=1"), page


async def test_confirmed_twice_it_is_made_once(hall: Hall):
    async with hall.staff() as staff:
        look = await staff.propose(WANG, phone="139")
        first = await staff.confirm(look)
        again = await staff.confirm(look)
        assert (again.status_code, again.headers["location"]) == (303, first.headers["location"])
    assert len(await hall.ledger(Act.CHANGE_DIRECTORY)) == 1


WRONG = [
    (WANG, {"name": ""}, "name", "没有写"),
    (WANG, {"phone": "1" * 81}, "phone", "太长"),
    (WANG, {"accounts": "qq:1"}, "accounts", "“qq:1” 不是“平台:编号”"),
    (WANG, {"accounts": "web:lilei"}, "accounts", "web:lilei 已经是 李雷 的账号"),
    (WANG, {"accounts": "web:sunli"}, "accounts", "web:sunli 已经是 other"),
    (WANG, {"role_grid_leader": ""}, "", "第一网格 网格长：“王芳” 的 身份 里没有 “网格长”"),
    (WANG, {"language": "fr"}, "language", "应是 zh 或 en"),
    (FIRST, {"buildings": "1-9"}, "", "第二网格 楼栋：9 已经属于 第一网格"),
    (FIRST, {"buildings": "8-1"}, "buildings", "倒着写了"),
    (FIRST, {"leader": "zhang"}, "leader", "“张师傅” 的 身份 里没有 “网格长”"),
    (FIRST, {"leader": "lilei"}, "deputies", "或者就是网格长"),
    (FIRST, {"deputy_1": "nobody"}, "deputies", "人员 里没有 “nobody”"),
    (FIRST, {"compound": "north"}, "compound", "里没有 “north”"),
    (FIRST, {"chats": "telegram:-1009"}, "chats", "已经绑定在"),
    (FIRST, {"chats": "telegram:-1077"}, "chats", "telegram:-1077 已经绑定在 other"),
    (FIRST, {"chats": "telegram:-5\ntelegram:-5"}, "chats", "已经绑定在"),
    ("/console/directory/compound/east", {"regime": "private"}, "regime", "不认识"),
    ("/console/directory/community/jinghe", {"staff_chats": "群"}, "staff_chats", "不是“平台:编号”"),
    ("/console/directory/community/jinghe", {"street_chats": "telegram:-1009"}, "street_chats", "已经绑定在"),
]


@pytest.mark.parametrize(("page", "fields", "key", "words"), WRONG)
async def test_a_mistake_stands_beside_its_field_and_nothing_is_saved(
    hall: Hall, page: str, fields: dict[str, str], key: str, words: str
):
    before = await hall.store.directory()
    async with hall.staff() as staff:
        answer = await staff.fill(page, **fields)
    assert answer.status_code == 422
    beside = answer.text.partition(f'id="wrong-{key}">')[2].partition("</span>")[0] if key else seen(answer)
    assert words in seen_words(beside)
    assert next(iter(fields.values())).split("\n")[0] in answer.text
    assert await hall.store.directory() == before


def seen_words(html_of: str) -> str:
    return html_of.replace("&#34;", '"').replace("&#39;", "'")


async def test_all_mistakes_of_a_form_are_named_at_once(hall: Hall):
    async with hall.staff() as staff:
        answer = await staff.fill(WANG, name="", accounts="qq:1", phone="1" * 99)
    assert answer.text.count('class="wrong"') == 3


async def test_things_are_added_and_taken_away(hall: Hall):
    async with hall.staff() as staff:
        look = await staff.propose("/console/directory/new/person", name="韩冬", role_grid_leader="1")
        assert "新增 人员 韩冬" in seen(look)
        await staff.confirm(look)
        fresh = next(p for p in (await hall.store.directory()).people.values() if p.name == "韩冬")
        assert (fresh.id, fresh.roles) == ("jinghe-p1", {Role.GRID_LEADER})
        look = await staff.propose(
            "/console/directory/new/grid", compound="west", name="湾里", buildings="1-3", leader="jinghe-p1"
        )
        await staff.confirm(look)
        assert (await hall.store.directory()).grids["jinghe-g1"].buildings == ("1", "2", "3")
        grid = "/console/directory/grid/jinghe-g1"
        look = await staff.propose(grid, to=f"{grid}/remove")
        assert "删除 网格 湾里" in seen(look)
        await staff.confirm(look)
    directory = await hall.store.directory()
    assert "jinghe-g1" not in directory.grids
    assert not any(spot.grid == "jinghe-g1" for spot in directory.spots.values())


async def test_who_leads_a_grid_cannot_be_removed_and_is_told_where_to_begin(hall: Hall):
    async with hall.staff() as staff:
        answer = await staff.fill(WANG, to=f"{WANG}/remove")
    assert answer.status_code == 422
    assert "还不能删除" in answer.text
    assert 'href="/console/directory/grid/east-1"' in answer.text


async def test_another_leader_and_what_that_leads_to_is_said_in_words(hall: Hall):
    await hall.ticket(1024)
    await hall.ticket(1025, handler="wangfang", state=State.REPORTED)
    async with hall.staff() as staff:
        look = await staff.propose(
            FIRST, leader="lilei", deputy_0="", buildings="1-6", chats="telegram:-1002"
        )
        text = seen(look)
    assert "网格长 王芳 → 李雷" in text
    assert "楼栋 1-8 → 1-6" in text
    assert "王芳 以后看不到：第一网格" in text
    assert "7、8 不再属于任何网格" in text
    assert "王芳 手里有 2 件在办" in text
    assert "呼应还不在群 telegram:-1002 里" in text


async def test_a_building_that_moves_leaves_its_open_tickets_where_they_are(hall: Hall):
    await hall.ticket(1024)
    async with hall.staff() as staff:
        content = (await staff.get("/console/directory/file.toml")).text
        content = content.replace('["1-8"]', '["1", "2", "4-8"]').replace(
            '["9-12", "A座"]', '["3", "9-12", "A座"]'
        )
        look = await staff.propose(
            "/console/directory?show=file", to="/console/directory/file", files={"file": ("a.toml", content)}
        )
        assert "3 从 第一网格 移到 第二网格：新的工单归 第二网格，在办的 1 件仍由 第一网格 办完" in seen(look)
        await staff.confirm(look)
    async with hall.store.view() as view:
        ticket = await view.tickets.get("jinghe-1024")
    assert ticket is not None
    assert ticket.grid == "east-1"
    assert (await hall.store.directory()).spots["east_3"].grid == "east-2"


async def test_who_leaves_hands_over_what_they_had_to_do_and_that_once(hall: Hall):
    await hall.ticket(1024)
    await hall.ticket(1025)
    async with hall.staff() as staff:
        await staff.confirm(await staff.propose(FIRST, leader="lilei", deputy_0=""))
        look = await staff.propose(WANG, to=f"{WANG}/remove")
        assert "王芳 离开名录后不能再办理" in seen(look)
        await staff.confirm(look, to_wangfang="lilei")
        await staff.confirm(look, to_wangfang="lilei")
    async with hall.store.view() as view:
        tickets = await view.tickets.get_many(["jinghe-1024", "jinghe-1025"])
    assert {one.handler for one in tickets.values()} == {"lilei"}
    handed = await hall.ledger(Act.REASSIGN)
    assert [(one.line.number, one.line.person) for one in handed] == [(1024, "zhaomin"), (1025, "zhaomin")]
    assert "wangfang" not in (await hall.store.directory()).people


# --- two at once ------------------------------------------------------------------------------------------------------


async def test_of_two_who_change_different_things_the_second_looks_again_and_both_stay(hall: Hall):
    async with hall.staff() as one, hall.staff("chenjie") as other:
        mine = await one.propose(WANG, phone="13900000009")
        theirs = await other.propose(FIRST, name="东一网格")
        assert (await other.confirm(theirs)).status_code == 303
        again = await one.confirm(mine)
        assert again.status_code == 200
        assert "刚才名录有别的改动" in again.text
        assert "东一网格" not in seen(again)
        assert (await hall.store.directory()).people["wangfang"].phone == "13800000001"
        assert (await one.confirm(again)).status_code == 303
    directory = await hall.store.directory()
    assert (directory.people["wangfang"].phone, directory.grids["east-1"].name) == ("13900000009", "东一网格")


async def test_a_form_opened_before_somebody_elses_change_is_shown_again(hall: Hall):
    async with hall.staff() as one, hall.staff("chenjie") as other:
        page = (await one.get(WANG)).text
        await other.confirm(await other.propose(WANG, name="王方"))
        seen_then = page.partition('name="seen" value="')[2].partition('"')[0]
        answer = await one.fill(WANG, seen=seen_then, name="王芳", phone="13900000009")
        assert answer.status_code == 409
        assert "别人刚改过这一项" in answer.text
        assert "13900000009" in answer.text


async def test_what_was_removed_meanwhile_cannot_be_changed(hall: Hall):
    async with hall.staff() as one, hall.staff("chenjie") as other:
        mine = await one.propose("/console/directory/person/liuyun", phone="139")
        gone = "/console/directory/person/liuyun"
        await other.confirm(await other.propose(gone, to=f"{gone}/remove"))
        answer = await one.confirm(mine)
        assert answer.status_code == 409
        assert "刚才被别人删除了" in answer.text


# --- whose it is --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("person", ["wangfang", "zhang", "liuyun", "meiyi"])
async def test_leaders_property_liaisons_and_residents_have_no_directory(hall: Hall, person: str):
    async with hall.staff() as staff, hall.staff(person) as browser:
        look = await staff.propose(WANG, phone="139")
        for page in (
            "/console/directory",
            WANG,
            "/console/directory/file.xlsx",
            look.url.path,
            "/console/policy",
        ):
            assert (await browser.get(page)).status_code == 403, page
        for page in (
            WANG,
            f"{WANG}/remove",
            "/console/directory/invite",
            "/console/directory/file",
            look.url.path,
        ):
            assert (await browser.post(page, data={"csrf": "x"})).status_code == 403, page


async def test_an_auditor_reads_and_changes_nothing(hall: Hall):
    async with hall.staff("hanmei") as browser:
        page = await browser.get(WANG)
        assert "王芳" in page.text
        assert "138****0001" in page.text
        assert "13800000001" not in page.text + (await browser.get("/console/directory")).text
        assert "<form" not in page.text.partition("<main")[2]
        for refused in ("/console/directory/file.xlsx", "/console/directory/new/person"):
            assert (await browser.get(refused)).status_code == 403
        csrf = page.text.partition('name="csrf" value="')[2].partition('"')[0]
        answer = await browser.post(WANG, data={"csrf": csrf, "phone": "139"})
        assert answer.status_code == 403


async def test_nobody_reaches_into_another_community(hall: Hall):
    async with hall.staff() as staff:
        for page in ("person/sunli", "grid/lake-1", "compound/lake", "community/other"):
            assert (await staff.get(f"/console/directory/{page}")).status_code == 404
        assert "孙丽" not in (await staff.get("/console/directory")).text


async def test_a_change_is_its_own_sessions_and_over_after_an_hour(hall: Hall):
    async with hall.staff() as staff, hall.staff() as elsewhere:
        look = await staff.propose(WANG, phone="139")
        assert (await elsewhere.get(look.url.path)).status_code == 404
        hall.house.clock.forward(LIFE)
        answer = await staff.get(look.url.path)
        assert answer.status_code == 404
        assert "请重新填一次" in answer.text


async def test_lists_are_searched(hall: Hall):
    async with hall.staff() as staff:
        found = (await staff.get("/console/directory?q=第二网格")).text
        assert "李雷" in found
        assert "王芳" not in found
        assert "第二网格" in (await staff.get("/console/directory?show=places&q=A座")).text
        assert "没有找到" in (await staff.get("/console/directory?q=<b>")).text


async def test_groups_show_whether_the_program_is_in_them(hall: Hall):
    async with hall.store.turn() as turn:
        await turn.chats.present("telegram:-1001", True, 1)  # type: ignore[arg-type]
        await turn.chats.present("telegram:-1009", False, 1)  # type: ignore[arg-type]
    async with hall.staff() as staff:
        page = seen(await staff.get("/console/directory?show=chats"))
    assert "telegram:-1009 不在群里" in page
    assert "telegram:-1001 在群里" in page
