"""`python -m tests.storage.released` writes down a database of today's schema, after a short story, as text.

Run once for each release whose schema is new, and never again: the files beside this one are what people's databases
of those days look like, and test_released.py carries each of them to today.
"""

from __future__ import annotations

import asyncio
import sqlite3
import sys
import tempfile
from contextlib import closing
from pathlib import Path

from tests.stories.town import Town, town

HERE = Path(__file__).parent


async def story(town: Town) -> None:
    """One ticket closed, one waiting to be taken, one in the queue, one question open, and letters owed."""
    await town.says(town.mei, "3号楼2单元电梯停了", photo=True)
    await town.presses(town.leader, "接单")
    await town.says(town.leader, "办结 1001 换了门机")
    await town.presses(town.mei, "满意", town.mei.chat)
    await town.says(town.lin, "5号楼1单元302水管漏水")
    await town.presses(town.chen, "我也遇到")
    await town.forward(hours=5)
    await town.says(town.mei, "7号楼2单元楼道灯不亮了")
    await town.says(town.chen, "楼道灯又坏了")
    await town.telegram.stop()
    await town.clock.turn_to(town.clock.now() + 6 * 60_000)
    await asyncio.wait_for(town.house.alarm.swept(), 30)


async def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        async with town(Path(folder)) as built:
            await story(built)
        with closing(sqlite3.connect(Path(folder, "huying.db"))) as file:
            ((last,),) = file.execute("SELECT MAX(name) FROM migrations")
            target = (Path(sys.argv[1]) if sys.argv[1:] else HERE) / f"{last[:4]}.sql"
            target.write_text("\n".join(file.iterdump()) + "\n", encoding="utf-8")
    print(target)


if __name__ == "__main__":
    asyncio.run(main())
