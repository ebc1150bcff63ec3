"""The living card of a ticket: what it shows, with which buttons, and in which chats it lives."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import lru_cache

from handlers import access, meeting, rungs
from handlers.commands import Verb, press
from handlers.known import Known, chat_index, routes
from handlers.messages import Button, Rows, Say
from handlers.wording import Tongue, matter, names, quoted, render, text, when, word
from storage.records import (
    OPEN,
    Address,
    Category,
    Clock,
    Deadline,
    Directory,
    Level,
    Severity,
    State,
    Ticket,
    chat_of,
)

ADVICE = {
    "电梯困人": "trapped",
    "电梯坠落": "lift_fell",
    "燃气泄漏": "gas",
    "火情": "fire",
    "带电危险": "wires",
    "高空坠物": "falling",
    "外墙坠落": "falling",
    "爆管淹水": "water",
    "水淹险情": "water",
    "人员走失": "missing",
    "轻生危险": "harm",
    "人身伤害": "harm",
    "急救": "ill",
    "地面塌陷": "ground",
}
"""The emergencies the reader names (handlers/reading/words/dangers.toml) and the advice for each."""


OF_CATEGORY = {
    Category.ELEVATOR: "trapped",
    Category.GAS: "gas",
    Category.FIRE_SAFETY: "fire",
    Category.WIRING_CHARGING: "fire",
    Category.POWER: "wires",
    Category.LIGHTING: "wires",
    Category.WATER_SUPPLY: "water",
    Category.DRAINAGE: "water",
    Category.ROAD: "ground",
    Category.SECURITY: "harm",
}
"""The advice where the danger has no name any more, because somebody put the category right."""


class View(StrEnum):
    """Whose eyes a card is for: everybody in the group, those who work on it, or its reporter alone."""

    GROUP = "group"
    CREW = "crew"
    REPORTER = "reporter"


@dataclass(frozen=True, slots=True)
class Face:
    """A card written out, for those who see it so. `reply_to` is the message it stands below, where that is in this chat.
    `says`: its first line that is no quotation: who is waited for and until when.
    """

    heading: str
    text: str
    buttons: Rows
    reply_to: str | None = None
    view: View = View.GROUP
    says: str = ""

    @property
    def print(self) -> str:
        """A short hash of everything shown, to know when nothing changed."""
        shown = repr((self.heading, self.text, self.buttons))
        return hashlib.sha256(shown.encode()).hexdigest()[:16]


def homes(known: Known, ticket: Ticket) -> tuple[Address, ...]:
    """Return every chat the card lives in, each once.

    The groups of the grid and the group it was said in (in its topic), unless the matter is private; the private
    chat of the one asked to work on it; the private chat it was reported in.
    """
    found: dict[Address, Address] = {}
    grid = known.grid_of(ticket)
    if not ticket.private:
        if ticket.origin is not None:
            found[chat_of(ticket.origin)] = ticket.origin
        for chat in grid.chats if grid else ():
            found.setdefault(chat_of(chat), chat)
    elif ticket.origin is not None and ticket.origin_private:
        found[chat_of(ticket.origin)] = ticket.origin
    for person in rungs.asked(known, ticket):
        for route in routes(known.directory.accounts.get(person, ()))[:1]:
            found.setdefault(chat_of(route), route)
    return tuple(found.values())


def view_of(directory: Directory, ticket: Ticket, chat: Address) -> View:
    """Return whose card the one in `chat` is."""
    plain = chat_of(chat)
    if _crew(directory, chat_index(directory).people.get(plain, "")):
        return View.CREW
    if ticket.origin_private and ticket.origin is not None and chat_of(ticket.origin) == plain:
        return View.REPORTER
    return View.GROUP


def _crew(directory: Directory, person: str) -> bool:
    listed = directory.people.get(person)
    return listed is not None and access.works(listed)


def write(
    known: Known,
    ticket: Ticket,
    deadlines: Sequence[Deadline],
    chat: Address,
    tongue: Tongue,
    untold: Sequence[Say] = (),
) -> Face:
    """Write the card of `ticket` for `chat` as it stands now. `untold`: who could not be told of it; the crew's says so."""
    view = view_of(known.directory, ticket, chat)
    ends = {deadline.clock: deadline.ends_at for deadline in deadlines}
    below = ticket.origin is not None and chat_of(ticket.origin) == chat_of(chat)
    lines = [] if below or not ticket.words else [f"“{quoted(ticket.words)}”"]
    story = [render(say, tongue) for say in _story(known, ticket, ends, tongue)]
    lines += story
    if untold and view is View.CREW:
        lines.append(render(Say("card.untold", {"people": names(list(untold))}), tongue))
    return Face(
        heading=render(Say("card.heading", {"number": ticket.number, "matter": matter(ticket)}), tongue),
        text="\n".join(line for line in lines if line),
        buttons=_buttons(ticket, view, tongue.language),
        reply_to=ticket.origin_message if below else None,
        view=view,
        says=story[0],
    )


