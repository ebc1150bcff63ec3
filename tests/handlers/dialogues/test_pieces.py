"""What one person says in pieces is one report; what they take back is taken back."""

from __future__ import annotations

from storage.records import Category
from tests.handlers.dialogues.conftest import Talk
from tests.handlers.dialogues.play import Played
from tests.stories.unsure import unsure_of

NEW, ADDED, NONE = "new_ticket", "append_to_ticket", "none"


def new(played: Played) -> list[str]:
    """Return category, building, unit and room of the tickets that came of it."""
    assert played.scene is not None
    given = len(played.told["open_tickets"])
    made = [t for t in played.scene.tickets.values() if t.number > 1000 + given]
    return [" ".join((t.category, t.place.building, t.place.unit, t.place.room)).strip() for t in made]


async def test_the_place_may_come_before_the_thing(talk: Talk) -> None:
    played = await talk("A 0 9号楼2单元\nA 0.5 大门锁坏了进不去")
    assert played.actions == [NONE, NEW]
    assert new(played) == ["door_access 9 2"]


async def test_no_piece_need_be_a_call_by_itself(talk: Talk) -> None:
    played = await talk("A 0 7号楼\nA 0.2 2单元\nA 0.5 电梯\nA 0.8 卡住不动了")
    assert played.actions[:2] == [NONE, NONE]
    assert NEW in played.actions[2:]
    assert new(played) == ["elevator 7 2"]


async def test_pieces_wait_two_minutes_and_no_longer(talk: Talk) -> None:
    assert new(await talk("A 0 9号楼\nA 2 大门锁坏了进不去")) == ["door_access 9"]
    assert new(await talk("A 0 9号楼\nA 2.1 大门锁坏了进不去")) == ["door_access"]


async def test_another_ones_words_are_no_piece_of_it(talk: Talk) -> None:
    assert new(await talk("A 0 9号楼\nB 0.5 大门锁坏了进不去")) == ["door_access"]


async def test_talk_in_pieces_stays_talk(talk: Talk) -> None:
    played = await talk("A 0 5栋\nA 0.2 二手电动车转让 300\nA 0.4 刹车坏了\nA 0.6 哈哈哈")
    assert played.actions == [NONE] * 4


async def test_an_answer_to_our_question_is_no_piece(talk: Talk) -> None:
    """The place answers; it is not read together with the words before it as another report."""
    played = await talk("A 0 楼道灯坏了\nA 0.5 3号楼\nA 1 2单元")
    assert played.actions == [NEW, ADDED, ADDED]
    assert new(played) == ["lighting 3 2"]


async def test_the_building_said_wrong_is_put_right_and_the_rest_stays(talk: Talk) -> None:
    played = await talk("A 0 5号楼2单元电梯停了\nA 0.5 不对 是6号楼")
    assert played.actions == [NEW, ADDED]
    assert new(played) == ["elevator 6 2"]


async def test_the_room_said_wrong_is_put_right_while_the_building_is_still_asked_for(talk: Talk) -> None:
    played = await talk("A 0 1单元902 暖气冰凉\nA 0.4 902打错了 是602\nA 0.9 10号楼")
    assert new(played) == ["heating 10 1 602"]


async def test_another_matter_after_all_changes_the_matter(talk: Talk) -> None:
    played = await talk("A 0 20栋家里燃气灶打不着\nA 1 弄错了 气是有的 是停电了 整栋全黑")
    assert new(played) == ["power 20"]


async def test_who_wonders_corrects_nothing(talk: Talk) -> None:
    played = await talk("A 0 5号楼电梯停了\nA 0.5 不对吧 昨天不是刚修的吗")
    assert played.actions == [NEW, NONE]


async def test_only_its_reporter_corrects_a_ticket(talk: Talk) -> None:
    played = await talk("A 0 5号楼2单元电梯停了\nB 0.5 不对 是6号楼")
    assert new(played) == ["elevator 5 2"]


async def test_what_follows_a_report_may_show_danger_to_who_knows_the_report(talk: Talk) -> None:
    played = await talk("A 0 3号楼1单元电梯停了\nA 0.5 里面好像有人在拍门")
    assert played.actions == [NEW, ADDED]
    assert played.scene is not None
    (ticket,) = played.scene.tickets.values()
    assert ticket.severity == "emergency"


async def test_an_unsure_call_becomes_sure_by_what_follows(talk: Talk) -> None:
    played = await talk(f"A 0 {unsure_of(Category.LIGHTING)}\nA 0.5 5号楼2单元楼道灯一盏都不亮")
    assert new(played) == ["lighting 5 2"]


async def test_a_photo_waits_for_words_that_add_to_the_ticket_its_sender_has(talk: Talk) -> None:
    played = await talk("T1 road ////西门 2h A\nA 0 [photo]\nA 0.4 现在又多碎了两块")
    assert played.actions == [NONE, ADDED]


async def test_a_photo_of_the_sunset_adds_to_nothing(talk: Talk) -> None:
    played = await talk("T1 lighting 2/1 9h A\nA 0 [photo]\nA 0.3 今天的晚霞也太美了吧")
    assert played.actions == [NONE, NONE]
