"""A second opinion on a message the reader is unsure of, where a community wants one. It can only label that one message.

It is asked after the commit, outside every transaction. Meanwhile the quiet question waits as a letter of its own time:
an answer within WAIT ends it unseen, and without one it goes out by itself, whatever has become of whoever was asked.
"""

from __future__ import annotations

from dataclasses import replace

from handlers import intake, photos, questions, reporting
from handlers.dialogue import Step
from handlers.intake import Draft
from handlers.known import Known
from handlers.messages import Decision, Doubt, Inbound
from handlers.opinion import Opinion, Verdict
from handlers.waiting import as_it_began, draft_of, together_closed
from storage.records import SECOND, Category, Kind, Span

WAIT: Span = 2 * SECOND
"""How long the question to its writer waits for the opinion. One that comes later is none."""


def weigh(known: Known, what: Draft, inbound: Inbound) -> Decision:
    """A message that may be a call: taken as the opinion says where there is one, else its writer is asked."""
    opinion = known.opinion
    if opinion is not None and opinion.verdict is Verdict.CALL:
        labelled = label(what, opinion)
        return reporting.afresh(known, lambda known: reporting.go_on(known, labelled, inbound))
    if opinion is not None and opinion.verdict is Verdict.TALK and not _addressed(inbound):
        return photos.keep_for_later(known, inbound) if inbound.pieces else Decision()
    asked = reporting.afresh(known, lambda known: questions.confirm(known, what, inbound))
    if opinion is None or opinion.verdict is not Verdict.COMING or known.community is None:
        return asked
    later = replace(asked.letters[-1], not_before=known.now + WAIT)
    doubt = Doubt(inbound, known.community)
    return replace(asked, letters=(*asked.letters[:-1], later), doubts=(doubt,))


def told(known: Known, inbound: Inbound) -> Decision:
    """The opinion has come. It counts while nobody has seen the question and nothing was added to what it is about."""
    dialogue, opinion = known.dialogue, inbound.opinion
    if opinion is None or dialogue is None or dialogue.step != Step.CONFIRM or dialogue.question is not None:
        return Decision()
    what = draft_of(known)
    same = what.origin_message == inbound.message and what.words == intake.kept(inbound.text)
    if not same or known.now >= what.at + WAIT:
        return Decision()
    if opinion.verdict is Verdict.CALL:
        filed = reporting.go_on(known, label(what, opinion), as_it_began(inbound, what))
        return together_closed(dialogue, filed)
    if opinion.verdict is Verdict.TALK and not _addressed(inbound):
        return Decision(close=((dialogue.chat, dialogue.account),))
    return Decision()


def label(what: Draft, opinion: Opinion) -> Draft:
    """Return the draft with the category of the opinion. What is between neighbours is first asked about in private."""
    if opinion.category is None or opinion.category is what.category:
        return what
    between = opinion.category is Category.NEIGHBOR_DISPUTE
    return replace(
        what,
        category=opinion.category,
        heading="",
        kind=Kind.COMPLAINT if between else what.kind,
        touchy=what.touchy or between,
    )


def _addressed(inbound: Inbound) -> bool:
    """True for who speaks to us: they are never met with silence."""
    return inbound.private or inbound.to_bot
