"""What the joint meeting decides about one ticket: 决议, 缓议, 转部门, 挂账. Each is told to those it concerns."""

from __future__ import annotations

import re
from dataclasses import dataclass

from handlers import agenda, clocks, handover, meeting
from handlers.commands import Order
from handlers.messages import Inbound, Refused, Say
from handlers.rungs import answerable
from handlers.wording import matter, when
from handlers.work import Work
from storage.records import Act, Allowance, Clock, Instant, LetterKind, MeetingItem, Outcome

ANSWER_WITHIN = Allowance(working_days=15)
"""A department that has not settled it by then is asked again at the table, unless the meeting named a date."""

LONGEST = 500
_LABELS = re.compile(
    r"(?:^|[\s，,；;。])(?P<label>责任人|责任单位|协办|responsible|with)(?:[:：]\s*|\s+)", re.IGNORECASE
)
_RESPONSIBLE = frozenset({"责任人", "责任单位", "responsible"})
_BETWEEN = re.compile(r"[、，,;；/\s]+")


@dataclass(frozen=True, slots=True)
class Resolved:
    """A resolution's words taken apart: what is to be done, who answers for it, who helps."""

    measure: str
    responsible: str = ""
    helpers: tuple[str, ...] = ()


def read_resolution(words: str) -> Resolved:
    """Take 物业更换门机 责任人 张师傅 协办 社区、消防 apart. A label without a name behind it stays among the words."""
    found = list(_LABELS.finditer(words))
    ends = [*(one.start() for one in found[1:]), *([len(words)] if found else [])]
    measure, responsible = words[: found[0].start()] if found else words, ""
    helpers: tuple[str, ...] = ()
    for one, end in zip(found, ends, strict=True):
        said = words[one.end() : end].strip(" ，,；;。")
        if not said:
            measure += words[one.start() : end]
        elif one["label"].lower() in _RESPONSIBLE:
            responsible = said[:40]
        else:
            helpers = tuple(name[:40] for name in _BETWEEN.split(said) if name)
    return Resolved(measure.strip(" ，,；;。"), responsible, helpers)


def decide(work: Work, order: Order, inbound: Inbound) -> str:
    """决议: what the meeting decided, who does it, by when. Its date is a clock like any other, and residents are told."""
    known, ticket = work.known, work.ticket
    dated = meeting.read_date(order.rest, known.community_of(ticket).timezone, work.now)
    resolved = read_resolution(dated[0]) if dated is not None else Resolved("")
    if dated is None or not resolved.measure:
        raise Refused("decide.no_date", number=ticket.number)
    until = dated[1]
    person, name = handover.find(known, ticket, resolved.responsible) if resolved.responsible else (None, "")
    whole = _whole(resolved.measure, name, resolved.helpers)
    work.step(Act.DECIDE, whole, decision=whole[:LONGEST], queued=None, queued_at=None)
    if name and (person or name) != (ticket.handler or ticket.handler_name):
        work.step(Act.REASSIGN, name, handler=person, handler_name="" if person else name)
    _settle(work)
    work.set(clocks.until(ticket.id, Clock.MEETING, until, work.now))
    _tell(
        work,
        work.say("told.decided", what=work.ticket.decision, until=when(until)),
        "decided",
        resolved.helpers,
    )
    _write_down(
        work, Outcome.RESOLVED, resolved.measure, responsible=name, person=person, helpers=resolved.helpers, until=until
    )  # fmt: skip
    return _noted(work, inbound, "toast.decided")


def defer(work: Work, order: Order, inbound: Inbound) -> str:
    """缓议: not settled this time, for a reason; it stays on the list for the next meeting."""
    number = work.ticket.number
    if work.ticket.queued is None:
        raise Refused("defer.not_queued", number=number)
    if not order.rest:
        raise Refused("defer.no_reason", number=number)
    put_off(work, order.rest)
    return _noted(work, inbound, "toast.deferred")


def put_off(work: Work, why: str) -> None:
    """Defer it. `why` "not_reached": the meeting was over before it came to it."""
    work.step(Act.DEFER, why)
    reached = why != NOT_REACHED
    say = work.say(
        "told.deferred" if reached else "told.not_reached",
        why=why,
        meeting=meeting.when_next(work.known, work.ticket, work.now),
    )
    _tell(work, say, "deferred")
    _write_down(work, Outcome.DEFERRED, why if reached else work.label("defer.not_reached"))


NOT_REACHED = "not_reached"
"""The reason in the ledger where nobody gave one; its words are story.py's matter."""


