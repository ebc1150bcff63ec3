"""Whose matters a turn decides about. Where several processes share a database, the others keep out of these communities
until the turn has ended: nothing is decided on what another one is just changing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from handlers.desk.row import Waiting
from handlers.known import chat_index
from storage.records import Address, Directory, Owed, Person, chat_of
from storage.turn import Turn


async def of_messages(turn: Turn, directory: Directory, batch: Sequence[Waiting]) -> None:
    """Hold the communities of the groups spoken in and of the people who speak; where neither is known, the chat."""
    if not turn.shared:
        return
    index = chat_index(directory)
    accounts = {waiting.asked[1] for waiting in batch if waiting.asked}
    people = await turn.people.by_accounts(accounts)
    names: set[str] = set()
    for waiting in batch:
        chat = waiting.inbound.chat
        grid = index.grid(directory, chat)
        place = grid.community if grid else index.communities.get(chat_of(chat), "")
        speaker = people.get(waiting.asked[1]) if waiting.asked else None
        names |= {place, speaker.community if speaker else ""} - {""} or {f"chat:{chat_of(chat)}"}
    await turn.hold(names)


async def of_tickets(turn: Turn, ids: Iterable[str]) -> None:
    """Hold the communities of these tickets; for who has nothing else to decide about."""
    if turn.shared:
        tickets = await turn.tickets.get_many(list(ids))
        await turn.hold({ticket.community for ticket in tickets.values()})


async def of_letter(turn: Turn, directory: Directory, owed: Owed) -> None:
    """Hold the community a letter is about, or that of whoever is asked in it."""
    if not turn.shared:
        return
    ticket = await turn.tickets.get(owed.ticket) if owed.ticket else None
    asked: Person | None = None
    if account := owed.body.get("asks"):
        asked = await turn.people.by_account(Address(str(account)))
    names = {one.community for one in (ticket, asked) if one is not None} - {""}
    await turn.hold(names or {f"chat:{chat_of(route)}" for route in owed.routes[:1]})
