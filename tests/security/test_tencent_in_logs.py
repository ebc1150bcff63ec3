"""However much is logged and whatever breaks at Tencent's: no secret, no token, nothing that was pushed stands in the log."""

from __future__ import annotations

from pathlib import Path

import httpx

from bot.logs import CHATTY
from tests.platforms.telegram import TelegramServer
from tests.platforms.wechat import WeChatServer
from tests.platforms.wechat.server import ORIGINAL_ID
from tests.platforms.wecom import WeComServer
from tests.security.gates import APP_GATE, MEI, ROBOT_GATE, SAFE, SECRETS, Push
from tests.security.test_secrets_in_logs import Talkative
from tests.stories.town import TOWN

KEY = "only-for-tests-webhook-key-0001"
SAID = "3号楼2单元电梯停了，家里老人等着透析"
WECOM_TOWN = TOWN.replace('["telegram:-1009000001"]', '["wecom:webhook.duty"]').replace(
    "telegram:1001", "wecom:wangfang"
)


async def test_no_secret_of_tencents_is_ever_logged(tmp_path: Path) -> None:
    async with TelegramServer(limits=False) as telegram, WeChatServer() as wechat, WeComServer() as wecom:
        wang = wecom.member("wangfang", "王芳")
        wecom.webhook(KEY, "值班", [wang])
        mei = wechat.resident(MEI, "梅姨")
        wechat.pusher.pause = 0.05
        (tmp_path / "jinghe.toml").write_text(WECOM_TOWN, "utf-8")
        serving = Talkative(tmp_path, telegram, "polling")
        serving.settings |= {**wechat.settings(), **wecom.settings(), "HUYING_WECOM_WEBHOOKS": f"duty={KEY}"}
        assert (await serving.huying("import", "jinghe.toml"))[0] == 0
        troubles = [
            one
            for faults, token in ((wechat.faults, "stable_token"), (wecom.faults, "gettoken"))
            for one in (
                faults.page(b"<html>busy</html>", path=token),
                faults.refuse(40001, "invalid credential access_token=abc123 rid: 1", path="message/send"),
                faults.bad_gateway(path="message/custom/send"),
            )
        ]
        await serving.start()
        try:
            address = serving.settings["HUYING_PUBLIC_URL"]
            wechat.url = f"{address}/wechat"
            wecom.calls_back(f"{address}/wecom", f"{address}/wecom/bot")
            knocked = await knock(address)
            await mei.says(SAID)
            await wang.says("接单 1001")
            await wechat.wait_for(lambda: wechat.calls_of("message/custom/send"))
            await wecom.wait_for(lambda: wecom.calls_of("message/send"))
            await wecom.wait_for(lambda: any(one.met for one in troubles if one.kind == "refuse"))
        finally:
            await serving.stop()
        tokens = {*wechat.world.tokens.ends, wecom.tokens.token, *wecom.tokens.old} - {""}
    assert len(serving.output) > 2_000, "it was to log all it can"
    assert tokens
    shown = {word for push in knocked for name, word in push.query.items() if name != "timestamp"}
    parts = {push.body.decode()[60:120] for push in knocked}
    secrets = {*SECRETS, *tokens, KEY, *shown, *parts} - {ORIGINAL_ID, MEI}
    assert [secret for secret in secrets if len(secret) > 4 and secret in serving.output] == []
    # Libraries that write down every call, with all that is in it, are kept quiet outside this test.
    own = [line for line in serving.log() if not line["logger"].startswith(CHATTY)]
    assert [line for line in own if SAID[-6:] in str(line)] == []


async def knock(address: str) -> list[Push]:
    """Come to every door with what is right, and with what is not."""
    pushes = []
    async with httpx.AsyncClient(base_url=address) as client:
        for gate in (SAFE, APP_GATE, ROBOT_GATE):
            right = gate.push(gate.message(SAID))
            pushes += [right.with_query(nonce="918273645"), gate.push("<xml>" + SAID), right, gate.push(at=7)]
        for push in pushes:
            await client.post(push.address, content=push.body)
    return pushes
