"""Words about a ticket that name none: 还没人来, 又坏了, 我家也是, 修好了. They mean the one they can only mean.

Their writer's own comes first; what their words say of the matter, the place or the number decides between several.
Where two fit equally their writer is asked, and where none fits there is silence.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from handlers import (
    about_ticket,
    access,
    answering_more,
    correcting,
    fragments,
    hints,
    intake,
    joining,
    orders,
    places,
    recurring,
    reporting,
    waiting,
    which,
)
from handlers.commands import Order, Verb
from handlers.correcting import PUT_RIGHT
from handlers.dialogue import Step, ask
from handlers.following import INSIDE
from handlers.intake import SAME_MATTER, STILL_THE_SAME
from handlers.known import Known
from handlers.messages import Decision, Inbound, Onto, Say
from handlers.reading import Reading, Urgency
from handlers.recurring import RECUR, recurs
from handlers.settling import CALL_OFF, OFFER_DONE
from handlers.sureness import HALF_SURE, UNSURE
from storage.records import DAY, Act, Category, Kind, Place, Role, Severity, Span, Ticket

STILL_SAID: Span = 7 * DAY
"""How long what somebody goes on saying about a matter belongs to their open ticket of that matter."""

BROKE_OUT = places.IN_ROOMS | intake.BURNING | {Category.ELEVATOR}
"""Matters that danger may come of."""


def said(known: Known, inbound: Inbound, reading: Reading, *, call: bool) -> Decision | None:
    """Return what words that may be about a ticket lead to; None when they are about none.

    `call`: they are surely a report by themselves, and become one unless they clearly go on about a ticket.
    """
    if known.speaker is None or (inbound.reply_to is not None and not inbound.private):
        return None
    if known.speaker.roles - {Role.RESIDENT, Role.VOLUNTEER}:
        done = hints.says_done(inbound.text) or (
            reading.follow_up == "done" and not hints.not_yet(inbound.text)
        )
        return _offered_done(known, inbound, reading) if done and not call else None
    rules = (_inside, _of_complaint, _put_right, _called_off, _numbered, _urged, _again, joining.too, _more)
    for rule in rules:
        decision = rule(known, inbound, reading, call)
        if decision is not None:
            return decision
    return None


def _inside(known: Known, inbound: Inbound, reading: Reading, call: bool) -> Decision | None:
    """我老伴下不来 7-1-901, while building 7 is in danger: whoever is on the way must know, whatever the words are."""
    place = intake.spot(reading)
    if call or not (place.building and place.room):
        return None
    for ticket in which.here(known, inbound):
        fresh = known.now - ticket.reported_at < SAME_MATTER and ticket.severity is Severity.EMERGENCY
        if fresh and places.may_be(ticket.place, replace(place, room="", floor="")) and ticket.place.building:
            return Decision(onto=Onto(ticket.id, INSIDE, inbound.text))
    return None


# --- their own --------------------------------------------------------------------------------------------------------


def _of_complaint(known: Known, inbound: Inbound, reading: Reading, call: bool) -> Decision | None:
    """24栋2单元1503, after 楼上在砸墙: where it is, said in the group while they are asked in private how openly to tell it."""
    if known.aside is None or reading.follow_up or hints.courteous(inbound.text):
        return None
    asked = replace(known, dialogue=known.aside)
    what, place = waiting.draft_of(asked), intake.spot(reading)
    meant = hints.corrected(inbound.text)
    right = answering_more.put_right(asked, inbound, known.aside, meant) if meant is not None else None
    if right is not None:
        return right
    another = call and reading.named and reading.category is not what.category
    danger = reading.alarming and reading.urgency is Urgency.EMERGENCY
    more = place != Place() or reading.sure >= HALF_SURE
    if another or danger or not more or not places.may_be(what.place, place):
        return None
    return waiting.longer(asked, inbound, replace(reading, urgency=Urgency.NORMAL, emergency=""))


def _put_right(known: Known, inbound: Inbound, reading: Reading, call: bool) -> Decision | None:
    """不对 是4号楼: what they say now counts; of their last report, or the only one they have."""
    if _over(inbound, reading):
        return None
    rest, meant = hints.corrected(inbound.text), which.fresh(known, inbound)
    if meant is None and hints.takes_back(inbound.text):
        own = which.open_ones(which.of_speaker(known, inbound))
        meant = own[0] if len(own) == 1 and known.now - own[0].reported_at < STILL_THE_SAME else None
    if meant is None or rest is None or not correcting.changes(meant, rest):
        return None
    return Decision(onto=Onto(meant.id, PUT_RIGHT, rest))


def _called_off(known: Known, inbound: Inbound, reading: Reading, call: bool) -> Decision | None:
    """没事了, 来水了, 搞错了: its reporter is asked whether to take it back."""
    gone = _over(inbound, reading) or hints.mistaken(inbound.text)
    if not gone or (call and not hints.sends_away(inbound.text)):
        return None
    fitting = which.meant(which.open_ones(which.of_speaker(known, inbound)), reading, inbound.text)
    return Decision(onto=Onto(fitting[0].id, CALL_OFF)) if len(fitting) == 1 else None


def _over(inbound: Inbound, reading: Reading) -> bool:
    over = reading.follow_up == "done" and not reading.is_report
    return hints.calls_off(inbound.text) or (over and not hints.asks(inbound.text))


def _numbered(known: Known, inbound: Inbound, reading: Reading, call: bool) -> Decision | None:
    """#1024 今天能来人不; in private also 1024 办得怎么样了, and the number alone, which asks how it stands."""
    named = {int(number) for number in which.NUMBER.findall(inbound.text)}
    begins = which.BARE.match(inbound.text.strip())
    alone = begins is not None and begins.end() == len(inbound.text.strip())
    urges = alone or hints.urges(inbound.text) or reading.follow_up == "urge"
    if begins is not None and inbound.private and urges and not call:
        named.add(int(begins[1]))
    own = [ticket for ticket in which.open_ones(known.mine) if ticket.number in named]
    if len(own) != 1:
        return None
    return Decision(onto=Onto(own[0].id, Verb.URGE if urges else Verb.ADD, "" if urges else inbound.text))


