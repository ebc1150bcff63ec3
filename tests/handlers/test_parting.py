"""An account is parted with only by whoever was asked, and by an answer that was offered."""

from __future__ import annotations

from handlers.commands import choose
from handlers.dialogue import Step
from tests.handlers.test_binding import MEI, MEI_WECHAT, Counter
from tests.handlers.test_binding import counter as counter


async def test_a_button_nobody_made_parts_with_nothing(counter: Counter) -> None:
    await counter.hears(MEI_WECHAT, f"绑定 {await counter.code(MEI)}")
    await counter.hears(MEI_WECHAT, "是")
    assert await counter.hears(MEI_WECHAT, "解绑") == ["unbind.which"]
    assert await counter.hears(MEI_WECHAT, "", press=choose(Step.PART, "x")) == ["dialogue.over"]
    assert (await counter.person(MEI)).id == (await counter.person(MEI_WECHAT)).id
