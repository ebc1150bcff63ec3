"""What residents do with a ticket that is there: join it, add to it, urge, take it back; and joining two into one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from handlers import afterwards, clocks, emergency, escalation, intake, places, policy, story
from handlers.cards import button
from handlers.commands import Order, Verb
from handlers.dialogue import Step, ask
from handlers.known import File, Known
from handlers.messages import Decision, Inbound, Refused, Say
from handlers.reading import Urgency, read
from handlers.rungs import asked
from handlers.wording import when, word
from handlers.work import Work
from storage.records import MINUTE, OPEN, Act, Clock, LetterKind, Reason, Severity, State

INSIDE = "inside"
"""What somebody says who is where the danger is (see inside)."""


URGE_PAUSE = 10 * MINUTE
"""The handler is nudged at most once in this time, however often people ask."""


def follow(work: Work, order: Order, inbound: Inbound) -> str:
    """我也遇到: one more household. Enough of them send the ticket to the queue."""
    speaker = work.known.speaker
    assert speaker is not None, "access asks for a named person"
    if speaker.id == work.ticket.reporter:
        raise Refused("follow.your_own", number=work.ticket.number)
    if speaker.id in work.file.followers:
        raise Refused("follow.already", number=work.ticket.number)
    joined(work, [speaker.id])
    return "toast.followed"


def joined(work: Work, people: Sequence[str], reason: str = "") -> None:
    """These follow the ticket from now on. Enough of them send it to the queue."""
    work.followers += [(work.ticket.id, person) for person in people]
    work.step(Act.FOLLOW, reason, followers=work.ticket.followers + len(people))
    enough = work.known.community_of(work.ticket).policy.followers or policy.DEFAULT.followers
    if enough is not None and work.ticket.followers >= enough:
        escalation.queue(work, Reason.FOLLOWERS)


def add(work: Work, order: Order, inbound: Inbound) -> str:
    """补充: more words or photos. They may name the place that was missing, or show that it is worse than it seemed."""
    if not order.rest and not inbound.pieces:
        data = {"ticket": work.ticket.id}
        work.open(ask(work.known, inbound, Step.MORE, data, work.say("ask.more"), ticket=work.ticket.id))
        return ""
    if afterwards.is_of_the_work(work):
        return afterwards.add(work, order.rest, inbound)
    more = read(order.rest, work.known.words)
    place = places.fill(work.ticket.place, intake.spot(more))
    if order.rest:
        work.remark(order.rest)
    work.attach(inbound)
    work.step(Act.ADD, "photo" if inbound.pieces else "words", place=place)
    # "里面有人困住了" is danger only to one who knows that it is a lift.
    whole = read(f"{work.ticket.words} {order.rest}", work.known.words)
    danger = whole.urgency is Urgency.EMERGENCY and work.ticket.severity is not Severity.EMERGENCY
    if danger and order.rest and work.ticket.state in OPEN:
        emergency.raise_to(work, whole.emergency)
    elif order.rest:
        _tell_what_was_added(work, order.rest)
    shown = inbound.pieces and all(piece.kind == "photo" for piece in inbound.pieces)
    if shown and inbound.private:
        intake.show_photos(work)
    return "toast.added_photo" if shown and not order.rest else "toast.added"


def inside(known: Known, file: File, words: str) -> Decision:
    """Somebody is where the danger is. Their flat is not where it began: the ticket's place stays as it is."""
    work = Work(known, file)
    work.remark(words)
    work.step(Act.ADD, "words")
    _tell_what_was_added(work, words)
    return work.decision()


def _tell_what_was_added(work: Work, words: str) -> None:
    """Whoever is asked hears it; in an emergency everyone who was called, since it may be where to go."""
    readers = set(asked(work.known, work.ticket))
    if work.ticket.severity is Severity.EMERGENCY:
        readers |= {owed.reader for owed in work.file.told}
    for person in sorted(readers - {work.known.speaker.id if work.known.speaker else ""}):
        work.tell(person, LetterKind.NEWS, work.say("told.added", words=words))


