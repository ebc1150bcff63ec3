"""我家也是, +1: a neighbour joins the report these words answer; 9号楼也是 makes one of its own."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from handlers import fragments, hints, intake, places, reporting, which
from handlers.commands import Verb
from handlers.known import Known
from handlers.messages import Decision, Inbound, Onto
from handlers.reading import Reading, Urgency
from handlers.sureness import HALF_SURE
from storage.records import MINUTE, OPEN, Place, Span, Ticket

ME_TOO_SPAN: Span = 30 * MINUTE
"""How long a bare "我家也是" means the last report in the chat, whatever else is open there."""

_PLUS = re.compile(r"[\s+＋1一加户家个号楼栋幢座单元室层,，。.!！~～]{1,12}")


def too(known: Known, inbound: Inbound, reading: Reading, call: bool) -> Decision | None:
    """我家也是, +1: one more household, of the ticket these words answer."""
    from_there = hints.joins_from(inbound.text)
    # 9号楼也停了: what has stopped there is said before it, not in it.
    call = call and (reading.named or not from_there)
    joins = reading.follow_up == "me_too" or from_there
    if not joins and not call:
        return None
    assert known.speaker is not None, "asked before"
    there = [t for t in which.here(known, inbound) if t.state in OPEN and t.reporter != known.speaker.id]
    if call:
        same = _same_report(known, inbound, reading, there)
        what = intake.draft(known, inbound, reading)
        return Decision(onto=Onto(same.id, draft=what.to_data())) if same is not None else None
    # Whose flat it is on which floor says who joins, and not what they join.
    fitting = which.meant(there, replace(reading, floor="", room=""), inbound.text)
    if not fitting and (reading.building or reading.unit):
        return _echoed(known, inbound, reading, there)
    plus = hints.adds_one(inbound.text) or _PLUS.fullmatch(inbound.text.strip())
    if known.after_talk and plus and not intake.spot(reading).building:
        return Decision()  # a bare +1 answers what was said last, and that was talk
    if hints.joins_something_else(inbound.text):
        return Decision()
    fresh = [t for t in fitting if known.now - t.reported_at <= ME_TOO_SPAN]
    # A +1 with words of something else is no answer to what was said hours ago.
    only = len(fitting) == 1 and (
        _PLUS.fullmatch(inbound.text.strip()) or not plus or reading.sure >= HALF_SURE
    )
    one = fresh[0] if fresh else fitting[0] if only else None
    return Decision(onto=Onto(one.id, Verb.FOLLOW)) if one is not None else which.nothing(inbound)


def _same_report(known: Known, inbound: Inbound, reading: Reading, there: Sequence[Ticket]) -> Ticket | None:
    """Return the one ticket that a neighbour's call is about without naming its spot as its reporter did.

    2-1-801也没水, of what the whole building has not; 1单元的灯也瞎了, minutes after it was reported; 那棵树倒下来了, danger
    come of what is reported. Without such a word it may be another spot, and is a report of its own.
    """
    near = which.meant(there, replace(reading, category=None, floor="", room=""), inbound.text)
    alike = [t for t in near if t.category is reading.category]
    if reading.urgency is Urgency.EMERGENCY:
        if not reading.named and intake.spot(reading) == Place():
            # 里面还有人呢: of the lift that has just been reported.
            return next((t for t in near[:1] if known.now - t.reported_at <= fragments.TOGETHER), None)
        if not hints.points_at(inbound.text):
            return None
        fitting = near if reading.building else [] if places.found_by(intake.spot(reading)) else alike
    elif hints.joins_in(inbound.text):
        fitting = [t for t in alike if not t.place.room or not reading.building]
    elif reading.unit and not reading.building:
        recent = [t for t in alike if known.now - t.reported_at <= ME_TOO_SPAN]
        fitting = [t for t in recent if t.place.unit == reading.unit]
    else:
        fitting = []
    return fitting[0] if len(fitting) == 1 else None


def _echoed(known: Known, inbound: Inbound, reading: Reading, there: Sequence[Ticket]) -> Decision | None:
    """9号楼也是: the same matter at another building, or in another unit of the same: a ticket of its own."""
    last = there[0] if there and known.now - there[0].reported_at <= ME_TOO_SPAN else None
    place = intake.spot(reading)
    if last is None or known.after_talk or not (place.building or last.place.building):
        return None
    if not place.building:
        place = replace(place, building=last.place.building)
    said = intake.draft(known, inbound, reading)
    words = f"{last.words} {said.words}"
    what = replace(said, category=last.category, kind=last.kind, heading="", place=place, words=words)
    return reporting.afresh(known, lambda known: reporting.go_on(known, what, inbound))
