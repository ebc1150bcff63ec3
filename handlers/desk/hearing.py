"""What is said, in the one turn it is dealt with in: what was said before is answered as before, all else by the rules."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from handlers.commands import Verb
from handlers.desk import (
    again,
    at_once,
    deciding,
    door,
    doubts,
    holding,
    load,
    save,
    taking_up,
    tongues,
)
from handlers.desk.floods import Floods
from handlers.desk.row import Waiting
from handlers.dialogue import without_toast
from handlers.messages import Answer, Decision
from handlers.reporting import together
from storage.records import Directory, Instant
from storage.turn import Turn


async def hear(
    turn: Turn,
    directory: Directory,
    batch: Sequence[Waiting],
    floods: Floods,
    second: doubts.Second | None,
    pages: str,
) -> tuple[list[Answer], Instant | None]:
    """Deal with these messages, one after the other, and return what each is answered and the earliest deadline they set.

    `second`, `pages`: see Desk.
    """
    due: list[Instant] = []
    # What all of them need is asked for once.
    directory = await as_it_is_now(turn, directory)
    await holding.of_messages(turn, directory, batch)
    seen = await turn.inbox.seen([w.inbound.key for w in batch])
    open_ones = await turn.dialogues.get_many([w.asked for w in batch if w.asked])
    meant = [w for w in batch if not w.idle or w.asked in open_ones]
    await turn.people.by_accounts([w.asked[1] for w in meant if w.asked])
    said = [(w.inbound, w.heard, w.now) for w in meant if not door.concerns(w.inbound, w.heard)]
    await load.look_up(turn, directory, said)
    earlier = {key: save.answer_from(data, repeat=True) for key, data in seen.items()}
    spoken = []
    for waiting in batch:
        key = waiting.inbound.key
        if key in earlier:
            continue
        earlier[key] = await _one(turn, directory, waiting, due, floods, second, pages)
        if at_once.concerns(waiting.inbound):
            spoken.append((waiting, earlier[key]))
        if door.moves_people(waiting, open_ones):
            await turn.flush()
            directory = await as_it_is_now(turn, directory)
    if spoken:
        earlier |= await at_once.answer(turn, directory, spoken)
    return [earlier[waiting.inbound.key] for waiting in batch], min(due, default=None)


async def _one(
    turn: Turn,
    directory: Directory,
    waiting: Waiting,
    due: list[Instant],
    floods: Floods,
    second: doubts.Second | None,
    pages: str,
) -> Answer:
    asked = await turn.dialogues.get(*waiting.asked) if waiting.asked is not None else None
    if waiting.idle and asked is None:
        return Answer()
    inbound, heard, now = (*waiting.said(answering=asked is not None), waiting.now)
    held_back = await floods.look(turn, directory, waiting)
    if held_back is not None:
        return held_back
    if door.concerns(inbound, heard, asked):
        answer = await door.enter(turn, directory, inbound, heard, now, asked)
    else:
        if inbound.answers is not None and heard.order is not None and heard.order.verb is Verb.TAKE_UP:
            inbound, heard = await taking_up.in_place_of(turn, directory, inbound, heard, now)
        known = await load.load(turn, directory, inbound, heard, now)
        known = replace(known, after_talk=waiting.after_talk, pages=pages)
        known, told = tongues.as_spoken(known, inbound)
        known = doubts.weighed(second, known, inbound, heard)
        decision = without_toast(inbound, together(await deciding.decide(turn, known, inbound, heard), told))
        if decision == Decision() and not inbound.private:
            return Answer()  # talk after all: not worth remembering
        due += save.due_times(decision)
        await save.save(turn, known, decision, inbound)
        if inbound.press is not None and heard.order is not None:
            await again.write_anew(turn, known, inbound, heard.order, decision)
        answer, waiting.doubts = decision.answer, decision.doubts
    if not inbound.at_once:
        turn.inbox.keep(inbound.key, now, save.answer_data(answer))
    return answer


async def as_it_is_now(turn: Turn, directory: Directory) -> Directory:
    """Return the directory this turn sees: another turn, or this one, may have changed it since it was read."""
    if await turn.directory.revision() == directory.revision:
        return directory
    return await turn.directory.read()
