"""What was learned is read with from the next message on, and no longer once it is forgotten."""

from __future__ import annotations

from handlers.lessons import study
from storage.records import Lesson
from tests.stories.test_righting import examples
from tests.stories.town import NOON, Town

SAID = "3号楼的姐妹今天又去老地方了哈哈"


async def test_a_call_nobody_heard_is_heard_the_next_time(town: Town) -> None:
    said = await town.says(town.mei, SAID)
    await town.says(town.leader, "登记", reply_to=said)
    await town.says(town.mei, "撤销 1001", town.mei.chat)
    report = study(await town.store.directory(), "jinghe", await examples(town), [])
    async with town.store.turn() as turn:
        await turn.examples.learn(Lesson("jinghe", NOON, "huying", 1, report.weights))
    await town.says(town.chen, SAID)
    heard = len(await town.tickets()) == 2 or town.group.last.labels == ["登记", "不是"]
    assert heard
    async with town.store.turn() as turn:
        await turn.examples.unlearn("jinghe")
    before = len(town.seen(town.group))
    await town.says(town.lin, SAID)
    assert len(town.seen(town.group)) == before