def urge(work: Work, order: Order, inbound: Inbound) -> str:
    """催办: the asker learns how it stands, the handler is nudged (once in URGE_PAUSE)."""
    last = work.ticket.last_urged_at
    fresh = last is None or work.now - last >= URGE_PAUSE
    work.step(Act.URGE, "")
    if fresh:
        until = next(
            (
                work.deadlines[c].ends_at
                for c in (Clock.ACCEPT, Clock.ARRIVE, Clock.RESOLVE)
                if c in work.deadlines
            ),
            None,
        )
        verb = Verb.ACCEPT if work.ticket.state is State.REPORTED else Verb.RESOLVE
        for person in asked(work.known, work.ticket):
            work.tell(
                person,
                LetterKind.REMIND,
                work.say("told.urged", until=story.limit(until)),
                buttons=((button(verb, work.ticket),),),
                holds=OPEN,
            )
    work.answer(
        inbound,
        work.say("urge.answer", story=status(work), nudged=word(f"urge.{'now' if fresh else 'before'}")),
    )
    return ""


def status(work: Work) -> Say:
    """How the ticket stands, in a sentence for its reporter."""
    ticket, known = work.ticket, work.known
    worker = story.worker_name(known, ticket)
    ends = [
        work.deadlines[c].ends_at
        for c in (Clock.RESOLVE, Clock.PLAN, Clock.MEETING, Clock.RECALL)
        if c in work.deadlines
    ]
    if ticket.queued is not None:
        return Say("status.queued")
    if ticket.paused_at is not None:
        return Say("status.paused", {"worker": worker, "why": ticket.pause_reason})
    if ticket.state is State.REPORTED:
        person = known.name(next(iter(asked(known, ticket)), None)) or word("role.on_duty")
        asks = work.deadlines.get(Clock.ACCEPT)
        if asks is None or asks.ends_at <= work.now:
            return Say("status.reported_late", {"person": person})
        return Say("status.reported", {"person": person, "until": when(asks.ends_at)})
    at = ticket.arrived_at or ticket.accepted_at or ticket.reported_at
    key = "status.arrived" if ticket.arrived_at else "status.accepted"
    until = Say("status.until", {"until": when(ends[0])}) if ends else Say("status.no_date")
    return Say(key, {"worker": worker, "at": when(at), "until": until})


def withdraw(work: Work, order: Order, inbound: Inbound) -> str:
    work.step(Act.WITHDRAW, "withdrawn")
    work.run(clocks.at_end(work.ticket, work.known.community_of(work.ticket), work.now))
    work.tell_followers(work.say("told.withdrawn_follower"), "withdrawn")
    work.tell_crew(work.say("told.withdrawn"), "withdrawn")
    return "toast.withdrawn"


def merge(work: Work, target: File) -> Decision:
    """并案: this ticket is the same matter as `target`; its reporter and followers follow that one from now on."""
    if target.ticket.state not in OPEN or target.ticket.community != work.ticket.community:
        raise Refused("merge.not_open", number=target.ticket.number)
    if target.ticket.id == work.ticket.id:
        raise Refused("merge.itself", number=work.ticket.number)
    work.step(Act.MERGE, f"#{target.ticket.number}", merged_into=target.ticket.id)
    work.run(clocks.at_end(work.ticket, work.known.community_of(work.ticket), work.now))
    say = work.say("told.merged", into=target.ticket.number)
    work.tell_reporter(say, mark="merged")
    work.tell_followers(say, "merged")
    work.tell_crew(say, "merged")
    onto = Work(work.known, target)
    already = {target.ticket.reporter, *target.followers}
    coming = [
        p for p in dict.fromkeys([work.ticket.reporter, *work.file.followers]) if p and p not in already
    ]
    joined(onto, coming, f"#{work.ticket.number}")
    one, other = work.decision("toast.merged"), onto.decision()
    return replace(
        one,
        tickets=one.tickets + other.tickets,
        lines=one.lines + other.lines,
        letters=one.letters + other.letters,
        followers=one.followers + other.followers,
        cards=one.cards + other.cards,
    )
