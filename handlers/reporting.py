"""The way of one report: what is still missing is asked of its writer alone, then it is filed or joined to its twin."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from handlers import emergency, following, intake, places, questions
from handlers.cards import advice_key, label
from handlers.commands import Order, Verb, choose
from handlers.dialogue import Step, ask
from handlers.intake import Draft
from handlers.known import File, Known
from handlers.messages import Button, Decision, Inbound, Letter, Onto, Refused, Say
from handlers.wording import word
from handlers.work import Work
from storage.records import Act, Address, LetterKind, Place, Severity

DRAFTING = frozenset({Step.WHAT, Step.CONFIRM, Step.COMPOUND, Step.BUILDING, Step.OPENLY, Step.PHOTO})
"""Questions on the way to a ticket: they are over when one is filed."""

MORE = "more"
"""In a question's data: what is asked about beside its draft."""

NOTHING = Decision()
"""What most reports have no question to close with."""


def go_on(known: Known, what: Draft, inbound: Inbound, question: str | None = None) -> Decision:
    """Take a report one step further: ask for what is missing, or file it.

    `question` is the message that asked the step before; it is rewritten instead of a new one being sent.
    Somebody the platform hides cannot be asked; their report is filed as it is.
    """
    askable = known.account is not None
    if what.touchy and not askable:
        what = openly(what, "anonymous")
    elif what.emergency and what.origin_private and intake.among_people(what):
        # Violence told to us alone: everyone on duty is called, and nobody who may have done it reads it in the group.
        what = openly(what, "anonymous", what.origin)
    nowhere = what.grid not in known.directory.grids
    if askable and not what.emergency:
        if what.touchy:
            return questions.how_openly(known, what, inbound, question)
        if nowhere:
            return questions.compound(known, what, inbound, question)
        if intake.needs_building(known, what) and intake.twin(known, what) is None:
            return questions.building(known, what, inbound, question)
    if nowhere and known.community is None and askable:
        # Not even an emergency can be paged where the community is unknown: one tap says which.
        return questions.compound(known, what, inbound, question)
    return file_or_join(known, what, inbound, question)


def asked_again(known: Known, inbound: Inbound, words: str) -> Decision | None:
    """Ask once more about the report that waits for its answer, when it is said again word for word; else None."""
    data = known.dialogue.data if known.dialogue is not None else {}
    if "draft" not in data or MORE in data or data["draft"]["words"] != words:
        return None
    what = Draft.from_data(data["draft"])
    return go_on(known, what, replace(inbound, message=what.origin_message))


def file_or_join(
    known: Known,
    what: Draft,
    inbound: Inbound | None,
    question: str | None = None,
    thanks: str = "ask.thanks",
) -> Decision:
    """File the report, or join it to an open ticket about the same matter at the same spot.

    `inbound` is None when nobody answered the question; `thanks` is what the question then becomes. Raises Refused
    when nobody can know for which community it is.
    """
    if what.grid not in known.directory.grids and known.community is None:
        raise Refused("ask.compound_hidden")
    closing = _close_question(known, question, thanks)
    twin = intake.twin(known, what)
    if twin is not None and inbound is not None and known.speaker is not None:
        return replace(closing, onto=Onto(twin.id, draft=what.to_data()))
    work = intake.file(known, what, inbound, places.grid_of(known.directory, what.grid, known.community))
    decision = work.decision("toast.filed")
    if inbound is not None and known.account is not None:
        if _unit_helps(work):
            return together(decision, questions.unit(work, inbound, question))
        if what.emergency and not places.found_by(what.place):
            return together(decision, questions.where_of_emergency(work, inbound, question))
    return together(decision, closing)


def several(known: Known) -> list[Draft]:
    """Return the reports that are asked about together; none when the question is about one."""
    data = known.dialogue.data if known.dialogue is not None else {}
    return [Draft.from_data(one) for one in (data["draft"], *data[MORE])] if MORE in data else []


def file_all(
    known: Known,
    drafts: Sequence[Draft],
    inbound: Inbound | None,
    question: str | None = None,
    thanks: str = "ask.thanks",
) -> Decision:
    """File each; the photos go with the first. What concerns people is asked about in private, as always."""
    done: list[Decision] = []
    for what in drafts:
        spoken = inbound if inbound is None or not done else replace(inbound, pieces=())
        if what.touchy and (spoken is None or known.account is None or what.emergency):
            what = openly(what, "anonymous", known.account)
        if what.touchy and spoken is not None:
            one = together(
                questions.how_openly(known, what, spoken), _close_question(known, question, thanks)
            )
        else:
            # One twin can be joined at a time; another is left for the leader to join.
            here = () if any(before.onto for before in done) else known.here
            one = file_or_join(replace(known, here=here), what, spoken, question, thanks)
        done.append(one)
        taken = {ticket.community: ticket.number + 1 for ticket in one.tickets}
        known = replace(known, loose=(), numbers={**known.numbers, **taken})
    return together(*done)


