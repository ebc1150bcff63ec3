"""What is said and shown right after 办结. Many apps send a photo and its words as two messages, in either order."""

from __future__ import annotations

from handlers import story
from handlers.dialogue import PHOTO_PAUSE, Step
from handlers.messages import Inbound
from handlers.wording import text
from handlers.work import Work
from storage.records import MINUTE, SECOND, Act, Dialogue, Span, State

PATIENCE: Span = 2 * MINUTE
"""How long what the worker writes to us is taken to be about the work that was just done."""

PHOTO_WAIT: Span = 4 * SECOND
"""How long the question waits for the photo of the finished work to be fetched, so that both come together."""


def pause(inbound: Inbound, note: str) -> Span:
    """Return how long the question to the reporter waits: for the photo, and for its words where it came without any."""
    if not inbound.pieces:
        return 0
    return PHOTO_PAUSE if inbound.private and not note else PHOTO_WAIT


def wait(work: Work, inbound: Inbound) -> None:
    """Be ready for the photo that follows the words, and the words that follow the photo."""
    account = work.known.account
    if inbound.private and account is not None:
        data = {"ticket": work.ticket.id}
        work.wait(Dialogue(inbound.chat, account, Step.AFTER, data, work.now + PATIENCE))


def is_of_the_work(work: Work) -> bool:
    """True when whoever did the work has something to add to it."""
    ticket, speaker = work.ticket, work.known.speaker
    if ticket.state is not State.RESOLVED or speaker is None or speaker.id == ticket.reporter:
        return False
    return speaker.id in (ticket.handler, ticket.first_responder)


def add(work: Work, words: str, inbound: Inbound) -> str:
    """Its words become part of the note, its photos are photos of the finished work. The reporter gets them with the
    question while that waits (handlers/desk/post.py writes it at the last moment), and else by themselves."""
    ticket = work.ticket
    bare = ticket.note in (text("note.photo", "zh"), text("note.none", "zh"))
    note = f"{'' if bare else ticket.note} {words}".strip() if words else ticket.note
    asked = work.now - (ticket.resolved_at or 0) >= PHOTO_PAUSE or not bare
    work.step(Act.ADD, words or "photo", note=note[:500])
    work.attach(inbound, after=True)
    if asked and words:
        worker = story.worker_name(work.known, ticket)
        work.tell_reporter(work.say("told.note", worker=worker, note=words))
    if asked and inbound.pieces:
        shown = work.say("told.photos_after")
        work.tell_reporter(shown, mark="photos_after", shows="after", not_before=work.now + PHOTO_WAIT)
    return "toast.added_photo" if inbound.pieces and not words else "toast.added"
