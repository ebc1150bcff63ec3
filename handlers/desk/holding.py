"""Whose matters a turn decides about. Where several processes share a database, the others keep out of these communities
until the turn has ended: nothing is decided on what another one is just changing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from handlers.desk.row import Waiting
from handlers.known import chat_index
from storage.records import Address, Deadline, Dialogue, Directory, Instant, Owed, Person, chat_of
from storage.turn import Turn

Due = tuple[list[Deadline], list[Dialogue], Instant]
"""What is due and in our hands, and up to when nothing else is."""


async def of_messages(turn: Turn, directory: Directory, batch: Sequence[Waiting]) -> None:
    """Hold the communities of the groups spoken in, of the people who speak and of the reports they are asked about;
    where none is known, the chat."""
    if not turn.shared:
        return
    accounts = {waiting.asked[1] for waiting in batch if waiting.asked}
    people = await turn.people.by_accounts(accounts)
    waiting_for = await turn.dialogues.get_many([waiting.asked for waiting in batch if waiting.asked])
    names: set[str] = set()
    for waiting in batch:
        speaker = people.get(waiting.asked[1]) if waiting.asked else None
        names |= _around(directory, waiting.inbound.chat, speaker)
        names |= _of_draft(directory, waiting_for.get(waiting.asked) if waiting.asked else None)
        if speaker is not None and waiting.asked is not None and not speaker.community:
            names.add(own_chat(waiting.asked[1]))
    await turn.hold(names)


async def of_due(turn: Turn, directory: Directory, now: Instant, most: int) -> Due | None:
    """Return what is due and this turn may act on, oldest first, and up to when nothing else is; None when nothing is due.

    What another process is just deciding about is left to it, unless there is nothing else: then it is waited for.
    """
    due = await _due(turn, now, most)
    held: set[str] = set()
    if turn.shared and any(due):
        wanted = await _wanted(turn, directory, *due)
        held = await turn.try_hold({name for names in wanted for name in names}) or wanted[0]
        # Held already; what was read before may have changed until then, and is forgotten.
        await turn.hold(held)
        due = await _due(turn, now, most)
    deadlines, dialogues = due
    if not deadlines and not dialogues:
        return None
    horizon = deadlines[-1].due_at if len(deadlines) == most else now
    if turn.shared:
        wanted = await _wanted(turn, directory, deadlines, dialogues)
        of_deadlines, of_dialogues = wanted[: len(deadlines)], wanted[len(deadlines) :]
        deadlines = [one for one, names in zip(deadlines, of_deadlines, strict=True) if names <= held]
        dialogues = [one for one, names in zip(dialogues, of_dialogues, strict=True) if names <= held]
    return deadlines, dialogues, horizon or now


async def _due(turn: Turn, now: Instant, most: int) -> tuple[list[Deadline], list[Dialogue]]:
    return await turn.deadlines.due(now, most), await turn.dialogues.due(now, most)


async def _wanted(
    turn: Turn, directory: Directory, deadlines: Sequence[Deadline], dialogues: Sequence[Dialogue]
) -> list[set[str]]:
    """Return what has to be held for each deadline, then for each dialogue."""
    tickets = await turn.tickets.get_many([deadline.ticket for deadline in deadlines])
    people = await turn.people.by_accounts([dialogue.account for dialogue in dialogues])
    found = [{tickets[d.ticket].community} if d.ticket in tickets else set() for d in deadlines]
    for dialogue in dialogues:
        around = _around(directory, dialogue.chat, people.get(dialogue.account))
        found.append(around | _of_draft(directory, dialogue))
    return found


async def of_dialogue(turn: Turn, directory: Directory, dialogue: Dialogue) -> None:
    """Hold what a question that nobody answered may be about."""
    if turn.shared:
        await turn.hold((await _wanted(turn, directory, [], [dialogue]))[0])


def _of_draft(directory: Directory, dialogue: Dialogue | None) -> set[str]:
    """Return the community of the report that waits for an answer: a visitor's is not their own; and those in which
    two people who may become one have reported."""
    if dialogue is not None and "holds" in dialogue.data:
        return set(dialogue.data["holds"])
    draft = dialogue.data.get("draft") if dialogue is not None else None
    grid = directory.grids.get(draft["grid"] or "") if draft else None
    return {grid.community} if grid is not None else set()


def own_chat(account: Address) -> str:
    """Return what is held for somebody of no community, wherever they speak: they may be joined to another just now."""
    return f"chat:{chat_of(account)}"


def _around(directory: Directory, chat: Address, speaker: Person | None) -> set[str]:
    """Return the communities of a chat and of who speaks there; the chat itself when there is none."""
    index = chat_index(directory)
    grid = index.grid(directory, chat)
    place = grid.community if grid else index.communities.get(chat_of(chat), "")
    return {place, speaker.community if speaker else ""} - {""} or {own_chat(chat)}


async def of_tickets(turn: Turn, ids: Iterable[str]) -> None:
    """Hold the communities of these tickets; for who has nothing else to decide about."""
    if turn.shared:
        tickets = await turn.tickets.get_many(list(ids))
        await turn.hold({ticket.community for ticket in tickets.values()})


async def of_letter(turn: Turn, owed: Owed) -> None:
    """Hold the community a letter is about, or that of whoever is asked in it."""
    if not turn.shared:
        return
    ticket = await turn.tickets.get(owed.ticket) if owed.ticket else None
    asked: Person | None = None
    if account := owed.body.get("asks"):
        asked = await turn.people.by_account(Address(str(account)))
    names = {one.community for one in (ticket, asked) if one is not None} - {""}
    await turn.hold(names or {f"chat:{chat_of(route)}" for route in owed.routes[:1]})
