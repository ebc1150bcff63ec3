"""What the one who works on a ticket does: accept, arrive, resolve, plan, decline, hand over, pause, ask for time."""

from __future__ import annotations

from handlers import afterwards, clocks, escalation, review, rungs
from handlers.cards import button, rarer
from handlers.commands import Order, Verb, choose
from handlers.dialogue import Step, ask
from handlers.lifecycle import TAKEN
from handlers.messages import Button, Inbound, Refused
from handlers.wording import when, word
from handlers.work import Work
from storage.records import DAY, Act, Clock, Deadline, LetterKind, Reason, Stage, State

LONGEST_PAUSE = 3 * DAY
"""A pause nobody ends ends by itself: nothing may stand still in silence."""

WAITING_FOR = {"parts": "等配件", "resident": "等居民", "weather": "等天气"}


def accept(work: Work, order: Order, inbound: Inbound) -> str:
    """A named person says "mine". Pressed twice it stays theirs; taken by another, the presser is told by whom."""
    _not_taken(work)
    taken_first(work)
    return "toast.accepted" if Clock.ARRIVE in work.deadlines else "toast.accepted_plain"


def _not_taken(work: Work) -> None:
    ticket = work.ticket
    if ticket.state is State.REPORTED:
        return
    if ticket.handler and work.known.speaker and ticket.handler == work.known.speaker.id:
        raise Refused("accept.yours_already", number=ticket.number)
    if ticket.first_responder and ticket.accepted_at is not None:
        name = work.known.name(ticket.handler or ticket.first_responder)
        raise Refused("accept.taken", number=ticket.number, person=name, at=when(ticket.accepted_at))


def taken_first(work: Work, *, quietly: bool = False) -> None:
    """Whoever does anything to a ticket nobody took has thereby taken it. `quietly`: what they did is told instead."""
    if work.ticket.state is not State.REPORTED:
        return
    work.step(Act.ACCEPT)
    work.run(clocks.at_accept(work.ticket, work.known.community_of(work.ticket), work.now))
    if clocks.SET_BY_MEETING & work.deadlines.keys():
        # The meeting has set the date; no shorter clock runs beside it.
        work.stop(Clock.RESOLVE)
        work.stop(Clock.PLAN)
    if not quietly:
        work.tell_crew(work.say("told.accepted", person=work.speaker_name(), at=when(work.now)), "accepted")


def arrive(work: Work, order: Order, inbound: Inbound) -> str:
    taken_first(work)
    work.step(Act.ARRIVE)
    work.run(clocks.at_arrive(work.ticket, work.known.community_of(work.ticket), work.now))
    return "toast.arrived"


def resolve(work: Work, order: Order, inbound: Inbound) -> str:
    """Done, with a note or a photo. Without either, the note is asked for first."""
    photo = bool(inbound.pieces)
    if not order.rest and not photo:
        work.must_be_possible(Act.ACCEPT if work.ticket.state is State.REPORTED else Act.RESOLVE)
        skip = Button(work.label("note.skip"), choose(Step.NOTE, "skip"))
        say = work.say("ask.note")
        data = {"ticket": work.ticket.id}
        work.open(ask(work.known, inbound, Step.NOTE, data, say, ((skip,),), ticket=work.ticket.id))
        return "toast.note_first"
    taken_first(work, quietly=True)
    note = order.rest or work.label("note.photo")
    work.step(Act.RESOLVE, note, note=note[:500])
    work.attach(inbound, after=True)
    work.run(clocks.at_resolve(work.ticket, work.known.community_of(work.ticket), work.now))
    review.ask_reporter(work, wait=afterwards.pause(inbound, order.rest), seen_in=inbound.chat)
    afterwards.wait(work, inbound)
    return "toast.resolved"


def plan(work: Work, order: Order, inbound: Inbound) -> str:
    """A complex matter gets a written plan; its plan clock stops."""
    if not order.rest:
        say = work.say("ask.plan")
        data = {"ticket": work.ticket.id}
        work.open(ask(work.known, inbound, Step.PLAN, data, say, ticket=work.ticket.id))
        return ""
    taken_first(work)
    work.step(Act.PLAN, order.rest, plan=order.rest[:500])
    work.run(clocks.at_plan(work.ticket, work.known.community_of(work.ticket), work.now))
    work.tell_reporter(work.say("told.plan", plan=work.ticket.plan), mark=f"plan:{work.now}", holds=TAKEN)
    return "toast.planned"