def _urged(known: Known, inbound: Inbound, reading: Reading, call: bool) -> Decision | None:
    surely = reading.follow_up == "urge"
    if not (surely or (hints.misses_somebody if call else hints.urges)(inbound.text)):
        return None
    own = which.open_ones(which.of_speaker(known, inbound)) or which.open_ones(known.mine)
    fitting = which.meant(own, reading, inbound.text)
    if call or not surely:
        alone = (not call and reading.category is None and hints.misses_somebody(inbound.text)) and (
            len(own) == 1 or hints.says_reported(inbound.text)
        )
        fitting = [t for t in fitting if t.category is reading.category or alone]
    if len(fitting) > 1:
        order = Order(Verb.URGE, word="催办")
        return orders.which_one(known, order, fitting, inbound)
    if fitting:
        return Decision(onto=Onto(fitting[0].id, Verb.URGE))
    if call:
        return None
    there = which.meant(which.open_ones(which.here(known, inbound)), reading, inbound.text)
    if not surely:
        place = intake.spot(reading)
        there = [t for t in there if t.category is reading.category and places.same_spot(t.place, place)]
    if not own and len(there) == 1:
        return Decision(onto=Onto(there[0].id, Verb.FOLLOW))
    if hints.says_reported(inbound.text) and not known.mine and known.account is not None:
        question = ask(known, inbound, Step.WHAT, {"kind": Kind.REPAIR}, Say("follow.no_ticket"))
        return Decision(open=(question[0],), letters=(question[1],))
    return which.nothing(inbound) if surely else None


def _again(known: Known, inbound: Inbound, reading: Reading, call: bool) -> Decision | None:
    """又坏了: what was done comes again, for its reporter or for a neighbour."""
    surely = reading.follow_up == "again"
    if not recurring.said(inbound.text, reading):
        return None
    over = [t for t in which.of_speaker(known, inbound) if recurs(t, known.now)]
    there = [t for t in which.here(known, inbound) if recurs(t, known.now)]
    place = intake.spot(reading)
    if surely and not call:
        fitting = which.meant(over, reading, inbound.text)
        if len(fitting) > 1:
            return orders.which_one(known, Order(Verb.UNSATISFIED, word="不满意"), fitting, inbound)
    else:
        bare = not call and reading.category is None and hints.says_unmended(inbound.text)
        alike = [t for t in over if places.akin(t.category, reading.category) or (bare and len(over) == 1)]
        fitting = [t for t in alike if places.may_be(t.place, place)]
    if not fitting and (place.building or reading.category):
        fitting = [
            t
            for t in there
            if places.same_spot(t.place, place) and reading.category in (t.category, None)
            if not _of_a_flat(t) or t.place.room == place.room
        ]
    elif not fitting and surely and not known.after_talk:
        fitting = there if len(there) == 1 and not _of_a_flat(there[0]) else []
    if fitting:
        return Decision(onto=Onto(fitting[0].id, RECUR, inbound.text))
    if call or not surely:
        return None
    still = which.meant(which.open_ones(which.of_speaker(known, inbound)), reading, inbound.text)
    return (
        Decision(onto=Onto(still[0].id, Verb.ADD, inbound.text))
        if len(still) == 1
        else which.nothing(inbound)
    )


