"""Words that say a ticket is settled: offered as 办结 to who does the work, as 撤销 to who reported it, never done silently."""

from __future__ import annotations

from dataclasses import replace

from handlers.cards import button
from handlers.commands import Verb
from handlers.dialogue import reply
from handlers.known import File, Known
from handlers.messages import Decision, Inbound
from handlers.work import Work
from storage.records import HOUR, OPEN, Role

OFFER_DONE = "offer_done"
CALL_OFF = "call_off"
"""As Onto.verb."""


def offer_done(known: Known, file: File, inbound: Inbound) -> Decision:
    """The handler writes "修好了": a button to end the ticket with, for nobody else."""
    if known.speaker is None or not known.speaker.roles - {Role.RESIDENT, Role.VOLUNTEER}:
        return Decision()
    return _offer(known, file, inbound, "offer.done", Verb.RESOLVE)


def call_off(known: Known, file: File, inbound: Inbound) -> Decision:
    """The reporter writes "没事了": a quiet question whether to take it back."""
    return _offer(known, file, inbound, "offer.withdraw", Verb.WITHDRAW)


def _offer(known: Known, file: File, inbound: Inbound, key: str, verb: Verb) -> Decision:
    if file.ticket.state not in OPEN:
        return Decision()
    work = Work(known, file)
    letter = reply(inbound, work.say(key), buttons=((button(verb, file.ticket),),), ticket=file.ticket.id)
    # Said twice in an hour it is offered once.
    work.letters.append(replace(letter, once=f"{file.ticket.id}:{key}:{known.account}:{known.now // HOUR}"))
    return work.decision(cards_too=False)
