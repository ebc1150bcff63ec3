"""The type face: it has what Chinese names and matters are written with, and what it lacks is seen to be lacking."""

from __future__ import annotations

from bot.type import FACE, FAMILY, GETA, characters, drawable
from bot.type.setting import NOT_FIRST, NOT_LAST, lines


def writable(code: str) -> set[int]:
    """Return the code points an encoding can write."""
    found = set()
    for point in range(0xA0, 0xFFFF):
        try:
            chr(point).encode(code)
        except UnicodeEncodeError:
            continue
        found.add(point)
    return found


def test_everything_an_older_machine_can_write_can_be_drawn():
    assert not writable("gb2312") - characters()
    assert not {point for point in writable("gbk") if 0x4E00 <= point < 0xA000} - characters()
    assert not set(range(0x20, 0x7F)) - characters()


def test_rare_names_and_the_signs_of_reports_can_be_drawn():
    written = "王喆 张堃 李淼 赵垚 陈龑 周䶮 吴昇 郑祎 冯翀 ≤ ≥ ± ✓ ☑ ☐ → ℃ ㎡ 〔2026〕 ①⑳ ％ … —— “呼应” ¥ ·"
    assert drawable(written) == written


def test_what_the_face_lacks_is_a_geta_mark_and_does_not_vanish():
    assert drawable("修好了😀 𠮷") == f"修好了{GETA} {GETA}"


def test_what_is_never_seen_goes_without_a_mark():
    assert drawable("好\u200b👍\ufe0f\u202e\x07\n行") == f"好{GETA}\n行"


def test_the_file_says_the_family_that_pictures_ask_for():
    from fontTools.ttLib import TTFont

    with TTFont(FACE, lazy=True) as face:
        assert face["name"].getDebugName(1) == FAMILY
        assert not face["OS/2"].fsType, "may be embedded in documents"
    assert "SIL OPEN FONT LICENSE" in FACE.with_name("OFL.txt").read_text(encoding="utf-8")


def wide(piece: str) -> float:
    """As a face where Chinese is twice as wide as Latin."""
    return sum(2 if ord(char) > 0x2000 else 1 for char in piece)


def test_no_line_begins_or_ends_with_a_mark_that_must_not():
    text = "他说：“电梯（3号楼）停在5楼，门打不开。”请物业、社区、维保单位三方到场，一并查清《维保合同》。"
    for most in range(6, 40):
        set_lines = lines(text, wide, most, first=4)
        assert "".join(set_lines) == text
        assert not [line for line in set_lines[1:] if line[0] in NOT_FIRST], (most, set_lines)
        assert not [line for line in set_lines if line[-1] in NOT_LAST and line != set_lines[-1]], (
            most,
            set_lines,
        )


def test_words_and_numbers_stay_whole_and_what_is_too_long_is_broken():
    assert lines("编号 TS-2026-0031 的电梯", wide, 14) == ["编号", "TS-2026-0031", "的电梯"]
    assert lines("x" * 25, wide, 10) == ["x" * 10, "x" * 10, "x" * 5]
    assert lines("一\n\n二", wide, 10) == ["一", "", "二"]
