"""Lines about the community itself: in the same chain, of no ticket, and proven like the others."""

from __future__ import annotations

import hashlib
from contextlib import closing

import pytest

from storage.database import Contradiction, Store
from storage.proof import verify
from storage.records import OF_COMMUNITY, Act, Scope, Sought
from tests.storage.hand import raw
from tests.storage.test_ledger import written_as_json
from tests.storage.things import NOON, a_ticket, report

ALL = Scope("jinghe", None, True, "")


@pytest.fixture
async def written(store: Store) -> Store:
    """A report, a meeting called, and the reporter's phone looked at."""
    async with store.turn() as turn:
        ticket = report(turn, 1001)
        turn.ledger.note(
            Act.CALL_MEETING, "jinghe", "liufang", NOON + 1, platform="console", reason="周五 15:00"
        )
        turn.ledger.note(Act.SEE, ticket, "wangfang", NOON + 2, platform="console", reason="要上门")
    return store


async def test_it_stands_in_its_communitys_chain_and_in_no_tickets_story(written: Store) -> None:
    async with written.view() as view:
        reported, called, seen = await view.ledger.entries("jinghe", 0, 9)
        story = await view.ledger.of("jinghe-1001")
    assert (called.line.ticket, called.line.number, called.line.state) == ("", 0, None)
    assert (called.seq, called.previous, seen.previous) == (2, reported.hash, called.hash)
    assert [entry.line.act for entry in story] == [Act.REPORT, Act.SEE]
    assert seen.line.state is reported.line.state
    assert (await verify(written)).ok
    assert (await verify(written)).lines == 3


async def test_its_hash_is_made_of_null_for_the_ticket_and_the_state(written: Store) -> None:
    async with written.view() as view:
        before, called, _ = await view.ledger.entries("jinghe", 0, 9)
    told = [2, "jinghe", None, 0, NOON + 1, "call_meeting", None, "liufang", "console"]
    with closing(raw(written)) as file:
        (salt,) = file.execute("SELECT salt FROM ledger WHERE community = 'jinghe' AND seq = 2").fetchone()
    seal = hashlib.sha256(written_as_json([salt, "周五 15:00"]).encode()).hexdigest()
    text = f"{before.hash}\n{written_as_json([*told, [seal]])}"
    assert called.hash == hashlib.sha256(text.encode()).hexdigest()


async def test_asked_for_by_place_or_matter_it_is_left_out(written: Store) -> None:
    async with written.view() as view:
        of_category = await view.ledger.found(Sought(ALL, category="elevator"), 0, 9)
        of_period = await view.ledger.found(Sought(ALL, since=NOON + 1, until=NOON + 2), 0, 9)
    assert Act.CALL_MEETING not in [entry.line.act for entry in of_category]
    assert [entry.line.act for entry in of_period] == [Act.CALL_MEETING]


async def test_it_can_be_changed_as_little_as_any_other(written: Store) -> None:
    for statement in ("UPDATE ledger SET reason = 'x' WHERE seq = 2", "DELETE FROM ledger WHERE seq = 2"):
        with closing(raw(written)) as file, pytest.raises(Exception, match="append-only"):
            file.execute(statement)


@pytest.mark.parametrize("half", ["'jinghe-1001', NULL", "NULL, 'reported'"])
async def test_a_line_has_a_ticket_and_its_state_or_neither(written: Store, half: str) -> None:
    with closing(raw(written)) as file, pytest.raises(Exception, match="ledger_state_of_a_ticket"):
        file.execute(
            "INSERT INTO ledger (community, seq, number, at, act, person, platform, reason, previous, hash, ticket, state)"
            f" VALUES ('jinghe', 9, 0, 1, 'see', '', 'console', '', 'x', 'x', {half})"
        )


async def test_a_ticket_that_is_not_there_has_no_line(store: Store) -> None:
    with pytest.raises(Contradiction):
        async with store.turn() as turn:
            turn.ledger.note(Act.SEE, a_ticket(4711), "wangfang", NOON, platform="console")


@pytest.mark.parametrize("act", sorted(OF_COMMUNITY))
async def test_what_is_done_to_the_community_is_done_to_no_ticket(store: Store, act: Act) -> None:
    async with store.turn() as turn:
        with pytest.raises(ValueError, match=act):
            turn.ledger.note(act, report(turn, 1001), "wangfang", NOON, platform="console")
