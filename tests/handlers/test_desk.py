"""The one door: messages are taken together, in order, each whole or not at all, and one that fails fails alone."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from handlers import conversation
from handlers.desk import MOST_AT_ONCE, Desk
from handlers.messages import Answer, Event, Inbound, Sender
from storage.database import StorageFailed, Store, open_store
from storage.errors import StaleTicket
from storage.records import Address, Instant
from tests.databases import fresh_file
from tests.stories.town import NOON, TOWN, settle_down

GROUP = Address("telegram:-1001000001")


class Office:
    """A desk on a fresh store, and what it said after its commits."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.commits: list[Instant | None] = []
        self.desk = Desk(store, self.commits.append)
        self.turns = 0
        begin = store._writer.begin

        async def counted(*, writing: bool) -> None:
            self.turns += 1
            await begin(writing=writing)

        store._writer.begin = counted  # type: ignore[method-assign]

    async def all_say(self, *said: Inbound) -> list[Answer | BaseException]:
        return await asyncio.gather(*(self.desk.receive(one, NOON) for one in said), return_exceptions=True)

    async def rows(self, sql: str) -> list[Any]:
        return [tuple(row) for row in await self.store._writer.fetch(sql, {})]


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[Office]:
    store = await open_store(fresh_file(tmp_path))
    await settle_down(store, TOWN)
    yield Office(store)
    await store.close()


def said(number: int, text: str, **more: Any) -> Inbound:
    told: dict[str, Any] = {
        "key": f"telegram:{number}",
        "at": NOON,
        "chat": GROUP,
        "private": False,
        "sender": Sender(Address(f"telegram:{5000 + number}"), f"居民{number}"),
        "message": str(number),
    }
    return Inbound(**told | more, text=text)


async def test_what_waits_together_is_one_transaction_and_keeps_its_order(office: Office) -> None:
    reports = [said(n, f"{n % 12 + 1}号楼{n // 12 + 1}单元电梯停了") for n in range(MOST_AT_ONCE)]
    answers = await office.all_say(*reports)
    assert [answer.toast for answer in answers if isinstance(answer, Answer)] == [
        f"已登记 #{1001 + n}" for n in range(MOST_AT_ONCE)
    ]
    assert office.turns == 1
    assert len(office.commits) == 1
    places = await office.rows("SELECT building || '-' || unit FROM tickets ORDER BY number")
    assert places == [(f"{n % 12 + 1}-{n // 12 + 1}",) for n in range(MOST_AT_ONCE)]


async def test_more_than_fits_goes_into_the_next_transaction(office: Office) -> None:
    await office.all_say(*(said(n, f"{n % 12 + 1}号楼{n // 12 + 1}单元电梯停了") for n in range(100)))
    assert office.turns == 2
    assert await office.rows("SELECT COUNT(*), MAX(number) FROM tickets") == [(100, 1100)]


