"""A resolution's words taken apart: the measure, who answers for it, who helps."""

from __future__ import annotations

import pytest

from handlers.meeting_items import Resolved, read_resolution


@pytest.mark.parametrize(
    ("words", "resolved"),
    [
        ("物业更换门机", Resolved("物业更换门机")),
        ("更换门机 责任人 张师傅", Resolved("更换门机", "张师傅")),
        ("更换门机，责任人：张师傅，协办：社区、消防", Resolved("更换门机", "张师傅", ("社区", "消防"))),
        ("更换门机 协办 社区 消防 责任单位 红色物业", Resolved("更换门机", "红色物业", ("社区", "消防"))),
        ("replace the motor responsible Zhang with police, fire", Resolved("replace the motor", "Zhang", ("police", "fire"))),
        # Words of the measure itself, and a label nobody stands behind.
        ("请社区协办更换门机", Resolved("请社区协办更换门机")),
        ("更换门机 责任人 ", Resolved("更换门机 责任人")),
        ("责任人 张师傅", Resolved("", "张师傅")),
        ("", Resolved("")),
    ],
)  # fmt: skip
def test_who_answers_and_who_helps_is_named_behind_a_word(words: str, resolved: Resolved) -> None:
    assert read_resolution(words) == resolved
