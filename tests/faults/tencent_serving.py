"""`huying serve` as a process of its own with a WeChat account and WeCom, and ways to kill it at the moment that hurts."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from tests.databases import fresh_database
from tests.faults.checker import Evidence, nothing_is_wrong, remains, sent_by, told_by_wechat, told_by_wecom
from tests.faults.checker.remains import write
from tests.faults.trial.killing import LET_GO, is_owed
from tests.patience import PATIENCE
from tests.platforms.telegram import TelegramServer
from tests.platforms.wechat import Resident, WeChatServer
from tests.platforms.wecom import Person, WeComServer
from tests.stories.serving import ROOT, Serving
from tests.stories.town import TOWN

MEI = "oMeiYi0000000000000000000001"
LEADER_ON_WECOM = TOWN.replace("telegram:1001", "wecom:wangfang")
DIES_BEFORE_IT_ANSWERS = """
import os, signal, sys
from bot.channels import wechat_hook
answer = wechat_hook.respond
async def respond(send, status, *more):
    if status == 200 and os.path.exists("die"):
        os.remove("die")
        os.kill(os.getpid(), signal.SIGKILL)
    await answer(send, status, *more)
wechat_hook.respond = respond
from bot.cli import main
sys.exit(main(sys.argv[1:]))
"""
"""What it was pushed is committed by then, and its answer is not out."""


class Mortal(Serving):
    """Dies by its own hand when there is a file called "die"."""

    async def _spawn(self, *words: str) -> asyncio.subprocess.Process:
        mine = {name: value for name, value in os.environ.items() if not name.startswith("HUYING_")}
        return await asyncio.create_subprocess_exec(
            *(sys.executable, "-c", DIES_BEFORE_IT_ANSWERS, *words),
            cwd=self.folder,
            env={**mine, **self.settings, "PYTHONPATH": str(ROOT)},
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )

    async def died(self) -> None:
        """Return when it has."""
        assert self.process is not None
        async with asyncio.timeout(PATIENCE):
            await self.process.wait()
            self.output += (await self._draining).decode()
        self.process = None


class Account:
    """A database, both of Tencent's platforms, and programs that are started and killed on them. `breaks`: when."""

    def __init__(
        self, folder: Path, database: str, telegram: TelegramServer, wechat: WeChatServer, wecom: WeComServer
    ) -> None:
        self.folder, self.database = folder, database
        self.telegram, self.wechat, self.wecom = telegram, wechat, wecom
        self.mei: Resident = wechat.resident(MEI, "梅姨")
        self.wang: Person = wecom.member("wangfang", "王芳")
        self.programs: list[Mortal] = []
        self.breaks: list[int] = []

    def program(self) -> Mortal:
        """One more process, not started yet."""
        one = Mortal(self.folder, self.telegram, "polling", database=self.database)
        one.settings |= {**self.wechat.settings(), **self.wecom.settings()}
        self.programs.append(one)
        return one

    def pushes_to(self, one: Mortal) -> None:
        address = one.settings["HUYING_PUBLIC_URL"]
        self.wechat.url = f"{address}/wechat"
        self.wecom.calls_back(f"{address}/wecom", f"{address}/wecom/bot")

    def addresses(self) -> list[str]:
        return [program.settings["HUYING_PUBLIC_URL"] for program in self.programs]

    def broke(self) -> None:
        self.breaks.append(int(self.wechat.world.clock() * 1000))

    async def settled(self) -> Evidence:
        """Return when everything owed has gone; what a dead process holds is let go at once, not after its lease."""
        await write(self.database, LET_GO)
        async with asyncio.timeout(PATIENCE):
            while any(map(is_owed, (await remains(self.database)).outbox)):  # noqa: ASYNC110 - it tells nobody
                await asyncio.sleep(0.1)
        return Evidence(
            left=await remains(self.database),
            now=int(self.wechat.world.clock() * 1000),
            others=True,
            breaks=self.breaks,
            sent=sent_by(self.telegram.calls),
            told=[*told_by_wechat(self.wechat), *told_by_wecom(self.wecom)],
        )


@asynccontextmanager
async def account(folder: Path, kind: str) -> AsyncIterator[Account]:
    """Import the community on a fresh database of this kind; at the end nothing may be wrong with what is left."""
    async with (
        fresh_database(folder, kind) as database,
        TelegramServer(limits=False) as telegram,
        WeChatServer() as wechat,
        WeComServer() as wecom,
    ):
        telegram.supergroup(-1001000001, "第一网格", [])
        telegram.supergroup(-1009000001, "社区值班", [])
        one = Account(folder, database, telegram, wechat, wecom)
        (folder / "town.toml").write_text(LEADER_ON_WECOM, "utf-8")
        code, said = await one.program().huying("import", "town.toml")
        assert code == 0, said
        try:
            yield one
            nothing_is_wrong(await one.settled())
        finally:
            for program in one.programs:
                if program.process is not None:
                    await program.kill()
