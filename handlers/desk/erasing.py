"""我的信息 and 删除我的信息, as the desk does them: who asks is told in private; who is erased is erased in the turn in which
they said yes, and what has to be looked for is gone through afterwards, until it is done, whoever wakes."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from handlers import privacy
from handlers.desk import save, uniting
from handlers.desk.opening import OWN
from handlers.desk.unnaming import Matter, leave_the_table, reworded
from handlers.dialogue import reply
from handlers.known import Known
from handlers.messages import Decision, Inbound, Letter, Say
from handlers.wording import text
from storage.database import Store
from storage.errors import StaleTicket
from storage.records import (
    MINUTE,
    Act,
    Address,
    Attachment,
    Directory,
    Instant,
    Keep,
    Kept,
    LetterKind,
    Person,
    Remark,
    Ticket,
)
from storage.turn import Turn

log = logging.getLogger(__name__)
NOBODY = privacy.Marks()


async def tell(turn: Turn, known: Known, inbound: Inbound) -> Decision:
    """我的信息: what is stored about the speaker, to them alone."""
    refusal = _refusal(known, inbound)
    if refusal is not None:
        return refusal
    assert known.speaker is not None, "asked before"
    assert known.account is not None, "asked before"
    kept = await turn.personal.kept(known.speaker)
    days = await turn.retention.days(known.speaker.community)
    say = privacy.told(kept, known.directory, days, known.speaker.language)
    if known.speaker.community:
        turn.ledger.note(
            Act.DISCLOSE, known.speaker.community, known.speaker.id, known.now, platform=known.platform
        )
    # All of it is behind a link, which is made when this is sent.
    letter = Letter(known.account, LetterKind.ANSWER, say, opens=f"{OWN}{known.speaker.id}")
    if inbound.private:
        return Decision(letters=(replace(letter, to=inbound.chat),))
    return Decision(letters=(letter, reply(inbound, Say("privacy.sent_privately"))))


async def ask(turn: Turn, known: Known, inbound: Inbound) -> Decision:
    """删除我的信息: say what goes and what stays, and ask once more."""
    refusal = _refusal(known, inbound)
    if refusal is not None:
        return refusal
    if not inbound.private:
        return _said(inbound, "privacy.in_private")
    assert known.speaker is not None, "asked before"
    kept = await turn.personal.kept(known.speaker)
    holds = await uniting.held_for(turn, known.speaker, known.speaker)
    return privacy.confirm(known, inbound, kept, sorted(holds))


def _refusal(known: Known, inbound: Inbound) -> Decision | None:
    """Nothing is stored about who has said nothing yet; about who holds an office, its staff is asked."""
    if known.speaker is None or known.account is None:
        return _said(inbound, "access.who_are_you")
    if known.newcomer:
        return _said(inbound, "privacy.nothing")
    return _said(inbound, "privacy.office") if privacy.is_in_office(known.speaker) else None


def _said(inbound: Inbound, key: str) -> Decision:
    return Decision(letters=(reply(inbound, Say(key)),))


async def answer(turn: Turn, known: Known, inbound: Inbound, value: str) -> Decision:
    """Go on after the question whether they are sure."""
    assert known.dialogue is not None, "a question is open"
    assert known.account is not None, "somebody was asked"
    question = known.dialogue.question if inbound.press is not None else None

    def said(key: str) -> Letter:
        return replace(reply(inbound, Say(key)), edit=question)

    if value != "yes":
        return Decision(letters=(said("privacy.not_erased"),))
    person = await _held(turn, known.account)
    if person is None or privacy.is_in_office(person):
        return Decision(letters=(said("privacy.office" if person else "privacy.nothing"),))
    cards = await erase(turn, person, known.now, platform=known.platform)
    return Decision(letters=(said("privacy.erased"),), cards=cards)


async def _held(turn: Turn, account: Address) -> Person | None:
    """Return whose account it is, with nobody else deciding about what they reported. Raises StaleTicket."""
    person = await turn.people.by_account(account)
    if person is None or not turn.shared:
        return person
    names = await uniting.held_for(turn, person, person)
    if await turn.try_hold(names) != names:
        raise StaleTicket("what they have reported is just being decided about")
    await turn.hold(())  # what was read until now may have changed
    return await turn.people.by_account(account)


async def erase(
    turn: Turn, person: Person, now: Instant, *, platform: str, by: str = "", reason: str = ""
) -> tuple[tuple[str, Address], ...]:
    """Erase the person, in a turn that holds every community they have reported in or follow anything; return the cards
    to be written anew. `by`: who did it in their place, "" for themselves; `reason` stays in the ledger for ever."""
    kept = await turn.personal.kept(person)
    marks = privacy.marks(kept, privacy.spoken_for(await turn.directory.read()))
    unfinished = [ticket.id for ticket in kept.reported if ticket.state in privacy.UNFINISHED]
    matters: list[Matter] = []
    for ticket in kept.reported:
        saved = turn.tickets.save(privacy.without_reporter(ticket, marks))
        turn.ledger.note(Act.ERASE, saved, by, now, platform=platform)
        matters.append(Matter(saved, partial(privacy.without, marks=marks, at=ticket.place)))
    for ticket in kept.followed:
        saved = turn.tickets.save(privacy.unmentioned(ticket, marks))
        matters.append(Matter(saved, partial(privacy.without_mention, marks=marks)))
    communities = {person.community, *(ticket.community for ticket in kept.reported)} - {""}
    for community in sorted(communities):
        why = privacy.without_mention(reason, marks) or _count(kept, community)
        turn.ledger.note(Act.ERASE, community, by, now, platform=platform, reason=why)
    signs = await reworded(turn, matters, now, platform=platform, by=by)
    await leave_the_table(turn, person, marks, communities)
    await turn.errands.void({*communities, *(ticket.community for ticket in kept.followed)}, now)
    await turn.personal.erase(kept, privacy.traces(kept), signs, now)
    await turn.personal.words_go_later(unfinished)
    spoken_of: list[Ticket | Remark | Attachment] = [
        *kept.reported,
        *kept.followed,
        *kept.remarks,
        *kept.attachments,
    ]
    for id in sorted({_ticket_of(one) for one in spoken_of} - {""}):
        await turn.searching.forget(id)
    cards = await turn.cards.of_many([matter.ticket.id for matter in matters])
    return tuple((card.ticket, card.chat) for of_one in cards.values() for card in of_one)


async def erase_for(
    turn: Turn, directory: Directory, staff: Person, id: str, now: Instant, reason: str
) -> str:
    """Erase a resident who asked the staff for it on paper. Return what stands in the way in a word, "" when it is done.

    In a turn that has done nothing else before.
    """
    person = await turn.people.get(id)
    if person is not None:
        await turn.hold(await uniting.held_for(turn, person, person))
        person = await turn.people.get(id)
    if person is None or person.community != staff.community:
        return "nobody"
    if person.listed:
        return "in_directory"
    if await turn.joining.communities(id, id) - {staff.community}:
        return "elsewhere"
    cards = await erase(turn, person, now, platform="console", by=staff.id, reason=reason)
    known = Known(directory, now, "console", community=directory.communities[staff.community])
    await save.save(turn, known, Decision(cards=cards), None)
    return ""


def _ticket_of(one: Ticket | Remark | Attachment) -> str:
    return one.id if isinstance(one, Ticket) else one.ticket or ""


def _count(kept: Kept, community: str) -> str:
    reported = sum(ticket.community == community for ticket in kept.reported)
    return f"工单 {reported} 件，照片 {len(kept.attachments)} 张"


# --- afterwards -------------------------------------------------------------------------------------------------------


class Erasing:
    """Asked at every sweep; looks once a minute whether something is left of somebody who was erased."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._minute = -1

    async def look(self, now: Instant) -> None:
        """Go through what is left of whoever was erased first. Done again after a crash, or while letters are on their
        way, it does no harm. Raises StorageFailed."""
        if now // MINUTE == self._minute:
            return
        self._minute = now // MINUTE
        await self._erase_again(now)
        async with self._store.view() as view:
            rest = await view.personal.unfinished()
            if rest is None:
                return
            found = await view.personal.found(rest)
        async with self._store.turn() as turn:
            done = await turn.personal.finish(rest, found, text("privacy.taken_out", "zh"), now)
        log.info(
            "what was left of somebody erased is gone"
            if done
            else "letters to somebody erased are on their way"
        )

    async def _erase_again(self, now: Instant) -> None:
        """Whoever a backup has brought back is erased as before."""
        async with self._store.view() as view:
            back = await view.personal.back()
        for person in back:
            async with self._store.turn() as turn:
                await turn.hold(await uniting.held_for(turn, person, person))
                there = await turn.people.get(person.id)
                if there is not None:
                    await erase(turn, there, now, platform="clock")


