"""After the work: the resident is asked, rates, reopens; or objects to a refusal."""

from __future__ import annotations

from handlers import clocks, escalation, policy, righting, rungs, story, street
from handlers.cards import View, button, view_of
from handlers.commands import Order, Verb
from handlers.dialogue import Step, ask
from handlers.messages import Inbound, Refused
from handlers.wording import when, word
from handlers.work import Work
from storage.records import Act, Address, Clock, LetterKind, Reason, Span, State, chat_of

REOPENINGS_TO_QUEUE = 2
"""The second reopening goes to the joint-meeting queue."""


def ask_reporter(work: Work, *, wait: Span, seen_in: Address) -> None:
    """It is said to be done: ask the reporter whether it is, and tell everyone who followed or was alarmed.

    `wait`: for the photo of the finished work, 0 where none came. `seen_in`: the chat it was shown in.
    """
    ticket, known = work.ticket, work.known
    worker = known.name(known.speaker.id) if known.speaker else known.name(ticket.first_responder)
    verbs = (Verb.SATISFIED, Verb.FAIR, Verb.UNSATISFIED)
    # Where the platform hides who reported it, nobody may answer for them: no buttons nobody can press.
    buttons = (tuple(button(v, ticket) for v in verbs),) if ticket.reporter else ()
    note = ticket.note
    until = next((d.ends_at for d in work.deadlines.values() if d.clock is Clock.REVIEW), None)
    work.tell_reporter(
        work.say(
            "review.ask",
            worker=worker,
            at=when(work.now),
            note=note,
            until=when(until) if until else "",
        ),
        kind=LetterKind.ASK,
        mark="resolved",
        buttons=buttons,
        holds={State.RESOLVED},
        shows="after",
        not_before=work.now + wait if wait else 0,
    )
    if wait:
        _show_neighbours(work, wait, seen_in)
    settled = work.say("told.resolved", worker=worker, at=when(work.now), note=note)
    work.tell_followers(settled, "resolved")
    work.tell_crew(settled, "resolved")


def _show_neighbours(work: Work, wait: Span, seen_in: Address) -> None:
    """Where its card stands for all to see, the finished work is to be seen below it; but not where it was shown already,
    nor where it was reported: there the question to its reporter may bring it."""
    ticket = work.ticket
    shown = {chat_of(seen_in), chat_of(ticket.origin) if ticket.origin else ""}
    for card in work.file.cards:
        neighbours = view_of(work.known.directory, ticket, card.chat) is View.GROUP
        if neighbours and chat_of(card.chat) not in shown and not ticket.private:
            work.tell(
                card.chat,
                LetterKind.NEWS,
                work.say("told.photos_after"),
                mark="photos_after",
                shows="after",
                not_before=work.now + wait,
                reply_to=card.message,
            )


def rate(work: Work, order: Order, inbound: Inbound) -> str:
    """满意 and 基本满意 close the ticket; 不满意 opens it again."""
    if order.verb is Verb.UNSATISFIED:
        return _reopen(work, order, inbound)
    if work.ticket.state is State.CLOSED and work.ticket.rating:
        raise Refused("review.rated_already", number=work.ticket.number)
    rating = "good" if order.verb is Verb.SATISFIED else "fair"
    work.step(Act.RATE, rating, rating=rating)
    if work.ticket.state is State.RESOLVED:
        work.step(Act.CLOSE, rating)
    work.run(clocks.at_end(work.ticket, work.known.community_of(work.ticket), work.now))
    for person in rungs.asked(work.known, work.ticket):
        work.tell(
            person, LetterKind.NEWS, work.say("told.rated", rating=word(f"rating.{rating}")), mark="rated"
        )
    return "toast.thanks"


def _reopen(work: Work, order: Order, inbound: Inbound) -> str:
    """Open it again with fresh clocks at once; what is still wrong is asked afterwards, so nothing waits for it."""
    ticket, known = work.ticket, work.known
    community = known.community_of(ticket)
    given = policy.allowance(community, ticket.category, ticket.severity, Clock.REVIEW)
    if given is None or ticket.resolved_at is None:
        raise Refused("review.too_late", number=ticket.number)
    if work.now >= clocks.due(ticket.resolved_at, given, clocks.calendar_of(community)):
        raise Refused("review.too_late", number=ticket.number)
    if order.rest:
        work.remark(order.rest)
    work.attach(inbound)
    work.step(Act.REOPEN, "bad")
    work.run(clocks.at_reopen(work.ticket, community, work.now))
    street.hears_it_goes_on(work)
    if work.ticket.reopened >= REOPENINGS_TO_QUEUE:
        escalation.queue(work, Reason.REOPENED_TWICE, None)
    for person in rungs.asked(known, work.ticket):
        work.tell(
            person,
            LetterKind.ALERT,
            work.say("told.reopened", words=order.rest or word("reopened.no_words")),
            buttons=((button(Verb.ARRIVE, work.ticket), button(Verb.RESOLVE, work.ticket)),),
            mark="reopened",
        )
    if not order.rest and known.account is not None:
        data = {"ticket": work.ticket.id}
        work.open(ask(known, inbound, Step.WHY_BAD, data, work.say("ask.why_bad"), ticket=work.ticket.id))
    return "toast.reopened"


def object_once(work: Work, order: Order, inbound: Inbound) -> str:
    """有异议: the refusal goes to staff, who decide; the clocks run again from now."""
    known = work.known
    if order.rest:
        work.remark(order.rest)
    refusal = work.ticket.note
    work.examples += righting.example(known, work.ticket.words, call=True, ticket=work.ticket)
    work.step(Act.OBJECT, "objected", note="")
    for deadline in clocks.at_report(work.ticket, known.community_of(work.ticket), work.now):
        work.set(deadline)
    ticket = work.ticket
    say = work.say(
        "object.staff",
        reporter=story.reporter_name(known, ticket),
        refusal=refusal,
        words=order.rest or ticket.words,
    )
    buttons = (
        tuple(button(v, ticket) for v in (Verb.REASSIGN, Verb.QUEUE, Verb.DECLINE)),
        (button(Verb.STORY, ticket),),
    )
    for reader in rungs.staff_everywhere(known, ticket):
        work.tell(reader, LetterKind.ALERT, say, buttons=buttons, holds={State.REPORTED}, mark="objected")
    return "toast.objected"
