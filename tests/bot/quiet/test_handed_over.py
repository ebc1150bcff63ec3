"""What a platform has taken with its answers: written down together, and nothing that waited behind it is forgotten."""

from __future__ import annotations

import asyncio

from handlers import wording
from handlers.desk import MOST_AT_ONCE
from handlers.messages import Say
from storage.database import Turned
from storage.records import Act, LetterKind, Owed
from tests.bot.quiet.community import MEI, Town
from tests.bot.quiet.crowd import listened_to, often, spoken
from tests.patience import PATIENCE


async def by_itself(town: Town) -> None:
    """Delivery does what it was told to do, and nobody makes it look."""
    await asyncio.wait_for(town.delivery._quiet.wait(), PATIENCE)


async def test_what_waited_behind_an_answer_goes_when_that_is_out(town: Town) -> None:
    answer = await town.says(MEI, "3号楼2单元电梯停了", taken=False)
    hello = {"say": wording.pack(Say("toast", {"words": "你好"})), "language": "zh", "zone": "Asia/Shanghai"}
    async with town.store.turn() as turn:
        turn.outbox.owe(Owed(0, town.clock.now(), LetterKind.NEWS, 3, (MEI,), MEI, None, hello))
    await town.delivery.settled()
    assert town.quiet.sent == []
    town.delivery.handed_over(MEI, answer.letters, "passive:1")
    await by_itself(town)
    assert town.quiet.words(MEI) == ["你好"]


async def test_an_answer_that_went_out_starts_nothing_else(town: Town) -> None:
    town.desk.on_commit = lambda due: None
    told: list[Turned] = []
    town.store.on_turn = told.append
    await town.delivery.settled()
    (one,) = spoken(town, 1, 0)
    answer = await town.desk.receive(one, town.clock.now())
    # The group's card is the only letter for which anybody has to look.
    assert told[-1].owed == {("telegram", False)}
    told.clear()
    town.delivery.handed_over(one.chat, answer.letters, "passive:1")
    await by_itself(town)
    assert [turned.lines[0].act for turned in told if turned.lines] == [Act.TOLD]
    assert len(told) == 1


async def test_many_answers_are_written_down_with_a_few_statements(town: Town) -> None:
    town.desk.on_commit = lambda due: None
    asked = listened_to(town)
    for count, first in ((8, 0), (MOST_AT_ONCE, 100)):
        now, said = town.clock.now(), spoken(town, count, first)
        answers = await asyncio.gather(*(town.desk.receive(one, now) for one in said))
        await by_itself(town)
        asked.clear()
        for one, answer in zip(said, answers, strict=True):
            town.delivery.handed_over(one.chat, answer.letters, f"passive:{one.key}")
        await by_itself(town)
        assert not often(asked)
    async with town.store.view() as view:
        lines = await view.ledger.entries("jinghe", 0, 500)
    assert sum(entry.line.act is Act.TOLD for entry in lines) == 8 + MOST_AT_ONCE
