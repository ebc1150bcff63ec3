"""Every letter owed was sent, and none in a loop: the outbox against what the platform really put up."""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from itertools import pairwise

from tests.faults.checker.evidence import Evidence, Sent, Told
from tests.faults.checker.remains import Row

LEADS_TO = {"remind": "remind", "alert": "alert", "queue": "alert", "street": "alert"}
"""What sort of letter each line of the clock owes."""

BLAMED_FOR = 5_000
"""What stood there longer than this before something broke, in ms, would have been written down by then."""

UNDER_WAY = 2_000
"""What was on its way when something broke still arrives, up to so many ms later, and cannot be written down."""


def letters(evidence: Evidence) -> Iterator[str]:
    yield from owed(evidence)
    yield from ended(evidence)
    yield from standing(evidence)
    yield from told_or_not(evidence)


def owed(evidence: Evidence) -> Iterator[str]:
    """What the ledger says must have been told has its letter; every open report its card in each chat of its grid."""
    left = evidence.left
    told = {(letter["ticket"], letter["kind"], letter["at"], letter["reader"]) for letter in left.outbox}
    kinds = {what[:3] for what in told}
    cards = {(letter["ticket"], letter["route"]) for letter in left.outbox if letter["kind"] == "card"}
    tickets = {ticket["id"]: ticket for ticket in left.tickets}
    for line in left.ledger:
        if line["ticket"] is None:
            continue
        kind = LEADS_TO.get(line["act"])
        if kind and not line["person"] and (line["ticket"], kind, line["at"]) not in kinds:
            yield f"{line['ticket']}: {line['act']} {line['reason']} was told to nobody"
        if kind == "alert":
            for chat in left.staff_chats:
                reader = (line["ticket"], kind, line["at"], chat["chat"])
                if chat["community"] == line["community"] and not line["person"] and reader not in told:
                    yield f"{line['ticket']}: {line['act']} {line['reason']} was not told to {chat['chat']}"
        ticket = tickets.get(line["ticket"])
        if line["act"] == "report" and ticket is not None and not ticket["private"]:
            for chat in left.grid_chats:
                if chat["grid"] == ticket["grid"] and (ticket["id"], chat["chat"]) not in cards:
                    yield f"{ticket['id']} has no card in {chat['chat']}"


def ended(evidence: Evidence) -> Iterator[str]:
    """Nothing waits, nothing is held, and what was dropped had become untrue."""
    states: dict[str, list[tuple[int, str]]] = defaultdict(list)
    for line in evidence.left.ledger:
        states[line["ticket"]].append((line["at"], line["state"]))
    for letter in evidence.left.outbox:
        what = named(letter)
        if (
            letter["fate"] in ("waiting", "claimed")
            and max(letter["not_before"], letter["again_at"]) <= evidence.now
        ):
            yield f"{what} is still {letter['fate']}"
        elif letter["fate"] == "undeliverable" and letter["reader"] not in evidence.unreachable:
            yield f"{what} was given up: {letter['note']}"
        elif letter["fate"] == "dropped" and not untrue(letter, states[letter["ticket"]]):
            yield f"{what} was dropped though it was true: {letter['note']}"


def told_or_not(evidence: Evidence) -> Iterator[str]:
    """Whom the platform let nothing be told has a line that says so, and one when they were told at last."""
    lines = Counter((line["ticket"], line["act"]) for line in evidence.left.ledger)
    kept: Counter[str] = Counter()
    told: Counter[str] = Counter()
    for letter in evidence.left.outbox:
        waited = "untold_since" in json.loads(letter["body"])
        if letter["fate"] == "untold" and not waited:
            yield f"{named(letter)} is kept untold, and nobody was told of that"
        if waited and letter["ticket"]:
            kept[letter["ticket"]] += 1
            # A card may have come to show nothing new; what was taken as sent was told to nobody for certain.
            surely = letter["fate"] == "sent" and letter["sent_message"] and letter["kind"] != "card"
            told[letter["ticket"]] += bool(surely)
    for ticket, count in kept.items():
        if lines[ticket, "untold"] < count:
            yield f"{ticket}: {count} letters were kept untold, {lines[ticket, 'untold']} of them by its ledger"
        if lines[ticket, "told"] < told[ticket]:
            yield f"{ticket}: {told[ticket]} were told at last, {lines[ticket, 'told']} of them by its ledger"


