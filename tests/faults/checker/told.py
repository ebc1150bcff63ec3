"""What stands on WeChat and WeCom against the outbox: no letter without its way, no message without its letter, and of
one letter at most two, with a lost answer or a break to blame."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator

from tests.faults.checker.evidence import Evidence, Told
from tests.faults.checker.letters import BLAMED_FOR, UNDER_WAY, is_about, named
from tests.faults.checker.remains import Row

PLATFORMS = ("wechat", "wecom")
WAYS = {"wechat": {"kefu", "template", "passive"}, "wecom": {"app", "appchat", "webhook", "reply", "passive"}}
CALLS = ("page", "alert")


def told(evidence: Evidence) -> Iterator[str]:
    letters = [letter for letter in evidence.left.outbox if letter["platform"] in PLATFORMS]
    yield from ways(letters)
    yield from stands(letters, evidence)
    yield from called_in_silence(evidence)


def way_of(letter: Row) -> str:
    """How a letter went: what stands before the colon of its message's id. WeCom's app gives ids of WeCom's own."""
    way, colon, _ = str(letter["sent_message"] or "").partition(":")
    return way if colon else "app" if letter["platform"] == "wecom" and way else ""


def ways(letters: list[Row]) -> Iterator[str]:
    for letter in letters:
        if (
            letter["fate"] == "sent"
            and letter["sent_message"]
            and way_of(letter) not in WAYS[letter["platform"]]
        ):
            yield f"{named(letter)} went no way there is: {letter['sent_message']}"


def stands(letters: list[Row], evidence: Evidence) -> Iterator[str]:
    """Count, for each chat and way, the messages that stand there against those that are written down."""
    written: dict[tuple[str, str], set[str]] = defaultdict(set)
    for letter in letters:
        if letter["fate"] == "sent" and letter["sent_message"]:
            written[letter["sent_chat"].lower(), way_of(letter)].add(letter["sent_message"])
    there: dict[tuple[str, str], list[Told]] = defaultdict(list)
    for one in evidence.told:
        there[one.chat.lower(), one.way].append(one)
    for (chat, way), messages in written.items():
        # Nothing that changes a card makes a new message, and a passive answer is told by its push.
        seen = [*there[chat, way], *(there[chat, "part"] if way == "app" else ())]
        missing = messages - {one.message for one in seen}
        if way in ("app", "passive", "template") and missing:
            yield f"{sorted(missing)} are said to stand in {chat} and do not"
        if way == "kefu" and len(messages) > len(there[chat, way]):
            yield f"{len(messages)} {way} messages are said to stand in {chat}, where there are {len(there[chat, way])}"
    for letter in letters:
        place = letter["chat"].lower()
        if (
            letter["fate"] == "sent"
            and not letter["sent_message"]
            and not any(
                is_about(one, letter)
                for (chat, _), messages in there.items()
                if chat == place
                for one in messages
            )
        ):
            yield f"{named(letter)} was taken as sent and stands nowhere"
    for (chat, way), messages in there.items():
        if way in ("kefu", "template", "app"):
            known = {one.message for one in messages} & written[chat, way]
            copies = len(messages) - (len(written[chat, way]) if way == "kefu" else len(known))
            blamed = sum(blame(one, evidence) for one in messages)
            if copies > blamed:
                yield f"{copies} {way} messages stand in {chat} and in no letter, with {blamed} to blame"
    for where, messages in there.items():
        for words, times in Counter(one.words for one in messages).items():
            if (
                words
                and where[1] in ("kefu", "template")
                and times > 1 + evidence.repeats * len(letters_to(where[0], letters))
            ):
                yield f"{words[:40]!r} stands {times} times in {where[0]}"


def letters_to(chat: str, letters: list[Row]) -> list[Row]:
    return [letter for letter in letters if (letter["sent_chat"] or letter["chat"]).lower() == chat]


def blame(one: Told, evidence: Evidence) -> bool:
    """Whether the program may not know that it stands there."""
    return not one.answered or any(-UNDER_WAY <= at - one.at <= BLAMED_FOR for at in evidence.breaks)


def called_in_silence(evidence: Evidence) -> Iterator[str]:
    """Where somebody is called who may be told nothing, somebody else is called as well."""
    outbox = evidence.left.outbox
    for letter in outbox:
        if letter["fate"] != "untold" or letter["kind"] not in CALLS:
            continue
        others = [
            other
            for other in outbox
            if (other["ticket"], other["kind"]) == (letter["ticket"], letter["kind"])
            and other["reader"] != letter["reader"]
            and other["fate"] in ("sent", "waiting", "claimed")
        ]
        if not others:
            yield f"{named(letter)} called nobody, and nobody else was called"
