"""What is old enough goes, in small steps; what a living ticket, its cards or the ledger still need stays."""

from __future__ import annotations

from contextlib import closing

import pytest

from storage.database import Store
from storage.proof import verify
from storage.records import DAY, OPEN, Address, Card, Instant, Role, State
from storage.tidying import AGES
from tests.storage.hand import raw
from tests.storage.letters import claim, owe, sent
from tests.storage.things import GROUP, NOON, a_letter, report

MEIYI = Address("web:mei")
LIVING = sorted(OPEN | {State.RESOLVED})
QUARTER = AGES["tidy_letters"]
LATER = NOON + QUARTER + 1


async def tidy(store: Store, now: Instant) -> dict[str, int]:
    """Return what went, without what did not."""
    async with store.turn() as turn:
        return {what: count for what, count in (await turn.tidy(now)).items() if count}


def count(store: Store, table: str) -> int:
    with closing(raw(store)) as file:
        found: tuple[int] = file.execute(f"SELECT COUNT(*) FROM {table}").fetchone()
    return found[0]


async def test_keys_are_known_for_a_week(store: Store) -> None:
    async with store.turn() as turn:
        turn.inbox.keep("telegram:1", NOON, {})
        turn.inbox.keep("telegram:2", NOON + 1, {})
    assert await tidy(store, NOON + 7 * DAY) == {}
    assert await tidy(store, NOON + 7 * DAY + 1) == {"inbox": 1}
    async with store.view() as view:
        assert list(await view.inbox.seen(["telegram:1", "telegram:2"])) == ["telegram:2"]


async def test_what_opens_nothing_any_more_goes(store: Store) -> None:
    async with store.turn() as turn:
        await turn.invites.create("old", Role.STAFF, None, "jinghe", NOON)
        await turn.invites.create("new", Role.STAFF, None, "jinghe", NOON + 1)
        await turn.sessions.create_link("old", "wangfang", NOON)
        await turn.sessions.create_link("new", "lilei", NOON + 1)
        await turn.sessions.open("old", "wangfang", NOON - 1, NOON, "")
        await turn.sessions.open("new", "wangfang", NOON, NOON + 1, "")
        await turn.invites.note_miss(MEIYI, NOON - DAY)
        await turn.invites.note_miss(MEIYI, NOON)
    assert await tidy(store, NOON + 1) == {"invites": 1, "login_links": 1, "sessions": 1, "invite_misses": 1}
    async with store.turn() as turn:
        assert await turn.invites.take("new", NOON)
        assert await turn.sessions.take_link("new", NOON) == "lilei"
        assert await turn.sessions.get("new", NOON) is not None
        assert await turn.invites.misses(MEIYI, NOON - DAY) == 1


async def test_albums_jobs_and_what_was_set_aside_go_when_nobody_asks_any_more(store: Store) -> None:
    async with store.turn() as turn:
        await turn.media.set_album(GROUP, "album", "jinghe-1001", NOON)
        await turn.jobs.claim("agenda/jinghe", "2026-11-26", NOON)
        await turn.inbox.set_aside("telegram:1", NOON, "{}", "why")
    assert await tidy(store, NOON + 7 * DAY) == {}
    assert await tidy(store, NOON + 7 * DAY + 1) == {"albums": 1}
    assert await tidy(store, NOON + 90 * DAY + 1) == {"set_aside": 1}
    assert await tidy(store, NOON + 400 * DAY + 1) == {"jobs": 1}


async def test_letters_go_when_they_are_old_and_nothing_is_owed_any_more(store: Store) -> None:
    await owe(store, a_letter(GROUP, once="hello"), a_letter(GROUP), a_letter("telegram:1"), a_letter())
    await sent(store, 1)
    async with store.turn() as turn:
        await turn.outbox.drop([2], "not true any more")
    assert await tidy(store, NOON + QUARTER) == {}
    assert await tidy(store, LATER) == {"letters": 3}
    # Never one that is still owed, however old.
    assert [[letter.id for letter in bundle] for bundle in await claim(store)] == [[3]]


@pytest.mark.parametrize("state", State)
async def test_the_letters_of_a_living_ticket_stay_however_old(store: Store, state: State) -> None:
    async with store.turn() as turn:
        ticket = report(turn, 1001, state=state)
        turn.outbox.owe(a_letter(GROUP, ticket=ticket.id, once="queue/jinghe-1001"))
    await sent(store, 1, message="77")
    await tidy(store, LATER)
    async with store.turn() as turn:
        found = await turn.tickets.by_card(GROUP, "77")
        turn.outbox.owe(a_letter(GROUP, ticket=ticket.id, once="queue/jinghe-1001"))
    assert (found is not None) == (state in LIVING)
    assert count(store, "outbox") == 1


async def test_the_letters_of_a_ticket_that_ended_lately_or_waits_for_the_meeting_stay(store: Store) -> None:
    async with store.turn() as turn:
        closed = report(turn, 1001, state=State.CLOSED, closed_at=NOON + 2)
        long_closed = report(turn, 1002, state=State.CLOSED, closed_at=NOON)
        for ticket in (closed, long_closed):
            turn.outbox.owe(a_letter(GROUP, ticket=ticket.id))
    await sent(store, 1, 2)
    assert await tidy(store, LATER) == {"letters": 1}


async def test_old_web_messages_go_but_not_a_living_tickets_card_report_or_letter(store: Store) -> None:
    async with store.turn() as turn:
        words = [await turn.web.add(MEIYI, "梅姨", MEIYI, f"第{n}句", at=NOON) for n in range(5)]
        chatter, card, said, letter, closed_card = words
        await turn.web.add(MEIYI, "梅姨", MEIYI, "新的", at=NOON + 1)
        ticket = report(turn, 1001, origin=MEIYI, origin_message=said)
        ended = report(turn, 1002, state=State.CLOSED, closed_at=NOON, origin=MEIYI, origin_message=chatter)
        await turn.cards.put(Card(ticket.id, MEIYI, card, "print"))
        await turn.cards.put(Card(ended.id, MEIYI, closed_card, "print"))
        turn.outbox.owe(a_letter(MEIYI, ticket=ticket.id))
        await turn.flush()
        await turn.outbox.sent([1], MEIYI, letter, NOON)
    assert await tidy(store, NOON + QUARTER) == {}
    assert await tidy(store, LATER) == {"web_messages": 2}
    async with store.view() as view:
        assert [shown.text for shown in await view.web.latest(MEIYI)] == ["第1句", "第2句", "第3句", "新的"]


async def test_a_long_neglected_house_is_tidied_in_small_steps(store: Store) -> None:
    async with store.turn() as turn:
        for n in range(510):
            turn.inbox.keep(f"telegram:{n}", NOON + n, {})
    assert await tidy(store, NOON + 8 * DAY) == {"inbox": 500}
    assert await tidy(store, NOON + 8 * DAY) == {"inbox": 10}
    assert await tidy(store, NOON + 8 * DAY) == {}


async def test_tickets_and_the_ledger_are_never_tidied(store: Store) -> None:
    async with store.turn() as turn:
        report(turn, 1001, state=State.CLOSED, closed_at=NOON)
    assert await tidy(store, NOON + 10_000 * DAY) == {}
    assert (count(store, "tickets"), count(store, "ledger")) == (1, 1)
    assert (await verify(store)).ok
