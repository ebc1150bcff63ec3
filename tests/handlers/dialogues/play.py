"""Playing a written dialogue at the real desk, and telling what came of it in the words its author used."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from handlers.commands import choose
from handlers.desk import Desk
from handlers.dialogue import Step
from handlers.messages import Inbound, Piece, Sender
from handlers.places import bare
from storage.dialogues import dialogue_from
from storage.records import (
    HOUR,
    MINUTE,
    OPEN,
    SECOND,
    Act,
    Dialogue,
    Instant,
    LetterKind,
    Severity,
    State,
    Ticket,
)
from storage.ticket_rows import ticket_from
from tests.handlers.dialogues.ground import ACCOUNTS, GROUP, NAMES, START, ground, number

OF_ACT = {
    Act.REOPEN: "reopen",
    Act.FOLLOW: "duplicate_plus_one",
    Act.ADD: "append_to_ticket",
    Act.URGE: "reminder",
}
REPORTS = frozenset({Step.BUILDING, Step.COMPOUND, Step.OPENLY})
"""Questions on the way to a ticket that comes in any case: the author calls the message before them a new ticket."""

OVER = frozenset({State.RESOLVED, State.CLOSED})
PARTS = ("building", "unit", "floor", "room")


@dataclass(frozen=True)
class Scene:
    """How things stand between two messages."""

    tickets: Mapping[str, Ticket]
    lines: tuple[tuple[str, Act], ...]
    letters: tuple[Mapping[str, Any], ...]
    asked: Mapping[tuple[str, str], Dialogue]


@dataclass
class Played:
    """What became of a dialogue: an action and a ticket ("" for none) for each message, and the tickets afterwards."""

    told: Mapping[str, Any]
    actions: list[str] = field(default_factory=list)
    targets: list[str] = field(default_factory=list)
    scene: Scene | None = None

    @property
    def faults(self) -> list[str]:
        """Return what is not as its author expects; empty when all is well."""
        wanted = self.told["expected"]
        found = [*_of_actions(self), *_of_target(self)]
        after = wanted["ticket_after"] or []
        assert self.scene is not None
        new = [ticket for id, ticket in sorted(self.scene.tickets.items()) if id not in _given(self.told)]
        expected_new = wanted["ticket_after"] is not None and wanted["target"] is None
        if not expected_new and new:
            found.append(f"{len(new)} tickets nobody expects: {[_shown(one) for one in new]}")
        if expected_new:
            found += _differences(after if isinstance(after, list) else [after], new)
        elif after:
            ticket = self.scene.tickets[f"jinghe-{number(wanted['target'])}"]
            found += _differences([after], [ticket])
        return found


def _given(told: Mapping[str, Any]) -> set[str]:
    return {f"jinghe-{number(ticket['id'])}" for ticket in told["open_tickets"]}


def _of_actions(played: Played) -> list[str]:
    """Silence where silence is expected, and what matters most done; one that waits may do it a message later."""
    wanted = played.told["expected"]
    found = []
    for at, (ours, theirs) in enumerate(zip(played.actions, wanted["actions"], strict=True)):
        if theirs == "none" and ours != "none":
            found.append(f"message {at + 1}: {ours}, where nothing was to be done")
    if wanted["outcome"] != "none" and wanted["outcome"] not in played.actions:
        found.append(f"{played.actions}, expected {wanted['actions']}")
    return found


def _of_target(played: Played) -> list[str]:
    wanted = played.told["expected"]
    if wanted["target"] is None:
        return []
    meant = f"jinghe-{number(wanted['target'])}"
    hit = {t for action, t in zip(played.actions, played.targets, strict=True) if action == wanted["outcome"]}
    return [f"meant {sorted(hit)}, expected {meant}"] if hit - {meant, ""} else []


def _differences(wanted: list[Mapping[str, Any]], found: list[Ticket]) -> list[str]:
    """Compare category, place and danger; the landmark's words and the degrees below danger are matters of taste."""
    left = list(found)
    missing = []
    for one in wanted:
        same = next((ticket for ticket in left if _same(one, ticket)), None)
        if same is None:
            missing.append(" ".join((one["category"], *(one[part] or "-" for part in PARTS), one["urgency"])))
        else:
            left.remove(same)
    if not missing and not left:
        return []
    return [f"tickets {[_shown(one) for one in found]}, missing {missing}"]


def _same(wanted: Mapping[str, Any], ticket: Ticket) -> bool:
    place = ticket.place
    return (
        wanted["category"] == ticket.category
        and wanted["building"] == bare(place.building)
        and (wanted["unit"], wanted["floor"], wanted["room"]) == (place.unit, place.floor, place.room)
        and (wanted["urgency"] == "emergency") == (ticket.severity is Severity.EMERGENCY)
    )


def _shown(ticket: Ticket) -> str:
    place = ticket.place
    parts = (place.building, place.unit, place.floor, place.room)
    return " ".join((ticket.category, *(part or "-" for part in parts), place.landmark, ticket.severity))


def as_labelled(told: Mapping[str, Any]) -> dict[str, tuple[str, bool]]:
    """Return, by the words of each message whose author says so, the category of the call it is; "" for talk."""
    wanted = told["expected"]
    after = wanted["ticket_after"]
    labels = {}
    for message, action in zip(told["messages"], wanted["actions"], strict=True):
        if action == "new_ticket" and isinstance(after, dict):
            labels[message["text"]] = (after["category"], after["urgency"] == "emergency")
        if action == "none":
            labels[message["text"]] = ("", False)
    return labels


