"""Words are taken out of reasons of the ledger, and the chain still proves what was done, and that this was."""

from __future__ import annotations

import asyncio
from contextlib import closing
from pathlib import Path

import pytest

from storage.database import Store, open_store
from storage.proof import Verdict, verify
from storage.records import Act
from tests.databases import fresh_file
from tests.storage.hand import raw
from tests.storage.test_ledger import tamper
from tests.storage.things import NOON, a_line, report
from tests.whole_dump import mentions

TYPED = "梅姨家没人，打13812345678"


@pytest.fixture
async def typed(store: Store) -> Store:
    """A report, a reason somebody typed, a code, and a report next door."""
    async with store.turn() as turn:
        ticket = report(turn, 1001)
        turn.ledger.append(a_line(ticket, Act.PAUSE, NOON + 1, reason=TYPED))
        turn.ledger.append(a_line(ticket, Act.UNTOLD, NOON + 2, reason="telegram 梅姨"))
        other = report(turn, 1002)
        turn.ledger.append(a_line(other, Act.PAUSE, NOON + 1, reason="等梅姨开门"))
    return store


async def reworded(store: Store, *words: str, said: bool = True) -> None:
    async with store.turn() as turn:

        def without(_: str, reason: str) -> str:
            for word in words:
                reason = reason.replace(word, "****")
            return reason

        ticket = await turn.tickets.get("jinghe-1001")
        assert ticket is not None
        for id, anew in await turn.ledger.reword(["jinghe-1001"], without):
            assert id == ticket.id
            if said:
                turn.ledger.note(Act.ERASE, ticket, "", NOON + 9, platform="clock", reason=str(anew))


def wrong(verdict: Verdict) -> tuple[bool, int | None, str]:
    return verdict.ok, verdict.first_bad_seq, verdict.why


async def test_words_go_and_the_chain_proves_the_rest_and_that_they_went(typed: Store) -> None:
    async with typed.view() as view:
        before = await view.ledger.entries("jinghe", 0, 99)
    await reworded(typed, "梅姨", "13812345678")
    assert mentions(typed, "13812345678") == set()
    async with typed.view() as view:
        after = await view.ledger.entries("jinghe", 0, 99)
    assert [entry.hash for entry in after[:5]] == [entry.hash for entry in before]
    assert [entry.line.reason for entry in after[1:5]] == [
        "****家没人，打****", "telegram 梅姨", "", "等梅姨开门",
    ]  # fmt: skip
    assert [entry.line.act for entry in after[5:]] == [Act.ERASE]
    assert (await verify(typed)).ok


async def test_they_may_go_one_after_another(typed: Store) -> None:
    await reworded(typed, "梅姨")
    await reworded(typed, "13812345678")
    await reworded(typed, "梅姨")  # nothing is left to do
    async with typed.view() as view:
        lines = [entry.line for entry in await view.ledger.entries("jinghe", 0, 99)]
    assert lines[1].reason == "****家没人，打****"
    assert [line.act for line in lines[5:]] == [Act.ERASE, Act.ERASE]
    assert (await verify(typed)).ok


async def test_nothing_of_what_went_can_be_tried_out_against_what_is_left(typed: Store) -> None:
    with closing(raw(typed)) as file:
        (salt,) = file.execute("SELECT salt FROM ledger WHERE community = 'jinghe' AND seq = 2").fetchone()
    await reworded(typed, "梅姨")
    assert mentions(typed, salt) == set()


async def test_a_reason_written_anew_without_a_line_that_says_so_is_found(typed: Store) -> None:
    await reworded(typed, "梅姨", said=False)
    assert wrong(await verify(typed)) == (False, 2, "altered")


@pytest.mark.parametrize(
    "change",
    [
        "reason = '按时到场'",
        "act = 'arrive'",
        "person = 'lilei'",
        "at = at + 1",
        "seal = salt",
        "seal = ''",
        "salt = 'x'",
    ],
)
async def test_whatever_is_altered_on_such_a_line_is_found(typed: Store, change: str) -> None:
    await reworded(typed, "梅姨")
    tamper(typed, f"UPDATE ledger SET {change} WHERE community = 'jinghe' AND seq = 2")
    assert wrong(await verify(typed)) == (False, 2, "altered")


async def test_words_that_were_taken_out_and_put_back_are_found(typed: Store) -> None:
    with closing(raw(typed)) as file:
        (salt,) = file.execute("SELECT salt FROM ledger WHERE community = 'jinghe' AND seq = 2").fetchone()
    await reworded(typed, "梅姨")
    # As the line was at first: by itself it matches its hash.
    back = f"reason = '{TYPED}', salt = '{salt}', seal = ''"
    tamper(typed, f"UPDATE ledger SET {back} WHERE community = 'jinghe' AND seq = 2")
    assert wrong(await verify(typed)) == (False, 2, "altered")


@pytest.mark.parametrize("about", ["jinghe", "jinghe-1002"])
async def test_only_an_erasure_on_the_same_ticket_says_what_was_written_anew(
    typed: Store, about: str
) -> None:
    """What staff type when they erase somebody on paper is a reason about the community, and no word to the proof."""
    async with typed.turn() as turn:
        [(_, anew)] = await turn.ledger.reword(["jinghe-1001"], lambda _, reason: reason.replace("梅姨", ""))
        of = about if about == "jinghe" else await turn.tickets.get(about)
        assert of is not None
        turn.ledger.note(Act.ERASE, of, "liufang", NOON + 9, platform="console", reason=str(anew))
    assert wrong(await verify(typed)) == (False, 2, "altered")


async def test_what_staff_type_as_grounds_cannot_make_a_true_ledger_look_false(typed: Store) -> None:
    await reworded(typed, "梅姨")
    async with typed.turn() as turn:
        forged = f"anew 2 {'ab' * 32}"
        turn.ledger.note(Act.ERASE, "jinghe", "liufang", NOON + 10, platform="console", reason=forged)
    assert (await verify(typed)).ok


async def test_in_the_files_of_sqlite_nothing_is_left_of_it(tmp_path: Path) -> None:
    store = await open_store(fresh_file(tmp_path))
    async with store.turn() as turn:
        # Long enough for pages of its own, which are empty afterwards.
        turn.ledger.append(a_line(report(turn, 1001), Act.PAUSE, NOON + 1, reason=TYPED * 1_000))
    await reworded(store, TYPED * 1_000)
    await store.close()
    assert b"13812345678" not in await asyncio.to_thread((tmp_path / "huying.db").read_bytes)
