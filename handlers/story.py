"""A ticket's story in words: who reported it, what was done, and every line of its ledger read out."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from handlers import masking
from handlers.commands import Order
from handlers.known import Known
from handlers.messages import Inbound, Say
from handlers.wording import clauses, text, when, word
from handlers.work import Work
from storage.records import PAUSED, Act, Category, Clock, Instant, Kind, Line, Reason, Ticket, anew_in

LONGEST_STORY = 40
SHORTEST_NAME = 2

CODES = {
    Act.REPORT: frozenset(Kind),
    Act.REMIND: frozenset(Clock),
    Act.ALERT: frozenset(Clock),
    Act.QUEUE: frozenset(Reason),
    Act.REFER: frozenset({Reason.REFERRED}),
    Act.RATE: frozenset({"good", "fair"}),
    Act.CLOSE: frozenset({"good", "fair", "review_over"}),
    Act.REOPEN: frozenset({"bad", "again"}),
    Act.ADD: frozenset({"words", "photo", "place", "edit"}),
    Act.OBJECT: frozenset({"objected"}),
    Act.DEFER: frozenset({"not_reached"}),
    Act.WITHDRAW: frozenset({"withdrawn"}),
    Act.RESUME: frozenset({"pause_over"}),
}
"""Reasons the program itself writes into the ledger, as code words that mean the same in every language."""

SPENT = frozenset({"window_over", "quota_used"})
"""Why nothing may be said on a platform that counts; once they have spoken again it may."""

CLOSED = "closed"
UNTOLD_WHY = SPENT | {"never_spoke", PAUSED, CLOSED}
"""Why a platform let nothing be said: too long after their last words, too much since then, no word from them ever, nothing
to anybody for a while, or whatever else it says. The reason of Act.UNTOLD is one of these, a space, and to whom."""

WAYS = frozenset({"passive", "kefu", "template", "subscribe", "reply"})
"""How something is said on a platform with several ways: with its answer to a message, as a customer-service message, as
a template message, as a subscription notice, at an address that takes one answer. The reason of Act.TOLD is one of these, or a platform's name, a
space, and to whom."""


LISTED = re.compile(r"人员 ([A-Za-z0-9_-]{1,24})")
"""A person as the reason of Act.CHANGE_DIRECTORY has them: by id, because the ledger keeps no names."""


def reporter_name(known: Known, ticket: Ticket) -> object:
    """Return the reporter as crew may know them: anonymous ones stay so."""
    if ticket.anonymous or ticket.reporter is None:
        return word("reporter.anonymous")
    return known.name(ticket.reporter) or word("reporter.resident")


def phone_of(known: Known, person: str | None) -> Say | str:
    """Return "电话 138…" for somebody whose number is known, "" otherwise."""
    listed = known.directory.people.get(person or "")
    return Say("phone", {"phone": listed.phone}) if listed and listed.phone else ""


def worker_name(known: Known, ticket: Ticket) -> str:
    """Return who does the work now: a department, the handler, or the one who answers for it; "" for nobody yet."""
    return ticket.handler_name or known.name(ticket.handler or ticket.first_responder)


def limit(ends_at: Instant | None) -> Say:
    """Return "时限 14:33", or that it has passed."""
    return Say("limit.over") if ends_at is None else Say("limit.until", {"until": when(ends_at)})


def in_a_line(
    work: Work, reporter: object = None, said: Callable[[str], str] = lambda words: words
) -> dict[str, Any]:
    """Return how far it got: 梅姨 14:00 报，王芳 14:09 受理，14:31 到场，等配件. `reporter`, and what was `said` in somebody's own
    words: as their reader may know them."""
    ticket, known = work.ticket, work.known
    reporter = reporter or reporter_name(known, ticket)
    parts: list[object] = [work.say("story.reported", reporter=reporter, at=when(ticket.reported_at))]
    if ticket.accepted_at is not None:
        worker = known.name(ticket.first_responder)
        parts.append(work.say("story.accepted", worker=worker, at=when(ticket.accepted_at)))
    else:
        parts.append(word("story.nobody"))
    if ticket.first_responder and ticket.handler != ticket.first_responder and worker_name(known, ticket):
        parts.append(work.say("story.handed_over", worker=worker_name(known, ticket)))
    if ticket.arrived_at is not None:
        parts.append(work.say("story.arrived", at=when(ticket.arrived_at)))
    parts += [said(part) for part in (ticket.plan, ticket.pause_reason) if part]
    return clauses(parts)


def reason_words(line: Line, name: Callable[[str], str], language: str) -> str:
    """Return a ledger line's reason for people to read: code words in words, a person's id as `name` has it."""
    if line.reason in CODES.get(line.act, ()):
        return text(f"ledger.{line.reason}", language)
    if (anew := anew_in(line.act, line.ticket, line.reason)) is not None:
        return text("ledger.anew", language).format(seq=anew.seq)
    if line.act is Act.RECLASS:
        return text(f"category.{Category(line.reason)}", language)
    if line.act is Act.UNREACHABLE:
        return name(line.reason) or line.reason
    if line.act in (Act.UNTOLD, Act.TOLD):
        how, _, whom = line.reason.partition(" ")
        said = text(f"ledger.{how}", language) if how in UNTOLD_WHY | WAYS else how
        reader = text("role.reporter", language) if whom == "reporter" else name(whom) or whom
        return text("ledger.told", language).format(whom=reader, how=said)
    if line.act is Act.CHANGE_DIRECTORY:
        return LISTED.sub(lambda who: f"人员 {name(who[1]) or who[1]}", line.reason)
    return line.reason


def tell(work: Work, order: Order, inbound: Inbound) -> str:
    """看全程: the ledger of one ticket, line by line, to the one who asks."""
    known, overheard = work.known, work.known.overheard(inbound)
    lines = [
        Say(
            "story.line",
            {
                "at": when(line.at),
                "person": _who(known, work.ticket, line, overheard),
                "act": word(f"act.{line.act}"),
                "reason": reason_words(line, known.name, known.tongue.language),
            },
        )
        for line in work.file.story[-LONGEST_STORY:]
    ]
    work.answer(inbound, work.say("story.whole", words=work.ticket.words, lines=lines))
    return ""


def for_outsiders(work: Work, words: str) -> str:
    """Return what somebody typed about it as people outside the community may read it: without numbers and doors, and with
    the residents it names as residents."""
    residents = sorted(set(work.known.names.values()), key=len, reverse=True)
    for called in residents:
        if len(called) >= SHORTEST_NAME:
            words = words.replace(called, text("reporter.resident", "zh"))
    return masking.words(words, work.ticket.place)


def for_the_street(work: Work) -> Say:
    """Return the whole story as people outside the community may read it: those who hold an office by name, everybody else
    as a resident, no phones and no rooms in anybody's words."""
    known, ticket, people = work.known, work.ticket, work.known.directory.people

    def name(person: str | None) -> str:
        listed = people.get(person or "")
        return listed.name if listed is not None and person != ticket.reporter else ""

    def told(person: str) -> str:
        """A group stays an address; whoever is no group and holds no office is a resident."""
        return name(person) or ("" if ":" in person else text("reporter.resident", "zh"))

    lines = [
        Say(
            "story.line",
            {
                "at": when(line.at),
                "person": name(line.person) or word("reporter.resident" if line.person else "story.clock"),
                "act": word(f"act.{line.act}"),
                "reason": for_outsiders(work, reason_words(line, told, "zh")),
            },
        )
        for line in work.file.story[-LONGEST_STORY:]
    ]
    pieces = {"community": known.community_of(ticket).name, "lines": lines}
    return work.say("street.story", words=for_outsiders(work, ticket.words), **pieces)


def _who(known: Known, ticket: Ticket, line: Line, overheard: bool) -> object:
    if not line.person:
        return word("story.clock")
    if line.person == ticket.reporter:
        if overheard and ticket.origin_private:
            return word("reporter.resident")  # what was told to us alone is no neighbour's business
        return reporter_name(known, ticket)
    return known.name(line.person) or word("reporter.resident")
