"""What people look up in chat: their tickets, what is to be done, the queue, the notice board, help."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from handlers import access, agenda, duty, invitations, meeting, notice_board, roster, signing_in
from handlers.cards import button
from handlers.commands import Verb
from handlers.dialogue import reply
from handlers.known import Known
from handlers.messages import Button, Decision, Inbound, Rows, Say
from handlers.wording import matter, names, text, when, word
from storage.records import OPEN, Grid, Role, State, Ticket

LONGEST_LIST = 10
WEB = "web"
"""Where our pages are opened from: their addresses need no beginning there."""


def mine(known: Known, inbound: Inbound) -> Decision:
    """我的工单: what the speaker reported or joined, the open ones first."""
    if not known.mine:
        return _answer(inbound, Say("mine.none"))
    ordered = sorted(known.mine, key=lambda t: (t.state not in OPEN, -t.reported_at))[:LONGEST_LIST]
    rows = tuple(
        (button(Verb.URGE, t, count=t.number), button(Verb.ADD, t, count=t.number))
        for t in ordered[:3]
        if t.state in OPEN
    )
    return _answer(
        inbound, Say("mine.list", {"lines": [_line(known, t, "list.before") for t in ordered]}), rows
    )


def todo(known: Known, inbound: Inbound) -> Decision:
    """待办: what to do first, with its clock; and how the day went."""
    if known.speaker is None or not known.speaker.roles - {Role.RESIDENT, Role.VOLUNTEER}:
        return _answer(inbound, Say("todo.not_crew"))
    done, in_time = known.done_today
    day = Say("todo.no_day")
    if done:
        late = done - in_time
        day = Say("todo.day" if late else "todo.day_in_time", {"done": done, "late": late})
    if not known.todo:
        return _answer(inbound, Say("todo.none", {"day": day}))
    first = known.todo[:LONGEST_LIST]
    rows = tuple(
        (button(Verb.ACCEPT if t.state is State.REPORTED else Verb.RESOLVE, t, count=t.number),)
        for t in first[:4]
    )
    lines = [_line(known, t) for t in first]
    return _answer(inbound, Say("todo.list", {"count": len(known.todo), "lines": lines, "day": day}), rows)


def queue(known: Known, inbound: Inbound) -> Decision:
    """会议: the joint-meeting queue, for staff: longest waiting first. Among neighbours it is a word like any other."""
    if known.community is None or not _staff(known):
        if not (inbound.private or inbound.to_bot):
            return Decision()
        return _answer(inbound, Say("meeting.staff_only"))
    table = known.table
    if table is not None and table.under_way is not None:
        left = agenda.left(table, known.queue, known.directory)
        lines = [invitations.line(t, place, known.now) for place, t in enumerate(left[:30], start=1)]
        pieces = {"heard": len(table.items), "count": len(left), "lines": lines or [Say("meeting.all_heard")]}
        return _answer(inbound, Say("meeting.now", pieces))
    if not known.queue:
        return _answer(inbound, Say("meeting.none"))
    at = meeting.next_time(known.directory, known.community, known.now)
    lines = [
        Say(
            "meeting.line",
            {
                "number": t.number,
                "matter": matter(t),
                "since": when(t.queued_at or t.reported_at),
                "reason": word(f"queued.{t.queued}"),
                "followers": Say("queue.followers", {"count": t.followers}) if t.followers else "",
            },
        )
        for t in known.queue[:30]
    ]
    next_meeting = when(at) if at else word("meeting.soon")
    return _answer(
        inbound, Say("meeting.list", {"count": len(known.queue), "meeting": next_meeting, "lines": lines})
    )


def _staff(known: Known) -> bool:
    return known.speaker is not None and bool(known.speaker.roles & {Role.STAFF, Role.LIAISON, Role.ADMIN})


def board(known: Known, inbound: Inbound) -> Decision:
    """公示牌: who answers for this grid, with the service phone, and how it stands. No personal numbers in a group."""
    if known.grid is None or known.community is None:
        pages = _every_page(known) if _staff(known) else ()
        return _answer(inbound, Say("board.of_whom" if pages else "board.which"), pages)
    return _answer(inbound, board_of(known, known.grid), _to_the_page(known, known.grid))


def board_of(known: Known, grid: Grid) -> Say:
    assert known.community is not None
    crew = access.crew(known.directory, grid.id)
    compound = known.compound(grid)
    posted = notice_board.posted_of(known.directory, compound.id)
    watches = roster.on_duty(known.directory, grid.community, known.now, grid.id) if posted.duty else []
    stands = known.standing if posted.counts else None
    lines = [
        Say("board.notice", {"words": posted.notice}) if posted.notice else None,
        Say("board.leader", {"person": known.name(grid.leader)}),
        Say("board.deputies", {"people": names([known.name(p) for p in grid.deputies])})
        if grid.deputies
        else None,
        Say(
            "board.property",
            {"name": known.name(compound.property) or compound.property or word("board.volunteers")},
        ),
        Say("board.staff", {"people": names([known.name(p) for p in crew.staff])}) if crew.staff else None,
        Say("board.duty", {"people": duty.named(known, watches)}) if watches else None,
        Say("board.phone", {"phone": known.community.service_phone})
        if known.community.service_phone
        else None,
        Say("board.standing", {"open": stands.open, "overdue": stands.overdue, "week": stands.week})
        if stands
        else None,
    ]
    title = {
        "compound": compound.name,
        "grid": grid.name,
        "buildings": names(
            [
                notice_board.in_language(one, known.tongue.language)
                for one in notice_board.ranges(grid.buildings)
            ]
        ),
    }
    return Say("board.whole", {**title, "lines": [line for line in lines if line is not None]})


def _to_the_page(known: Known, grid: Grid) -> Rows:
    """A button that opens the board's page; none where nobody outside could open it."""
    at = _pages_from(known)
    if at is None:
        return ()
    label = text("board.page", known.speaker.language if known.speaker else "zh")
    return ((Button(label, url=f"{at}/board/{grid.compound}"),),)


