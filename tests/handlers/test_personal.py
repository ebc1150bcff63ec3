"""Whoever looks at a resident's contact is let in by the same sight as everywhere, and stands in the ledger."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from handlers.desk.personal import NotYours, see
from storage.database import Store, open_store
from storage.records import Account, Act, Address, Person, Place, Ticket
from tests.databases import fresh_file
from tests.handlers.test_sight import HERE, SECRET, THERE, of

NOW = 1_795_320_000_000
MEI = Person("meiyi", "jinghe", "梅姨", phone="13800000009")
AT_HOME = replace(HERE, place=Place("3", "2", "5", "502"), words="502漏水 电话13800000009")


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    store = await open_store(fresh_file(tmp_path))
    async with store.turn() as turn:
        await turn.people.save(MEI)
        await turn.people.bind(Account(Address("telegram:2001"), "meiyi"))
        for number, ticket in enumerate((AT_HOME, THERE, SECRET), 1024):
            turn.tickets.save(replace(ticket, id=f"jinghe-{number}", number=number, version=0))
    yield store
    await store.close()


async def test_who_has_to_reach_the_reporter_sees_them_and_the_ledger_says_so(store: Store) -> None:
    async with store.turn() as turn:
        contact = await see(turn, of("wangfang"), AT_HOME, NOW)
    assert contact.reporter == MEI
    assert [account.address for account in contact.accounts] == ["telegram:2001"]
    assert (contact.place.room, contact.words) == ("502", "502漏水 电话13800000009")
    async with store.view() as view:
        (entry,) = await view.ledger.of(AT_HOME.id)
    line = entry.line
    assert (line.act, line.person, line.at, line.platform) == (Act.SEE, "wangfang", NOW, "console")
    assert (line.state, line.reason) == (AT_HOME.state, "")


async def test_who_wants_to_stay_unnamed_is_named_to_nobody(store: Store) -> None:
    async with store.turn() as turn:
        contact = await see(turn, of("liu"), replace(AT_HOME, anonymous=True), NOW)
    assert (contact.reporter, contact.accounts) == (None, ())
    assert contact.place.room == "502"


@pytest.mark.parametrize(
    ("person", "ticket"),
    [
        ("wu", AT_HOME),
        ("wangfang", replace(THERE, id="jinghe-1025", number=1025)),
        ("zhang", replace(SECRET, id="jinghe-1026", number=1026)),
        ("sun", AT_HOME),
    ],
)
async def test_an_auditor_another_grids_leader_and_a_volunteer_see_nothing(
    store: Store, person: str, ticket: Ticket
) -> None:
    async with store.turn() as turn:
        with pytest.raises(NotYours):
            await see(turn, of(person), ticket, NOW)
    async with store.view() as view:
        assert await view.ledger.of(ticket.id) == []
