"""`huying read --learn`: what a community's corrections would teach its reader; `--apply` lets it, `--forget` undoes it."""

from __future__ import annotations

import csv
import getpass
import os
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from bot.clock import SystemClock
from bot.terminal import Failed, note, say

if TYPE_CHECKING:
    from handlers.lessons import Misread, Report
    from handlers.reading import Reading
    from storage.database import Store
    from storage.records import Community, Directory, Example, Lesson

MEASURE = Path(__file__).parents[1] / "tests" / "handlers" / "reading" / "data" / "messages.csv"
"""The labelled messages the reader is measured with; they are not part of an installed package."""

SHOWN = 20
"""Lines of each list that are shown."""


async def learn(store: Store, named: str | None, against: Path | None, *, apply: bool) -> int:
    """Report for each community (or the one named) what it would learn; with `apply` let it.

    Returns 1 when something was not applied because a danger would no longer be heard.
    """
    from handlers.lessons import study

    directory, measure = await store.directory(), _measure(against)
    studied = refused = 0
    for community in _communities(directory, named):
        async with store.view() as view:
            given = await view.examples.of(community.id)
            people = await view.people.get_many({one.person for one in given})
        names = {id: person.name for id, person in people.items()}
        say(f"{community.name} {community.id}")
        _tell_lesson(community, directory.lessons.get(community.id))
        if not given:
            say(
                "还没有例子：没有人改过类、报过误报、登记过漏掉的话 · no examples: nobody has corrected the reader yet"
            )
            continue
        report = study(directory, community.id, given, measure)
        _tell(report, community, names, len(measure))
        studied += 1
        if apply:
            refused += not await _apply(store, community.id, report)
    if studied and not apply:
        say("什么也没有改；要用上就加 --apply · nothing was changed: --apply takes it over")
    return 1 if refused else 0


async def forget(store: Store, named: str | None) -> int:
    """Let the communities (or the one named) read as shipped again. The examples stay."""
    for community in _communities(await store.directory(), named):
        async with store.turn() as turn:
            gone = await turn.examples.unlearn(community.id)
        if gone:
            say(f"{community.id}：学的都忘了，例子还在 · forgotten; the examples are kept")
        else:
            say(f"{community.id}：本来就没有学过 · had learned nothing")
    return 0


def _communities(directory: Directory, named: str | None) -> Sequence[Community]:
    from bot.opening import community_of

    if named is not None or not directory.communities:
        return [community_of(directory, named)]
    return list(directory.communities.values())


def _measure(against: Path | None) -> list[str]:
    """Return the messages to try it on. Raises Failed for a file that holds none."""
    path = against or MEASURE
    if against is None and not path.exists():
        note(
            "没有量尺：没在源码目录里，又没给 --against FILE · no measuring set: not the source folder, and no --against FILE"
        )
        return []
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            found = [row["text"] for row in csv.DictReader(file) if row.get("text")]
    except (OSError, ValueError, csv.Error) as wrong:
        raise Failed(f"{path}：读不了 · cannot be read: {wrong}") from wrong
    if not found:
        raise Failed(f"{path}：没有一列叫 text · no column text in it")
    return found


async def _apply(store: Store, community: str, report: Report) -> bool:
    """Keep what would be learned. False when a danger would be lost: then nothing is kept."""
    from storage.records import Lesson

    if lost := report.dangers_lost:
        for one in lost[:SHOWN]:
            note(f"  {_quoted(one.words)}")
        note(
            f"{community}：有 {len(lost)} 句险情会听不出来，没有用上；先看看是哪些例子 · {len(lost)} dangers would no longer be heard: not applied"
        )
        return False
    lesson = Lesson(community, SystemClock().now(), _somebody(), len(report.examples), report.weights)
    async with store.turn() as turn:
        if report.weights:
            await turn.examples.learn(lesson)
        else:
            await turn.examples.unlearn(community)
    say(
        "用上了，各个进程从下一句话起都这样读；反悔：--learn --forget · applied; undo it with --learn --forget"
    )
    return True


def _somebody() -> str:
    """Return who is at the keyboard."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return f"uid {os.getuid()}"  # a container's user may have no name


# --- the report -----------------------------------------------------------------------------------------------------------


def _tell_lesson(community: Community, lesson: Lesson | None) -> None:
    if lesson is not None:
        say(f"学过 learned\t{_when(community, lesson.at)} {lesson.by}，{lesson.examples} 个例子 examples")


def _tell(report: Report, community: Community, names: dict[str, str], measured: int) -> None:
    count, wrong, still = len(report.examples), len(report.misread), len(report.still)
    say(f"例子 examples\t{count}（新的 new {report.new}）")
    say(f"现在读对 right today\t{count - wrong}/{count}")
    _list(_misread(one, community, names) for one in report.misread)
    say(f"学了读对 right afterwards\t{count - still}/{count}")
    if still:
        say("仍读错 still misread")
        _list(_misread(one, community, names) for one in report.still)
    say(f"会变的分量 weights that change\t{len(report.weights)}")
    _list(f"  {feature}\t{question} {change:+.2f}" for feature, question, change in report.heaviest)
    say(f"量尺里会变 changed in the measuring set\t{len(report.changed)}/{measured}")
    _list(f"  {_said(one.before)} → {_said(one.after)}\t{_quoted(one.words)}" for one in report.changed)


def _list(lines: Iterator[str]) -> None:
    found = list(lines)
    for line in found[:SHOWN]:
        say(line)
    if len(found) > SHOWN:
        say(f"  … {len(found) - SHOWN}")


def _misread(one: Misread, community: Community, names: dict[str, str]) -> str:
    example: Example = one.example
    person = names.get(example.person) or example.person
    return f"  {_said(one.reading)} → {_meant(example)}\t{_quoted(example.words)}\t{person} {_when(community, example.at)}"


def _said(reading: Reading) -> str:
    if not reading.is_report:
        return "不是 no"
    danger = "！" if reading.urgency == "emergency" else ""
    return f"{danger}{reading.category}"


def _meant(example: Example) -> str:
    if not example.call:
        return "不是 no"
    return str(example.category) if example.category else "是 yes"


def _quoted(words: str) -> str:
    line = " ".join(words.split())
    return f"“{line[:60]}{'…' if len(line) > 60 else ''}”"


def _when(community: Community, at: int) -> str:
    return f"{datetime.fromtimestamp(at / 1000, ZoneInfo(community.timezone)):%Y-%m-%d %H:%M}"
