"""Who speaks on a platform that lets little be said is answered in the same breath, with all that waited for them."""

from __future__ import annotations

from storage.records import Act
from tests.bot.quiet.community import MEI, Town


async def test_a_report_is_answered_with_its_card_at_once_and_nothing_else_is_sent(town: Town) -> None:
    answer = await town.says(MEI, "3号楼2单元电梯停了")
    assert answer.said.startswith("#1001 电梯 · 3号楼2单元\n等王芳（网格长）接单 · 16:05 前")
    assert answer.letters
    assert town.quiet.sent == []
    assert (Act.TOLD, "passive reporter") in await town.lines()
