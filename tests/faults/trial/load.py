"""People who report, chat and press, whatever becomes of the program: Telegram keeps what it did not take, and brings
it again."""

from __future__ import annotations

import asyncio
import random
import re
from collections import Counter

from tests.faults.checker import Said
from tests.faults.trial.city import Grid
from tests.platforms.telegram import Message, Person, TelegramServer

CHATTER = ("早上好", "谢谢大家", "今天天气不错", "有人拼团买水果吗", "哈哈哈")
WAITING_ROOM = 150
"""Updates not taken yet at which people pause, so that a long outage does not become a flood."""


class Load:
    """Keeps saying things until `stop`; remembers each report and each press. `dice` decides everything.

    `lamps`: how many of the reports, of 1, are about a lamp.
    """

    def __init__(
        self, telegram: TelegramServer, grids: list[Grid], dice: random.Random, a_second: float, lamps: float
    ) -> None:
        self.telegram = telegram
        self.said: list[Message] = []
        self.accepted: Counter[tuple[int, int]] = Counter()
        self._grids = grids
        self._dice = dice
        self._a_second = a_second
        self._lamps = lamps
        self._places: Counter[int] = Counter()
        self._task: asyncio.Task[None] | None = None
        self._going = True

    def start(self) -> None:
        self._task = asyncio.create_task(self._run())

    async def stop(self) -> None:
        """Let who is speaking finish."""
        assert self._task is not None
        self._going = False
        await self._task

    async def _run(self) -> None:
        while self._going:
            await asyncio.sleep(self._dice.expovariate(self._a_second))
            if self.telegram.pending < WAITING_ROOM:
                await self.one()

    async def one(self) -> None:
        """Somebody does something."""
        grid = self._dice.choice(self._grids)
        luck = self._dice.random()
        if luck < 0.15:
            await self._anybody(grid).says(self._dice.choice(CHATTER), grid.group)
        elif luck < 0.35:
            await self._accept(grid)
        else:
            await self.report(grid)

    async def report(self, grid: Grid) -> None:
        """Somebody new reports what nobody has reported before."""
        place = self._places[grid.number]
        self._places[grid.number] += 1
        what = "楼道灯坏了" if self._dice.random() < self._lamps else "电梯停了"
        words = f"{grid.number}号楼{place % 90 + 1}单元{place // 90 + 1}楼{what}"
        self.said.append(await self._anybody(grid).says(words, grid.group))

    async def _accept(self, grid: Grid) -> None:
        """The leader takes a lift's ticket whose card stands in the group; one nobody has taken yet."""
        for card in grid.group.messages:
            number = re.match(r"#(\d+) 电梯", card.words)
            if number and "接单" in "".join(card.labels) and not self.accepted[grid.number, int(number[1])]:
                self.accepted[grid.number, int(number[1])] += 1
                await grid.leader.press(card, next(b for row in card.buttons for b in row if b.reads("接单")))
                return

    def _anybody(self, grid: Grid) -> Person:
        number = 100_000 + len(self.telegram.world.users)
        person = self.telegram.user(number, f"居民{number}", started=True)
        grid.group.standing[number] = "member"
        return person

    def reports(self) -> list[Said]:
        return [Said(f"telegram:{m.chat.id}", str(m.id), m.words) for m in self.said]