def _of_a_flat(ticket: Ticket) -> bool:
    return ticket.category in places.IN_ROOMS and bool(ticket.place.room)


# --- more about it ------------------------------------------------------------------------------------------------------


def _more(known: Known, inbound: Inbound, reading: Reading, call: bool) -> Decision | None:
    """The rest of what somebody had to say about the ticket they have: where it is, what else is to be seen."""
    own = [
        t for t in which.open_ones(which.of_speaker(known, inbound)) if known.now - t.reported_at < STILL_SAID
    ]
    place = intake.spot(reading)
    fresh = which.fresh(known, inbound)
    age = known.now - fresh.reported_at if fresh is not None else STILL_SAID
    rest = (call or reading.sure >= HALF_SURE) and fragments.rest_of_it(reading, age)
    follows = reading.follow_up or hints.courteous(inbound.text)
    if fresh is not None and rest and not follows and places.may_be(fresh.place, place):
        return Decision(onto=Onto(fresh.id, Verb.ADD, inbound.text))
    if call:
        if fresh is not None and age <= fragments.TOGETHER and _besides(inbound, reading):
            house = Place(fresh.place.building, fresh.place.unit)
            what = reporting.located(intake.draft(known, inbound, reading), house)
            return reporting.afresh(known, lambda known: reporting.go_on(known, what, inbound))
        same = _goes_on(known, own, inbound, reading)
        what = intake.draft(known, inbound, reading)
        return Decision(onto=Onto(same.id, draft=what.to_data())) if same is not None else None
    if follows:
        return None
    if fresh is not None and (_adds_to(fresh, reading) or about_ticket.is_danger_now(fresh, inbound)):
        return Decision(onto=Onto(fresh.id, Verb.ADD, inbound.text))
    alike = [t for t in own if t.category is reading.category and places.may_be(t.place, place)]
    # What is half a call already is more likely about the ticket than a second one.
    back = hints.points_back(inbound.text) or reading.sure >= HALF_SURE
    if known.loose and not alike and hints.points_back(inbound.text):
        alike = own
    return Decision(onto=Onto(alike[0].id, Verb.ADD, inbound.text)) if len(alike) == 1 and back else None


def _besides(inbound: Inbound, reading: Reading) -> bool:
    """True for 另外单元门也锁不上, a moment after a report: another matter at the same house."""
    return reading.named and hints.says_besides(inbound.text) and not places.found_by(intake.spot(reading))


def _goes_on(known: Known, own: Sequence[Ticket], inbound: Inbound, reading: Reading) -> Ticket | None:
    """Return the ticket that a call without a place of its own goes on about: of the same matter, or danger from it."""
    place = intake.spot(reading)
    if place.building or places.found_by(place) or (known.speaker is not None and known.speaker.listed):
        return None
    alike = [t for t in own if t.category is reading.category and t.category is not Category.OTHER]
    if reading.urgency is Urgency.EMERGENCY and not alike:
        recent = [t for t in own if known.now - t.reported_at < STILL_THE_SAME]
        pointed = hints.points_at(inbound.text)
        alike = [t for t in recent if t.category in BROKE_OUT or pointed] if len(recent) == 1 else []
    if not alike and own and fragments.goes_on(reading, inbound.text, known.now - own[0].reported_at):
        alike = [own[0]]
    fitting = [t for t in alike if places.may_be(t.place, place)]
    return fitting[0] if len(fitting) == 1 else None


def _adds_to(ticket: Ticket, reading: Reading) -> bool:
    """True when it says more of where, or speaks of the same matter."""
    place = intake.spot(reading)
    another = reading.sure >= UNSURE and reading.named and reading.category is not ticket.category
    if another or not places.may_be(ticket.place, place):
        return False
    named = place != Place() and places.fill(ticket.place, place) != ticket.place
    return named or reading.category is ticket.category


# --- the work is done -------------------------------------------------------------------------------------------------


def _offered_done(known: Known, inbound: Inbound, reading: Reading) -> Decision | None:
    """修好了 from who may say so: 办结 is offered to them, when only one ticket can be meant."""
    mine = [
        ticket
        for ticket in which.open_ones(known.here)
        if not ticket.private and access.may(known.speaker, Act.RESOLVE, ticket, known.directory)
    ]
    fitting = which.meant(mine, reading, inbound.text)
    if reading.category not in (None, Category.OTHER):
        # 物业费系统恢复了 is said of no lift.
        fitting = [ticket for ticket in fitting if ticket.category is reading.category]
    return Decision(onto=Onto(fitting[0].id, OFFER_DONE)) if len(fitting) == 1 else None
