"""Migration 0034 gives tickets from before its columns what the ledger and the running clocks say of them."""

from __future__ import annotations

from storage import migrate
from storage.database import Store
from storage.records import HOUR, MINUTE, Act, Clock, Deadline, Stage, State
from tests.storage.things import NOON, a_line, a_ticket

LATE, LATER = NOON + 5 * MINUTE, NOON + 30 * MINUTE
FROM_BEFORE = list(migrate.statements(migrate.known()["0034_when_it_was_late"]))[-1]
Lines = list[tuple[Act, int, str, State]]


def alert(at: int) -> tuple[Act, int, str, State]:
    return Act.ALERT, at, "accept", State.REPORTED


def queue(reason: str, state: State = State.ACCEPTED) -> tuple[Act, int, str, State]:
    return Act.QUEUE, LATER, reason, state


CASES: list[tuple[str, State, Lines, dict[Clock, int], tuple[int | None, int | None]]] = [
    ("all in time", State.CLOSED, [], {}, (None, None)),
    ("taken too late", State.ACCEPTED, [alert(LATE)], {}, (LATE, None)),
    ("nobody there to be alerted", State.ACCEPTED, [queue("nobody_to_alert", State.REPORTED)], {}, (LATER, None)),
    ("nobody to alert when it was not reached", State.ON_SITE, [queue("nobody_to_alert")], {}, (None, None)),
    ("solved too late", State.CLOSED, [queue("resolve_missed")], {}, (None, LATER)),
    ("planned too late", State.CLOSED, [queue("plan_missed")], {}, (None, LATER)),
    ("past the meeting's date", State.CLOSED, [(Act.STREET, LATER, "", State.ACCEPTED)], {}, (None, LATER)),
    ("put on the table by staff", State.CLOSED, [queue("by_staff")], {}, (None, None)),
    ("alerted early, and not late yet", State.REPORTED, [alert(NOON)], {Clock.ACCEPT: LATE}, (LATE, None)),
    ("running", State.ACCEPTED, [], {Clock.RESOLVE: LATER, Clock.PLAN: LATE, Clock.ARRIVE: NOON}, (None, LATE)),
    ("late, with time granted since", State.ACCEPTED, [queue("resolve_missed")], {Clock.RESOLVE: NOON + HOUR}, (None, LATER)),
    ("waiting for the reporter's word", State.RESOLVED, [], {Clock.REVIEW: NOON + HOUR}, (None, None)),
]  # fmt: skip


async def test_it_was_late_when_its_lines_say_so(store: Store) -> None:
    async with store.turn() as turn:
        for number, (_, state, lines, clocks, _) in enumerate(CASES, 1001):
            ticket = turn.tickets.save(a_ticket(number, state=state))
            for act, at, reason, then in (*lines, (Act.ADD, NOON, "", state)):
                turn.ledger.append(a_line(ticket, act, at, reason=reason, state=then))
            for clock, ends_at in clocks.items():
                turn.deadlines.set(Deadline(ticket.id, clock, Stage.OUT, ends_at, ends_at, NOON))
            still = Deadline(ticket.id, Clock.MEETING, Stage.OUT, None, NOON, NOON)
            turn.deadlines.set(still)
        await turn.flush()
        await turn.tickets.sql.connection.run(FROM_BEFORE, {})
    async with store.view() as turn:
        for number, (how, _, _, _, late) in enumerate(CASES, 1001):
            found = await turn.tickets.by_number("jinghe", number)
            assert found is not None
            assert (found.accept_late_at, found.solve_late_at) == late, how