def _every_page(known: Known) -> Rows:
    """A button for every compound of the community, for staff, who ask of all of them."""
    at, community = _pages_from(known), known.community
    if at is None or community is None:
        return ()
    theirs = [one for one in known.directory.compounds.values() if one.community == community.id]
    return tuple(
        (Button(one.name, url=f"{at}/board/{one.id}"),)
        for one in sorted(theirs, key=lambda one: one.name)[:LONGEST_LIST]
    )


def _pages_from(known: Known) -> str | None:
    """Return what the address of a page begins with where it is read; None where it could not be opened."""
    return "" if known.platform == WEB else known.pages or None


def help_text(known: Known, inbound: Inbound) -> Decision:
    """帮助: what one can say, for a resident, a leader or staff."""
    if _staff(known):
        key = "help.staff"
    elif known.speaker is not None and known.speaker.roles & {Role.GRID_LEADER, Role.PROPERTY}:
        key = "help.leader"
    else:
        key = "help.resident"
    lines = [Say(key)]
    if key == "help.resident":
        lines.append(Say("help.danger"))
    phone = known.community.service_phone if known.community else ""
    if phone:
        lines.append(Say("help.phone", {"phone": phone}))
    return _answer(inbound, Say("help.whole", {"lines": lines}))


def not_understood(known: Known, inbound: Inbound) -> Decision:
    """Said to us, and neither a call nor an order: what one can do instead, and whom one can phone."""
    if known.speaker is not None and access.works(known.speaker):
        return _answer(inbound, Say("talk.not_understood_crew"))
    phone = known.community.service_phone if known.community else ""
    return _answer(
        inbound,
        Say("talk.not_understood_phone", {"phone": phone}) if phone else Say("talk.not_understood"),
    )


def _line(known: Known, ticket: Ticket, clock_key: str = "list.until") -> Say:
    """One ticket in a list, with the moment its next clock runs out."""
    until = known.next_due.get(ticket.id)
    clock = Say(clock_key, {"until": when(until)}) if until and ticket.state in OPEN else Say("list.no_clock")
    state = (
        word(f"queued.{ticket.queued}")
        if ticket.queued and ticket.state in OPEN
        else word(f"state.{ticket.state}")
    )
    return Say(
        "list.line", {"number": ticket.number, "matter": matter(ticket), "state": state, "clock": clock}
    )


def _answer(inbound: Inbound, say: Say, buttons: Rows = ()) -> Decision:
    return Decision(letters=(reply(inbound, say, buttons=buttons),))


LOOK_UPS: Mapping[Verb, Callable[[Known, Inbound], Decision]] = {
    Verb.MINE: mine,
    Verb.TODO: todo,
    Verb.MEETING: queue,
    Verb.BOARD: board,
    Verb.DUTY: duty.now,
    Verb.HELP: help_text,
    Verb.START: help_text,
    Verb.CONSOLE: signing_in.ask,
}
"""What each word that only asks is answered with."""
