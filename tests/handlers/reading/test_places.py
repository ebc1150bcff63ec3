"""Where: what people write, and what the reader makes of it."""

from __future__ import annotations

import pytest

from handlers.reading import PlaceRead, load_words, read, read_place


@pytest.mark.parametrize(
    ("text", "building", "unit", "floor", "room"),
    [
        ("3号楼2单元501漏水", "3", "2", "", "501"),
        ("3-2-501 漏水", "3", "2", "", "501"),
        ("3－2－501漏水", "3", "2", "", "501"),
        ("三栋二单元灯不亮", "3", "2", "", ""),
        ("三杠二杠五零一漏水", "3", "2", "", "501"),
        ("三號樓二單元五〇一漏水", "3", "2", "", "501"),
        ("十二号楼电梯坏了", "12", "", "", ""),
        ("二十一栋停电了", "21", "", "", ""),
        ("7#楼道灯坏了", "7", "", "", ""),
        ("7＃2单元停水", "7", "2", "", ""),
        ("A座电梯停了", "A", "", "", ""),
        ("a3栋货梯坏了", "A3", "", "", ""),
        ("2号楼东单元墙裂了", "2", "东", "", ""),
        ("12楼2单元门禁坏了", "12", "2", "", ""),
        ("8号2单元门坏了", "8", "2", "", ""),
        ("9-1 电梯困人", "9", "1", "", ""),
        ("8-1楼道堆满纸箱", "8", "1", "", ""),
        ("3-1楼上天天拖椅子", "3", "1", "", ""),
        ("4栋11楼烟感响", "4", "", "11", ""),
        ("五楼没水", "", "", "5", ""),
        ("负一层灯坏了", "", "", "-1", ""),
        ("地下二层积水", "", "", "-2", ""),
        ("B2层灯闪", "", "", "-2", ""),
        ("顶楼漏雨", "", "", "顶", ""),
        ("12/F 走廊灯坏了", "", "", "12", ""),
        ("11号楼3单元一层大厅堆建材", "11", "3", "1", ""),
        ("5栋1101漏水", "5", "", "", "1101"),
        ("5-301漏水", "5", "", "", "301"),
        ("6号楼 101把公共绿地圈起来", "6", "", "", "101"),
        ("楼上902天天半夜拖椅子 8栋", "8", "", "", "902"),
        ("building 11 unit 2 lift is broken", "11", "2", "", ""),
        ("the light on the 5th floor is broken", "", "", "5", ""),
        ("灯坏了 在3号楼 我住5号楼", "3", "", "", ""),
        ("我住5号楼 3号楼的灯坏了", "3", "", "", ""),
    ],
)
def test_an_address_is_read_in_every_way_of_writing(
    text: str, building: str, unit: str, floor: str, room: str
) -> None:
    reading = read(text)
    assert (reading.building, reading.unit, reading.floor, reading.room) == (building, unit, floor, room)


@pytest.mark.parametrize(
    "text",
    [
        "电话13812345678",
        "座机027-83000000",
        "打12345投诉",
        "已经打了119",
        "501路公交改线",
        "12月3号停水",
        "3-5天没来水了",
        "2.5元一度",
        "300块押金不退",
        "室温16度",
        "上午9:00-11:30没电",
        "2024-11-22 停电",
        "车牌鄂A12345",
        "#1024 还没修",
        "每天爬18层",
        "坠了两层",
        "孩子5岁",
        "等了3个小时",
        "2-3个人",
        "地库A056车位被占",
    ],
)
def test_a_number_that_is_no_address_is_not_read_as_one(text: str) -> None:
    reading = read(text)
    assert (reading.building, reading.unit, reading.floor, reading.room) == ("", "", "", "")


@pytest.mark.parametrize(
    ("text", "building", "unit", "floor", "room"),
    [
        # what is behind the address is the address; other numbers are neighbours
        ("702砸墙把我家震裂了，3栋1单元602", "3", "1", "", "602"),
        ("5-2-301往我201的晾衣杆上滴水", "5", "2", "", "301"),
        ("1304 六栋 一直没热水", "6", "", "", "1304"),
        ("二号院7#1103分水器漏", "7", "", "", "1103"),
        ("9#3-402对讲没声音", "9", "3", "", "402"),
        ("4.1.703下水返味", "4", "1", "", "703"),
        ("12一2一803没水", "12", "2", "", "803"),
        ("七号楼幺六零三漏水", "7", "", "", "1603"),
        ("8号楼2单元0304没水", "8", "2", "", "0304"),
        ("不是801是802漏水，6栋", "6", "", "", "802"),
        ("不是5栋，刚打错，是6栋1单元电梯坏了", "6", "1", "", ""),
        # a floor that is passed, counted, lived on, or one end of a range
        ("6栋一层到五层楼道灯全黑", "6", "", "", ""),
        ("6栋二到四楼没水", "6", "", "", ""),
        ("15楼以上没水", "", "", "", ""),
        ("电梯每到四楼就停一下 2-1", "2", "1", "", ""),
        ("3座電梯去9樓㩒掣冇反應", "3", "", "", ""),
        ("水浇到一楼窗户上 5栋", "5", "", "", ""),
        ("桌上一层灰，8号楼窗前工地", "8", "", "", ""),
        ("5-1墙皮刚扫完又一层", "5", "1", "", ""),
        ("一层大厅的灯坏了", "", "", "1", ""),
        ("我住22楼，9号楼18楼半夜唱歌", "9", "", "18", ""),
        ("有人从9楼往下扔酒瓶", "", "", "9", ""),
        ("14号楼首层被堵了", "14", "", "1", ""),
        ("3栋顶上有人坐着", "3", "", "顶", ""),
        ("6号楼负一消火栓漏水", "6", "", "-1", ""),
        # houses called by number or letter alone, heard or typed wrong, in other scripts
        ("9号前面窨井冒水", "9", "", "", ""),
        ("七号一单元没电", "7", "1", "", ""),
        ("55弄8号702漏水", "8", "", "", "702"),
        ("甲栋门口灯坏了", "甲", "", "", ""),
        ("壹号楼贰单元扶手坏了", "1", "2", "", ""),
        ("卅二号楼电梯坏了", "32", "", "", ""),
        ("5懂3单2喽堆满纸箱", "5", "3", "2", ""),
        ("七浩楼没水", "7", "", "", ""),
        ("2座18樓F室漏水", "2", "", "18", "F"),
        ("頂樓漏水", "", "", "顶", ""),
        ("No.3 Bldg Unit 5 Rm 1201 ceiling drips", "3", "5", "", "1201"),
        ("Tower B, flat 12A, no hot water", "B", "", "", "12A"),
        ("ground floor lobby light is broken", "", "", "1", ""),
        ("一栋楼的被子都湿了", "", "", "", ""),
        ("七八栋都停电了", "", "", "", ""),
        ("3号楼2单元101到601都没水", "3", "2", "", ""),
        ("二三楼的灯不亮", "", "", "", ""),
        ("6栋3单元1402-1403之间走廊漏水", "6", "3", "", "1402"),
        ("21栋-1-1602漏水", "21", "1", "", "1602"),
        ("4#楼2#单元703漏水", "4", "2", "", "703"),
        ("C-1203没热水", "C", "", "", "1203"),
        ("我家是1802，楼上太吵", "", "", "", "1802"),
        ("三栋楼道的灯坏了", "3", "", "", ""),
    ],
)
def test_of_several_numbers_the_place_of_the_matter_is_read(
    text: str, building: str, unit: str, floor: str, room: str
) -> None:
    reading = read(text)
    assert (reading.building, reading.unit, reading.floor, reading.room) == (building, unit, floor, room)