async def test_one_message_that_cannot_be_dealt_with_is_set_aside_alone(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = conversation.decide

    def sometimes(known: Any, inbound: Any, heard: Any) -> Any:
        if inbound.key == "telegram:3":
            raise KeyError("a mistake of ours")
        return whole(known, inbound, heard)

    monkeypatch.setattr(conversation, "decide", sometimes)
    answers = await office.all_say(*(said(n, f"{n}号楼2单元电梯停了") for n in range(1, 8)))
    toasts = [answer.toast for answer in answers if isinstance(answer, Answer)]
    assert toasts == ["已登记 #1001", "已登记 #1002", "", *(f"已登记 #{n}" for n in range(1003, 1007))]
    ((key, raw, why),) = await office.rows("SELECT key, raw, why FROM set_aside")
    assert key == "telegram:3"
    assert "3号楼2单元电梯停了" in raw
    assert "a mistake of ours" in why


async def test_a_message_that_breaks_the_reader_is_set_aside_as_well(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = conversation.hear

    def sometimes(inbound: Inbound, words: Any = None) -> Any:
        if "？" in inbound.text:
            raise RecursionError("too deep")
        return whole(inbound, words)

    monkeypatch.setattr(conversation, "hear", sometimes)
    await office.all_say(said(1, "早上好？"), said(2, "3号楼2单元电梯停了"))
    assert await office.rows("SELECT key FROM set_aside") == [("telegram:1",)]
    assert await office.rows("SELECT number FROM tickets") == [(1001,)]


async def test_a_ticket_that_another_process_changed_meanwhile_is_decided_again(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    await office.all_say(said(1, "3号楼2单元电梯停了"))
    whole, beaten = conversation.decide, [StaleTicket("jinghe-1001")] * 2

    def sometimes(known: Any, inbound: Any, heard: Any) -> Any:
        if beaten:
            raise beaten.pop()
        return whole(known, inbound, heard)

    monkeypatch.setattr(conversation, "decide", sometimes)
    leader = Sender(Address("telegram:1001"), "王芳")
    (answer,) = await office.all_say(said(2, "接单 1001", sender=leader))
    assert answer == Answer("已接单，请按时到场")
    assert await office.rows("SELECT COUNT(*) FROM set_aside") == [(0,)]
    # Beaten again and again: nothing is stored, and the platform keeps it.
    beaten += [StaleTicket("jinghe-1001")] * 9
    (failed,) = await office.all_say(said(3, "到场 1001", sender=leader))
    assert isinstance(failed, StorageFailed)


async def test_a_repeat_gets_the_first_answer_in_the_same_batch_and_later(office: Office) -> None:
    report = said(1, "3号楼2单元电梯停了")
    first, second = await office.all_say(report, report)
    (third,) = await office.all_say(report)
    assert first == Answer("已登记 #1001")
    assert second == first
    assert third == Answer("已登记 #1001", repeat=True)
    assert await office.rows("SELECT COUNT(*) FROM tickets") == [(1,)]


async def test_chatter_costs_no_transaction_and_leaves_nothing_behind(office: Office) -> None:
    talk = ("早上好", "哈哈哈", "谁家有电钻借一下", "明天几点开会", "路灯终于亮了")
    await office.all_say(*(said(n, talk[n % 4]) for n in range(200)))
    assert office.turns == 0
    assert office.commits == []
    await office.all_say(said(900, talk[4]))
    for table in ("inbox", "people", "accounts", "outbox"):
        known = "listed = 0" if table in ("people", "accounts") else "1"
        assert await office.rows(f"SELECT COUNT(*) FROM {table} WHERE {known}") == [(0,)], table


async def test_an_answer_in_one_breath_with_the_report_finds_its_question(office: Office) -> None:
    mei = Sender(Address("telegram:2001"), "梅姨")
    await office.all_say(said(1, "电梯又停了", sender=mei), said(2, "3号楼", sender=mei))
    assert await office.rows("SELECT building FROM tickets") == [("3",)]


async def test_what_one_message_changes_in_the_directory_the_next_one_sees(office: Office) -> None:
    new = Address("telegram:-1001000777")
    moved = said(1, "", event=Event.MIGRATED, moved_to=new, sender=None)
    await office.all_say(moved, said(2, "3号楼2单元电梯停了", chat=new))
    assert await office.rows("SELECT origin FROM tickets") == [(new,)]


async def test_who_hung_up_meanwhile_does_not_disturb_the_others(office: Office) -> None:
    gone = asyncio.create_task(office.desk.receive(said(1, "3号楼2单元电梯停了"), NOON))
    stays = asyncio.create_task(office.desk.receive(said(2, "4号楼2单元电梯停了"), NOON))
    await asyncio.sleep(0)
    gone.cancel()
    assert (await stays).toast == "已登记 #1002"
    with pytest.raises(asyncio.CancelledError):
        await gone