def _unit_helps(work: Work) -> bool:
    """Ask for the unit only of those who were asked for the building: the rest said what they wanted to say."""
    known, place = work.known, work.ticket.place
    asked = known.dialogue is not None and known.dialogue.step == Step.BUILDING
    told_enough = place.unit or place.room or places.found_by(Place(landmark=place.landmark))
    bare = bool(place.building) and not told_enough
    return asked and bare and work.ticket.category in places.INDOORS


def join_twin(known: Known, what: Draft, file: File, inbound: Inbound) -> Decision:
    """Somebody reports what is reported already: they follow it (or, their own, add to it), and are told so.

    One tap makes it a ticket of its own after all. What they say may show that it is worse than it seemed.
    """
    work = Work(known, file)
    speaker = known.speaker
    assert speaker is not None, "only a named person's report is joined"
    work.attach(inbound)
    work.attachments += [replace(loose, ticket=file.ticket.id) for loose in known.loose]
    own = speaker.id == file.ticket.reporter or speaker.id in file.followers
    work.remark(what.words)
    if own:
        work.step(Act.ADD, "words", place=places.fill(work.ticket.place, what.place))
    else:
        following.follow(work, Order(Verb.FOLLOW), inbound)
    key = "twin.yours" if own else "twin.joined"
    if what.emergency and work.ticket.severity is not Severity.EMERGENCY:
        emergency.raise_to(work, what.heading)
        key = "twin.raised"
    apart = Button(label(Verb.APART, known.tongue.language), choose(Step.APART, file.ticket.id))
    pieces = {"state": word(f"state.{work.ticket.state}"), "advice": word(advice_key(work.ticket))}
    say = work.say(key, **pieces)
    data = {"draft": what.to_data()}
    work.open(ask(known, inbound, Step.APART, data, say, ((apart,),), ticket=file.ticket.id))
    return work.decision("toast.followed")


def _close_question(known: Known, question: str | None, thanks: str) -> Decision:
    """End the question on the way to this ticket; one about another ticket goes on waiting."""
    dialogue = known.dialogue
    if dialogue is None or dialogue.step not in DRAFTING:
        return NOTHING
    asked = question or dialogue.question
    letters = (Letter(dialogue.chat, LetterKind.ANSWER, Say(thanks), edit=asked),) if asked else ()
    return Decision(close=((dialogue.chat, dialogue.account),), letters=letters)


def afresh(known: Known, begin: Callable[[Known], Decision]) -> Decision:
    """Begin another report. One that still waits for an answer is filed without it first, so that it is not lost."""
    first = unanswered(known)
    if first is None:
        return begin(known)
    taken = {ticket.community: ticket.number + 1 for ticket in first.tickets}
    return together(first, begin(replace(known, dialogue=None, loose=(), numbers={**known.numbers, **taken})))


def unanswered(known: Known) -> Decision | None:
    """File the report whose question has no answer, as far as it can be; None when there is none to file.

    A complaint goes on without a name: it must not be lost, its writer was told so, and the group hears nothing.
    """
    dialogue = known.dialogue
    if dialogue is not None and (drafts := several(known)):
        # Each was surely a call; only whether they are one was not.
        return file_all(known, drafts, None, dialogue.question, "timeout.several")
    if dialogue is None or dialogue.step not in (Step.BUILDING, Step.OPENLY):
        return None
    what = Draft.from_data(dialogue.data["draft"])
    if what.grid not in known.directory.grids:
        return None
    if dialogue.step == Step.OPENLY:
        what = openly(what, "anonymous", dialogue.chat)
    unnamed = dialogue.step == Step.BUILDING and what.anonymous
    thanks = "timeout.building_anonymous" if unnamed else f"timeout.{dialogue.step}"
    return file_or_join(known, what, None, dialogue.question, thanks)


def openly(what: Draft, how: str, told_in: Address | None = None) -> Draft:
    """Return the complaint as it is passed on: to those asked alone, "anonymous" or "named"; `told_in`: where its
    writer was asked, which is where they are answered."""
    quiet = replace(what, touchy=False, private=True, anonymous=how == "anonymous")
    if told_in is None:
        return quiet
    return replace(quiet, origin=told_in, origin_message=None, origin_private=True)


def located(what: Draft, place: Place) -> Draft:
    return replace(what, place=places.fill(what.place, place))


def together(*decisions: Decision) -> Decision:
    """Return one decision that does all of these; the first toast counts."""
    decisions = tuple(decision for decision in decisions if decision is not NOTHING) or decisions
    if len(decisions) == 1:
        return decisions[0]
    merged: dict[str, Any] = {}
    for name in Decision.__dataclass_fields__:
        if name in ("answer", "onto"):
            continue
        merged[name] = tuple(item for decision in decisions for item in getattr(decision, name))
    answer = next((d.answer for d in decisions if d.answer.toast), decisions[0].answer)
    onto = next((d.onto for d in decisions if d.onto), None)
    return Decision(**merged, answer=answer, onto=onto)
