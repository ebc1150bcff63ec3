"""A template's fields are filled with what they may hold and what they are labelled for."""

from __future__ import annotations

import pytest

from bot.channels.wechat_template import Field, fields_of, filled, shortened, unfit
from handlers.messages import Gist
from tests.storage.things import NOON

GIST = Gist(1024, "电梯 · 3号楼2单元", "已受理", NOON, "王芳已受理，14:07 前到场，18:02 前解决。")
ZONE = "Asia/Shanghai"
WHEN = "2027年1月15日 16:00"


def said(content: str, gist: Gist = GIST) -> dict[str, str]:
    return {name: field["value"] for name, field in filled(fields_of(content), gist, ZONE).items()}


def test_a_template_is_read_as_the_accounts_list_writes_it():
    content = "工单编号:{{character_string1.DATA}}\n工单状态：{{ phrase3.DATA }}\n{{remark.DATA}}\n"
    assert fields_of(content) == (
        Field("工单编号", "character_string", "character_string1"),
        Field("工单状态", "phrase", "phrase3"),
        Field("", "remark", "remark"),
    )


def test_every_field_gets_what_its_kind_may_hold():
    assert said(
        "工单编号:{{character_string1.DATA}}\n工单内容:{{thing2.DATA}}\n工单状态:{{phrase3.DATA}}\n"
        "更新时间:{{time4.DATA}}\n进度说明:{{thing5.DATA}}"
    ) == {
        "character_string1": "1024",
        "thing2": "电梯 · 3号楼2单元",
        "phrase3": "已受理",
        "time4": WHEN,
        "thing5": "王芳已受理，14:07 前到场…",
    }


def test_words_without_a_telling_label_say_what_it_is_about_first_and_then_its_news():
    found = said("事项:{{thing1.DATA}}\n内容:{{thing2.DATA}}\n地点:{{thing3.DATA}}\n其他:{{thing4.DATA}}")
    what, news, *rest = found.values()
    assert what == "电梯 · 3号楼2单元"
    assert news.startswith("王芳已受理")
    assert rest == ["已受理", "见公众号"]


def test_an_older_template_is_filled_by_its_labels():
    assert said(
        "{{first.DATA}}\n报修编号：{{keyword1.DATA}}\n报修内容：{{keyword2.DATA}}\n处理结果：{{keyword3.DATA}}\n"
        "处理时间：{{keyword4.DATA}}\n{{remark.DATA}}"
    ) == {
        "first": "见公众号",
        "keyword1": "1024",
        "keyword2": "电梯 · 3号楼2单元",
        "keyword3": "已受理",
        "keyword4": WHEN,
        "remark": "见公众号",
    }


@pytest.mark.parametrize(
    ("state", "phrase"),
    [
        ("已办结，等确认", "已办结"),
        ("已列入联席会议", "已列入联席"),
        ("accepted", "有新进展"),
        ("待接单", "待接单"),
    ],
)
def test_a_phrase_is_at_most_five_chinese_characters(state: str, phrase: str) -> None:
    gist = Gist(1024, "电梯", state, NOON, "…")
    assert said("状态:{{phrase1.DATA}}", gist) == {"phrase1": phrase}


def test_words_are_one_line_and_never_empty():
    gist = Gist(1, "灯\n\t坏\x07了", "", NOON, "")
    assert said("内容:{{thing1.DATA}}\n备注:{{thing2.DATA}}", gist) == {
        "thing1": "灯 坏 了",
        "thing2": "见公众号",
    }


@pytest.mark.parametrize("length", [0, 1, 19, 20, 21, 200])
def test_words_are_never_longer_than_they_may_be(length: int) -> None:
    assert len(shortened("楼" * length, 20)) == min(length, 20)


def test_what_nothing_of_a_ticket_fits_into_is_named():
    fields = fields_of(
        "金额:{{amount1.DATA}}\n车牌:{{car_number2.DATA}}\n内容:{{thing3.DATA}}\n{{name4.DATA}}"
    )
    assert unfit(fields) == ["金额", "车牌", "name4"]
