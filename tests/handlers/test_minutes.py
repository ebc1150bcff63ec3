"""The minutes: what the document holds, and how far each resolution has come since."""

from __future__ import annotations

from dataclasses import replace

import pytest

from handlers.meeting_minutes import Loop, Minutes, in_words, loop_of, minutes
from handlers.wording import Tongue, render
from storage.records import (
    DAY,
    HOUR,
    Meeting,
    MeetingItem,
    MeetingState,
    Outcome,
    Party,
    Remark,
    Seat,
    State,
)
from tests.handlers.ladder import DIRECTORY, NOON, ticket

TONGUE = Tongue("zh", "Asia/Shanghai", NOON + DAY)
MEETING = Meeting(
    "jinghe-m1", "jinghe", "", NOON - DAY, NOON, "社区会议室", MeetingState.CLOSED, 2026, 3,
    (Seat(Party.COMMUNITY, "陈洁", "chenjie", True), Seat(Party.PROPERTY, "张师傅", "zhang")),
    chair="陈洁", recorder="王芳", begun_at=NOON, closed_at=NOON + HOUR,
)  # fmt: skip
RESOLVED = MeetingItem(
    "jinghe-m1", "jinghe-1001", Outcome.RESOLVED, "更换门机", NOON + 1, "chenjie", "张师傅", "zhang", ("社区",), NOON + 5 * DAY,
)  # fmt: skip
TICKET = replace(ticket(), reported_at=NOON - 12 * DAY, followers=4)


SAID = {
    TICKET.id: (
        Remark(TICKET.id, NOON + 2, "zhang", "门机要订货"),
        Remark(TICKET.id, NOON - 2, "zhang", "会前说的"),
    )
}


def test_the_minutes_say_who_decided_what_for_whom_and_by_when() -> None:
    whole = minutes(MEETING, [RESOLVED], {TICKET.id: TICKET}, DIRECTORY, TONGUE, SAID)
    assert (whole.title, whole.heading) == ("径河社区联席会议纪要", "2026年第3次")
    assert [seat.name for seat in whole.present] == ["陈洁"]
    assert [seat.name for seat in whole.absent] == ["张师傅"]
    assert not whole.quorum.reached
    (item,) = whole.items
    assert (item.number, item.ticket, item.words, item.helpers) == (1, 1001, "更换门机", ("社区",))
    assert "已 12 天" in item.summary
    assert "4 户跟进" in item.summary
    assert item.opinions == ("张师傅：门机要订货",)
    assert "决议：更换门机（责任人张师傅，协办社区，11月27日周五 13:00 前）" in render(
        in_words(whole), TONGUE
    )


def test_of_a_private_matter_only_the_staffs_minutes_say_anything() -> None:
    hidden = repr(_private(shown=False))
    assert "更换门机" not in hidden
    assert TICKET.words not in hidden
    assert "门机要订货" not in hidden
    assert "更换门机" in repr(_private(shown=True))


def _private(*, shown: bool) -> Minutes:
    secret = replace(TICKET, private=True)
    return minutes(MEETING, [RESOLVED], {secret.id: secret}, DIRECTORY, TONGUE, SAID, private=shown)


@pytest.mark.parametrize(
    ("state", "resolved_at", "now", "loop"),
    [
        (State.ACCEPTED, None, NOON + 5 * DAY, Loop.RUNNING),
        (State.ACCEPTED, None, NOON + 5 * DAY + 1, Loop.OVERDUE),
        (State.RESOLVED, NOON + 5 * DAY, NOON + 9 * DAY, Loop.DONE),
        (State.CLOSED, NOON + 6 * DAY, NOON + 9 * DAY, Loop.LATE),
        (State.WITHDRAWN, None, NOON + 9 * DAY, Loop.ENDED),
    ],
)
def test_how_far_a_resolution_has_come(state: State, resolved_at: int | None, now: int, loop: Loop) -> None:
    assert loop_of(RESOLVED, replace(TICKET, state=state, resolved_at=resolved_at), now) is loop
    deferred = replace(RESOLVED, outcome=Outcome.DEFERRED, until=None)
    assert loop_of(deferred, TICKET, now) is None
