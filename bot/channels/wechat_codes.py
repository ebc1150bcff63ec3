"""A service account's parametric codes: one a building, made once and kept, because an account has 100,000 for ever."""

from __future__ import annotations

from collections.abc import Collection

from bot.channels.tencent_client import Caller
from bot.channels.tencent_errors import TencentError
from storage.database import Store


async def scene_links(caller: Caller, store: Store, appid: str, places: Collection[str]) -> dict[str, str]:
    """Return what each place's code says, by place id. Raises TencentError; what was made by then is kept."""
    prefix = f"wechat/code/{appid}/"
    async with store.view() as view:
        made = {
            name.removeprefix(prefix): link
            for name, link in (await view.tokens.starting_with(prefix)).items()
        }
    for place in places:
        if place in made:
            continue
        asked = {"action_name": "QR_LIMIT_STR_SCENE", "action_info": {"scene": {"scene_str": place}}}
        answer = await caller.call("POST", "/cgi-bin/qrcode/create", json=asked)
        link = answer.get("url")
        if not (isinstance(link, str) and link):
            raise TencentError(caller.platform, 0, "wechat /cgi-bin/qrcode/create: an answer without a url")
        made[place] = link
        async with store.turn() as turn:
            await turn.tokens.set(prefix + place, made[place])
    return {place: made[place] for place in places}
