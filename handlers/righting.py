"""Putting the reader right: another category, no report after all, a call it did not hear. Each is kept as an example."""

from __future__ import annotations

from dataclasses import replace

from handlers import clocks, intake, policy, reporting, waiting
from handlers.cards import button
from handlers.commands import Order, Verb, choose
from handlers.dialogue import Step, ask
from handlers.known import Known
from handlers.messages import Button, Decision, Inbound, Refused
from handlers.reading import Reading, read
from handlers.rungs import asked
from handlers.wording import LOCALES, text, word
from handlers.work import Work
from storage.records import Act, Category, Example, LetterKind, Severity, State, Ticket

PER_ROW = 4


def example(
    known: Known,
    words: str,
    *,
    call: bool,
    category: Category | None = None,
    ticket: Ticket | None = None,
    by: str = "",
) -> tuple[Example, ...]:
    """Return what the speaker (or `by`, an id) says of `words` as an example; none when nobody knows whose reader it
    would teach.

    What the reader says itself is asked of it again: it reads the same words the same way, and a ticket's words and
    category may have been put right by others since.
    """
    community = ticket.community if ticket else known.community.id if known.community else None
    by = by or (known.speaker.id if known.speaker else "")
    if community is None or not by or not words.strip():
        return ()
    reading = read(words, known.words)
    return (
        Example(
            community=community,
            at=known.now,
            words=words,
            read_call=reading.is_report,
            read_category=reading.category if reading.is_report else None,
            call=call,
            category=category,
            person=by,
            ticket=ticket.id if ticket else None,
        ),
    )


# --- another category ---------------------------------------------------------------------------------------------------


def reclass(work: Work, order: Order, inbound: Inbound) -> str:
    """改类 1024 漏水: the ticket is of another category. Without one it is asked for.

    Severity and clocks are the new category's, counted from when they began (clocks.at_reclass): a mistake of the
    reader's gives no time away and takes none. An emergency stays one: whoever corrects what it is has not said that
    nobody is in danger. What nobody has taken yet goes to whoever handles such matters, as it would have at once.
    """
    if not order.rest:
        work.must_be_possible(Act.RECLASS)
        known = work.known
        labels = [Button(_label(known, one), choose(Step.CATEGORY, one)) for one in Category]
        rows = tuple(tuple(labels[at : at + PER_ROW]) for at in range(0, len(labels), PER_ROW))
        data = {"ticket": work.ticket.id}
        work.open(
            ask(known, inbound, Step.CATEGORY, data, work.say("ask.category"), rows, ticket=work.ticket.id)
        )
        return ""
    category = category_named(order.rest, work.known)
    if category is None:
        names = [word(f"category.{one}") for one in Category]
        raise Refused("category.unknown", words=order.rest, names={"names": names})
    before = work.ticket
    if category is before.category:
        raise Refused("category.same", number=before.number, category=word(f"category.{category}"))
    work.examples += example(work.known, before.words, call=True, category=category, ticket=before)
    community = work.known.community_of(before)
    danger = before.severity is Severity.EMERGENCY
    handler = before.handler
    if before.state is State.REPORTED and not before.handler_name:
        usual, now_usual = (_usual_handler(work, one) for one in (before.category, category))
        handler = now_usual if handler == usual else handler
    work.step(
        Act.RECLASS,
        category,
        category=category,
        severity=policy.severity_of(community, category, danger),
        heading=intake.HEADINGS.get(before.kind, "") if category is Category.OTHER else "",
        handler=handler,
    )
    work.run(clocks.at_reclass(before, work.ticket, community, tuple(work.deadlines.values()), work.now))
    for person in asked(work.known, work.ticket):
        if person != (work.known.speaker.id if work.known.speaker else ""):
            say = work.say(
                "told.reclassed", by=work.speaker_name(), before=word(f"category.{before.category}")
            )
            work.tell(person, LetterKind.NEWS, say, mark=f"reclassed:{work.now}")
    return "toast.reclassed"


def _usual_handler(work: Work, category: Category) -> str | None:
    """Return whom a new ticket of this category is given to (see intake.file)."""
    named = intake.handler_for(work.known.community_of(work.ticket), category)
    return named if named and work.known.has_account(named) else None


def _label(known: Known, category: Category) -> str:
    return text(f"category.{category}", known.tongue.language)


def category_named(words: str, known: Known) -> Category | None:
    """Return which category somebody names: 漏水墙面, a piece of it that no other has (漏水), its code or English
    name; or what the reader takes the words for (路灯). None when it is no word for one."""
    said = words.strip().lower()
    names = {
        one: (one.value, *(text(f"category.{one}", lang).lower() for lang in LOCALES)) for one in Category
    }
    exact = [one for one, own in names.items() if said in own]
    partly = [one for one, own in names.items() if any(said in name for name in own)]
    for found in (exact, partly):
        if len(found) == 1:
            return found[0]
    return read(words, known.words).category


# --- no report after all ----------------------------------------------------------------------------------------------


def dismiss(work: Work, order: Order, inbound: Inbound) -> str:
    """误报 1024: nobody had called. The ticket ends as 不予受理 with that reason, and its writer, who asked for nothing,
    is told kindly; who did mean it may object once, as to any refusal."""
    before = work.ticket
    note = order.rest or text("decline.no_call", "zh")
    work.step(Act.DISMISS, note, note=note[:500])
    work.examples += example(work.known, before.words, call=False, ticket=before)
    work.run(clocks.at_end(work.ticket, work.known.community_of(work.ticket), work.now))
    buttons = () if before.objected else ((button(Verb.OBJECT, work.ticket),),)
    key = "told.dismissed_finally" if before.objected else "told.dismissed"
    work.tell_reporter(work.say(key), mark="declined", buttons=buttons, holds={State.DECLINED})
    work.tell_crew(work.say("told.dismissed_crew", by=work.speaker_name()), "declined")
    work.tell_followers(work.say("told.declined_follower", why=work.ticket.note), "declined")
    return "toast.dismissed"


# --- a call nobody heard ----------------------------------------------------------------------------------------------


def taken_up(known: Known, inbound: Inbound, reading: Reading) -> Decision:
    """登记 below a message: it is a call, says the one who took it up, whatever the reader thinks of it.

    The quiet question whether it is one is answered with that, and a photo that waited for words comes along once.
    """
    waited = {photo.ref for photo in known.loose}
    inbound = replace(inbound, pieces=tuple(one for one in inbound.pieces if one.ref not in waited))
    what = intake.draft(known, inbound, reading)

    def go_on(known: Known) -> Decision:
        asking = known.dialogue is not None and known.dialogue.step == Step.CONFIRM
        about_it = asking and waiting.draft_of(known).origin_message == inbound.message
        return reporting.go_on(known, what, inbound, waiting.question_of(known) if about_it else None)

    done = reporting.afresh(known, go_on)
    ticket = done.tickets[-1] if done.tickets else None
    taught = example(known, inbound.text, call=True, ticket=ticket, by=inbound.helper)
    return reporting.together(done, Decision(examples=taught))