def _story(known: Known, ticket: Ticket, ends: dict[Clock, int], tongue: Tongue) -> list[Say]:
    said = [_state_line(known, ticket, ends, tongue)]
    if ticket.severity is Severity.EMERGENCY and ticket.state is State.REPORTED:
        said.insert(0, _paged(known, ticket, tongue))
    if ticket.state in OPEN:
        first = ticket.first_responder
        if first and (ticket.handler_name or (ticket.handler and ticket.handler != first)):
            worker = ticket.handler_name or known.name(ticket.handler)
            said.append(Say("card.handed_over", {"worker": worker, "first": known.name(first)}))
        if ticket.paused_at is not None:
            said.append(Say("card.paused", {"why": ticket.pause_reason, "since": when(ticket.paused_at)}))
        if ticket.decision:
            until, again = ends.get(Clock.MEETING), ends.get(Clock.RECALL)
            key = "card.decided_until" if until else "card.put_off" if again else "card.decided"
            said.append(Say(key, {"what": ticket.decision, "until": when(until or again or 0)}))
        if ticket.queued is not None:
            said.append(Say("card.queued", {"meeting": meeting.when_next(known, ticket, tongue.now)}))
        if ticket.level is Level.STREET:
            said.append(Say("card.street"))
    return said


def _state_line(known: Known, ticket: Ticket, ends: dict[Clock, int], tongue: Tongue) -> Say:
    worker = ticket.handler_name or known.name(ticket.handler or ticket.first_responder)
    if ticket.state is State.REPORTED:
        people = rungs.asked(known, ticket)
        asks = known.name(next(iter(people), None)) or text("role.on_duty", tongue.language)
        until = ends.get(Clock.ACCEPT)
        if until is None or until <= tongue.now:
            return Say("card.waiting_late", {"person": asks})
        return Say("card.waiting", {"person": asks, "role": _role(known, ticket), "until": when(until)})
    if ticket.state is State.RESOLVED:
        return Say(
            "card.resolved",
            {
                "worker": worker,
                "at": when(ticket.resolved_at or 0),
                "note": ticket.note or word("note.photo"),
            },
        )
    if ticket.state is State.CLOSED:
        return Say("card.closed", {"rating": word(f"rating.{ticket.rating or 'silent'}")})
    if ticket.state is State.DECLINED:
        return Say("card.declined", {"why": ticket.note})
    if ticket.state is State.MERGED:
        return Say("card.merged", {"into": (ticket.merged_into or "").rpartition("-")[2]})
    if ticket.state is State.WITHDRAWN:
        return Say("card.withdrawn")
    return Say("card.working", {"parts": {"whole": _working(known, ticket, worker, ends, tongue)}})