async def play(template: Path, told: Mapping[str, Any]) -> Played:
    """Play it from its first message to ten minutes after its last, when every open question is over."""
    played = Played(told)
    async with ground(template, told["open_tickets"]) as (path, desk):
        before, now = _scene(path), START
        for message in told["messages"]:
            now = START + round(message["t_min"] * MINUTE)
            await desk.sweep(now)
            before = _scene(path)
            await desk.receive(_inbound(message, now), now)
            after = _scene(path)
            action, target = _action(before, after, message["sender"])
            played.actions.append(action)
            played.targets.append(target)
            before = after
        await _answer(desk, told, before, now)
        await desk.sweep(now + HOUR // 4)
        played.scene = _scene(path)
    return played


async def _answer(desk: Desk, told: Mapping[str, Any], scene: Scene, now: Instant) -> None:
    """Tap what is expected where a question still waits: the building, or that both matters shall be filed."""
    after = told["expected"]["ticket_after"]
    if after is None:
        return
    for (_, account), dialogue in scene.asked.items():
        value = ""
        if dialogue.step == Step.BUILDING and not isinstance(after, list):
            value = after["building"] or "unknown"
        if dialogue.step == Step.CONFIRM and told["expected"]["outcome"] == "ask":
            value = "yes"
        if value:
            name = next(name for name, one in ACCOUNTS.items() if one == account)
            press = choose(dialogue.step, value)
            told_by = Sender(ACCOUNTS[name], NAMES[name])
            await desk.receive(
                Inbound(f"press:{account}", now, dialogue.chat, False, told_by, press=press), now + SECOND
            )


def _inbound(message: Mapping[str, Any], now: Instant) -> Inbound:
    sender = message["sender"]
    text = re.sub(r"#?T([0-9])", lambda found: f"#{number(found[1])}", message["text"])
    piece = {"photo": (Piece("photo", f"photo-{message['mid']}"),)}.get(message["kind"], ())
    return Inbound(
        key=f"telegram:{message['mid']}",
        at=now,
        chat=GROUP,
        private=False,
        sender=Sender(ACCOUNTS[sender], NAMES[sender]),
        text=text,
        pieces=piece,
        message=str(message["mid"]),
        reply_to=None if (reply := message.get("reply_to")) is None else str(reply),
        to_bot=str(message.get("reply_to", "")).startswith("bot:"),
    )


def _action(before: Scene, after: Scene, sender: str) -> tuple[str, str]:
    """Return what one message led to, and on which ticket ("" where there is none yet)."""
    new = [id for id in after.tickets if id not in before.tickets]
    was, now = (_report_asked_about(scene, sender) for scene in (before, after))
    for id, ticket in after.tickets.items():
        if id not in new and before.tickets[id].state in OVER and ticket.state in OPEN:
            return "reopen", id
    if new and (was is None or len(new) > 1 or now is not None):
        return "new_ticket", new[0]
    if new:
        return "append_to_ticket", new[0]
    if was is None and now is not None:
        return "new_ticket", ""
    if was is not None and now is not None and was.data != now.data:
        same = was.data["draft"]["origin_message"] == now.data["draft"]["origin_message"]
        return ("append_to_ticket" if same else "new_ticket"), ""
    for ticket, act in reversed(after.lines[len(before.lines) :]):
        if act in OF_ACT:
            return OF_ACT[act], ticket
    return _said(after.letters[len(before.letters) :])


def _report_asked_about(scene: Scene, sender: str) -> Dialogue | None:
    """Return the question about a report of theirs that is filed even when nobody answers."""
    own = [one for (_, account), one in scene.asked.items() if account == ACCOUNTS[sender]]
    return next((one for one in own if one.step in REPORTS), None)


def _said(letters: Sequence[Mapping[str, Any]]) -> tuple[str, str]:
    for letter in letters:
        if letter["body"].get("say", {}).get("key", "").startswith("offer.done"):
            return "offer_done", letter["ticket"] or ""
    for letter in letters:
        if letter["kind"] == LetterKind.ASK or letter["body"].get("buttons"):
            return "ask", letter["ticket"] or ""
    public = [one for one in letters if GROUP in one["routes"] and one["kind"] != LetterKind.CARD]
    return ("said " + str(public[0]["body"]), public[0]["ticket"] or "") if public else ("none", "")


def _scene(path: Path) -> Scene:
    """Read it past the program's own code."""
    with closing(sqlite3.connect(path)) as file:
        file.row_factory = sqlite3.Row
        tickets = {row["id"]: ticket_from(row) for row in file.execute("SELECT * FROM tickets")}
        lines = [
            (r["ticket"], Act(r["act"])) for r in file.execute("SELECT ticket, act FROM ledger ORDER BY seq")
        ]
        letters = [
            {
                "kind": row["kind"],
                "ticket": row["ticket"],
                "routes": row["routes"],
                "body": json.loads(row["body"]),
            }
            for row in file.execute("SELECT kind, ticket, routes, body FROM outbox ORDER BY id")
        ]
        asked = {(r["chat"], r["account"]): dialogue_from(r) for r in file.execute("SELECT * FROM dialogues")}
    return Scene(tickets, tuple(lines), tuple(letters), asked)
