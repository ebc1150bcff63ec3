"""The main walk: a report in the group becomes a ticket, is accepted, resolved and confirmed."""

from __future__ import annotations

from storage.records import Act, State
from tests.stories.town import Town


async def test_a_report_is_accepted_resolved_and_confirmed_on_one_living_card(town: Town) -> None:
    await town.says(town.mei, "3号楼2单元电梯停在5楼 门打不开")
    card = town.cards(1001)[0]
    assert card.words.splitlines()[0] == "#1001 电梯 · 3号楼2单元5层"
    assert "等王芳（网格长）接单 · 13:05 前" in card.words
    assert card.reply_to is not None
    assert await town.presses(town.leader, "接单") == "已接单，请按时到场"
    assert "王芳已受理 13:00 · 13:05 前到场 · 17:00 前解决" in card.words
    await town.presses(town.leader, "到场")
    assert "王芳已到场 13:00" in card.words
    await town.presses(town.leader, "办结")
    await town.says(town.leader, "换了门机")
    assert (await town.ticket()).state is State.RESOLVED
    assert "说是办好了" in town.last(town.mei)
    await town.presses(town.mei, "满意", town.mei.chat)
    assert (await town.ticket()).state is State.CLOSED
    assert len(town.cards(1001)) == 1
    acts = [entry.line.act for entry in await town.ledger()]
    assert acts == [Act.REPORT, Act.ACCEPT, Act.ARRIVE, Act.RESOLVE, Act.RATE, Act.CLOSE]
    assert not town.refusals()
