"""What can be done to a ticket on its page: each act's form, and the order in words that it becomes. One table."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from bot.web.say import tidy_words
from bot.web.uploads import Form
from handlers.commands import ON_TICKET, Verb
from handlers.handling import WAITING_FOR
from handlers.known import File, Known
from handlers.orders import may_be_given
from handlers.steering import ABOUT_TIME
from handlers.wording import text
from storage.records import Act

LONGEST_WORDS = 2000
REASONS = ("not_ours", "not_found", "private_matter", "repeated")
"""Why something is declined, as `decline.…` of the texts has it."""
SPANS = ("2h", "1d", "3d")
"""How much more time is granted with one press."""
DAY = re.compile(r"20\d\d-\d\d-\d\d", re.ASCII)
NUMBER = re.compile(r"[#＃]?\s{0,3}(\d{1,9})", re.ASCII)


class Group(StrEnum):
    """Where an act stands on the page. What is DANGER asks once more before it is done."""

    FIRST = "first"
    MORE = "more"
    DANGER = "danger"


class Need(StrEnum):
    """What a form asks for: one field each. WORDS must be there, unless photos may stand for them."""

    WORDS = "words"
    MORE_WORDS = "more_words"
    WHOM = "whom"
    REASON = "reason"
    CATEGORY = "category"
    WAITING = "waiting"
    SPAN = "span"
    DATE = "date"
    NUMBER = "number"
    PHOTOS = "photos"


@dataclass(frozen=True, slots=True)
class Doing:
    """One act: the word it is ordered by, what its form asks for, and where it stands."""

    verb: Verb
    word: str
    group: Group
    needs: tuple[Need, ...] = ()

    @property
    def danger(self) -> bool:
        return self.group is Group.DANGER


class Lacking(Exception):
    """The form does not say enough; `why` is the key of the text that asks for it."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


WORD: Mapping[Verb, str] = {verb: word for word, verb in reversed(ON_TICKET.items())}

_N = Need
TABLE: tuple[tuple[Verb, Group, tuple[Need, ...]], ...] = (
    (Verb.ACCEPT, Group.FIRST, ()),
    (Verb.ARRIVE, Group.FIRST, ()),
    (Verb.RESOLVE, Group.FIRST, (_N.WORDS, _N.PHOTOS)),
    (Verb.RESUME, Group.FIRST, ()),
    (Verb.GRANT, Group.FIRST, (_N.SPAN,)),
    (Verb.REFUSE, Group.FIRST, (_N.WORDS,)),
    (Verb.SUPERVISE, Group.FIRST, (_N.MORE_WORDS,)),
    (Verb.SATISFIED, Group.FIRST, ()),
    (Verb.FAIR, Group.FIRST, ()),
    (Verb.ADD, Group.MORE, (_N.WORDS, _N.PHOTOS)),
    (Verb.TRANSFER, Group.MORE, (_N.WHOM, _N.MORE_WORDS)),
    (Verb.REASSIGN, Group.MORE, (_N.WHOM, _N.MORE_WORDS)),
    (Verb.PLAN, Group.MORE, (_N.WORDS,)),
    (Verb.PAUSE, Group.MORE, (_N.WAITING, _N.MORE_WORDS)),
    (Verb.ASK_TIME, Group.MORE, (_N.WORDS,)),
    (Verb.URGE, Group.MORE, ()),
    (Verb.REFER, Group.MORE, (_N.WORDS,)),
    (Verb.QUEUE, Group.MORE, (_N.WORDS,)),
    (Verb.DECIDE, Group.MORE, (_N.DATE, _N.WORDS)),
    (Verb.DEFER, Group.MORE, (_N.WORDS,)),
    (Verb.REFER_OUT, Group.MORE, (_N.WHOM, _N.MORE_WORDS)),
    (Verb.LIST, Group.MORE, (_N.DATE, _N.WORDS)),
    (Verb.RECLASS, Group.MORE, (_N.CATEGORY,)),
    (Verb.UNSATISFIED, Group.MORE, (_N.WORDS, _N.PHOTOS)),
    (Verb.OBJECT, Group.MORE, (_N.WORDS,)),
    (Verb.MERGE, Group.DANGER, (_N.NUMBER,)),
    (Verb.DECLINE, Group.DANGER, (_N.REASON, _N.MORE_WORDS)),
    (Verb.DISMISS, Group.DANGER, (_N.MORE_WORDS,)),
    (Verb.WITHDRAW, Group.DANGER, ()),
)
DOINGS: Mapping[Verb, Doing] = {verb: Doing(verb, WORD[verb], group, needs) for verb, group, needs in TABLE}
"""In the order in which they stand on the page."""

NOT_HERE = frozenset({Verb.FOLLOW, Verb.MORE, Verb.STORY})
"""One household more is for a household to say; the other two are this page."""


def possible(known: Known, file: File) -> list[Doing]:
    """Return what the speaker may do to the ticket now, and what there is a reason for."""
    allowed = may_be_given(known, file)
    return [one for verb, one in DOINGS.items() if verb in allowed and _makes_sense(verb, file)]


def _makes_sense(verb: Verb, file: File) -> bool:
    ticket = file.ticket
    if verb in (Verb.REFER, Verb.QUEUE):
        return ticket.queued is None
    if verb is Verb.DEFER:
        return ticket.queued is not None
    if verb in (Verb.SATISFIED, Verb.FAIR):
        return not ticket.rating
    if verb is Verb.REFUSE:
        asked = [line.act for line in file.story if line.act in ABOUT_TIME]
        return asked[-1:] == [Act.ASK_TIME]
    return True


def order_of(doing: Doing, number: int, form: Form) -> str:
    """Return the order the form gives (`办结 #1024 换了灯泡`). Raises Lacking."""
    said = {need: tidy_words(form.get(need))[:LONGEST_WORDS] for need in Need}
    word, rest = doing.word, []
    for need in doing.needs:
        if need is Need.PHOTOS:
            continue
        value = _checked(need, said[need], form)
        if not value and need is Need.WORDS and not (Need.PHOTOS in doing.needs and form.files):
            raise Lacking("ticket.lacks_words")
        if need is Need.WAITING:
            word = value
        elif value:
            rest.append(value)
    if doing.danger and form.get("sure") != "yes":
        raise Lacking("ticket.lacks_sure")
    joint = "；" if Need.REASON in doing.needs else " "
    return f"{word} #{number} {joint.join(rest)}".rstrip()


def _checked(need: Need, value: str, form: Form) -> str:
    """Return a field as it stands in an order. Raises Lacking for one that cannot be taken."""
    if need is Need.WHOM:
        # One word: what follows it in the order is a note.
        whom = "".join(tidy_words(form.get("office"))[:40].split()) or value
        if not whom or " " in whom:
            raise Lacking("ticket.lacks_whom")
        return whom
    if need is Need.REASON and value not in REASONS:
        raise Lacking("ticket.lacks_reason")
    if need is Need.REASON:
        return text(f"decline.{value}", "zh")
    if need is Need.WAITING and value not in WAITING_FOR:
        raise Lacking("ticket.lacks_waiting")
    if need is Need.WAITING:
        return WAITING_FOR[value]
    if need is Need.DATE and not DAY.fullmatch(value):
        raise Lacking("ticket.lacks_date")
    if need is Need.NUMBER:
        found = NUMBER.fullmatch(value)
        if found is None:
            raise Lacking("ticket.lacks_number")
        return found[1]
    if need in (Need.CATEGORY, Need.SPAN) and not value:
        raise Lacking("ticket.lacks_choice")
    return value
