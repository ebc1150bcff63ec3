"""One trial: processes on one database, people who do not stop, and kill -9 whenever the dice say so."""

from __future__ import annotations

import asyncio
import random
import re
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from bot.carrying import MOST_CUT_SHORT
from storage.database import open_store
from tests.faults.checker import Evidence, Remains, remains, sent_by
from tests.faults.checker.remains import Row, write
from tests.faults.trial.balancer import Balancer
from tests.faults.trial.city import COMMUNITIES, LONG, QUICK, Grid, Pace, files, numbers, populate
from tests.faults.trial.load import Load
from tests.platforms.telegram import TelegramServer
from tests.stories.serving import Serving
from tests.stories.town import settle_down

A_SECOND = {False: 6.0, True: 3.0}
"""Things people do, in the short and the long form; a lamp leads to twelve calls, and the program plans for thirty a
second while it is there."""
STANDSTILL = 60.0
"""Seconds without any progress after which nothing more is waited for: longer than a lease, and a group's minute."""
LET_GO = "UPDATE outbox SET claimed_until = 0 WHERE fate = 'claimed'"

Tell = Callable[[str], None]
Trouble = Callable[[], Awaitable[str]]


@dataclass
class Trial:
    """Made by `trial`. `breaks`: when something was killed or taken away, ms on the machine's clock."""

    telegram: TelegramServer
    programs: list[Serving]
    grids: list[Grid]
    load: Load
    dice: random.Random
    pace: Pace
    breaks: list[int] = field(default_factory=list)

    async def kill_often(self, times: int, tell: Tell) -> None:
        """Kill -9 one process after the other at random moments, also while it starts, and start it again each time."""

        async def kill_one() -> str:
            victim = self.dice.choice(self.programs)
            await self.kill(victim)
            if self.dice.random() < 0.15:
                await self._kill_in_its_cradle(victim)
            await victim.start()
            return "killed"

        await self.trouble_often(times, kill_one, tell)

    async def trouble_often(self, times: int, trouble: Trouble, tell: Tell) -> None:
        """Let something happen again and again at random moments while people say things; it names what it did."""
        self.load.start()
        began = time.monotonic()
        for count in range(1, times + 1):
            await self._a_moment()
            self._broke()
            what = await trouble()
            self._broke()
            tell(
                f"{count}/{times} {what}, {len(self.load.said)} reports, {len(self.telegram.calls)} calls, "
                f"{self.telegram.pending} updates waiting, {time.monotonic() - began:.0f} s"
            )
        await self.load.stop()

    async def kill(self, victim: Serving) -> None:
        await victim.kill()
        self._broke()

    def _broke(self) -> None:
        self.breaks.append(int(time.time() * 1000))

    async def _kill_in_its_cradle(self, victim: Serving) -> None:
        starting = asyncio.create_task(victim.start())
        await asyncio.wait({starting}, timeout=self.dice.uniform(0.0, 1.5))
        starting.cancel()
        await asyncio.wait({starting})
        if victim.process is not None:
            await self.kill(victim)

    async def _a_moment(self) -> None:
        """Wait for the dice's moment: a few calls of the bot, a few updates taken, or some time."""
        kind = self.dice.choice(("calls", "taken", "time"))
        if kind == "time":
            await asyncio.sleep(self.dice.uniform(0.05, 2.0))
            return
        count = {"calls": lambda: len(self.telegram.calls), "taken": self.taken}[kind]
        goal = count() + self.dice.randint(1, 40)
        until = time.monotonic() + 4
        await self.telegram.wait_for(lambda: count() >= goal or time.monotonic() > until)

    def taken(self) -> int:
        """How many updates the bot has confirmed so far."""
        return self.telegram.updates.next_id - 710000001 - self.telegram.pending

    async def settled(self, *, patient: bool) -> Evidence:
        """Return when everything said was taken, everything due was acted on and everything owed has gone.

        Not `patient`: what a killed process still holds is let go at once instead of when its lease is over.
        """
        await self.telegram.wait_for(lambda: not self.telegram.pending)
        best, since = 0, time.monotonic()
        while time.monotonic() - since < STANDSTILL:
            left = await remains(self.programs[0].database)
            undone = sum(map(is_owed, left.outbox)) + sum(
                self.is_soon(deadline) for deadline in left.deadlines
            )
            if not undone:
                break
            if not patient:
                await write(self.programs[0].database, LET_GO)
                patient = True
            if not best or undone < best:
                best, since = undone, time.monotonic()
            await asyncio.sleep(0.3)
        return await self.evidence()

    async def evidence(self) -> Evidence:
        return Evidence(
            left=await remains(self.programs[0].database),
            now=int(time.time() * 1000),
            said=self.load.reports(),
            sent=sent_by(self.telegram.calls),
            breaks=self.breaks,
            policies=self.pace.policies(),
            repeats=MOST_CUT_SHORT - 1,
            accepted=[
                (f"{community_of(grid)}-{number}", times)
                for (grid, number), times in self.load.accepted.items()
            ],
        )

    def is_soon(self, deadline: Row) -> bool:
        """Whether a clock still has something to say within the trial."""
        until = int(time.time() * 1000) + self.pace.last
        return deadline["due_at"] is not None and deadline["due_at"] <= until

    def refused(self) -> list[str]:
        """What Telegram refused for another reason than that a process, killed, forgot what it had just sent."""
        fine = re.compile(
            r"Too Many Requests|query is too old|message is not modified|terminated by (other getUpdates|setWebhook)|can't use getUpdates"
        )
        return [
            repr(call)
            for call in self.telegram.refusals
            if not fine.search(call.refusal.description if call.refusal else "")
        ]

    def figures(self, left: Remains) -> str:
        sent = sent_by(self.telegram.calls)
        recorded = {(row["sent_chat"], row["sent_message"]) for row in left.outbox}
        copies = sum((one.chat, one.message) not in recorded for one in sent)
        return (
            f"{len(self.breaks)} kills · {self.taken()} updates acknowledged, of them {len(self.load.said)} reports = "
            f"{len(left.tickets)} tickets · {len(left.ledger)} ledger lines · {len(left.outbox)} letters, "
            f"{len(sent)} messages, {copies} repeated"
        )


