"""One person's thousand messages make nobody else wait, and everybody's own words keep their order."""

from __future__ import annotations

import asyncio
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from handlers.desk import MOST_AT_ONCE, Desk
from handlers.desk.row import Row, Waiting, said_by
from handlers.messages import Answer, Inbound, Sender
from storage.database import open_store
from storage.records import Address
from tests.databases import fresh_file
from tests.stories.town import NOON, TOWN, settle_down

GROUP = Address("telegram:-1001000001")


def said(number: int, account: str, text: str = "早上好") -> Inbound:
    sender = Sender(Address(account), account) if account else None
    return Inbound(f"telegram:{number}", NOON, GROUP, False, sender, text=text, message=str(number))


def row_of(*accounts: str) -> Row:
    row, nobody = Row(), asyncio.Future[Answer](loop=asyncio.new_event_loop())
    for number, account in enumerate(accounts):
        row.add(Waiting(said(number, account), NOON, nobody))
    return row


def names(batch: list[Waiting]) -> list[str]:
    return [said_by(waiting.inbound) for waiting in batch]


def test_what_fits_into_one_batch_is_taken_just_as_it_came() -> None:
    assert names(row_of("a", "a", "b", "a", "c").take(5)) == ["a", "a", "b", "a", "c"]


def test_when_more_waits_everybody_has_one_place_before_anybody_has_two() -> None:
    row = row_of(*"aaaaaaaa", "b", "c")
    assert names(row.take(4)) == ["a", "a", "b", "c"]
    assert names(row.take(4)) == ["a"] * 4


def test_hidden_senders_share_the_place_of_their_chat() -> None:
    assert names(row_of("", "", "", "b").take(2)) == [GROUP, "b"]


@given(st.lists(st.sampled_from("abcde"), max_size=80), st.integers(1, 12))
def test_everything_leaves_the_row_once_and_nobody_overtakes_themselves(
    accounts: list[str], most: int
) -> None:
    row, left = row_of(*accounts), []
    while batch := row.take(most):
        assert len(batch) == most or not row
        left += [int(waiting.inbound.message or 0) for waiting in batch]
    assert sorted(left) == list(range(len(accounts)))
    for who in set(accounts):
        own = [number for number in left if accounts[number] == who]
        assert own == sorted(own)


@given(st.lists(st.sampled_from("abcde"), min_size=1, max_size=80), st.integers(5, 12))
def test_nobody_waits_for_a_second_message_of_somebody_else(accounts: list[str], most: int) -> None:
    # Five people at most: whoever has something in the row has a place in the very next batch.
    row = row_of(*accounts)
    assert set(names(row.take(most))) == set(accounts)


async def test_a_neighbour_is_heard_while_a_thousand_messages_of_one_person_wait(tmp_path: Path) -> None:
    store = await open_store(fresh_file(tmp_path))
    await settle_down(store, TOWN)
    desk = Desk(store)
    flood = [asyncio.create_task(desk.receive(said(n, "telegram:666", f"{n}"), NOON)) for n in range(1_000)]
    neighbour = asyncio.create_task(desk.receive(said(5_000, "telegram:2001", "3号楼2单元电梯停了"), NOON))
    assert (await neighbour).toast == "已登记 #1001"
    assert sum(task.done() for task in flood) <= 2 * MOST_AT_ONCE
    await asyncio.gather(*flood)
    await store.close()
