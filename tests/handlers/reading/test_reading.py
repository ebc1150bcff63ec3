"""One message each: what kind of thing it is, and why."""

from __future__ import annotations

import pytest

from handlers.reading import Reading, Urgency, load_words, read, weights
from handlers.reading.weights import CALL, COMPLAINT, FIRST_CATEGORY, QUESTIONS
from storage.records import Category, Kind


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("电梯里困了个老人 3号楼", "电梯困人"),
        ("垫梯困人了8动", "电梯困人"),
        ("9-1 电梯困人 两个孩子在里面哭", "电梯困人"),
        ("救命 电梯卡在7楼 我跟孩子在里面", "电梯困人"),
        ("电梯突然往下坠了两层", "电梯坠落"),
        ("楼道里好大一股煤气味", "燃气泄漏"),
        ("天燃气泄露了", "燃气泄漏"),
        ("I smell gas on the 5th floor", "燃气泄漏"),
        ("着火了！！2号楼5楼冒黑烟", "火情"),
        ("找火了 二栋", "火情"),
        ("那个配电箱开始冒烟了", "带电危险"),
        ("车棚有电动车冒烟了", "火情"),
        ("露天那根电线掉地上了 滋滋响", "带电危险"),
        ("楼上又扔下来一个花盆 差点砸到人", "高空坠物"),
        ("外墙砖哗啦掉下来一大片", "外墙坠落"),
        ("主水管爆了水柱喷了三层高", "爆管淹水"),
        ("我家孩子不见了 5岁穿红衣服", "人员走失"),
        ("老人走丢了 82岁 有老年痴呆", "人员走失"),
        ("楼顶有个人坐在边上 好像要跳", "轻生危险"),
        ("有人撬锁！！我一个人在家", "人身伤害"),
        ("凉亭有个大爷晕倒了", "急救"),
    ],
)
def test_an_emergency_is_found_misspelt_in_passing_or_without_a_place(text: str, name: str) -> None:
    reading = read(text)
    assert reading.is_report
    assert reading.urgency is Urgency.EMERGENCY
    assert reading.emergency == name


@pytest.mark.parametrize(
    "text",
    [
        "消防演练将于本周五举行，届时会有烟雾，请勿惊慌",
        "去年那场火灾真吓人，还好人没事",
        "着火了着火了，我的股票🔥",
        "孩子找到了，在同学家玩呢",
        "万一着火了千万别坐电梯",
        "我这暴脾气，一点就着火",
        "那不是烟，是楼下在蒸包子",
        "跳楼价大甩卖",
    ],
)
def test_a_drill_a_memory_and_a_joke_are_no_emergency(text: str) -> None:
    reading = read(text)
    assert reading.urgency is not Urgency.EMERGENCY
    assert not reading.is_report


@pytest.mark.parametrize(
    ("text", "kind", "category"),
    [
        ("3号楼2单元电梯停在5楼 门打不开", Kind.REPAIR, Category.ELEVATOR),
        ("楼道灯又坏了", Kind.REPAIR, Category.LIGHTING),
        ("5栋那家天天半夜拉琴", Kind.COMPLAINT, Category.NOISE),
        ("电梯是打算修到明年吗", Kind.REPAIR, Category.ELEVATOR),
        ("物业電話長期沒人接", Kind.COMPLAINT, Category.PROPERTY_SERVICE),
        ("消防栓打开没水", Kind.REPAIR, Category.FIRE_SAFETY),
    ],
)
def test_a_call_has_its_kind_and_category(text: str, kind: Kind, category: Category) -> None:
    reading = read(text)
    assert (reading.is_report, reading.kind, reading.category) == (True, kind, category)


@pytest.mark.parametrize(
    ("text", "follow_up"),
    [
        ("还没人来", "urge"),
        ("催一下", "urge"),
        ("@物业小王 到底什么时候修", "urge"),
        ("暖气那个还没来人", "urge"),
        ("我家也是", "me_too"),
        ("+1", "me_too"),
        ("又坏了", "again"),
        ("修好了", "done"),
        ("電梯整返好喇", "done"),
    ],
)
def test_a_bare_follow_up_is_no_new_call(text: str, follow_up: str) -> None:
    reading = read(text)
    assert not reading.is_report
    assert reading.follow_up == follow_up


def test_a_follow_up_says_which_matter_it_means() -> None:
    assert read("暖气那个还没来人").category is Category.HEATING


def test_a_complaint_that_says_everything_is_a_call_though_it_urges() -> None:
    for text in ("报修三次了 每次都说派人 人呢？11-1-303 厨房漏水", "电梯到底什么时候能修好啊，都停三天了"):
        reading = read(text)
        assert reading.is_report, text
        assert reading.follow_up == "", text


@pytest.mark.parametrize(
    "text", ["谁家有电钻借一下", "路灯终于亮了", "哈哈哈", "收物业费了吗", "", " ", "👍", "[图片]"]
)
def test_chatter_is_met_with_silence(text: str) -> None:
    reading = read(text)
    assert not reading.is_report
    assert reading.urgency is Urgency.NORMAL


