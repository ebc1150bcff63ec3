"""What the one who works on a ticket does: accept, arrive, resolve, plan, decline, hand over, pause, ask for time."""

from __future__ import annotations

from handlers import clocks, escalation, review
from handlers.cards import button
from handlers.commands import Order, Verb, choose
from handlers.dialogue import Step, ask
from handlers.known import Known
from handlers.messages import Button, Inbound, Refused
from handlers.wording import when
from handlers.work import Work
from storage.records import DAY, Act, Clock, Deadline, LetterKind, Reason, Role, Stage, State

LONGEST_PAUSE = 3 * DAY
"""A pause nobody ends ends by itself: nothing may stand still in silence."""

WAITING_FOR = {"parts": "等配件", "resident": "等居民", "weather": "等天气"}


def accept(work: Work, order: Order, inbound: Inbound) -> str:
    """A named person says "mine". Pressed twice it stays theirs; taken by another, the presser is told by whom."""
    _not_taken(work)
    _take(work)
    until = work.deadlines.get(Clock.ARRIVE)
    return "toast.accepted" if until else "toast.accepted_plain"


def _not_taken(work: Work) -> None:
    ticket = work.ticket
    if ticket.state is State.REPORTED:
        return
    if ticket.handler and work.known.speaker and ticket.handler == work.known.speaker.id:
        raise Refused("accept.yours_already", number=ticket.number)
    if ticket.first_responder and ticket.accepted_at is not None:
        name = work.known.name(ticket.handler or ticket.first_responder)
        raise Refused("accept.taken", number=ticket.number, person=name, at=when(ticket.accepted_at))


def _take(work: Work) -> None:
    work.step(Act.ACCEPT)
    work.run(clocks.at_accept(work.ticket, work.known.community_of(work.ticket), work.now))
    speaker = work.known.speaker
    name = speaker.name if speaker else ""
    work.tell_those_alarmed(work.say("told.accepted", person=name, at=when(work.now)), "accepted")
    if work.ticket.origin_private:
        return
    if work.ticket.reporter is not None and work.ticket.private:
        work.tell_reporter(work.say("told.accepted", person=name, at=when(work.now)), mark="accepted")


def _taken_first(work: Work) -> None:
    """Whoever arrives at or resolves a ticket nobody took has thereby taken it."""
    if work.ticket.state is State.REPORTED:
        _take(work)


def arrive(work: Work, order: Order, inbound: Inbound) -> str:
    _taken_first(work)
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
    _taken_first(work)
    note = order.rest or work.label("note.photo")
    work.step(Act.RESOLVE, note, note=note[:500])
    work.attach(inbound, after=True)
    work.run(clocks.at_resolve(work.ticket, work.known.community_of(work.ticket), work.now))
    review.ask_reporter(work, with_photo=photo)
    return "toast.resolved"


def plan(work: Work, order: Order, inbound: Inbound) -> str:
    """A complex matter gets a written plan; its plan clock stops."""
    if not order.rest:
        say = work.say("ask.plan")
        data = {"ticket": work.ticket.id}
        work.open(ask(work.known, inbound, Step.PLAN, data, say, ticket=work.ticket.id))
        return ""
    _taken_first(work)
    work.step(Act.PLAN, order.rest, plan=order.rest[:500])
    work.run(clocks.at_plan(work.ticket, work.known.community_of(work.ticket), work.now))
    work.tell_reporter(work.say("told.plan", plan=work.ticket.plan), mark=f"plan:{work.now}")
    return "toast.planned"


def decline(work: Work, order: Order, inbound: Inbound) -> str:
    """Not ours or not true: always with a reason, and the reporter may object once."""
    if not order.rest:
        reasons = ("not_ours", "not_found", "private_matter", "repeated")
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
    work.tell_reporter(
        work.say(key, why=work.ticket.note, phone=phone),
        mark=f"declined:{objected}",
        buttons=buttons,
        holds={State.DECLINED},
    )
    work.tell_those_alarmed(work.say("told.declined_crew", why=work.ticket.note), "declined")
    return "toast.declined"


# --- handing over -----------------------------------------------------------------------------------------------


