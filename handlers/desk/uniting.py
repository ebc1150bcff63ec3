"""Making two people one, with everything either has; and letting one of a person's accounts go again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from handlers import accounts
from handlers.desk import holding
from handlers.dialogue import reply
from handlers.known import Known
from handlers.messages import Decision, Inbound, Letter, Refused, Say
from storage.errors import StaleTicket
from storage.records import Address, LetterKind, Line, Owed, Person, resident_id
from storage.turn import Turn

MOST_ACCOUNTS = 9
"""More accounts of one person than this are not offered to be parted with."""


async def both(turn: Turn, other: str, account: Address) -> tuple[Person, Person]:
    """Return the person `other` and whoever `account` belongs to, with nobody else deciding about what they reported.

    Raises Refused when either is gone; StaleTicket when another process is just deciding about it.
    """
    asker, typist = await _two(turn, other, account)
    if not turn.shared:
        return asker, typist
    names = await held_for(turn, asker, typist)
    if await turn.try_hold(names) != names:
        raise StaleTicket("what two accounts have reported is just being decided about")
    await turn.hold(())  # what was read until now may have changed
    return await _two(turn, other, account)


async def _two(turn: Turn, other: str, account: Address) -> tuple[Person, Person]:
    one = (await turn.people.meant_by([other])).get(other)
    two = await turn.people.by_account(account)
    if one is None or two is None:
        raise Refused("bind.wrong")
    return one, two


async def held_for(turn: Turn, one: Person, other: Person) -> set[str]:
    """Return what holds all that either says, or that is decided about what either has reported (see holding)."""
    names = await turn.joining.communities(one.id, other.id)
    for person in (one, other):
        if person.community:
            names.add(person.community)
        else:
            names |= {holding.own_chat(own.address) for own in await turn.people.accounts(person.id)}
    return names


async def must_be_possible(turn: Turn, asker: Person, typist: Person) -> tuple[Person, Person]:
    """Return (who they are from now on, who is joined to them). Raises Refused."""
    kept, gone = accounts.one_of(asker, typist)
    accounts.must_be_at_home(kept, gone, await turn.joining.communities(gone.id, gone.id))
    return kept, gone


async def join(turn: Turn, kept: Person, gone: Person) -> Person:
    """Make them one and return who they are from now on. What is owed to both for one cause is sent once."""
    theirs, own = await turn.joining.letters(gone.id), await turn.joining.letters(kept.id)
    await turn.joining.join(gone.id, kept)
    one = accounts.as_one(kept, gone)
    await turn.people.save(one)
    marks = {letter.id: accounts.mark_now(letter, gone, kept) for letter in theirs}
    taken = await turn.joining.taken_marks([mark for mark in marks.values() if mark])
    twice = [letter.id for letter in theirs if marks[letter.id] in taken]
    await turn.outbox.drop(twice, "owed to the same person already")
    left = [replace(letter, once=marks[letter.id]) for letter in theirs if letter.id not in twice]
    theirs_now = await turn.people.accounts(one.id)
    await _send_on(turn, [accounts.sent_now(letter, theirs_now) for letter in [*left, *own]])
    return one


async def _send_on(turn: Turn, letters: Sequence[Owed]) -> None:
    await turn.joining.readdress(letters)
    turn.outbox.call_for(letters)


async def unbind(turn: Turn, known: Known, inbound: Inbound) -> Decision:
    """解绑: which of the speaker's accounts shall be theirs no more."""
    if known.account is None or known.speaker is None:
        return Decision(letters=(reply(inbound, Say("access.who_are_you")),))
    own = await turn.people.accounts(known.speaker.id)
    if not inbound.private or len(own) < 2:
        key = "unbind.only_one" if inbound.private else "bind.in_private"
        return Decision(letters=(reply(inbound, Say(key)),))
    return accounts.which_account(known, inbound, own[:MOST_ACCOUNTS])


async def part(turn: Turn, known: Known, inbound: Inbound, value: str) -> Decision:
    """Let the account go that was chosen, as that of somebody who has not said anything yet; all else stays."""
    assert known.dialogue is not None, "a question is open"
    assert known.speaker is not None, "somebody was asked"
    offered, number = known.dialogue.data["accounts"], int(value[:3] if value.isdecimal() else 0)
    if not 1 <= number <= len(offered):
        raise Refused("dialogue.over")
    address, speaker = Address(str(offered[number - 1])), known.speaker
    fresh = Person(
        id=resident_id(address, known.now),
        community=speaker.community,
        name=speaker.name,
        language=speaker.language,
    )
    waiting = await turn.joining.letters(speaker.id)
    if not await turn.joining.part(address, speaker, fresh):
        raise Refused("unbind.listed")
    left = await turn.people.accounts(speaker.id)
    await _send_on(turn, [accounts.sent_now(letter, left, address) for letter in waiting])
    pieces = {"platform": accounts.platform(address)}
    if address == known.account:
        return Decision(letters=(reply(inbound, Say("unbind.this_done")),))
    told = Letter(address, LetterKind.ANSWER, Say("unbind.told", {"person": speaker.name}))
    return Decision(letters=(reply(inbound, Say("unbind.done", pieces)), told))


async def story_of(turn: Turn, ticket: str) -> tuple[Line, ...]:
    """Return a ticket's lines, oldest first, with the people in them as they are now: so a reporter who wants to stay
    unnamed is known as the reporter in what they said before they were joined to another."""
    lines = [entry.line for entry in await turn.ledger.of(ticket)]
    people = await turn.people.meant_by({line.person for line in lines if line.person})
    return tuple(
        replace(line, person=people[line.person].id) if line.person in people else line for line in lines
    )
