"""换班: a shift is offered to somebody, who takes it or not; staff hand shifts over at once. Each swap is in the ledger."""

from __future__ import annotations

import hashlib
from dataclasses import replace

from handlers import duty, roster
from handlers.commands import Order, Verb, press
from handlers.dialogue import in_words, reply
from handlers.known import Known
from handlers.messages import Button, Decision, Inbound, Letter, Refused, Say
from handlers.periods import day_of
from handlers.roster import Watch
from handlers.wording import names, text
from storage.records import Act, Community, Directory, Instant, LetterKind, Person, Swap
from storage.turn import Turn

VERBS = frozenset({Verb.SWAP, Verb.TAKE_DUTY, Verb.REFUSE_DUTY})


async def enter(turn: Turn, known: Known, inbound: Inbound, order: Order) -> Decision:
    """Do what was asked; who may not, or whose words make no sense, is told so, but not in a group of neighbours."""
    speaker = known.speaker
    if speaker is None or speaker.id not in known.directory.people:
        talk = not inbound.private and inbound.press is None
        return Decision() if talk else _refused(inbound, Refused("swap.not_rostered"))
    community = known.directory.communities[speaker.community]
    known = replace(known, community=community)
    try:
        if order.verb is Verb.SWAP:
            return await _ask(turn, known, inbound, community, speaker, order.rest)
        return await _answer(turn, known, inbound, speaker, order)
    except Refused as refusal:
        # 换班 怎么这么慢, said among neighbours, is talk.
        talk = refusal.say.key == "swap.who" and known.overheard(inbound)
        return Decision() if talk else _refused(inbound, refusal)


def _refused(inbound: Inbound, refusal: Refused) -> Decision:
    return Decision(letters=(reply(inbound, in_words(refusal.say)),))


async def _ask(
    turn: Turn, known: Known, inbound: Inbound, community: Community, speaker: Person, rest: str
) -> Decision:
    wish = duty.read_wish(rest, day_of(known.now, community.timezone))
    if not wish.people:
        said_something = rest.strip() and not inbound.private
        return Decision() if said_something else _own(known, inbound, community, speaker)
    people = duty.people_named(known, community.id, wish.people)
    giver, taker = people if len(people) == 2 else (speaker, people[0])
    at_once = duty.may_hand_out(speaker)
    if giver.id != speaker.id and not at_once:
        raise Refused("swap.only_own")
    if giver.id == taker.id:
        raise Refused("swap.same")
    watch = duty.shift_meant(known, community.id, giver, wish)
    if at_once:
        await hand_over(
            turn, known.directory, watch, taker.id, by=speaker.id, platform=known.platform, now=known.now
        )
        return _told(known, inbound, watch, taker, "swap.handed_over", by=speaker)
    if not known.has_account(taker.id):
        raise Refused("swap.no_account", person=taker.name)
    swap = offer(watch, taker.id, known.now)
    await turn.roster.ask(swap)
    answer = reply(inbound, Say("swap.asked", {"person": taker.name, "shift": duty.span(watch)}))
    return Decision(letters=(answer, asking(known, watch, swap)))


def offer(watch: Watch, taker: str, now: Instant) -> Swap:
    """Return the offer of a shift to `taker`; the same one in the same moment is the same offer."""
    told = f"{watch.duty.id} {watch.date} {watch.person} {taker} {now}"
    id = hashlib.sha256(told.encode()).hexdigest()[:12]
    return Swap(id, watch.duty.community, watch.duty.id, watch.date, watch.person, taker, now, watch.ends)


def asking(known: Known, watch: Watch, swap: Swap) -> Letter:
    """Return the letter that asks whether they take the shift."""
    pieces = {
        "person": known.name(swap.giver),
        "shift": duty.span(watch),
        "where": duty.where(known, watch),
    }
    buttons = tuple(
        Button(_label(known, swap.taker, verb), press(verb, swap.id))
        for verb in (Verb.TAKE_DUTY, Verb.REFUSE_DUTY)
    )
    return Letter(
        swap.taker, LetterKind.ASK, Say("swap.will_you", pieces), buttons=(buttons,), once=f"swap:{swap.id}"
    )


def _own(known: Known, inbound: Inbound, community: Community, speaker: Person) -> Decision:
    """换班 alone: one's next shifts, and how to give one away."""
    own = duty.own_shifts(known, community.id, speaker.id)[: duty.LONGEST_LIST]
    if not own:
        raise Refused("swap.none_of_yours")
    lines = [Say("swap.shift", {"shift": duty.span(one), "where": duty.where(known, one)}) for one in own]
    return Decision(letters=(reply(inbound, Say("swap.yours", {"lines": lines})),))


# --- the answer -----------------------------------------------------------------------------------------------------


