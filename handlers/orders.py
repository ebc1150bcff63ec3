"""An order about a ticket: which ticket is meant, whether the person may, and which rule carries it out."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from handlers import (
    access,
    following,
    handling,
    handover,
    lifecycle,
    meeting_items,
    review,
    righting,
    rungs,
    steering,
    story,
)
from handlers.commands import Order, Verb, press
from handlers.dialogue import ASIDE, CHOICES, Step, ask, reply
from handlers.known import File, Known, chat_index
from handlers.messages import Button, Decision, Inbound, Refused, Say
from handlers.work import Work
from storage.records import Act, LetterKind, Ticket, chat_of

Rule = Callable[[Work, Order, Inbound], str]

RULES: Mapping[Verb, tuple[Act, Rule]] = {
    Verb.ACCEPT: (Act.ACCEPT, handling.accept),
    Verb.ARRIVE: (Act.ARRIVE, handling.arrive),
    Verb.RESOLVE: (Act.RESOLVE, handling.resolve),
    Verb.PLAN: (Act.PLAN, handling.plan),
    Verb.DECLINE: (Act.DECLINE, handling.decline),
    Verb.TRANSFER: (Act.TRANSFER, handover.hand_over),
    Verb.REASSIGN: (Act.REASSIGN, handover.hand_over),
    Verb.PAUSE: (Act.PAUSE, handling.pause),
    Verb.RESUME: (Act.RESUME, handling.resume),
    Verb.ASK_TIME: (Act.ASK_TIME, handling.ask_time),
    Verb.REFER: (Act.REFER, handling.refer),
    Verb.MORE: (Act.TRANSFER, handling.more),
    Verb.FOLLOW: (Act.FOLLOW, following.follow),
    Verb.ADD: (Act.ADD, following.add),
    Verb.URGE: (Act.URGE, following.urge),
    Verb.WITHDRAW: (Act.WITHDRAW, following.withdraw),
    Verb.SATISFIED: (Act.RATE, review.rate),
    Verb.FAIR: (Act.RATE, review.rate),
    Verb.UNSATISFIED: (Act.REOPEN, review.rate),
    Verb.OBJECT: (Act.OBJECT, review.object_once),
    Verb.SUPERVISE: (Act.SUPERVISE, steering.supervise),
    Verb.QUEUE: (Act.QUEUE, steering.to_queue),
    Verb.GRANT: (Act.GRANT_TIME, steering.grant),
    Verb.REFUSE: (Act.REFUSE_TIME, steering.refuse),
    Verb.DECIDE: (Act.DECIDE, meeting_items.decide),
    Verb.DEFER: (Act.DEFER, meeting_items.defer),
    Verb.REFER_OUT: (Act.REFER_OUT, meeting_items.refer_out),
    Verb.LIST: (Act.LIST, meeting_items.put_on_list),
    Verb.STORY: (Act.ARRIVE, story.tell),
    Verb.RECLASS: (Act.RECLASS, righting.reclass),
    Verb.DISMISS: (Act.DISMISS, righting.dismiss),
}
"""Each verb with the act whose right it needs, and the rule that carries it out."""

OWN = frozenset(
    {Verb.ADD, Verb.URGE, Verb.WITHDRAW, Verb.SATISFIED, Verb.FAIR, Verb.UNSATISFIED, Verb.OBJECT}
)
"""Verbs of reporters: without a number they mean a ticket of one's own."""

IMPLIES_ACCEPT = frozenset(
    {Verb.ARRIVE, Verb.RESOLVE, Verb.PLAN, Verb.REFER, Verb.TRANSFER, Verb.ASK_TIME, Verb.PAUSE}
)
"""Verbs that take a ticket nobody took yet, on the way."""


def may_be_given(known: Known, file: File) -> frozenset[Verb]:
    """Return the orders the speaker may give about the ticket as it stands."""
    acts = {verb: act for verb, (act, _) in RULES.items()} | {Verb.MERGE: Act.MERGE}
    possible = lifecycle.possible(file.ticket)
    allowed = {
        act
        for act in frozenset(acts.values())
        if access.may(known.speaker, act, file.ticket, known.directory, file.followers)
    }
    return frozenset(
        verb
        for verb, act in acts.items()
        if act in allowed and (act in possible or (verb in IMPLIES_ACCEPT and Act.ACCEPT in possible))
    )


