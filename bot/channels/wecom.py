"""WeCom as a channel: one line to the platform, and several ways to speak, by whom or where it is said.

    wecom:USERID           a member, by the app
    wecom:CHATID           a group: of the robot's where it was spoken to there, else one the app has made
    wecom:webhook.NAME     a group with a webhook of its own
    wecom:_ID              somebody from outside, whom only the robot meets

Members and groups look alike; which is which says the community file, and who was spoken to where.
"""

from __future__ import annotations

import uuid
from collections.abc import Awaitable, Callable, Mapping

from bot.channels.tencent_client import Caller
from bot.channels.tencent_errors import TencentError, refusal, unknown_there
from bot.channels.wecom_app import App
from bot.channels.wecom_bot import Robot
from bot.channels.wecom_bot_parse import FROM_ROBOT, outside
from bot.channels.wecom_parse import PLATFORM
from bot.channels.wecom_write import draft, plain
from bot.secret import Secret
from handlers.known import chat_index
from handlers.messages import NotDelivered, Outgoing
from handlers.wording import text
from storage.database import Store
from storage.errors import StorageFailed
from storage.records import SECOND, Address

WEBHOOK = "webhook."
NO_SUCH_GROUP = 86003
"""What WeCom says of a group the app has not made."""
Way = Callable[[Outgoing], Awaitable[str]]


class WeComChannel:
    """Speaks for whatever of WeCom is set: the app, the robot, webhooks (name → key; `bare` asks without a token)."""

    platform = PLATFORM

    def __init__(
        self,
        store: Store,
        bare: Caller,
        *,
        app: App | None = None,
        robot: Robot | None = None,
        webhooks: Mapping[str, Secret] | None = None,
    ) -> None:
        self._store = store
        self._bare = bare
        self._app = app
        self._robot = robot
        self._webhooks = webhooks or {}
        self._robots: set[Address] = set()

    async def send(self, out: Outgoing) -> str:
        """Say it, or show as it is now what `out.edit` names, where that can be; return the message's id.

        Raises NotDelivered: `untold` where the robot may not speak now.
        """
        try:
            way = await self._way(out.to)
            return await way(out)
        except TencentError as failed:
            raise refusal(failed) from failed
        except StorageFailed as failed:
            raise NotDelivered(str(failed), wait=SECOND, everywhere=True) from failed

    def messages(self, out: Outgoing) -> int:
        """Return how many messages it will be, at most: WeCom counts each."""
        return max(draft(out).messages, plain(out).messages)

    async def fetch(self, ref: str) -> bytes:
        """Return the bytes of a photo or voice. Raises NotDelivered."""
        try:
            if ref.startswith(FROM_ROBOT) and self._robot:
                return await self._robot.fetch(ref)
            if self._app:
                return await self._app.fetch(ref)
        except TencentError as failed:
            raise refusal(failed, fetching=True) from failed
        raise NotDelivered("what it came from is not set any more", forever=True)

    async def ping(self) -> None:
        """Ask something harmless. Raises NotDelivered while WeCom does not answer."""
        try:
            if self._app:
                await self._app.look()
        except TencentError as failed:
            if not unknown_there(failed):
                raise refusal(failed) from failed

    async def close(self) -> None:
        await self._bare.close()
        if self._app:
            await self._app.caller.close()

    async def _way(self, to: Address) -> Way:
        """Return how to speak there. Raises NotDelivered where nothing that is set can."""
        name = to.partition(":")[2]
        if name.startswith(WEBHOOK):
            return self._by_webhook
        if outside(to) or await self._heard(to):
            return self._by_robot
        index = chat_index(await self._store.directory())
        if self._app and (to in index.grids or to in index.communities):
            return self._to_group
        if self._app:
            return self._app.tell
        return self._by_robot

    async def _heard(self, chat: Address) -> bool:
        """Whether the robot was spoken to in this group."""
        async with self._store.view() as view:
            return bool(await view.chats.is_present(chat))

    async def _to_group(self, out: Outgoing) -> str:
        """Speak in a group of the community file in which the robot has not heard anything yet: the app's own, or else
        one in which the robot will be spoken to."""
        assert self._app is not None, "a group without the app is the robot's"
        if out.to not in self._robots:
            try:
                return await self._app.tell_group(out)
            except TencentError as failed:
                if failed.number != NO_SUCH_GROUP or self._robot is None:
                    raise
            self._robots.add(out.to)
        return await self._by_robot(out)

    async def _by_robot(self, out: Outgoing) -> str:
        if self._robot is None:
            raise NotDelivered("HUYING_WECOM is not set: nothing speaks there", forever=True)
        index = chat_index(await self._store.directory())
        group = out.to in index.grids or out.to in index.communities or await self._heard(out.to)
        return await self._robot.tell(out, among=group)

    async def _by_webhook(self, out: Outgoing) -> str:
        if out.edit and not out.anew:
            return out.edit
        key = self._webhooks.get(out.to.partition(WEBHOOK)[2])
        if key is None:
            raise NotDelivered(f"HUYING_WECOM_WEBHOOKS has no key for {out.to}", forever=True)
        for words in plain(out, aside=text("plain.in_app", out.language) if self._app else "").texts:
            said = {"msgtype": "text", "text": {"content": words}}
            await self._bare.call(
                "POST", "/cgi-bin/webhook/send", params={"key": key.reveal()}, json=said, with_token=False
            )
        return f"webhook:{uuid.uuid4().hex[:12]}"