def _working(known: Known, ticket: Ticket, worker: str, ends: dict[Clock, int], tongue: Tongue) -> str:
    """王芳已受理 14:02 · 14:07 前到场 · 18:02 前解决."""
    parts = []
    if ticket.arrived_at is not None:
        parts.append(Say("card.on_site", {"worker": worker, "at": when(ticket.arrived_at)}))
    else:
        first = known.name(ticket.first_responder) or worker
        parts.append(Say("card.accepted", {"worker": first, "at": when(ticket.accepted_at or 0)}))
    if ticket.plan:
        parts.append(Say("card.plan", {"plan": ticket.plan}))
    if ticket.paused_at is None:
        for clock, key in ((Clock.ARRIVE, "arrive"), (Clock.PLAN, "plan_by"), (Clock.RESOLVE, "resolve")):
            if clock in ends:
                parts.append(Say(f"card.{key}", {"until": when(ends[clock])}))
    return " · ".join(render(part, tongue) for part in parts)


def _paged(known: Known, ticket: Ticket, tongue: Tongue) -> Say:
    """Who has been called, by name, and what to do until they come; the service phone when there was nobody."""
    advice, then = word(advice_key(ticket)), rungs.paged(replace(known, now=ticket.reported_at), ticket)
    # Whose watch began or ended since is not named: they may not have been called.
    readers = [reader for reader in rungs.paged(known, ticket) if reader in then]
    staff = known.staff(ticket.community)
    people = [known.name(p) for p in readers if ":" not in p and p not in staff]
    if any(":" in reader or reader in staff for reader in readers):
        people.append(text("role.staff_on_duty", tongue.language))
    if people:
        return Say("card.paged", {"people": names(people), "advice": advice})
    return Say(
        "card.paged_nobody", {"phone": known.community_of(ticket).service_phone or "110", "advice": advice}
    )


def advice_key(ticket: Ticket) -> str:
    """Return the catalogue key of what people should do until help is there."""
    return f"advice.{ADVICE.get(ticket.heading) or OF_CATEGORY.get(ticket.category, 'other')}"


def _role(known: Known, ticket: Ticket) -> Say:
    grid = known.grid_of(ticket)
    leads = grid is not None and not ticket.handler
    return Say("card.role", {"role": word("role.grid_leader")}) if leads else Say("card.no_role")


@lru_cache(maxsize=512)
def label(verb: Verb, language: str, count: int = 0) -> str:
    """Return a button's words; the Chinese label is the contract's and stays in every language."""
    own = text(f"button.{verb.value}", "zh")
    shown = own if language == "zh" else f"{own} {text(f'button.{verb.value}', language)}"
    return f"{shown} {count}" if count else shown


def button(verb: Verb, ticket: Ticket, language: str = "zh", *, count: int = 0, arg: str = "") -> Button:
    return Button(label(verb, language, count), press(verb, ticket.id, arg))


def _buttons(ticket: Ticket, view: View, language: str) -> Rows:
    def row(*verbs: Verb) -> tuple[Button, ...]:
        return tuple(
            button(v, ticket, language, count=ticket.followers if v is Verb.FOLLOW else 0) for v in verbs
        )

    if ticket.state not in OPEN:
        return ()
    if view is View.REPORTER:
        return (row(Verb.ADD, Verb.URGE, Verb.WITHDRAW),)
    forward = {
        State.REPORTED: (Verb.ACCEPT,),
        State.ACCEPTED: (Verb.ARRIVE, Verb.RESOLVE),
    }.get(ticket.state, (Verb.RESOLVE,))
    if view is View.GROUP:
        more = () if ticket.state is State.REPORTED else (Verb.MORE,)
        return (row(*forward, *more), row(Verb.FOLLOW))
    return (row(*forward), *(row(*verbs) for verbs in rarer(ticket)))


def rarer(ticket: Ticket) -> tuple[tuple[Verb, ...], ...]:
    """Return the rows of what is done to a ticket now and then."""
    time = Verb.ASK_TIME if ticket.paused_at is None else Verb.RESUME
    return (Verb.TRANSFER, time, Verb.REFER), (Verb.DECLINE, Verb.RECLASS, Verb.STORY)
