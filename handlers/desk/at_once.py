"""What goes back with the answer to the platform: letters to whoever has just spoken, where nothing else may be said later.

They are claimed in the turn that took the message, for as long as the platform may take to fetch the answer; nobody
calls the platform in between. When the answer has gone out, delivery is told (handed_over) and they count as sent; else
the claim runs out and they go like any other letter.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from handlers import cards
from handlers.desk import post, save
from handlers.desk.row import Waiting
from handlers.messages import Answer, Inbound, Outgoing
from handlers.plainly import plain_words
from storage.records import SECOND, Address, Directory, Instant, LetterKind, Owed, Span, chat_of
from storage.turn import Turn

LEASE: Span = 20 * SECOND
"""WeChat asks three times, five seconds apart, and gives up."""

AFTERWARDS: Span = 2 * SECOND
"""What did not fit into the answer goes so much later: nobody shall read it first."""

BETWEEN = "\n\n"
"""What stands between two letters in one answer."""

MOST_TRIES = 1
"""Tries that may have arrived already, after which a letter is not said once more in an answer."""


@dataclass(frozen=True, slots=True)
class Part:
    """A message that waits for the one who spoke, written out. `words` are empty for what says nothing new here."""

    bundle: Sequence[Owed]
    out: Outgoing
    words: str

    @property
    def size(self) -> int:
        """In bytes, with what parts it from the one before."""
        return len(self.words.encode()) + (len(BETWEEN) if self.words else 0)


def concerns(inbound: Inbound) -> bool:
    """True for what comes from a platform that lets only a little be said."""
    return inbound.at_once > 0 or inbound.window is not None


async def answer(
    turn: Turn, directory: Directory, spoken: Sequence[tuple[Waiting, Answer]]
) -> dict[str, Answer]:
    """Open the windows that come with these messages, and return by their keys the answers with all they can carry.

    What is carried is kept in the inbox with the key, so that a repeat gets the same.
    """
    for waiting, _ in spoken:
        if waiting.inbound.window is not None:
            turn.windows.open(waiting.inbound.chat, waiting.inbound.window)
    await turn.untold.wake({waiting.inbound.chat for waiting, _ in spoken})
    answers = {waiting.inbound.key: given for waiting, given in spoken}
    carrying = [one for one in spoken if one[0].inbound.at_once > 0]
    if not carrying:
        return answers
    now = max(waiting.now for waiting, _ in carrying)
    since: dict[Address, Instant] = {}
    for waiting, _ in carrying:
        since.setdefault(chat_of(waiting.inbound.chat), waiting.now)
    groups = {chat_of(waiting.inbound.chat) for waiting, _ in carrying if not waiting.inbound.private}
    parts = await _parts(turn, directory, since, groups, now)
    carried: list[Part] = []
    for waiting, given in carrying:
        room = waiting.inbound.at_once - len(f"{given.toast}{BETWEEN}".encode())
        taken = _fitting(parts.get(chat_of(waiting.inbound.chat), deque()), room)
        carried += taken
        answers[waiting.inbound.key] = _with(given, taken, waiting)
        turn.inbox.keep(waiting.inbound.key, waiting.now, save.answer_data(answers[waiting.inbound.key]))
    await turn.untold.carry(
        [(owed, _noted(owed, part)) for part in carried for owed in part.bundle], now, LEASE
    )
    left = [owed for waiting in parts.values() for part in waiting for owed in part.bundle if owed.rank]
    await turn.untold.after(left, now + AFTERWARDS)
    return answers


async def _parts(
    turn: Turn,
    directory: Directory,
    since: Mapping[Address, Instant],
    groups: Collection[Address],
    now: Instant,
) -> dict[Address, deque[Part]]:
    """Return by chat what waits there, in the order in which it is said: what is urgent, what came of the words just
    said (owed `since` then), and then the news that had to wait. What is not true any more is dropped."""
    waiting = await turn.untold.waiting_for(since.keys(), now)
    bundles = [bundle for chat, some in waiting.items() for bundle in _in_order(some, since[chat])]
    bundles = [bundle for bundle in bundles if max(owed.attempts for owed in bundle) <= MOST_TRIES]
    written = await post.write_all(turn, directory, bundles, now) if bundles else []
    found: dict[Address, deque[Part]] = {}
    untrue: list[int] = []
    shown: set[tuple[Address, str | None]] = set()
    for bundle, out in zip(bundles, written, strict=True):
        chat, first = chat_of(bundle[0].routes[0]), bundle[0]
        again = first.kind is LetterKind.CARD and (chat, first.ticket) in shown
        if out is None or again:
            untrue += [owed.id for owed in bundle]
        elif isinstance(out, Outgoing) and not post.is_its_photos(first) and "opens" not in first.body:
            # What opens the console is made when it is sent; an answer is kept as it was given.
            if first.kind is LetterKind.CARD:
                shown.add((chat, first.ticket))
            quiet = out.edit is not None and not out.anew
            words = "" if quiet else plain_words(out, out.language, among=chat in groups)
            found.setdefault(chat, deque()).append(Part(bundle, out, words))
    await turn.outbox.drop(untrue, post.UNTRUE)
    return found


def _in_order(bundles: Sequence[Sequence[Owed]], since: Instant) -> list[Sequence[Owed]]:
    return sorted(bundles, key=lambda bundle: (bundle[0].rank != 0, bundle[0].at < since))


def _fitting(parts: deque[Part], most: int) -> list[Part]:
    """Take the first ones that fit into so many bytes."""
    taken: list[Part] = []
    room = most + len(BETWEEN)
    while parts and parts[0].size <= room:
        room -= parts[0].size
        taken.append(parts.popleft())
    return taken


def _with(given: Answer, parts: Sequence[Part], waiting: Waiting) -> Answer:
    words = [part.words for part in parts if part.words]
    news = any(part.words and part.bundle[0].at >= waiting.now for part in parts)
    # A toast is what a press shows at once: where nobody can see one, and nothing but older news stands here, it is said.
    if given.toast and not news and len(given.toast.encode()) <= waiting.inbound.at_once:
        words.insert(0, given.toast)
    ids = tuple(owed.id for part in parts for owed in part.bundle)
    return replace(given, said=BETWEEN.join(words), letters=ids)


def _noted(owed: Owed, part: Part) -> dict[str, Any]:
    """Return the letter's body with what has to be known when it has been said: what the card showed, whether anything was
    said of it at all, and whether its photos have still to come."""
    out = part.out
    carried: dict[str, Any] = {"said": bool(part.words), "photos": bool(out.photos)}
    if owed.kind is LetterKind.CARD:
        carried["shown"] = [cards.Face(out.heading, out.text, out.buttons).print, out.mark]
    return {**owed.body, "carried": carried}