async def _answer(turn: Turn, known: Known, inbound: Inbound, speaker: Person, order: Order) -> Decision:
    swap = await _meant(turn, known, speaker, order)
    if swap.taker != speaker.id:
        raise Refused("swap.not_asked")
    watch = shift_of(known.directory, swap)
    if watch is None:
        raise Refused("swap.changed")
    if watch.ends <= known.now:
        raise Refused("swap.too_late")
    taken = order.verb is Verb.TAKE_DUTY
    if not await turn.roster.answer(swap.id, "taken" if taken else "refused"):
        raise Refused("swap.answered")
    if not taken:
        pieces = {"person": speaker.name, "shift": duty.span(watch)}
        told = Letter(swap.giver, LetterKind.NEWS, Say("swap.refused", pieces), once=f"swap:{swap.id}:no")
        return Decision(letters=(_answered(inbound, Say("swap.refused_by_you")), told))
    await hand_over(
        turn, known.directory, watch, speaker.id, by=speaker.id, platform=known.platform, now=known.now
    )
    return _told(known, inbound, watch, speaker, "swap.taken", by=speaker)


async def _meant(turn: Turn, known: Known, speaker: Person, order: Order) -> Swap:
    """The offer below which it was pressed; typed, the only one that waits. Raises Refused."""
    if order.ticket is not None:
        swap = await turn.roster.asked(order.ticket)
        if swap is None:
            raise Refused("swap.not_asked")
        return swap
    waiting = await turn.roster.waiting_for(speaker.id, known.now)
    if not waiting:
        raise Refused("swap.not_asked")
    if len(waiting) > 1:
        raise Refused("swap.press_one", people=names([known.name(one.giver) for one in waiting]))
    return waiting[0]


def shift_of(directory: Directory, swap: Swap) -> Watch | None:
    """Return the shift that is offered, as the roster has it now; None when it is the giver's no more."""
    zone = directory.communities[swap.community].timezone
    for line in directory.duties.get(swap.community, ()):
        if line.id == swap.duty and line.person == swap.giver:
            watch = roster.on_date(line, swap.date, zone)
            around = roster.of_community(directory, swap.community, watch.begins, watch.ends)
            return watch if watch in around else None
    return None


async def hand_over(
    turn: Turn,
    directory: Directory,
    watch: Watch,
    taker: str,
    *,
    by: str,
    platform: str,
    now: Instant,
) -> None:
    """Let `taker` do this one shift, and write down who agreed to it: the one who takes it, or staff."""
    community = directory.communities[watch.duty.community]
    today = day_of(now, community.timezone)
    await turn.roster.put(
        community.id, roster.handed_over(directory.duties[community.id], watch, taker, today)
    )
    people, grid = directory.people, watch.duty.grid
    where = f" {directory.grids[grid].name}" if grid else ""
    hours = f"{watch.date} {watch.duty.begins}–{watch.duty.ends}{where}"
    agreed = "本人同意" if by == taker else "社区安排"
    reason = f"{hours} {people[watch.person].name}→{people[taker].name}（{agreed}）"
    turn.ledger.note(Act.SWAP_DUTY, community.id, by, now, platform=platform, reason=reason)


def news(known: Known, watch: Watch, taker: Person, by: str) -> tuple[Letter, ...]:
    """Return what the two, and the staff's chats, hear of a swap: all but the one who did it."""
    pieces = {
        "giver": known.name(watch.person),
        "taker": taker.name,
        "shift": duty.span(watch),
        "where": duty.where(known, watch),
    }
    community = known.directory.communities[watch.duty.community]
    people = [person for person in (watch.person, taker.id) if person != by]
    mark = f"swapped:{watch.duty.id}:{watch.date}:{taker.id}:{known.now}"
    return tuple(
        Letter(reader, LetterKind.NEWS, Say("swap.news", pieces), once=f"{mark}:{reader}")
        for reader in (*people, *community.staff_chats)
    )


def _told(known: Known, inbound: Inbound, watch: Watch, taker: Person, key: str, *, by: Person) -> Decision:
    pieces = {
        "person": taker.name,
        "giver": known.name(watch.person),
        "shift": duty.span(watch),
        "where": duty.where(known, watch),
    }
    others = tuple(one for one in news(known, watch, taker, by.id) if one.to != inbound.chat)
    return Decision(letters=(_answered(inbound, Say(key, pieces)), *others))


def _answered(inbound: Inbound, say: Say) -> Letter:
    """The question rewritten for the one who pressed; a message of its own for the one who typed."""
    return replace(reply(inbound, say), edit=inbound.message if inbound.press is not None else None)


def _label(known: Known, reader: str, verb: Verb) -> str:
    person = known.directory.people.get(reader)
    return text(f"button.{verb}", person.language if person else "zh")
