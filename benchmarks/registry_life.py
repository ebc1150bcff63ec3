"""What gathers around a community's tickets: residents, letters, a year of joint meetings with one under way, a roster."""

from __future__ import annotations

import random
from collections.abc import Sequence

from benchmarks.registry import COMPOUNDS, GRIDS, NOW, STAFF
from storage.database import Store
from storage.records import (
    DAY,
    HOUR,
    MINUTE,
    Act,
    Address,
    Duty,
    LetterKind,
    Meeting,
    MeetingItem,
    MeetingState,
    Outcome,
    Owed,
    Party,
    Person,
    Place,
    Role,
    Seat,
    Ticket,
)
from storage.tickets import FIRST_NUMBER

RESIDENTS = 5000
MEETINGS, HEARD = 50, 30
"""Held within a year, and of how many items each decided; the one under way has decided as many."""
SITTING, PAST = "jinghe-m0", "jinghe-m1"
"""The meeting under way, and one that was held."""


async def live(store: Store, tickets: int) -> None:
    """Write it all around so many tickets that are there."""
    chance = random.Random(7)
    residents = min(RESIDENTS, tickets)
    async with store.turn() as turn:
        for number in range(residents):
            home = Place(str(number % 40 + 1), "2", room="502")
            person = Person(
                f"r-{number}",
                "jinghe",
                f"梅姨{number}",
                frozenset({Role.RESIDENT}),
                home_grid=f"g{number % GRIDS}",
                home=home,
            )
            await turn.people.save(person)
        duties = [
            Duty("jinghe", f"leader-{grid}", day, "08:00", "20:00", f"g{grid}")
            for grid in range(GRIDS)
            for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
        ]
        await turn.roster.put("jinghe", duties)
        for number in range(residents):
            # Who saw whose data stands in the ledger, too.
            act = chance.choice((Act.SEE, Act.DISCLOSE))
            turn.ledger.note(
                act, "jinghe", STAFF, NOW - number * MINUTE, platform="console", reason="当事人申请"
            )
    behind = FIRST_NUMBER + tickets
    ids = [f"jinghe-{number}" for number in range(max(FIRST_NUMBER, behind - HEARD * MEETINGS), behind)]
    async with store.view() as view:
        latest = list((await view.tickets.get_many(ids)).values())
    await _letters(store, chance, latest)
    await _meetings(store, chance, latest)


async def _letters(store: Store, chance: random.Random, tickets: Sequence[Ticket]) -> None:
    """Four each, of which some could go nowhere and the others have arrived."""
    async with store.turn() as turn:
        for ticket in tickets:
            for number in range(4):
                chat = Address(f"telegram:{chance.randrange(RESIDENTS)}")
                routes = () if chance.random() < 0.05 else (chat,)
                body = {"key": "told.accepted", "pieces": {"number": ticket.number}}
                once = f"{ticket.id}:{number}"
                turn.outbox.owe(
                    Owed(0, ticket.reported_at, LetterKind.NEWS, 3, routes, ticket.reporter or "", ticket.id, body, once)
                )  # fmt: skip
    async with store.turn() as turn:
        many = 4 * len(tickets)
        bundles = await turn.outbox.claim(NOW, lease=HOUR, limit=many, platforms=("telegram",))
        await turn.outbox.sent_many(
            ([letter.id], letter.routes[0], f"{letter.id}", letter.at + MINUTE)
            for bundle in bundles
            for letter in bundle
        )


async def _meetings(store: Store, chance: random.Random, tickets: Sequence[Ticket]) -> None:
    offices = [Seat(Party.PROPERTY, f"张{n}", f"property-{n}", here=n % 2 == 0) for n in range(COMPOUNDS)]
    seats = (Seat(Party.COMMUNITY, "赵敏", STAFF, here=True), *offices)
    async with store.turn() as turn:
        queued = [ticket for ticket in await turn.tickets.queue("jinghe") if not ticket.private]
        for number in range(MEETINGS):
            at = NOW - number * 7 * DAY - HOUR
            sits = number == 0
            its = Meeting(
                f"jinghe-m{number}", "jinghe", STAFF, at - DAY, at, "会议室",
                MeetingState.UNDER_WAY if sits else MeetingState.CLOSED, 2026, MEETINGS - number, seats, "赵敏", "李雷",
                at - DAY, at, None if sits else at + HOUR,
            )  # fmt: skip
            turn.meetings.save(its)
            heard = queued[:HEARD] if sits else chance.sample(tickets, min(HEARD, len(tickets)))
            for ticket in heard:
                outcome = chance.choice(list(Outcome))
                until = None if outcome is Outcome.DEFERRED else at + 20 * DAY
                item = MeetingItem(
                    its.id, ticket.id, outcome, "物业更换门机", at + 20 * MINUTE, STAFF, "张1", "property-1", ("社区",), until
                )  # fmt: skip
                turn.meetings.decide(item)
