"""Letters read with a stranger's eyes: complete, in their reader's language, within limits, to nobody who may not know."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from bot.channels import telegram_write
from handlers import wording
from storage.records import Address, chat_of, platform_of
from tests.properties.people import GROUPS, STAFF_ROOM
from tests.properties.picture import Picture
from tests.properties.post import Delivered

Row = Mapping[str, Any]

HOLE = re.compile(r"\{(?!xyzzy)[a-z_]+[^}\s]*\}")
"""A piece that was never put in. People type {xyzzy} here, and nothing else in braces."""

MARK = re.compile(r"暗号[a-z]+z")
PUBLIC = {chat_of(group) for group in GROUPS} - {STAFF_ROOM}

CAUSES: Mapping[str, Sequence[str]] = {
    "remind": ("remind",),
    "alert": ("alert",),
    "queue.staff": ("queue", "refer"),
    "queue.handler": ("queue", "refer"),
    "queue.reporter": ("queue", "refer"),
    "street.staff": ("street",),
    "street.staff_by_hand": ("street",),
    "street.told": ("street",),
    "street.handler": ("street",),
    "street.reporter": ("street",),
    "street.reporter_told": ("street",),
    "review.ask": ("resolve",),
    "told.resolved": ("resolve",),
    "told.accepted": ("accept",),
    "told.declined": ("decline",),
    "told.declined_crew": ("decline",),
    "told.declined_follower": ("decline",),
    "told.decided": ("decide",),
    "told.rated": ("rate",),
    "told.merged": ("merge",),
    "told.withdrawn": ("withdraw",),
    "told.withdrawn_follower": ("withdraw",),
    "told.reopened": ("reopen",),
    "object.staff": ("object",),
    "told.plan": ("plan",),
    "told.paused": ("pause",),
    "told.granted": ("grant_time",),
    "told.granted_reporter": ("grant_time",),
    "told.supervised": ("supervise",),
    "time.asked": ("ask_time",),
    "told.handed_over": ("transfer", "reassign"),
    "page": ("report", "regrade", "object", "reopen"),
    "page.taken": ("regrade",),
}
"""Which acts a letter tells of: nobody may get more of them than there were acts."""


def key_of(letter: Row) -> str:
    """The name of the text a letter in the outbox says; "" for cards and for letters written anew."""
    body = json.loads(letter["body"])
    return str(body["say"]["key"]) if "say" in body else ""


def told_too_often(picture: Picture) -> list[str]:
    """A letter for which nothing happened: one reader was told the same thing twice."""
    acts = Counter((line["ticket"], line["act"]) for line in picture["ledger"])
    told: Counter[tuple[str, str, str]] = Counter()
    for letter in picture["outbox"]:
        key = key_of(letter)
        family = key.partition(".")[0] if key.startswith(("remind.", "alert.")) else key
        if family in CAUSES and letter["ticket"]:
            told[letter["ticket"], family, letter["reader"]] += 1
    return [
        f"{reader} was told {family} about {ticket} {count} times"
        for (ticket, family, reader), count in told.items()
        if count > sum(acts[ticket, act] for act in CAUSES[family])
    ]


def said_twice(fresh: Sequence[Row]) -> list[str]:
    """The same words about the same ticket to the same person, owed by one and the same message."""
    seen = Counter(
        (letter["ticket"], letter["route"], json.dumps(json.loads(letter["body"])["say"]))
        for letter in fresh
        if key_of(letter) and letter["route"]
    )
    return [
        f"{route} is told twice about {ticket}: {say}"
        for (ticket, route, say), count in seen.items()
        if count > 1
    ]


def never_asked(picture: Picture) -> list[str]:
    """A reporter who was never asked whether the work is done."""
    asked = Counter(letter["ticket"] for letter in picture["outbox"] if key_of(letter) == "review.ask")
    done = Counter(line["ticket"] for line in picture["ledger"] if line["act"] == "resolve")
    return [
        f"{ticket['id']} was resolved {done[ticket['id']]} times, its reporter asked {asked[ticket['id']]} times"
        for ticket in picture["tickets"]
        if ticket["reporter"] and asked[ticket["id"]] != done[ticket["id"]]
    ]


def wrong_language(fresh: Sequence[Row], picture: Picture, before: Picture) -> list[str]:
    """Letters to a person in another language than theirs (or the one they had a moment ago)."""
    owners = {account["address"]: account["person"] for account in picture["accounts"]}
    spoken = {(person["id"], person["language"]) for shot in (before, picture) for person in shot["people"]}
    spoken |= {
        (person, "zh") for person, _ in spoken if person not in {one["id"] for one in before["people"]}
    }
    speaking = {person for person, _ in spoken}
    wrong = []
    for letter in fresh:
        if not key_of(letter):
            continue
        reader = owners.get(letter["reader"], letter["reader"])
        language = json.loads(letter["body"])["language"]
        if reader in speaking and (reader, language) not in spoken:
            wrong.append(f"{reader} gets {key_of(letter)} in {language}")
    return wrong


def misread(delivered: Delivered) -> list[str]:
    """What is wrong with a message as it arrived."""
    wrong, words = [], delivered.words
    if not words.strip():
        wrong.append("it is empty")
    if holes := HOLE.findall(words):
        wrong.append(f"pieces are missing: {holes}")
    if telegram_write.units(words) > telegram_write.TEXT_UNITS:
        wrong.append(f"{telegram_write.units(words)} units are too many")
    for row in delivered.out.buttons:
        for button in row:
            if not button.label.strip() or len(button.label) > 64:
                wrong.append(f"a button is called {button.label!r}")
            if not 1 <= len(button.press.encode()) <= telegram_write.PRESS_BYTES and not button.url:
                wrong.append(f"a button carries {button.press!r}")
    if platform_of(delivered.chat) == "telegram":
        telegram_write.draft(delivered.out)
    wrong += _untranslated(delivered)
    return [f"{one}: {words[:200]!r} to {delivered.out.to}" for one in wrong]


def _untranslated(delivered: Delivered) -> list[str]:
    """The longest stretch of a text's own words must stand in the letter, in the language it is written in."""
    owed = delivered.bundle[0]
    if "say" not in owed.body or len(delivered.bundle) > 1 or "outage" in owed.body:
        return []
    template = wording.text(owed.body["say"]["key"], owed.body["language"])
    own = max(re.split(r"\{[^}]*\}|\n", template), key=len).strip()
    return [] if own in delivered.words else [f"{own!r} is missing"]


