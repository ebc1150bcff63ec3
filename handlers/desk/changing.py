"""Making a change to a community: what it would lead to, and then all of it in one turn, once."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby

from handlers.clashes import clashes
from handlers.community import Loaded, Mistakes, directory_of, loaded_of, read_community, write_community
from handlers.desk import load, save
from handlers.desk.gathering import gather
from handlers.differences import Difference, Moving, Seen, differences, leaving, moving, seen
from handlers.directory_changes import Change, changed, print_of
from handlers.policy_changes import Moved, Moves, in_ledger, moves
from handlers.work import Work
from storage.records import Act, Address, Directory, Instant, Person, Ticket
from storage.turn import Turn

CONSOLE = "console"
COMMAND = "command"
"""Where something was done by a command on the machine itself: by whom, the machine does not know."""
MOST_IN_HAND = 500
"""Tickets of people who leave that are read for a preview."""
POLICY = frozenset({"policy", "category", "holidays", "rules"})
ACTS = {"duty": Act.CHANGE_ROSTER, **dict.fromkeys(POLICY, Act.CHANGE_POLICY)}
"""What the ledger calls a change of these tables."""


@dataclass(frozen=True, slots=True)
class Leaving:
    """Somebody who leaves, or leaves a grid they led, with what they have to do and who comes in their place.

    `gone`: they leave the directory, and can do nothing more about it.
    """

    person: Person
    successor: Person | None
    tickets: tuple[Ticket, ...]
    gone: bool


@dataclass(frozen=True, slots=True)
class Weighed:
    """A change and everything it would lead to. `print`: of the tables it would be made on.

    `moving`: with how many tickets live in each building. `orphaned`: how many would have no grid any more, by name.
    `unheard`: groups to be bound in which the program is not known to be.
    """

    before: Loaded
    after: Loaded
    print: str
    differences: tuple[Difference, ...]
    seen: tuple[Seen, ...] = ()
    leaving: tuple[Leaving, ...] = ()
    moving: tuple[tuple[Moving, int], ...] = ()
    orphaned: Mapping[str, int] = field(default_factory=dict)
    unheard: tuple[Address, ...] = ()
    moves: Moves = field(default_factory=Moves)


def wanted(directory: Directory, community: str, change: Change) -> tuple[Loaded, Loaded, str]:
    """Return the community as it is, as it would be, and the print of how it is.

    Raises Mistakes for what cannot be, directory_changes.Gone for an edit of what is not there any more.
    """
    before = loaded_of(directory, community)
    if before is None:
        raise Mistakes([f"[community] id: {community} 不见了 · {community} is gone"])
    content = write_community(before)
    after = read_community(changed(content, change))
    wrong = clashes(after, directory)
    if after.community.id != community:
        wrong = [
            f"[community] id: 这是另一个社区（{after.community.id}）的文件 · this is another community's file"
        ]
    if wrong:
        raise Mistakes(wrong)
    return before, after, print_of(content)


async def weigh(turn: Turn, directory: Directory, community: str, change: Change, now: Instant) -> Weighed:
    """Return what the change would lead to. Raises as wanted() does."""
    before, after, printed = wanted(directory, community, change)
    found = tuple(differences(before, after))
    grids = {grid.id for grid in after.grids}
    bound = {chat for one in before.grids for chat in one.chats} | {
        *before.community.staff_chats,
        *before.community.street_chats,
    }
    fresh = [chat for one in after.grids for chat in one.chats if chat not in bound]
    named = (*after.community.staff_chats, *after.community.street_chats)
    fresh += [chat for chat in named if chat not in bound]
    shifted = moving(before, after)
    left = [grid.id for grid in before.grids if grid.id not in grids]
    count = await turn.proposals.open_in({one.come_from for one in shifted} | set(left))
    names = {grid.id: grid.name for grid in before.grids}
    orphaned = {names[id]: sum(n for (grid, _), n in count.items() if grid == id) for id in left}
    heard = await turn.proposals.chats(fresh)
    return Weighed(
        before,
        after,
        printed,
        found,
        tuple(seen(before, after)),
        await _leaving(turn, before, after),
        tuple(
            (one, count.get((one.come_from, one.building), 0)) for one in shifted if one.come_from in grids
        ),
        {name: n for name, n in orphaned.items() if n},
        tuple(chat for chat, state in heard.items() if not state.present and not chat.startswith("web:")),
        await _moves(turn, before, after, now) if POLICY & {one.table for one in found} else Moves(),
    )


async def _leaving(turn: Turn, before: Loaded, after: Loaded) -> tuple[Leaving, ...]:
    people = {person.id: person for person in after.people}
    going = list(leaving(before, after))
    in_hand = await turn.proposals.in_hand([person.id for person, _ in going], MOST_IN_HAND)
    return tuple(
        Leaving(person, people.get(to or ""), tuple(in_hand[person.id]), person.id not in people)
        for person, to in going
        if in_hand[person.id]
    )


async def _moves(turn: Turn, before: Loaded, after: Loaded, now: Instant) -> Moves:
    running = await turn.proposals.clocks(before.community.id)
    tickets = await turn.tickets.get_many(running)
    granted = await turn.proposals.granted(running)
    files = [(ticket, running[id]) for id, ticket in tickets.items()]
    return moves(files, granted, before.community, after.community, now)


async def make(
    turn: Turn, directory: Directory, by: Person, weighed: Weighed, moved: Sequence[Moved], now: Instant
) -> None:
    """Make the change, in the turn that holds the community and in which it was weighed: the directory and the policy as
    they shall be, these clocks moved, each in the ledger of its ticket, and what was done in the community's own.
    """
    await turn.directory.replace(directory_of(weighed.after), wholly=True)
    _write_down(turn, weighed.after.community.id, by.id, weighed.differences, now, CONSOLE)
    await _move(turn, await turn.directory.read(), by, moved, now)


async def brought(turn: Turn, before: Loaded, after: Loaded, now: Instant) -> Moves:
    """A file was taken in on the machine itself, in a turn that holds the community: write down what that changed, by
    nobody in particular. Return the running clocks that would end at another time by its policy; none is moved."""
    found = differences(before, after)
    _write_down(turn, after.community.id, "", found, now, COMMAND)
    return await _moves(turn, before, after, now) if POLICY & {one.table for one in found} else Moves()


def _write_down(
    turn: Turn, community: str, by: str, differences: Collection[Difference], now: Instant, platform: str
) -> None:
    told: dict[Act, list[Difference]] = {}
    for one in differences:
        told.setdefault(ACTS.get(one.table, Act.CHANGE_DIRECTORY), []).append(one)
    for act, found in told.items():
        turn.ledger.note(act, community, by, now, platform=platform, reason=in_short(found))


async def _move(turn: Turn, directory: Directory, by: Person, moved: Sequence[Moved], now: Instant) -> None:
    await gather(turn, directory, {one.ticket.id for one in moved})
    for id, own in groupby(sorted(moved, key=lambda one: one.ticket.id), key=lambda one: one.ticket.id):
        known, file = await load.for_ticket(turn, directory, id, now)
        if file is None:
            continue
        work = Work(replace(known, platform=CONSOLE, speaker=by), file)
        for one in own:
            work.step(Act.RETIME, in_ledger(one, directory.communities[one.ticket.community].timezone))
            work.set(one.after)
        await save.save(turn, work.known, work.decision(), None)


TABLES = {
    "person": "人员", "grid": "网格", "compound": "小区", "community": "社区", "policy": "时限", "category": "类别",
    "rules": "规则", "duty": "值班表", "holidays": "放假安排",
}  # fmt: skip
VALUES = {
    "name": "名称", "regime": "管理方式", "property": "物业", "compound": "所属小区", "buildings": "楼栋", "leader": "网格长",
    "deputies": "副手", "chats": "群", "roles": "身份", "phone": "电话", "language": "语言", "accounts": "账号",
    "timezone": "时区", "service_phone": "服务电话", "staff_chats": "工作群", "street_chats": "街道群", "words": "词表", "second_opinion": "第二意见",
    "accept": "接单", "arrive": "到场", "resolve": "解决", "plan": "方案", "review": "评价", "severity": "等级",
    "handler": "经办", "close_after": "自动结案", "calendar": "例会", "followers": "跟进户数",
    "heads": "楼栋长", "duty": "值班", "place": "会议地点", "representatives": "居民代表", "quorum": "到会方数",
    "off": "放假", "work": "上班",
}  # fmt: skip


def in_short(found: Collection[Difference]) -> str:
    """Return what was changed as the ledger keeps it for ever: which values, and how a policy's were; no names of people
    (story.reason_words puts them in place of their ids), no phones, no accounts."""
    return "；".join(_short(one) for one in found)


def _brief(value: object) -> object:
    """People who sit in the meeting are counted: the ledger keeps no names."""
    return len(value) if isinstance(value, tuple) else value or "默认"


def _holidays(head: str, one: Difference) -> str:
    """With every day: years later somebody asks from when on a day counted as worked."""
    sign = "＋" if one.before is None else "－" if one.after is None else "～"
    was, shall = one.before or {}, one.after or {}
    values = [
        f"{VALUES[key]} {' '.join(was.get(key) or ()) or '无'}→{' '.join(shall.get(key) or ()) or '无'}"
        for key in ("off", "work")
        if was.get(key) or shall.get(key)
    ]
    return f"{sign}{head}：{'、'.join(values)}"


def _short(one: Difference) -> str:
    head = f"{TABLES[one.table]} {one.id if one.table == 'person' else one.name}".strip()
    if one.table == "holidays":
        return _holidays(head, one)
    if one.before is None or one.after is None:
        return f"{'＋' if one.before is None else '－'}{head}"
    was = one.before
    if one.table in POLICY:
        values = [f"{VALUES[key]} {_brief(was[key])}→{_brief(to)}" for key, to in one.after.items()]
    else:
        values = [VALUES[key] for key in one.after]
    return f"～{head}：{'、'.join(values)}"
