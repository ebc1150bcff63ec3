"""What comes through Telegram's doors twice, broken, changed afterwards, or by webhook."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from storage.database import Store
from storage.records import Act, State
from tests.databases import read_only, rows
from tests.stories.town import Town
from tests.stories.town import town as build


async def test_a_repeated_press_gets_the_first_answer_and_is_done_once(town: Town) -> None:
    await town.says(town.mei, "3号楼2单元电梯停了")
    town.telegram.repeats_updates(1)
    toast = await town.presses(town.leader, "接单")
    acts = [entry.line.act for entry in await town.ledger()]
    assert acts.count(Act.ACCEPT) == 1
    answers = town.telegram.calls_of("answerCallbackQuery")
    assert [call.values["text"] for call in answers] == [toast] * 2


async def test_updates_that_come_twice_make_one_ticket_each(town: Town) -> None:
    town.telegram.repeats_updates(20)
    await town.says(town.mei, "3号楼2单元电梯停了")
    await town.says(town.chen, "5号楼1单元水管漏水")
    await town.presses(town.leader, "接单", containing="1001")
    await town.says(town.leader, "办结 1001 换了门机")
    assert [ticket.number for ticket in await town.tickets()] == [1001, 1002]
    acts = [entry.line.act for entry in await town.ledger()]
    assert acts == [Act.REPORT, Act.ACCEPT, Act.RESOLVE]
    assert sum("说是办好了" in words for words in town.seen(town.mei)) == 1


async def test_a_malformed_update_in_the_middle_of_a_batch_holds_up_nothing(town: Town) -> None:
    town.telegram.injects({"message": {"message_id": "seven", "chat": 5}})
    await town.mei.says("3号楼2单元电梯停了", town.group)
    town.telegram.injects({"callback_query": {"id": 1, "from": None}})
    town.telegram.injects({"some_new_kind": {"of": "update"}})
    await town.chen.says("5号楼1单元水管漏水", town.group)
    await town.settle()
    assert [ticket.number for ticket in await town.tickets()] == [1001, 1002]
    aside = [raw for (raw,) in await rows(town.store.url, "SELECT raw FROM set_aside ORDER BY key")]
    assert len(aside) == 2
    assert "seven" in aside[0]


async def test_an_edited_command_is_not_carried_out_again(town: Town) -> None:
    await town.says(town.mei, "3号楼2单元电梯停了")
    order = await town.says(town.leader, "接单 1001")
    assert (await town.ticket()).state is State.ACCEPTED
    before = len(town.seen(town.group))
    await town.leader.edits(order, "办结 1001 换了门机")
    await town.settle()
    assert (await town.ticket()).state is State.ACCEPTED
    report = await town.says(town.chen, "/report 5号楼1单元楼道灯坏了")
    assert (await town.ticket(1002)).place.unit == "1"
    await town.chen.edits(report, "/report 5号楼2单元楼道灯坏了")
    await town.settle()
    assert [ticket.number for ticket in await town.tickets()] == [1001, 1002]
    assert len(town.seen(town.group)) == before + 1


async def test_an_edited_report_teaches_its_ticket_the_new_words(town: Town) -> None:
    said = await town.says(town.mei, "3号楼电梯停了")
    await town.mei.edits(said, "3号楼电梯停了，在2单元")
    await town.settle()
    assert [ticket.number for ticket in await town.tickets()] == [1001]
    assert "2单元" in town.cards()[0].words


async def test_talk_that_is_edited_into_a_report_becomes_one(town: Town) -> None:
    said = await town.says(town.mei, "早上好")
    await town.mei.edits(said, "3号楼2单元电梯停了")
    await town.settle()
    assert (await town.ticket()).place.unit == "2"


async def test_by_webhook_the_whole_walk_works_the_same(tmp_path: Path) -> None:
    async with build(tmp_path, mode="webhook") as town:
        await town.telegram.wait_for(lambda: town.telegram.updates.webhook is not None)
        await town.says(town.mei, "3号楼2单元电梯停了")
        await town.presses(town.leader, "接单")
        await town.says(town.leader, "办结 1001 换了门机")
        await town.presses(town.mei, "满意", town.mei.chat)
        assert (await town.ticket()).state is State.CLOSED
        assert not town.telegram.calls_of("getUpdates")
        assert not town.refusals()


async def test_a_webhook_that_answers_503_is_called_again_and_nothing_is_lost(tmp_path: Path) -> None:
    async with build(tmp_path, mode="webhook") as town:
        await town.telegram.wait_for(lambda: town.telegram.updates.webhook is not None)
        async with unwritable(town.store):
            await town.mei.says("3号楼2单元电梯停了", town.group)
            await town.telegram.wait_for(
                lambda: any(w.attempts for w in town.telegram.updates.waiting.values())
            )
            assert town.telegram.pending == 1
        await town.settle()
        assert [ticket.number for ticket in await town.tickets()] == [1001]
        assert len(town.cards()) == 1


@asynccontextmanager
async def unwritable(store: Store) -> AsyncIterator[None]:
    if store.url.startswith("postgresql"):
        async with read_only(store.url):
            yield
    else:
        await store._writer.run("PRAGMA query_only = ON", {})
        yield
        await store._writer.run("PRAGMA query_only = OFF", {})
