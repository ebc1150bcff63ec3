"""In November the staff's chat is told, once and then monthly, until somebody has put next year's holidays in."""

from __future__ import annotations

import tomllib
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from handlers.community import directory_of, read_community
from storage.records import Clock
from tests.stories.town import TOWN
from tests.stories.town import town as build

POLICY = '[policy.ordinary]\nresolve = "3wd"\n'
HOLIDAYS = '[holidays.2027]\noff = ["2027-01-01..2027-01-03"]\nwork = ["2027-01-09"]\n'


def at(when: str) -> int:
    return int(datetime.fromisoformat(when).replace(tzinfo=ZoneInfo("Asia/Shanghai")).timestamp() * 1000)


async def test_staff_are_told_until_the_table_is_there_and_then_clocks_count_by_it(tmp_path: Path) -> None:
    async with build(tmp_path, text=TOWN + POLICY) as town:

        async def told_by(when: str) -> int:
            await town.clock.turn_to(at(when))
            await town.sweep()
            await town.settle()
            return len(town.about(town.staff_room, "2027 年的放假安排还没有填"))

        assert await told_by("2026-11-22 15:00") == 0, "on a Sunday"
        assert await told_by("2026-11-23 09:00") == 1
        assert town.last(town.staff_room).endswith("/console/policy/holidays/2027")
        assert await told_by("2026-11-24 10:00") == 1
        assert await told_by("2026-12-15 10:00") == 2
        async with town.store.turn() as turn:
            filled = read_community(tomllib.loads(TOWN + POLICY + HOLIDAYS))
            await turn.directory.replace(directory_of(filled))
        assert await told_by("2027-01-15 10:00") == 2
        await town.clock.turn_to(at("2026-12-31 17:00"))
        await town.sweep()
        await town.says(town.mei, "3号楼2单元楼道灯坏了")
        assert (await town.running())[Clock.RESOLVE].ends_at == at("2027-01-06 18:00")