def decline(work: Work, order: Order, inbound: Inbound) -> str:
    """Not ours or not true: always with a reason, and the reporter may object once."""
    if not order.rest:
        reasons = ("no_call", "not_ours", "not_found", "private_matter", "repeated")
        buttons = tuple((Button(work.label(f"decline.{r}"), choose(Step.DECLINE, r)),) for r in reasons)
        data = {"ticket": work.ticket.id}
        say = work.say("ask.decline")
        work.open(ask(work.known, inbound, Step.DECLINE, data, say, buttons, ticket=work.ticket.id))
        return ""
    objected = work.ticket.objected
    work.step(Act.DECLINE, order.rest, note=order.rest[:500])
    work.run(clocks.at_end(work.ticket, work.known.community_of(work.ticket), work.now))
    buttons = () if objected else ((button(Verb.OBJECT, work.ticket),),)
    phone = work.known.community_of(work.ticket).service_phone
    key = "told.declined_finally" if objected else "told.declined"
    where = work.say("declined.call", phone=phone) if phone else word("declined.come")
    work.tell_reporter(
        work.say(key, why=work.ticket.note, where=where),
        mark="declined",
        buttons=buttons,
        holds={State.DECLINED},
    )
    work.tell_crew(work.say("told.declined_crew", by=work.speaker_name(), why=work.ticket.note), "declined")
    work.tell_followers(work.say("told.declined_follower", why=work.ticket.note), "declined")
    return "toast.declined"


# --- time ---------------------------------------------------------------------------------------------------------


def pause(work: Work, order: Order, inbound: Inbound) -> str:
    """The clocks stand still, with the reason in the ledger, at most for LONGEST_PAUSE."""
    # A button's words come as `rest`: it stands for 等天气 as it is.
    why = "：".join(part for part in (order.word, order.rest) if part)
    if work.ticket.paused_at is not None:
        raise Refused("pause.already", number=work.ticket.number, why=work.ticket.pause_reason)
    taken_first(work)
    work.step(Act.PAUSE, why, pause_reason=why[:100])
    calendar = clocks.calendar_of(work.known.community_of(work.ticket))
    for deadline in clocks.pause(tuple(work.deadlines.values()), work.now, calendar):
        work.set(deadline)
    ends = work.now + LONGEST_PAUSE
    work.set(Deadline(work.ticket.id, Clock.PAUSE, Stage.OUT, ends, ends, work.now))
    work.tell_reporter(
        work.say("told.paused", why=why), mark=f"pause:{work.now}", in_group=False, holds=TAKEN
    )
    return "toast.paused"


def resume(work: Work, order: Order, inbound: Inbound) -> str:
    if work.ticket.paused_at is None:
        raise Refused("pause.not_paused", number=work.ticket.number)
    escalation.resume(work)
    return "toast.resumed"


def ask_time(work: Work, order: Order, inbound: Inbound) -> str:
    """延期: staff may grant more time; waiting for parts, people or weather pauses the clocks instead."""
    if not order.rest:
        waits = tuple(Button(word, choose(Step.TIME, key)) for key, word in WAITING_FOR.items())
        data = {"ticket": work.ticket.id}
        say = work.say("ask.time")
        work.open(ask(work.known, inbound, Step.TIME, data, say, (waits,), ticket=work.ticket.id))
        return ""
    taken_first(work)
    work.step(Act.ASK_TIME, order.rest)
    known, ticket = work.known, work.ticket
    until = work.deadlines.get(Clock.RESOLVE) or work.deadlines.get(Clock.PLAN)
    say = work.say(
        "time.asked",
        person=work.speaker_name(),
        why=order.rest,
        until=when(until.ends_at) if until else word("time.over"),
    )
    grants = (
        Button(work.label("button.grant_2h"), button(Verb.GRANT, ticket, arg="2h").press),
        Button(work.label("button.grant_1d"), button(Verb.GRANT, ticket, arg="1d").press),
        button(Verb.REFUSE, ticket),
    )
    readers = rungs.staff_everywhere(known, ticket)
    if not readers:
        raise Refused("time.nobody", number=ticket.number)
    for reader in readers:
        work.tell(reader, LetterKind.ALERT, say, buttons=(grants,), mark=f"time:{work.now}")
    return "toast.time_asked"


def refer(work: Work, order: Order, inbound: Inbound) -> str:
    """上会: the leader refers what one party alone cannot settle."""
    if work.ticket.queued is not None:
        raise Refused("queue.already", number=work.ticket.number)
    taken_first(work)
    escalation.queue(work, Reason.REFERRED, None, note=order.rest)
    return "toast.referred"


def more(work: Work, order: Order, inbound: Inbound) -> str:
    """更多: the rarer acts, shown to the one who asked, below the card."""
    rows = tuple(tuple(button(v, work.ticket) for v in row) for row in rarer(work.ticket))
    work.answer(inbound, work.say("more.what"), buttons=rows)
    return ""
