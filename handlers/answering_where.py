"""Answers to the questions where: which building, which unit, which compound; tapped or in words."""

from __future__ import annotations

from dataclasses import replace

from handlers import fragments, intake, places, reporting
from handlers.intake import Draft
from handlers.known import Known
from handlers.messages import Decision, Inbound, Letter, Refused, Say
from handlers.reading import Reading, Urgency, read, read_place
from handlers.sureness import UNSURE
from handlers.waiting import as_it_began, draft_of, is_courtesy, longer, question_of, thanks, together_closed
from handlers.wording import text
from handlers.work import Work
from storage.records import Act, Category, Dialogue, Grid, LetterKind, Place

LONGEST_NUMBER = 4
"""Characters of a building that is named by its number alone: 3, 12号."""

GOING_TO_LOOK = ("等", "稍", "马上", "我问", "我去", "我看", "问一下", "看一下")
"""How people say that they will find out: the question goes on waiting."""


def building(known: Known, inbound: Inbound, value: str) -> Decision:
    assert known.dialogue is not None, "a question is open"
    what = draft_of(known)
    if value == "other":
        say = Say("ask.building_words")
        again = Letter(inbound.chat, LetterKind.ASK, say, edit=question_of(known), asks=known.account)
        return Decision(open=(known.dialogue,), letters=(again,))
    if value != "unknown":
        what = reporting.located(what, Place(building=places.bare(value)))
    return reporting.file_or_join(known, what, as_it_began(inbound, what), question_of(known))


def of_category(what: Draft, category: Category) -> Draft:
    """Return the report of who chose what it is about. A bare 3 is all they had to say then, and says where."""
    what = replace(what, category=category, heading="")
    found = read_place(what.words, expect="building")
    if what.place != Place() or not found.building or len(what.words) > LONGEST_NUMBER:
        return what
    words = text(f"category.{category}", "zh")
    return replace(
        what, words=f"{words}，{places.called(found.building)}", place=Place(building=found.building)
    )


def building_said(
    known: Known, inbound: Inbound, dialogue: Dialogue, reading: Reading, replies: bool
) -> Decision | None:
    """Where it is, in words: "3", "3号楼2单元", "西门口", "不知道"; or the rest of what happened."""
    what = draft_of(known)
    if reading.is_report and reading.named and reading.category is not what.category:
        another = not fragments.goes_on(reading, inbound.text, known.now - what.at)
        return None if another else longer(known, inbound, reading)
    # "里面有人困住了" is danger only to one who knows that it is a lift.
    whole = read(f"{what.words} {inbound.text}")
    danger = whole.urgency is Urgency.EMERGENCY or (reading.alarming and reading.urgency is Urgency.EMERGENCY)
    buildings = places.grid_of(known.directory, what.grid).buildings
    found = read_place(inbound.text, buildings, expect="building")
    place = places.fill(
        Place(found.building, found.unit, found.floor, found.room, found.place), intake.spot(reading)
    )
    known_now = found.unknown or bool(place.building or place.landmark)
    if not danger and not known_now:
        half = reading.sure >= UNSURE and known.now - what.at <= fragments.TOGETHER
        if reading.is_report or half or inbound.pieces:
            return longer(known, inbound, replace(reading, urgency=whole.urgency, emergency=""))
        if not replies or is_courtesy(inbound.text):
            return None
        if inbound.text.strip().startswith(GOING_TO_LOOK):
            return Decision(open=(dialogue,))
        # Their own words about where it is are better than asking twice.
        place = replace(place, landmark=inbound.text.strip()[:40])
    full = reporting.located(intake.longer(what, whole, inbound.text), place)
    here = replace(inbound, message=what.origin_message)
    return together_closed(dialogue, reporting.file_or_join(known, full, here, dialogue.question))


def unit(known: Known, inbound: Inbound, value: str) -> Decision:
    if value == "unknown" or known.file is None:
        return thanks(known)
    return _unit_is(known, Place(unit=value))


def unit_said(known: Known, inbound: Inbound, dialogue: Dialogue, reading: Reading) -> Decision | None:
    found = read_place(inbound.text, expect="unit")
    if found.unknown:
        return together_closed(dialogue, thanks(known))
    place = Place("", found.unit, found.floor, found.room, found.place)
    if not (place.unit or place.floor or place.room) or known.file is None or reading.is_report:
        return None
    return together_closed(dialogue, _unit_is(known, place))


def _unit_is(known: Known, place: Place) -> Decision:
    assert known.file is not None, "the question is about a ticket"
    work = Work(known, known.file)
    work.step(Act.ADD, "place", place=places.fill(work.ticket.place, place))
    return reporting.together(work.decision("toast.added"), thanks(known))


def compound(known: Known, inbound: Inbound, value: str) -> Decision:
    what = draft_of(known)
    grid = next((g for g in known.directory.grids.values() if g.compound == value), None)
    if grid is None:
        raise Refused("dialogue.over")
    here = places.grid_for(known.directory, grid, what.place.building)
    known, remembered = at_home(known, here)
    following = reporting.go_on(
        known, replace(what, grid=here.id), as_it_began(inbound, what), question_of(known)
    )
    return reporting.together(remembered, following)


def compound_said(known: Known, inbound: Inbound, reading: Reading) -> Decision:
    """The compound by its name; anything else is more of the report."""
    assert known.dialogue is not None, "a question is open"
    community = known.speaker.community if known.speaker else ""
    named = places.compound_named(known.directory, community, inbound.text)
    if named is None and reading.urgency is Urgency.EMERGENCY:
        return reporting.go_on(known, intake.longer(draft_of(known), reading, inbound.text), inbound)
    if named is None:
        return longer(known, inbound, reading)
    found = intake.spot(reading)
    data = {**known.dialogue.data, "draft": reporting.located(draft_of(known), found).to_data()}
    return compound(replace(known, dialogue=replace(known.dialogue, data=data)), inbound, named.id)


def at_home(known: Known, here: Grid, building: str = "") -> tuple[Known, Decision]:
    """Return what is known in this grid, and that its speaker is remembered to live there.

    People of the community file are where it says; they only visit.
    """
    community = known.directory.communities[here.community]
    known = replace(known, grid=here, community=community)
    if known.speaker is None or known.speaker.listed:
        return known, Decision()
    home = known.speaker.home
    if building and building != home.building:
        home = Place(building=building)
    speaker = replace(known.speaker, community=here.community, home_grid=here.id, home=home)
    return replace(known, speaker=speaker), Decision(people=(speaker,))