def carry_out(known: Known, file: File, order: Order, inbound: Inbound) -> Decision:
    """Do what the order says. Raises Refused with what the person is told when it is not theirs or not now."""
    if known.speaker is None:
        raise Refused("access.who_are_you")
    if order.verb is Verb.MERGE:
        raise Refused("merge.which", number=file.ticket.number)
    act, rule = RULES[order.verb]
    _must_be_allowed(known, file, order.verb, act)
    if order.verb not in (Verb.MORE, Verb.STORY):
        _must_be_possible(file.ticket, order.verb, act)
    if file.ticket.private and known.account is not None and known.overheard(inbound):
        # Typed in a group: what comes of it is said to the one who typed it alone.
        inbound = replace(inbound, chat=known.account, private=True, message=None)
    work = Work(known, file)
    toast = rule(work, order, inbound)
    if not toast or work.opened or _is_seen(known, order, inbound):
        return work.decision(toast)
    # Whoever typed it where it would be told is answered there: the same is not said twice in one chat.
    there = (inbound.chat, chat_of(inbound.chat))
    work.letters = [one for one in work.letters if one.kind is not LetterKind.NEWS or one.to not in there]
    work.answer(inbound, work.say("done", what=work.say(toast)))
    return work.decision()


def _is_seen(known: Known, order: Order, inbound: Inbound) -> bool:
    """True when the one who acted sees that it was done: a toast after a press, the question rewritten after an
    answer, the card below which they wrote in the group. Typed anywhere else, it is said."""
    typed = order.ticket is None and inbound.press is None
    return not typed or chat_index(known.directory).grid(known.directory, inbound.chat) is not None


def join(known: Known, file: File, target: File | None) -> Decision:
    """并案: the first ticket is the same matter as the second."""
    if target is None:
        raise Refused("merge.which", number=file.ticket.number)
    if known.speaker is None:
        raise Refused("access.who_are_you")
    _must_be_allowed(known, file, Verb.MERGE, Act.MERGE)
    _must_be_allowed(known, target, Verb.MERGE, Act.MERGE)
    return following.merge(Work(known, file), target)


def _must_be_allowed(known: Known, file: File, verb: Verb, act: Act) -> None:
    if access.may(known.speaker, act, file.ticket, known.directory, file.followers):
        return
    if act in access.REFUSALS and file.ticket.objected:
        raise Refused("access.objected", number=file.ticket.number)
    if verb in OWN and verb is not Verb.URGE:
        raise Refused("access.reporter_only", number=file.ticket.number)
    own = known.speaker is not None and known.speaker.id == file.ticket.reporter
    if not own and access.has_its_turn_later(known.speaker, act, file.ticket, known.directory):
        person = "、".join(known.name(one) for one in rungs.asked(known, file.ticket))
        raise Refused("access.not_your_turn", number=file.ticket.number, person=person)
    if act in access.STAFF - access.LEADER and known.speaker is not None and access.works(known.speaker):
        raise Refused("access.staff_only", number=file.ticket.number)
    raise Refused("access.crew_only_yours" if own else "access.crew_only", number=file.ticket.number)


def _must_be_possible(ticket: Ticket, verb: Verb, act: Act) -> None:
    possible = lifecycle.possible(ticket)
    if act in possible:
        return
    if verb in IMPLIES_ACCEPT and Act.ACCEPT in possible:
        return
    if verb is Verb.ACCEPT:
        return  # its rule says who has taken it
    if act is Act.OBJECT and ticket.objected:
        raise Refused("object.once", number=ticket.number)
    lifecycle.step(ticket, act, ticket.reported_at)


def meant(known: Known, order: Order) -> list[Ticket]:
    """Return the tickets an order without a number can mean: the speaker's own, or those they have to do."""
    act, _ = RULES.get(order.verb, (Act.MERGE, None))
    tickets: Sequence[Ticket] = known.mine if order.verb in OWN else known.todo
    return [ticket for ticket in tickets if _fits(known, ticket, order.verb, act)]


def _fits(known: Known, ticket: Ticket, verb: Verb, act: Act) -> bool:
    possible = lifecycle.possible(ticket)
    fits = act in possible or (verb in IMPLIES_ACCEPT and Act.ACCEPT in possible)
    if verb in OWN and known.speaker is not None:
        fits = fits and ticket.reporter == known.speaker.id
    return fits


def which_one(known: Known, order: Order, tickets: Sequence[Ticket], inbound: Inbound) -> Decision:
    """Ask which of several tickets is meant, with a button for each. Its number alone is an answer, too, unless another
    question waits for one."""
    tickets, waiting = tickets[:8], order.word if order.verb is Verb.PAUSE else ""
    rows = tuple(
        (Button(f"{order.word or ''} #{t.number}".strip(), press(order.verb, t.id, waiting)),)
        for t in tickets
    )
    busy = known.dialogue is not None and known.dialogue.step not in ASIDE
    if known.account is None or busy:
        return Decision(letters=(reply(inbound, Say("order.which"), buttons=rows),))
    numbers = [[f"#{ticket.number}", ticket.id] for ticket in tickets]
    data = {"verb": order.verb.value, "rest": waiting or order.rest, CHOICES: numbers}
    dialogue, letter = ask(known, inbound, Step.WHICH, data, Say("order.which"), rows)
    return Decision(open=(dialogue,), letters=(letter,))
