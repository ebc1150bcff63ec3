"""What commands on the machine itself leave in the ledger: what a file changed, and that personal data went out."""

from __future__ import annotations

from dataclasses import replace

from bot.clock import SystemClock
from storage.records import HOUR, Act, Clock, Deadline, Stage, State
from tests.bot.folder import COMMUNITY
from tests.bot.test_export import LIFT


def written(folder) -> list[tuple[Act, str, str, str]]:
    """Return the lines about the community itself: what was done, by whom, where, and what."""
    lines = []

    async def look(store):
        async with store.view() as view:
            lines.extend(one.line for one in await view.ledger.entries("jinghe", 0, 100))

    folder.in_store(look)
    return [(one.act, one.person, one.platform, one.reason) for one in lines if not one.ticket]


def test_what_an_import_changed_is_in_the_ledger_and_no_running_clock_moved(folder):
    folder.settle()
    now = SystemClock().now()
    due = Deadline(LIFT.id, Clock.RESOLVE, Stage.OUT, now + 4 * HOUR, now + 4 * HOUR, now)

    async def reported(store):
        async with store.turn() as turn:
            turn.tickets.save(replace(LIFT, state=State.ACCEPTED, reported_at=now))
            turn.deadlines.set(due)

    folder.in_store(reported)
    folder.write("jinghe.toml", COMMUNITY.replace('resolve = "4h"', 'resolve = "8h"').replace("李雷", "李磊"))
    rehearsed = folder.huying("import", "--dry-run", "jinghe.toml").out.splitlines()
    assert written(folder) == []
    done = folder.huying("import", "jinghe.toml").out.splitlines()
    assert rehearsed[:-1] == done[:-1]
    assert done[-2].startswith("时限 clocks\t1 个正在走的照旧 #1001：")
    assert written(folder) == [
        (Act.CHANGE_DIRECTORY, "", "command", "～人员 lilei：名称"),
        (Act.CHANGE_POLICY, "", "command", "～时限 major：解决 4h→8h"),
    ]
    running = []

    async def look(store):
        async with store.view() as view:
            running.extend(await view.deadlines.of(LIFT.id))

    folder.in_store(look)
    assert running == [due]


def test_a_first_import_and_one_that_changes_nothing_leave_no_line(folder):
    folder.settle()
    folder.settle()
    assert written(folder) == []
