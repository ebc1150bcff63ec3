"""What staff do: supervise, queue, grant time, and write down what the joint meeting decided."""

from __future__ import annotations

from handlers import clocks, escalation, meeting
from handlers.cards import asked, button
from handlers.commands import Order, Verb
from handlers.durations import read_duration
from handlers.messages import Inbound, Refused, Say
from handlers.wording import when, word
from handlers.work import Work
from storage.records import HOUR, OPEN, Act, Allowance, Clock, LetterKind, Reason

DEFAULT_GRANT = Allowance(span=2 * HOUR)
LONGEST_STORY = 40
CODED = frozenset({Act.REPORT, Act.REMIND, Act.ALERT, Act.QUEUE, Act.RATE, Act.CLOSE, Act.ADD, Act.OBJECT})
"""Acts whose reason in the ledger is a code word, not something to read out."""


def supervise(work: Work, order: Order, inbound: Inbound) -> str:
    """督办: staff press the handler and the first responder, by name and in the ledger."""
    work.step(Act.SUPERVISE, order.rest)
    known, ticket = work.known, work.ticket
    until = next(
        (work.deadlines[c].ends_at for c in (Clock.ACCEPT, Clock.RESOLVE, Clock.PLAN) if c in work.deadlines),
        None,
    )
    say = work.say(
        "told.supervised",
        by=known.speaker.name if known.speaker else "",
        until=when(until) if until else word("time.over"),
        words=order.rest,
    )
    people = dict.fromkeys(p for p in (*asked(known, ticket), ticket.first_responder) if p)
    for person in people:
        work.tell(person, LetterKind.ALERT, say, buttons=((button(Verb.RESOLVE, ticket),),), holds=OPEN)
    return "toast.supervised"


def to_queue(work: Work, order: Order, inbound: Inbound) -> str:
    """列入会议: staff put it on the table themselves."""
    if work.ticket.queued is not None:
        raise Refused("queue.already", number=work.ticket.number)
    escalation.queue(work, Reason.BY_STAFF, None, note=order.rest)
    return "toast.queued"


def grant(work: Work, order: Order, inbound: Inbound) -> str:
    """准延: more time for what still runs, two hours unless said otherwise. A clock that ran out starts anew."""
    try:
        more = read_duration(order.rest) if order.rest else DEFAULT_GRANT
    except ValueError as bad:
        raise Refused("time.unreadable", words=order.rest) from bad
    community = work.known.community_of(work.ticket)
    calendar = clocks.calendar_of(community)
    work.step(Act.GRANT_TIME, order.rest or "2h")
    running = [work.deadlines[c] for c in (Clock.RESOLVE, Clock.PLAN, Clock.ARRIVE) if c in work.deadlines]
    if running:
        for deadline in running:
            work.set(clocks.extend(deadline, more, work.now, calendar))
    else:
        work.set(clocks.wind(work.ticket.id, Clock.RESOLVE, more, calendar, work.now))
    until = max(
        d.ends_at for d in work.deadlines.values() if d.clock in (Clock.RESOLVE, Clock.PLAN, Clock.ARRIVE)
    )
    say = work.say("told.granted", until=when(until))
    for person in asked(work.known, work.ticket):
        work.tell(person, LetterKind.NEWS, say, mark=f"granted:{work.now}")
    work.tell_reporter(work.say("told.granted_reporter", until=when(until)), mark=f"granted:r:{work.now}")
    return "toast.granted"


def refuse(work: Work, order: Order, inbound: Inbound) -> str:
    work.step(Act.REFUSE_TIME, order.rest)
    for person in asked(work.known, work.ticket):
        work.tell(person, LetterKind.NEWS, work.say("told.time_refused"), mark=f"refused:{work.now}")
    return "toast.time_refused"


def decide(work: Work, order: Order, inbound: Inbound) -> str:
    """决议: what the meeting decided, by when. Its date is a clock like any other, and residents are told."""
    known = work.known
    community = known.community_of(work.ticket)
    dated = meeting.read_date(order.rest, community.timezone, work.now)
    if dated is None or not dated[0]:
        raise Refused("decide.no_date", number=work.ticket.number)
    words, until = dated
    work.step(Act.DECIDE, words, decision=words[:500], queued=None, queued_at=None)
    work.set(clocks.until(work.ticket.id, Clock.MEETING, until, work.now))
    say = work.say("told.decided", what=work.ticket.decision, until=when(until))
    group = work.ticket.origin if not work.ticket.private and not work.ticket.origin_private else None
    grid = known.grid_of(work.ticket)
    groups = dict.fromkeys(
        [*([group] if group else []), *(grid.chats if grid and not work.ticket.private else ())]
    )
    for chat in groups:
        work.tell(chat, LetterKind.NEWS, say, mark=f"decided:{work.now}", fallback=chat)
    work.tell_reporter(say, mark=f"decided:r:{work.now}", in_group=not groups)
    work.tell_followers(say, f"decided:f:{work.now}")
    for person in asked(known, work.ticket):
        work.tell(person, LetterKind.NEWS, say, mark=f"decided:h:{work.now}")
    return "toast.decided"


def story(work: Work, order: Order, inbound: Inbound) -> str:
    """看全程: the ledger of one ticket, line by line, to the one who asks."""
    lines = [
        Say(
            "story.line",
            {
                "at": when(line.at),
                "person": work.known.name(line.person) or word("story.clock"),
                "act": word(f"act.{line.act}"),
                "reason": line.reason if line.act not in CODED else "",
            },
        )
        for line in work.file.story[-LONGEST_STORY:]
    ]
    work.answer(inbound, work.say("story.whole", words=work.ticket.words, lines=lines))
    return ""