def test_a_question_for_information_is_a_consultation() -> None:
    reading = read("物业费怎么交")
    assert not reading.is_report
    assert reading.kind is Kind.CONSULTATION


@pytest.mark.parametrize(
    "text",
    [
        "想预约上门理发，3号楼501，老人出不了门",
        "我想申请助餐",
        "帮我预约明天的陪诊",
        "預約上門量血壓 3-2-501",
        "老人想请志愿者帮忙买药",
    ],
)
def test_asking_for_a_service_of_the_menu_is_an_order(text: str) -> None:
    reading = read(text)
    assert reading.is_report
    assert reading.kind is Kind.SERVICE_ORDER


@pytest.mark.parametrize(
    "text",
    ["外卖点单软件崩了", "志愿者来助餐了，谢谢", "昨天上门理发的师傅手艺好", "助餐点今天吃红烧肉", "陪诊太贵了", "申请志愿者服务时长证明", "不想预约理发"],
)  # fmt: skip
def test_speaking_of_a_service_is_no_order(text: str) -> None:
    assert not read(text).is_report


def test_what_is_broken_where_a_service_is_given_is_no_order() -> None:
    assert read("助餐点门口灯坏了").category is Category.LIGHTING
    assert read("想预约理发 3号楼2单元电梯坏了好几天了没人修").kind is Kind.REPAIR


@pytest.mark.parametrize(
    ("text", "personal"),
    [
        ("楼上902天天半夜拖椅子 8栋", True),
        ("5栋那家天天半夜拉琴", True),
        ("水泵嗡嗡响一夜", False),
        ("3号楼2单元灯不亮", False),
    ],
)
def test_a_complaint_about_particular_people_is_marked(text: str, personal: bool) -> None:
    assert read(text).about_person is personal


def test_traditional_and_simplified_read_the_same() -> None:
    def gist(reading: Reading) -> tuple[object, ...]:
        return reading.is_report, reading.kind, reading.category, reading.building, reading.unit

    assert gist(read("三號樓二單元電梯壞了")) == gist(read("三号楼二单元电梯坏了"))


def test_a_community_adds_its_own_words() -> None:
    assert not read("大白今天又犯困").is_report
    words = load_words({"faults": {"elevator": ["大白今天又犯困"]}})
    assert read("大白今天又犯困", words).category is Category.ELEVATOR


def test_a_word_list_that_does_not_exist_is_named() -> None:
    with pytest.raises(ValueError, match="landmark"):
        load_words({"landmark": ["西门"]})
    with pytest.raises(ValueError, match="lift"):
        load_words({"faults": {"lift": ["坏"]}})


def test_own_things_are_read_as_the_usual_ones_and_harmless_words_as_nothing() -> None:
    own = load_words({"things": {"elevator": ["大白"]}, "harmless": ["漏水节"]})
    assert read("大白坏了 3号楼", own).category is Category.ELEVATOR
    assert not read("漏水节", own).is_report


def test_what_a_community_learned_is_added_to_the_packaged_weights() -> None:
    learned = load_words(learned={"\ue00f小": {"call": 30.0}})
    assert not read("小熊来了").is_report
    assert read("小熊来了", learned).is_report


def test_own_words_weigh_as_much_as_their_list_says() -> None:
    """By itself, beside other words, or only for the category; a fault repairs, a wrong complains."""
    own = load_words(
        {
            "faults": {"elevator": ["阿布"]},
            "wrongs": {"noise": ["阿次"]},
            "perhaps": {"drainage": ["阿德"]},
            "hints": {"pets": ["阿额"]},
            "broken": ["阿佛"],
            "behaviour": ["阿哥"],
        }
    )
    calls = {word: row[CALL] for word, row in own.signs.items()}
    assert (
        calls["阿布"] == calls["阿次"] > calls["阿德"] == calls["阿佛"] == calls["阿哥"] > calls["阿额"] == 0
    )
    assert {word for word, row in own.signs.items() if row[COMPLAINT] > 0} == {"阿次", "阿哥"}
    assert {word for word, row in own.signs.items() if row[COMPLAINT] < 0} == {"阿布", "阿佛"}
    for word, category in {"阿布": "elevator", "阿次": "noise", "阿德": "drainage", "阿额": "pets"}.items():
        row = own.signs[word]
        assert QUESTIONS[row.index(max(row[FIRST_CATEGORY:]), FIRST_CATEGORY)] == category


def test_weights_of_other_questions_are_refused() -> None:
    head = "\t".join(["feature", *QUESTIONS])
    assert weights.parsed(["# made", head, "灯\t12\t\t-5"])["灯"][:4] == (0.12, 0.0, -0.05, 0.0)
    with pytest.raises(ValueError, match=r"benchmarks\.lessons"):
        weights.parsed(["# made", head + "\tweather"])


def test_no_weight_is_too_large_to_be_a_probability() -> None:
    assert weights.likely(1e6) == pytest.approx(1)
    assert weights.likely(-1e6) == pytest.approx(0)
