"""Words about a ticket that is there: below its card, or such that they can only mean it. 还没人来, 我家也是, 又坏了."""

from __future__ import annotations

import re
from collections.abc import Sequence

from handlers import access, following, intake, orders, places, reporting
from handlers.cards import button
from handlers.commands import Order, Verb
from handlers.dialogue import reply
from handlers.known import File, Known
from handlers.messages import Decision, Inbound, Onto, Say
from handlers.reading import Reading
from handlers.wording import word
from handlers.work import Work
from storage.records import MINUTE, OPEN, Act, Place, Role, State, Ticket, chat_of

ME_TOO_SPAN = 30 * MINUTE
"""How long a bare "我家也是" can mean the last report in the chat."""


def below(known: Known, file: File, inbound: Inbound, reading: Reading) -> Decision | None:
    """A reply below a ticket's card or its first message. None: it is talk among neighbours."""
    ticket = file.ticket
    if reading.follow_up == "urge":
        return _urged(known, file, inbound)
    if reading.follow_up == "me_too":
        return orders.carry_out(known, file, Order(Verb.FOLLOW), inbound)
    if reading.follow_up == "done":
        return _offer_done(known, file, inbound)
    if reading.follow_up == "again" and ticket.state in (State.RESOLVED, State.CLOSED):
        return orders.carry_out(known, file, Order(Verb.UNSATISFIED, rest=inbound.text), inbound)
    own = known.speaker is not None and known.speaker.id == ticket.reporter
    place = intake.spot(reading)
    another = reading.is_report and reading.category is not ticket.category and not own
    if another or not places.may_be(ticket.place, place):
        return None
    if not (own or place != Place() or reading.is_report) or ticket.state not in OPEN | {State.RESOLVED}:
        return None
    if reading.is_report and not own and ticket.state in OPEN and not ticket.private:
        return reporting.join_twin(known, intake.draft(known, inbound, reading), file, inbound)
    return orders.carry_out(known, file, Order(Verb.ADD, rest=inbound.text), inbound)


def _urged(known: Known, file: File, inbound: Inbound) -> Decision:
    """还没人来: the reporter and those who joined nudge; a neighbour is told how it stands and how to join."""
    if access.may(known.speaker, Act.URGE, file.ticket, known.directory, file.followers):
        return orders.carry_out(known, file, Order(Verb.URGE), inbound)
    if file.ticket.state not in OPEN or file.ticket.private:
        return Decision()
    work = Work(known, file)
    work.answer(inbound, work.say("urge.answer", story=following.status(work), nudged=word("urge.join")))
    return work.decision(cards_too=False)


def _offer_done(known: Known, file: File, inbound: Inbound) -> Decision:
    """The handler writes "修好了" below a ticket: offered as 办结, never done silently."""
    work = Work(known, file)
    if known.speaker is None or not known.speaker.roles - {Role.RESIDENT, Role.VOLUNTEER}:
        return Decision()
    if file.ticket.state not in OPEN:
        return Decision()
    work.answer(inbound, work.say("offer.done"), buttons=((button(Verb.RESOLVE, file.ticket),),))
    return work.decision(cards_too=False)


def alone(known: Known, inbound: Inbound, reading: Reading) -> Decision:
    """还没人来, 我家也是, 又坏了: without a ticket named, the one it can only mean."""
    if reading.follow_up == "me_too":
        recent = _last_here(known, inbound)
        return Decision(onto=Onto(recent.id, Verb.FOLLOW)) if recent else _nothing(inbound)
    own = [t for t in known.mine if known.speaker is not None and t.reporter == known.speaker.id]
    if reading.follow_up == "urge":
        meant = _meant(own, reading, inbound.text) or _meant(known.mine, reading, inbound.text)
        return Decision(onto=Onto(meant.id, Verb.URGE)) if meant else _nothing(inbound)
    if reading.follow_up == "again":
        done = [t for t in own if t.state is State.RESOLVED]
        return Decision(onto=Onto(done[0].id, Verb.UNSATISFIED, inbound.text)) if done else _nothing(inbound)
    return _nothing(inbound)


def _meant(own: Sequence[Ticket], reading: Reading, words: str) -> Ticket | None:
    """The open one whose number or matter they name, or else the newest."""
    open_ones = [ticket for ticket in own if ticket.state in OPEN]
    named = [t for t in open_ones if str(t.number) in re.findall(r"[0-9]{1,9}", words)]
    alike = [t for t in open_ones if t.category is reading.category]
    return next(iter([*named, *alike, *open_ones]), None)


def _nothing(inbound: Inbound) -> Decision:
    return Decision(letters=(reply(inbound, Say("follow.no_ticket")),)) if inbound.private else Decision()


def _last_here(known: Known, inbound: Inbound) -> Ticket | None:
    for ticket in known.here:
        here = ticket.origin is not None and chat_of(ticket.origin) == chat_of(inbound.chat)
        if (
            here
            and not ticket.private
            and known.now - ticket.reported_at <= ME_TOO_SPAN
            and ticket.state in OPEN
        ):
            return ticket
    return None
