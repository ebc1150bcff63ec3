"""The type face: it has what Chinese names and matters are written with, and what it lacks is seen to be lacking."""

from __future__ import annotations

from bot.type import FACE, FAMILY, GETA, characters, drawable


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