def test_a_spot_between_two_houses_lies_in_neither() -> None:
    reading = read("3号楼和4号楼中间的路灯不亮")
    assert (reading.building, reading.place) == ("", "3号楼和4号楼中间")


@pytest.mark.parametrize(
    ("text", "room"),
    [
        ("2104，三天没热水", "2104"),
        ("1801对门天天吵架", "1801"),
        ("704租客在楼道抽烟", "704"),
        ("我1604水表读数不对", "1604"),
        ("姓周的1005又养狗", "1005"),
        ("半夜还在唱歌，504", "504"),
        ("who lives in 1704? stop the noise", "1704"),
        ("对讲机密码1203", ""),
    ],
)
def test_a_bare_number_is_a_household_where_people_put_one(text: str, room: str) -> None:
    assert read(text).room == room


def test_where_a_ride_began_is_not_where_it_is() -> None:
    assert read("货梯有股焦糊味，刚从负二层上来，A3栋").floor == ""


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("西门路灯不亮", "西门"),
        ("快递柜打不开", "快递柜"),
        ("地库B区积水", "地库B区"),
        ("12号楼东绿化带有狗屎", "东绿化带"),
        ("北门岗亭旁积水", "北门岗亭旁"),
    ],
)
def test_a_landmark_is_read_with_the_small_words_around_it(text: str, place: str) -> None:
    assert place in read(text).place


def test_a_community_has_its_own_landmarks_and_nicknames() -> None:
    words = load_words({"landmarks": ["老槐树"], "nicknames": {"小白楼": "3号楼"}})
    reading = read("小白楼前老槐树下积水", words)
    assert reading.building == "3"
    assert "老槐树" in reading.place


@pytest.mark.parametrize(
    ("answer", "expect", "place"),
    [
        ("3", "building", PlaceRead(building="3")),
        ("三", "building", PlaceRead(building="3")),
        ("3号楼", "building", PlaceRead(building="3")),
        ("3栋", "", PlaceRead(building="3")),
        ("是3号楼", "building", PlaceRead(building="3")),
        ("3栋2单元", "building", PlaceRead(building="3", unit="2")),
        ("a", "building", PlaceRead(building="A")),
        ("A座", "building", PlaceRead(building="A")),
        ("就3吧", "building", PlaceRead(building="3")),
        ("应该是5号楼", "building", PlaceRead(building="5")),
        ("甲", "building", PlaceRead(building="甲")),
        ("五楼502", "building", PlaceRead(floor="5", room="502")),
        ("二单", "unit", PlaceRead(unit="2")),
        ("2单元", "unit", PlaceRead(unit="2")),
        ("二", "unit", PlaceRead(unit="2")),
        ("12", "floor", PlaceRead(floor="12")),
        ("五楼", "floor", PlaceRead(floor="5")),
        ("501", "room", PlaceRead(room="501")),
        ("501", "", PlaceRead(room="501")),
        ("3-2-501", "building", PlaceRead(building="3", unit="2", room="501")),
        ("不知道", "building", PlaceRead(unknown=True)),
        ("我也不清楚是几号楼", "building", PlaceRead(unknown=True)),
        ("锅炉房后头", "place", PlaceRead(place="锅炉房后头")),
        ("那棵歪脖子柳那里", "place", PlaceRead(place="那棵歪脖子柳那里")),
        ("谢谢", "building", PlaceRead()),
    ],
)
def test_a_bare_answer_is_understood_as_what_was_asked(answer: str, expect: str, place: PlaceRead) -> None:
    assert read_place(answer, expect=expect) == place  # type: ignore[arg-type]


def test_a_bare_number_without_a_question_is_a_building_the_grid_has() -> None:
    assert read_place("3", buildings=["3", "4"]) == PlaceRead(building="3")
    assert read_place("9", buildings=["3", "4"]) == PlaceRead()
