from __future__ import annotations

import hashlib
import json
from contextlib import closing
from dataclasses import replace

import pytest

from storage.database import Contradiction, Store
from storage.proof import verify
from storage.records import Act, Category, Community, Compound, Directory, Grid, Regime, Scope, Sought, State
from storage.sealing import NOTHING_BEFORE
from tests.storage.hand import dialect, raw
from tests.storage.things import NOON, a_line, a_ticket, report

LINES = 6


@pytest.fixture
async def written(store: Store) -> Store:
    """Two tickets of 径河 with three lines each, and one line of another community."""
    async with store.turn() as turn:
        for number in (1001, 1002):
            ticket = report(turn, number)
            ticket = turn.tickets.save(replace(ticket, state=State.ACCEPTED))
            turn.ledger.append(a_line(ticket, Act.ACCEPT, NOON + 1, person="wangfang"))
            turn.ledger.append(a_line(ticket, Act.URGE, NOON + 2, reason="还没人来"))
        report(turn, 1001, community="changqing")
    return store


def tamper(store: Store, *statements: str) -> None:
    with closing(raw(store)) as file:
        of = ""
        if dialect(store) == "postgres":
            of = " ON ledger"
            file.execute("ALTER TABLE ledger DROP CONSTRAINT ledger_ticket_fkey")
        file.execute(f"DROP TRIGGER ledger_is_never_changed{of}")
        file.execute(f"DROP TRIGGER ledger_is_never_shortened{of}")
        for statement in statements:
            assert file.execute(statement).rowcount, statement


async def test_lines_are_numbered_and_chained_per_community(written: Store) -> None:
    async with written.view() as view:
        entries = await view.ledger.entries("jinghe", 0, 100)
        (other,) = await view.ledger.entries("changqing", 0, 100)
    assert [entry.seq for entry in entries] == [1, 2, 3, 4, 5, 6]
    assert [entry.previous for entry in entries] == [NOTHING_BEFORE, *(entry.hash for entry in entries[:-1])]
    assert (other.seq, other.previous) == (1, NOTHING_BEFORE)


async def test_anyone_can_recompute_a_hash_from_its_description(written: Store) -> None:
    async with written.view() as view:
        first, second, third, *_ = await view.ledger.entries("jinghe", 0, 100)
        with closing(raw(written)) as file:
            (salt,) = file.execute(
                "SELECT salt FROM ledger WHERE community = 'jinghe' AND seq = 3"
            ).fetchone()
    line = second.line
    told = [2, "jinghe", "jinghe-1001", 1001, line.at, "accept", "accepted", "wangfang", "telegram", ""]
    text = f"{first.hash}\n{written_as_json(told)}"
    assert second.hash == hashlib.sha256(text.encode()).hexdigest()
    line = third.line
    seal = hashlib.sha256(written_as_json([salt, "还没人来"]).encode()).hexdigest()
    told = [3, "jinghe", "jinghe-1001", 1001, line.at, "urge", line.state, line.person, "telegram", [seal]]
    text = f"{second.hash}\n{written_as_json(told)}"
    assert third.hash == hashlib.sha256(text.encode()).hexdigest()


async def test_the_chain_goes_on_over_turns_and_flushes(store: Store) -> None:
    for number in (1001, 1002):
        async with store.turn() as turn:
            ticket = report(turn, number)
            await turn.flush()
            turn.ledger.append(a_line(ticket, Act.URGE))
    assert await verify(store) == await verify(store, "jinghe")
    assert (await verify(store)).lines == 4


async def test_an_untouched_ledger_is_proven(written: Store) -> None:
    heard: list[tuple[int, int]] = []
    verdict = await verify(written, progress=lambda done, total: heard.append((done, total)))
    assert verdict.ok
    assert verdict.lines == LINES + 1
    assert heard[-1] == (LINES + 1, LINES + 1)


async def test_an_empty_ledger_is_proven(store: Store) -> None:
    verdict = await verify(store)
    assert (verdict.ok, verdict.lines) == (True, 0)