def untrue(letter: Row, states: list[tuple[int, str]]) -> bool:
    """Whether there was any reason to drop it. A card shows what stands there already; a question was answered."""
    body = json.loads(letter["body"])
    if letter["kind"] == "card" or "asks" in body or "again" in body or body.get("shows"):
        return True
    return any(at >= letter["at"] and state not in body.get("holds", [state]) for at, state in states)


def standing(evidence: Evidence) -> Iterator[str]:
    """Each letter stands where its row says, and every other message is one letter's copy, with a break to blame."""
    there = {(sent.chat, sent.message): sent for sent in evidence.sent}
    recorded = {
        (letter["sent_chat"], letter["sent_message"]): letter
        for letter in evidence.left.outbox
        if letter["fate"] == "sent" and letter["sent_message"] and letter["platform"] == "telegram"
    }
    for place, letter in recorded.items():
        if place not in there:
            yield f"{named(letter)} is said to stand as {place[1]} in {place[0]} and does not"
    copies = [
        sent
        for place, sent in there.items()
        if place not in recorded and sent.words and sent.at >= evidence.forgotten
    ]
    yield from repeated(copies, [there[place] for place in recorded if place in there], evidence)
    for letter in evidence.left.outbox:
        taken = letter["fate"] == "sent" and not letter["sent_message"] and letter["platform"] == "telegram"
        if taken and not any(copy.chat == letter["sent_chat"] and is_about(copy, letter) for copy in copies):
            yield f"{named(letter)} was taken as sent and stands nowhere"


def repeated(copies: list[Sent], originals: list[Sent], evidence: Evidence) -> Iterator[str]:
    """Each copy is blamed on a break; of one letter there are never more than `evidence.repeats`.

    One gathered with other letters the next time read otherwise then; one taken as sent has no original.
    """
    word_for_word = Counter((sent.chat, core(sent.words)) for sent in originals)
    letters_to: dict[str, list[Row]] = defaultdict(list)
    for letter in evidence.left.outbox:
        letters_to[letter["sent_chat"] or letter["chat"]].append(letter)
    count: Counter[tuple[str, str]] = Counter()
    for copy in copies:
        what = (copy.chat, core(copy.words))
        count[what] += 1
        if copy.answered and not any(-UNDER_WAY <= at - copy.at <= BLAMED_FOR for at in evidence.breaks):
            yield f"{copy.words[:40]!r} stands in {copy.chat} and in no letter, with nothing to blame"
        letters = [letter for letter in letters_to[copy.chat] if is_about(copy, letter)]
        unrecorded = sum(letter["fate"] == "sent" and not letter["sent_message"] for letter in letters)
        alike = (word_for_word[what] or len(letters)) * evidence.repeats
        cards = sum(letter["kind"] == "card" for letter in letters)
        if cards and what[1] != copy.words:
            # Until one card is written down every later one is a new message too, and reads alike at the top.
            alike = cards * (1 + evidence.repeats) - word_for_word[what]
        if count[what] > alike + unrecorded:
            yield f"{copy.words[:40]!r} stands {count[what] + word_for_word[what]} times in {copy.chat}"
    yield from in_a_row([*originals, *copies], {what for what in count if word_for_word[what] == 1}, evidence)


def in_a_row(sent: list[Sent], repeated: set[tuple[str, str]], evidence: Evidence) -> Iterator[str]:
    """One break repeats a letter once: between two copies of it there is one, or an answer that was lost."""
    copies: dict[tuple[str, str], list[Sent]] = defaultdict(list)
    for one in sorted(sent, key=lambda one: one.at):
        copies[one.chat, core(one.words)].append(one)
    for what in repeated:
        for first, then in pairwise(copies[what]):
            if first.answered and not any(first.at - UNDER_WAY <= at <= then.at for at in evidence.breaks):
                yield f"{then.words[:40]!r} was repeated in {then.chat} with nothing to blame"


def is_about(sent: Sent | Told, letter: Row) -> bool:
    number = str(letter["ticket"] or "").rpartition("-")[2]
    return not number or re.search(rf"#{number}(?!\d)", sent.words) is not None


def core(words: str) -> str:
    """What two copies of a letter have in common: a card is written as its ticket stands, so only its heading."""
    head, _, rest = words.partition("\n")
    return head if re.match(r"#\d+ [^。，：]+$", head) and rest else words


def named(letter: Row) -> str:
    return f"letter {letter['id']} ({letter['kind']} about {letter['ticket']} to {letter['reader']})"