def given_away(delivered: Delivered, picture: Picture) -> list[str]:
    """A private matter's words where others read along, or the name of somebody who wanted to stay unnamed."""
    found = []
    private = {ticket["id"]: ticket for ticket in picture["tickets"] if ticket["private"]}
    if delivered.chat in PUBLIC:
        for ticket in private.values():
            if marks_of(ticket, picture) & set(MARK.findall(delivered.words)):
                found.append(
                    f"#{ticket['number']} is private, and {delivered.chat} reads {delivered.words!r}"
                )
            if any(owed.ticket == ticket["id"] and owed.kind == "card" for owed in delivered.bundle):
                found.append(f"#{ticket['number']} is private, and its card stands in {delivered.chat}")
    own = {account["address"]: account["person"] for account in picture["accounts"]}
    offices = {"居民", *(person["name"] for person in picture["people"] if person["listed"])}
    names = {person["id"]: person["name"] for person in picture["people"] if person["name"] not in offices}
    for owed in delivered.bundle:
        ticket = private.get(owed.ticket or "")
        if (
            ticket is None
            or not ticket["anonymous"]
            or own.get(Address(delivered.chat)) == ticket["reporter"]
        ):
            continue
        name = names.get(ticket["reporter"] or "", "")
        if name and name not in ticket["words"] and name in delivered.words:
            found.append(f"#{ticket['number']} is anonymous, and {delivered.chat} reads {delivered.words!r}")
    return found


def marks_of(ticket: Row, picture: Picture) -> set[str]:
    """The marks of everything that was said about a ticket, but for what was said about an open one as well."""
    words = " ".join(
        [
            *(ticket[name] for name in ("words", "note", "plan", "pause_reason")),
            *(remark["words"] for remark in picture["remarks"] if remark["ticket"] == ticket["id"]),
        ]
    )
    return set(MARK.findall(words))
