"""Codes that bind an account to a person: an invite makes its user a leader, a property worker, one of the staff; a code
shown on one account joins another one to the same person, when its owner says yes."""

from __future__ import annotations

import logging
import secrets
from dataclasses import replace

from handlers import accounts, invites
from handlers.desk import erasing, uniting
from handlers.dialogue import Step, in_words, reply
from handlers.known import Known, people_with
from handlers.messages import Decision, Inbound, Letter, Refused, Say
from handlers.waiting import together_closed
from handlers.wording import word
from storage.invites import Invite, OwnCode
from storage.records import HOUR, Account, Address, Dialogue, LetterKind, Person, Role, came_alone
from storage.turn import Turn

log = logging.getLogger(__name__)

MOST_MISSES = 5
"""Wrong codes an account may try in an hour."""

MOST_MISSES_OF_ALL = 500
"""Wrong codes everybody together may try in an hour: accounts cost nothing, so whoever guesses has many."""


async def bind(turn: Turn, known: Known, inbound: Inbound, code: str) -> tuple[Known, Decision]:
    """绑定 alone gives the speaker a code of their own; with a code it is used. Return what is known then as well."""
    if known.account is None or known.speaker is None:
        return known, _said(inbound, "access.who_are_you")
    if not code:
        return known, await _give(turn, known, inbound, known.speaker, known.account)
    if not invites.may_be_code(code):
        return known, _said(inbound, "bind.how")
    if await turn.invites.misses(known.account, known.now - HOUR) >= MOST_MISSES:
        return known, _said(inbound, "bind.too_many")
    if await turn.invites.misses_of_all(known.now - HOUR) >= MOST_MISSES_OF_ALL:
        log.warning("codes are being guessed: none is taken until an hour is over")
        return known, _said(inbound, "bind.guessed")
    hashed = invites.code_hash(code)
    own = await turn.invites.look_at_own(hashed, known.now)
    if own is not None:
        return known, await _use(turn, known, inbound, own, hashed)
    invite = await turn.invites.take(hashed, known.now)
    if invite is None:
        await turn.invites.note_miss(known.account, known.now)
        return known, _said(inbound, "bind.wrong")
    return await _follow(turn, known, inbound, invite, known.account)


def _said(inbound: Inbound, key: str) -> Decision:
    return Decision(letters=(reply(inbound, Say(key)),))


# --- a code of one's own ----------------------------------------------------------------------------------------------


async def _give(turn: Turn, known: Known, inbound: Inbound, speaker: Person, account: Address) -> Decision:
    """Show a fresh code, to the speaker alone; the one they had before is void."""
    if not inbound.private:
        return _said(inbound, "bind.in_private")
    code = invites.new_code(secrets.randbelow, invites.OWN_LENGTH)
    until = known.now + invites.OWN_VALID_FOR
    await turn.invites.put_own(invites.code_hash(code), OwnCode(speaker.id, account, until))
    say = Say("bind.own", {"code": invites.in_groups(code), "until": {"when": until}})
    return Decision(people=(speaker,), letters=(reply(inbound, say),))


async def _use(turn: Turn, known: Known, inbound: Inbound, own: OwnCode, hashed: str) -> Decision:
    """Ask whoever typed it whether the two are one person. Asked or refused, it is used up then."""
    assert known.speaker is not None, "asked before"
    people = await turn.people.meant_by([own.person])
    asker = people.get(own.person)
    if asker is None or asker.id == known.speaker.id:
        return _said(inbound, "bind.same" if asker else "bind.wrong")  # in the wrong chat: it still holds
    if await turn.invites.take_own(hashed, known.now) is None:
        return _said(inbound, "bind.wrong")  # another process was faster
    if not inbound.private:
        return _said(inbound, "bind.seen_by_all")
    try:
        await uniting.must_be_possible(turn, asker, known.speaker)
    except Refused as refusal:
        return Decision(letters=(reply(inbound, in_words(refusal.say)),))
    holds = await uniting.held_for(turn, asker, known.speaker)
    return accounts.consent(known, inbound, asker, own.account, sorted(holds))


