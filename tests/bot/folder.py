"""A folder of its own to run `huying` in, and the sample community of the contract."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.cli import main
from storage.database import Store, open_store

COMMUNITY = """
[community]
id = "jinghe"
name = "径河社区"
timezone = "Asia/Shanghai"
service_phone = "027-83000000"
staff_chats = ["telegram:-1009000001"]
[[compound]]
id = "xinhai-east"
name = "鑫海花城东区"
regime = "community"
property = "hongse"
[[grid]]
id = "xinhai-east-1"
compound = "xinhai-east"
name = "第一网格"
buildings = ["1-12", "A座"]
leader = "wangfang"
deputies = ["lilei"]
chats = ["telegram:-1001000001"]
[[person]]
id = "wangfang"
name = "王芳"
roles = ["grid_leader"]
phone = "13800000001"
accounts = ["telegram:1001", "wecom:wangfang"]
[[person]]
id = "lilei"
name = "李雷"
roles = ["grid_leader", "staff"]
phone = "013800000002"
accounts = ["telegram:1002"]
[[person]]
id = "hongse"
name = "红色物业"
roles = ["property"]
accounts = ["telegram:1003"]
[policy.ordinary]
accept = "5m"
arrive = "5m"
resolve = "30m"
[policy.major]
resolve = "4h"
[policy.complex]
plan = "1d"
resolve = "15wd"
[policy.review]
close_after = "3d"
[category.elevator]
severity = "major"
[holidays.2027]
off = ["2027-01-01..2027-01-03", "2027-02-05..2027-02-11"]
work = ["2027-01-31"]
[meeting]
calendar = "fri 15:00"
[escalation]
followers = 5
[words]
landmarks = ["快递柜", "凉亭"]
[words.nicknames]
"1.2号岗" = "东门, 岗亭"
[words.faults]
elevator = ["卡层", "1, 2层乱停"]
"""


@dataclass
class Run:
    """What one run of `huying` gave back."""

    code: int
    out: str
    err: str


class Folder:
    """Paths are relative to it; no setting of the machine reaches into it."""

    def __init__(
        self, path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        self.path = path
        self._monkeypatch = monkeypatch
        self._capsys = capsys
        monkeypatch.chdir(path)
        for name in list(os.environ):
            if name.startswith("HUYING_"):
                monkeypatch.delenv(name)

    def write(self, name: str, text: str) -> str:
        (self.path / name).write_text(text, encoding="utf-8")
        return name

    def set(self, **settings: str) -> None:
        for name, value in settings.items():
            self._monkeypatch.setenv(f"HUYING_{name}", value)

    def huying(self, *words: str, **settings: str) -> Run:
        """Run a command in this process. A story that plays at the same time runs it in a thread."""
        self._capsys.readouterr()
        with self._monkeypatch.context() as machine:
            for name, value in settings.items():
                machine.setenv(name, value)
            try:
                code = main(list(words))
            except SystemExit as left:
                code = int(left.code or 0)
        said = self._capsys.readouterr()
        return Run(code, said.out, said.err)

    def process(self, *words: str, given: bytes | None = b"", **settings: str) -> Run:
        """Run a command as people do."""
        done = subprocess.run(
            [sys.executable, "-m", "bot", *words],
            input=given,
            capture_output=True,
            timeout=60,
            check=False,
            env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2]), **settings},
        )
        return Run(done.returncode, done.stdout.decode(), done.stderr.decode())

    def settle(self, text: str = COMMUNITY) -> None:
        """Import the sample community."""
        done = self.huying("import", self.write("jinghe.toml", text))
        assert done.code == 0, done.err

    def in_store(self, work: Callable[[Store], Awaitable[None]]) -> None:
        """Do something with the folder's database."""

        async def opened() -> None:
            store = await open_store("sqlite:///huying.db", readers=1)
            try:
                await work(store)
            finally:
                await store.close()

        asyncio.run(opened())