async def test_a_long_ledger_is_proven_in_stretches(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("storage.proof.STRETCH", 2)
    async with store.turn() as turn:
        for number in range(1001, 1006):
            report(turn, number)
    heard: list[tuple[int, int]] = []
    assert (await verify(store, "jinghe", lambda done, total: heard.append((done, total)))).ok
    assert heard == [(2, 5), (4, 5), (5, 5)]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE ledger SET reason = 'x' WHERE seq = 2",
        "UPDATE ledger SET reason = 'x', salt = 'y', seal = 'z' WHERE seq = 2",  # it has no salt: as one from before
        "UPDATE ledger SET reason = 'x' WHERE seq = 3",
        "UPDATE ledger SET reason = 'x', salt = 'y', seal = 'z', person = 'lilei' WHERE seq = 3",
        "UPDATE ledger SET reason = 'x', salt = '', seal = 'z' WHERE seq = 3",
        "DELETE FROM ledger WHERE seq = 2",
        "DELETE FROM ledger",
    ],
)
async def test_the_ledger_refuses_to_be_changed(written: Store, statement: str) -> None:
    with closing(raw(written)) as file, pytest.raises(Exception, match="append-only"):
        file.execute(statement)
    assert (await verify(written)).ok


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("ticket", "'jinghe-1002'"),
        ("number", "7"),
        ("at", "at + 1"),
        ("act", "'decline'"),
        ("act", "'no act at all'"),
        ("state", "'closed'"),
        ("person", "'lilei'"),
        ("platform", "'wecom'"),
        ("reason", "'已按时到场'"),
        ("salt", "'x'"),
        ("salt", "''"),
        ("seal", "hash"),
        ("previous", "hash"),
        ("hash", "previous"),
    ],
)
async def test_every_altered_field_is_found(written: Store, column: str, value: str) -> None:
    tamper(written, f"UPDATE ledger SET {column} = {value} WHERE community = 'jinghe' AND seq = 3")
    verdict = await verify(written)
    assert (verdict.ok, verdict.first_bad_seq, verdict.why) == (False, 3, "altered")
    assert verdict.community == "jinghe"
    assert verdict.lines == 1 + 2  # 长青's line and the two good ones before


def rehashed(store: Store, seq: int, reason: str) -> str:
    """A line altered by somebody who knows how hashes are made."""
    with closing(raw(store)) as file:
        row = file.execute(
            "SELECT previous, community, ticket, number, at, act, state, person, platform FROM ledger"
            f" WHERE community = 'jinghe' AND seq = {seq}"
        ).fetchone()
    seal = hashlib.sha256(written_as_json(["salt", reason]).encode()).hexdigest()
    hash = hashlib.sha256(f"{row[0]}\n{written_as_json([seq, *row[1:], [seal]])}".encode()).hexdigest()
    return (
        f"UPDATE ledger SET reason = '{reason}', salt = 'salt', hash = '{hash}'"
        f" WHERE community = 'jinghe' AND seq = {seq}"
    )


def written_as_json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


@pytest.mark.parametrize(
    ("statements", "seq", "why"),
    [
        (["DELETE FROM ledger WHERE community = 'jinghe' AND seq = 1"], 2, "missing"),
        (["DELETE FROM ledger WHERE community = 'jinghe' AND seq = 4"], 5, "missing"),
        (["DELETE FROM ledger WHERE community = 'jinghe' AND seq = 6"], 6, "head"),
        (["DELETE FROM ledger WHERE community = 'jinghe'"], 1, "head"),
        (["DELETE FROM ledger_heads WHERE community = 'jinghe'"], 7, "head"),
        (["UPDATE ledger_heads SET hash = 'x' WHERE community = 'jinghe'"], 7, "head"),
        (["UPDATE ledger_heads SET seq = 7 WHERE community = 'jinghe'"], 7, "head"),
        (["UPDATE tickets SET state = 'closed' WHERE id = 'jinghe-1002'"], 6, "state"),
        (["DELETE FROM tickets WHERE id = 'jinghe-1002'"], 4, "ticket"),
        (
            [
                "DELETE FROM ledger WHERE community = 'jinghe'",
                "DELETE FROM ledger_heads WHERE community = 'jinghe'",
            ],
            None,
            "state",
        ),
    ],
)
async def test_every_way_of_taking_away_is_found(
    written: Store, statements: list[str], seq: int | None, why: str
) -> None:
    tamper(written, *statements)
    verdict = await verify(written, "jinghe")
    assert (verdict.ok, verdict.first_bad_seq, verdict.why) == (False, seq, why)