def hand_over(work: Work, order: Order, inbound: Inbound) -> str:
    """转办 by the handler, 改派 by staff: somebody else does the work, the first responder stays answerable."""
    act = Act.REASSIGN if order.verb is Verb.REASSIGN else Act.TRANSFER
    if not order.rest:
        buttons = tuple(
            (Button(work.known.name(p), choose(Step.WHOM, p)),) for p in candidates(work.known, work)
        )
        data = {"ticket": work.ticket.id, "verb": order.verb.value}
        say = work.say("ask.whom")
        work.open(ask(work.known, inbound, Step.WHOM, data, say, buttons, ticket=work.ticket.id))
        return ""
    person = find_person(work, order.rest)
    if act is Act.TRANSFER and work.ticket.state is State.REPORTED:
        _take(work)
    name = work.known.name(person) if person else order.rest[:40]
    first = work.ticket.first_responder or (work.known.speaker.id if work.known.speaker else None)
    work.step(
        act,
        name,
        handler=person,
        handler_name="" if person else name,
        first_responder=first if act is Act.TRANSFER else work.ticket.first_responder,
    )
    if work.ticket.state is State.REPORTED:
        fresh = clocks.start(work.ticket, Clock.ACCEPT, work.known.community_of(work.ticket), work.now)
        if fresh is not None:
            work.set(fresh)
    if person is not None:
        by = work.known.speaker.name if work.known.speaker else ""
        verb = Verb.ACCEPT if work.ticket.state is State.REPORTED else Verb.ARRIVE
        work.tell(
            person,
            LetterKind.NEWS,
            work.say("told.handed_to_you", by=by, words=work.ticket.words),
            buttons=((button(verb, work.ticket), button(Verb.RESOLVE, work.ticket)),),
            mark=f"handed:{work.now}",
        )
    work.tell_reporter(
        work.say("told.handed_over", to=name, first=work.known.name(work.ticket.first_responder) or name),
        mark=f"handed:reporter:{work.now}",
        in_group=False,
    )
    return "toast.handed_over"


def candidates(known: Known, work: Work) -> list[str]:
    """Return who can be given the work with one tap: property, deputies and the leader, other leaders; at most 8."""
    grid = known.grid_of(work.ticket)
    if grid is None:
        return []
    compound = known.compound(grid)
    others = [g.leader for g in known.directory.grids.values() if g.compound == compound.id]
    property_people = [
        p.id
        for p in known.directory.people.values()
        if p.community == grid.community and Role.PROPERTY in p.roles
    ]
    own = [compound.property] if compound.property in known.directory.people else []
    everybody = dict.fromkeys([*own, *grid.deputies, grid.leader, *property_people, *others])
    return [p for p in everybody if p and p != work.ticket.handler][:8]


def find_person(work: Work, words: str) -> str | None:
    """Return the listed person of the community whose id or name the words are; None when it is a department."""
    wanted = words.strip().split()[0] if words.strip() else ""
    for person in work.known.directory.people.values():
        if person.community == work.ticket.community and wanted in (person.id, person.name):
            return person.id
    return None


# --- time ---------------------------------------------------------------------------------------------------------


def pause(work: Work, order: Order, inbound: Inbound) -> str:
    """The clocks stand still, with the reason in the ledger, at most for LONGEST_PAUSE."""
    why = order.word if not order.rest else f"{order.word}：{order.rest}"
    if work.ticket.paused_at is not None:
        raise Refused("pause.already", number=work.ticket.number, why=work.ticket.pause_reason)
    work.step(Act.PAUSE, why, paused_at=work.now, pause_reason=why[:100])
    calendar = clocks.calendar_of(work.known.community_of(work.ticket))
    for deadline in clocks.pause(tuple(work.deadlines.values()), work.now, calendar):
        work.set(deadline)
    ends = work.now + LONGEST_PAUSE
    work.set(Deadline(work.ticket.id, Clock.PAUSE, Stage.OUT, ends, ends, work.now))
    work.tell_reporter(work.say("told.paused", why=why), mark=f"pause:{work.now}", in_group=False)
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
    work.step(Act.ASK_TIME, order.rest)
    known, ticket = work.known, work.ticket
    person = known.speaker.name if known.speaker else ""
    until = work.deadlines.get(Clock.RESOLVE) or work.deadlines.get(Clock.PLAN)
    say = work.say("time.asked", person=person, why=order.rest, until=when(until.ends_at) if until else "—")
    grants = (
        Button(work.label("button.grant_2h"), button(Verb.GRANT, ticket, arg="2h").press),
        Button(work.label("button.grant_1d"), button(Verb.GRANT, ticket, arg="1d").press),
        button(Verb.REFUSE, ticket),
    )
    people = tuple(p for p in known.staff(ticket.community) if known.has_account(p))
    readers = (*people, *known.community_of(ticket).staff_chats)
    if not readers:
        raise Refused("time.nobody", number=ticket.number)
    for reader in readers:
        work.tell(reader, LetterKind.ALERT, say, buttons=(grants,), mark=f"time:{work.now}")
    return "toast.time_asked"


def refer(work: Work, order: Order, inbound: Inbound) -> str:
    """上会: the leader refers what one party alone cannot settle."""
    if work.ticket.queued is not None:
        raise Refused("queue.already", number=work.ticket.number)
    _taken_first(work)
    escalation.queue(work, Reason.REFERRED, None, note=order.rest)
    return "toast.referred"


def more(work: Work, order: Order, inbound: Inbound) -> str:
    """更多: the rarer acts, shown to the one who asked, privately where possible."""
    verbs = ((Verb.TRANSFER, Verb.ASK_TIME, Verb.REFER), (Verb.DECLINE, Verb.STORY))
    if work.ticket.paused_at is not None:
        verbs = ((Verb.TRANSFER, Verb.RESUME, Verb.REFER), (Verb.DECLINE, Verb.STORY))
    rows = tuple(tuple(button(v, work.ticket) for v in row) for row in verbs)
    work.answer(inbound, work.say("more.what"), buttons=rows)
    return ""