# --- what has stayed long enough ---------------------------------------------------------------------------------------


async def expire(turn: Turn, community: str, now: Instant) -> int:
    """Take one small step through what the community has kept long enough, and write a line of what went; return how
    much. The turn holds the community. Call it again in another until it returns 0."""
    gone = dict.fromkeys(Keep, 0)
    for kind, span in (await turn.retention.due(community, now)).items():
        if kind is Keep.REPORTER:
            gone[kind] = await _unname(turn, await turn.retention.named(community, span), now)
        elif kind is Keep.WORDS:
            gone[kind] = await _unsay(turn, await turn.retention.said(community, span))
        elif kind is Keep.PEOPLE:
            gone[kind] = await turn.retention.people(community, span.before)
        else:
            went = await turn.retention.files(kind, community, span, now)
            gone[kind] = len(went)
            for id in sorted(set(went)):
                await turn.searching.forget(id)  # their captions
        if not gone[kind]:
            await turn.retention.done(community, kind, span)
    gone[Keep.WORDS] += await _unsay(turn, await turn.retention.promised(community))
    if any(gone.values()):
        words = [f"{text(f'retention.{kind}', 'zh')} {count}" for kind, count in gone.items() if count]
        turn.ledger.note(Act.EXPIRE, community, "", now, platform="clock", reason="，".join(words))
    return sum(gone.values())


async def _unname(turn: Turn, tickets: Sequence[Ticket], now: Instant) -> int:
    people = await turn.people.meant_by({ticket.reporter for ticket in tickets if ticket.reporter})
    spared = privacy.spoken_for(await turn.directory.read()) if tickets else frozenset()
    matters: list[Matter] = []
    for ticket in tickets:
        marks = privacy.named_by(people[ticket.reporter], spared) if ticket.reporter in people else NOBODY
        saved = turn.tickets.save(privacy.unnamed(ticket, marks))
        matters.append(Matter(saved, partial(privacy.without, marks=marks, at=ticket.place)))
    await reworded(turn, matters, now, platform="clock")
    await turn.retention.unsign([ticket.id for ticket in tickets])
    return len(tickets)


async def _unsay(turn: Turn, tickets: Sequence[Ticket]) -> int:
    for ticket in tickets:
        turn.tickets.save(replace(ticket, words=""))
    await turn.retention.unsay([ticket.id for ticket in tickets])
    for ticket in tickets:
        await turn.searching.forget(ticket.id)
    return len(tickets)
