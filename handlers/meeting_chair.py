"""Whoever gives an order about the joint meeting, with what they need to know: the orders are meeting_calls and _orders."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from handlers import agenda, meeting_times
from handlers.commands import Order
from handlers.dialogue import reply
from handlers.known import Known, Table
from handlers.messages import Decision, Inbound, Refused, Say
from storage.records import Act, Community, Instant, Line, Meeting, Person, Ticket


class Chair:
    """Whoever gives an order about the meeting, with everything it needs to know; both are there for certain."""

    def __init__(self, known: Known, speaker: Person, community: Community, table: Table) -> None:
        self.known, self.speaker, self.community, self.table = known, speaker, community, table

    @property
    def now(self) -> Instant:
        return self.known.now

    @property
    def held(self) -> Meeting:
        """The meeting under way. Raises Refused when there is none."""
        if self.table.under_way is None:
            raise Refused("meeting.not_begun")
        return self.table.under_way

    def planned(self) -> Meeting:
        """The next one to come, today's too where its time has passed unopened. Raises Refused when there is none."""
        for one in self.table.to_come:
            if one.starts_at > self.now or self.is_today(one.starts_at):
                return one
        raise Refused("meeting.none_planned")

    def is_today(self, at: Instant) -> bool:
        zone = ZoneInfo(self.community.timezone)
        then, today = (datetime.fromtimestamp(t / 1000, UTC).astimezone(zone).date() for t in (at, self.now))
        return then == today

    def time(self, order: Order) -> tuple[str, Instant]:
        """Return the other words and the time that was named. Raises Refused when there is none that is still to come."""
        read = meeting_times.read_time(order.rest, self.community.timezone, self.now)
        if read is None:
            raise Refused("meeting.no_time", word=order.word)
        return read

    def line(self, act: Act, reason: str) -> Line:
        community = self.community.id
        return Line(community, "", 0, self.now, act, None, self.speaker.id, self.known.platform, reason[:500])

    def clock_time(self, at: Instant) -> str:
        """As the ledger has it: it means the same for ever."""
        return f"{datetime.fromtimestamp(at / 1000, UTC).astimezone(ZoneInfo(self.community.timezone)):%Y-%m-%d %H:%M}"

    def left(self) -> tuple[Ticket, ...]:
        """What is still to be heard, in the order of the agenda."""
        return agenda.left(self.table, self.known.queue, self.known.directory)


def answer(inbound: Inbound, say: Say, **more: Any) -> Decision:
    return Decision(letters=(reply(inbound, say),), **more)
