"""The whole of it without one button: people type numbers, names and words, and read what to type next."""

from __future__ import annotations

from pathlib import Path

import pytest

from storage.records import Address, State
from tests.handlers.plain_ground import GROUP, TOWN, WEST, Talk, talk


async def story(people: Talk, lines: str) -> None:
    """Play `who words » piece of what they are then shown`, line by line."""
    for line in lines.strip().splitlines():
        said, _, wanted = line.strip().partition(" » ")
        who, _, words = said.partition(" ")
        shown = await people.says(who, words)
        assert wanted in shown, f"{said}: {shown}"


async def test_a_report_from_its_first_word_to_its_rating(tmp_path: Path) -> None:
    async with talk(tmp_path) as people:
        await story(
            people,
            """
            梅姨 报修 » 回复 1 电梯 2 漏水墙面
            梅姨 9 » 回 1 到 8 里的一个数就行
            梅姨 1 » 电梯，好。具体怎么了，在几号楼？
            梅姨 三号 » #1001 电梯 · 3号楼
            王芳 接单 1001 » 到场 1001 / 办结 1001 / 更多 1001
            王芳 更多 1001 » 转办、延期、上会、不予受理、改类、看全程，后面加号码
            王芳 延期 1001 » 回复 1 等配件 2 等居民 3 等天气
            王芳 等配件 » 等配件，13:00 起暂停计时
            王芳 继续 1001 » 继续计时
            梅姨 催办 » 已替您催了一次
            王芳 办结 1001 » 回复 1 不写了，直接办结
            王芳 1 » 记下了，谢谢。
            """,
        )
        assert "回复：满意 1001 / 基本满意 1001 / 不满意 1001" in people.shown(Address("wechat:mei"))
        assert "已结案（满意）" in await people.says("梅姨", "满意")
        assert (await people.ticket()).words == "电梯，3号楼"


async def test_the_place_is_typed_step_by_step(tmp_path: Path) -> None:
    async with talk(tmp_path, TOWN + WEST) as people:
        await story(
            people,
            """
            梅姨 电梯坏了 » 回复 1 鑫海花城东区 2 汉江佳苑
            梅姨 第二个 » 回复楼号，比如 3。
            梅姨 2 » 回复单元号，比如 2。
            梅姨 一 » 记下了，谢谢。
            陈叔 路灯坏了 » 回复 1 鑫海花城东区 2 汉江佳苑
            陈叔 鑫海花城东区 » 回复楼号
            陈叔 其他 » 是几号楼，或者在哪儿？
            陈叔 西门口 » #1002 照明 · 西门口
            """,
        )
        first = await people.ticket(1001)
        assert (first.grid, first.place.building, first.place.unit) == ("west-1", "2", "1")


@pytest.mark.parametrize(
    ("words", "anonymous"), [("1", True), ("好的", True), ("要", True), ("2", False), ("不用", False)]
)
async def test_a_complaint_goes_on_with_or_without_a_name(
    tmp_path: Path, words: str, anonymous: bool
) -> None:
    async with talk(tmp_path) as people:
        await people.says("陈叔", "5栋那家天天半夜拉琴")
        await people.says("陈叔", words)
        assert (await people.ticket()).anonymous is anonymous


async def test_a_complaint_is_not_passed_on_when_its_writer_thinks_better_of_it(tmp_path: Path) -> None:
    async with talk(tmp_path) as people:
        await people.says("陈叔", "5栋那家天天半夜拉琴")
        assert "我没有转" in await people.says("陈叔", "3")
        assert await people.tickets() == 0


@pytest.mark.parametrize(("words", "filed"), [("好", 1), ("要的", 1), ("登记", 1), ("不要", 0), ("2", 0)])
async def test_whether_it_is_a_call_is_answered_as_people_speak(
    tmp_path: Path, words: str, filed: int
) -> None:
    async with talk(tmp_path) as people:
        await people.says("梅姨", "有个事")
        await people.says("梅姨", words)
        await people.pass_by(11)
        assert await people.tickets() == filed


