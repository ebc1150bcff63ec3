"""Writing down a trouble of the machine, telling people of it once, and once more when it is over.

Any number of processes may watch the same thing: what is written down says who found it, so that only the finder, or
somebody after the finder has gone, says that it is over.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Sequence
from dataclasses import replace

from handlers import troubles
from handlers.desk import save
from handlers.known import Known
from handlers.messages import Decision, Letter
from handlers.troubles import OF_PLATFORM, Lasting, Trouble
from storage.database import Store
from storage.records import Community, Directory, Instant
from storage.turn import Turn

log = logging.getLogger(__name__)

PREFIX = "trouble:"


async def found(store: Store, trouble: Lasting) -> bool:
    """Note that it lasts; when nobody has noted it before, tell people. True when they were told now."""
    directory = await store.directory()
    async with store.turn() as turn:
        # All processes find a platform away in the same minute.
        await turn.hold([_name(trouble)])
        known = _read(kept) if (kept := await turn.tokens.get(_name(trouble))) else None
        if known is not None:
            if known.may_end(trouble.by, trouble.seen_at):
                await _note(turn, replace(known, by=trouble.by, seen_at=trouble.seen_at))
            return False
        await _note(turn, trouble)
        told = await _tell(
            turn, directory, trouble.seen_at, lambda one: troubles.began(directory, one, trouble)
        )
    log.error("trouble: %s", trouble.kind, extra=_fields(trouble) | {"why": trouble.why, "told": told})
    return True


async def ended(store: Store, kind: Trouble, where: str, by: str, now: Instant) -> bool:
    """Note that nothing is wrong; tell people when they had been told otherwise. True when they were told now."""
    async with store.view() as view:
        # Asked every minute and nearly always in vain: no turn for that.
        if not await view.tokens.get(_name_of(kind, where)):
            return False
    directory = await store.directory()
    async with store.turn() as turn:
        await turn.hold([_name_of(kind, where)])
        kept = await turn.tokens.get(_name_of(kind, where))
        trouble = _read(kept) if kept else None
        if trouble is None or not trouble.may_end(by, now):
            return False
        await turn.tokens.set(_name(trouble), "")
        told = await _tell(turn, directory, now, lambda one: troubles.over(directory, one, trouble, now))
    log.warning("trouble is over: %s", kind, extra=_fields(trouble) | {"told": told})
    return True


async def lasting(view: Turn) -> list[Lasting]:
    """Return what is wrong at present, oldest first."""
    kept = (await view.tokens.starting_with(PREFIX)).values()
    return sorted((_read(value) for value in kept if value), key=lambda trouble: trouble.since)


async def _tell(
    turn: Turn, directory: Directory, now: Instant, letters: Callable[[Community], Sequence[Letter]]
) -> int:
    """Return to how many it was written."""
    told = 0
    for community in directory.communities.values():
        known = Known(directory, now, community=community)
        decision = Decision(letters=tuple(letters(community)))
        await save.save(turn, known, decision, None)
        told += len(decision.letters)
    return told


async def _note(turn: Turn, trouble: Lasting) -> None:
    words = {"since": trouble.since, "why": trouble.why, "by": trouble.by, "seen_at": trouble.seen_at}
    words |= {"kind": trouble.kind, "where": trouble.where}
    await turn.tokens.set(_name(trouble), json.dumps(words, ensure_ascii=False))


def _read(kept: str) -> Lasting:
    words = json.loads(kept)
    return Lasting(**words | {"kind": Trouble(words["kind"])})


def _name(trouble: Lasting) -> str:
    return _name_of(trouble.kind, trouble.where)


def _name_of(kind: Trouble, where: str) -> str:
    return f"{PREFIX}{kind}:{where}"


def _fields(trouble: Lasting) -> dict[str, object]:
    where = "platform" if trouble.kind in OF_PLATFORM else "community"
    return {"since": trouble.since} | ({where: trouble.where} if trouble.where else {})