async def test_a_line_altered_with_its_hash_breaks_the_next_one(written: Store) -> None:
    tamper(written, rehashed(written, 3, "已按时到场"))
    verdict = await verify(written)
    assert (verdict.ok, verdict.first_bad_seq, verdict.why) == (False, 4, "order")


async def test_the_last_line_altered_with_its_hash_breaks_the_head(written: Store) -> None:
    tamper(written, rehashed(written, 6, "已按时到场"))
    verdict = await verify(written)
    assert (verdict.ok, verdict.first_bad_seq, verdict.why) == (False, 7, "head")


async def test_two_lines_exchanged_are_found(written: Store) -> None:
    tamper(
        written,
        "UPDATE ledger SET seq = 99 WHERE community = 'jinghe' AND seq = 2",
        "UPDATE ledger SET seq = 2 WHERE community = 'jinghe' AND seq = 3",
        "UPDATE ledger SET seq = 3 WHERE community = 'jinghe' AND seq = 99",
    )
    verdict = await verify(written)
    assert (verdict.ok, verdict.first_bad_seq) == (False, 2)


async def test_a_line_put_in_is_found(written: Store) -> None:
    tamper(
        written,
        "INSERT INTO ledger (community, seq, ticket, number, at, act, state, person, platform, reason, previous, hash)"
        " SELECT community, 7, ticket, number, at, 'rate', state, person, platform, reason, hash, 'forged' FROM ledger WHERE community = 'jinghe' AND seq = 6",
    )
    verdict = await verify(written)
    assert (verdict.ok, verdict.first_bad_seq, verdict.why) == (False, 7, "altered")


async def test_lines_can_be_asked_for_by_period_place_and_matter(written: Store) -> None:
    grids = {
        id: Grid(id, "jinghe", compound, id, ("1",), "wangfang")
        for id, compound in (("xinhai-east-1", "east"), ("xinhai-west-1", "west"))
    }
    compounds = {id: Compound(id, "jinghe", id, Regime.NONE) for id in ("east", "west")}
    told = Directory(0, {"jinghe": Community("jinghe", "径河社区")}, compounds, grids, {}, {}, {})
    async with written.turn() as turn:
        await turn.directory.replace(told)
        report(turn, 1003, grid="xinhai-west-1", category=Category.LIGHTING)

    async def seqs(**asked: object) -> list[int]:
        async with written.view() as view:
            sought = Sought(Scope("jinghe", None, True, ""), **asked)  # type: ignore[arg-type]
            return [entry.seq for entry in await view.ledger.found(sought, 0, 100)]

    assert await seqs() == [1, 2, 3, 4, 5, 6, 7]
    assert await seqs(since=NOON + 1, until=NOON + 2) == [2, 5]
    assert await seqs(grid="xinhai-west-1") == [7]
    assert await seqs(compound="east") == [1, 2, 3, 4, 5, 6]
    assert await seqs(category="lighting") == [7]
    assert await seqs(category="lighting", compound="east") == []
    async with written.view() as view:
        page = await view.ledger.entries("jinghe", 2, 2)
        assert [entry.seq for entry in page] == [3, 4]


async def test_a_ticket_tells_its_own_story(written: Store) -> None:
    async with written.turn() as turn:
        turn.ledger.append(a_line(a_ticket(1001), Act.ARRIVE, NOON + 3))
        story = await turn.ledger.of("jinghe-1001")
    assert [entry.line.act for entry in story] == [Act.REPORT, Act.ACCEPT, Act.URGE, Act.ARRIVE]


async def test_a_line_without_its_ticket_cannot_be_written(store: Store) -> None:
    with pytest.raises(Contradiction):
        async with store.turn() as turn:
            turn.ledger.append(a_line(a_ticket(4711)))