async def answer(
    turn: Turn, known: Known, inbound: Inbound, asked: Dialogue, value: str
) -> tuple[Known, Decision]:
    """Go on after the answer to the question `asked`, which may be over by now."""
    dialogue = known.dialogue
    if dialogue is None:
        return known, _said(inbound, f"timeout.{asked.step}")
    try:
        if dialogue.step == Step.PART:
            decision = await uniting.part(turn, known, inbound, value)
        elif dialogue.step == Step.ERASE:
            decision = await erasing.answer(turn, known, inbound, value)
        elif value != "yes":
            decision = Decision(letters=(_answered(known, inbound, Say("bind.not_joined")),))
        else:
            known, decision = await _consented(turn, known, inbound, str(dialogue.data["person"]))
    except Refused as refusal:
        decision = Decision(letters=(_answered(known, inbound, in_words(refusal.say)),))
    return known, together_closed(dialogue, decision)


async def _consented(turn: Turn, known: Known, inbound: Inbound, person: str) -> tuple[Known, Decision]:
    assert known.dialogue is not None, "a question is open"
    typed_on, asked_on = known.account, Address(str(known.dialogue.data["account"]))
    assert typed_on is not None, "somebody was asked"
    asker, typist = await uniting.both(turn, person, typed_on)
    one = await uniting.join(turn, *await uniting.must_be_possible(turn, asker, typist))
    known = replace(known, speaker=one)
    # Whoever gave the code away without meaning to hears of it where they can undo it.
    there = Say("bind.joined_there", {"platform": accounts.platform(typed_on)})
    letters = (
        _answered(known, inbound, Say("bind.joined")),
        Letter(asked_on, LetterKind.ANSWER, there),
    )
    return known, Decision(letters=letters)


def _answered(known: Known, inbound: Inbound, say: Say) -> Letter:
    """The question rewritten for the one who pressed; a message of its own for the one who typed."""
    question = known.dialogue.question if known.dialogue and inbound.press is not None else None
    return replace(reply(inbound, say), edit=question, reply_to=None)


# --- invites ----------------------------------------------------------------------------------------------------------


async def _follow(
    turn: Turn, known: Known, inbound: Inbound, invite: Invite, account: Address
) -> tuple[Known, Decision]:
    if invite.person is not None and invite.person not in known.directory.people:
        return known, _said(inbound, "bind.wrong")  # the file names them no more
    person = invited(known, invite)
    speaker = known.speaker
    assert speaker is not None, "asked before"
    if person.id != speaker.id and not known.newcomer and came_alone(speaker):
        # What they reported before comes along.
        person = await uniting.join(turn, *await uniting.both(turn, person.id, account))
        known = replace(known, speaker=person)
    else:
        await turn.people.save(person)
    await turn.people.bind(Account(account, person.id, known.now, True if inbound.private else None))
    grid = known.directory.grids.get(invite.grid or "")
    pieces = {
        "person": person.name,
        "role": word(f"role.{invite.role}"),
        "where": grid.name if grid else known.directory.communities[invite.community].name,
    }
    return known, Decision(letters=(reply(inbound, Say("bind.done", pieces)),))


def invited(known: Known, invite: Invite) -> Person:
    """Return whom the code makes its user: the person it is for, or who of that role waits for an account, or a new one.

    Of a grid's leader and deputies it is the first without an account; a compound has one property person: a further
    account is theirs, too. Otherwise somebody listed for the place without any account; if there is not exactly one,
    the user comes to the list themselves.
    """
    directory = known.directory
    if invite.person is not None:
        return directory.people[invite.person]
    grid = directory.grids.get(invite.grid or "")
    if grid is not None and invite.role is Role.GRID_LEADER:
        leading = (grid.leader, *grid.deputies)
        return directory.people[
            next((one for one in leading if not directory.accounts.get(one)), grid.leader)
        ]
    if grid is not None and invite.role is Role.PROPERTY:
        office = directory.people.get(directory.compounds[grid.compound].property or "")
        if office is not None:
            return office
    waiting = [
        directory.people[id]
        for id in people_with(directory, invite.community, invite.role)
        if not directory.accounts.get(id)
    ]
    if len(waiting) == 1:
        return waiting[0]
    assert known.speaker is not None
    listed = invite.role is not Role.RESIDENT
    return replace(
        known.speaker,
        community=invite.community,
        roles=known.speaker.roles | {invite.role},
        home_grid=invite.grid or known.speaker.home_grid,
        listed=listed or known.speaker.listed,
    )
