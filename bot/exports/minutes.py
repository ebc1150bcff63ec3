"""`huying export minutes`: the minutes of a joint meeting, as a document or as a table of who does what by when."""

from __future__ import annotations

import argparse
import re
from collections.abc import Mapping
from dataclasses import replace

from bot.clock import SystemClock
from bot.config import from_surroundings
from bot.exports.files import form_of, sheet
from bot.minutes_paper import Paper, paper
from bot.opening import community_of, opened
from bot.terminal import Failed, note, say
from bot.whole import whole
from handlers import masking
from handlers.desk.meetings import around
from handlers.meeting_minutes import Minutes, minutes
from handlers.wording import Tongue
from storage.records import Directory, Instant, Meeting, MeetingState, Ticket
from storage.turn import Turn

FORMS = ("txt", "docx", "pdf", "csv", "xlsx")
NUMBER = re.compile(r"(?:([0-9]{4})-)?([0-9]{1,4})")


async def export(args: argparse.Namespace) -> int:
    """Write the minutes of the meeting that was asked for, or of the last one that was closed."""
    form = form_of(args, FORMS)
    now = SystemClock().now()
    async with opened(from_surroundings()) as store:
        directory = await store.directory()
        community = community_of(directory, args.community)
        async with store.view() as view:
            held = [one for one in await view.meetings.of(community.id, 1_000) if one.begun_at is not None]
            meeting = _asked_for(held, args.meeting)
            told = await minutes_of(view, directory, meeting, "zh", now, private=True)
    _write(form, args, paper(told, "zh", now), now)
    note(f"{told.title} {told.heading}" + (f" → {args.output}" if args.output else ""))
    return 0


async def minutes_of(
    view: Turn,
    directory: Directory,
    meeting: Meeting,
    language: str,
    now: Instant,
    *,
    private: bool,
    masked: bool = False,
) -> Minutes:
    """Return the minutes of a meeting that has begun. `private`: complaints about people with their words. `masked`: for
    who need not know residents."""
    items = await view.meetings.items(meeting.id)
    tickets, remarks = await around(view, tuple(items))
    tongue = Tongue(language, directory.communities[meeting.community].timezone, now)
    told = minutes(meeting, items, tickets, directory, tongue, remarks, private=private)
    return without_numbers(told, tickets) if masked else told


def without_numbers(told: Minutes, tickets: Mapping[str, Ticket]) -> Minutes:
    """Return the minutes for who need not know residents: without numbers to call and doors."""
    masks = [
        replace(
            item,
            summary=masking.words(item.summary, tickets[item.ticket_id].place),
            opinions=tuple(masking.words(said, tickets[item.ticket_id].place) for said in item.opinions),
            words=masking.words(item.words, tickets[item.ticket_id].place),
        )
        for item in told.items
    ]
    return replace(told, items=tuple(masks))


def document(form: str, written: Paper, now: Instant) -> bytes:
    """Return the minutes as `docx` or `pdf`."""
    # Each brings a large package along, and most processes never make a document.
    if form == "docx":
        from bot.minutes_word import word_file

        return word_file(written, now)
    from bot.minutes_pdf import pdf_file

    return pdf_file(written, now)


def _asked_for(held: list[Meeting], asked: str | None) -> Meeting:
    if asked is None:
        found = [one for one in held if one.state is MeetingState.CLOSED]
    elif number := NUMBER.fullmatch(asked):
        found = [one for one in held if str(one.number) == number[2] and number[1] in (None, str(one.year))]
    else:
        found = [one for one in held if one.id == asked]
    if not found:
        known = "、".join(f"{one.year}-{one.number}" for one in held[:12])
        raise Failed(
            f"没有这次会议，开过的有：{known} · no such meeting"
            if held
            else "还没有开过会议 · no meeting was held yet"
        )
    # Of several years the latest: they come the latest first.
    return found[0]


def _write(form: str, args: argparse.Namespace, written: Paper, now: Instant) -> None:
    if form in ("csv", "xlsx"):
        columns = [name for name, _ in written.table.columns] if written.table else []
        with sheet(form, args.output, "议定事项", columns, {1: 50}) as to:
            for row in written.table.rows if written.table else ():
                to.write([cell.replace("\n", " ") for cell in row])
    elif args.output is None:
        say(written.text().rstrip("\n"))
    else:
        data = written.text().encode() if form == "txt" else document(form, written, now)
        with whole(args.output) as part:
            part.write_bytes(data)