async def test_staff_work_with_words_alone(tmp_path: Path) -> None:
    async with talk(tmp_path) as people:
        await story(
            people,
            """
            梅姨 3号楼2单元电梯停了，还有6号楼门口地砖碎了 » 4 只登记 道路设施 · 6号楼
            梅姨 都登记 » 记下了
            陈叔 我也遇到 1002 » #1002 已跟进
            陈洁 督办 1001 » 已督办
            陈洁 改派 1001 » 选一个，或者写名字
            陈洁 1 » 记下了
            王芳 待办 » 接单 1002
            王芳 方案 1002 » 请写上办法和日期
            王芳 周五换地砖 » 记下了
            陈洁 列入会议 1002 » 联席会议
            陈洁 会议 » #1002
            """,
        )
        assert (await people.ticket(1001)).handler == "zhang"


async def test_a_refusal_its_objection_and_who_is_asked(tmp_path: Path) -> None:
    async with talk(tmp_path) as people:
        await story(
            people,
            """
            梅姨 3号楼2单元电梯停了 » #1001
            王芳 不予受理 1001 » 2 不归社区和物业管
            王芳 2 » 记下了
            梅姨 有异议 » 已转社区复核
            陈洁 准延 1001 2小时 » 已准
            """,
        )
        assert (await people.ticket()).state is State.REPORTED


async def test_in_english_every_step_can_be_typed_as_well(tmp_path: Path) -> None:
    async with talk(tmp_path) as people:
        people.english.add(Address("wechat:ann"))
        await story(
            people,
            """
            Ann English » English from now on
            Ann 报修 » 8 其他 Other
            Ann lift » Lift, all right
            Ann 3 » #1001 Lift · Bldg 3
            Ann urge 1001 » #1001
            王芳 办结 1001 换了门机 » 已办结
            Ann Not satisfied 1001 » open again
            Ann the door still sticks » Noted
            """,
        )
        assert (await people.ticket()).reopened == 1


# --- among neighbours -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("words", ["1", "一", "选1", "第一个", "+1", "好的", "行", "8", "3号", "第二个"])
async def test_what_neighbours_say_meanwhile_is_no_choice(tmp_path: Path, words: str) -> None:
    async with talk(tmp_path) as people:
        await people.says("梅姨", "报修", group=True)
        before = len(people.outs[GROUP])
        await people.says("梅姨", words, group=True)
        if words != "3号":
            assert len(people.outs[GROUP]) == before
        assert "category" not in str(await open_question(people))


async def test_its_own_words_are_the_choice_in_the_group_too(tmp_path: Path) -> None:
    async with talk(tmp_path) as people:
        await people.says("梅姨", "报修", group=True)
        await people.says("陈叔", "电梯", group=True)
        assert "category" not in str(await open_question(people))
        assert "具体怎么了" in await people.says("梅姨", "电梯", group=True)


async def open_question(people: Talk) -> object:
    async with people.store.view() as view:
        dialogue = await view.dialogues.get(GROUP, Address("wechat:mei"))
    return dialogue.data if dialogue else None


async def test_what_an_order_said_besides_is_kept_while_its_ticket_is_asked_for(tmp_path: Path) -> None:
    async with talk(tmp_path) as people:
        await story(
            people,
            """
            梅姨 3号楼2单元电梯停了 » #1001
            陈叔 5号楼2单元楼道灯坏了 » #1002
            王芳 办结 换了灯泡 » 回复：办结 1001 / 办结 1002
            王芳 9 » 回 1 到 2 里的一个数就行
            王芳 1002 » 已办结
            王芳 办结 » 回复 1 不写了，直接办结
            王芳 1 » 记下了
            梅姨 5号楼2单元电梯停了 » #1003
            梅姨 7号楼下水道堵了 » #1004
            梅姨 催办 » 是哪一件？
            梅姨 第二个 » #1003 还在等王芳接单
            """,
        )
        assert (await people.ticket(1002)).note == "换了灯泡"
        assert (await people.ticket(1001)).note == "已处理"


async def test_who_says_something_else_than_which_ticket_is_heard_as_ever(tmp_path: Path) -> None:
    async with talk(tmp_path) as people:
        await story(
            people,
            """
            梅姨 3号楼2单元电梯停了 » #1001
            梅姨 5号楼2单元楼道灯坏了 » #1002
            梅姨 催办 » 是哪一件？
            梅姨 撤销 1001 » 已撤销
            梅姨 7号楼下水道堵了 » #1003
            梅姨 催办 » 是哪一件？
            """,
        )
        before = people.shown(Address("wechat:mei"))
        await people.pass_by(11)
        assert "timeout" not in people.shown(Address("wechat:mei")).removeprefix(before)
