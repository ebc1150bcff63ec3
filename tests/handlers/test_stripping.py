"""What a second opinion may be asked with holds no number, no name that was called and no address."""

from __future__ import annotations

from unicodedata import category

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from handlers.stripping import LONGEST, stripped

DIGITS = "零一二三四五六七八九"
FULL = str.maketrans("0123456789", "０１２３４５６７８９")


@pytest.mark.parametrize(
    ("said", "leaves"),
    [
        ("3号楼2单元501漏水", "#号楼#单元#漏水"),
        ("三栋二单元五零一漏水", "#栋#单元#漏水"),
        ("十二楼的灯一直不亮", "#楼的灯一直不亮"),
        ("3-2-501 电梯坏了，电话138 0000 0001", "# 电梯坏了,电话#"),
        ("电话 一三八 零零零零 零零零一 灯坏了", "电话 # 灯坏了"),
        ("身份证42010119900101123X丢在电梯口了", "身份证#丢在电梯口了"),
        ("鄂A·12345 和鄂AD12345挡了消防通道", "鄂A·# 和鄂#挡了消防通道"),
        ("京A·B2C3D又堵门", "京A·#又堵门"),
        ("@王芳 楼道灯坏了", "某人 楼道灯坏了"),
        ("@wang_fang 楼道灯坏了", "某人 楼道灯坏了"),
        ("＠王芳\u2005灯坏了", "某人 灯坏了"),
        ("写到lilei.w@example.org 没人理", "写到某人 没人理"),
        ("加我wxid_q8x7 或 https://t.me/abc?id=7 灯坏了", "加我# 或 # 灯坏了"),
        ("群号七八九，灯坏了", "群号#,灯坏了"),
        ("1️⃣3️⃣8️⃣0️⃣0️⃣ ①②③ 门坏了", "# 门坏了"),
        ("WiFi 连不上", "WiFi 连不上"),
        ("万一摔了怎么办", "万一摔了怎么办"),
        ("壹叁捌零零 下水道堵", "# 下水道堵"),
    ],
)
def test_numbers_and_names_stay_in_the_house(said: str, leaves: str) -> None:
    assert stripped(said) == leaves


@pytest.mark.parametrize("said", ["", "   ", "13800000001", "3-2-501", "@王芳", "😀😀", "\ud800\ud800", "好"])
def test_what_says_nothing_without_them_does_not_leave_at_all(said: str) -> None:
    assert stripped(said) == ""


def test_a_long_letter_leaves_only_its_beginning() -> None:
    assert len(stripped("楼道灯坏了" * 1000)) == LONGEST


@given(st.text(max_size=1500))
@example("٣٤٥ 三四五 ³⁴⁵ Ⅻ 𝟙𝟚 楼道")
@example("一@二@三 楼道")
def test_whatever_is_written_no_number_and_no_address_leaves(said: str) -> None:
    left = stripped(said)
    assert len(left) <= LONGEST
    assert not [char for char in left if category(char)[0] in "NCM"]
    assert "@" not in left
    assert "://" not in left


@given(
    before=st.text("电梯灯坏了 ，\n", max_size=20),
    number=st.text("0123456789", min_size=3, max_size=18),
    writing=st.sampled_from(["plain", "full", "chinese", "hidden", "spaced", "dashed"]),
    after=st.text("电梯灯坏了 ，\n", max_size=20),
)
def test_no_two_digits_of_a_planted_number_leave(before: str, number: str, writing: str, after: str) -> None:
    chinese = "".join(DIGITS[int(digit)] for digit in number)
    written = {
        "plain": number,
        "full": number.translate(FULL),
        "chinese": chinese,
        "hidden": "\u200b".join(number),
        "spaced": " ".join(chinese),
        "dashed": "-".join(number),
    }[writing]
    left = stripped(f"楼道灯坏了 {before}{written}{after}")
    assert not set(left) & set("0123456789０１２３４５６７８９" + DIGITS)


@given(
    name=st.text("王芳李雷abc", min_size=1, max_size=12),
    after=st.sampled_from([" ", "，", "\u2005", "\n", "！", ""]),
)
def test_a_name_that_was_called_does_not_leave(name: str, after: str) -> None:
    assert name not in stripped(f"灯坏了 @{name}{after}" + ("楼道" if after else "")).replace("灯坏了", "")


@given(
    local=st.text("abcxyz.+-", min_size=1, max_size=30),
    domain=st.text("abcxyz", min_size=2, max_size=10),
)
def test_no_part_of_a_mail_address_leaves(local: str, domain: str) -> None:
    assert stripped(f"灯坏了 写信 {local}@{domain}.org 谢谢") == "灯坏了 写信 某人 谢谢"
