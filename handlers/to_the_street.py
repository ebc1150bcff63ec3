"""Rung 4: what a meeting decided and nobody did by its date is reported to the street."""

from __future__ import annotations

from functools import partial
from typing import Any

from handlers import rungs, story, street
from handlers.cards import button
from handlers.commands import Verb
from handlers.messages import Rows, Say
from handlers.periods import day_of
from handlers.wording import names, word
from handlers.work import Work
from storage.records import OPEN, Act, Instant, LetterKind, Level


def climb(work: Work, ended: Instant) -> None:
    """The date the meeting set has passed. The street hears it in its own chat; where it has none here, staff are told
    that it is theirs to report."""
    work.by_the_clock(Act.STREET, work.ticket.decision, level=Level.STREET)
    known, ticket = work.known, work.ticket
    here = street.chats(known, ticket)
    say, buttons = _report(work, ended)
    for chat in here:
        mark = f"{street.MARK}:{ended}"
        work.tell(chat, LetterKind.ALERT, say, buttons=buttons, holds=OPEN, mark=mark)
    _tell_staff(work, "street.staff" if here else "street.staff_by_hand", f"street:{ended}")
    for person in rungs.answerable(known, ticket):
        say = work.say("street.handler", decision=ticket.decision)
        buttons = ((button(Verb.RESOLVE, ticket),),)
        work.tell(person, LetterKind.REMIND, say, buttons=buttons, mark=f"street:{ended}")
    say = work.say("street.reporter_told" if here else "street.reporter")
    work.tell_reporter(say, mark=f"street:reporter:{ended}")


def unreachable(work: Work, chat: str) -> None:
    """The street's chat is gone: staff are told that it is theirs to report."""
    _tell_staff(work, "street.staff_unreachable", f"street_gone:{chat}", chat=chat)


def _report(work: Work, ended: Instant) -> tuple[Say, Rows]:
    """Return the whole story in a line, and what may be pressed: what was decided, where, by when, who is to do it, whom to
    call. Residents are not named; of what concerns a person nothing is said but that the date has passed."""
    ticket, said = work.ticket, partial(story.for_outsiders, work)
    pieces = {**street.pieces(work), "until": _day(work, ended)}
    if ticket.private:
        return work.say("street.told_private", **pieces), ()
    measure, helpers = ticket.decision, list[str]()
    meeting: Say | str = ""
    responsible = story.worker_name(work.known, ticket)
    if work.file.resolution is not None:
        item, its = work.file.resolution
        measure, helpers, responsible = item.words, [*item.helpers], item.responsible or responsible
        of = {"number": its.number, "day": _day(work, its.begun_at or its.starts_at)}
        meeting = Say("street.of_meeting", of)
    pieces |= {
        "measure": said(measure),
        "meeting": meeting,
        "responsible": Say("street.responsible", {"name": said(responsible)}) if responsible else "",
        "helpers": Say("street.helpers", {"names": names(list(map(said, helpers)))}) if helpers else "",
        "story": story.in_a_line(work, word("reporter.resident"), said),
    }
    return work.say("street.told", **pieces), ((button(Verb.STORY, ticket),),)


def _day(work: Work, at: Instant) -> Say:
    """A date is told as a date: the street reads it days later."""
    day = day_of(at, work.known.community_of(work.ticket).timezone)
    return Say("street.day", {"month": day.month, "day": day.day})


def _tell_staff(work: Work, key: str, mark: str, **more: Any) -> None:
    known, ticket = work.known, work.ticket
    say = work.say(key, decision=ticket.decision, story=story.in_a_line(work), **more)
    buttons = ((button(Verb.SUPERVISE, ticket), button(Verb.STORY, ticket)),)
    for reader in rungs.staff_everywhere(known, ticket):
        work.tell(reader, LetterKind.ALERT, say, buttons=buttons, holds=OPEN, mark=mark)