def community_of(grid: int) -> str:
    return next(id for at, (id, _) in enumerate(COMMUNITIES) if grid in numbers(at))


def is_owed(letter: Row) -> bool:
    return letter["fate"] in ("waiting", "claimed")


@asynccontextmanager
async def trial(
    folder: Path, database: str, mode: str, *, processes: int = 1, seed: str = "", long: bool = False
) -> AsyncIterator[Trial]:
    """Settle the city in an empty database and serve it by so many processes (several: behind one webhook)."""
    dice, pace, lamps = random.Random(seed), LONG if long else QUICK, 0.25 if long else 0.15
    async with AsyncExitStack() as stack:
        telegram = await stack.enter_async_context(TelegramServer(limits=True))
        telegram.pusher.pause, telegram.pusher.longest_pause = 0.05, 1.0
        grids = populate(telegram)
        programs = [Serving(folder, telegram, mode, database=database) for _ in range(processes)]
        if processes > 1 and mode == "webhook":
            ports = [program.port for program in programs]
            balancer = await stack.enter_async_context(Balancer(ports, random.Random(seed)))
            for program in programs:
                program.settings["HUYING_PUBLIC_URL"] = balancer.url
        store = await open_store(database)
        await store.migrate()
        for text in files(pace):
            await settle_down(store, text)
        await store.close()
        try:
            for program in programs:
                await program.start()
            load = Load(telegram, grids, dice, A_SECOND[long], lamps)
            yield Trial(telegram, programs, grids, load, dice, pace)
        finally:
            for program in programs:
                if program.process is not None:
                    await program.kill()
