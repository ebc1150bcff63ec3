"""What those see of residents who need not know who they are and where they live."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers import masking
from storage.records import Place


def test_a_name_shows_how_it_begins() -> None:
    assert [masking.name(one) for one in ("梅姨", "欧阳娜娜", "M", "")] == ["梅**", "欧**", "M**", ""]


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        ("13800000001", "138****0001"),
        ("+86 138 0000 0001", "861****0001"),
        ("027-83000000", "027****0000"),
        ("83001234", "****34"),
        ("", ""),
        ("没有", ""),
    ],
)
def test_a_phone_shows_its_ends(number: str, shown: str) -> None:
    assert masking.phone(number) == shown


def test_a_place_shows_all_but_the_door() -> None:
    assert masking.place(Place("5", "2", "12", "1203", "门厅")) == Place("5", "2", "12", "1**", "门厅")
    assert masking.place(Place("5")) == Place("5")


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("我电话13800000001，随时可以来", "我电话138****0001，随时可以来"),
        ("138 0000 0001", "138****0001"),
        ("138-0000-0001打给我", "138****0001打给我"),
        ("１３８０００００００１", "１３８****０００１"),
        ("座机027-83001234", "座机027****1234"),
        ("座机 83001234 找老梅", "座机 ****34 找老梅"),
        ("身份证420102195001011234", "身份证420****1234"),
        ("42010219500101123X", "420****1123"),
        ("420102 19500101 1234", "420****1234"),
        ("幺三八零零零零零零零一", "****"),
        ("卡号6222020200112233445", "卡号622****3445"),
    ],
)
def test_numbers_that_lead_to_a_person_are_masked(said: str, shown: str) -> None:
    assert masking.words(said) == shown


@pytest.mark.parametrize(
    "said",
    [
        "3号楼2单元502漏水",
        "#1024567 还没人来",
        "2026-11-20 14:05 停的水",
        "20261120停的水",
        "11月20日停水，12月1日又停",
        "一二三四五楼都停了",
        "10:30 到 12:30 停电 3 小时",
    ],
)
def test_other_numbers_stay_as_they_were_said(said: str) -> None:
    assert masking.words(said) == said


def test_the_room_it_is_about_is_masked_in_the_words_too() -> None:
    at = Place("5", "2", "", "502")
    assert masking.words("5号楼502漏水，5020米外也听见", at) == "5号楼5**漏水，5020米外也听见"
    assert (
        masking.words("5号楼12室", Place("5", "", "", "12")) == "5号楼12室"
    )  # 12 says a hundred other things as well


@given(st.text("0123456789- ", max_size=6), st.text("号楼，室 找#我0", max_size=9))
def test_whatever_stands_beside_a_mobile_number_it_is_never_shown_whole(before: str, behind: str) -> None:
    assert "13812345678" not in masking.words(f"{before}13812345678{behind}".replace("#1", "# 1"))
