"""However much is logged and whatever breaks: no secret stands in the log, nor anything that would open a door."""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path

import httpx
import pytest

from tests.patience import PATIENCE
from tests.platforms.opinion import OpinionServer
from tests.platforms.telegram import TOKEN, TelegramServer
from tests.stories.serving import ROOT, Serving
from tests.stories.town import TOWN
from tests.stories.unsure import unsure

EVERYTHING_LOGGED = """
import logging, sys
from bot import logs
configure = logs.configure
logs.CHATTY = ()
logs.configure = lambda secrets=(), **_: configure(secrets, level=logging.DEBUG)
from bot.cli import main
sys.exit(main(sys.argv[1:]))
"""
HOOK, OURS = "only-for-tests-0123456789", "huying-secret-9876543210"
LINK, SEAT, ME, SESSION = "L1nk" * 11, "S3at" * 6, "M3me" * 5 + "ab", "S3ss10n-" * 5
CODE = "ABCD2345EFGH7"


class Talkative(Serving):
    """A program that logs all it can, with every secret set."""

    async def _spawn(self, *words: str) -> asyncio.subprocess.Process:
        mine = {name: value for name, value in os.environ.items() if not name.startswith("HUYING_")}
        return await asyncio.create_subprocess_exec(
            *(sys.executable, "-c", EVERYTHING_LOGGED, *words),
            cwd=self.folder,
            env={
                **mine,
                **self.settings,
                "HUYING_SECRET": OURS,
                "PYTHONPATH": str(ROOT),
                "PYTHONASYNCIODEBUG": "1",
            },
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )


async def knock(address: str) -> None:
    """Come to every door with something that must not be written down."""
    async with httpx.AsyncClient(base_url=address) as client:
        client.cookies.set("huying_console", SESSION)
        await client.get(f"/console/login?token={LINK}")
        await client.post("/console/login", data={"token": LINK})
        await client.get(f"/chat?seat={SEAT}&invite={CODE}")
        await client.get(f"/chat/me/{ME}")
        await client.post(f"/chat/me/{ME}")
        await client.get("/console")
        client.cookies.set("huying_chat", ME)
        await client.post("/chat", data={"start": CODE, "nonce": "12345678"})
        await client.post(
            "/chat", content=b"\xff", headers={"content-type": f"multipart/form-data; boundary={LINK}"}
        )
        await client.post("/telegram", content=b"{", headers={"X-Telegram-Bot-Api-Secret-Token": HOOK})
        await client.post("/telegram", content=b"{}", headers={"X-Telegram-Bot-Api-Secret-Token": LINK})


@pytest.mark.parametrize("mode", ["polling", "webhook"])
async def test_no_secret_is_ever_logged(tmp_path: Path, mode: str) -> None:
    async with TelegramServer(limits=False) as telegram, OpinionServer() as endpoint:
        asked = f'[reading]\nsecond_opinion = "{endpoint.address}"\nmodel = "qwen"\n'
        (tmp_path / "jinghe.toml").write_text(TOWN + asked, "utf-8")
        mei = telegram.user(2001, "梅姨", started=True)
        group = telegram.supergroup(-1001000001, "第一网格", [mei])
        serving = Talkative(tmp_path, telegram, mode)
        serving.settings["HUYING_OPINION_KEY"] = str(endpoint.key)
        assert (await serving.huying("import", "jinghe.toml"))[0] == 0
        door = "getUpdates" if mode == "polling" else "setWebhook"
        troubles = [
            telegram.faults.refuse(401, "Unauthorized", method=door),
            telegram.faults.bad_gateway(method=door),
            telegram.faults.refuse(404, "Not Found", method="setMyCommands"),
        ]
        await serving.start()
        try:
            await knock(serving.settings["HUYING_PUBLIC_URL"])
            await telegram.wait_for(lambda: all(order.met for order in troubles))
            await mei.says(*unsure(), group)
            async with asyncio.timeout(PATIENCE):
                await endpoint.came.wait()
        finally:
            await serving.stop()
    assert len(serving.output) > 2_000, "it was to log all it can"
    assert endpoint.refusals == [], "it was to show the right key"
    secrets = (endpoint.key, TOKEN, TOKEN.partition(":")[2], HOOK, OURS, LINK, SEAT, ME, SESSION, CODE)
    assert [secret for secret in secrets if secret in serving.output] == []