def refer_out(work: Work, order: Order, inbound: Inbound) -> str:
    """转部门: a department takes it. It leaves the list, and comes back to it when nothing has come of it by the date."""
    known, ticket = work.known, work.ticket
    department, _, rest = order.rest.strip().partition(" ")
    if not department:
        raise Refused("refer_out.which", number=ticket.number)
    zone = known.community_of(ticket).timezone
    dated = meeting.read_date(rest, zone, work.now)
    words = (dated[0] if dated is not None else rest).strip()
    person, name = handover.find(known, ticket, department)
    reason = f"{name}：{words}" if words else name
    work.step(
        Act.REFER_OUT,
        reason,
        decision=f"转{reason[:LONGEST]}"[:LONGEST],
        queued=None,
        queued_at=None,
        handler=person,
        handler_name="" if person else name,
    )
    _settle(work)
    calendar = clocks.calendar_of(known.community_of(ticket))
    back = (
        clocks.wind(ticket.id, Clock.RECALL, ANSWER_WITHIN, calendar, work.now)
        if dated is None
        else clocks.until(ticket.id, Clock.RECALL, meeting.morning_of(dated[1]), work.now)
    )
    work.set(back)
    key = "told.referred_out.noted" if words else "told.referred_out"
    _tell(work, work.say(key, department=name, what=words, until=when(back.ends_at)), "referred", (name,))
    _write_down(work, Outcome.REFERRED, words, responsible=name, person=person, until=back.ends_at)
    return _noted(work, inbound, "toast.referred_out")


def put_on_list(work: Work, order: Order, inbound: Inbound) -> str:
    """挂账: cannot be settled now; it stands on the problem list, and comes back to the table on a day that is named."""
    ticket = work.ticket
    dated = meeting.read_date(order.rest, work.known.community_of(ticket).timezone, work.now)
    if dated is None or not dated[0]:
        raise Refused("list.no_date", number=ticket.number)
    words, until = dated[0], max(meeting.morning_of(dated[1]), work.now + 1)
    work.step(Act.LIST, words, decision=f"挂账：{words[:LONGEST]}"[:LONGEST], queued=None, queued_at=None)
    _settle(work)
    work.set(clocks.until(ticket.id, Clock.RECALL, until, work.now))
    _tell(work, work.say("told.listed", why=words, until=when(until)), "listed")
    _write_down(work, Outcome.LISTED, words, until=until)
    return _noted(work, inbound, "toast.listed")


# --- what all of them share ---------------------------------------------------------------------------------------


def _whole(measure: str, responsible: str, helpers: tuple[str, ...]) -> str:
    """更换门机（责任人张师傅，协办社区、消防）: as it stands in the ledger, and is told."""
    who = [f"责任人{responsible}"] if responsible else []
    who += [f"协办{'、'.join(helpers)}"] if helpers else []
    return f"{measure}（{'，'.join(who)}）" if who else measure


def _settle(work: Work) -> None:
    """The meeting has spoken: no shorter clock runs on beside its date."""
    for clock in (Clock.ACCEPT, Clock.ARRIVE, Clock.RESOLVE, Clock.PLAN, Clock.MEETING, Clock.RECALL):
        work.stop(clock)


def _tell(work: Work, say: Say, what: str, helpers: tuple[str, ...] = ()) -> None:
    """Tell the reporter, the followers, the grid's groups, and those who are to do something. Of a private matter the
    groups hear nothing."""
    known, ticket = work.known, work.ticket
    mark = f"{what}:{work.now}"
    group = ticket.origin if not ticket.private and not ticket.origin_private else None
    grid = known.grid_of(ticket)
    groups = dict.fromkeys(
        [*([group] if group else []), *(grid.chats if grid and not ticket.private else ())]
    )
    for chat in groups:
        work.tell(chat, LetterKind.NEWS, say, mark=mark, fallback=chat)
    work.tell_reporter(say, mark=mark, in_group=not groups)
    work.tell_followers(say, mark)
    helping = [person for name in helpers if (person := handover.find(known, ticket, name)[0]) is not None]
    told = {ticket.reporter, *work.followers_now}
    for person in dict.fromkeys([*answerable(known, ticket), *helping]):
        if person not in told:
            work.tell(person, LetterKind.NEWS, say, mark=mark)


def _write_down(
    work: Work,
    outcome: Outcome,
    words: str,
    *,
    responsible: str = "",
    person: str | None = None,
    helpers: tuple[str, ...] = (),
    until: Instant | None = None,
) -> None:
    """Keep the outcome with the meeting that is under way; staff may also decide between meetings."""
    table = work.known.table
    if table is None or table.under_way is None:
        return
    by = work.known.speaker.id if work.known.speaker else ""
    work.items.append(
        MeetingItem(
            table.under_way.id,
            work.ticket.id,
            outcome,
            words[:LONGEST],
            work.now,
            by,
            responsible,
            person or "",
            helpers,
            until,
        )
    )


def _noted(work: Work, inbound: Inbound, toast: str) -> str:
    """While a meeting is under way, say besides how much is left and what comes next."""
    known, table = work.known, work.known.table
    if table is None or table.under_way is None:
        return toast
    left = [t for t in agenda.left(table, known.queue, known.directory) if t.id != work.ticket.id]
    if not left:
        more = Say("meeting.all_heard")
    else:
        coming = left[0]
        more = Say("meeting.left", {"count": len(left), "number": coming.number, "matter": matter(coming)})
    work.answer(inbound, work.say("meeting.noted", what=work.say(toast), more=more))
    return ""
